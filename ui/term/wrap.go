package term

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap breaks cleaned text at blanks into lines of at most width cells (at
// least 2, so that every character fits); a word longer than that is broken
// where it must be. Text without a word gives no line.
func Wrap(s string, width int) []string {
	width = max(2, width)
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && Width(line)+1+Width(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for Width(word) > width {
			head := ansi.Truncate(word, width, "")
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
