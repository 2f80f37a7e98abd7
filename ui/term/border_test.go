package term_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"ahead/ui/term"
)

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		env  []string
		want term.Facts
	}{
		{nil, term.Facts{Dumb: true}},
		{[]string{"TERM", "dumb", "COLORTERM", "truecolor"}, term.Facts{Dumb: true}},
		{[]string{"TERM", "xterm"}, term.Facts{Depth: term.Depth16}},
		{[]string{"TERM", "xterm-256color", "LANG", "de_DE.UTF-8"}, term.Facts{Depth: term.Depth256, UTF8: true}},
		{[]string{"TERM", "xterm-kitty", "LC_ALL", "C", "LANG", "en_US.UTF-8"}, term.Facts{Depth: term.DepthTrue}},
		{[]string{"TERM", "screen-256color", "COLORTERM", "24bit", "LC_CTYPE", "C.utf8"}, term.Facts{Depth: term.DepthTrue, UTF8: true}},
		{[]string{"TERM", "xterm", "NO_COLOR", "1"}, term.Facts{Depth: term.Depth16, NoColor: true}},
		{[]string{"TERM", "xterm", "NO_COLOR", ""}, term.Facts{Depth: term.Depth16}},
		{[]string{"TERM", "rxvt", "COLORFGBG", "0;default;15"}, term.Facts{Depth: term.Depth16, Background: "light"}},
		{[]string{"TERM", "rxvt", "COLORFGBG", "15;0"}, term.Facts{Depth: term.Depth16, Background: "dark"}},
		{[]string{"TERM", "rxvt", "COLORFGBG", "nonsense"}, term.Facts{Depth: term.Depth16}},
	} {
		if got := term.Detect(env(c.env...), nil); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.env, got, c.want)
		}
	}
	file, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if term.Detect(env(), file).TTY {
		t.Error("a file is no terminal")
	}
}

func TestOutputBracketsFramesOnly(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := term.NewOutput(file)
	for _, s := range []string{"\x1b[?25l", "a\r\nb"} {
		// Bubble Tea writes by both roads.
		if n, err := out.Write([]byte(s)); n != len(s) || err != nil {
			t.Errorf("Write(%q) = %d, %v", s, n, err)
		}
		if n, err := io.WriteString(out, s); n != len(s) || err != nil {
			t.Errorf("WriteString(%q) = %d, %v", s, n, err)
		}
	}
	got, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	frame := "\x1b[?2026ha\r\nb\x1b[?2026l"
	if want := "\x1b[?25l\x1b[?25l" + frame + frame; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if out.Fd() != file.Fd() {
		t.Error("it is no longer that file")
	}
	file.Close()
	if _, err := out.Write([]byte("a\nb")); err == nil {
		t.Error("an error is kept from the caller")
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"by ann@shop.example, 3 d": "by ••••••••••••••••, 3 d",
		"ann@sh…":                  "•••••••",

		"bump lodash@4.17 and actions/checkout@v4":   "bump lodash@4.17 and actions/checkout@v4",
		"\x1b[38;2;1;2;3mann@shop.example\x1b[0m":    "\x1b[38;2;1;2;3m" + strings.Repeat("•", 16) + "\x1b[0m",
		"use ghp_0123456789abcdef":                   "use " + strings.Repeat("•", 20),
		"https://bob:hunter2@host/x":                 "https://" + strings.Repeat("•", 12) + "host/x",
		"API_KEY=abcdef done":                        "API_KEY=•••••• done",
		"tokenizer: a faster one; password reset":    "tokenizer: a faster one; password reset",
		"Round totals per line  +12 −4  ✓ clean":     "Round totals per line  +12 −4  ✓ clean",
		"AKIAIOSFODNN7EXAMPLE":                       strings.Repeat("•", 20),
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x": strings.Repeat("•", 42),
	} {
		got := term.Mask(in)
		if got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
		if term.Width(got) != term.Width(in) {
			t.Errorf("Mask(%q) moves what follows", in)
		}
	}
}

func TestCheckFrameFindsWhatIsWrong(t *testing.T) {
	if err := term.CheckFrame("\x1b[1mab\x1b[0m\ncd", 2, 2); err != nil {
		t.Error(err)
	}
	for _, frame := range []string{"ab", "ab\ncde", "ab\nc", "ab\n\x1b[2Jcd", "a\x07\ncd", "ab\nc\u202ed", "ab\r\ncd"} {
		if term.CheckFrame(frame, 2, 2) == nil {
			t.Errorf("%q passes", frame)
		}
	}
}
