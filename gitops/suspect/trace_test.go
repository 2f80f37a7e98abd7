package suspect

import (
	"fmt"
	"strings"
	"testing"
	"testing/quick"
)

// brief is a list of frames as the tables spell it: path:line func, libraries in
// brackets.
func brief(frames []Frame) string {
	var b strings.Builder
	for _, f := range frames {
		text := fmt.Sprintf("%s:%d", f.Path, f.Line)
		if f.Func != "" {
			text += " " + f.Func
		}
		if f.Library {
			text = "[" + text + "]"
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// traces are one or more for every language, as they are printed.
var traces = []struct{ name, text, want string }{
	{"go panic", `panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
github.com/acme/shop/price.(*Table).At(0xc000010000, 0x3)
	/build/workspace/shop/price/table.go:41 +0x1d
main.main()
	/build/workspace/shop/cmd/shop/main.go:12 +0x2a
runtime.goexit()
	/usr/local/go/src/runtime/asm_amd64.s:1650 +0x1
`, "/build/workspace/shop/price/table.go:41 At\n/build/workspace/shop/cmd/shop/main.go:12 main\n[/usr/local/go/src/runtime/asm_amd64.s:1650 goexit]\n"},
	{"go trimpath and modules", `	net/http/server.go:2136 +0x29
	github.com/other/lib@v1.2.3/errors.go:12
	github.com/acme/shop/price.go:7 +0x1
`, "[net/http/server.go:2136]\n[github.com/other/lib@v1.2.3/errors.go:12]\ngithub.com/acme/shop/price.go:7\n"},
	{"go log line", "2024/03/01 12:00:00 price.go:41: no price for 17\n", "price.go:41\n"},
	{"python", `Traceback (most recent call last):
  File "/usr/lib/python3.11/site-packages/flask/app.py", line 1484, in full_dispatch
    rv = self.dispatch_request()
         ^^^^^^^^^^^^^^^^^^^^^^^
  File "/srv/my shop/app/views.py", line 30, in checkout
    return total(cart)
  File "/srv/my shop/app/price.py", line 41, in total
    return sum(p.net for p in cart)
TypeError: unsupported operand type(s)
`, "/srv/my shop/app/price.py:41 total\n/srv/my shop/app/views.py:30 checkout\n[/usr/lib/python3.11/site-packages/flask/app.py:1484 full_dispatch]\n"},
	{"python chained", `Traceback (most recent call last):
  File "/app/a.py", line 1, in outer
  File "/app/b.py", line 2, in inner
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/c.py", line 3, in top
  File "/app/d.py", line 4, in handler
ValueError
`, "/app/b.py:2 inner\n/app/a.py:1 outer\n/app/d.py:4 handler\n/app/c.py:3 top\n"},
	{"java caused by", `Exception in thread "main" java.lang.IllegalStateException: no
	at com.acme.shop.Checkout.run(Checkout.java:20)
	at com.acme.shop.Main.main(Main.java:5)
Caused by: java.lang.NullPointerException: price
	at app//com.acme.shop.price.PriceTable$Row.at(PriceTable.java:41)
	at java.base/java.util.ArrayList.forEach(ArrayList.java:1511)
	at com.acme.shop.Checkout.run(Checkout.java:18)
	... 1 more
`, "com/acme/shop/price/PriceTable.java:41 at\n[java/util/ArrayList.java:1511 forEach]\ncom/acme/shop/Checkout.java:18 run\ncom/acme/shop/Checkout.java:20 run\ncom/acme/shop/Main.java:5 main\n"},
	{
		"kotlin top level", "\tat com.acme.shop.PriceKt.total(Price.kt:41)\n\tat com.acme.shop.PriceKt$main$1.invokeSuspend(Price.kt:9)\n",
		"com/acme/shop/Price.kt:41 total\ncom/acme/shop/Price.kt:9 invokeSuspend\n",
	},
	{"webpack", `TypeError: Cannot read properties of undefined (reading 'net')
    at total (webpack:///./src/price.ts?1a2b:41:13)
    at checkout (webpack-internal:///(rsc)/./src/app/(shop)/page.tsx:10:2)
    at async handler (webpack://shop/./src/api/index.ts:7:1)
    at Object.<anonymous> (file:///app/dist/server.mjs:3:4)
    at process.processTicksAndRejections (node:internal/process/task_queues.js:95:5)
    at /app/node_modules/express/lib/router/layer.js:95:5
`, "src/price.ts:41 total\nsrc/app/(shop)/page.tsx:10 checkout\nsrc/api/index.ts:7 handler\n/app/dist/server.mjs:3\n[node:internal/process/task_queues.js:95 processTicksAndRejections]\n[/app/node_modules/express/lib/router/layer.js:95]\n"},
	{
		"firefox", "total@https://shop.example.com/static/js/price.js:41:13\ncheckout@https://shop.example.com/static/js/cart.js:2:1\n",
		"static/js/price.js:41 total\nstatic/js/cart.js:2 checkout\n",
	},
	{
		"rails' fingerprints", `    at total (https://shop.example.com/assets/cart/price.self-5d3cf5b1a0a6a2a3e4b6a9a1f87d6e3a6f4d1d5f7d3b3b9a1c2e4f6a8b0c2d4e.js?body=1:41:13)
    at show (https://shop.example.com/assets/controllers/cart_controller-6d58c91b.js:9:2)
    at https://shop.example.com/assets/report-20260101.js:7:1
    at https://shop.example.com/assets/application-6d58c91b6d58c91b6d58c91b6d58c91b.js:1:20341
`,
		"assets/cart/price.js:41 total\nassets/controllers/cart_controller.js:9 show\nassets/report-20260101.js:7\nassets/application-6d58c91b6d58c91b6d58c91b6d58c91b.js:1\n",
	},
	{
		"ruby", "app/models/price.rb:41:in `total': undefined method `net' for nil (NoMethodError)\n\tfrom app/controllers/cart_controller.rb:9:in 'CartController#show'\n\tfrom /usr/local/bundle/gems/rack-2.2/lib/rack.rb:3:in `call'\n",
		"app/models/price.rb:41 total\napp/controllers/cart_controller.rb:9 show\n[/usr/local/bundle/gems/rack-2.2/lib/rack.rb:3 call]\n",
	},
	{
		"ruby, outermost first", "Traceback (most recent call last):\n\t1: from app/a.rb:3:in `main'\napp/price.rb:41:in `total': no (RuntimeError)\n",
		"app/price.rb:41 total\napp/a.rb:3 main\n",
	},
	{"rails view", "app/views/carts/show.html.erb:3:in `_app_views'\n", "app/views/carts/show.html.erb:3 _app_views\n"},
	{
		"c#", "Unhandled exception. System.NullReferenceException: x\n   at Shop.Price.Total(Int32 id) in C:\\build\\src\\Shop\\Price.cs:line 41\n--- End of stack trace from previous location ---\n   at Shop.Cart.Show() in /src/Shop/Cart.cs:line 9\n",
		"/build/src/Shop/Price.cs:41 Total\n/src/Shop/Cart.cs:9 Show\n",
	},
	{
		"php", "PHP Fatal error:  Uncaught TypeError: bad in /var/www/src/Price.php:41\nStack trace:\n#0 /var/www/src/Cart.php(9): Shop\\Price->total()\n#1 /var/www/vendor/symfony/Kernel.php(3): x()\n#2 {main}\n  thrown in /var/www/src/Price.php on line 41\n",
		"/var/www/src/Price.php:41\n/var/www/src/Cart.php:9 total\n[/var/www/vendor/symfony/Kernel.php:3 x]\n",
	},
	{
		"rust", "thread 'main' panicked at src/price.rs:41:9:\nno price\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/abc/library/std/src/panicking.rs:645:5\n   2: shop::price::total\n             at ./src/price.rs:41:9\n   3: shop::main\n             at ./src/main.rs:7:5\n",
		"src/price.rs:41\n[/rustc/abc/library/std/src/panicking.rs:645 rust_begin_unwind]\nsrc/main.rs:7 main\n",
	},
	{
		"rust in its image, with hashes", "   4: shop::price::total::h0123456789abcdef\n             at /app/src/price.rs:41:9\n   5: axum::serve::h0123456789abcdef\n             at /usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/axum-0.7.9/src/error.rs:7:5\n",
		"/app/src/price.rs:41 total\n[/usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/axum-0.7.9/src/error.rs:7 serve]\n",
	},
	{"rust, older", "thread 'main' panicked at 'no price', src/price.rs:41:9\n", "src/price.rs:41\n"},
	{
		"gdb", "#0  0x00005555 in total (id=1, name=0x0) at ../src/price.c:41\n#1  main () at ../src/../app/main.c:7\n",
		"src/price.c:41 total\napp/main.c:7 main\n",
	},
	{
		"asan", "==1==ERROR: AddressSanitizer: heap-use-after-free\n    #0 0x4f1 in total /build/src/price.c:41:13\n    #1 0x4f2 in main /build/src/main.c:7\n    #2 0x7f in __libc_start_main ../csu/libc-start.c:308\n",
		"/build/src/price.c:41 total\n/build/src/main.c:7 main\n[csu/libc-start.c:308 __libc_start_main]\n",
	},
	{"valgrind", "==9==    at 0x40: total (price.c:41)\n==9==    by 0x41: main (main.c:7)\n", "price.c:41 total\nmain.c:7 main\n"},
	{"assertion", "shop: src/price.c:41: total: Assertion `p' failed.\n", "src/price.c:41\n"},
	{"glibc backtrace has no places", "./shop(total+0x1d) [0x4005]\n/lib/x86_64-linux-gnu/libc.so.6(__libc_start_main+0xf0)\n", ""},
	{
		"in a log of json", `{"level":"error","stack":"Error: no\n    at total (/app/src/price.js:41:13)\n    at show (/app/src/cart.js:9:1)"}` + "\n",
		"/app/src/price.js:41 total\n/app/src/cart.js:9 show\n",
	},
	{
		"lambda, node", `{"errorType":"TypeError","stack":["TypeError: no","    at total (/var/task/src/price.js:41:13)","    at Runtime.handler (/var/task/index.js:9:2)"]}` + "\n",
		"/var/task/src/price.js:41 total\n/var/task/index.js:9 handler\n",
	},
	{
		"lambda, python", `{"errorMessage": "'a'", "stackTrace": ["  File \"/var/task/main.py\", line 9, in handler\n    total()\n", "  File \"/var/task/app/price.py\", line 41, in total\n    x\n"]}` + "\n",
		"/var/task/app/price.py:41 total\n/var/task/main.py:9 handler\n",
	},
	{
		"elixir", "** (KeyError) key :net not found\n    (shop 0.1.0) lib/shop/price.ex:41: Shop.Price.total/1\n    (shop 0.1.0) lib/shop/cart.ex:9: Shop.Cart.show/2\n",
		"lib/shop/price.ex:41\nlib/shop/cart.ex:9\n",
	},
	{"in colour, behind a log's prefix", "web_1  | \x1b[31m2024-03-01T12:00:00Z ERR app/price.rb:41:in `total'\x1b[0m\n", "app/price.rb:41 total\n"},
	{"python without an ending", "Traceback (most recent call last):\n  File \"/opt/shop/bin/python-build\", line 2000, in <module>\n    run()\n  File \"<frozen runpy>\", line 3, in run\n", "/opt/shop/bin/python-build:2000\n"},
	{"shell without an ending", "/srv/shop/bin/deploy: line 41: kubect: command not found\n", "/srv/shop/bin/deploy:41\n"},
	{"ruby without an ending", "/srv/shop/bin/rails:4:in `require'\n\tfrom /srv/shop/Rakefile:12:in `<top (required)>'\n", "/srv/shop/bin/rails:4 require\n/srv/shop/Rakefile:12\n"},
	{"no places", "worker: line 41: and line 3: nothing\nat 10:41:in the morning\n", ""},
	{"several", "goroutine 1 [running]:\n\t/a/x.go:1 +0x1\n\ngoroutine 2 [running]:\n\t/a/y.go:2 +0x1\n", "/a/x.go:1\n/a/y.go:2\n"},
	{"no places", "Connection refused: 10.0.0.1:5432, retry in 3.5s (v1.2.3) at 12:00:00.123\n", ""},
}

func TestParse(t *testing.T) {
	for _, c := range traces {
		t.Run(c.name, func(t *testing.T) {
			if got := brief(Parse(c.text)); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
			// Whatever is around a trace, its places are found.
			noisy := "INFO starting up\n" + strings.ReplaceAll(c.text, "\n", "\r\n") + "INFO done, 3 retries\n"
			if got := brief(Parse(noisy)); got != c.want {
				t.Errorf("in noise got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// TestWhatCollectsLogsPutsBeforeEachLine: each trace is read as it is without.
func TestWhatCollectsLogsPutsBeforeEachLine(t *testing.T) {
	for _, prefix := range []string{
		"web_1  | ", "shop-web-1  | ", "10:02:11 web.1   | ", "web (stderr)         | ", "\x1b[36mweb_1  |\x1b[0m ",
		"2024-11-28T10:02:11.000000+00:00 app[web.2]: ", "2024-11-28T10:02:11+0000 ip-10-0-0-1 shop[1187]: ",
		"Nov 28 10:02:11 ip-10-0-0-1 shop[1187]: ", "Nov  8 10:02:11 host docker/shop[99]: ",
		"2024-11-28T10:02:11.123456789Z stderr F ", "[pod/shop-7d9f/shop] ", "[pod/shop-7d9f/shop] 2024-11-28T10:02:11.1Z stdout F ",
		"shop-7d9f8c6b5-x2x4z shop ", "2024-11-28T10:02:11.123000+00:00 shop/web/0123456789abcdef0123456789abcdef ",
		"2024-11-28T10:02:11.123000+00:00 2024/11/28/[$LATEST]0123456789abcdef0123456789abcdef ", "2024-11-28T10:02:11Z app[148e2] ams [info]",
	} {
		for _, c := range traces {
			var text strings.Builder
			for line := range strings.Lines(c.text) {
				text.WriteString(prefix + line)
			}
			if got := brief(Parse(text.String())); got != c.want {
				t.Errorf("%s behind %q got:\n%swant:\n%s", c.name, prefix, got, c.want)
			}
		}
	}
	// A moment alone may be the program's own: only lines of traces lose it.
	for _, c := range traces[:1] {
		text := "2024-11-28T10:02:11.1Z " + strings.ReplaceAll(strings.TrimSpace(c.text), "\n", "\n2024-11-28T10:02:11.1Z ")
		if got := brief(Parse(text)); got != c.want {
			t.Errorf("%s behind a moment got:\n%swant:\n%s", c.name, got, c.want)
		}
	}
	frames := Parse("2024-11-28T10:02:11Z price.go:41: no price\nNov 28 10:02:11 host shop[1]: INFO cart.go:9 request\n")
	if len(frames) != 2 || !frames[0].Loose || !frames[1].Loose {
		t.Errorf("statements of a log: %+v", frames)
	}
}

// TestTheTraceAtTheEndOfALogIsFound: a log names the statement that wrote each of
// its lines; among them stands what one looks for, mostly at the end.
func TestTheTraceAtTheEndOfALogIsFound(t *testing.T) {
	var log strings.Builder
	for i := range 50000 {
		fmt.Fprintf(&log, "2026-01-02T03:04:05Z INFO handler.go:%d request %d took 3ms\n", i%700, i)
	}
	frames := Parse(log.String() + "panic: boom\n\t/build/app/price.go:41 +0x1d\n" + "2026-01-02T03:04:06Z INFO last.go:7 going down\n")
	if got := brief(frames[:2]); got != "/build/app/price.go:41\nlast.go:7\n" {
		t.Errorf("first is %s", got)
	}
	if len(frames) > MaxFrames || frames[0].Loose || !frames[1].Loose {
		t.Errorf("%d frames, %+v", len(frames), frames[:2])
	}
	deep := strings.Repeat("\t/a/recurse.go:1 +0x1\n\t/a/recurse.go:2 +0x1\n", 5000)
	if got := brief(Parse("goroutine 1 [running]:\n\t/a/inner.go:3 +0x1\n" + deep)[:1]); got != "/a/inner.go:3\n" {
		t.Errorf("of a deep stack the first is %s", got)
	}
	outer := strings.Repeat("  File \"/a/recurse.py\", line 1, in f\n", 5000)
	if got := brief(Parse("Traceback (most recent call last):\n" + outer + "  File \"/a/inner.py\", line 3, in g\n")[:1]); got != "/a/inner.py:3 g\n" {
		t.Errorf("of a deep Python stack the first is %s", got)
	}
}

func TestDepthCountsFromTheInnermost(t *testing.T) {
	frames := Parse(traces[3].text + "\n\n\n\n\n" + traces[0].text)
	for i, want := range [][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}} {
		if got := [2]int{frames[i].Stack, frames[i].Depth}; got != want {
			t.Errorf("frame %d: stack and depth %v, want %v", i, got, want)
		}
	}
}

// TestParseIsBounded reads texts that are made to be expensive.
func TestParseIsBounded(t *testing.T) {
	for name, unit := range map[string]string{
		"paths":    "/a/b/c.go:1 ",
		"dots":     "...........",
		"brackets": "((((((((((",
		"quotes":   `File "a `,
		"slashes":  "a/../",
		"escapes":  `\n\t\\`,
		"colours":  "\x1b[",
		"queries":  "x.js?=",
	} {
		for _, ending := range []string{"", ".go:1\n"} {
			frames := Parse(strings.Repeat(unit+ending, (2<<20)/len(unit+ending)))
			if len(frames) > MaxFrames {
				t.Errorf("%s: %d frames", name, len(frames))
			}
		}
	}
}

func TestPlacesSurviveAnySurroundings(t *testing.T) {
	property := func(before, after string) bool {
		for _, f := range Parse(before + "\n\n\t/srv/app/price.go:41 +0x1d\n\n" + after) {
			if f.Path == "/srv/app/price.go" && f.Line == 41 {
				return true
			}
		}
		return false
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range traces {
		f.Add(c.text)
	}
	for _, c := range events {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, fr := range Parse(text) {
			if fr.Line < 1 || fr.Path == "" || len(fr.Path) > 4*maxPath || strings.ContainsAny(fr.Path, "\n\r") || fr.Depth < 0 {
				t.Fatalf("%q gives %+v", text, fr)
			}
		}
	})
}
