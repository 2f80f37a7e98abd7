package story

import "fmt"

// Paths that changes are made to.
const (
	configFile   = "config/shop.json"
	routesFile   = "routes/routes.json"
	rulesFile    = "prices/rules.json"
	casesFile    = "prices/cases.json"
	synonymsFile = "search/synonyms.json"
	ciFile       = ".github/workflows/release.yml"
	cartFile     = "templates/cart.tmpl"
	checkoutFile = "templates/checkout.tmpl"
	productFile  = "templates/product.tmpl"
	guideFile    = "docs/guide.md"
	runbookFile  = "docs/runbook.md"
	apiFile      = "docs/api.md"
	cssFile      = "web/shop.css"
	scriptFile   = "web/app.js"
)

// everyday gives the changes that fill the weeks before the incident, in a
// random order. Each leaves the shop sound, and none needs another.
func (w *writer) everyday() []change {
	var all []change
	all = append(all, w.catalogChanges()...)
	all = append(all, w.searchChanges()...)
	all = append(all, w.pageChanges()...)
	all = append(all, w.priceChanges()...)
	all = append(all, w.platformChanges()...)
	all = append(all, docsChanges()...)
	shuffle(w.rnd, all)
	return all
}

func (w *writer) catalogChanges() []change {
	var out []change
	for i := range 12 {
		aisle := aisles[i%len(aisles)]
		switch i / len(aisles) {
		case 0:
			made, behind := w.shelf.addition(aisle.path)
			out = append(out, change{
				team: teamCatalog, subject: "Add the " + made.name,
				edits: []edit{insert(aisle.path, behind.mark(), made.json())},
			})
		case 1:
			out = append(out, w.correction(aisle.path))
		default:
			a := w.shelf.take(aisle.path)
			out = append(out, change{
				team: teamCatalog, subject: "Restock the " + a.name,
				edits: []edit{set(aisle.path, a.mark(), "stock", fmt.Sprint(a.stock+w.rnd.between(10, 60)))},
			})
		}
	}
	return out
}

// correction changes the price of some product.
func (w *writer) correction(path string) change {
	a := w.shelf.take(path)
	now := a
	now.cents += 100 * w.rnd.between(1, 3)
	return change{
		team: teamCatalog, subject: fmt.Sprintf("Correct the price of the %s", a.name),
		body:  fmt.Sprintf("The supplier's list says %s since the first of the month.", now.price()),
		edits: []edit{set(path, a.mark(), "price", `"`+now.price()+`"`)},
	}
}

func (w *writer) searchChanges() []change {
	extra := []struct{ term, also, behind string }{
		{"beaker", "mug", "mug"},
		{"paperback", "novel", "spade"},
		{"trowel", "spade", "puzzle"},
		{"saucepan", "pan", "planter"},
	}
	var out []change
	for _, e := range extra {
		out = append(out, change{
			team: teamSearch, subject: fmt.Sprintf("Find the %s under %s", e.also, e.term),
			edits: []edit{insert(synonymsFile, fmt.Sprintf(`"term": %q`, e.behind), synonymEntry(e.term, e.also))},
		})
	}
	return append(out,
		change{
			team: teamSearch, subject: "Show more suggestions",
			body:  "People scroll to the end of the list in a third of all searches.",
			edits: []edit{set(configFile, "", "suggestions", fmt.Sprint(w.rnd.between(9, 12)))},
		},
		change{
			team: teamSearch, subject: "Tolerate two typos in long words",
			edits: []edit{set(configFile, "", "fuzzyDistance", "2")},
		},
		change{
			team: teamSearch, subject: "Say what was searched for when nothing is found",
			edits: []edit{swap("templates/search.tmpl", "Nothing found.", "Nothing found for {{.Query}}.")},
		},
	)
}

func synonymEntry(term, also string) string {
	return fmt.Sprintf("    {\n      \"term\": %q,\n      \"also\": [%q]\n    }", term, also)
}

func (w *writer) pageChanges() []change {
	return []change{
		{
			team: teamCheckout, subject: "Say how long a cart is kept",
			edits: []edit{swap(cartFile, "for a week.", "for two weeks.")},
		},
		{
			team: teamCheckout, subject: "Ask for the phone number last, and say why",
			edits: []edit{swap(checkoutFile, "<label>Phone <input", "<label>Phone, for the courier only <input")},
		},
		{
			team: teamCheckout, subject: "Allow larger orders",
			edits: []edit{set(configFile, "", "maxLineItems", fmt.Sprint(10*w.rnd.between(6, 15)))},
		},
		{
			team: teamCheckout, subject: "Give the banner some air",
			edits: []edit{swap(cssFile, "  padding: 8px;\n  background", "  padding: 12px;\n  background")},
		},
		{
			team: teamCheckout, subject: "Link the cart from the header by its full name",
			edits: []edit{swap("templates/header.tmpl", ">Cart<", ">Your cart<")},
		},
		{
			team: teamCheckout, subject: "Wait longer before suggesting",
			body:  "Most of the requests were cancelled by the next key.",
			edits: []edit{swap(scriptFile, "250);", "400);")},
		},
		{
			team: teamCheckout, subject: "Promise more on the home page",
			edits: []edit{swap("templates/home.tmpl", "More every Thursday.", "More every Tuesday and Thursday.")},
		},
		{
			team: teamCheckout, subject: "Name opening hours on the help page",
			edits: []edit{after("templates/help.tmpl", "<p>Write to us", "  <p>We are there from nine to five.</p>\n")},
		},
	}
}

