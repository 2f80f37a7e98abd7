package planner

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// drawSelection draws up to four commits of the branch in any order.
func drawSelection(t *rapid.T, h *graph) []gitops.Hash {
	from := rapid.Permutation(h.revertible()).Draw(t, "order")
	return from[:min(len(from), 1+rapid.IntRange(0, 3).Draw(t, "how many"))]
}

// TestLineupUnderClockSkew holds the order and the later commits to what the
// graph says, found by brute force, with a third of the clocks wrong.
func TestLineupUnderClockSkew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawGraph(t, 16, rapid.Bool().Draw(t, "skew"))
		selection := drawSelection(t, h)
		d, err := h.planner().newDraft(context.Background(), h.snapshot(), gitops.Remedy{Commits: selection})
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := d.lineUp(selection); !ok || err != nil {
			t.Fatalf("lined up %v: %v %s", ok, err, d.plan.Reason)
		}
		later, err := d.later()
		if err != nil {
			t.Fatal(err)
		}
		inOrder := d.lineup.suspects
		suspects := hashes(inOrder)
		if !slices.Equal(sorted(suspects), sorted(selection)) {
			t.Fatalf("suspects %v of %v", suspects, selection)
		}
		for i, s := range inOrder {
			for _, below := range inOrder[i+1:] {
				if h.ancestors(below.Hash)[s.Hash] {
					t.Fatalf("%q is reverted before its descendant %q", s.Message, below.Message)
				}
			}
		}
		var want []gitops.Hash
		for _, id := range h.revertible() {
			if !slices.Contains(selection, id) && !inAll(h, selection, id) {
				want = append(want, id)
			}
		}
		if len(inOrder) > 1 {
			united, err := d.sinceAnyOf(inOrder)
			if err != nil {
				t.Fatal(err)
			}
			inDateOrder(t, united)
		}
		if got := hashes(later); !slices.Equal(sorted(got), sorted(want)) {
			t.Fatalf("selection %v\nlater %v\nwant  %v", selection, sorted(got), sorted(want))
		}
	})
}

// inAll reports whether every suspect contains id: only then it came before
// all of them.
func inAll(h *graph, suspects []gitops.Hash, id gitops.Hash) bool {
	for _, s := range suspects {
		if !h.ancestors(s)[id] {
			return false
		}
	}
	return true
}

func sorted(ids []gitops.Hash) []gitops.Hash {
	return slices.SortedFunc(slices.Values(ids), func(a, b gitops.Hash) int { return slices.Compare(a[:], b[:]) })
}

// inDateOrder holds a list to the definition of `git log --date-order`: each
// commit is the newest of those without a child further down.
func inDateOrder(t *rapid.T, commits []gitops.Commit) {
	for i, c := range commits {
		for _, other := range commits[i:] {
			waiting := slices.ContainsFunc(commits[i:], func(child gitops.Commit) bool {
				return slices.Contains(child.Parents, other.Hash)
			})
			if other.Hash == c.Hash && waiting {
				t.Fatalf("%q stands above a child", c.Message)
			}
			if !waiting && newer(other, c) {
				t.Fatalf("%q stands above %q, which is newer and free", c.Message, other.Message)
			}
		}
	}
}

func TestChildrenFirstKeepsGoodOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawGraph(t, 16, false)
		var newestFirst []gitops.Commit
		for _, id := range slices.Backward(h.revertible()) {
			newestFirst = append(newestFirst, h.commits[id])
		}
		slices.SortStableFunc(newestFirst, func(a, b gitops.Commit) int { return b.Committer.When.Compare(a.Committer.When) })
		if got := childrenFirst(newestFirst); !slices.Equal(hashes(got), hashes(newestFirst)) {
			t.Fatalf("moved %v\nto    %v", hashes(newestFirst), hashes(got))
		}
	})
}
