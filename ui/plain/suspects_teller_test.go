package plain

import (
	"context"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/screentest"
)

// The teller's sources say nothing, and nobody ranks for it.
func (w *teller) RefreshSources(ctx context.Context, _ bool) error {
	w.refreshed.Add(1)
	if w.hangs {
		<-ctx.Done()
	}
	return ctx.Err()
}

func (w *teller) Sources() []gitops.SourceState { return w.snap.Sources }

func (w *teller) ChooseEnvironment(name string) { w.environment = name }

func (w *teller) MarkRecovered(_ context.Context, d gitops.Deployment) []gitops.Notice {
	w.marked = append(w.marked, d)
	return []gitops.Notice{{Text: "newrelic has a marker for it now"}}
}

func (w *teller) Suspects(context.Context, gitops.Snapshot, gitops.Evidence) (gitops.Suspects, error) {
	return gitops.Suspects{}, &gitops.Error{Code: gitops.CodeInternal, What: "nobody ranks here"}
}

func (w *teller) ResolveFor(context.Context, gitops.Snapshot, string) (gitops.Hash, error) {
	return gitops.Hash{}, &gitops.Error{Code: gitops.CodeUnknownCommit, What: "nothing has a name here"}
}

func (w *teller) Forget(...gitops.Hash) error { return nil }

func (w *teller) Excerpt(context.Context, string) (string, bool, error) { return "", false, nil }

func TestThePlainSourcesAreSaid(t *testing.T) {
	w := newTeller()
	w.snap = sourcesOf(w.snap, screentest.Now)
	text, err := converse(t, w, "e", "q")
	if err != nil || w.environment != "staging" {
		t.Errorf("%v, changed to %q", err, w.environment)
	}
	for _, want := range []string{
		"Drift: main is 1 commit ahead, and lacks 2 that production runs.",
		"Note: production runs 2 commits that main lacks",
		"Danger: ROLLED BACK from v9 to ",
		"Environment: production, of 2.",
		"Source: github.com/acme/shop: 1 row, told 20 s ago.",
		"Source: argocd: 503, out of order; asked again in 40 s.",
		"SOURCES DISAGREE: github says live, 20 s ago; argocd says failed",
		"e for staging",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// sourcesOf puts what sources say into a look.
func sourcesOf(s gitops.Snapshot, now time.Time) gitops.Snapshot {
	live := s.Batches[0].Deployment
	live.Source, live.Status = gitops.SourceGitHub, gitops.StatusLive
	failed := live
	failed.Source, failed.Status = gitops.SourceArgo, gitops.StatusFailed
	s.Batches[0].Deployment, s.Deployed = live, &live
	s.Claims = []gitops.Deployment{live, failed}
	s.Environment, s.Environments = "production", []string{"production", "staging"}
	s.Sources = []gitops.SourceState{
		{Name: gitops.SourceGitHub, Place: "github.com/acme/shop", Condition: gitops.SourceFresh, Rows: 1, AnsweredAt: now.Add(-20 * time.Second)},
		{Name: gitops.SourceArgo, Condition: gitops.SourceFailed, Trouble: "503, out of order", RetryAt: now.Add(40 * time.Second)},
	}
	s.Drift = gitops.Drift{Ahead: 1, Aside: 2}
	s.Rollback = &gitops.Rollback{Left: gitops.Deployment{Tag: "v9"}, Lost: 2, Pending: 2}
	return s
}
