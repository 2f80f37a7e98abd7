package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// TestJoinedSpansMeetWhatTheyDidApart, and what is left of them is the same.
func TestJoinedSpansMeetWhatTheyDidApart(t *testing.T) {
	lines := func(spans []lineSpan) (all []int, gaps []lineSpan) {
		for _, s := range spans {
			for i := s.lo; i < s.hi; i++ {
				all = append(all, i)
			}
			if s.lo == s.hi {
				gaps = append(gaps, s)
			}
		}
		slices.Sort(all)
		return slices.Compact(all), gaps
	}
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) lineSpan {
			lo := rapid.IntRange(0, 12).Draw(t, "lo")
			return lineSpan{lo, lo + rapid.IntRange(0, 4).Draw(t, "lines")}
		}), 1, 8).Draw(t, "spans")
		one := joined(slices.Clone(spans))
		at := rapid.IntRange(0, 16).Draw(t, "at")
		change := []linediff.Change{{AStart: at, AEnd: at + 1, BStart: at, BEnd: at + rapid.IntRange(0, 3).Draw(t, "size")}}
		for _, strict := range []bool{false, true} {
			b := blame{strict: strict}
			meets := func(spans []lineSpan) bool {
				return slices.ContainsFunc(spans, func(s lineSpan) bool { return b.meets(change, s) })
			}
			if meets(one) != meets(spans) {
				t.Fatalf("%v joined %v, change %v, strict %v: %v", spans, one, change, strict, meets(one))
			}
		}
		was, gapsWere := lines(spans)
		now, gaps := lines(one)
		for _, g := range gapsWere {
			if !slices.Contains(gaps, g) {
				t.Fatalf("the gap %v of %v is not in %v", g, spans, one)
			}
		}
		if !slices.Equal(was, now) || len(one) > len(spans) {
			t.Fatalf("%v joined %v", spans, one)
		}
	})
}

// TestPlacesDoNotDoubleAtMerges: fifty merges of two lines of history, each of
// which leaves the file alone, are two to the fifty ways back to the version
// before them. The test ends, or it does not.
func TestPlacesDoNotDoubleAtMerges(t *testing.T) {
	s := newStory(files{"f": *text(lines(1, 30)), "a": *text("a\n"), "b": *text("b\n")})
	suspect := s.then("suspect\n", map[string]*file{"f": text(lines(1, 30, 5))})
	over := s.then("over\n", map[string]*file{"f": text(strings.Replace(lines(1, 30, 5), "changed 5\n", "better 5\n", 1))})
	tip := over
	for i := range 50 {
		// Each side changes the file elsewhere, so that the way back goes
		// through both, and ends in versions of its own.
		edit := func(parent gitops.Hash, at int) gitops.Hash {
			return s.on("edit\n", map[string]*file{"f": text(edited(s.trees[parent]["f"].text, at, i))}, parent)
		}
		one, two := edit(tip, 10), edit(tip, 25)
		both := edited(edited(s.trees[tip]["f"].text, 10, i), 25, i)
		tip = s.on("merge\n", map[string]*file{"f": text(both)}, one, two)
	}
	snap := s.snapshot()
	snap.Tip = tip
	p, err := s.planner().PlanRevert(context.Background(), snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	if err != nil || p.Verdict != gitops.VerdictConflict || !slices.Equal(p.Dependants, []gitops.Hash{over}) {
		t.Errorf("%s %v, dependants %v, want %s", p.Verdict, err, p.Dependants, over)
	}
}

// edited changes one line of a text.
func edited(text string, line, i int) string {
	all := strings.SplitAfter(text, "\n")
	all[line] = fmt.Sprintf("edit %d\n", i)
	return strings.Join(all, "")
}
