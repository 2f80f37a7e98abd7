package theme

import (
	"strings"

	"ahead/ui/term"
)

// Seg is a piece of a row: cleaned text and how it looks.
type Seg struct {
	Text  string
	Style Style
}

// Row sets pieces side by side in exactly width cells. What does not fit is
// cut with an ellipsis at the edge.
func (t *Theme) Row(width int, segs ...Seg) string {
	var b strings.Builder
	left := width
	for _, s := range segs {
		w := term.Width(s.Text)
		if w > left {
			b.WriteString(s.Style.Render(term.Cut(s.Text, left)))
			// A wide character may leave a cell over.
			left -= term.Width(term.Cut(s.Text, left))
			break
		}
		b.WriteString(s.Style.Render(s.Text))
		left -= w
	}
	return b.String() + strings.Repeat(" ", max(left, 0))
}

// RowOf is Row in a single style over the whole width, whatever the pieces say:
// for the row under the cursor, and for bands.
func (t *Theme) RowOf(style Style, width int, segs ...Seg) string {
	var b strings.Builder
	for _, s := range segs {
		b.WriteString(s.Text)
	}
	return style.Render(term.Fit(b.String(), width))
}

// Spread sets left at the left edge and right at the right edge of exactly
// width cells. Where both do not fit, right is what goes.
func (t *Theme) Spread(width int, left, right []Seg) string {
	lw, rw := segsWidth(left), segsWidth(right)
	if lw+rw+1 > width {
		return t.Row(width, left...)
	}
	return t.Row(width-rw, left...) + t.Row(rw, right...)
}

func segsWidth(segs []Seg) int {
	n := 0
	for _, s := range segs {
		n += term.Width(s.Text)
	}
	return n
}
