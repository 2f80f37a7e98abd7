// Package deploy brings what several sources say about deployments into one
// list.
//
// Promise: a row never claims more than a source said. A tag alone proves a
// release, not that anything is live.
//
// Rules it keeps:
//   - what a real source says of status, actor and times beats what tags
//     suggest; the tag's name is kept, because that is what people say aloud;
//   - a source that does not know ("unknown") overrides nothing;
//   - sources that contradict one another are reported (Disagreements), not
//     silently settled.
//
// A source gives its rows as it was told them. One that knows only a short id
// or a tag of what was deployed leaves Commit zero and puts the id, the tag or
// the ref into Ref: Resolve finds the commit, because only the repository can.
package deploy

import (
	"context"
	"time"

	"ahead/gitops"
)

// Source is one place that knows of deployments.
type Source interface {
	// Name is the stable name that its rows carry.
	Name() string
	// Deployments gives what the source knows, newest first.
	Deployments(ctx context.Context) ([]gitops.Deployment, error)
}

// The interfaces below are what a source may offer beside its rows. The feed
// (gitops/deploy/feed) asks for each by type assertion.

// Placed is a source that can say what it asks about, such as
// "github.com/acme/shop" or the path of a file. No credential is in it.
type Placed interface {
	Place() string
}

// Timed is a source whose questions may take another time than usual.
type Timed interface {
	// Timeout is how long one may take; 0 for the usual time.
	Timeout() time.Duration
}

// Dated is a source that may give rows which it was told a while ago, to spare its
// server.
type Dated interface {
	// ToldAt is when the server told the rows that Deployments gave last; zero for
	// just then.
	ToldAt() time.Time
}

// Retrier is an error that knows when asking again makes sense: the Retry-After
// of an answer, the reset time of a rate limit. The feed never asks before it.
type Retrier interface {
	error
	RetryAt() time.Time
}

// Remark is an error that comes with rows which hold all the same: some lines of
// a file that could not be read, for one. It is shown, and no reason to ask again
// sooner or later than otherwise.
type Remark struct {
	What, Hint string
}

// Error gives what is remarked.
func (r *Remark) Error() string { return r.What }

// Detailer is a source whose rows want another call each before their status is
// known. Deployments gives such rows with StatusUnknown or with what the list
// told; the feed asks Detail for the rows that are on the screen, the newest
// first.
type Detailer interface {
	// Detail gives the same rows in the same order, with what was found out. With
	// an error the rows that were answered are still given, the others as they
	// were; fewer rows than asked for are taken for the first ones.
	Detail(ctx context.Context, rows []gitops.Deployment) ([]gitops.Deployment, error)
}

// Cacheable is a source that spares its server by remembering: ETags and bodies
// that may lie on disk. The feed calls State after every answer and Restore
// once, before the first.
type Cacheable interface {
	// State is what is worth keeping; nil for nothing. Never a token.
	State() []byte
	// Restore takes what an earlier run's State gave. State of another version
	// is an error, which costs nothing but the first full answer.
	Restore(state []byte) error
}

// Marker is a source that is told of a release that recovered production, so
// that its charts show it.
type Marker interface {
	// Mark writes d down at the source. Marking the same deployment twice is
	// harmless where the source can tell.
	Mark(ctx context.Context, d gitops.Deployment) error
}
