// Package plain is the whole road, from the deployments to the receipt, as
// lines and numbered questions.
//
// Promise: whoever cannot see or draw a screen decides on the same facts, in
// the same order, behind the same gate.
//
// Rules it keeps:
//   - a line is written once and never again: no cursor movement, no colour, no
//     boxes;
//   - every question stands on a line of its own and says all its answers;
//   - nothing ships but by the new tag's name, typed alone on a line;
//   - when the input ends, or the output breaks, nothing ships.
package plain

import (
	"context"
	"errors"
	"io"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/health"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// Service is what the conversation needs of the world; the methods are those
// of the screen's port.
type Service interface {
	Snapshot(ctx context.Context) (gitops.Snapshot, error)
	Fetch(ctx context.Context) error
	Batch(ctx context.Context, snap gitops.Snapshot, b gitops.Batch) (gitops.Batch, []gitops.Commit, error)
	Judge(ctx context.Context, snap gitops.Snapshot, commit gitops.Hash) (gitops.Judgement, error)
	Plan(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) (gitops.Plan, error)
	Commit(h gitops.Hash) (gitops.Commit, error)
	FetchMissing(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) error
	Diff(ctx context.Context, plan gitops.Plan, file gitops.FileChange) (gitops.FileDiff, error)
	Check(ctx context.Context, plan gitops.Plan) error
	Publish(ctx context.Context, plan gitops.Plan, observe func(gitops.StepResult)) (gitops.Receipt, error)
	Rehearse(ctx context.Context, snap gitops.Snapshot, plan gitops.Plan) (gitops.Rehearsal, error)
	Unlock(ctx context.Context) (term.Asking, error)
	Runs(ctx context.Context) ([]gitops.Run, error)
	Standing(ctx context.Context, run gitops.Run) (gitops.Standing, error)
	CarryOn(ctx context.Context, standing gitops.Standing, observe func(gitops.StepResult)) (gitops.Receipt, error)
	CloseRun(ctx context.Context, run gitops.Run, why string) error
	Deployments(ctx context.Context) ([]gitops.Deployment, error)
	RefreshSources(ctx context.Context, urgent bool) error
	Sources() []gitops.SourceState
	ChooseEnvironment(name string)
	MarkRecovered(ctx context.Context, release gitops.Deployment) []gitops.Notice
	Suspects(ctx context.Context, snap gitops.Snapshot, e gitops.Evidence) (gitops.Suspects, error)
	ResolveFor(ctx context.Context, snap gitops.Snapshot, name string) (gitops.Hash, error)
	Forget(commits ...gitops.Hash) error
	Excerpt(ctx context.Context, path string) (text string, cut bool, err error)
	Probe(ctx context.Context) (sample health.Sample, ok bool)
}

// Options are what the composition root decides.
type Options struct {
	// Now is the clock, time.Now where nil.
	Now func() time.Time
	// NoFetch leaves the network alone until something is published.
	NoFetch bool
	// Wait is the longest that sources of deployments are waited for: nil for as
	// long as usual, 0 where they are not asked.
	Wait *time.Duration
	// ASCII replaces what a locale without UTF-8 cannot show.
	ASCII bool
	// Title is said first, when it is not empty; a drill says here that it is
	// one.
	Title string
	// Remedy is planned at once, when it is not nil.
	Remedy *gitops.Remedy

	// after is time.After, but for tests.
	after func(time.Duration) <-chan time.Time
}

// errQuit says that the person wants to leave, errBack that they want to go
// one question back.
var (
	errQuit = errors.New("quit")
	errBack = errors.New("back")
	// errSuspects says that they want to look for suspects.
	errSuspects = errors.New("suspects")
)

// session is one conversation.
type session struct {
	ctx  context.Context
	svc  Service
	opts Options
	in   *input
	// from is what in reads from: a program that asks for a key gets it as it is.
	from io.Reader
	out  *output
	snap gitops.Snapshot
	// voices are what several sources say of its deployments.
	voices wording.Voices
	// replacing is the run that is planned again.
	replacing *gitops.Standing
	// evidence is what the person told of the trouble.
	evidence gitops.Evidence
	// reason and incident are asked for once.
	reason, incident string
	asked            bool
	// What was shipped, and what the deployment sources say of it.
	shipped bool
	name    string
	sent    gitops.Plan
	receipt gitops.Receipt
	watch   wording.Watch
	// earlier says that something was shipped before what is looked for now.
	earlier bool
	// health is what the answers of production come to.
	health health.State
}

// Run holds the conversation until the person leaves, the input ends, or
// something cannot be gone on with. Leaving and the end of the input are no
// errors. An error of publishing is returned after it was explained.
func Run(ctx context.Context, svc Service, in io.Reader, out io.Writer, opts Options) error {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.after == nil {
		opts.after = time.After
	}
	s := &session{ctx: ctx, svc: svc, opts: opts, in: newInput(in), from: in, out: &output{to: out, ascii: opts.ASCII}}
	err := s.run()
	switch {
	case errors.Is(err, errQuit):
		s.say("%s", s.farewell("Bye."))
		err = nil
	case errors.Is(err, io.EOF):
		s.say("%s", s.farewell("The input ended."))
		err = nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		err = &gitops.Error{Code: gitops.CodeInterrupted, What: "stopped", Err: err, Hint: "run ahead again when you are ready"}
	}
	if err == nil {
		err = s.out.failed()
	}
	return err
}

func (s *session) farewell(first string) string {
	if s.shipped || s.earlier {
		return first
	}
	return first + " Nothing was shipped."
}

func (s *session) run() error {
	if s.opts.Title != "" {
		s.say("%s", term.Clean(s.opts.Title))
	}
	if err := s.look(!s.opts.NoFetch); err != nil {
		return err
	}
	err := s.leftovers()
	if err == nil && s.shipped {
		return nil
	}
	if (err == nil || errors.Is(err, errBack)) && s.opts.Remedy != nil {
		err = s.settle(*s.opts.Remedy)
		if err == nil {
			return nil
		}
	}
	for err == nil || errors.Is(err, errBack) || errors.Is(err, errSuspects) {
		choose := s.chooseOne
		if errors.Is(err, errSuspects) {
			choose = s.suspects
		}
		var remedy gitops.Remedy
		if remedy, err = choose(); err != nil {
			continue
		}
		if err = s.settle(remedy); err == nil {
			return nil
		}
	}
	return err
}

// chooseOne asks what to do, by way of a deployment or of the suspects.
func (s *session) chooseOne() (gitops.Remedy, error) {
	batch, err := s.chooseDeployment()
	switch {
	case errors.Is(err, errSuspects):
		return s.suspects()
	case err != nil:
		return gitops.Remedy{}, err
	}
	return s.chooseRemedy(batch)
}

// look asks the remote where it may, and reads the repository.
func (s *session) look(fetch bool) error {
	if fetch {
		s.say("Asking the remote what it holds.")
		sources, stop := s.askSources()
		err := s.svc.Fetch(s.ctx)
		if s.ctx.Err() == nil {
			s.awaitSources(sources)
		}
		stop()
		<-sources
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if err != nil {
			s.say("The remote did not answer: %s. What follows is what is known from before.", term.Clean(err.Error()))
		}
	}
	snap, err := s.svc.Snapshot(s.ctx)
	if err != nil {
		return err
	}
	s.snap, s.voices = snap, wording.Hear(snap)
	s.sayState()
	return nil
}

// sayState says what is live and what is known of the repository.
func (s *session) sayState() {
	n := s.snap
	where := ""
	if n.Remote != "" {
		where = ", remote " + term.Clean(n.Remote)
	}
	s.say("Repository %s, branch %s at %s%s.", term.Clean(n.Location.Name), term.Clean(n.Branch), n.Tip.Short(), where)
	switch d := n.Deployed; {
	case d == nil:
		s.say("What runs is not known: %s.", wording.Unknown(n))
	default:
		by := ""
		if d.Actor != "" {
			by = ", by " + term.Clean(d.Actor)
		}
		name := "commit " + d.Commit.Short()
		if d.Tag != "" {
			name = term.Clean(d.Tag) + ", " + name
		}
		s.say("%s%s: %s, %s%s.", capital(wording.Release(*d)), s.elsewhere(), name, wording.Ago(d.At(), s.opts.Now()), by)
	}
	s.sayDrift()
	if n.Unpushed > 0 {
		s.say("Your local %s has %s that the remote lacks; they are never shipped.", term.Clean(n.Branch), wording.Count(n.Unpushed, "commit"))
	}
	if disputes := s.voices.Disputes(n); disputes != "" {
		s.say("Note: %s.", disputes)
	}
	for _, notice := range n.Notices {
		if notice.Code == deploy.CodeDisagree || notice.Code == "rolled-back" {
			continue // said above, with the names that the list has
		}
		s.say("Note: %s", term.Clean(notice.Text))
	}
	s.saySources()
	s.sayProduction()
}

// sayProduction asks production how it is. One good answer after bad ones is no
// recovery, here as on the screen.
func (s *session) sayProduction() {
	sample, ok := s.svc.Probe(s.ctx)
	if !ok {
		return
	}
	s.health = s.health.Next(sample)
	switch {
	case sample.Up && s.health.Trouble():
		s.say("Production answers: up. One more good answer is a recovery.")
	case sample.Up && s.health.Phase == health.Recovered:
		s.say("Production answers: up again.")
	case sample.Up:
		s.say("Production answers: up.")
	case sample.Err != "":
		s.say("Production does not answer: %s.", term.Clean(sample.Err))
	default:
		s.say("Production is down: it answers with status %d.", sample.Status)
	}
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
