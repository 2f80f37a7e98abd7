package desk

import (
	"context"
	"errors"

	"ahead/gitops"
	"ahead/gitops/publish"
)

// wishes are those of the plan's remedy with those that this desk has for every
// plan.
func (d *Desk) wishes(plan gitops.Plan) gitops.Wishes {
	w := plan.Remedy.Wishes
	w.NoVerify = w.NoVerify || d.opts.NoVerify
	w.PullRequest = w.PullRequest || d.opts.PullRequest
	return w
}

// skippedHooks names the hooks that would run and, by the person's wish, do not.
func (d *Desk) skippedHooks(ctx context.Context, git *publish.Git, plan gitops.Plan) ([]string, error) {
	if !plan.Remedy.Wishes.NoVerify {
		return nil, nil
	}
	return git.Hooks(ctx)
}

// learnApart keeps in mind what only a push can tell. Without that, asking the
// remote again would lead to the same push, and to the same refusal.
func (d *Desk) learnApart(err error) {
	var none *gitops.NoAtomic
	if !errors.As(err, &none) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.apart == nil {
		d.apart = map[string]bool{}
	}
	d.apart[none.Remote] = true
}

func (d *Desk) knownApart(remote string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.apart[remote]
}
