package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/history"
	"ahead/gitops/suspect"
)

// addRollback tells of a production that went back, or that went back earlier and
// still lacks what the next deployment of the branch brings.
func (l *looking) addRollback(ctx context.Context, s *gitops.Snapshot, rows []gitops.Deployment) error {
	contains := func(descendant, ancestor gitops.Hash) (bool, error) { return l.contains(ctx, descendant, ancestor) }
	r := &gitops.Rollback{}
	var back bool
	var err error
	if r.Left, back, err = deploy.WentBack(rows, *s.Deployed, contains); err == nil && !back {
		r.Left, r.Onward, err = deploy.StillBack(rows, *s.Deployed, contains)
	}
	if errors.Is(err, errCut) {
		return nil // not known is no reason to raise an alarm
	}
	if err != nil || !back && !r.Onward {
		return err
	}
	if err := l.weigh(ctx, r, s); err != nil {
		return err
	}
	if r.Onward && r.Pending == r.Reverted {
		return nil // it is over: nothing of it comes back
	}
	s.Rollback = r
	s.Notices = append(s.Notices, gitops.Notice{Code: "rolled-back", Text: rollbackText(s, r)})
	return nil
}

// errCut says that a shallow clone does not reach back to the answer.
var errCut = errors.New("the history that is here ends before the answer")

// contains reports whether the second commit is an ancestor of the first, or the
// same. A commit that is not in a whole clone is no ancestor of one that is.
func (l *looking) contains(ctx context.Context, descendant, ancestor gitops.Hash) (bool, error) {
	below, err := history.IsAncestor(ctx, l.repo.CommitGraph(), ancestor, descendant)
	lost := errors.Is(err, gitops.ErrMissing)
	switch {
	case lost && l.repo.Shallow():
		return false, errCut
	case lost:
		return false, nil
	case err != nil || below || !l.repo.Shallow():
		return below, err
	}
	base, err := history.MergeBase(ctx, l.repo.CommitGraph(), descendant, ancestor)
	if err == nil && base.IsZero() {
		err = errCut
	}
	return false, err
}

func rollbackText(s *gitops.Snapshot, r *gitops.Rollback) string {
	left, pending := r.Left.Name(), r.Pending-r.Reverted
	text := fmt.Sprintf("%s went back from %s to %s", s.Environment, left, s.Deployed.Name())
	if r.Onward {
		text = fmt.Sprintf("%s went back from %s, which %s does not have either", s.Environment, left, s.Deployed.Name())
	}
	switch {
	case r.Lost == 0:
		return text + fmt.Sprintf("; what %s had brought cannot be counted here: take it that the next ordinary deploy brings it back", left)
	case r.Pending == 0:
		return text + fmt.Sprintf("; %s does not hold any more what %s had brought", s.Branch, left)
	case pending == 0:
		return text + fmt.Sprintf("; %s holds what was given up together with its revert: the next deploy does not bring it back", s.Branch)
	case r.Reverted > 0:
		return text + fmt.Sprintf(": %s still holds %s that %s given up, and the next ordinary deploy brings %s back, %d more together with %s revert",
			s.Branch, counted(pending, "commit", "commits"), oneOr(pending, "was", "were"), oneOr(pending, "it", "them"), r.Reverted, oneOr(r.Reverted, "its", "their"))
	case pending == 1:
		return text + fmt.Sprintf(": %s still holds the commit that was given up, and the next ordinary deploy brings it back", s.Branch)
	}
	return text + fmt.Sprintf(": %s still holds %d commits that were given up, and the next ordinary deploy brings them back, the bad one among them", s.Branch, pending)
}

func oneOr(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// weigh counts what was given up, what of it the tip holds, and what of that the
// tip has taken back.
func (l *looking) weigh(ctx context.Context, r *gitops.Rollback, s *gitops.Snapshot) error {
	var err error
	if r.Lost, err = l.count(ctx, s.Deployed.Commit, r.Left.Commit); err != nil {
		return err
	}
	pending, held, err := l.given(ctx, r.Left.Commit, s)
	if errors.Is(err, gitops.ErrMissing) {
		return nil // in a shallow clone what is here is all that can be said
	}
	if err != nil {
		return err
	}
	if r.Pending = len(pending); held {
		r.Pending = r.Lost
	}
	restored, err := l.restored(ctx, s)
	if err != nil || restored {
		r.Reverted = r.Pending
		return err
	}
	r.Reverted, err = l.takenBack(ctx, pending, s)
	return err
}

// given are the commits of left that production lacks and the tip holds, up to
// longestBatch; held says that it holds left, and so all of them.
func (l *looking) given(ctx context.Context, left gitops.Hash, s *gitops.Snapshot) (commits []gitops.Commit, held bool, err error) {
	graph := l.repo.CommitGraph()
	lost, _, err := history.Between(ctx, graph, s.Deployed.Commit, left, longestBatch)
	if err != nil {
		return nil, false, err
	}
	if held, err = history.IsAncestor(ctx, graph, left, s.Tip); err != nil || held {
		return lost, held, err
	}
	below := l.containedIn(ctx, s.Tip)
	return slices.DeleteFunc(lost, func(c gitops.Commit) bool { return !below(c.Hash) }), false, nil
}

// takenBack counts those commits of which the tip says that it reverts them, or the
// merge that brought them: they come back without their change.
func (l *looking) takenBack(ctx context.Context, pending []gitops.Commit, s *gitops.Snapshot) (int, error) {
	since, _, err := history.Between(ctx, l.repo.CommitGraph(), s.Deployed.Commit, s.Tip, longestBatch)
	if err != nil {
		return 0, err
	}
	undone := saidReverted(since)
	gone := map[gitops.Hash]bool{}
	for _, c := range pending {
		if !undone[c.Hash] {
			continue
		}
		gone[c.Hash] = true
		if !c.IsMerge() {
			continue
		}
		brought, _, err := history.Between(ctx, l.repo.CommitGraph(), c.Parents[0], c.Hash, longestBatch)
		if err != nil {
			return 0, err
		}
		for _, b := range brought {
			gone[b.Hash] = true
		}
	}
	n := 0
	for _, c := range pending {
		if gone[c.Hash] {
			n++
		}
	}
	return n, nil
}

// restored reports whether the tip has the very files that it had in common with
// production, whatever its messages say.
func (l *looking) restored(ctx context.Context, s *gitops.Snapshot) (bool, error) {
	base, err := history.MergeBase(ctx, l.repo.CommitGraph(), s.Deployed.Commit, s.Tip)
	if err != nil || base.IsZero() {
		return false, err
	}
	before, err := l.repo.Objects().Commit(base)
	if err != nil {
		return false, err
	}
	now, err := l.repo.Objects().Commit(s.Tip)
	return err == nil && now.Tree == before.Tree, err
}

// saidReverted are the commits that later ones say to revert, and were not taken
// back themselves. Commits are newest first.
func saidReverted(commits []gitops.Commit) map[gitops.Hash]bool {
	undone := map[gitops.Hash]bool{}
	for _, c := range commits {
		if undone[c.Hash] {
			continue
		}
		for _, h := range suspect.Reverted(c.Message) {
			undone[h] = true
		}
	}
	return undone
}
