package wording

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ahead/ui/term"
)

// Fold lays cleaned text over lines of at most width cells, breaking at blanks
// only: a command that is broken at its hyphens cannot be read to somebody. A
// word that is longer than a line is cut where the line ends.
func Fold(text string, width int) []string {
	width = max(1, width)
	var out []string
	line, begun := "", false
	for _, word := range strings.Split(text, " ") {
		if begun && term.Width(line)+1+term.Width(word) <= width {
			line += " " + word
			continue
		}
		if begun {
			out = append(out, line)
		}
		for term.Width(word) > width {
			front := ansi.Truncate(word, width, "")
			if front == "" {
				// A wide character in a line of one cell.
				word = term.Ellipsis
				break
			}
			out = append(out, front)
			word = word[len(front):]
		}
		line, begun = word, true
	}
	return append(out, line)
}
