package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/release"
	"ahead/gitops/repo"
)

// naming finds how the next release is called: from the releases that the
// deployed one can reach. Which tags are releases at all is known after a look;
// this asks about two dozen older ones, which may mean to read years of history,
// and only a plan has need of it.
type naming struct {
	mu sync.Mutex
	// look is what it is found from, nil once scheme holds it.
	look          *looking
	refs          []repo.RefTag
	tip, deployed gitops.Hash
	scheme        release.Scheme
	// components are the parts that have releases of their own, others the
	// schemes of those that a plan asked for.
	components []release.Component
	others     map[string]release.Scheme
}

// leaveNaming leaves to later plans what they need of a look. It is the end of
// the look: the tags are theirs from now on.
func (l *looking) leaveNaming(s *gitops.Snapshot, refs []repo.RefTag) {
	own := &looking{Desk: l.Desk, origins: l.origins, recent: l.recent, tags: l.tags}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.releases = l.scheme
	l.naming = &naming{look: own, refs: refs, tip: s.Tip, deployed: commitOf(s.Deployed)}
}

// find gives the scheme, which it looks for once. An error is that of ctx.
func (n *naming) find(ctx context.Context) (release.Scheme, error) {
	if n == nil {
		return release.Scheme{}, nil // nobody has looked yet
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.look == nil {
		return n.scheme, nil
	}
	scheme := n.infer(ctx, n.look)
	if n.look.doubt {
		// The beginning of a tag is not what its whole says: all of them whole.
		tags, _, err := n.look.repo.AllTagDetails(ctx, n.refs)
		if err != nil {
			return release.Scheme{}, err
		}
		scheme = n.infer(ctx, &looking{Desk: n.look.Desk, tags: release.Read(tags)})
	}
	// What was not read before ctx ended seemed not to be contained.
	if err := ctx.Err(); err != nil {
		return release.Scheme{}, err
	}
	n.components = n.look.tags.Components()
	n.scheme, n.look, n.refs = scheme, nil, nil
	return scheme, nil
}

func (n *naming) infer(ctx context.Context, l *looking) release.Scheme {
	below := func(tip gitops.Hash) release.Scheme {
		contained := l.containedIn(ctx, tip)
		return l.tags.Infer(func(t gitops.Tag) bool { return contained(t.Commit) }, release.Options{Whole: l.whole})
	}
	if !n.deployed.IsZero() {
		if own := below(n.deployed); own.Found() {
			return own
		}
	}
	if scheme := below(n.tip); scheme.Found() {
		return scheme
	}
	return l.tags.Infer(nil, release.Options{Whole: l.whole})
}

// recognize finds which tags are releases, from those whose commits contained
// holds for.
func (l *looking) recognize(contained func(gitops.Hash) bool) release.Scheme {
	opts := release.Options{Whole: l.whole}
	if contained == nil {
		return l.tags.Recognize(nil, opts)
	}
	return l.tags.Recognize(func(t gitops.Tag) bool { return contained(t.Commit) }, opts)
}

// recognizeAny recognizes releases among the tags that are contained, else among
// all.
func (l *looking) recognizeAny(contained func(gitops.Hash) bool) release.Scheme {
	if scheme := l.recognize(contained); scheme.Found() {
		return scheme
	}
	return l.recognize(nil)
}

// settleScheme recognizes releases once more: which one is current decides which
// tags it can reach, and only those say how the next one is called.
func (l *looking) settleScheme(ctx context.Context, deployed *gitops.Deployment, scheme release.Scheme) []gitops.Notice {
	if deployed != nil {
		if own := l.recognize(l.containedIn(ctx, deployed.Commit)); own.Found() {
			scheme = own
		}
	}
	l.scheme = scheme
	return otherSeries(l.tags, scheme)
}

// seriesMemory is how long after its last release another series of tags is
// still worth a word.
const seriesMemory = 365 * 24 * time.Hour

// otherSeries tells of release tags that the scheme leaves out: a component
// beside the one shown must not vanish without a word.
func otherSeries(tags *release.Catalog, shown release.Scheme) []gitops.Notice {
	if !shown.Found() {
		return nil
	}
	rest, newest := tags.Others(shown)
	other := rest.Infer(nil, release.Options{})
	if !other.Found() || other.Prefix == shown.Prefix || newest.Sub(rest.When(other.Last)) > seriesMemory {
		return nil
	}
	return []gitops.Notice{{
		Code: "other-releases",
		Text: fmt.Sprintf("other release tags are not shown here: %s (the latest is %s)", strings.TrimRight(other.Prefix, "-/_")+" …", other.Last),
	}}
}
