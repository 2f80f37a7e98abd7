package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
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

// Execute ships plan by the way that its passage says: new commits on the
// remote's tip and the tag, in one atomic push, or nothing; where the remote
// cannot do that, the branch, and once it is seen there the tag; or a branch of
// their own with a pull request. The receipt tells how far things came, with or
// without an error.
//
// An error means that the plan is not on the remote, but for two cases: the code
// outcome-unknown, and a passage apart whose branch arrived without its tag;
// both say what is known. It is a *gitops.Error; a decision hangs on
// *gitops.TipMoved, *gitops.TagTaken and *gitops.NoAtomic, found by errors.As. Local
// refs that could not be brought along are a failed step and no error:
// production has what it was to get. Cancelling ctx stops it before the push,
// and during the push; once the remote holds a part of the plan it is finished
// regardless.
//
// Every step is in the journal before it begins. Where it is not known that
// nothing can arrive any more, or the merge is waited for, the run stays open,
// see Runs. The codes busy and unfinished-run say that another run has to end
// first, journal that nothing can be recorded; nothing was begun then.
func (g *Git) Execute(ctx context.Context, plan gitops.Plan, opt ExecuteOptions) (gitops.Receipt, error) {
	run := gitops.Run{Plan: plan, NoVerify: opt.NoVerify, By: g.me()}
	lock, err := g.journal().Lock(ctx, run.By, publicationName(plan))
	if err != nil {
		return gitops.Receipt{}, stopped(ctx, err)
	}
	defer lock.Release()
	if err := g.unfinished(plan); err != nil {
		return gitops.Receipt{}, err
	}
	book, run, err := g.journal().Begin(run, programVersion())
	if err != nil {
		return gitops.Receipt{}, err
	}
	defer book.Close()
	s := g.shipment(run, book, opt)
	s.unlocked = lock.Unsure
	err = s.ship(ctx)
	s.receipt.FinishedAt = g.clock()
	s.conclude(err)
	return s.receipt, err
}

// shipment is one publication under way. Each step reads what the ones before
// it left here; what is in the receipt is in the journal too, so that another
// process can go on with it.
type shipment struct {
	g       *Git
	plan    gitops.Plan
	opt     ExecuteOptions
	receipt gitops.Receipt
	book    *journal.Book

	urls    remoteURLs
	fetched Fetched
	habits  habits
	// sends is what the push that is next, or was last, is about.
	sends cargo
	// sent says that a push was begun: from there on only the remote can tell
	// what arrived. held says that it holds the commit already, without the tag.
	sent, held bool
	// carrying says that an earlier attempt left the run open: errors leave it
	// so, since what that one sent may still be on its way.
	carrying bool
	// late says that what an earlier attempt pushed has arrived after the remote was
	// asked about it.
	late bool
	// unlocked says that nothing keeps another host from publishing too.
	unlocked bool
}

// cargo is what one push sends, or one question asks for.
type cargo struct{ branch, tag bool }

// shipment goes on where run stands.
func (g *Git) shipment(run gitops.Run, book *journal.Book, opt ExecuteOptions) *shipment {
	s := &shipment{g: g, plan: run.Plan, opt: opt, receipt: run.Receipt, book: book}
	s.opt.NoVerify = run.NoVerify
	s.receipt.ID, s.receipt.Route = run.ID, gitops.RouteDirect
	if s.plan.Passage.ByPullRequest() {
		s.receipt.Route = gitops.RoutePullRequest
	}
	if s.receipt.StartedAt.IsZero() {
		s.receipt.StartedAt = run.By.StartedAt
	}
	s.sends = cargo{branch: true, tag: s.hasTag()}
	return s
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
	return s.take(ctx, append(s.beforePush(), s.road()...))
}

// take does steps one after the other. From the first push on, a person who
// gives up is told what the remote holds, not left with half a record.
func (s *shipment) take(ctx context.Context, steps []namedStep) error {
	for _, st := range steps {
		began := s.sent
		err := s.step(ctx, st.name, st.act)
		switch {
		case st.name == StepLocal:
			// Production has what it was to get.
			return nil
		case err != nil && !began:
			// A push's own errors have a code; the one without says it never began.
			return s.partWay(stopped(ctx, err))
		case err != nil:
			return s.partWay(err)
		case s.late && st.name == StepTip:
			// Nothing is left to push.
			return nil
		}
		if s.sent {
			ctx = context.WithoutCancel(ctx)
		}
	}
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
	return steps
}

// step does one act, and puts it into the journal and reports it, before it
// begins and with what came of it.
func (s *shipment) step(ctx context.Context, name string, act func(context.Context) (outcome, error)) error {
	i := len(s.receipt.Steps)
	s.receipt.Steps = append(s.receipt.Steps, gitops.StepResult{Name: name, State: gitops.StepRunning, At: s.g.clock()})
	s.report(i)
	var out outcome
	err := ctx.Err()
	unrecorded := s.book.Begins(name, s.receipt.Steps[i].At)
	if err == nil && unrecorded != nil && !s.sent {
		err = unrecorded
	}
	if err == nil {
		out, err = act(ctx)
	}
	st := &s.receipt.Steps[i]
	st.State, st.Detail, st.At = out.state, out.detail, s.g.clock()
	if err != nil {
		st.State, st.Detail = gitops.StepFailed, err.Error()
		if gitops.CodeOf(err) == gitops.CodeOutcomeUnknown {
			st.State = gitops.StepUnknown
		}
	}
	if unrecorded = s.book.Ended(s.receipt); unrecorded != nil {
		// Once something was sent the remote is the record; before that, what
		// was made would be lost to whoever comes after.
		st.Detail += "; not recorded: " + unrecorded.Error()
		if err == nil && !s.sent {
			err, st.State = unrecorded, gitops.StepFailed
		}
	}
	s.report(i)
	return err
}

func (s *shipment) report(i int) {
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
