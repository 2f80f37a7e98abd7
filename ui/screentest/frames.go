// Package screentest is for the tests of screens: one story in all its states,
// frames held against golden files, and the properties that every frame has.
//
// Promise: a frame that passes Frame fits its window exactly and holds nothing
// that a terminal would obey but colours.
//
// Rules it keeps: fixed clock, fixed ids; imported by tests only.
package screentest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/ui/term"
	"ahead/ui/theme"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Sizes are the rooms that golden frames are drawn for; 60×11 is what the
// smallest window leaves to a screen below bands and above the key bar.
var Sizes = [][2]int{{60, 11}, {60, 16}, {100, 30}, {200, 50}}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Plain is a frame without its colours.
func Plain(frame string) string { return sgr.ReplaceAllString(frame, "") }

// TB is what Frame needs of a test; rapid's T is one too.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Frame checks the promise of the package.
func Frame(t TB, frame string, width, height int) {
	t.Helper()
	lines := strings.Split(Plain(frame), "\n")
	if len(lines) != height {
		t.Errorf("%d×%d: the frame has %d lines", width, height, len(lines))
	}
	for i, l := range lines {
		if w := term.Width(l); w != width {
			t.Errorf("%d×%d: line %d is %d cells wide: %q", width, height, i, w, l)
		}
		if c := term.Clean(l); c != l {
			t.Errorf("%d×%d: line %d holds what a terminal may obey: %q", width, height, i, l)
		}
	}
}

// Golden compares what view draws in every size with testdata/name-WxH.golden.
func Golden(t *testing.T, name string, view func(width, height int) string) {
	t.Helper()
	for _, s := range Sizes {
		frame := view(s[0], s[1])
		Frame(t, frame, s[0], s[1])
		File(t, fmt.Sprintf("%s-%dx%d", name, s[0], s[1]), Plain(frame))
	}
}

// File compares text with testdata/name.golden, blanks at line ends aside.
func File(t *testing.T, name, text string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got := strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept):\n%s", path, got)
	}
}

// Mono is a theme that writes no colour at all.
func Mono() *theme.Theme { return must(theme.New(theme.Mono, theme.Options{})) }

// Colour is a theme with every colour.
func Colour() *theme.Theme { return must(theme.New(theme.Dark, theme.Options{Depth: term.DepthTrue})) }

func must(t *theme.Theme, err error) *theme.Theme {
	if err != nil {
		panic(err)
	}
	return t
}

// Clock is a clock that tests move.
type Clock struct{ T time.Time }

// NewClock stands at 14:31 UTC of the story's day.
func NewClock() *Clock { return &Clock{T: Now} }

// Now gives the clock's time.
func (c *Clock) Now() time.Time { return c.T }

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) { c.T = c.T.Add(d) }

// Messages runs a command and those it is made of, in order. Commands that
// wait for time to pass must not be among them.
func Messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var out []tea.Msg
		for _, c := range msg {
			out = append(out, Messages(c)...)
		}
		return out
	default:
		return []tea.Msg{msg}
	}
}

// Key is a key as Bubble Tea hands it over: a name such as "enter" or "ctrl+s",
// or text.
func Key(name string) tea.KeyMsg {
	named := map[string]tea.KeyType{
		"enter": tea.KeyEnter, "esc": tea.KeyEsc, "backspace": tea.KeyBackspace, "tab": tea.KeyTab,
		"ctrl+s": tea.KeyCtrlS, "ctrl+u": tea.KeyCtrlU, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
		"shift+tab": tea.KeyShiftTab, "delete": tea.KeyDelete,
	}
	if k, ok := named[name]; ok {
		return tea.KeyMsg{Type: k}
	}
	if name == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}
