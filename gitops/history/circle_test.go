package history

import (
	"context"
	"errors"
	"testing"

	"ahead/gitops"
)

// TestACircleEnds: only a file that lies about parents can make one, and then
// nobody waits for ever.
func TestACircleEnds(t *testing.T) {
	for _, length := range []int{1, 2, 3, 40, 500} {
		g := newGraph()
		all := g.line(500)
		g.commits[500-length].Parents = []gitops.Hash{all[499]}
		apart := g.add(-1000)
		ctx := context.Background()
		if ok, err := NewAncestry(g, all[499]).Contains(ctx, apart); ok || err != nil {
			t.Errorf("circle of %d: %v, %v", length, ok, err)
		}
		if _, _, err := Between(ctx, g, apart, all[499], 0); !errors.Is(err, ErrMisled) {
			t.Errorf("circle of %d: between: %v", length, err)
		}
		if _, err := Walk(ctx, g, all[499], nil, nil, 0); !errors.Is(err, ErrMisled) {
			t.Errorf("circle of %d: walk: %v", length, err)
		}
		if _, err := Count(ctx, g, all[499], apart); err != nil {
			t.Errorf("circle of %d: count: %v", length, err)
		}
	}
}
