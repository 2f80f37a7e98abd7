package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
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

// TestStranger: a public repository without a token, seldom.
func TestStranger(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Public = true
	for i := range 30 {
		w.deploy("production", i, i, "success")
	}
	s := w.source(forge.Token{}, github.Options{})
	rows := w.look(s)
	if all, _ := w.asked(0); all != 9 || !s.Anonymous() || rows[0].Status != gitops.StatusLive || rows[7].Status != gitops.StatusSuperseded || rows[8].Status != gitops.StatusUnknown {
		t.Errorf("%d questions: %s", all, tell(rows))
	}
	// Asked again at once, it answers by itself; what is over is never asked for
	// again.
	for range 5 {
		rows = w.look(s)
	}
	w.pass(70 * time.Minute)
	before := w.spent()
	if _, err := s.Detail(context.Background(), rows[:8]); err != nil || w.spent() != before+1 {
		t.Errorf("%d questions about one that is live and seven that are over, %v", w.spent()-before, err)
	}
	if w.spent() > 40 {
		t.Errorf("%d questions of sixty", w.spent())
	}
	w.Lock()
	w.Limit = 10_000 // the fake's hour does not end
	w.Unlock()
	for range 200 {
		w.pass(time.Minute)
		rows, err := s.Deployments(context.Background())
		if err == nil {
			_, err = s.Detail(context.Background(), rows)
		}
		if err != nil && (retry(err).Before(w.now()) || !strings.Contains(err.Error(), "without a token github.com is asked at most 40")) {
			t.Fatalf("%v, again at %s", err, retry(err))
		}
	}
	if w.spent() > 4*40+9 {
		t.Errorf("%d questions in three and a half hours", w.spent())
	}
	for _, a := range w.Asked() {
		if a.Header.Get("Authorization") != "" {
			t.Error("a stranger has no token")
		}
	}
}

// TestStrangersPurse: the questions of an earlier run count.
func TestStrangersPurse(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Public = true
	for i := range 60 {
		w.deploy("production", i, i, "success")
	}
	s := w.source(forge.Token{}, github.Options{})
	var err error
	for range 10 {
		if _, err = s.Detail(context.Background(), w.list(s)); err != nil {
			break
		}
	}
	next := w.source(forge.Token{}, github.Options{})
	if err := next.Restore(s.State()); err != nil {
		t.Fatal(err)
	}
	before := w.spent()
	rows, err2 := next.Deployments(context.Background())
	if err == nil || err2 != nil || len(rows) != 60 {
		t.Fatalf("%d rows, %v, %v", len(rows), err, err2)
	}
	_, err = next.Detail(context.Background(), rows)
	var said *gitops.Error
	if !errors.As(err, &said) || retry(err).IsZero() || !strings.Contains(said.Hint, "GH_TOKEN") || w.spent() != before || before != 40 {
		t.Fatalf("%v, %d questions, then %d", err, before, w.spent()-before)
	}
}

// TestStrangerAtAPrivateOne: what to do about it is said.
func TestStrangerAtAPrivateOne(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.source(forge.Token{}, github.Options{}).Deployments(context.Background())
	var said *gitops.Error
	if !errors.As(err, &said) || !strings.Contains(said.What, "a stranger") || !strings.Contains(said.Hint, "private") || !strings.Contains(said.Hint, "GH_TOKEN") {
		t.Errorf("%v", err)
	}
	own := world{forgetest.NewGitHub(t, "code.example.com", "acme", "shop"), &clock{at: after(9)}, t}
	_, err = own.source(forge.Token{}, github.Options{}).Deployments(context.Background())
	if !errors.As(err, &said) || !strings.Contains(said.Hint, "GH_ENTERPRISE_TOKEN") {
		t.Errorf("%v", err)
	}
}

// TestLimitEndsTheRound: after the first answer that limits, nothing is sent.
func TestLimitEndsTheRound(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.at = time.Now()
	w.Reset = time.Now().Add(20 * time.Minute).Truncate(time.Second)
	for i := range 40 {
		w.deploy("production", i, i, "success")
	}
	s := w.source(token("github.com"), github.Options{})
	rows := w.list(s)
	w.Lock()
	w.Limit = w.Spent + 10
	w.Unlock()
	got, err := s.Detail(context.Background(), rows)
	if !retry(err).Equal(w.Reset) {
		t.Errorf("%v, again at %s, not %s", err, retry(err), w.Reset)
	}
	if all, _ := w.asked(0); all > 1+10+4 { // four were under way
		t.Errorf("%d questions", all)
	}
	known := 0
	for _, d := range got {
		if d.Status != gitops.StatusUnknown {
			known++
		}
	}
	if known != 10 || got[0].Status != gitops.StatusLive {
		t.Errorf("%d rows are known: %s", known, tell(got))
	}
	// Until then the server is left alone.
	before := len(w.Asked())
	if _, err := s.Deployments(context.Background()); !retry(err).Equal(w.Reset) || len(w.Asked()) != before {
		t.Errorf("%v, %d questions", err, len(w.Asked())-before)
	}
}

// TestAbreast: over real connections, several questions are under way at once
// and never more than four, whoever asks.
func TestAbreast(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 30 {
		w.deploy("production", i, i, "success")
	}
	s := w.source(token("github.com"), github.Options{})
	rows := w.list(s)
	var mu sync.Mutex
	now, most := 0, 0
	four := make(chan struct{})
	w.SetFault(func(http.ResponseWriter, *http.Request) bool {
		mu.Lock()
		if now++; now == 4 && most < 4 {
			close(four)
		}
		most = max(most, now)
		mu.Unlock()
		<-four
		mu.Lock()
		now--
		mu.Unlock()
		return false
	})
	var wait sync.WaitGroup
	for i := range 3 {
		wait.Go(func() {
			if _, err := s.Detail(context.Background(), rows[10*i:10*i+10]); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if most != 4 {
		t.Errorf("%d at once", most)
	}
}

type sender func(*http.Request) (*http.Response, error)

func (s sender) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// TestAbreastExactly: with nobody answering, four questions are out and all
// else waits.
func TestAbreastExactly(t *testing.T) {
	t.Parallel()
	p, _ := forge.Locate("git@github.com:acme/shop.git", nil)
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		out := 0
		answer := make(chan struct{})
		s, err := github.New(p, token("github.com"), github.Options{Transport: sender(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			out++
			mu.Unlock()
			select {
			case <-answer:
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		var rows []gitops.Deployment
		for i := range 50 {
			rows = append(rows, gitops.Deployment{Source: "github", ID: fmt.Sprint(i + 1), Environment: "production"})
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		for range 3 {
			go func() {
				_, err := s.Detail(ctx, rows)
				done <- err
			}()
		}
		synctest.Wait()
		if out != 4 {
			t.Errorf("%d questions are out", out)
		}
		cancel()
		for range 3 {
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		}
		if out != 4 {
			t.Errorf("%d questions were sent after the end", out-4)
		}
		close(answer)
	})
}
