package feed

import (
	"context"
	"slices"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// Marked is what became of telling one source.
type Marked struct {
	Name string
	Err  error
}

// Mark tells the sources that keep markers of a release that recovered
// production. Each has its own deadline; they are told one after the other.
func (f *Feed) Mark(ctx context.Context, d gitops.Deployment) []Marked {
	if f.opts.Offline {
		return nil
	}
	select {
	case <-f.find(false):
	case <-ctx.Done():
		return nil
	}
	f.mu.Lock()
	lines := slices.Clone(f.lines)
	f.mu.Unlock()
	var out []Marked
	for _, l := range lines {
		if m, ok := l.source.(deploy.Marker); ok {
			got := safely(ctx, f.opts.Deadline, func(ctx context.Context) error { return m.Mark(ctx, d) })
			if got.err == nil {
				got.err = got.value
			}
			out = append(out, Marked{l.name, got.err})
		}
	}
	return out
}
