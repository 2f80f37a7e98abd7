package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/ui/term"
)

type resumeFlags struct {
	list     bool
	close    bool
	reason   string
	noVerify bool
	yes      bool
}

func (a *app) resumeCommand() *cobra.Command {
	var f resumeFlags
	cmd := &cobra.Command{
		Use:   "resume [RUN]",
		Short: "What an interrupted run left; carries on or closes it",
		Long: `Asks the remote what it holds of a publication that was broken off or waits for
its pull request, says so, and after one confirmation carries on from there, or
closes it. RUN is needed where several are open; --list tells them.

Exit codes: 0 done, closed, nothing left to do, or still waiting for a merge,
1 error or another run is under way, 2 usage, 5 refused or nothing can be
carried on, 6 rejected by the remote, 7 the remote cannot be asked.`,
		Args: cobra.MaximumNArgs(1),
		RunE: a.run(func(ctx context.Context, args []string) error { return a.resume(ctx, f, args) }),
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.list, "list", false, "the open runs, without asking the remote")
	flags.BoolVar(&f.close, "close", false, "give the run up; the remote is not touched")
	flags.StringVar(&f.reason, "reason", "", "why it is given up (required with --close)")
	flags.BoolVar(&f.noVerify, "no-verify", false, "skip the pre-push hook")
	flags.BoolVar(&f.yes, "yes", false, "do not ask")
	return cmd
}

func (f resumeFlags) check(args []string) error {
	switch {
	case f.close && strings.TrimSpace(f.reason) == "":
		return &gitops.Error{Code: gitops.CodeUsage, What: "no reason is given", Hint: "add --reason TEXT: it goes into the record"}
	case f.reason != "" && !f.close:
		return &gitops.Error{Code: gitops.CodeUsage, What: "--reason goes with --close", Hint: "the run has its reason already"}
	case f.list && (f.close || len(args) > 0):
		return &gitops.Error{Code: gitops.CodeUsage, What: "--list goes alone", Hint: "name a run without --list"}
	}
	return nil
}

func (a *app) resume(ctx context.Context, f resumeFlags, args []string) error {
	if err := f.check(args); err != nil {
		return err
	}
	runs, err := a.openRuns(ctx, f)
	if f.list {
		a.listRuns(runs)
		return err
	}
	if err != nil && len(args) == 0 {
		return err
	}
	run, err := chooseRun(runs, args)
	if err != nil {
		return err
	}
	if run == nil {
		if a.flags.json {
			printJSON(a.out, nil)
			return nil
		}
		a.say("nothing is left over: every publication from here has ended")
		return nil
	}
	// The run says which branch and which remote it is about.
	opts := a.deskOptions()
	opts.Branch, opts.Remote, opts.NoVerify = run.Plan.Branch, run.Plan.Remote, f.noVerify || run.NoVerify
	d, err := desk.Open(ctx, opts)
	if err != nil {
		return err
	}
	defer d.Close()
	if f.close {
		return a.closeRun(ctx, d, *run, f)
	}
	return a.carryOn(ctx, d, *run, f)
}

func (a *app) openRuns(ctx context.Context, f resumeFlags) ([]gitops.Run, error) {
	d, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Runs(ctx)
}

// chooseRun finds the run that is meant; nil where none is open.
func chooseRun(runs []gitops.Run, args []string) (*gitops.Run, error) {
	var ids []string
	var found []gitops.Run
	for _, run := range runs {
		ids = append(ids, run.ID)
		if len(args) > 0 && run.ID == args[0] {
			return &run, nil
		}
		if len(args) == 0 || strings.HasPrefix(run.ID, args[0]) {
			found = append(found, run)
		}
	}
	switch {
	case len(found) == 1:
		return &found[0], nil
	case len(found) > 1:
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%d runs are open", len(found)),
			Hint: "name one of them: ahead resume " + strings.Join(ids, " | "),
		}
	case len(args) == 0:
		return nil, nil
	}
	hint := "no run is open"
	if len(ids) > 0 {
		hint = "these are open: " + strings.Join(ids, ", ")
	}
	return nil, &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("there is no open run %q", args[0]), Hint: hint}
}

func (a *app) listRuns(runs []gitops.Run) {
	if a.flags.json {
		docs := make([]runDocument, 0, len(runs))
		for _, run := range runs {
			docs = append(docs, newRunDocument(run))
		}
		printJSON(a.out, docs)
		return
	}
	if len(runs) == 0 {
		a.say("no run is open")
	}
	for _, run := range runs {
		a.describeRun(run)
	}
}

// describeRun is one open run in two lines.
func (a *app) describeRun(run gitops.Run) {
	a.say("%s  %s", run.ID, term.Clean(runTitle(run)))
	a.say("  %s, begun %s UTC by %s on %s", runState(run), run.Receipt.StartedAt.UTC().Format("2006-01-02 15:04:05"),
		term.Clean(run.By.User), term.Clean(run.By.Host))
}

