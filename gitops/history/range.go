package history

import (
	"context"

	"ahead/gitops"
)

// Marks of the questions about two commits.
const (
	included uint64 = 1 << iota
	excluded
)

// IsAncestor reports whether descendant contains ancestor; a commit contains
// itself.
//
// Both are walked at once. What ancestor contains can never contain ancestor,
// so the walk is over, and exact, as soon as every queued commit that
// descendant contains is contained in ancestor too. Dates only keep that early.
// Behind an object that is missing nothing is known, and not containing it is
// the answer.
func IsAncestor(ctx context.Context, objs gitops.Objects, ancestor, descendant gitops.Hash) (bool, error) {
	r := newReader(objs)
	for _, h := range []gitops.Hash{ancestor, descendant} {
		if err := r.need(h); err != nil {
			return false, err
		}
	}
	return reachesAny(ctx, r, descendant, []gitops.Hash{ancestor})
}

// reachesAny reports whether from contains any of targets. At most 63 targets
// are walked at a time, each with a mark of its own: a commit that only some
// targets contain may still contain another one.
func reachesAny(ctx context.Context, r *reader, from gitops.Hash, targets []gitops.Hash) (bool, error) {
	const width = 63
	for len(targets) > 0 {
		some := targets[:min(width, len(targets))]
		targets = targets[len(some):]
		found, err := reachesSome(ctx, r, from, some)
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func reachesSome(ctx context.Context, r *reader, from gitops.Hash, targets []gitops.Hash) (bool, error) {
	const reached uint64 = 1 << 63
	all := uint64(1)<<len(targets) - 1
	w := newWalk(r, func(m marks) bool { return m.has(reached) && !m.has(all) })
	var goals []*node
	for i, h := range targets {
		here, err := w.mark(h, bit(1<<i))
		if err != nil {
			return false, err
		}
		if here {
			goals = append(goals, w.nodes[h])
		}
	}
	if _, err := w.mark(from, bit(reached)); err != nil {
		return false, err
	}
	for {
		for _, n := range goals {
			if n.marks.has(reached) {
				return true, nil
			}
		}
		if w.open == 0 {
			return false, nil
		}
		if _, err := w.step(ctx); err != nil {
			return false, err
		}
	}
}

// Between lists the commits that include contains and exclude does not, as
// `git rev-list --date-order exclude..include` would: newest first, children
// before parents. A zero exclude excludes nothing. At most limit commits are
// given (0 for all); truncated says that there are more.
func Between(ctx context.Context, objs gitops.Objects, exclude, include gitops.Hash, limit int) (commits []gitops.Commit, truncated bool, err error) {
	nodes, err := difference(ctx, objs, exclude, include)
	if err != nil {
		return nil, false, err
	}
	commits = dateOrder(nodes)
	if limit > 0 && len(commits) > limit {
		return commits[:limit:limit], true, nil
	}
	return commits, false, nil
}

// Later lists the commits that tip has and that are not ancestors of suspect:
// all that happened after it or beside it. See Between.
func Later(ctx context.Context, objs gitops.Objects, suspect, tip gitops.Hash, limit int) (commits []gitops.Commit, truncated bool, err error) {
	return Between(ctx, objs, suspect, tip, limit)
}

// Count is the length of exclude..include.
func Count(ctx context.Context, objs gitops.Objects, exclude, include gitops.Hash) (int, error) {
	nodes, err := difference(ctx, objs, exclude, include)
	return len(nodes), err
}

// difference is the set of commits that include contains and exclude does not.
//
// The walk stops as soon as every queued commit is excluded, which is right
// unless one of those is, against its date, a descendant of a commit that was
// already taken. Any such error shows at a lowest taken commit (one with no
// taken parent): all that a wrongly taken commit contains is wrong as well. So
// exclude is asked whether it contains a lowest one, and only if it does,
// everything is walked.
func difference(ctx context.Context, objs gitops.Objects, exclude, include gitops.Hash) ([]*node, error) {
	r := newReader(objs)
	w := newWalk(r, func(m marks) bool { return m.has(included) && !m.has(excluded) })
	if err := r.need(include); err != nil {
		return nil, err
	}
	if _, err := w.mark(include, bit(included)); err != nil {
		return nil, err
	}
	if exclude.IsZero() {
		err := w.exhaust(ctx)
		return w.taken(), err
	}
	if err := r.need(exclude); err != nil {
		return nil, err
	}
	if _, err := w.mark(exclude, bit(excluded)); err != nil {
		return nil, err
	}
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	if len(w.queue) > 0 {
		wrong, err := reachesAny(ctx, r, exclude, w.lowest())
		if err != nil {
			return nil, err
		}
		if wrong {
			if err := w.exhaust(ctx); err != nil {
				return nil, err
			}
		}
	}
	return w.taken(), nil
}

func taken(n *node) bool {
	return n != nil && n.done && n.marks.has(included) && !n.marks.has(excluded)
}

func (w *walk) taken() []*node {
	var nodes []*node
	for _, n := range w.nodes {
		if taken(n) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

func (w *walk) lowest() []gitops.Hash {
	var lowest []gitops.Hash
	for h, n := range w.nodes {
		if !taken(n) {
			continue
		}
		low := true
		for _, p := range n.commit.Parents {
			low = low && !taken(w.nodes[p])
		}
		if low {
			lowest = append(lowest, h)
		}
	}
	return lowest
}
