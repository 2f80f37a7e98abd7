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
	"ahead/ui/wording"
)

type revertFlags struct {
	selectionFlags
	reason   string
	incident string
	tag      string
	noTag    bool
	message  string
	noVerify bool
	dryRun   bool
	yes      bool
}

func (a *app) revertCommand() *cobra.Command {
	var f revertFlags
	cmd := &cobra.Command{
		Use:   "revert COMMIT…",
		Short: "Revert, tag and push, after one confirmation",
		Long: `Plans the revert on the remote's tip, shows it, asks for the new tag's name,
then commits, tags and pushes branch and tag together, or neither.

Exit codes: 0 shipped, 1 error, 2 usage, 3 conflict, 4 empty, 5 refused,
6 rejected by the remote, 7 outcome unknown.`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.revert(ctx, f, args) }),
	}
	f.add(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVar(&f.reason, "reason", "", "why, for the message (required)")
	flags.StringVar(&f.incident, "incident", "", "the incident's id, for the message")
	flags.StringVar(&f.tag, "tag", "", "the new tag's name instead of the inferred one")
	flags.BoolVar(&f.noTag, "no-tag", false, "push the commit without a tag")
	flags.StringVar(&f.message, "message", "", "the whole message instead of the composed one")
	flags.BoolVar(&f.noVerify, "no-verify", false, "skip the pre-push hook")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show the plan and stop")
	flags.BoolVar(&f.yes, "yes", false, "do not ask")
	return cmd
}

func (f revertFlags) check(args []string) error {
	if err := f.selectionFlags.check(args); err != nil {
		return err
	}
	if strings.TrimSpace(f.reason) == "" {
		return &gitops.Error{Code: gitops.CodeUsage, What: "no reason is given", Hint: "add --reason TEXT: it goes into the message"}
	}
	if f.noTag && f.tag != "" {
		return &gitops.Error{Code: gitops.CodeUsage, What: "--tag and --no-tag together", Hint: "give one of them"}
	}
	return nil
}

func (a *app) revert(ctx context.Context, f revertFlags, args []string) error {
	if err := f.check(args); err != nil {
		return err
	}
	if !f.yes && !f.dryRun && !a.canAsk() {
		return &gitops.Error{
			Code: gitops.CodeNoTerminal, What: "nobody can be asked: standard input is not a terminal",
			Hint: "--yes ships without asking, --dry-run only shows the plan",
		}
	}
	opts := a.deskOptions()
	opts.NoVerify = f.noVerify
	d, err := desk.Open(ctx, opts)
	if err != nil {
		return err
	}
	defer d.Close()
	answers := bufio.NewReader(a.in)
	for {
		p, err := a.planToShip(ctx, d, f, args)
		if a.mayFetch(ctx, answers, f, err) {
			f.fetchMissing = true
			continue
		}
		if err != nil || p == nil {
			return err
		}
		if !f.yes {
			if err := a.confirm(ctx, answers, *p); err != nil {
				return err
			}
		}
		err = a.ship(ctx, d, *p)
		if !f.yes && gitops.CodeOf(err) == gitops.CodeTipMoved {
			a.notice(err.Error() + "; nothing was shipped. Here is the new plan")
			continue
		}
		return err
	}
}

// planToShip plans, shows the plan, and answers nil when it is not to be
// shipped; the exit code is set then.
func (a *app) planToShip(ctx context.Context, d *desk.Desk, f revertFlags, args []string) (*gitops.Plan, error) {
	snap, err := a.lookToShip(ctx, d, f.dryRun)
	if err != nil {
		return nil, err
	}
	remedy, err := f.remedy(ctx, d, args)
	if err != nil {
		return nil, err
	}
	remedy.Reason, remedy.Incident = f.reason, f.incident
	remedy.Tag, remedy.NoTag = f.tag, f.noTag
	if f.message != "" {
		// The reason was asked for so that the message holds it.
		remedy.Message = wording.WhyOf(remedy).Tell(f.message, wording.Why{})
	}
	if err := a.addParts(ctx, d, snap, f.selectionFlags, &remedy); err != nil {
		return nil, err
	}
	p, err := a.planWith(ctx, d, snap, remedy, f.fetchMissing)
	if err != nil {
		return nil, err
	}
	if f.dryRun || !p.Publishable() {
		a.code = verdictCode(p.Verdict)
		return nil, a.printPlan(ctx, d, snap, p, planFlags{})
	}
	if p.Tag.Name == "" && !f.noTag {
		return nil, &gitops.Error{
			Code: gitops.CodeNoTag, What: p.Tag.Scheme,
			Hint: "--tag NAME names the release, --no-tag ships without one",
		}
	}
	if !a.flags.json {
		a.describePlan(d, snap, p)
		a.describeSteps(p)
	}
	return &p, nil
}

// lookToShip insists on the remote, unlike a look for information.
func (a *app) lookToShip(ctx context.Context, d *desk.Desk, dryRun bool) (gitops.Snapshot, error) {
	if dryRun || a.flags.noFetch {
		return a.look(ctx, d)
	}
	if err := a.fetch(ctx, d); err != nil {
		return gitops.Snapshot{}, err
	}
	return d.Snapshot(ctx)
}

func (a *app) describeSteps(p gitops.Plan) {
	a.say("")
	for i, step := range p.Publication() {
		a.say("%d %-7s %s", i+1, step.Name(), term.Clean(step.Words()))
		a.say("          %s", term.Clean(step.Command()))
	}
}

// confirm asks for the new tag's name, or the branch's where there is no tag.
func (a *app) confirm(ctx context.Context, answers *bufio.Reader, p gitops.Plan) error {
	want, noun := p.Tag.Name, "the new tag's name"
	if want == "" {
		want, noun = p.Branch, "the branch's name"
	}
	fmt.Fprintf(a.out, "\nnothing has been changed yet. To ship, type %s: ", noun)
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

// ship publishes and tells every step as it ends.
func (a *app) ship(ctx context.Context, d *desk.Desk, p gitops.Plan) error {
	receipt, err := d.Publish(ctx, p, func(s gitops.StepResult) {
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
	a.say("")
	a.say("shipped %s on %s", strings.TrimSpace(p.Tag.Name+" "+receipt.Commit.Short()), term.Clean(p.Branch))
	if left := wording.LeavesOut(p.LeftOut, 0); left != "" {
		a.say("  PARTIAL: %s", left)
	}
	for _, u := range receipt.Refs {
		a.say("  %s  %s → %s  %s", term.Clean(u.Ref), shortOrNew(u.Old), u.New.Short(), u.Status)
	}
	a.say("next: to bring the change back later, revert %s on a branch and add its fix", receipt.Commit.Short())
	return nil
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
