package suspect

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTrimmingLeavesWholeLinesThatDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a\n", "b\n", "ab\n", "\n", "a"})
		a := strings.Join(rapid.SliceOfN(line, 0, 8).Draw(t, "a"), "")
		b := strings.Join(rapid.SliceOfN(line, 0, 8).Draw(t, "b"), "")
		x, y := trimCommon([]byte(a), []byte(b))
		if a == b && len(x)+len(y) > 0 {
			t.Fatalf("%q and %q are left of two that are the same, %q", x, y, a)
		}
		if len(a)-len(x) != len(b)-len(y) {
			t.Fatalf("not the same left out of both: %q of %q, %q of %q", x, a, y, b)
		}
		// The lines that are left are lines of the whole: counted, they differ by as
		// much as before.
		if got, want := balance(string(x), string(y)), balance(a, b); got != want {
			t.Fatalf("%q %q: %q, want %q", a, b, got, want)
		}
	})
}

// balance tells which lines one text has more often than the other.
func balance(a, b string) string {
	count := map[string]int{}
	for l := range strings.Lines(a) {
		count[l]++
	}
	for l := range strings.Lines(b) {
		count[l]--
	}
	var out strings.Builder
	for _, l := range slices.Sorted(maps.Keys(count)) {
		out.WriteString(strings.Repeat("+"+l, max(0, count[l])) + strings.Repeat("-"+l, max(0, -count[l])))
	}
	return out.String()
}
