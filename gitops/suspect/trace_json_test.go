package suspect

import (
	"strings"
	"testing"
)

// events are what trackers export and structured logs write, with the places as
// objects.
var events = []struct{ name, text, want, says string }{
	{"sentry python", `{
  "event_id": "fc6d8c0c43fc4630ad850ee518f1b9d0",
  "message": "",
  "title": "TypeError: unsupported operand",
  "breadcrumbs": {"values": [{"message": "GET /banana", "data": {"lineno": 3, "filename": "no.py"}}]},
  "exception": {"values": [
    {"type": "KeyError", "value": "'net'", "stacktrace": {"frames": [
      {"filename": "app/a.py", "abs_path": "/srv/my shop/app/a.py", "function": "outer", "lineno": 1, "in_app": true},
      {"filename": "app/b.py", "abs_path": "/srv/my shop/app/b.py", "function": "inner", "lineno": 2, "in_app": true}
    ]}},
    {"type": "TypeError", "value": "unsupported operand", "stacktrace": {"frames": [
      {"filename": "flask/app.py", "abs_path": "/usr/lib/python3.11/site-packages/flask/app.py", "function": "full_dispatch", "lineno": 1484, "in_app": false},
      {"filename": "app/price.py", "abs_path": "/srv/my shop/app/price.py", "function": "total", "lineno": 41, "in_app": true},
      {"filename": "money/sum.py", "abs_path": "/opt/money/sum.py", "function": "add", "lineno": 9, "in_app": false}
    ]}}
  ]}
}`, "/srv/my shop/app/b.py:2 inner\n/srv/my shop/app/a.py:1 outer\n[/opt/money/sum.py:9 add]\n/srv/my shop/app/price.py:41 total\n" +
		"[/usr/lib/python3.11/site-packages/flask/app.py:1484 full_dispatch]\n", "TypeError: unsupported operand"},
	{
		"sentry java", `{"exception":{"values":[{"type":"IllegalStateException","value":"no price","stacktrace":{"frames":[` +
			`{"filename":"Main.java","module":"com.acme.shop.Main","function":"main","lineno":5},` +
			`{"filename":"PriceTable.java","module":"com.acme.shop.price.PriceTable$Row","function":"at","lineno":41}]}}]}}`,
		"com/acme/shop/price/PriceTable.java:41 at\ncom/acme/shop/Main.java:5 main\n", "IllegalStateException: no price",
	},
	{
		"sentry webpack", `{"stacktrace":{"frames":[{"abs_path":"webpack:///./src/cart.ts","filename":"./src/cart.ts","function":"show","lineno":9,"colno":2},` +
			`{"abs_path":"webpack:///./src/price.ts","filename":"./src/price.ts","function":"total","lineno":41,"colno":13}]}}`,
		"src/price.ts:41 total\nsrc/cart.ts:9 show\n", "",
	},
	{
		"sentry's interface", `{"entries":[{"type":"exception","data":{"values":[{"type":"E","value":"v","stacktrace":{"frames":[` +
			`{"filename":"app/views.py","absPath":"/srv/app/views.py","function":"show","lineNo":9,"inApp":true},` +
			`{"filename":"app/price.py","absPath":"/srv/app/price.py","function":"total","lineNo":41,"inApp":true}]}}]}}]}`,
		"/srv/app/price.py:41 total\n/srv/app/views.py:9 show\n", "E: v",
	},
	{
		"rollbar", `{"body":{"trace_chain":[{"exception":{"class":"Shop::Broken","message":"no cart"},"frames":[{"filename":"/app/cart.rb","lineno":9,"method":"show"}]},` +
			`{"exception":{"class":"NoMethodError","message":"undefined method net"},"frames":[{"filename":"/app/cart.rb","lineno":8,"method":"show"},{"filename":"/app/price.rb","lineno":41,"method":"total"}]}]}}`,
		"/app/price.rb:41 total\n/app/cart.rb:8 show\n/app/cart.rb:9 show\n", "NoMethodError: undefined method net",
	},
	{
		"bugsnag", `{"exceptions":[{"errorClass":"Broken","message":"no cart","stacktrace":[{"file":"lib/cart.rb","lineNumber":9,"method":"show","inProject":true}]},` +
			`{"errorClass":"NoMethodError","message":"nil","stacktrace":[{"file":"lib/price.rb","lineNumber":41,"method":"total","inProject":true},{"file":"money.rb","lineNumber":3,"method":"add","inProject":false}]}]}`,
		"lib/price.rb:41 total\n[money.rb:3 add]\nlib/cart.rb:9 show\n", "NoMethodError: nil",
	},
	{
		"honeybadger", `{"error":{"class":"NoMethodError","message":"nil","backtrace":[{"number":"41","file":"[PROJECT_ROOT]/app/price.rb","method":"total"},{"number":"9","file":"[PROJECT_ROOT]/app/cart.rb","method":"show"}]}}`,
		"[PROJECT_ROOT]/app/price.rb:41 total\n[PROJECT_ROOT]/app/cart.rb:9 show\n", "NoMethodError: nil",
	},
	{
		"elastic", `{"error":{"exception":[{"type":"Error","message":"no price","stacktrace":[{"filename":"price.js","abs_path":"/app/price.js","function":"total","line":{"number":41,"context":"x"},"library_frame":false},` +
			`{"abs_path":"/app/lib/koa.js","line":{"number":3},"library_frame":true}]}]}}`,
		"/app/price.js:41 total\n[/app/lib/koa.js:3]\n", "Error: no price",
	},
	{
		"zerolog, behind a collector", "api-1  | " + `{"level":"error","stack":[{"func":"(*Table).At","line":"41","source":"table.go"},{"func":"main","line":"12","source":"main.go"}],"error":"no price","message":"checkout"}`,
		"table.go:41 At\nmain.go:12 main\n", "checkout: no price",
	},
	{
		"log4j", `{"level":"ERROR","message":"checkout","thrown":{"message":"no","name":"com.acme.Broken","cause":{"name":"java.lang.NullPointerException","extendedStackTrace":[{"class":"com.acme.shop.Price","method":"total","file":"Price.java","line":41}]},` +
			`"extendedStackTrace":[{"class":"com.acme.shop.Cart","method":"show","file":"Cart.java","line":9}]}}`,
		"com/acme/shop/Price.java:41 total\ncom/acme/shop/Cart.java:9 show\n", "com.acme.Broken: no",
	},
	{
		"slog among lines", "starting\n" + `{"time":"2026-03-01T12:00:00Z","level":"ERROR","source":{"function":"shop/price.(*Table).At","file":"/src/price/table.go","line":41},"msg":"no price"}` + "\nTraceback (most recent call last):\n  File \"/app/a.py\", line 1, in outer\n",
		"/app/a.py:1 outer\n/src/price/table.go:41 At\n", "no price",
	},
	{
		"ecs", `{"message":"no price","log":{"origin":{"file":{"line":41,"name":"app/price.rb"},"function":"total"}}}`,
		"app/price.rb:41\n", "no price",
	},
	{
		"a trace as text beside", `{"line": 3, "at":{"file":"x.go","line":3}, "stack_trace":"Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in outer\n"}`,
		"/app/a.py:1 outer\nx.go:3\n", "",
	},
	{"no event", `{"line": 41, "file": "data.csv"} and {"line": broken, "file": "x.go"`, "", ""},
}

func TestEventsAreReadAsTraces(t *testing.T) {
	for _, c := range events {
		if got := brief(Parse(c.text)); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
		prose := proseOf(c.text)
		if !strings.Contains(prose, c.says) || strings.Contains(prose, "banana") {
			t.Errorf("%s says %q, want %q", c.name, prose, c.says)
		}
	}
}

// TestBrokenEventsAreLeftAsTheyAre: what is no JSON costs no more than twice its
// length, and hides nothing that stands beside it.
func TestBrokenEventsAreLeftAsTheyAre(t *testing.T) {
	for name, text := range map[string]string{
		"unclosed":         strings.Repeat("{\"a\":\n", 20000) + `"line": 1`,
		"nested":           strings.Repeat("[{\"line\":", 20000),
		"lists":            strings.Repeat("[\n", 200000) + `"line": 1`,
		"far from the key": strings.Repeat("{\"a\":1}\n", 100000) + `"line": 1`,
		"closed too early": strings.Repeat("{\"line\":1}}\n", 100000),
	} {
		if got := brief(Parse(text + "\napp/price.rb:41:in `total'\n")); got != "app/price.rb:41 total\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
