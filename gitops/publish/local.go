package publish

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
)

// bringAlong makes the local refs follow what the remote now holds. It fails
// without harm: the words say what to run.
func (s *shipment) bringAlong(ctx context.Context) (outcome, error) {
	var words []string
	tracking, err := s.bringTracking(ctx)
	if err != nil {
		return outcome{}, fmt.Errorf("%w; bring it along with: git fetch %s", err, s.plan.Remote)
	}
	words = append(words, tracking)
	if s.hasTag() {
		if err := s.bringTag(ctx); err != nil {
			return outcome{}, fmt.Errorf("%w; bring it along with: git fetch %s tag %s", err, s.plan.Remote, s.plan.Tag.Name)
		}
		words = append(words, s.plan.Tag.Name)
	}
	branch, err := s.bringBranch(ctx)
	if err != nil {
		return outcome{}, err
	}
	return done("%s; %s", strings.Join(words, " and "), branch)
}

// bringTracking: git push has moved the remote-tracking ref already where a
// refspec covers it.
func (s *shipment) bringTracking(ctx context.Context) (string, error) {
	ref := trackingRef(s.plan.Remote, s.plan.Branch)
	at, err := s.g.readRef(ctx, ref)
	if err != nil {
		return "", err
	}
	if at != s.receipt.Commit {
		got, err := s.g.Fetch(ctx, s.plan.Remote, s.plan.Branch)
		if err != nil {
			return "", err
		}
		at = got.Tip
	}
	return fmt.Sprintf("%s/%s at %s", s.plan.Remote, s.plan.Branch, at.Short()), nil
}

// bringTag creates the ref, and only creates it: the old value says that
// there must be none.
func (s *shipment) bringTag(ctx context.Context) error {
	at, err := s.g.readRef(ctx, s.tagRef())
	if err != nil || at == s.receipt.Tag.Object {
		return err
	}
	_, err = s.g.text(ctx, "update-ref", s.tagRef(), s.receipt.Tag.Object.String(), gitops.Hash{}.String())
	if err != nil {
		return fmt.Errorf("create tag %s here: %w", s.plan.Tag.Name, err)
	}
	return nil
}

// bringBranch moves the local branch only forward, and only where nobody can
// be looking at it.
func (s *shipment) bringBranch(ctx context.Context) (string, error) {
	name := s.plan.Branch
	at, err := s.g.readRef(ctx, s.branchRef())
	if err != nil {
		return "", err
	}
	switch at {
	case gitops.Hash{}:
		return "no local branch " + name, nil
	case s.receipt.Commit:
		return "your " + name + " is there", nil
	}
	forward, err := s.g.isAncestor(ctx, at, s.receipt.Commit)
	if err != nil {
		return "", err
	}
	if !forward {
		return fmt.Sprintf("your %s has commits of its own and was left alone: git rebase %s/%s %s", name, s.plan.Remote, name, name), nil
	}
	// A fetch from the repository itself and not update-ref: git then refuses
	// anything but forward, and a branch that a working tree has checked out or
	// that a rebase or bisect holds.
	_, err = s.g.run(ctx, fetchCall(".", "--no-tags", s.receipt.Commit.String()+":"+s.branchRef()))
	if err != nil {
		return fmt.Sprintf("your %s is checked out and was left alone: git pull --ff-only", name), nil
	}
	return "your " + name + " was brought along", nil
}
