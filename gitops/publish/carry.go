package publish

import (
	"context"
	"fmt"

	"ahead/gitops"
)

// CarryOn goes on with a run, as its standing says, in the same journal. Like
// Execute it may be killed at any point, and asked for again: each push has its
// lease, and what has arrived already is seen and not sent again. Its errors are
// those of Execute, the run stays open with any of them; and it refuses a
// standing that can only be planned again or closed, or that another process
// has gone on from.
func (g *Git) CarryOn(ctx context.Context, st gitops.Standing, opt ExecuteOptions) (gitops.Receipt, error) {
	me := g.me()
	lock, err := g.journal().Lock(ctx, me, publicationName(st.Run.Plan))
	if err != nil {
		return gitops.Receipt{}, stopped(ctx, err)
	}
	defer lock.Release()
	run, err := g.journal().Read(st.Run.ID)
	if err != nil {
		return gitops.Receipt{}, err
	}
	if run.State == gitops.RunEnded || len(run.Receipt.Steps) != len(st.Run.Receipt.Steps) {
		return run.Receipt, &gitops.Error{
			Code: gitops.CodeUnfinished, What: "somebody went on with this run since the remote was asked",
			Hint: "look again: ahead resume",
		}
	}
	s := g.shipment(run, nil, opt)
	s.carrying, s.unlocked = true, lock.Unsure
	steps := s.onward(st)
	if steps == nil {
		return run.Receipt, &gitops.Error{
			Code: gitops.CodeNotPublishable, What: "there is nothing to carry on: " + st.Words, Hint: st.Next,
		}
	}
	book, _, err := g.journal().Continue(run.ID, me)
	if err != nil {
		return run.Receipt, err
	}
	defer book.Close()
	s.book = book
	if err = s.take(ctx, steps); err == nil && s.late {
		err = s.settleLate(ctx, run)
	}
	s.receipt.FinishedAt = g.clock()
	s.conclude(err)
	return s.receipt, err
}

// settleLate ends a run whose push, cut off before, has arrived after the remote
// was asked about it. Should only the branch have, a person has to say so to the
// tag first.
func (s *shipment) settleLate(ctx context.Context, run gitops.Run) error {
	st, err := s.g.Standing(ctx, run, func(map[string]bool) (gitops.TagPlan, error) { return gitops.TagPlan{}, errLate })
	if err == nil && st.Onward != gitops.OnwardSettle {
		err = errLate
	}
	if err != nil {
		return err
	}
	// All but the preflight, which is done.
	return s.take(ctx, s.onward(st)[1:])
}

var errLate = &gitops.Error{
	Code: gitops.CodeUnfinished, What: "the push that was cut off has arrived since the remote was asked",
	Hint: "look again: ahead resume",
}

// onward are the steps that a standing leaves to do; none where nothing can be
// carried on.
func (s *shipment) onward(st gitops.Standing) []namedStep {
	before := []namedStep{{StepPreflight, s.preflight}}
	switch st.Onward {
	case gitops.OnwardPush:
		return append(append(before, namedStep{StepFetch, s.fetch}, namedStep{StepTip, s.tip}), s.road()...)
	case gitops.OnwardTag:
		s.land(st)
		return append(append(before, namedStep{StepFetch, s.fetch}, namedStep{StepTip, s.tagFree}, namedStep{StepTag, s.tagAgain}), s.tagRoad()...)
	case gitops.OnwardOpen:
		return append(before, namedStep{StepOpen, s.openRequest}, namedStep{StepLand, s.awaitMerge})
	case gitops.OnwardSettle:
		s.land(st)
		all := cargo{branch: true, tag: s.hasTag()}
		return append(before, namedStep{StepVerify, s.about(all, s.verify)}, namedStep{StepLocal, s.bringAlong})
	}
	return nil
}

// land makes the commit that landed the one that is tagged and looked for: a
// squash or a rebase made another one of the run's own, and only those that the
// branch has can be reverted there.
func (s *shipment) land(st gitops.Standing) {
	s.held = true
	s.plan.Tag = st.Tag
	if s.receipt.Commit != st.Landed || s.receipt.Tag.Name != st.Tag.Name {
		s.receipt.Tag = gitops.TagMade{}
	}
	s.receipt.Commit = st.Landed
	if len(st.LandedAs) > 0 {
		s.receipt.Commits, s.receipt.Merges = st.LandedAs, st.LandedMerges
	}
}

// tagFree is the last look at the tag's name before it is made.
func (s *shipment) tagFree(ctx context.Context) (outcome, error) {
	if err := s.checkTagFree(ctx); err != nil {
		return outcome{}, err
	}
	return done("%s is free", s.plan.Tag.Name)
}

// tagAgain takes the tag that an earlier attempt made, if it is still here:
// should a push of it arrive late after all, it is the very same.
func (s *shipment) tagAgain(ctx context.Context) (outcome, error) {
	if made := s.receipt.Tag; !made.Object.IsZero() {
		of, err := s.g.resolve(ctx, made.Object.String()+"^{commit}")
		if err != nil {
			return outcome{}, fmt.Errorf("read the tag: %w", err)
		}
		if of == s.receipt.Commit {
			return done("%s → %s, as it was made before", made.Name, of.Short())
		}
	}
	return s.tag(ctx)
}
