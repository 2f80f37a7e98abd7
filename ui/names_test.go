package ui

import (
	"context"
	"testing"

	"ahead/gitops"
)

// deepWorld's plans take a commit along that no look lists.
type deepWorld struct{ *world }

func (w deepWorld) Plan(ctx context.Context, s gitops.Snapshot, r gitops.Remedy) (gitops.Plan, error) {
	p, err := w.world.Plan(ctx, s, r)
	p.Collateral = append(p.Collateral, beyond.Hash)
	return p, err
}

// TestCommitsBeyondTheLookAreNamed in the preview and before the gate: nobody
// agrees to a bare id.
func TestCommitsBeyondTheLookAreNamed(t *testing.T) {
	l := start(t, deepWorld{newWorld()}, Options{NoFetch: true})
	l.until("a timeline", settled)
	l.key("enter")
	l.until("the name", shows("Beyond the look"))
	gate(l)
	l.until("the name before the gate", shows("Beyond the look"))
}
