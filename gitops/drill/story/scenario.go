package story

// Scenario is one kind of incident. The zero Scenario means "any".
type Scenario struct {
	// Name is what is typed, Title what is shown.
	Name, Title string
	// Story is what the person on call is told: symptoms, never the cause.
	Story string
	// Symptom is the reason that a remedy's message would give.
	Symptom string
	// Why says afterwards what the culprit did.
	Why string

	// plot gives the culprit, and the innocent changes of the same release
	// that touch the same files. It is called once for each history.
	plot func(*writer) plot
}

// Scenarios lists every scenario, the easiest first.
func Scenarios() []Scenario {
	return []Scenario{
		{
			Name: "bad-config", Title: "The shop does not start",
			Story:   "Every page answers 500 since the last deployment. Payment partners are calling.",
			Symptom: "every page answers 500",
			Why:     "an edit of config/shop.json left it unreadable",
			plot:    badConfig,
		},
		{
			Name: "bad-template", Title: "Pages break off half-way",
			Story:   "Customers see half a page and then an error. Orders have dropped by a third.",
			Symptom: "a page breaks off half-way with an error",
			Why:     "a template asks for a field that its data does not have",
			plot:    badTemplate,
		},
		{
			Name: "broken-route", Title: "A page is gone",
			Story:   "One of the main pages answers 500, the others work. Support has the first tickets.",
			Symptom: "one of the main pages answers 500",
			Why:     "the route table names a handler that does not exist",
			plot:    brokenRoute,
		},
		{
			Name: "bad-catalog", Title: "The catalogue does not load",
			Story:   "The shop shows no products since the last deployment.",
			Symptom: "the shop shows no products",
			Why:     "a catalogue file holds an entry that cannot be loaded",
			plot:    badCatalog,
		},
		{
			Name: "bad-price-rule", Title: "Totals are off",
			Story:   "Accounting reports that totals do not match the invoices. No page shows an error.",
			Symptom: "totals do not match the invoices",
			Why:     "a price rule computes something else than before",
			plot:    badPriceRule,
		},
		{
			Name: "search-loop", Title: "Search never answers",
			Story:   "Searching for some words never comes back, and the servers run hot.",
			Symptom: "search does not answer for some words",
			Why:     "two synonyms refer to each other in a circle",
			plot:    searchLoop,
		},
		{
			Name: "bad-merge", Title: "More than one page is broken",
			Story:   "Two pages fail at once, each in its own way, and no single small change explains it.",
			Symptom: "two pages fail at once",
			Why:     "a merged topic branch breaks two pages, by a commit each",
			plot:    badMerge,
		},
	}
}

// ForSeed chooses the scenario of a seed for which none was named.
func ForSeed(seed uint64) Scenario {
	all := Scenarios()
	return all[newRandom(seed, "scenario").below(len(all))]
}
