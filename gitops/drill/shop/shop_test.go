package shop

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sound is the smallest shop that passes its own checks.
func sound() Files {
	f := Files{}
	for path, text := range map[string]string{
		configPath: `{
  "name": "Corner", "currency": "EUR",
  "checkout": {"paymentTimeoutMs": 500, "paymentRetries": 0, "maxLineItems": 1},
  "search": {"suggestions": 1, "suggestionCacheSeconds": 0, "minQueryLength": 1, "fuzzyDistance": 0},
  "http": {
    "readTimeoutMs": 100, "idleTimeoutMs": 1000, "maxConnections": 10,
    "poolSize": 1
  },
  "banner": {"text": ""},
  "features": {"giftWrap": true}
}
`,
		routesPath: `{"routes": [
  {"path": "/", "handler": "home", "template": "home.tmpl", "cacheSeconds": 1},
  {"path": "/cart", "handler": "cart", "template": "cart.tmpl", "cacheSeconds": 1},
  {"path": "/search", "handler": "search", "template": "search.tmpl", "cacheSeconds": 1}
]}
`,
		"templates/home.tmpl":   "{{range .Products}}{{.Name}}\n{{end}}",
		"templates/cart.tmpl":   "Cart\n{{money .Cart.Total}}\n",
		"templates/search.tmpl": "{{range .Results}}{{.SKU}}\n{{end}}",
		"catalog/toys.json": `{"products": [
  {"sku": "T-1", "name": "Kite", "price": "15.15", "stock": 1, "tags": ["kite"]},
  {"sku": "T-2", "name": "Top", "price": "3.00", "stock": 0, "tags": ["spinner"]}
]}
`,
		rulesPath: `{"rules": [
  {"id": "three", "kind": "percent-off", "category": "toys", "minimum": 3, "percent": 10, "round": "half-up"},
  {"id": "big", "kind": "amount-off", "from": "100.00", "amount": "5.00"},
  {"id": "shipping", "kind": "shipping", "from": "60.00", "amount": "4.90"},
  {"id": "vat", "kind": "tax", "percent": 19, "round": "half-up"}
]}
`,
		casesPath: `{"cases": [
  {"name": "one kite", "lines": [{"category": "toys", "price": "15.15", "quantity": 1}],
   "steps": {"shipping": "4.90", "vat": "3.81"},
   "total": "23.86"}
]}
`,
		synonymsPath: `{"synonyms": [
  {"term": "dragon", "also": ["kite"]},
  {"term": "snake", "also": ["dragon"]}
]}
`,
		probesPath: `{"probes": [
  {"query": "snake", "atLeast": 1}
]}
`,
	} {
		f[path] = []byte(text)
	}
	return f
}

