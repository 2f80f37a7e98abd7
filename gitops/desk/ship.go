package desk

import (
	"context"

	"ahead/gitops"
	"ahead/gitops/publish"
)

// system finds the system git on first use, so that looking works without it.
func (d *Desk) system() (*publish.Git, error) {
	d.gitOnce.Do(func() {
		opts := publish.Options{Clock: d.opts.Now}
		if d.opts.Story {
			opts.Dates = d.opts.Now
		}
		d.git, d.gitErr = publish.NewGit(d.repo.Location().GitDir, opts)
	})
	return d.git, d.gitErr
}

// Fetch asks the remote what it holds.
func (d *Desk) Fetch(ctx context.Context) error {
	if d.remote == "" {
		return &gitops.Error{
			Code: gitops.CodeNoRemote, What: "this repository has no remote to ask",
			Hint: "add one with `git remote add origin URL`, or name one with --remote",
		}
	}
	git, err := d.system()
	if err != nil {
		return err
	}
	branch, err := d.branchToFetch()
	if err != nil {
		return err
	}
	if _, err := git.Fetch(ctx, d.remote, branch); err != nil {
		return err
	}
	d.mu.Lock()
	d.fetchedAt = d.opts.Now()
	d.mu.Unlock()
	return nil
}

// branchToFetch is the production branch; where nothing was ever fetched it is
// the local one of that name, which the fetch then tells about.
func (d *Desk) branchToFetch() (string, error) {
	branch, _, _, err := d.chooseBranch()
	if gitops.CodeOf(err) == gitops.CodeNoBranch {
		if d.opts.Branch != "" {
			return d.opts.Branch, nil
		}
		branch, _, _, err = d.repo.ChooseBranch("", "")
	}
	return branch, err
}

// Check lets the system git compute the same merge; nil means it agrees.
func (d *Desk) Check(ctx context.Context, plan gitops.Plan) error {
	git, err := d.system()
	if err != nil {
		return err
	}
	_, err = git.CrossCheck(ctx, plan)
	return d.explainCheck(ctx, plan, err)
}

// Publish ships the plan. observe hears of every step as it begins and ends.
func (d *Desk) Publish(ctx context.Context, plan gitops.Plan, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	git, err := d.system()
	if err != nil {
		return gitops.Receipt{}, err
	}
	receipt, err := git.Execute(ctx, plan, publish.ExecuteOptions{
		NoVerify: d.wishes(plan).NoVerify, Observe: observe, Requests: d.requests(ctx, plan),
	})
	d.learnApart(err)
	if n := len(receipt.Steps); n > 0 && receipt.Steps[n-1].Name == publish.StepCheck {
		err = d.explainCheck(ctx, plan, err)
	}
	return receipt, err
}

// Doctor looks at everything that publishing needs, changing nothing.
func (d *Desk) Doctor(ctx context.Context) ([]publish.Finding, error) {
	git, err := d.system()
	if err != nil {
		return nil, err
	}
	branch, err := d.branchToFetch()
	if err != nil {
		return nil, err
	}
	return git.Doctor(ctx, d.remote, branch), nil
}

// gitMerger lets the system git compute what our own merge does not cover.
type gitMerger struct{ desk *Desk }

// MergeTree implements planner.GitMerger.
func (g gitMerger) MergeTree(ctx context.Context, m gitops.Merge, unstored []gitops.Object) (gitops.Hash, []gitops.Object, []gitops.Conflict, error) {
	git, err := g.desk.system()
	if err != nil {
		return gitops.Hash{}, nil, nil, err
	}
	merged, err := git.MergeTree(ctx, m.Base, m.Ours, m.Theirs, unstored...)
	if err != nil {
		return gitops.Hash{}, nil, nil, g.desk.explainMerge(ctx, m, unstored, err)
	}
	return merged.Tree, merged.Objects, merged.Conflicts, nil
}

// MarkedTree implements planner.GitMarker.
func (g gitMerger) MarkedTree(ctx context.Context, m gitops.Merge, unstored []gitops.Object) (gitops.Hash, []gitops.Object, error) {
	git, err := g.desk.system()
	if err != nil {
		return gitops.Hash{}, nil, err
	}
	merged, err := git.MarkedTree(ctx, m.Base, m.Ours, m.Theirs, unstored...)
	return merged.Tree, merged.Objects, err
}
