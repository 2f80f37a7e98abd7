package cli

import (
	"context"

	"ahead/gitops/desk"
	"ahead/ui"
	"ahead/ui/term"
)

// onScreen is a desk as screen and plain mode take it: what asks for a key is a
// program to them, and nothing of git.
type onScreen struct{ *desk.Desk }

var _ ui.Service = onScreen{}

// Unlock implements ui.Service.
func (s onScreen) Unlock(ctx context.Context) (term.Asking, error) {
	u, err := s.Desk.Unlock(ctx)
	if err != nil {
		return nil, err
	}
	return u, nil
}
