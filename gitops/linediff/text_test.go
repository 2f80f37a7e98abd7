package linediff_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops/linediff"
	"ahead/gitops/linediff/linegen"
)

// sameAsSplit checks a text that was read like another against Split and
// Intern, which take no short cut.
func sameAsSplit(t interface{ Fatalf(string, ...any) }, base, text string) {
	table := linediff.NewTable()
	got := table.ReadLike([]byte(text), table.Read([]byte(base)))
	lines := linediff.Split([]byte(text))
	if !slices.Equal(got.IDs, table.Intern(lines)) || got.Len() != len(lines) || got.Size() != len(text) {
		t.Fatalf("base %q\ntext %q\nIDs %v, want %v", base, text, got.IDs, table.Intern(lines))
	}
	for i, line := range lines {
		if !bytes.Equal(got.Lines(i, i+1), line) {
			t.Fatalf("line %d is %q, want %q", i, got.Lines(i, i+1), line)
		}
	}
	if whole := got.Lines(0, got.Len()); string(whole) != text || cap(whole) != len(text) {
		t.Fatalf("the lines together are %q (capacity %d), want %q", whole, cap(whole), text)
	}
}

func TestReadIsSplitAndIntern(t *testing.T) {
	line := rapid.SampledFrom([]string{"a\n", "b\n", "\n", "ab\n", "a\r\n", "c\n", "a", "b"})
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(line, 0, 30).Draw(t, "lines"), "")
	})
	rapid.Check(t, func(rt *rapid.T) {
		sameAsSplit(rt, text.Draw(rt, "base"), text.Draw(rt, "text"))
	})
	for _, g := range linegen.All() {
		for _, tr := range g.Batch(20, 7, 0) {
			sameAsSplit(t, tr.Base, tr.Ours)
		}
	}
}

// TestResetTableIsLikeNew gives texts to one table after another's, the long one
// first, so that memory is both kept and let go.
func TestResetTableIsLikeNew(t *testing.T) {
	used := linediff.NewTable()
	long := ""
	for n := range 40000 {
		long += fmt.Sprintf("%d\n", n)
		if n%8000 == 0 {
			used.Read([]byte(long))
			used.Reset()
		}
	}
	for _, g := range linegen.All() {
		for _, tr := range g.Batch(20, 9, 0) {
			fresh := linediff.NewTable()
			var got, want [2]linediff.Text
			for i, text := range []string{tr.Base, tr.Ours} {
				got[i], want[i] = used.ReadLike([]byte(text), got[0]), fresh.ReadLike([]byte(text), want[0])
				if !slices.Equal(got[i].IDs, want[i].IDs) {
					t.Fatalf("%q: numbers %v, want %v", text, got[i].IDs, want[i].IDs)
				}
			}
			for _, opt := range []linediff.Options{{}, linediff.DisplayOptions()} {
				if a, b := used.Diff(got[0].IDs, got[1].IDs, opt), fresh.Diff(want[0].IDs, want[1].IDs, opt); !slices.Equal(a, b) {
					t.Fatalf("%q to %q: %v, want %v", tr.Base, tr.Ours, a, b)
				}
			}
			used.Reset()
		}
	}
}
