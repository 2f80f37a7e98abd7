package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/feed"
	"ahead/gitops/history"
	"ahead/gitops/release"
	"ahead/gitops/repo"
)

// Snapshot looks at the repository as it is on disk; no network.
//
// Of most tags only the beginning is read, to bring them into order. What is
// shown and what the next name rests on is read whole, and if that says
// anything else (a damaged pack), the look is done again with every tag whole.
func (d *Desk) Snapshot(ctx context.Context) (gitops.Snapshot, error) {
	refs, err := d.repo.RefsUnpeeled(ctx)
	if err != nil {
		return gitops.Snapshot{}, err
	}
	l := &looking{Desk: d, origins: true}
	s, err := l.snapshot(ctx, refs)
	if d.misled(err) {
		s, err = l.snapshot(ctx, refs)
	}
	if err == nil && l.doubt {
		s, err = (&looking{Desk: d}).snapshot(ctx, refs)
	}
	return s, err
}

// misled reports whether a commit-graph file may be why a look failed: it names
// commits that are gone, or other parents than theirs. Then it is not used again.
func (d *Desk) misled(err error) bool {
	if !errors.Is(err, history.ErrMisled) && !errors.Is(err, gitops.ErrMissing) {
		return false
	}
	return d.repo.Store().ForgetCommitGraph()
}

// looking is one look at the repository.
type looking struct {
	*Desk
	// origins says that tags were read by their beginnings, doubt that one of
	// them was not what its whole says.
	origins, doubt bool
	// recent says that only the dates of the likely newest tags were read.
	recent bool
	// tags are those that deployments are found from, part that these are not all.
	tags *release.Catalog
	part bool
	// scheme tells which tags are releases.
	scheme release.Scheme
	// view is what the sources said before this look, told what of it concerns
	// the look; absent says that by it a commit runs which is not in this clone.
	view   feed.View
	told   telling
	absent bool
}

func (l *looking) snapshot(ctx context.Context, refs repo.Refs) (gitops.Snapshot, error) {
	branch, tip, localTip, err := l.chooseBranchOf(refs)
	if err != nil {
		return gitops.Snapshot{}, err
	}
	// Answers that arrive from here on are for the next look.
	l.view = l.feed.View()
	s := gitops.Snapshot{
		Location: l.repo.Location(), Branch: branch, Remote: l.remote, RemoteURL: l.remoteURL(),
		Tip: tip, LocalTip: localTip, Shallow: l.repo.Shallow(), FetchedAt: l.lastFetch(),
	}
	if l.tags, s.Tags, s.Notices, err = l.readTags(ctx, refs.Tags); err != nil {
		return gitops.Snapshot{}, err
	}
	l.told = l.listen(l.view, s.Tags)
	l.told.fill(&s)
	if err := l.addDeployments(ctx, &s); err != nil {
		return gitops.Snapshot{}, err
	}
	if l.part && (l.scheme.OnlyPre() || !cutOff(&s, l.containedIn(ctx, tip))) {
		l.doubt = true
		return s, nil
	}
	if err := l.addNotices(ctx, &s); err != nil {
		return gitops.Snapshot{}, err
	}
	l.leaveNaming(&s, refs.Tags)
	return s, nil
}

// whole reads all of a tag.
func (l *looking) whole(t gitops.Tag) gitops.Tag {
	if !l.origins {
		return t
	}
	full, err := l.repo.TagDetails(repo.RefTag{Name: t.Name, Object: t.Object})
	if err != nil || full.Commit != t.Commit || full.Tagger.Name != t.Tagger.Name || !full.Tagger.When.Equal(t.Tagger.When) {
		l.doubt = true
	}
	return full
}

// confirm reads the tags of the deployments that are shown with commits.
func (l *looking) confirm(s *gitops.Snapshot) {
	shown := map[string]bool{}
	for _, b := range s.Batches {
		if len(b.Commits) > 0 && b.Deployment.Tag != "" {
			shown[b.Deployment.Tag] = true
		}
	}
	if s.Deployed != nil {
		shown[s.Deployed.Tag] = true
	}
	for _, t := range s.Tags {
		if shown[t.Name] {
			l.whole(t)
		}
	}
}

