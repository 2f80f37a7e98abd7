package linediff

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// plainHistogram is the same algorithm without an inherited index and without
// a bound on runs: each region is indexed and gone through anew.
func plainHistogram(t *Table, a, b []int32, m marks) {
	h := &histogram{t: t, a: a, b: b, next: make([]int32, len(a))}
	h.bound.built = true // and says that anything is possible:
	h.bound.tree = make([]int32, 2*len(b))
	for k := range h.bound.tree {
		h.bound.tree[k] = int32(len(b)) + 1
	}
	todo := []region{{0, len(a), 0, len(b)}}
	for len(todo) > 0 {
		r := todo[0]
		todo = todo[1:]
		h.index(r)
		anchor, common := h.anchor(r)
		h.clear(r)
		switch {
		case !common:
			m.part(r).all()
		case anchor.count > maxOccurrences:
			t.myers(a[r.a0:r.a1], b[r.b0:r.b1], m.part(r))
		default:
			todo = append(todo, region{r.a0, anchor.a0, r.b0, anchor.b0}, region{anchor.a1, r.a1, anchor.b1, r.b1})
		}
	}
}

// The short cuts of histogram must not change any answer.
func TestHistogramShortcutsChangeNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	bounded := 0
	for range 3_000 {
		letters := 2 + r.IntN([]int{5, 60, 400}[r.IntN(3)])
		draw := func() []int32 {
			ids := make([]int32, r.IntN(250))
			for i := range ids {
				ids[i] = int32(r.IntN(letters))
			}
			return ids
		}
		a := draw()
		b := slices.Clone(a)
		if r.IntN(3) == 0 {
			b = draw()
		}
		for range r.IntN(40) {
			if len(b) > 0 {
				b[r.IntN(len(b))] = int32(r.IntN(letters))
			}
		}
		table := NewTable()
		table.text = make([]Line, letters)
		table.scratch()
		got, want := newMarks(len(a), len(b)), newMarks(len(a), len(b))
		h := &histogram{t: table, a: a, b: b, next: make([]int32, len(a))}
		h.bound.spent = r.IntN(2) * boundWorth * len(b)
		h.run(got)
		if h.bound.built {
			bounded++
		}
		plainHistogram(table, a, b, want)
		if !slices.Equal(got.a, want.a) || !slices.Equal(got.b, want.b) {
			t.Fatalf("a %v\nb %v\n got %v\nwant %v", a, b, got, want)
		}
	}
	if bounded == 0 {
		t.Error("no bound was ever built")
	}
}
