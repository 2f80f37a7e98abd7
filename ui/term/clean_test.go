package term_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ahead/ui/term"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestCleanSpellsOutWhatATerminalWouldObey(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"Round totals per line":           "Round totals per line",
		"\x1b]0;owned\x07":                "<1b>]0;owned<07>",
		"\x1b[2Jgone":                     "<1b>[2Jgone",
		"a\nb\rc":                         "a<0a>b<0d>c",
		"del\x7f":                         "del<7f>",
		"c1 \u009b31m":                    "c1 <U+009B>31m",
		"raw \x9b31m":                     "raw <9b>31m",
		"\xff\xfe":                        "<ff><fe>",
		"user\u202etxt.exe":               "user<U+202E>txt.exe",
		"\u2066x\u2069":                   "<U+2066>x<U+2069>",
		"zero\u200bwidth\ufeff":           "zero<U+200B>width<U+FEFF>",
		"so\u00adft":                      "so<U+00AD>ft",
		"tag\U000e0041":                   "tag<U+E0041>",
		"a\ufe0f":                         "a<U+FE0F>",
		"♻\ufe0f Refactor":                "♻ Refactor",
		"👨\u200d👩":                        "👨<U+200D>👩",
		"café":                            "café",
		"cafe\u0301":                      "cafe\u0301",
		"\u0301alone":                     "<U+0301>alone",
		"日本語":                             "日本語",
		"a\tb":                            "a       b",
		"日\tb":                            "日      b",
		"line\u2028sep":                   "line<U+2028>sep",
		"z\u0300\u0301\u0302\u0303\u0304": "z<U+0300><U+0301><U+0302><U+0303><U+0304>",
	} {
		if got := term.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func hostile() *rapid.Generator[string] {
	runes := []rune("ab \t\n\r\x1b\x07\x00\x7f\u0085\u009b\u200b\u200d\u200e\u202e\u2066\u2028\ufeff\ufe0e\ufe0f" +
		"\u00ad\U000e0041\u0301\u0300\u0903\u093f\u0915é日本♻⚙👨👩🏽🇩🇪\u1100\u1161\u11a8\u0e33\u0d4e\u0600\u3164\U0001F468")
	piece := rapid.OneOf(
		rapid.Map(rapid.SliceOf(rapid.SampledFrom(runes)), func(r []rune) string { return string(r) }),
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(b []byte) string { return string(b) }),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 6), func(p []string) string { return strings.Join(p, "") })
}

func TestCleanLeavesNothingToObeyAndOneWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "s")
		got := term.CleanTabs(s, rapid.IntRange(-1, 9).Draw(t, "stop"))
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) {
				t.Fatalf("%q holds %U", got, r)
			}
		}
		if g, w := ansi.StringWidth(got), ansi.StringWidthWc(got); g != w {
			t.Fatalf("%q is %d cells by grapheme and %d by character", got, g, w)
		}
		if got != ansi.Strip(got) {
			t.Fatalf("%q holds an escape sequence", got)
		}
		if again := term.Clean(got); again != got {
			t.Fatalf("cleaning twice: %q, then %q", got, again)
		}
	})
}

func TestCleanBlock(t *testing.T) {
	got := term.CleanBlock("remote: a\r\nremote:\tb\x1b[K\n\nlast", 4)
	want := []string{"remote: a", "remote: b<1b>[K", "", "last"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
	if term.CleanBlock("", 4) != nil {
		t.Error("no text has no line")
	}
}

func TestFitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := term.Clean(hostile().Draw(t, "s"))
		w := rapid.IntRange(-2, 40).Draw(t, "w")
		want := max(w, 0)
		styled := "\x1b[1;38;2;1;2;3m" + s + "\x1b[0m"
		for name, got := range map[string]string{
			"Fit": term.Fit(s, w), "FitLeft": term.FitLeft(s, w), "FitRight": term.FitRight(s, w), "Fit styled": term.Fit(styled, w),
		} {
			if n := ansi.StringWidth(got); n != want {
				t.Fatalf("%s(%q, %d) = %q: %d cells", name, s, w, got, n)
			}
		}
	})
	if got := term.FitLeft("app/price/total.go", 10); got != "…/total.go" {
		t.Errorf("FitLeft keeps the tail: %q", got)
	}
}

func TestWidthIsThatOfTheGeneralParser(t *testing.T) {
	pieces := []string{"a", "─", "│┬", "\x1b[1;38;2;1;2;3m", "\x1b[0m", "é", "e\u0301", "─\u0301", "日", "✓ clean", "👨\u200d👩", "…", "\x1b[2J", "\x1b", "\x07", "🇩🇪"}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "s"), "")
		if got, want := term.Width(s), ansi.StringWidth(s); got != want {
			t.Fatalf("Width(%q) = %d, the parser says %d", s, got, want)
		}
	})
}

func TestWrapKeepsEveryWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := term.Clean(hostile().Draw(t, "s"))
		w := rapid.IntRange(2, 30).Draw(t, "w")
		lines := term.Wrap(s, w)
		for _, l := range lines {
			if term.Width(l) > w || l == "" {
				t.Fatalf("Wrap(%q, %d) has a line of %d cells", s, w, term.Width(l))
			}
		}
		if got, want := strings.Join(lines, ""), strings.Join(strings.Fields(s), ""); strings.ReplaceAll(got, " ", "") != want {
			t.Fatalf("Wrap(%q, %d) = %q", s, w, lines)
		}
	})
}

func TestASCIIMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := term.Clean(hostile().Draw(t, "s")) + "▶ ✓ clean ⋎ ─│"
		got := term.ASCII(s)
		if len(got) != ansi.StringWidth(s) || strings.IndexFunc(got, func(r rune) bool { return r > 0x7e }) >= 0 {
			t.Fatalf("ASCII(%q) = %q", s, got)
		}
	})
}

func TestTheSignsStayDistinctInASCII(t *testing.T) {
	// What a verdict says and what a diff says must not look alike.
	if clean := term.ASCII("✓"); clean == "+" || clean == "-" || clean == term.ASCII("✗") || len(clean) != 1 {
		t.Errorf("clean is %q", clean)
	}
}
