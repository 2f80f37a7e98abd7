package suspect

import "testing"

// TestAMessageBesideAPlaceIsHeard: a line that names a place may also say what
// went wrong there.
func TestAMessageBesideAPlaceIsHeard(t *testing.T) {
	for line, want := range map[string]string{
		"PHP Fatal error:  Uncaught TypeError: no coupon in /var/www/src/Price.php:41":                                  "PHP Fatal error: Uncaught TypeError: no coupon in",
		"[2026-04-05 09:40:12] production.ERROR: no coupon {\"exception\":\"[object] (Error(code: 0): at /app/P.php:4)": "[2026-04-05 09:40:12] production.ERROR: no coupon {\"exception\":\"[object] (Error(code: 0): at",
		"app/models/price.rb:41:in `total': undefined coupon (NoMethodError)":                                           "`total': undefined coupon (NoMethodError)",
		"shop: src/price.c:41: total: Assertion `coupon' failed.":                                                       "shop: total: Assertion `coupon' failed.",
		`{"level":"error","caller":"price/table.go:41","msg":"no coupon for the cart"}`:                                 "coupon for the cart\"}",
		"2024-03-01T12:00:00Z INFO handler.go:30 request took 3ms":                                                      "",
		"\tat com.acme.ErrorHandler.handle(ErrorHandler.java:4)":                                                        "",
		"#1 /app/src/error.php(4): Errors->fail()":                                                                      "",
		"  File \"/app/errors.py\", line 3, in fail":                                                                    "",
		"    at total (webpack:///./src/error.ts:41:13)":                                                                "",
		"\t/build/errors/errors.go:41 +0x1d":                                                                            "+0x1d",
		"fail@https://shop.example.com/error.js:41:13":                                                                  "",
	} {
		if got := messageBeside(line); got != want {
			t.Errorf("%s\ngives %q, want %q", line, got, want)
		}
	}
}
