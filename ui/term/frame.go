package term

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// CheckFrame reports how a frame breaks the contract of every View: exactly
// height lines of exactly width cells, no control sequences but SGR, and no
// characters that a terminal would obey or a reader could not see.
func CheckFrame(frame string, width, height int) error {
	lines := strings.Split(frame, "\n")
	if len(lines) != height {
		return fmt.Errorf("%d lines, want %d", len(lines), height)
	}
	for i, line := range lines {
		bare := sgr.ReplaceAllString(line, "")
		for _, r := range bare {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				return fmt.Errorf("line %d holds %U: %q", i+1, r, line)
			}
		}
		if w := ansi.StringWidth(bare); w != width {
			return fmt.Errorf("line %d is %d cells wide, want %d: %q", i+1, w, width, bare)
		}
	}
	return nil
}