func runTitle(run gitops.Run) string {
	what := "a commit"
	if run.Plan.Tag.Name != "" {
		what = run.Plan.Tag.Name
	}
	return fmt.Sprintf("%s to %s on %s: %s", what, run.Plan.Branch, run.Plan.Remote, gitops.Commit{Message: run.Plan.Message}.Subject())
}

func runState(run gitops.Run) string {
	switch run.State {
	case gitops.RunUnderWay:
		return "under way"
	case gitops.RunWaiting:
		return strings.TrimSpace("waiting for a merge " + term.Clean(run.Receipt.URL))
	}
	if n := len(run.Receipt.Steps); n > 0 {
		return fmt.Sprintf("broken off, the last step was %s (%s)", run.Receipt.Steps[n-1].Name, run.Receipt.Steps[n-1].State)
	}
	return "broken off before its first step"
}

// closeRun gives a run up. What the remote holds is told where it can be asked:
// closing must also work where it is gone for good.
func (a *app) closeRun(ctx context.Context, d *desk.Desk, run gitops.Run, f resumeFlags) error {
	words := ""
	if st, err := d.Standing(ctx, run); err == nil {
		words = st.Words
	} else {
		words = err.Error()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := d.CloseRun(ctx, run, f.reason); err != nil {
		return err
	}
	if a.flags.json {
		printJSON(a.out, newReceiptDocument(run.Receipt))
		return nil
	}
	a.say("closed %s; the remote was not touched", run.ID)
	a.say("  %s", term.Clean(words))
	return nil
}

// carryOn says what the remote holds and goes on from there.
func (a *app) carryOn(ctx context.Context, d *desk.Desk, run gitops.Run, f resumeFlags) error {
	if run.State == gitops.RunUnderWay {
		return &gitops.Error{
			Code: gitops.CodeBusy, What: fmt.Sprintf("%s on %s (process %d) is at it", run.By.User, run.By.Host, run.By.PID),
			Hint: "wait until it is done; should it hang, end it, and then: ahead resume " + run.ID,
		}
	}
	st, err := d.Standing(ctx, run)
	if err != nil {
		return err
	}
	if !a.flags.json {
		a.describeRun(run)
		a.say("")
		a.say("%s", term.Clean(st.Words))
		a.say("%s", term.Clean(st.Next))
	}
	if st.Reached == gitops.ReachedUnknown || st.Onward == gitops.OnwardNothing {
		return a.cannotCarryOn(st)
	}
	answers := bufio.NewReader(a.in)
	if st.Onward == gitops.OnwardPlan {
		return a.planAgain(ctx, d, st, f, answers)
	}
	// Settling pushes nothing: there is nothing to confirm.
	if st.Onward != gitops.OnwardSettle && !f.yes {
		p := run.Plan
		p.Tag = st.Tag
		if err := a.mayAsk(); err != nil {
			return err
		}
		if err := a.confirm(ctx, answers, "To carry on", p); err != nil {
			return err
		}
	}
	return a.shipBy(run.Plan, func(observe func(gitops.StepResult)) (gitops.Receipt, error) {
		return d.CarryOn(ctx, st, observe)
	})
}

// cannotCarryOn says why nothing is left to do now. A pull request that waits is no
// error.
func (a *app) cannotCarryOn(st gitops.Standing) error {
	giveUp := fmt.Sprintf("%s Or give it up: ahead resume %s --close --reason TEXT", st.Next, st.Run.ID)
	switch st.Reached {
	case gitops.ReachedUnknown:
		return &gitops.Error{Code: gitops.CodeOutcomeUnknown, What: st.Words, Hint: giveUp}
	case gitops.ReachedVia:
		if a.flags.json {
			printJSON(a.out, newReceiptDocument(st.Run.Receipt))
		}
		return nil
	default:
		return &gitops.Error{Code: gitops.CodeNotPublishable, What: st.Words, Hint: giveUp}
	}
}

// planAgain asks for the same remedy on what the remote holds now. The old run
// ends only once the new plan is confirmed.
func (a *app) planAgain(ctx context.Context, d *desk.Desk, st gitops.Standing, f resumeFlags, answers *bufio.Reader) error {
	if !f.yes {
		if err := a.mayAsk(); err != nil {
			return err
		}
	}
	closed := false
	return a.shipLoop(ctx, d, shipping{
		yes: f.yes, answers: answers,
		plan: func(ctx context.Context) (*gitops.Plan, error) {
			snap, err := a.lookToShip(ctx, d, false)
			if err != nil {
				return nil, err
			}
			remedy := st.Run.Plan.Remedy
			remedy.Onto = gitops.Hash{}
			p, err := a.planWith(ctx, d, snap, remedy, false)
			if err != nil {
				return nil, err
			}
			return a.showToShip(ctx, d, snap, p, false, remedy.NoTag)
		},
		confirmed: func(ctx context.Context) error {
			// Only once: a tip that moves again is planned again, too.
			if closed {
				return nil
			}
			closed = true
			return d.CloseRun(ctx, st.Run, "planned again: "+st.Words)
		},
	})
}

func (a *app) mayAsk() error {
	if a.canAsk() {
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeNoTerminal, What: "nobody can be asked: standard input is not a terminal",
		Hint: "--yes goes on without asking",
	}
}
