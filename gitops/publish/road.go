package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
)

// road are the steps from the finished commits to production, by the plan's
// passage.
func (s *shipment) road() []namedStep {
	if s.plan.Passage.ByPullRequest() {
		return []namedStep{
			{StepPush, s.sending(s.pushVia)},
			{StepVerify, s.verifyVia},
			{StepOpen, s.openRequest},
			{StepLand, s.awaitMerge},
		}
	}
	steps := []namedStep{{StepTag, s.tagAgain}}
	if s.plan.Passage.Apart && s.hasTag() {
		branch := cargo{branch: true}
		steps = append(steps,
			namedStep{StepPush, s.sending(s.about(branch, s.push))},
			namedStep{StepVerify, s.about(branch, s.verify)},
		)
		return append(steps, s.tagRoad()...)
	}
	both := cargo{branch: true, tag: s.hasTag()}
	return append(
		steps,
		namedStep{StepPush, s.sending(s.about(both, s.push))},
		namedStep{StepVerify, s.about(both, s.verify)},
		namedStep{StepLocal, s.bringAlong},
	)
}

// tagRoad sends the tag to a branch that holds its commit.
func (s *shipment) tagRoad() []namedStep {
	return []namedStep{
		{StepPush, s.sending(s.about(cargo{tag: true}, s.push))},
		{StepVerify, s.about(cargo{branch: true, tag: true}, s.verify)},
		{StepLocal, s.bringAlong},
	}
}

type act = func(context.Context) (outcome, error)

// about says what a step is about.
func (s *shipment) about(c cargo, do act) act {
	return func(ctx context.Context) (outcome, error) {
		s.sends = c
		if c.tag && !c.branch {
			s.held = true
		}
		return do(ctx)
	}
}

// sending marks the steps that change the remote.
func (s *shipment) sending(do act) act {
	return func(ctx context.Context) (outcome, error) {
		s.sent = true
		return do(ctx)
	}
}

// awaitMerge is where a run rests until its pull request is merged.
func (s *shipment) awaitMerge(context.Context) (outcome, error) {
	words := "once it is merged into " + s.plan.Branch + ", ahead resume sees it through"
	if s.hasTag() {
		words = fmt.Sprintf("once it is merged into %s, ahead resume tags it %s", s.plan.Branch, s.plan.Tag.Name)
	}
	return outcome{gitops.StepWaiting, words}, nil
}

// partWay is the error of a run that sent something before: it says what is
// there, if nothing else does.
func (s *shipment) partWay(err error) error {
	var e *gitops.Error
	if !s.held || !errors.As(err, &e) || e.Code == gitops.CodeOutcomeUnknown {
		return err
	}
	part := *e
	part.What = fmt.Sprintf("%s on %s holds the commit %s, and the tag %s is lacking: %s",
		s.plan.Branch, s.plan.Remote, s.receipt.Commit.Short(), s.plan.Tag.Name, e.What)
	switch e.Code {
	case gitops.CodeTagTaken:
		part.Hint = "ahead resume tags it with the next name"
	case gitops.CodeRejected, gitops.CodeHook:
		part.Hint = "once the tag is allowed, ahead resume makes it; to leave it without one: ahead resume --close --reason TEXT"
	default:
		part.Hint = "ahead resume makes the tag once it can"
	}
	return &part
}

// settled reports whether an error from a push says for certain that nothing
// of it can arrive any more.
func settled(err error) bool {
	switch gitops.CodeOf(err) {
	case gitops.CodeTipMoved, gitops.CodeTagTaken, gitops.CodeRejected:
		return true
	}
	return false
}

// conclude ends the run in the journal, or leaves it open for whoever comes
// after. A record that cannot be written leaves it open too, which is safe:
// the remote is asked then.
func (s *shipment) conclude(err error) {
	now := s.g.clock()
	switch {
	case err == nil && s.plan.Passage.ByPullRequest() && !s.held:
		_ = s.book.Waits(now)
	case err == nil:
		_ = s.book.Ends(strings.TrimSpace("shipped "+s.plan.Tag.Name+" "+s.receipt.Commit.Short()), now)
	case s.carrying:
	case !s.sent:
		_ = s.book.Ends("stopped before anything was sent: "+err.Error(), now)
	case settled(err) && !s.held:
		_ = s.book.Ends("refused, nothing arrived: "+err.Error(), now)
	}
}
