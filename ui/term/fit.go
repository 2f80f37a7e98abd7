package term

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis stands for what was cut.
const Ellipsis = "…"

// Width is the number of cells that s takes; our own SGR sequences take none.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Cut gives s in at most width cells, its end replaced by an ellipsis where it
// was longer.
func Cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	return ansi.Truncate(s, width, Ellipsis)
}

// Fit gives s in exactly width cells: cut, or filled with blanks.
func Fit(s string, width int) string {
	return Pad(Cut(s, width), width)
}

// FitLeft is Fit that keeps the tail, for paths. s holds no SGR sequences.
func FitLeft(s string, width int) string {
	return Pad(CutLeft(s, width), width)
}

// CutLeft is Cut that keeps the tail. s holds no SGR sequences.
func CutLeft(s string, width int) string {
	if width <= 0 {
		return ""
	}
	total := Width(s)
	if total <= width {
		return s
	}
	// A wide character across the edge makes TruncateLeft one cell too long,
	// so look again.
	for drop := total - width + 1; drop < total; drop++ {
		if out := ansi.TruncateLeft(s, drop, Ellipsis); Width(out) <= width {
			return out
		}
	}
	return Ellipsis
}

// FitRight is Fit with the blanks in front, for numbers.
func FitRight(s string, width int) string {
	s = Cut(s, width)
	return blank(width-Width(s)) + s
}

// Pad fills s with blanks up to width cells; it never cuts.
func Pad(s string, width int) string {
	return s + blank(width-Width(s))
}

// Block gives exactly height lines of exactly width cells each.
func Block(lines []string, width, height int) string {
	var b strings.Builder
	for i := range height {
		if i > 0 {
			b.WriteByte('\n')
		}
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		b.WriteString(Fit(line, width))
	}
	return b.String()
}

func blank(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat(" ", n)
}
