package plain

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/screentest"
)

func liveTeller(up ...bool) *teller {
	w := newTeller()
	w.live = []gitops.Deployment{{Source: "github", Commit: screentest.Shipped, Status: gitops.StatusLive}}
	w.up = up
	return w
}

// toShipped are the answers that lead to a release.
func toShipped(more ...string) []string {
	return append([]string{"1", "1", "off by a cent", "inc-204", "s", "v1.42.1"}, more...)
}

// TestNoMarkerWhileProductionIsDown: live is not recovered, nor is one good answer
// among bad ones.
func TestNoMarkerWhileProductionIsDown(t *testing.T) {
	for _, c := range []struct {
		up     []bool
		enters int
		marked int
	}{
		{nil, 1, 0},
		{nil, 4, 0},
		{[]bool{false, true}, 1, 0},
		{[]bool{false, true, false, true}, 3, 0},
		{[]bool{false, true, true}, 2, 1},
		{[]bool{false, false, false, true, true}, 4, 1},
		{[]bool{true, true}, 1, 1},
	} {
		w := liveTeller(c.up...)
		text, err := converse(t, w, toShipped(make([]string, c.enters)...)...)
		if err != nil || len(w.marked) != c.marked {
			t.Errorf("%v: %d markers, want %d (%v):\n%s", c.up, len(w.marked), c.marked, err, text)
		}
	}
}

// TestWhatHelpedNothingLeadsOn: the release is live and production is down, so the
// other suspects are next, with a reason of their own.
func TestWhatHelpedNothingLeadsOn(t *testing.T) {
	w := liveTeller()
	text, err := converse(t, w, toShipped("s", "", "s", ".", "", "", "", "")...)
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	_, after, found := strings.Cut(text, "v1.42.1 is live, and production is still down: what it took out was not the cause, or not all of it.")
	if !found || !strings.Contains(after, "s looks for the other suspects") || !strings.Contains(after, "Ranking the suspects.") {
		t.Errorf("it does not lead on:\n%s", text)
	}
	if strings.Count(text, "Say nothing, or one of the letters.") != 1 || strings.Contains(text, "Nothing was shipped.") {
		t.Errorf("s before the answer, or the end, is wrong:\n%s", text)
	}
	w = liveTeller()
	text, err = converse(t, w, toShipped("", "b", "2", "w", "another reason", "", "q")...)
	if err != nil || w.remedies[len(w.remedies)-1].Reason != "another reason" || !strings.HasSuffix(text, "\nBye.\n") {
		t.Errorf("%v, %+v:\n%s", err, w.remedies, text)
	}
}

func TestWhereWeAre(t *testing.T) {
	w := newTeller()
	live := gitops.Deployment{Source: gitops.SourceGitHub, Commit: screentest.Deployed, Status: gitops.StatusLive, FinishedAt: screentest.Now.Add(-time.Hour)}
	w.snap.Deployed = &live
	w.snap.Environment, w.snap.Environments = "staging", []string{"production", "staging"}
	text, _ := converse(t, w, "q")
	if !strings.Contains(text, "\nLive in staging: commit 3f9c2ab, 1 h ago.\n") {
		t.Errorf("it reads:\n%s", text)
	}
	live.Tag = "v1.42.0"
	w.snap.Environment = "production"
	if text, _ = converse(t, w, "q"); !strings.Contains(text, "\nLive: v1.42.0, commit 3f9c2ab, ") {
		t.Errorf("it reads:\n%s", text)
	}
}

// impatient runs a conversation whose clock for waiting is at once at its end.
func impatient(t *testing.T, w *teller, in io.Reader, wait ...time.Duration) string {
	t.Helper()
	var out strings.Builder
	var limit *time.Duration
	if len(wait) > 0 {
		limit = &wait[0]
	}
	opts := Options{Wait: limit, Now: screentest.NewClock().Now, after: func(time.Duration) <-chan time.Time {
		at := make(chan time.Time, 1)
		at <- screentest.Now
		return at
	}}
	if err := Run(context.Background(), w, in, &out, opts); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return out.String()
}

// TestNobodyWaitsForASourceWithoutAWord: an empty line goes on, and takes no later
// answer with it.
func TestNobodyWaitsForASourceWithoutAWord(t *testing.T) {
	w := newTeller()
	w.hangs = true
	w.snap.Sources = []gitops.SourceState{
		{Name: gitops.SourceArgo, Place: "shop", Condition: gitops.SourceAsking}, {Name: gitops.SourceGitHub, Condition: gitops.SourceFresh},
	}
	text := impatient(t, w, strings.NewReader("\nq\n"))
	if !strings.Contains(text, "Waiting for argocd (shop), 10 s at most. Enter goes on without.\nRepository ") || !strings.HasSuffix(text, "Bye. Nothing was shipped.\n") {
		t.Errorf("it reads:\n%s", text)
	}
}

// TestThePersonSaysHowLongToWait: and with no time at all nobody is asked.
func TestThePersonSaysHowLongToWait(t *testing.T) {
	w := newTeller()
	w.hangs = true
	w.snap.Sources = []gitops.SourceState{{Name: gitops.SourceArgo, Condition: gitops.SourceAsking}}
	if text := impatient(t, w, strings.NewReader("\nq\n"), 2*time.Minute); !strings.Contains(text, "Waiting for argocd, 2 min at most.") {
		t.Errorf("it reads:\n%s", text)
	}
	before := w.refreshed.Load()
	if text := impatient(t, w, strings.NewReader("q\n"), 0); !strings.HasSuffix(text, "Bye. Nothing was shipped.\n") || w.refreshed.Load() != before {
		t.Errorf("asked %d times more; it reads:\n%s", w.refreshed.Load()-before, text)
	}
}

// TestAnAnswerGivenEarlyIsKept: what a script has written already is for the
// questions, not for the wait.
func TestAnAnswerGivenEarlyIsKept(t *testing.T) {
	for _, c := range []struct {
		text string
		// empty says that the first line goes on; else the wait has its own end.
		empty bool
		then  string
		ended bool
	}{
		{"q\nb\n", false, "q", false},
		{"q", false, "q", true},
		{"", false, "", true},
		{"\r\nq\n", true, "q", false},
		{"  \n", true, "", true},
	} {
		in, done := newInput(strings.NewReader(c.text)), make(chan struct{})
		if !c.empty {
			close(done)
		}
		in.emptyLine(done)
		if got, err := in.line(context.Background()); got != c.then || errors.Is(err, io.EOF) != c.ended {
			t.Errorf("%q: then %q, %v", c.text, got, err)
		}
	}
}

// TestAFailedDeploymentBroughtNothing: not since there was nothing to bring.
func TestAFailedDeploymentBroughtNothing(t *testing.T) {
	w := newTeller()
	w.snap.Batches[0].Deployment.Status, w.snap.Batches[0].Commits = gitops.StatusFailed, nil
	text, err := converse(t, w, "1", "b", "q")
	if err != nil || !strings.Contains(text, "It failed, so it brought nothing by itself") {
		t.Errorf("%v after:\n%s", err, text)
	}
}
