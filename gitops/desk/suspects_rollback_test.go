package desk

import (
	"context"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// Whoever asks after a rollback looks for what was rolled back.
func TestAfterARollbackTheSuspectsAreInWhatWasGivenUp(t *testing.T) {
	r := gittest.New(t)
	good := r.Commit("Open", map[string]string{"a": "1\n"})
	culprit := r.Commit("Break it", map[string]string{"a": "2\n"})
	tip := r.Commit("Fix a typo", map[string]string{"b": "1\n"})
	d := open(t, r, sources(rowsOf{"ci", []gitops.Deployment{
		at(r, 30, good, gitops.StatusLive), at(r, 20, tip, gitops.StatusSuperseded), at(r, 10, good, gitops.StatusSuperseded),
	}, nil}))
	snap := told(t, d)
	if snap.Rollback == nil {
		t.Fatal("it did not go back")
	}
	got, err := d.Suspects(context.Background(), snap, gitops.Evidence{Paths: []string{"a"}})
	if err != nil || len(got.Ranked) == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.Ranked[0].Commit != culprit || got.Deployed != tip || !strings.Contains(got.Why, "went back") {
		t.Errorf("%+v", got)
	}
}
