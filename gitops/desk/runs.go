package desk

import (
	"context"
	"strings"

	"ahead/gitops"
	"ahead/gitops/publish"
)

// Runs are the publications from this repository that are not over: broken
// off, waiting for a merge, or under way. It reads the disk only. With an error
// it gives the runs that can be read all the same.
func (d *Desk) Runs(ctx context.Context) ([]gitops.Run, error) {
	git, err := d.system()
	if err != nil {
		return nil, err
	}
	return git.Runs(ctx)
}

// Standing asks the remote what it holds of a run, and says what can be done
// about it. A remote that gives no answer is the standing ReachedUnknown.
func (d *Desk) Standing(ctx context.Context, run gitops.Run) (gitops.Standing, error) {
	git, err := d.system()
	if err != nil {
		return gitops.Standing{}, err
	}
	st, err := git.Standing(ctx, run, func(taken map[string]bool) (gitops.TagPlan, error) { return d.nextTag(ctx, taken) })
	if err == nil && st.Reached == gitops.ReachedVia {
		if told := d.requestState(ctx, run, viaOf(run)); told != "" {
			st.Words += " As its server says, " + told + "."
		}
	}
	return d.notTogether(st), err
}

// notTogether plans again what would be sent in a way that the remote turned
// out not to take: carrying it on would be refused each time.
func (d *Desk) notTogether(st gitops.Standing) gitops.Standing {
	plan := st.Run.Plan
	if st.Onward != gitops.OnwardPush || plan.Passage.ByPullRequest() || plan.Passage.Apart || plan.Tag.Name == "" || !d.knownApart(plan.Remote) {
		return st
	}
	st.Onward = gitops.OnwardPlan
	st.Next = plan.Remote + " cannot take branch and tag together: plan again, with the branch first and the tag once it is seen there"
	return st
}

// viaOf is the branch that a run's pull request asks to merge: the one that
// was sent, whose name may have got a number.
func viaOf(run gitops.Run) string {
	for _, r := range run.Receipt.Refs {
		if name, ok := strings.CutPrefix(r.Ref, "refs/heads/"); ok && name != run.Plan.Branch {
			return name
		}
	}
	return run.Plan.Passage.Via
}

// nextTag names the next release by the repository's scheme and the remote's
// tags. A scheme is found in a snapshot; one is taken where nobody has looked.
func (d *Desk) nextTag(ctx context.Context, taken map[string]bool) (gitops.TagPlan, error) {
	d.mu.Lock()
	naming := d.naming
	d.mu.Unlock()
	if naming == nil {
		if _, err := d.Snapshot(ctx); err != nil {
			return gitops.TagPlan{}, err
		}
		d.mu.Lock()
		naming = d.naming
		d.mu.Unlock()
	}
	scheme, err := naming.find(ctx)
	if err != nil {
		return gitops.TagPlan{}, err
	}
	tag, err := scheme.Next(func(name string) bool { return taken[name] }, d.opts.Now())
	if tag.Signed && !d.signs() {
		tag.Signed = false
	}
	return tag, err
}

// CarryOn goes on with a run as its standing says, but for OnwardPlan: that one
// is planned again, confirmed, closed and published as any other.
func (d *Desk) CarryOn(ctx context.Context, standing gitops.Standing, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	git, err := d.system()
	if err != nil {
		return gitops.Receipt{}, err
	}
	receipt, err := git.CarryOn(ctx, standing, publish.ExecuteOptions{
		NoVerify: d.opts.NoVerify, Observe: observe, Requests: d.requests(ctx, standing.Run.Plan),
	})
	d.learnApart(err)
	return receipt, err
}

// CloseRun gives a run up, for the reason why. The remote is not touched.
func (d *Desk) CloseRun(ctx context.Context, run gitops.Run, why string) error {
	git, err := d.system()
	if err != nil {
		return err
	}
	return git.CloseRun(ctx, run, why)
}
