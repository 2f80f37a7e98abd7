package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
)

// ExecuteOptions are a person's choices about one publication.
type ExecuteOptions struct {
	// NoVerify skips the pre-push hook.
	NoVerify bool
	// Requests opens pull requests, for plans that go by one; nil where a
	// person has to.
	Requests Requests
	// Observe, when set, is told of every step twice: before it begins
	// (running) and with what came of it. It is called in order, from the
	// goroutine that called Execute, which waits for it.
	Observe func(gitops.StepResult)
}

// The names of the steps, in their order. A plan with several commits has a
// commit step for each.
const (
	StepPreflight = "preflight"
	StepFetch     = "fetch"
	StepTip       = "tip"
	StepCheck     = "check"
	StepObjects   = "objects"
	StepCommit    = "commit"
	StepTag       = "tag"
	StepPush      = "push"
	StepVerify    = "verify"
	StepOpen      = "open"
	StepLocal     = "local"
	StepLand      = "land"
)

// Requests opens pull requests on the server that a remote lies on.
type Requests interface {
	// Open asks to merge the branch from into the branch into, or finds the
	// request that asks for just that already. The answer is its address.
	Open(ctx context.Context, from, into, title, body string) (url string, err error)
}

// Execute ships plan: new commits on the remote's tip and the tag, in one
// atomic push, or nothing. The receipt tells how far things came, with or
// without an error.
//
// An error means that the plan is not on the remote, but for the code
// outcome-unknown, which says what is known. It is a *gitops.Error; a decision
// hangs on *gitops.TipMoved, *gitops.TagTaken and *NoAtomic, found by errors.As. Local refs
// that could not be brought along are a failed step and no error: production
// has what it was to get. Cancelling ctx stops it before the push, and during
// the push; once the remote holds the plan it is finished regardless.
func (g *Git) Execute(ctx context.Context, plan gitops.Plan, opt ExecuteOptions) (gitops.Receipt, error) {
	s := &shipment{g: g, plan: plan, opt: opt}
	s.receipt = gitops.Receipt{ID: plan.ID, Route: gitops.RouteDirect, StartedAt: g.clock()}
	err := s.ship(ctx)
	s.receipt.FinishedAt = g.clock()
	return s.receipt, err
}

// shipment is one publication under way. Each step reads what the ones before
// it left here, so that a journal can tell from the receipt where to go on.
type shipment struct {
	g       *Git
	plan    gitops.Plan
	opt     ExecuteOptions
	receipt gitops.Receipt

	urls    remoteURLs
	fetched Fetched
	habits  habits
}

// outcome is what came of a step; its zero state means done.
type outcome struct {
	state  gitops.StepState
	detail string
}

func done(format string, args ...any) (outcome, error) {
	return outcome{gitops.StepDone, fmt.Sprintf(format, args...)}, nil
}

func skipped(why string) (outcome, error) { return outcome{gitops.StepSkipped, why}, nil }

func (s *shipment) ship(ctx context.Context) error {
	for _, st := range s.beforePush() {
		if err := s.step(ctx, st.name, st.act); err != nil {
			return stopped(ctx, err)
		}
	}
	if err := s.step(ctx, StepPush, s.push); err != nil {
		// Its own errors have a code; the one without says it never began.
		return stopped(ctx, err)
	}
	// From here on the remote holds the plan, so a person who gives up is told
	// that, not left with half a record.
	ctx = context.WithoutCancel(ctx)
	if err := s.step(ctx, StepVerify, s.verify); err != nil {
		return err
	}
	_ = s.step(ctx, StepLocal, s.bringAlong)
	return nil
}

type namedStep struct {
	name string
	act  func(context.Context) (outcome, error)
}

// beforePush are the steps that leave nothing but unreachable objects.
func (s *shipment) beforePush() []namedStep {
	steps := []namedStep{
		{StepPreflight, s.preflight}, {StepFetch, s.fetch}, {StepTip, s.tip}, {StepCheck, s.check}, {StepObjects, s.objects},
	}
	for _, c := range s.plan.Commits {
		steps = append(steps, namedStep{StepCommit, func(ctx context.Context) (outcome, error) { return s.commit(ctx, c) }})
	}
	return append(steps, namedStep{StepTag, s.tag})
}