// chooseBranch finds the production branch and its tips. A bare clone keeps
// the remote's branches as its own, so there its own are what the remote was
// last seen to hold.
func (d *Desk) chooseBranch() (branch string, tip, localTip gitops.Hash, err error) {
	refs, err := d.repo.RefsUnpeeled(context.Background())
	if err != nil {
		return "", gitops.Hash{}, gitops.Hash{}, err
	}
	return d.chooseBranchOf(refs)
}

func (d *Desk) chooseBranchOf(refs repo.Refs) (branch string, tip, localTip gitops.Hash, err error) {
	branch, tip, localTip, err = d.repo.ChooseBranchOf(refs, d.opts.Branch, d.remote)
	if gitops.CodeOf(err) == gitops.CodeNoBranch && d.repo.Location().Bare() {
		return d.repo.ChooseBranchOf(refs, d.opts.Branch, "")
	}
	return branch, tip, localTip, err
}

func (d *Desk) remoteURL() string {
	for _, r := range d.repo.Remotes() {
		if r.Name == d.remote {
			return r.URL
		}
	}
	return ""
}

func (d *Desk) lastFetch() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fetchedAt
}

// addDeployments finds what was deployed, and cuts history by it.
func (l *looking) addDeployments(ctx context.Context, s *gitops.Snapshot) error {
	// How far the tip is ahead is another walk, which may go far back: it runs on
	// a core of its own, from the release that is likely the current one, and ends
	// early where the list has it all.
	likely, _ := l.tags.Newest()
	drift := l.countDrift(ctx, likely.Commit, s.Tip)
	defer func() { drift.stop() }()
	branch := l.branchOf(ctx, s.Tip)
	scheme := l.recognizeAny(branch.Contains)
	tags := deploy.FromReleases(l.tags.Releases(scheme))
	rows := l.told.merged(tags)
	s.Deployed = l.told.current(rows, branch)
	s.Notices = append(s.Notices, offBranch(rows, s.Deployed, s.Branch, branch.Contains)...)
	known := s.Deployed
	if l.absent = l.missing(known); l.absent {
		known = nil // what nobody can read cuts no history
	}
	if deployed := commitOf(known); deployed != drift.from {
		drift.stop()
		drift = l.countDrift(ctx, deployed, s.Tip)
	}
	timeline, err := history.Walk(ctx, l.repo.CommitGraph(), s.Tip, withoutFailed(rows), known, l.opts.Limit)
	if err != nil {
		return err
	}
	s.Commits, s.Unreleased, s.Batches = timeline.Commits, timeline.Unreleased, withFailed(timeline.Batches, rows)
	listed := !s.Unreleased.Truncated || drift.from.IsZero()
	if listed {
		drift.stop()
	}
	l.confirm(s)
	s.Notices = append(s.Notices, l.settleScheme(ctx, s.Deployed, scheme)...)
	followLines(s.Batches, l.scheme)
	s.Ahead = len(s.Unreleased.Commits)
	if !listed {
		if s.Ahead, err = drift.atLeast(s.Ahead); err != nil {
			return err
		}
	}
	return l.addDrift(ctx, s, rows, tags, branch)
}

// counting is a count that goes on beside other work.
type counting struct {
	from   gitops.Hash
	cancel context.CancelFunc
	done   chan struct{}
	n      int
	err    error
}

// countDrift counts from a commit to the tip; from none there is nothing to count.
func (l *looking) countDrift(ctx context.Context, from, tip gitops.Hash) *counting {
	ctx, cancel := context.WithCancel(ctx)
	c := &counting{from: from, cancel: cancel, done: make(chan struct{})}
	if from.IsZero() {
		close(c.done)
		return c
	}
	go func() {
		defer close(c.done)
		c.n, c.err = history.Count(ctx, l.repo.CommitGraph(), from, tip)
	}()
	return c
}

func commitOf(d *gitops.Deployment) gitops.Hash {
	if d == nil {
		return gitops.Hash{}
	}
	return d.Commit
}

// stop ends the count and waits until it has ended: nothing of a look is at
// work when the look is over.
func (c *counting) stop() {
	c.cancel()
	<-c.done
}

