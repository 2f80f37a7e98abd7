package plain

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/screentest"
)

func TestTheVerdictComesBeforeTheQuestions(t *testing.T) {
	for name, plan := range map[string]func(gitops.Remedy) gitops.Plan{
		"conflict": screentest.Conflicted, "empty": screentest.Empty, "refused": screentest.Refused,
	} {
		w := newTeller()
		w.plans = plan
		text, err := converse(t, w, "1", "1", "q")
		if err != nil || strings.Contains(text, "Why? One line") || len(w.remedies) != 1 {
			t.Errorf("%s: %v, %d plans, it asks why of what cannot ship:\n%s", name, err, len(w.remedies), text)
		}
		for key, want := range map[string]gitops.Remedy{
			"w": {Kind: gitops.RevertDeployment, Deployment: "v1.42.0"}, "r": {Kind: gitops.RestoreDeployment, Deployment: "v1.41.3"},
		} {
			w := newTeller()
			w.plans = func(r gitops.Remedy) gitops.Plan {
				if r.Kind == gitops.RevertCommits {
					return plan(r)
				}
				return screentest.Clean(r)
			}
			_, err := converse(t, w, "1", "1", key, "", "", "s", "v1.42.1", "q")
			if err != nil || len(w.published) != 1 || w.published[0].Remedy.Kind != want.Kind || w.published[0].Remedy.Deployment != want.Deployment {
				t.Errorf("%s, then %s: %v, published %+v", name, key, err, w.published)
			}
		}
	}
	w := newTeller()
	text, _ := converse(t, w, "1", "1", "why", "inc", "q")
	if v, q := strings.Index(text, "Verdict: clean"), strings.Index(text, "Why? One line"); v < 0 || q < v {
		t.Errorf("verdict at %d, question at %d", v, q)
	}
}

func TestTheGateSaysWhyAndWhatComesAlong(t *testing.T) {
	w := newTeller()
	w.plans = screentest.Long
	text, _ := converse(t, w, "1", "1", "off by a cent", "", "s", "no", "q")
	_, gate, _ := strings.Cut(text, "Ship this?")
	for _, want := range []string{"Reason: off by a cent.", "Incident: none given.", "Ships along: 503 unreleased commits.", "d93b0c4, Update banner text", "Warnings: 4.", "1. migration: This is what"} {
		if !strings.Contains(gate, want) {
			t.Errorf("the gate does not say %q:\n%s", want, gate)
		}
	}
}

func TestOnlyTheCurrentReleaseIsTheLatest(t *testing.T) {
	w := newTeller()
	for i := range w.snap.Batches {
		w.snap.Batches[i].Deployment.Status = gitops.StatusReleased
	}
	now := w.snap.Batches[0].Deployment
	w.snap.Deployed = &now
	text, _ := converse(t, w, "q")
	if !strings.Contains(text, "1. v1.42.0, latest release,") || !strings.Contains(text, "2. v1.41.3, released,") {
		t.Errorf("it says:\n%s", text)
	}
}
