package story

// exhibits gives what every bad release holds besides its culprit: something
// for each mark of the screen. Each thread keeps its order, and none touches a
// line that a culprit touches.
func (w *writer) exhibits() [][]change {
	return [][]change{
		w.overlapping(),
		{
			{
				team: teamSearch, subject: "Cache suggestions for five minutes", role: undone,
				edits: []edit{set(configFile, "", "suggestionCacheSeconds", "300")},
			},
			{
				team: teamSearch, role: undoing,
				body:  "Sold out products stayed among the suggestions for too long.",
				edits: []edit{set(configFile, "", "suggestionCacheSeconds", "60")},
			},
		},
		{{
			team: teamCheckout, subject: "Add orders.currency", role: migration,
			body:  "Filled for old orders by the migration itself.",
			edits: []edit{create("migrations/0005_add_orders_currency.sql", "ALTER TABLE orders ADD COLUMN currency TEXT NOT NULL DEFAULT 'EUR';\n")},
		}},
		{w.lockedBump()},
		{{
			team: teamPlatform, subject: "Wait longer for the health page", role: ciChange,
			edits: []edit{swap(ciFile, "WAIT_SECONDS=60", "WAIT_SECONDS=180")},
		}},
		{{
			team: teamPlatform, branch: "retry-once", role: merge,
			parts: []change{
				{
					team: teamPlatform, subject: "Try once more before showing an error",
					edits: []edit{swap(scriptFile, "  const response = await fetch(\"/cart\", { method: \"POST\", body: sku });\n",
						"  const request = () => fetch(\"/cart\", { method: \"POST\", body: sku });\n  const response = await request().catch(request);\n")},
				},
				{
					team: teamPlatform, subject: "Describe the second attempt",
					edits: []edit{after(apiFile, "Takes `q`.", "The shop's own pages ask a second time when an answer is lost.\n")},
				},
			},
		}},
		{{
			team: teamDocs, subject: "Say who approves a banner [skip ci]",
			edits: []edit{after(guideFile, "The banner has room for", "The shop's manager approves it.\n")},
		}},
	}
}

func (w *writer) lockedBump() change {
	c := bump("http-client", "3.2.0", "3."+pick(w.rnd, []string{"2.4", "3.0", "4.1"}))
	c.role = lockfile
	return c
}

// overlapping gives two changes of the same line: the first cannot be reverted
// without the second.
func (w *writer) overlapping() []change {
	pairs := [][]change{
		{
			{team: teamCheckout, subject: "Make cart lines less crowded", edits: []edit{swap(cssFile, "padding: 4px 8px;", "padding: 8px;")}},
			{team: teamCheckout, subject: "Align cart lines with the total", edits: []edit{swap(cssFile, ".cart-line td {\n  padding: 8px;", ".cart-line td {\n  padding: 8px 0;")}},
		},
		{
			{team: teamCheckout, subject: "Use the new brand colour", edits: []edit{swap(cssFile, "#7a3e9d", "#6a2c91")}},
			{team: teamCheckout, subject: "Darken the brand colour for contrast", edits: []edit{swap(cssFile, "#6a2c91", "#4f1f6d")}},
		},
		{
			{team: teamDocs, subject: "Tell on-call to save the trace", edits: []edit{swap(runbookFile, "it says what is wrong, and where.", "save what it says.")}},
			{team: teamDocs, subject: "Tell on-call where to save the trace", edits: []edit{swap(runbookFile, "save what it says.", "save what it says in the incident's ticket.")}},
		},
	}
	pair := pick(w.rnd, pairs)
	pair[0].role, pair[1].role = conflicting, overlaid
	return pair
}

// unreleased gives the two or three commits that main has beyond the bad
// release.
func (w *writer) unreleased() []change {
	all := []change{
		{
			team: teamCheckout, subject: "Announce the spring sale",
			edits: []edit{set(configFile, `"banner"`, "text", `"The spring sale starts on Friday"`)},
		},
		{
			team: teamDocs, subject: "Explain how to ask the payment partner",
			edits: []edit{after(runbookFile, "Ask the payment partner", "Their number is on the partner's own page.\n")},
		},
		{
			team: teamCheckout, subject: "Space out the product list",
			edits: []edit{swap(cssFile, "margin-bottom: 6px;", "margin-bottom: 10px;")},
		},
		{
			team: teamPlatform, subject: "Say on the home page what is new",
			edits: []edit{swap("templates/home.tmpl", "New this week", "New in the shop")},
		},
		{ // reverting what the merged branch did to this file has to follow it
			team: teamDocs, subject: "Call the interfaces what they are",
			edits: []edit{move(apiFile, "docs/interfaces.md")},
		},
	}
	shuffle(w.rnd, all)
	return all[:2+w.rnd.below(2)]
}
