package timeline

import (
	"testing"

	"ahead/gitops"
)

// TestOnlyTheStrongestReasonIsStrong: where reasons follow one another, what begins on
// its last line is not the strongest any more.
func TestOnlyTheStrongestReasonIsStrong(t *testing.T) {
	reasons := []gitops.Reason{{Text: "changed app/total.go:41, the line that fails"}, {Text: "words in common: total"}, {Text: "newest"}}
	for _, c := range []struct{ of, room, n, parts, first int }{
		{3, 60, 5, 3, 1}, // each on a line of its own
		{3, 30, 5, 4, 2},
		{3, 30, 3, 3, 1}, // one after the other
		{3, 60, 1, 1, 1},
		{1, 30, 5, 2, 2},
	} {
		if parts, first := reasonLines(reasons[:c.of], c.room, c.n); len(parts) != c.parts || first != c.first {
			t.Errorf("%+v: %q, of which %d are the strongest", c, parts, first)
		}
	}
}