func (w *writer) priceChanges() []change {
	return []change{
		{
			team: teamPricing, subject: "Guard the price of four novels",
			edits: []edit{insert(casesFile, `"name": "three novels"`, fourNovels)},
		},
		{
			team: teamPricing, subject: "Give ten percent on five toys",
			body: "Agreed with purchasing for this quarter.",
			edits: []edit{
				insert(rulesFile, `"id": "kitchen-week"`, toysRule),
				insert(casesFile, `"name": "one puzzle"`, fiveToys),
			},
		},
		{
			team: teamPricing, subject: "Guard the smallest order",
			edits: []edit{insert(casesFile, `"name": "two mugs"`, oneSeedBox)},
		},
	}
}

const (
	fourNovels = `    {
      "name": "four novels",
      "lines": [
        {"category": "books", "price": "12.50", "quantity": 4}
      ],
      "steps": {"books-volume": "-5.00", "shipping": "4.90", "vat": "9.48"},
      "total": "59.38"
    }`
	toysRule = `    {
      "id": "toys-five",
      "kind": "percent-off",
      "category": "toys",
      "minimum": 5,
      "percent": 10,
      "round": "half-up"
    }`
	fiveToys = `    {
      "name": "five toys",
      "lines": [
        {"category": "toys", "price": "9.00", "quantity": 5}
      ],
      "steps": {"toys-five": "-4.50", "shipping": "4.90", "vat": "8.63"},
      "total": "54.03"
    }`
	oneSeedBox = `    {
      "name": "one seed box",
      "lines": [
        {"category": "garden", "price": "2.50", "quantity": 1}
      ],
      "steps": {"shipping": "4.90", "vat": "1.41"},
      "total": "8.81"
    }`
)

func (w *writer) platformChanges() []change {
	return []change{
		{
			team: teamPlatform, subject: "Close idle connections later",
			edits: []edit{set(configFile, "", "idleTimeoutMs", fmt.Sprint(5000*w.rnd.between(8, 12)))},
		},
		{
			team: teamPlatform, subject: "Give slow clients more time",
			edits: []edit{set(configFile, "", "readTimeoutMs", fmt.Sprint(500*w.rnd.between(5, 10)))},
		},
		{
			team: teamPlatform, subject: "Let the checks run for 20 minutes",
			edits: []edit{swap(ciFile, "timeout-minutes: 10", "timeout-minutes: 20")},
		},
		{
			team: teamPlatform, subject: "Name the deployment's step after what it does",
			edits: []edit{swap(ciFile, "- name: Deploy\n", "- name: Deploy to production\n")},
		},
		{
			team: teamPlatform, subject: "Keep the help page for an hour",
			edits: []edit{set(routesFile, `"path": "/help"`, "cacheSeconds", "3600")},
		},
		{
			team: teamPlatform, subject: "Review the pipeline together with Docs",
			edits: []edit{swap(".github/CODEOWNERS", "/.github/     @shop/platform", "/.github/     @shop/platform @shop/docs")},
		},
		bump("forms", "1.8.1", fmt.Sprintf("1.8.%d", w.rnd.between(2, 6))),
		bump("icons", "0.14.2", fmt.Sprintf("0.15.%d", w.rnd.below(4))),
	}
}

// bump raises a dependency in the manifest and in the lock file.
func bump(name, from, to string) change {
	return change{
		team: teamPlatform, subject: fmt.Sprintf("Bump @shop/%s from %s to %s", name, from, to),
		edits: []edit{
			set("web/package.json", `"dependencies"`, "@shop/"+name, `"`+to+`"`),
			set("web/package-lock.json", "node_modules/@shop/"+name, "version", `"`+to+`"`),
		},
	}
}

func docsChanges() []change {
	fix := func(subject, path, old, text string) change {
		return change{team: teamDocs, subject: subject, edits: []edit{swap(path, old, text)}}
	}
	section := func(subject, path, mark, lines string) change {
		return change{team: teamDocs, subject: subject, edits: []edit{after(path, mark, lines)}}
	}
	return []change{
		fix("Fix a typo in the guide", guideFile, "recieve", "receive"),
		fix("Fix another typo in the guide", guideFile, "seperate", "separate"),
		fix("Say errors that occurred, not occured errors", guideFile, "Occured errors", "Errors that occurred"),
		section("Tell on-call where the pool is configured", runbookFile, "Look at the connection pool first.",
			"It is `poolSize` in `config/shop.json`.\n"),
		section("Name the rota", runbookFile, "The rota is in the calendar.", "The second line is in the same calendar.\n"),
		section("Describe how long /product is kept", apiFile, "Takes `sku`.", "Answers are kept for a minute.\n"),
		fix("Spell out JSON once", apiFile, "as JSON.", "as JSON (RFC 8259)."),
		fix("Shorten the read me", "README.md", "Five teams work here; see", "See"),
		section("Point to the price cases", guideFile, "Change the price and nothing else",
			"The cases in `prices/` need no change for it.\n"),
	}
}
