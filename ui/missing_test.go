package ui

import (
	"context"
	"sync"
	"testing"

	"ahead/gitops"
)

func (w *world) FetchMissing(context.Context, gitops.Snapshot, gitops.Remedy) error { return nil }

// partialWorld has no plan before somebody lets git fetch.
type partialWorld struct {
	*world
	mu      sync.Mutex
	fetches int
	here    bool
	// gate holds back the end of the fetch; fails is what it ends with.
	gate  chan struct{}
	fails error
}

func (w *partialWorld) Plan(ctx context.Context, s gitops.Snapshot, r gitops.Remedy) (gitops.Plan, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.here {
		return w.world.Plan(ctx, s, r)
	}
	return gitops.Plan{}, &gitops.Error{
		Code: gitops.CodeMissingObject, What: "3 objects are not in this partial clone",
		Err: &gitops.Absent{Objects: []gitops.Hash{hash(71), hash(72), hash(73)}, Remote: "origin"},
	}
}

func (w *partialWorld) FetchMissing(ctx context.Context, _ gitops.Snapshot, _ gitops.Remedy) error {
	w.mu.Lock()
	w.fetches++
	w.mu.Unlock()
	select {
	case <-w.gate:
	case <-ctx.Done():
		return ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.here = w.fails == nil
	return w.fails
}

func (w *partialWorld) asked() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fetches
}

// TestOneKeyFetchesWhatIsMissing: nothing is fetched before f, and f plans
// again.
func TestOneKeyFetchesWhatIsMissing(t *testing.T) {
	w := &partialWorld{world: newWorld(), gate: make(chan struct{})}
	l := start(t, w, Options{})
	l.until("the list", shows("Change number 3"))
	l.key("enter")
	l.until("what is missing", shows("3 objects are not in this partial clone"))
	l.until("the key that fetches", shows("f lets git fetch them from origin"))
	if w.asked() != 0 {
		t.Fatal("fetched before anybody said so")
	}
	l.key("c")
	if w.asked() != 0 || !shows("there is no plan")(l.m) {
		t.Fatalf("c fetched or did not say what stands before the gate:\n%s", l.m.View())
	}
	l.key("f")
	l.until("the fetch", shows("fetching 3 objects from origin"))
	close(w.gate)
	l.until("the plan", shows("the same as git's merge"))
	if w.asked() != 1 {
		t.Errorf("fetched %d times", w.asked())
	}
	l.key("f")
	l.until("that nothing is missing", shows("nothing that this needs is known to be missing"))
}

// TestLeaveToFetchIsForOneRequest: another remedy, chosen meanwhile, fetches
// nothing by itself; going back stops the fetch.
func TestLeaveToFetchIsForOneRequest(t *testing.T) {
	w := &partialWorld{world: newWorld(), gate: make(chan struct{})}
	l := start(t, w, Options{})
	l.until("the list", shows("Change number 3"))
	l.key("enter")
	l.until("the key that fetches", shows("f lets git fetch them from origin"))
	l.key("f")
	l.until("the fetch", shows("fetching 3 objects from origin"))
	l.until("its begin", func(Model) bool { return w.asked() == 1 })
	l.key("3")
	l.until("the other remedy's own question", shows("f lets git fetch them from origin"))
	if w.asked() != 1 {
		t.Errorf("fetched %d times", w.asked())
	}
}

// TestAFetchThatFailsSaysSo and leaves the person where they were.
func TestAFetchThatFailsSaysSo(t *testing.T) {
	w := &partialWorld{world: newWorld(), gate: make(chan struct{}), fails: &gitops.Error{
		Code: gitops.CodeRemoteUnreached, What: "origin cannot be reached", Hint: "check the network",
	}}
	close(w.gate)
	l := start(t, w, Options{})
	l.until("the list", shows("Change number 3"))
	l.key("enter")
	l.until("the key that fetches", shows("f lets git fetch them from origin"))
	l.key("f")
	l.until("why not", shows("origin cannot be reached"))
	if !shows("check the network")(l.m) {
		t.Errorf("no word of what to do:\n%s", l.m.View())
	}
}
