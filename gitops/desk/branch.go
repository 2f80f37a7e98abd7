package desk

import (
	"context"
	"math"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/history"
)

// branchOf tells for many commits how they stand to one tip, in one walk. It is of
// one look, and not for several goroutines.
func (l *looking) branchOf(ctx context.Context, tip gitops.Hash) deploy.Branch {
	below := history.NewAncestry(l.repo.CommitGraph(), tip)
	type meeting struct {
		when      time.Time
		contained bool
	}
	met, apart := map[gitops.Hash]meeting{}, map[gitops.Hash]int{}
	return deploy.Branch{
		Contains: containedBy(ctx, below),
		Meets: func(h gitops.Hash) (time.Time, bool) {
			m, known := met[h]
			if !known {
				var err error
				if m.when, m.contained, err = below.Meets(ctx, h); err != nil {
					return time.Time{}, false
				}
				met[h] = m
			}
			return m.when, m.contained
		},
		Apart: func(h gitops.Hash) int {
			n, known := apart[h]
			if !known {
				ahead, err := l.count(ctx, h, tip)
				aside, other := l.count(ctx, tip, h)
				if n = ahead + aside; err != nil || other != nil {
					return math.MaxInt
				}
				apart[h] = n
			}
			return n
		},
	}
}

// containedIn answers whether a commit is below tip, for many tags in one walk.
func (d *Desk) containedIn(ctx context.Context, tip gitops.Hash) func(gitops.Hash) bool {
	return containedBy(ctx, history.NewAncestry(d.repo.CommitGraph(), tip))
}

func containedBy(ctx context.Context, below *history.Ancestry) func(gitops.Hash) bool {
	return func(h gitops.Hash) bool {
		if h.IsZero() {
			return false
		}
		// What cannot be read is not known to be contained.
		contained, err := below.Contains(ctx, h)
		return err == nil && contained
	}
}
