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
		got := later.names(later.sorted(later.all()))
		childrenFirst(t, h, got)
		if !slices.Equal(sorted(got), sorted(want)) {
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

// childrenFirst holds an order to the graph, and to the dates as far as that
// allows.
func childrenFirst(t *rapid.T, h *graph, ids []gitops.Hash) {
	for i, id := range ids {
		for _, behind := range ids[i+1:] {
			if h.ancestors(behind)[id] {
				t.Fatalf("%q stands above a child", h.commits[id].Message)
			}
		}
		if i == 0 {
			continue
		}
		above := h.commits[ids[i-1]]
		if !h.commits[id].Committer.When.After(above.Committer.When) {
			continue
		}
		// A younger commit comes later only where some child holds it back.
		held := slices.ContainsFunc(h.order, func(c gitops.Hash) bool {
			return h.ancestors(c)[id] && !h.commits[c].Committer.When.After(above.Committer.When)
		})
		if !held {
			t.Fatalf("%q stands below an older commit for nothing", h.commits[id].Message)
		}
	}
}
