// Package theme holds the palettes and the styles made from them.
//
// Promise: whatever is shown can be read. Every pair of foreground and
// background that a style uses has a contrast of at least 4.5:1, in share mode
// of 7:1 (WCAG 2.2), by test over all pairs and all colour depths whose colours
// are known; and nothing is said by colour alone.
//
// Rules it keeps:
//   - a Theme is a value that is passed in; there is no global one, and no
//     global lipgloss renderer is used;
//   - dark and light paint their own background (see Paint), because contrast
//     against an unknown one cannot be promised;
//   - mono uses bold, reverse and underline only;
//   - styles apply to single lines of cleaned text and do not nest.
package theme

import (
	"fmt"
	"io"
	"strings"

	"ahead/ui/term"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Names of the themes that New knows.
const (
	Auto  = "auto"
	Dark  = "dark"
	Light = "light"
	Mono  = "mono"
)

// Options say what the terminal can show and how the screen is used.
type Options struct {
	// Share is for screens seen through compressed video: no grey text, higher
	// contrast, the chosen row reversed.
	Share bool
	// NoColor takes every colour away, whatever the name says.
	NoColor bool
	Depth   term.Depth
	// Background is "light" where the terminal is known to be light; Auto
	// follows it.
	Background string
}

// Theme is a set of styles for one terminal.
type Theme struct {
	// Name is dark, light or mono: what Auto came to, and mono without colour.
	Name  string
	Share bool

	Text, Dim, Strong Style
	// Header is for the title row of a screen and of its panes.
	Header, Border Style
	// Added and Removed are for whole lines of a diff, the Mark forms for the
	// changed words within such a line.
	Added, AddedMark     Style
	Removed, RemovedMark Style
	Good, Warn, Danger   Style
	// Band is the line that says production is down, BandGood that it is up
	// again, BandDrill that all this is an exercise.
	Band, BandGood, BandDrill Style
	// Selected is the row under the cursor in the pane that has the keys,
	// Marked the one in the pane that has not.
	Selected, Marked Style
	// Chip is a small label on a background of its own; Key is a key's name.
	Chip, Key Style
	// Match is the part of a text that a filter found.
	Match Style
	// Input is the text of a field being edited, Cursor the cell under its
	// cursor.
	Input, Cursor Style

	base string
}

// Style renders single lines. The zero Style leaves text as it is.
type Style struct{ open, close string }

// Render gives s in the style. s is one line of cleaned text, without SGR
// sequences of its own: an inner reset would end the outer style.
func (s Style) Render(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + text + s.close
}

// New makes a theme. An unknown name is an error that lists the known ones.
func New(name string, o Options) (*Theme, error) {
	switch name {
	case Auto, "":
		name = Dark
		if o.Background == Light {
			name = Light
		}
	case Dark, Light, Mono:
	default:
		return nil, fmt.Errorf("theme %q: want one of %s, %s, %s, %s", name, Auto, Dark, Light, Mono)
	}
	if o.NoColor || o.Depth == term.DepthNone {
		name = Mono
	}
	t := &Theme{Name: name, Share: o.Share}
	rows := paletteOf(name, o.Share)
	r := renderer(o.Depth)
	for _, row := range rows {
		*row.into(t) = compile(r, row.look)
	}
	if name != Mono {
		t.base = t.Text.open
	}
	return t, nil
}

// renderer has a fixed profile and writes nowhere, so lipgloss has nobody to
// ask.
func renderer(d term.Depth) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetHasDarkBackground(true)
	r.SetColorProfile(map[term.Depth]termenv.Profile{
		term.DepthNone: termenv.Ascii,
		term.Depth16:   termenv.ANSI,
		term.Depth256:  termenv.ANSI256,
		term.DepthTrue: termenv.TrueColor,
	}[d])
	return r
}

// compile finds the sequences that lipgloss puts around a text, once: rendering
// thousands of segments through lipgloss itself costs more than the frame.
func compile(r *lipgloss.Renderer, l look) Style {
	s := r.NewStyle().Bold(l.bold).Underline(l.underline).Reverse(l.reverse)
	if l.fg != (ink{}) {
		s = s.Foreground(l.fg.color())
	}
	if l.bg != (ink{}) {
		s = s.Background(l.bg.color())
	}
	const probe = "x"
	open, shut, _ := strings.Cut(s.Render(probe), probe)
	return Style{open: open, close: shut}
}

const reset = "\x1b[0m"

// Paint puts the theme's own background and text colour under a finished
// frame, whose lines fill the screen's width.
func (t *Theme) Paint(frame string) string {
	if t.base == "" {
		return frame
	}
	frame = strings.ReplaceAll(frame, reset, reset+t.base)
	return t.base + strings.ReplaceAll(frame, "\n", reset+"\n"+t.base) + reset
}
