package linediff_test

import (
	"bytes"
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