// atLeast waits for the count. In a shallow clone the listed ones are all that is
// known.
func (c *counting) atLeast(listed int) (int, error) {
	<-c.done
	if errors.Is(c.err, gitops.ErrMissing) {
		return listed, nil
	}
	return c.n, c.err
}

// offBranch tells of a newer release than the one that counts, which the
// production branch does not contain.
func offBranch(rows []gitops.Deployment, current *gitops.Deployment, branch string, contains func(gitops.Hash) bool) []gitops.Notice {
	if len(rows) == 0 || current == nil || rows[0].Commit == current.Commit || rows[0].Status != gitops.StatusReleased || contains(rows[0].Commit) {
		return nil
	}
	return []gitops.Notice{{
		Code: "released-elsewhere",
		Text: fmt.Sprintf("%s is newer and not on %s: it was released from another branch", rows[0].Name(), branch),
	}}
}

// Batch reads a batch that the snapshot cut off, whole up to its own bound:
// what its deployment has and the one before it has not.
func (d *Desk) Batch(ctx context.Context, snap gitops.Snapshot, b gitops.Batch) (gitops.Batch, []gitops.Commit, error) {
	commits, truncated, err := d.batchCommits(ctx, snap, b)
	if d.misled(err) {
		commits, truncated, err = d.batchCommits(ctx, snap, b)
	}
	if err != nil {
		return b, nil, fmt.Errorf("read the commits of %s: %w", b.Deployment.Name(), err)
	}
	b.Commits, b.Truncated = make([]gitops.Hash, len(commits)), truncated
	for i, c := range commits {
		b.Commits[i] = c.Hash
	}
	return b, commits, nil
}

// longestBatch bounds what one batch shows: more is no longer a list that a
// person looks through.
const longestBatch = 1000

func (d *Desk) batchCommits(ctx context.Context, snap gitops.Snapshot, b gitops.Batch) ([]gitops.Commit, bool, error) {
	objects := d.repo.CommitGraph()
	if before, ok := snap.BatchByName(b.Previous); ok {
		return history.Between(ctx, objects, before.Deployment.Commit, b.Deployment.Commit, longestBatch)
	}
	if i := slices.IndexFunc(snap.Tags, func(t gitops.Tag) bool { return t.Name == b.Previous }); i >= 0 && b.Previous != "" {
		// The snapshot ends before it: see RecentSnapshot.
		return history.Between(ctx, objects, snap.Tags[i].Commit, b.Deployment.Commit, longestBatch)
	}
	// The oldest deployment has all that is below it.
	all, err := history.Walk(ctx, objects, b.Deployment.Commit, nil, nil, longestBatch)
	return all.Commits, len(all.Commits) >= longestBatch, err
}

func (d *Desk) addNotices(ctx context.Context, s *gitops.Snapshot) error {
	s.Notices = append(s.Notices, d.repo.State()...)
	if s.Remote == "" {
		s.Notices = append(s.Notices, gitops.Notice{
			Code: "no-remote",
			Text: "no remote: plans can be looked at, nothing can be shipped; `git remote add origin URL` adds one",
		})
	}
	if s.LocalTip.IsZero() || s.LocalTip == s.Tip {
		return nil
	}
	n, err := history.Count(ctx, d.repo.CommitGraph(), s.Tip, s.LocalTip)
	if errors.Is(err, gitops.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.Unpushed = n; n > 0 {
		s.Notices = append(s.Notices, gitops.Notice{
			Code: "unpushed",
			Text: fmt.Sprintf("%d commits of your %s are not on %s: they will not ship", n, s.Branch, s.Remote),
		})
	}
	return nil
}

// Select finds the commits that a person names: ids, names, and ranges A..B.
// A range with merges in it is taken along the mainline: what came in by a
// merge goes out with that merge.
func (d *Desk) Select(ctx context.Context, names []string) ([]gitops.Hash, error) {
	var out []gitops.Hash
	seen := map[gitops.Hash]bool{}
	for _, name := range names {
		hashes, err := d.selectOne(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, h := range hashes {
			if !seen[h] {
				seen[h] = true
				out = append(out, h)
			}
		}
	}
	return out, nil
}
