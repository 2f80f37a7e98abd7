package github_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
)

// asked counts the questions since a moment, and those that named an answer.
func (w world) asked(since int) (all, named int) {
	for _, a := range w.Asked()[since:] {
		all++
		if a.Header.Get("If-None-Match") != "" {
			named++
		}
	}
	return all, named
}

func (w world) spent() int {
	w.Lock()
	defer w.Unlock()
	return w.Spent
}

// TestETags: a second look costs nothing of the rate, in this run and in the
// next; what has changed is seen.
func TestETags(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.at = after(30)
	for i := range 12 {
		w.deploy("production", i, i, "success")
	}
	s := w.source(token("github.com"), github.Options{})
	first := tell(w.look(s))
	spent := w.spent()
	if spent != 13 {
		t.Errorf("%d of the rate for the first look", spent)
	}
	next := w.source(token("github.com"), github.Options{})
	if err := next.Restore(s.State()); err != nil {
		t.Fatal(err)
	}
	for i, from := range []*github.Source{s, next, next} {
		before := len(w.Asked())
		w.pass(2 * time.Minute)
		w.want(w.look(from), first)
		if all, named := w.asked(before); all != 13 || named != all {
			t.Errorf("look %d: %d questions, %d named an answer", i, all, named)
		}
	}
	if w.spent() != spent {
		t.Errorf("looking again cost %d", w.spent()-spent)
	}
	w.deploy("production", 50, 28, "success")
	if got := tell(w.look(next)); !strings.HasPrefix(got, "50 production live, 11 production superseded") {
		t.Errorf("%s", got)
	}
	silent(t, string(s.State()), s)
}

// TestHistoryRests: what is over is asked for again only every ten minutes.
func TestHistoryRests(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.deploy("production", 2, 10, "failure")
	w.deploy("production", 3, 20, "success")
	s := w.source(token("github.com"), github.Options{})
	w.look(s)
	for _, c := range []struct {
		pass time.Duration
		want int
	}{{5 * time.Minute, 2}, {6 * time.Minute, 4}} {
		before := len(w.Asked())
		w.pass(c.pass)
		w.want(w.look(s), "3 production live, 2 production failed, 1 production superseded")
		if all, _ := w.asked(before); all != c.want {
			t.Errorf("%d questions, not %d", all, c.want)
		}
	}
}

// TestOffScreen: rows that nobody looks at keep what was said of them for a
// while; what was under way may have arrived since, and is unknown again.
func TestOffScreen(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.at = after(20)
	w.deploy("production", 1, 0, "success")
	w.deploy("production", 2, 10, "success")
	s := w.source(token("github.com"), github.Options{})
	w.look(s)
	w.pass(9 * time.Minute)
	w.want(w.list(s), "2 production live, 1 production superseded")
	w.pass(2 * time.Minute)
	w.want(w.list(s), "2 production unknown, 1 production unknown")
	w.deploy("production", 3, 12, "in_progress")
	w.want(w.look(s), "3 production pending, 2 production live, 1 production superseded")
	w.pass(2 * time.Minute)
	w.want(w.list(s), "3 production unknown, 2 production unknown, 1 production superseded")
}

// TestRestoredRows: rows that lay on a disk can be asked about before any list.
func TestRestoredRows(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.deploy("production", 2, 10, "success")
	rows := w.list(w.source(token("github.com"), github.Options{}))
	got, err := w.source(token("github.com"), github.Options{}).Detail(context.Background(), rows)
	if err != nil {
		t.Fatal(err)
	}
	w.want(got, "2 production live, 1 production superseded")
	// A row of somebody else's, or without a number, stays as it is.
	odd := []gitops.Deployment{{Source: "github", ID: "../../x", Status: gitops.StatusPending}, {Source: "argocd", ID: "1000", Status: gitops.StatusFailed}, {Source: "github", ID: "-5"}}
	before := len(w.Asked())
	got, err = w.source(token("github.com"), github.Options{}).Detail(context.Background(), odd)
	if err != nil || len(w.Asked()) != before || fmt.Sprint(got) != fmt.Sprint(odd) {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestOldLife: what a row was said to be in an earlier run does not stand beside
// what is found out now.
func TestOldLife(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.deploy("production", 2, 10, "success")
	s := w.source(token("github.com"), github.Options{})
	rows := w.list(s)
	rows[1].Status = gitops.StatusLive
	w.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		return strings.Contains(in.URL.Path, "/1000/") && say(404, "", "")(out, in)
	})
	got, err := s.Detail(context.Background(), rows)
	if err != nil {
		t.Error(err)
	}
	w.want(got, "2 production live, 1 production unknown")
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	s := w.source(token("github.com"), github.Options{})
	if s.State() != nil {
		t.Error("there is something to keep before anything was asked")
	}
	w.look(s)
	state := string(s.State())
	for _, damaged := range []string{"", "{", "null", "[]", strings.Replace(state, `"version":1`, `"version":2`, 1), state[:len(state)/2]} {
		if err := w.source(token("github.com"), github.Options{}).Restore([]byte(damaged)); err == nil {
			t.Errorf("%.40q was taken", damaged)
		}
	}
	if err := w.source(forge.Token{}, github.Options{}).Restore([]byte(state)); err == nil {
		t.Error("a stranger took what was answered to a token")
	}
	// Values that are no deployments cost a full answer, and nothing else.
	odd := strings.ReplaceAll(state, `"value":[`, `"value":["x",`)
	from := w.source(token("github.com"), github.Options{})
	if err := from.Restore([]byte(odd)); err != nil || odd == state {
		t.Fatal(err)
	}
	w.want(w.look(from), "1 production live")
}

// TestWhatWasTakenDownIsHistory: it is over, though nothing took its place, and is
// asked about as seldom.
func TestWhatWasTakenDownIsHistory(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success", "inactive")
	s := w.source(token("github.com"), github.Options{})
	w.want(w.look(s), "1 production unknown")
	before := len(w.Asked())
	w.pass(9 * time.Minute)
	if w.want(w.look(s), "1 production unknown"); len(w.Asked()) != before+1 {
		t.Errorf("%d questions, want one for the list", len(w.Asked())-before)
	}
	w.pass(time.Minute)
	if w.look(s); len(w.Asked()) != before+3 {
		t.Errorf("%d questions, want the statuses again", len(w.Asked())-before)
	}
}
