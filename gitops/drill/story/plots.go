package story

import (
	"fmt"
	"strings"
)

// plot is what makes a release bad: the culprit, and the innocent changes of
// the same release that touch the same file elsewhere.
type plot struct {
	culprit change
	beside  []change
}

// cast marks the actors of a plot.
func (p plot) cast() plot {
	p.culprit.role = culprit
	for i := range p.beside {
		p.beside[i].role = sameFile
	}
	return p
}

func badConfig(w *writer) plot {
	culprits := []change{
		{ // the comma at the line's end is gone
			team: teamPlatform, subject: "Give slow payment partners eight seconds",
			body:  "Two partners answer after five to seven seconds at month's end.",
			edits: []edit{swap(configFile, "\"paymentTimeoutMs\": 4000,\n", "\"paymentTimeoutMs\": 8000\n")},
		},
		{ // JSON has no comma behind the last field
			team: teamCheckout, subject: "Prepare the loyalty flag",
			body:  "Off everywhere until the terms are signed.",
			edits: []edit{swap(configFile, "    \"reviews\": false\n", "    \"reviews\": false,\n    \"loyalty\": false,\n")},
		},
		{ // the number became a text
			team: teamPlatform, subject: "Write the payment timeout with its unit",
			edits: []edit{swap(configFile, "\"paymentTimeoutMs\": 4000,", "\"paymentTimeoutMs\": \"4s\",")},
		},
	}
	return plot{culprit: pick(w.rnd, culprits), beside: []change{
		{
			team: teamPlatform, subject: "Allow more connections",
			edits: []edit{set(configFile, "", "maxConnections", fmt.Sprint(50*w.rnd.between(5, 12)))},
		},
		{
			team: teamPlatform, subject: "Keep a larger pool",
			edits: []edit{set(configFile, "", "poolSize", fmt.Sprint(5*w.rnd.between(5, 9)))},
		},
	}}
}

func badTemplate(w *writer) plot {
	plots := []plot{
		{
			culprit: change{
				team: teamCheckout, subject: "Show what a customer saves",
				body:  "Asked for by marketing, next to the discount.",
				edits: []edit{after(cartFile, `<p class="subtotal">`, "  <p class=\"saving\">You save {{money .Cart.Saving}}</p>\n")},
			},
			beside: []change{
				{
					team: teamCheckout, subject: "Head the cart with the number of articles",
					edits: []edit{swap(cartFile, "<h2>Your cart</h2>", "<h2>Your cart, {{.Cart.Count}} articles</h2>")},
				},
				{
					team: teamCheckout, subject: "Name the next step on the button",
					edits: []edit{swap(cartFile, "To the checkout", "On to address and payment")},
				},
			},
		},
		{
			culprit: change{
				team: teamCatalog, subject: "Show the number of ratings",
				edits: []edit{after(productFile, "Article number", "    <p class=\"ratings\">{{len .Product.Ratings}} ratings</p>\n")},
			},
			beside: []change{{
				team: teamCatalog, subject: "Name the category in words",
				edits: []edit{swap(productFile, `<p class="category">{{`, `<p class="category">In our range: {{`)},
			}},
		},
		{
			culprit: change{
				team: teamCheckout, subject: "Say delivery instead of shipping",
				body:  "As in all our letters.",
				edits: []edit{swap(checkoutFile, `<p class="shipping">Shipping {{money .Cart.Shipping}}</p>`, `<p class="delivery">Delivery {{money .Cart.Delivery}}</p>`)},
			},
			beside: []change{{
				team: teamCheckout, subject: "Link the terms",
				edits: []edit{swap(checkoutFile, "our terms.", `our <a href="/help">terms</a>.`)},
			}},
		},
	}
	return pick(w.rnd, plots)
}

func brokenRoute(w *writer) plot {
	culprits := []change{
		{
			team: teamSearch, subject: "Name the search handler after its page",
			edits: []edit{set(routesFile, `"path": "/search"`, "handler", `"searchPage"`)},
		},
		{
			team: teamCheckout, subject: "Route the cart to the new basket",
			body:  "The basket handler replaces the cart handler, see the plan for March.",
			edits: []edit{set(routesFile, `"path": "/cart"`, "handler", `"basket"`)},
		},
		{
			team: teamPlatform, subject: "Move the product page to its own template",
			edits: []edit{set(routesFile, `"path": "/product"`, "template", `"product-page.tmpl"`)},
		},
	}
	return plot{culprit: pick(w.rnd, culprits), beside: []change{
		{
			team: teamPlatform, subject: "Keep the home page a little longer",
			edits: []edit{set(routesFile, `"path": "/"`, "cacheSeconds", fmt.Sprint(15*w.rnd.between(3, 8)))},
		},
		{
			team: teamDocs, subject: "Answer under /contact too",
			edits: []edit{insert(routesFile, `"path": "/checkout"`, contactRoute)},
		},
	}}
}

