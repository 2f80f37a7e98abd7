package told

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ahead/gitops/deploy"
)

const (
	// PageSize is how many deployments the forges give at once.
	PageSize = 100
	// Round is how long one look at a forge may take in all: the feed's own deadline
	// comes later, so that what was read by then is not lost.
	Round = 20 * time.Second
	// usualLimit is how many deployments are listed unless asked otherwise.
	usualLimit = 100
	pagesMax   = 10
	// firstSize is how many of Pages.First are asked for, where the list was cut
	// before any of them.
	firstSize = 30
)

// Pages is a list of deployments that a server gives page by page, newest first.
type Pages[R any] struct {
	// Environment keeps to this one; empty for all.
	Environment string
	// First is the environment that is asked for by name where a list of all is cut
	// before any deployment of it: previews can fill many pages. Empty is production.
	First string
	// Limit is how many are read; 0 is a hundred.
	Limit int
	// In is the environment of a row.
	In func(R) string
	// Get asks for a page of so many rows, counted from 1, and tells whether another
	// one follows.
	Get func(ctx context.Context, environment string, size, page int) ([]R, bool, error)
}

// Read asks for the pages. With an error the rows that came before it are given.
func (p Pages[R]) Read(ctx context.Context) ([]R, error) {
	first := cmp.Or(p.First, deploy.Production)
	here := func(r R) bool { return p.In(r) != "" && deploy.SameEnvironment(p.In(r), first) }
	rows, cut, err := p.list(ctx, p.Environment, cmp.Or(max(p.Limit, 0), usualLimit))
	if err != nil || !cut || p.Environment != "" || slices.ContainsFunc(rows, here) {
		return rows, err
	}
	for _, name := range Spellings(first) {
		more, _, err := p.list(ctx, name, firstSize)
		if rows = append(rows, more...); err != nil || len(more) > 0 {
			return rows, err
		}
	}
	return rows, nil
}

// list reads up to limit rows; cut says that there are more.
func (p Pages[R]) list(ctx context.Context, environment string, limit int) (all []R, cut bool, err error) {
	for page := 1; page <= pagesMax; page++ {
		some, more, err := p.Get(ctx, environment, min(limit, PageSize), page)
		if err != nil {
			return all, true, err
		}
		all = append(all, some...)
		if len(all) >= limit || !more {
			return all[:min(len(all), limit)], more || len(all) > limit, nil
		}
	}
	return all, true, nil
}
