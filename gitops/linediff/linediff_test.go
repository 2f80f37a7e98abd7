package linediff_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops/linediff"
	"ahead/gitops/linediff/linegen"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"":           nil,
		"\n":         {"\n"},
		"a":          {"a"},
		"a\n":        {"a\n"},
		"a\r\nb":     {"a\r\n", "b"},
		"\n\na\x00b": {"\n", "\n", "a\x00b"},
		"a\rb\n":     {"a\rb\n"},
	} {
		var got []string
		for _, l := range linediff.Split([]byte(text)) {
			got = append(got, string(l))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSplitSharesMemoryButNotGrowth(t *testing.T) {
	data := []byte("one\ntwo\n")
	lines := linediff.Split(data)
	_ = append(lines[0], "overwritten"...)
	if string(data) != "one\ntwo\n" {
		t.Fatalf("appending to a line wrote into the next: %q", data)
	}
	data[0] = 'O'
	if string(lines[0]) != "One\n" {
		t.Fatalf("line was copied: %q", lines[0])
	}
}

var options = []linediff.Options{
	{},
	{IndentHeuristic: true},
	{Algorithm: linediff.Myers},
	{Algorithm: linediff.Myers, IndentHeuristic: true},
}

// checkChanges reports what is wrong with changes as a diff of a and b: order,
// emptiness, runs that touch, lines between them that differ, and a result that
// is not b.
func checkChanges(a, b []linediff.Line, changes []linediff.Change) error {
	var built []linediff.Line
	at := linediff.Change{}
	for i, c := range changes {
		switch {
		case c.AStart > c.AEnd || c.BStart > c.BEnd || c.AStart == c.AEnd && c.BStart == c.BEnd:
			return fmt.Errorf("change %d is empty or backwards: %v", i, c)
		case i > 0 && (c.AStart <= at.AEnd || c.BStart <= at.BEnd):
			return fmt.Errorf("change %d touches the one before: %v", i, c)
		case c.AStart-at.AEnd != c.BStart-at.BEnd:
			return fmt.Errorf("lines before change %d do not pair up: %v", i, c)
		}
		built = append(built, a[at.AEnd:c.AStart]...)
		built = append(built, b[c.BStart:c.BEnd]...)
		at = c
	}
	built = append(built, a[at.AEnd:]...)
	if !slices.EqualFunc(built, b, func(x, y linediff.Line) bool { return bytes.Equal(x, y) }) {
		return fmt.Errorf("changes applied to a give %q, not b", built)
	}
	return nil
}

func TestChangesLeadFromAToB(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n", "\tx\n", "a\r\n", "}\n"})
		text := rapid.Custom(func(t *rapid.T) []byte {
			s := strings.Join(rapid.SliceOfN(line, 0, 40).Draw(t, "lines"), "")
			return []byte(s + rapid.SampledFrom([]string{"", "a"}).Draw(t, "last"))
		})
		a, b := linediff.Split(text.Draw(t, "a")), linediff.Split(text.Draw(t, "b"))
		for _, opt := range options {
			if err := checkChanges(a, b, linediff.DiffWith(a, b, opt)); err != nil {
				t.Fatalf("%+v: %v", opt, err)
			}
			if got := linediff.DiffWith(a, a, opt); len(got) != 0 {
				t.Fatalf("%+v: a differs from itself: %v", opt, got)
			}
		}
	})
}

// A Table's working memory must be left clean, or a diff depends on the ones
// before it.
func TestTableForgetsEarlierDiffs(t *testing.T) {
	table := linediff.NewTable()
	for _, g := range linegen.All() {
		if g.Large() {
			continue
		}
		for _, tr := range g.Batch(10, 3, 0) {
			a, b := linediff.Split([]byte(tr.Base)), linediff.Split([]byte(tr.Ours))
			x, y := table.Intern(a), table.Intern(b)
			for _, opt := range options {
				if got, want := table.Diff(x, y, opt), linediff.DiffWith(a, b, opt); !slices.Equal(got, want) {
					t.Fatalf("%s %+v: %v in a used table, %v in a new one", tr.Name, opt, got, want)
				}
			}
		}
	}
}

// Two large texts without order in common are the worst case of the search.
// That this test ends at all is what it shows; its limits are on memory.
func TestUnrelatedTextsStayCheap(t *testing.T) {
	const n = 50_000
	text := func(name string, step, of int) []linediff.Line {
		var b bytes.Buffer
		for i := range n {
			fmt.Fprintf(&b, "%s%d\n", name, i*step%of)
		}
		return linediff.Split(b.Bytes())
	}
	for name, pair := range map[string][2][]linediff.Line{
		"nothing in common": {text("a", 1, n), text("b", 1, n)},
		"shuffled":          {text("a", 1, 49_999), text("a", 7919, 49_999)},
		"few letters":       {text("a", 7, 11), text("a", 5, 13)},
		"reversed":          {text("a", 1, n), text("a", n-1, n)},
		// A lock file with all its checksums new: the square of its length,
		// were it not for runBound.
		"every second line": {alternating("a", n), alternating("b", n)},
	} {
		for _, opt := range []linediff.Options{{}, linediff.DisplayOptions()} {
			if err := checkChanges(pair[0], pair[1], linediff.DiffWith(pair[0], pair[1], opt)); err != nil {
				t.Errorf("%s %+v: %.200s", name, opt, err)
			}
		}
		if got, limit := allocated(func() { linediff.Diff(pair[0], pair[1], linediff.Histogram) }), uint64(64<<20); got > limit {
			t.Errorf("%s: %d bytes, limit %d", name, got, limit)
		}
	}
}

func alternating(name string, n int) []linediff.Line {
	var b bytes.Buffer
	for i := range n / 2 {
		fmt.Fprintf(&b, "k%d\n%s%d\n", i, name, i)
	}
	return linediff.Split(b.Bytes())
}

// allocated is the memory that f asks for, freed or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte("a\nb\n\na\nb\n"), []byte("a\nb\n\na\nc\n\na\nb"), uint8(0))
	f.Add([]byte("\tif x {\n\t}\n\n\tif x {\n\t}\n"), []byte("\tif x {\n\t}\n"), uint8(3))
	f.Add([]byte("x"), []byte("x\n"), uint8(2))
	f.Add([]byte(""), []byte("\r\n\r\n"), uint8(1))
	f.Add([]byte(strings.Repeat("s\n", 70)+"r\n"), []byte("r\n"+strings.Repeat("s\n", 66)), uint8(0))
	f.Fuzz(func(t *testing.T, a, b []byte, opt uint8) {
		x, y := linediff.Split(a), linediff.Split(b)
		if err := checkChanges(x, y, linediff.DiffWith(x, y, options[int(opt)%len(options)])); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		x, y, _ := linegen.Source(n)
		for name, opt := range map[string]linediff.Options{"histogram": {}, "display": linediff.DisplayOptions()} {
			b.Run(fmt.Sprintf("%s/lines=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					linediff.DiffWith(linediff.Split(x), linediff.Split(y), opt)
				}
			})
		}
	}
}
