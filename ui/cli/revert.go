package cli

import (
	"bufio"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/ui/wording"
)

type revertFlags struct {
	selectionFlags
	reason   string
	incident string
	tag      string
	noTag    bool
	message  string
	request  bool
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
then commits, tags and pushes branch and tag together, or neither. Where the
branch takes pull requests only, it pushes a branch of its own and opens one;
ahead resume tags it once it is merged.

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
	flags.BoolVar(&f.request, "pull-request", false, "push a branch and open a pull request, in place of pushing to the production branch")
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
	opts.NoVerify, opts.PullRequest = f.noVerify, f.request
	d, err := desk.Open(ctx, opts)
	if err != nil {
		return err
	}
	defer d.Close()
	a.tellOpenRuns(ctx, d)
	answers := bufio.NewReader(a.in)
	return a.shipLoop(ctx, d, shipping{
		yes: f.yes, answers: answers,
		plan: func(ctx context.Context) (*gitops.Plan, error) {
			p, err := a.planToShip(ctx, d, f, args)
			if a.mayFetch(ctx, answers, f, err) {
				f.fetchMissing = true
				p, err = a.planToShip(ctx, d, f, args)
			}
			return p, err
		},
	})
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
	return a.showToShip(ctx, d, snap, p, f.dryRun, f.noTag)
}

// showToShip shows a plan and gives it back, or nil where it is not to be
// shipped; the exit code is set then.
func (a *app) showToShip(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, p gitops.Plan, dryRun, noTag bool) (*gitops.Plan, error) {
	if p.Publishable() && !(dryRun && a.flags.noFetch) {
		rehearsed, err := a.rehearse(ctx, d, snap, p)
		if err != nil && !dryRun {
			return nil, err
		}
		if err != nil {
			a.notice(err.Error())
		} else {
			p = rehearsed
		}
	}
	if dryRun || !p.Publishable() {
		a.code = verdictCode(p.Verdict)
		return nil, a.printPlan(ctx, d, snap, p, planFlags{})
	}
	if p.Tag.Name == "" && !noTag {
		return nil, &gitops.Error{
			Code: gitops.CodeNoTag, What: p.Tag.Scheme,
			Hint: "--tag NAME names the release, --no-tag ships without one",
		}
	}
	if !a.flags.json {
		a.describePlan(d, snap, p)
	}
	return &p, nil
}

// rehearse finds out how publishing would go, before the person is asked: what
// is shown from here on is what would ship, by the way that it would take.
func (a *app) rehearse(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, p gitops.Plan) (gitops.Plan, error) {
	r, err := d.Rehearse(ctx, snap, p)
	if gitops.CodeOf(err) == gitops.CodeSigning && a.canAsk() && !a.flags.json && a.unlock(ctx, d, err) {
		r, err = d.Rehearse(ctx, snap, p)
	}
	if err != nil {
		return p, err
	}
	for _, n := range r.Notices {
		a.notice(n.Text)
	}
	if why := r.Plan.Passage.Why; why != "" {
		a.notice(why)
	}
	return r.Plan, nil
}

// unlock lets the signing key's own program ask for what it needs, now and not
// in the middle of publishing. It reports whether there was anything to ask.
func (a *app) unlock(ctx context.Context, d *desk.Desk, cause error) bool {
	u, err := d.Unlock(ctx)
	if err != nil {
		return false
	}
	a.notice(cause.Error() + "; asking for the key: " + u.Words())
	u.SetStdin(a.in)
	u.SetStdout(a.err)
	u.SetStderr(a.err)
	if err := u.Run(); err != nil {
		a.notice(err.Error())
	}
	return true
}

// patienceToShip is how long whoever ships waits for a source, unless --wait says
// so: production is down.
const patienceToShip = 5 * time.Second

// lookToShip insists on the remote, unlike a look for information.
func (a *app) lookToShip(ctx context.Context, d *desk.Desk, dryRun bool) (gitops.Snapshot, error) {
	if dryRun || a.flags.noFetch {
		return a.look(ctx, d)
	}
	limit := a.flags.wait.limit
	if limit == nil {
		patience := patienceToShip
		limit = &patience
	}
	// What ships along rests on what is deployed.
	asked := a.askSources(ctx, d, limit)
	err := a.fetch(ctx, d)
	<-asked
	if err != nil {
		return gitops.Snapshot{}, err
	}
	return a.snapshot(ctx, d)
}
