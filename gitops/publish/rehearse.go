package publish

import (
	"context"

	"ahead/gitops"
)

// The codes of a rehearsal's notices.
const (
	// NoticeHook: the commit-msg hook changed a message.
	NoticeHook = "hook"
	// NoticeHookSkipped: there is a hook that does not run, and why.
	NoticeHookSkipped = "hook-skipped"
	// NoticeHookSaid: what the hook wrote while it accepted a message.
	NoticeHookSaid = "hook-said"
)

// finished is a message as it will be committed.
type finished struct {
	message string
	notices []gitops.Notice
}

// RehearseMessages gives the plan with its messages as this repository makes
// them: trailers by configuration, sign-off, commit-msg hook, and the cleaning
// that git commit does. The plan then says so (Rehearsed), and publishing
// commits just that; a plan that says so already is given back as it is. It
// changes nothing but for what a hook does outside the repository. Errors have
// the codes no-identity and hook-refused.
func (g *Git) RehearseMessages(ctx context.Context, plan gitops.Plan, noVerify bool) (gitops.Plan, []gitops.Notice, error) {
	if plan.Rehearsed {
		return plan, nil, nil
	}
	commits := make([]gitops.NewCommit, len(plan.Commits))
	var notices []gitops.Notice
	told := map[gitops.Notice]bool{}
	for i, c := range plan.Commits {
		done, err := g.finishMessage(ctx, plan, c, noVerify)
		if err != nil {
			return plan, nil, err
		}
		commits[i] = c
		commits[i].Message = done.message
		for _, n := range done.notices {
			if !told[n] {
				told[n] = true
				notices = append(notices, n)
			}
		}
	}
	plan.Commits, plan.Rehearsed = commits, true
	if n := len(commits); n > 0 {
		plan.Message = commits[n-1].Message
	}
	return plan, notices, nil
}

// finishMessage is what git commit does to a message, in its order: trailers,
// cleaning, the hook, cleaning again.
func (g *Git) finishMessage(ctx context.Context, plan gitops.Plan, c gitops.NewCommit, noVerify bool) (finished, error) {
	h, err := g.habits(ctx)
	if err != nil {
		return finished{}, err
	}
	message, err := g.trailers(ctx, gitops.AsUTF8(c.Message), plan, h)
	if err != nil {
		return finished{}, err
	}
	if message, err = g.cleanMessage(ctx, message); err != nil {
		return finished{}, err
	}
	return g.hooked(ctx, plan, c, message, noVerify)
}