const contactRoute = `    {
      "path": "/contact",
      "handler": "help",
      "template": "help.tmpl",
      "cacheSeconds": 600
    }`

func badCatalog(w *writer) plot {
	aisle := pick(w.rnd, aisles)
	made, behind := w.shelf.addition(aisle.path)
	second, behindSecond := w.shelf.addition(aisle.path)
	subject := fmt.Sprintf("Add the %s and the %s", made.name, second.name)
	entry := second.json()
	switch w.rnd.below(3) {
	case 0: // an article number that is taken
		entry = strings.Replace(entry, second.sku, w.shelf.take(aisle.path).sku, 1)
	case 1: // a price as people write it
		entry = strings.Replace(entry, fmt.Sprintf("%q", second.price()), fmt.Sprintf(`"1,%03d.00"`, w.rnd.below(1000)), 1)
	default: // a number as a text
		entry = strings.Replace(entry, fmt.Sprintf(`"stock": %d`, second.stock), fmt.Sprintf(`"stock": "%d"`, second.stock), 1)
	}
	return plot{
		culprit: change{
			team: teamCatalog, subject: subject, body: "From the new season's list.",
			edits: []edit{
				insert(aisle.path, behind.mark(), made.json()),
				insert(aisle.path, behindSecond.mark(), entry),
			},
		},
		beside: []change{w.correction(aisle.path), w.correction(aisle.path)},
	}
}

func badPriceRule(w *writer) plot {
	culprits := []change{
		{
			team: teamPricing, subject: "Round tax like the new ledger does",
			edits: []edit{set(rulesFile, `"id": "vat"`, "round", `"down"`)},
		},
		{
			team: teamPricing, subject: "Give the books discount earlier",
			body:  "Agreed with purchasing until Easter.",
			edits: []edit{set(rulesFile, `"id": "books-volume"`, "minimum", "2")},
		},
		{
			team: teamPricing, subject: "Follow the carrier's new limits",
			edits: []edit{set(rulesFile, `"id": "shipping"`, "from", `"65.00"`)},
		},
	}
	return plot{culprit: pick(w.rnd, culprits), beside: []change{
		{
			team: teamPricing, subject: "Reward very large garden orders",
			edits: []edit{insert(rulesFile, `"id": "kitchen-week"`, gardenRule)},
		},
	}}
}

const gardenRule = `    {
      "id": "garden-dozen",
      "kind": "percent-off",
      "category": "garden",
      "minimum": 12,
      "percent": 8,
      "round": "half-up"
    }`

func searchLoop(w *writer) plot {
	pairs := [][2]string{
		{"flowerpot", "planter"}, {"skillet", "pan"}, {"teapot", "kettle"}, {"recipes", "cookbook"},
	}
	pair := pick(w.rnd, pairs)
	return plot{
		culprit: change{
			team: teamSearch, subject: fmt.Sprintf("Find the %s under %s too", pair[1], pair[0]),
			body:  "People type both, by the search log.",
			edits: []edit{insert(synonymsFile, `"term": "plush"`, synonymEntry(pair[0], pair[1]))},
		},
		beside: []change{
			{
				team: teamSearch, subject: "Find puzzles under brain teaser",
				edits: []edit{insert(synonymsFile, `"term": "novel"`, synonymEntry("brain teaser", "puzzle"))},
			},
			{
				team: teamSearch, subject: "Find crime among the novels",
				edits: []edit{swap(synonymsFile, `["fiction"]`, `["fiction", "crime"]`)},
			},
		},
	}
}

func badMerge(w *writer) plot {
	return plot{
		culprit: change{
			team: teamCheckout, branch: "express-checkout",
			parts: []change{
				{
					team: teamCheckout, subject: "Show the day of delivery in the cart", role: culpritPart,
					edits: []edit{after(cartFile, `<p class="subtotal">`, "  <p class=\"arrival\">With you on {{.Cart.Arrival}}</p>\n")},
				},
				{
					team: teamCheckout, subject: "Give the express button its style", role: culpritPart,
					edits: []edit{after(cssFile, ".total {", "  font-size: 110%;\n")},
				},
				{
					team: teamCheckout, subject: "Offer express at the checkout", role: culpritPart,
					edits: []edit{after(checkoutFile, "Invoice</label>", "    {{- if .Cart.Express}}\n    <label><input type=\"checkbox\" name=\"express\"> Express</label>\n    {{- end}}\n")},
				},
			},
		},
		beside: []change{{
			team: teamCheckout, subject: "Head the cart with the number of articles",
			edits: []edit{swap(cartFile, "<h2>Your cart</h2>", "<h2>Your cart, {{.Cart.Count}} articles</h2>")},
		}},
	}
}
