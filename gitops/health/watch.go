package health

import (
	"context"
	"net/http"
	"time"
)

// Interval is how often production is asked.
const Interval = 5 * time.Second

// Watcher asks production again and again, one request at a time.
type Watcher struct {
	URL string
	// Client defaults to NewClient(0).
	Client *http.Client
	// Interval is the pause between the end of one probe and the next, 0 for
	// the default.
	Interval time.Duration
	// Now defaults to time.Now; After to time.After.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// Watch probes at once and then at intervals, and hands each state to seen,
// until ctx ends or seen gives false. It returns the last state.
func (w Watcher) Watch(ctx context.Context, seen func(State) bool) State {
	client, interval, now, after := w.Client, w.Interval, w.Now, w.After
	if client == nil {
		client = NewClient(0)
	}
	if interval <= 0 {
		interval = Interval
	}
	if now == nil {
		now = time.Now
	}
	if after == nil {
		after = time.After
	}
	var state State
	for ctx.Err() == nil {
		sample := Probe(ctx, client, w.URL, now())
		if ctx.Err() != nil {
			// A probe that was cancelled says nothing about production.
			break
		}
		state = state.Next(sample)
		if !seen(state) {
			break
		}
		select {
		case <-ctx.Done():
		case <-after(interval):
		}
	}
	return state
}
