package publish

import (
	"context"

	"ahead/gitops"
)

// ExecuteOptions are a person's choices about one publication.
type ExecuteOptions struct {
	// NoVerify skips the pre-push hook.
	NoVerify bool
	// Observe, when set, is told of every step twice: before it begins
	// (running) and with what came of it. It is called in order, from the
	// goroutine that called Execute, which waits for it.
	Observe func(gitops.StepResult)
}

// Execute ships plan. The receipt tells how far things came, with or without
// an error.
func (g *Git) Execute(ctx context.Context, plan gitops.Plan, opt ExecuteOptions) (gitops.Receipt, error) {
	return gitops.Receipt{}, internal("not written yet")
}
