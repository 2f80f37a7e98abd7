package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// shipping is what a command that ships a plan has of its own.
type shipping struct {
	yes     bool
	answers *bufio.Reader
	// plan plans and shows the plan; nil says that it is not to be shipped.
	plan func(context.Context) (*gitops.Plan, error)
	// confirmed, when set, is told that the person, or --yes, said yes.
	confirmed func(context.Context) error
}

// shipLoop plans, asks and ships, and does so anew where the remote moved or
// cannot take what was planned: a new plan is a new question.
func (a *app) shipLoop(ctx context.Context, d *desk.Desk, s shipping) error {
	for {
		p, err := s.plan(ctx)
		if err != nil || p == nil {
			return err
		}
		if !a.flags.json {
			a.describeSteps(*p)
		}
		if !s.yes {
			if err := a.confirm(ctx, s.answers, "nothing has been changed yet. To ship", *p); err != nil {
				return err
			}
		}
		if s.confirmed != nil {
			if err := s.confirmed(ctx); err != nil {
				return err
			}
		}
		err = a.shipBy(*p, func(observe func(gitops.StepResult)) (gitops.Receipt, error) { return d.Publish(ctx, *p, observe) })
		var none *gitops.NoAtomic
		switch {
		case s.yes:
			return err
		case gitops.CodeOf(err) == gitops.CodeTipMoved:
			a.notice(err.Error() + "; nothing was shipped. Here is the new plan")
		case errors.As(err, &none):
			// The desk has learnt it: what is planned next goes that way.
			a.notice(err.Error() + "; nothing was shipped. Here is the plan with the branch first, and the tag once it is seen there")
		default:
			return err
		}
	}
}

// tellOpenRuns says at the start what an earlier run left: publishing to its
// branch will not begin before it has ended.
func (a *app) tellOpenRuns(ctx context.Context, d *desk.Desk) {
	runs, err := d.Runs(ctx)
	if err != nil {
		a.notice(err.Error())
	}
	for _, run := range runs {
		a.notice(fmt.Sprintf("a run is open: %s, %s; see: ahead resume %s", runTitle(run), runState(run), run.ID))
	}
}

func (a *app) describeSteps(p gitops.Plan) {
	a.say("")
	for i, step := range p.Publication() {
		a.say("%d %-7s %s", i+1, step.Name(), term.Clean(step.Words()))
		a.say("          %s", term.Clean(step.Command()))
	}
}

// confirm asks for the new tag's name, or the branch's where there is no tag.
func (a *app) confirm(ctx context.Context, answers *bufio.Reader, lead string, p gitops.Plan) error {
	want, noun := p.Tag.Name, "the new tag's name"
	if want == "" {
		want, noun = p.Branch, "the branch's name"
	}
	fmt.Fprintf(a.out, "\n%s, type %s: ", lead, noun)
	line, err := readAnswer(ctx, answers)
	if err != nil {
		a.say("")
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if strings.TrimSpace(line) == want {
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeNotConfirmed, What: fmt.Sprintf("not shipped: that is not %q", want),
		Hint: "nothing was changed; run it again to ship",
	}
}

// readAnswer reads one line, or gives up with ctx: a read from a terminal ends
// for no signal, so it is left behind when the program goes.
func readAnswer(ctx context.Context, answers *bufio.Reader) (string, error) {
	type read struct {
		line string
		err  error
	}
	done := make(chan read, 1)
	go func() {
		line, err := answers.ReadString('\n')
		done <- read{line, err}
	}()
	select {
	case r := <-done:
		return r.line, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// shipBy publishes and tells every step as it ends.
func (a *app) shipBy(p gitops.Plan, publish func(func(gitops.StepResult)) (gitops.Receipt, error)) error {
	// A reader of our output that went away must not end a publication.
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	defer signal.Stop(broken)
	receipt, err := publish(func(s gitops.StepResult) {
		if a.flags.json || s.State == gitops.StepRunning {
			return
		}
		a.say("%s %-9s %s  %s", stepMark(s.State), s.Name, s.At.UTC().Format("15:04:05"), term.Clean(s.Detail))
	})
	if a.flags.json {
		if err == nil || !receipt.Commit.IsZero() {
			printJSON(a.out, newReceiptDocument(receipt))
		}
		return err
	}
	if err != nil {
		return err
	}
	a.sayShipped(p, receipt)
	return nil
}

func (a *app) sayShipped(p gitops.Plan, receipt gitops.Receipt) {
	a.say("")
	if n := len(receipt.Steps); n > 0 && receipt.Steps[n-1].State == gitops.StepWaiting {
		a.say("not shipped yet: %s waits for its merge into %s", receipt.Commit.Short(), term.Clean(p.Branch))
		if receipt.URL != "" {
			a.say("  %s", term.Clean(receipt.URL))
		}
		a.say("next: once it is merged, ahead resume %s", receipt.ID)
		return
	}
	a.say("shipped %s on %s", strings.TrimSpace(term.Clean(receipt.Tag.Name)+" "+receipt.Commit.Short()), term.Clean(p.Branch))
	if left := wording.LeavesOut(p.LeftOut, 0); left != "" {
		a.say("  PARTIAL: %s", left)
	}
	for _, u := range receipt.Refs {
		a.say("  %s  %s → %s  %s", term.Clean(u.Ref), shortOrNew(u.Old), u.New.Short(), u.Status)
	}
	a.say("next: to bring the change back later, revert %s on a branch and add its fix", receipt.Commit.Short())
}

func shortOrNew(h gitops.Hash) string {
	if h.IsZero() {
		return "new"
	}
	return h.Short()
}

func stepMark(s gitops.StepState) string {
	switch s {
	case gitops.StepDone:
		return "✓"
	case gitops.StepFailed:
		return "✗"
	case gitops.StepSkipped:
		return "-"
	default:
		return "?"
	}
}
