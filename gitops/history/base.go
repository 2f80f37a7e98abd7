package history

import (
	"context"
	"slices"

	"ahead/gitops"
)

// MergeBase is the newest of the best common ancestors of two commits, zero
// when they have no history in common.
func MergeBase(ctx context.Context, objs gitops.Objects, a, b gitops.Hash) (gitops.Hash, error) {
	bases, err := MergeBases(ctx, objs, a, b)
	if err != nil || len(bases) == 0 {
		return gitops.Hash{}, err
	}
	return bases[0], nil
}

// MergeBases are all best common ancestors of two commits (none is contained
// in another), newest first, as `git merge-base --all` gives them.
//
// The walk ends when every queued commit is common. A best common ancestor is
// marked by both sides by then: were it not, a queued commit on the way to it
// would be common and contain it, and it would not be the best.
func MergeBases(ctx context.Context, objs gitops.Objects, a, b gitops.Hash) ([]gitops.Hash, error) {
	const left, right, both uint64 = 1, 2, 3
	r := newReader(objs)
	w := newWalk(r, func(m marks) bool { return !m.has(both) })
	for _, seed := range []struct {
		hash gitops.Hash
		side uint64
	}{{a, left}, {b, right}} {
		if err := r.need(seed.hash); err != nil {
			return nil, err
		}
		if _, err := w.mark(seed.hash, bit(seed.side)); err != nil {
			return nil, err
		}
	}
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	return best(ctx, r, w.common(both))
}

// common are the marked commits that no walked common commit has as a parent,
// newest first.
func (w *walk) common(both uint64) []*node {
	inner := make(map[gitops.Hash]bool)
	for _, n := range w.nodes {
		if n.marks.has(both) {
			for _, p := range n.commit.Parents {
				inner[p] = true
			}
		}
	}
	var nodes []*node
	for h, n := range w.nodes {
		if n.marks.has(both) && !inner[h] {
			nodes = append(nodes, n)
		}
	}
	slices.SortFunc(nodes, func(x, y *node) int {
		if x.key != y.key {
			return int(min(max(y.key-x.key, -1), 1))
		}
		return x.seq - y.seq
	})
	return nodes
}

// best drops candidates that another candidate contains.
func best(ctx context.Context, r *reader, candidates []*node) ([]gitops.Hash, error) {
	var bases []gitops.Hash
	for i, n := range candidates {
		redundant := false
		for j, other := range candidates {
			if i == j || redundant {
				continue
			}
			var err error
			redundant, err = reachesAny(ctx, r, other.commit.hash, []gitops.Hash{n.commit.hash})
			if err != nil {
				return nil, err
			}
		}
		if !redundant {
			bases = append(bases, n.commit.hash)
		}
	}
	return bases, nil
}
