package history

import (
	"context"
	"sync"
	"time"

	"ahead/gitops"
)

// Ancestry answers, for one tip, many questions of the kind "is this commit
// below it" at the price of one walk. It is for sorting thousands of tags: a
// yes is exact, a no goes by committer dates with a day's allowance. Where a
// wrong no would do harm, ask IsAncestor. Safe for concurrent use.
type Ancestry struct {
	mu   sync.Mutex
	tip  gitops.Hash
	walk *walk
	// trail runs ahead of the walk.
	trail *trail
	// broken is the damage that ended the walk: after it a no would mean
	// nothing.
	broken error
}

// NewAncestry reads nothing yet.
func NewAncestry(objs gitops.Objects, tip gitops.Hash) *Ancestry {
	w := newWalk(newReader(objs), nil)
	// A commit whose clock was behind must not hide what lies below it.
	w.lookAhead = true
	return &Ancestry{tip: tip, walk: w}
}

// Contains reports whether the tip contains a commit; what is not here it does
// not contain. The walk goes on from where earlier questions left it.
func (a *Ancestry) Contains(ctx context.Context, h gitops.Hash) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken != nil {
		return false, a.broken
	}
	found, err := a.contains(ctx, h)
	if err != nil && ctx.Err() == nil {
		a.broken = err
	}
	return found, err
}

func (a *Ancestry) contains(ctx context.Context, h gitops.Hash) (bool, error) {
	if _, err := a.walk.mark(a.tip, bit(inTip)); err != nil {
		return false, err
	}
	if a.trail == nil {
		t, err := newTrail(a.walk.reader, a.tip)
		if err != nil {
			return false, err
		}
		a.trail = t
	}
	if a.walk.nodes[h] != nil {
		return true, nil
	}
	c, err := a.walk.reader.read(h)
	if err != nil || c == nil {
		return false, err
	}
	until := c.When - slack
	if found, err := a.trail.reaches(ctx, h, until); err != nil {
		return false, err
	} else if found {
		return true, a.trail.branch(c)
	}
	for a.walk.nodes[h] == nil && len(a.walk.queue) > 0 && a.walk.queue[0].key >= until {
		if _, err := a.walk.step(ctx); err != nil {
			return false, err
		}
	}
	return a.walk.nodes[h] != nil, nil
}

// longestAside bounds how far Meets walks beside the branch, in commits.
const longestAside = 5000

// Meets gives the date of the newest commit that h and the tip have in common, a
// merge base of them; contained says that this is h itself. The date is zero
// where there is none, or none within longestAside commits. Dates are believed,
// as by Contains.
func (a *Ancestry) Meets(ctx context.Context, h gitops.Hash) (when time.Time, contained bool, err error) {
	w := newWalk(newReader(a.walk.reader.objs), nil)
	if _, err := w.mark(h, bit(inTip)); err != nil {
		return time.Time{}, false, err
	}
	for range longestAside {
		n, err := w.step(ctx)
		if n == nil || err != nil {
			return time.Time{}, false, err
		}
		common, err := a.Contains(ctx, n.commit.hash)
		if err != nil {
			return time.Time{}, false, err
		}
		if common {
			return time.Unix(n.commit.When, 0), n.commit.hash == h, nil
		}
	}
	return time.Time{}, false, nil
}
