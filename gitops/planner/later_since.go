package planner

import (
	"context"

	"ahead/gitops"
	"ahead/gitops/history"
)

// since is what a tip holds and at least one of some commits does not.
type since struct {
	*trail
	// below says of a node that all of those commits contain it. Nodes that
	// were found later are below them too.
	below []bool
}

func (s *since) has(i int32) bool { return int(i) < len(s.below) && !s.below[i] }

// single are all of them with one parent.
func (s *since) single() []int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []int32
	for i := range s.below {
		if !s.below[i] && len(s.parents(int32(i))) == 1 {
			out = append(out, int32(i))
		}
	}
	return out
}

// since finds what came after or beside any of the commits, themselves left
// out. The trail is walked until whatever was not walked is contained in all of
// them, so that nothing further down belongs to the answer, and is a day older
// than the answer, so that nothing further down takes any of it back.
func (t *trail) since(ctx context.Context, commits []gitops.Hash) (*since, error) {
	bases, err := t.bases(ctx, commits)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		below, whole := t.belowAll(bases)
		if whole {
			for _, h := range commits {
				if i, ok := t.at[h]; ok {
					below[i] = true
				}
			}
			return &since{t, below}, nil
		}
		if more, err := t.walk(ctx, 32+len(t.nodes)/8); err != nil || !more {
			return &since{t, below}, err
		}
	}
}

// bases gives for each commit those of the tip's commits that hold all that both
// have in common: the commit itself where the tip contains it.
func (t *trail) bases(ctx context.Context, commits []gitops.Hash) ([][]gitops.Hash, error) {
	out := make([][]gitops.Hash, len(commits))
	for i, h := range commits {
		c, err := t.objs.Commit(h)
		if err != nil {
			return nil, err
		}
		contained, err := t.contains(ctx, c)
		if err != nil {
			return nil, err
		}
		if out[i] = []gitops.Hash{h}; !contained {
			if out[i], err = history.MergeBases(ctx, t.objs, h, t.tip); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// belowAll marks what every one of the sets contains. whole says that no node
// outside of it waits to be walked.
func (t *trail) belowAll(sets [][]gitops.Hash) (below []bool, whole bool) {
	for i, set := range sets {
		one := t.belowAny(set)
		if i == 0 {
			below = one
			continue
		}
		for k := range below {
			below[k] = below[k] && one[k]
		}
	}
	for _, i := range t.absent {
		below[i] = true
	}
	for _, n := range t.seen {
		if !below[n.at] {
			return below, false
		}
	}
	return below, t.settled(below)
}

// settled reports whether what waits to be walked is older, by more than clocks
// go wrong, than all that is not below: nothing of it can contain any of that.
func (t *trail) settled(below []bool) bool {
	if len(t.seen) == 0 {
		return true
	}
	for i := range t.nodes {
		if !below[i] && t.nodes[i].date <= t.seen[0].date+slack {
			return false
		}
	}
	return true
}

func (t *trail) belowAny(commits []gitops.Hash) []bool {
	below := make([]bool, len(t.nodes))
	var work []int32
	for _, h := range commits {
		if i, ok := t.at[h]; ok && !below[i] {
			below[i] = true
			work = append(work, i)
		}
	}
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range t.parents(i) {
			if !below[p] {
				below[p] = true
				work = append(work, p)
			}
		}
	}
	return below
}

// all are the nodes of the answer.
func (s *since) all() []int32 {
	var out []int32
	for i := range s.below {
		if !s.below[i] {
			out = append(out, int32(i))
		}
	}
	return out
}