func TestASoundShop(t *testing.T) {
	s := Open(sound())
	if faults := s.Faults(); len(faults) > 0 {
		t.Fatal(faults)
	}
	for path, want := range map[string]string{"/": "Kite\nTop\n", "/cart": "Cart\n23.86\n", "/search": "T-1\n"} {
		if status, body := s.Get(path, "Dragon"); status != 200 || string(body) != want {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	if status, _ := s.Get("/nowhere", ""); status != 404 {
		t.Errorf("/nowhere: %d", status)
	}
	if got := s.Report(); got != "checks: config ok, routes ok, catalog ok, prices ok, search ok, pages ok\n" {
		t.Error(got)
	}
}

// Each row breaks one thing; the fault must stand at the very line.
func TestFaultsNameTheirLine(t *testing.T) {
	cases := []struct{ path, old, text, want string }{
		{configPath, `"poolSize": 1`, `"poolSize": "1"`, `config: poolSize: want a number, found the text "1" (config/shop.json:7)`},
		{configPath, `"poolSize": 1`, `"poolSize": 1.5`, `config: poolSize: want a whole number, found 1.5 (config/shop.json:7)`},
		{configPath, `"poolSize": 1`, `"poolSize": 0`, "config: poolSize: 0 is not between 1 and 500 (config/shop.json:7)"},
		{configPath, "\n    \"poolSize\": 1", `"pool": 1`, `config: "poolSize" is missing (config/shop.json:5)`},
		{configPath, `"banner": {"text": ""},`, `"banner": {"text": ""}`, `config: invalid character '"' after object key:value pair (config/shop.json:10)`},
		{configPath, "true}\n}", "true}\n", "config: unexpected end of JSON input (config/shop.json:11)"},
		{configPath, "true}", `"yes"}`, `config: giftWrap: want true or false, found the text "yes" (config/shop.json:10)`},
		{routesPath, `"handler": "cart"`, `"handler": "basket"`, `routes: route /cart: there is no handler "basket" (routes/routes.json:3)`},
		{routesPath, `cart.tmpl`, `basket.tmpl`, `routes: route /cart: there is no template "basket.tmpl" (routes/routes.json:3)`},
		{routesPath, `"/cart"`, `"/"`, "routes: path / is there twice (routes/routes.json:3)"},
		{"templates/cart.tmpl", ".Cart.Total", ".Cart.Sum", `pages: template: cart.tmpl:2:13: executing "cart.tmpl" at <.Cart.Sum>: can't evaluate field Sum in type shop.Cart (templates/cart.tmpl:2)`},
		{"templates/cart.tmpl", "{{money", "{{cash", `pages: template: cart.tmpl:2: function "cash" not defined (templates/cart.tmpl:2)`},
		{"templates/search.tmpl", ".SKU", ".Sku", `pages: template: search.tmpl:1:20: executing "search.tmpl" at <.Sku>: can't evaluate field Sku in type shop.Product (templates/search.tmpl:1)`},
		{"catalog/toys.json", `"T-2"`, `"T-1"`, "catalog: sku T-1 is taken (catalog/toys.json:3)\n    at product Kite (catalog/toys.json:2)"},
		{"catalog/toys.json", `"3.00"`, `"1,003.00"`, `catalog: price: "1,003.00" is not an amount such as 12.90 (catalog/toys.json:3)`},
		{"catalog/toys.json", `"3.00"`, `"0.00"`, "catalog: price: T-2 costs 0.00 (catalog/toys.json:3)"},
		{rulesPath, `19, "round": "half-up"`, `19, "round": "down"`, "prices: expected 23.86, got 23.85: rule \"vat\" changed it by 3.80, not 3.81 (prices/rules.json:5)\n    at case \"one kite\" (prices/cases.json:4)"},
		{rulesPath, `"minimum": 3`, `"minimum": 1`, `prices: expected 23.86, got 22.05: rule "three" changed it by -1.52, not 0.00 (prices/rules.json:2)`},
		{rulesPath, `"tax"`, `"levy"`, `prices: rule "vat": there is no kind "levy" (prices/rules.json:5)`},
		{rulesPath, `19, "round": "half-up"`, `19, "round": "nearest"`, `prices: rule "vat": there is no rounding "nearest" (prices/rules.json:5)`},
		{synonymsPath, `["kite"]`, `["snake"]`, "search: expanding \"dragon\" never ends: dragon → snake → dragon (search/synonyms.json:3)\n    at synonym \"dragon\" (search/synonyms.json:2)"},
		{probesPath, `"snake"`, `"boat"`, `search: searching for "boat" finds 0 products, not 1 (search/probes.json:2)`},
	}
	for _, c := range cases {
		f := sound()
		broken := strings.Replace(string(f[c.path]), c.old, c.text, 1)
		if broken == string(f[c.path]) {
			t.Fatalf("%s does not hold %q", c.path, c.old)
		}
		f[c.path] = []byte(broken)
		if got := Open(f).Report(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s with %s:\ngot  %s\nwant %s", c.path, c.text, got, c.want)
		}
	}
}

func TestAMissingFileIsAFault(t *testing.T) {
	for _, path := range []string{configPath, routesPath, rulesPath, casesPath, synonymsPath, probesPath, "templates/home.tmpl", "catalog/toys.json"} {
		f := sound()
		delete(f, path)
		if len(Open(f).Faults()) == 0 {
			t.Errorf("without %s the shop is sound", path)
		}
	}
	if len(Open(nil).Faults()) == 0 {
		t.Error("an empty release is sound")
	}
}

// Whatever a release holds, opening and asking it must come to an answer: a
// drill's production must not die of a commit.
func TestNoFilesMakeItPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := sound()
		var paths []string
		for _, dir := range []string{"", "catalog/"} {
			paths = append(paths, f.under(dir, "")...)
		}
		path := rapid.SampledFrom(paths).Draw(t, "path")
		text := f[path]
		from := rapid.IntRange(0, len(text)).Draw(t, "from")
		to := rapid.IntRange(from, min(len(text), from+30)).Draw(t, "to")
		f[path] = []byte(string(text[:from]) + rapid.String().Draw(t, "text") + string(text[to:]))
		s := Open(f)
		for _, page := range []string{"/", "/cart", "/search"} {
			s.Get(page, "snake")
		}
		if len(s.Faults()) == 0 != strings.HasPrefix(s.Report(), "checks: config ok") {
			t.Fatalf("%v, but the report is %s", s.Faults(), s.Report())
		}
	})
}

func TestMoneyReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Money(rapid.Int64Range(-1e15, 1e15).Draw(t, "cents"))
		got, err := ParseMoney(m.String())
		if err != nil || got != m {
			t.Fatalf("%d is written %s, read %d, %v", m, m, got, err)
		}
	})
	for _, s := range []string{"", "1", "1.5", "1.005", "1,00", ".50", "1.-5", "--1.00", "+1.00", "1 000.00", "99999999999999999999.00"} {
		if m, err := ParseMoney(s); err == nil {
			t.Errorf("%q was read as %s", s, m)
		}
	}
}

func TestRounding(t *testing.T) {
	for _, c := range []struct {
		round   rounding
		m       Money
		percent int
		want    Money
	}{
		{halfUp, 10, 25, 3},
		{halfUp, 10, 24, 2},
		{halfEven, 10, 25, 2},
		{halfEven, 30, 25, 8},
		{halfEven, 10, 26, 3},
		{down, 10, 29, 2},
		{up, 10, 21, 3},
		{up, 10, 20, 2},
		{halfUp, 2005, 19, 381},
	} {
		if got := c.round.percent(c.m, c.percent); got != c.want {
			t.Errorf("%d%% of %d, %s: %d, want %d", c.percent, c.m, c.round, got, c.want)
		}
	}
}
