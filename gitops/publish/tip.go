package publish

import (
	"context"
	"fmt"

	"ahead/gitops"
)

// tip holds the plan against the remote as it is now. It is a step of its own,
// apart from what git computes: a branch that moved is nobody's disagreement.
func (s *shipment) tip(ctx context.Context) (outcome, error) {
	if s.fetched.Tip != s.plan.Onto {
		if s.late = s.hasArrived(ctx); s.late {
			return done("%s holds %s by now: the push that was cut off has arrived", s.plan.Branch, s.receipt.Commit.Short())
		}
		return outcome{}, s.moved(ctx, s.fetched.Tip)
	}
	if err := s.compareAddresses(ctx); err != nil {
		return outcome{}, err
	}
	words := fmt.Sprintf("%s still at %s", s.plan.Branch, s.plan.Onto.Short())
	// A pull request's tag is named once it has landed.
	if s.hasTag() && !s.plan.Passage.ByPullRequest() {
		if err := s.checkTagFree(ctx); err != nil {
			return outcome{}, err
		}
		words += ", " + s.plan.Tag.Name + " is free"
	}
	return done("%s", words)
}

// hasArrived reports whether the branch holds what an earlier attempt of this run
// pushed: a server may finish what it was sent after whoever sent it is gone.
func (s *shipment) hasArrived(ctx context.Context) bool {
	if !s.carrying || s.receipt.Commit.IsZero() || s.plan.Passage.ByPullRequest() {
		return false
	}
	holds, err := s.g.isAncestor(ctx, s.receipt.Commit, s.fetched.Tip)
	return holds && err == nil
}

// compareAddresses asks the address that is pushed to, where it is another one
// than is fetched from: what was planned on the one must hold for the other.
func (s *shipment) compareAddresses(ctx context.Context) error {
	if s.where() == s.plan.Remote {
		return nil
	}
	state, err := s.ask(ctx)
	if err != nil {
		return s.g.unreached(s.plan.Remote, s.urls.push[0], err)
	}
	if state.branch.hash != s.plan.Onto {
		return s.moved(ctx, state.branch.hash)
	}
	if !state.tag.hash.IsZero() && !s.plan.Passage.ByPullRequest() {
		return tagTaken(&gitops.TagTaken{Name: s.plan.Tag.Name, Object: state.tag.hash, Where: s.plan.Remote})
	}
	return nil
}

// moved counts what arrived; now may be a commit that is not here.
func (s *shipment) moved(ctx context.Context, now gitops.Hash) error {
	e := &gitops.TipMoved{Branch: s.plan.Branch, Seen: s.plan.Onto, Now: now, Arrived: -1}
	if !now.IsZero() {
		if ok, _ := s.g.isAncestor(ctx, e.Seen, now); ok {
			if n, err := s.g.text(ctx, "rev-list", "--count", e.Seen.String()+".."+now.String()); err == nil {
				_, _ = fmt.Sscan(n, &e.Arrived)
			}
		}
	}
	return tipMoved(e, s.plan.Remote)
}

// checkTagFree looks at the local tags, which after a fetch without notices
// hold all of the remote's, but for a shallow clone; otherwise the remote is asked for this one.
func (s *shipment) checkTagFree(ctx context.Context) error {
	local, err := s.g.readRef(ctx, s.tagRef())
	if err != nil {
		return err
	}
	if local.IsZero() && len(s.fetched.Notices) == 0 && !s.fetched.SomeTags {
		return nil
	}
	held, err := s.g.RemoteRefs(ctx, s.plan.Remote, s.tagRef())
	if err != nil {
		return err
	}
	switch at := held[s.tagRef()]; {
	case !at.IsZero():
		return tagTaken(&gitops.TagTaken{Name: s.plan.Tag.Name, Object: at, Where: s.plan.Remote})
	case !local.IsZero():
		return tagTaken(&gitops.TagTaken{Name: s.plan.Tag.Name, Object: local, Where: gitops.Here})
	}
	return nil
}
