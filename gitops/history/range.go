package history

import (
	"context"
	"math"
	"slices"

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
	r := newReader(objs)
	nodes, err := r.difference(ctx, exclude, include)
	if err != nil {
		return nil, false, err
	}
	if nodes, err = inOrder(nodes); err != nil {
		return nil, false, err
	}
	if limit > 0 && len(nodes) > limit {
		nodes, truncated = nodes[:limit], true
	}
	commits, err = r.whole(nodes)
	return commits, truncated, err
}

// Later lists the commits that tip has and that are not ancestors of suspect:
// all that happened after it or beside it. See Between.
func Later(ctx context.Context, objs gitops.Objects, suspect, tip gitops.Hash, limit int) (commits []gitops.Commit, truncated bool, err error) {
	return Between(ctx, objs, suspect, tip, limit)
}

// Count is the length of exclude..include.
func Count(ctx context.Context, objs gitops.Objects, exclude, include gitops.Hash) (int, error) {
	nodes, err := newReader(objs).difference(ctx, exclude, include)
	return len(nodes), err
}

// difference is the set of commits that include contains and exclude does not.
//
// Every queued commit being excluded is the end, unless one of those is, against
// its date, a descendant of a commit that was already taken. So the walk goes on
// for a while (see prudent): what it finds then takes commits back. That is
// exact in every history shorter than that, and in a longer one unless a clock
// was wrong by more than slack for many commits in a row; git itself goes on for
// five.
func (r *reader) difference(ctx context.Context, exclude, include gitops.Hash) ([]*node, error) {
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
	below, err := newTrail(r, exclude)
	if err != nil {
		return nil, err
	}
	if err := w.settlePrudently(ctx, below); err != nil {
		return nil, err
	}
	return w.taken(), nil
}

// prudent is how many commits are walked beyond what looks like the end.
const prudent = 128

// settlePrudently goes on behind the end for prudent commits, and until all
// that is queued is older by slack than every taken commit.
func (w *walk) settlePrudently(ctx context.Context, below *trail) error {
	for {
		if err := w.settleAlong(ctx, below); err != nil {
			return err
		}
		until := w.oldestTaken() - slack
		for beyond := 0; w.open == 0; beyond++ {
			if len(w.queue) == 0 || beyond >= prudent && w.queue[0].key < until {
				return nil
			}
			if _, err := w.step(ctx); err != nil {
				return err
			}
		}
	}
}

// settleAlong is settle with a trail below what is excluded. One old commit from
// which a topic began years ago would otherwise keep the walk going until
// everything excluded and younger was read.
func (w *walk) settleAlong(ctx context.Context, below *trail) error {
	const again = 64
	for wait := 0; w.open > 0; wait-- {
		if w.wants(w.queue[0].marks) {
			wait = 0
		} else if wait <= 0 {
			wait = again
			if err := w.exclude(ctx, below); err != nil || w.open == 0 {
				return err
			}
		}
		if _, err := w.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// exclude marks what is waited for and lies along the trail.
func (w *walk) exclude(ctx context.Context, below *trail) error {
	for _, n := range slices.Clone(w.queue) {
		if !w.wants(n.marks) {
			continue
		}
		met, err := below.proves(ctx, n.commit.hash, n.commit.When-slack)
		if err != nil {
			return err
		}
		if !met {
			continue
		}
		if _, err := w.mark(n.commit.hash, bit(excluded)); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) oldestTaken() int64 {
	oldest := int64(math.MaxInt64)
	for _, n := range w.nodes {
		if taken(n) {
			oldest = min(oldest, n.key)
		}
	}
	return oldest
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
