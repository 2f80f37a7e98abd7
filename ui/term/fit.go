package term

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis stands for what was cut.
const Ellipsis = "…"

// Width is the number of cells that s takes; our own SGR sequences take none.
//
// It is measured for every line of every frame, so the common cases go without
// the general parser: SGR sequences, ASCII, and the lines that panes are made
// of.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		next := i + 1
		switch c := s[i]; {
		case c == 0x1b:
			size := sgrLen(s[i:])
			if size == 0 {
				return n + ansi.StringWidth(s[i:])
			}
			i += size
			continue
		case c < 0x20, c == 0x7f:
			return n + ansi.StringWidth(s[i:])
		case c < utf8.RuneSelf:
		case isLine(s[i:]):
			next = i + len("─")
		default:
			cluster, w := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
			i, n = i+len(cluster), n+w
			continue
		}
		// What follows may combine with this character: then it is the
		// parser's business.
		if next < len(s) && s[next] >= utf8.RuneSelf && !isLine(s[next:]) {
			cluster, w := ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
			i, n = i+len(cluster), n+w
			continue
		}
		i, n = next, n+1
	}
	return n
}

// isLine reports whether s begins with a box-drawing character, U+2500 to
// U+257F: one cell wide, and never part of a cluster by itself.
func isLine(s string) bool {
	return len(s) >= 3 && s[0] == 0xe2 && (s[1] == 0x94 || s[1] == 0x95) && s[2] >= 0x80 && s[2] < 0xc0
}

// sgrLen is the length of the SGR sequence that s begins with, 0 for none.
func sgrLen(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
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
	w := Width(s)
	switch {
	case width <= 0:
		return ""
	case w > width:
		return Pad(ansi.Truncate(s, width, Ellipsis), width)
	default:
		return s + blank(width-w)
	}
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
