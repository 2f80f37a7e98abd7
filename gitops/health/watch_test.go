package health

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

func TestWatchSeesAnOutageEnd(t *testing.T) {
	var asked, open atomic.Int64
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if open.Add(1) > 1 {
			t.Error("two requests at a time")
		}
		defer open.Add(-1)
		if n := asked.Add(1); n >= 2 && n <= 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	now := noon
	var pauses []time.Duration
	w := Watcher{
		URL: s.URL,
		Now: func() time.Time { now = now.Add(time.Second); return now },
		After: func(d time.Duration) <-chan time.Time {
			pauses = append(pauses, d)
			c := make(chan time.Time, 1)
			c <- now
			return c
		},
	}
	var phases []Phase
	last := w.Watch(context.Background(), func(s State) bool {
		phases = append(phases, s.Phase)
		return s.Phase != Recovered
	})
	want := []Phase{Up, Down, Down, Down, Recovered}
	if len(phases) != len(want) || last.Phase != Recovered || last.DownFor(now) != 2*time.Second {
		t.Fatalf("saw %v, last %+v", phases, last)
	}
	for i := range want {
		if phases[i] != want[i] {
			t.Errorf("saw %v", phases)
		}
	}
	for _, p := range pauses {
		if p != Interval {
			t.Errorf("paused %s", p)
		}
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	last := Watcher{URL: s.URL}.Watch(ctx, func(State) bool {
		t.Error("a cancelled probe was taken for an answer")
		return true
	})
	if last.Phase != Unknown {
		t.Errorf("%+v", last)
	}
}
