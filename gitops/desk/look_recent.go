package desk

import (
	"context"
	"time"

	"ahead/gitops"
	"ahead/gitops/release"
	"ahead/gitops/repo"
)

// RecentSnapshot is Snapshot for a screen that a person waits for. In a
// repository of very many tags it reads the dates only of those that may be
// among the newest releases, by their names, and these alone are its deployments.
// All tags are there, older ones without a time and an actor. whole says that
// nothing was left out.
//
// That the newest are found rests on names going up within a line of releases
// (v1.2.x); Snapshot rests on nothing.
func (d *Desk) RecentSnapshot(ctx context.Context) (s gitops.Snapshot, whole bool, err error) {
	refs, err := d.repo.RefsUnpeeled(ctx)
	if err != nil {
		return gitops.Snapshot{}, false, err
	}
	l := &looking{Desk: d, origins: true, recent: len(refs.Tags) > manyTags}
	s, err = l.snapshot(ctx, refs)
	if err == nil && l.doubt || d.misled(err) {
		s, err = d.Snapshot(ctx)
		return s, true, err
	}
	return s, !l.recent, err
}

// Up to manyTags every date is read, which takes some 5 µs each; beyond, those
// of likelyTags.
const (
	manyTags   = 2000
	likelyTags = 1000
	// leastDated is more than what is asked about to find what is deployed.
	leastDated = 300
)

// readTags reads the tags as this look wants them.
func (l *looking) readTags(ctx context.Context, refs []repo.RefTag) (*release.Catalog, []gitops.Tag, []gitops.Notice, error) {
	if l.recent {
		return l.likely(ctx, refs)
	}
	read := l.repo.AllTagDetails
	if l.origins {
		read = l.repo.TagOrigins
	}
	tags, notices, err := read(ctx, refs)
	return release.Read(tags), tags, notices, err
}

// likely reads those that are not packed, since git packs what is old, and
// those whose names are the greatest.
func (l *looking) likely(ctx context.Context, refs []repo.RefTag) (*release.Catalog, []gitops.Tag, []gitops.Notice, error) {
	tags := make([]gitops.Tag, len(refs))
	for i, ref := range refs {
		tags[i] = gitops.Tag{Name: ref.Name, Object: ref.Object, Commit: ref.Peeled, Annotated: ref.Object != ref.Peeled}
		if ref.Peeled.IsZero() {
			tags[i].Commit = ref.Object // until it is read, below
		}
	}
	catalog := release.Read(tags)
	picks := catalog.Likely(likelyTags)
	wanted := make(map[int]bool, len(picks))
	for _, p := range picks {
		wanted[p.Tag] = true
	}
	var unread []repo.RefTag
	var at []int
	for i, ref := range refs {
		if wanted[i] || ref.Peeled.IsZero() {
			unread, at = append(unread, ref), append(at, i)
		}
	}
	read, notices, err := l.repo.TagOrigins(ctx, unread)
	for k, t := range read {
		if t.Commit != tags[at[k]].Commit && !refs[at[k]].Peeled.IsZero() {
			l.doubt = true // packed-refs and the object say different things
		}
		tags[at[k]] = t
	}
	forgetOld(tags, picks)
	if part := catalog.Dated(); part.Len() >= leastDated && l.view.Rows() == 0 {
		l.part, catalog = true, part
	}
	return catalog, tags, notices, err
}

// cutOff ends the deployments of a look at a part of the tags where their dates
// end. That nothing which is shown depends on older ones must be seen from what
// was found: what is deployed is one that the branch contains, and all commits of
// the list are younger than the oldest of the dates; else false. The last of them
// is given up, so that the one before it tells by its Previous that there are more.
func cutOff(s *gitops.Snapshot, onBranch func(gitops.Hash) bool) bool {
	last := len(s.Batches) - 1
	if last < 1 || len(s.Commits) == 0 || s.Deployed == nil || !onBranch(s.Deployed.Commit) {
		return false
	}
	oldest := s.Batches[last].Deployment
	if len(s.Batches[last].Commits) > 0 || oldest.Commit == s.Deployed.Commit {
		return false
	}
	until := oldest.At().Add(24 * time.Hour)
	for _, c := range s.Commits {
		if !c.Committer.When.After(until) {
			return false
		}
	}
	s.Batches = s.Batches[:last]
	return true
}

// forgetOld leaves those heads of lines without a date that are older than the
// greatest versions: their neighbours have none either, and among them the
// order of versions is the better one.
func forgetOld(tags []gitops.Tag, picks []release.Pick) {
	oldest := map[string]time.Time{}
	for _, p := range picks {
		when := tags[p.Tag].Tagger.When
		if was, known := oldest[p.Component]; !p.Head && (!known || when.Before(was)) {
			oldest[p.Component] = when
		}
	}
	for _, p := range picks {
		if p.Head && tags[p.Tag].Tagger.When.Before(oldest[p.Component]) {
			tags[p.Tag].Tagger = gitops.Signature{}
		}
	}
}
