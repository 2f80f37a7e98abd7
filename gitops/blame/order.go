package blame

import (
	"bytes"
	"cmp"
	"slices"
)

// inOrder sorts lines by their place.
func inOrder(places []place) []place {
	byLine := func(a, b place) int { return cmp.Compare(a.line, b.line) }
	if !slices.IsSortedFunc(places, byLine) {
		slices.SortStableFunc(places, byLine)
	}
	return places
}

// newestFirst is a heap of commits by the committer's date, so that a commit is
// mostly settled once, after all lines have come to it. The id breaks ties, so
// that two runs read the same.
type newestFirst []*node

// Len implements heap.Interface.
func (q newestFirst) Len() int { return len(q) }

// Less implements heap.Interface.
func (q newestFirst) Less(i, j int) bool {
	a, b := q[i].commit, q[j].commit
	if !a.Committer.When.Equal(b.Committer.When) {
		return a.Committer.When.After(b.Committer.When)
	}
	return bytes.Compare(a.Hash[:], b.Hash[:]) < 0
}

// Swap implements heap.Interface.
func (q newestFirst) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *newestFirst) Push(n any) { *q = append(*q, n.(*node)) }

// Pop implements heap.Interface.
func (q *newestFirst) Pop() any {
	last := len(*q) - 1
	n := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return n
}