// step does one act and reports it, before it begins and with what came of it.
func (s *shipment) step(ctx context.Context, name string, act func(context.Context) (outcome, error)) error {
	i := len(s.receipt.Steps)
	s.receipt.Steps = append(s.receipt.Steps, gitops.StepResult{Name: name, State: gitops.StepRunning})
	s.report(i)
	var out outcome
	err := ctx.Err()
	if err == nil {
		out, err = act(ctx)
	}
	st := &s.receipt.Steps[i]
	st.State, st.Detail = out.state, out.detail
	if err != nil {
		st.State, st.Detail = gitops.StepFailed, err.Error()
		if gitops.CodeOf(err) == gitops.CodeOutcomeUnknown {
			st.State = gitops.StepUnknown
		}
	}
	s.report(i)
	return err
}

func (s *shipment) report(i int) {
	s.receipt.Steps[i].At = s.g.clock()
	if s.opt.Observe != nil {
		s.opt.Observe(s.receipt.Steps[i])
	}
}

// stopped gives an error from before the push its code. What a person stopped
// failed for that reason, whatever git made of it.
func stopped(ctx context.Context, err error) error {
	var e *gitops.Error
	known := errors.As(err, &e)
	switch {
	case ctx.Err() != nil && (!known || errors.Is(err, ctx.Err())) && gitops.CodeOf(err) != gitops.CodeInterrupted:
		return &gitops.Error{
			Code: gitops.CodeInterrupted, What: "stopped before the push; nothing was sent", Err: ctx.Err(),
			Hint: "run it again when you are ready",
		}
	case known:
		return err
	}
	return &gitops.Error{
		Code: gitops.CodeInternal, What: "nothing was pushed", Err: err,
		Detail: strings.TrimSpace(stderrOf(err)), Hint: "see what git said",
	}
}

func (s *shipment) branchRef() string { return "refs/heads/" + s.plan.Branch }
func (s *shipment) tagRef() string    { return "refs/tags/" + s.plan.Tag.Name }
func (s *shipment) hasTag() bool      { return s.plan.Tag.Name != "" }

func (s *shipment) fetch(ctx context.Context) (outcome, error) {
	var err error
	if s.fetched, err = s.g.Fetch(ctx, s.plan.Remote, s.plan.Branch); err != nil {
		return outcome{}, err
	}
	words := fmt.Sprintf("%s at %s", s.plan.Branch, s.fetched.Tip.Short())
	for _, n := range s.fetched.Notices {
		words += "; " + n.Text
	}
	return done("%s", words)
}

// check lets git compute what the plan claims.
func (s *shipment) check(ctx context.Context) (outcome, error) {
	check, err := s.g.CrossCheck(ctx, s.plan)
	if err != nil {
		return outcome{}, err
	}
	return done("%s", check.Words())
}

func (s *shipment) objects(ctx context.Context) (outcome, error) {
	objects := append([]gitops.Object{}, s.plan.Objects...)
	var trees []string
	for _, c := range s.plan.Commits {
		// Git knows the empty tree without storing it, a server need not.
		if c.Tree == gitops.EmptyTree {
			objects = append(objects, gitops.NewObject(gitops.KindTree, nil))
		}
		trees = append(trees, c.Tree.String())
	}
	if err := s.g.store(ctx, objects, nil); err != nil {
		return outcome{}, err
	}
	for _, tree := range trees {
		kind, err := s.g.text(ctx, "cat-file", "-t", tree)
		if err != nil || kind != string(gitops.KindTree) {
			return outcome{}, &gitops.Error{
				Code: gitops.CodeMissingObject, What: fmt.Sprintf("tree %s of the plan is not here", tree),
				Hint: "plan again; nothing was pushed", Err: gitops.ErrMissing,
			}
		}
	}
	if len(objects) == 0 {
		return done("nothing new to write")
	}
	return done("%s for tree %s", count(len(distinct(objects)), "object"), s.plan.Tree.Short())
}
