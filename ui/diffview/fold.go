package diffview

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ahead/ui/term"
	"ahead/ui/theme"
)

// Folds reports whether Wrap would change anything in a window of this width:
// whether some line is longer than the room beside its number.
func (m Model) Folds(width int) bool {
	for b := range m.src.blocks() {
		for i := range m.src.rows(b) {
			r := m.src.row(b, i)
			if r.mark == markHead || r.mark == markNote || r.titles() {
				continue
			}
			cells := width - term.Width(m.gutter(r, width)) - 2
			if term.Width(term.CleanTabs(clip(r.text, cells+1), tabStop)) > cells {
				return true
			}
		}
	}
	return false
}

// folded lays a long line over several screen rows, each with the sign.
func (m Model) folded(r row, gutter string, segs []theme.Seg, cells, width, room int) []string {
	var out []string
	blank := strings.Repeat(" ", term.Width(gutter))
	for line := []theme.Seg(nil); ; line = nil {
		left := cells
		for left > 0 && len(segs) > 0 {
			w := term.Width(segs[0].Text)
			if w <= left {
				line, segs, left = append(line, segs[0]), segs[1:], left-w
				continue
			}
			front := ansi.Truncate(segs[0].Text, left, "")
			if front == "" && len(line) == 0 {
				// A wide character in a window of one cell: give it up.
				segs = segs[1:]
				continue
			}
			line = append(line, theme.Seg{Text: front, Style: segs[0].Style})
			segs[0].Text = segs[0].Text[len(front):]
			left = 0
		}
		g := gutter
		if len(out) > 0 {
			g = blank
		}
		head := []theme.Seg{{Text: g, Style: m.th.Dim}, {Text: sign(r.mark) + " ", Style: m.styleOf(r)}}
		out = append(out, m.th.Row(width, append(head, line...)...))
		if len(segs) == 0 || len(out) >= room {
			return out
		}
	}
}
