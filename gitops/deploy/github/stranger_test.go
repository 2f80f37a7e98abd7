package github_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

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

// TestToldAt: what a stranger is told again from memory is as old as it is; a
// token asks each time, and an answer that still holds is new.
func TestToldAt(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Public = true
	for i := range 130 {
		w.deploy("production", i, i, "success")
	}
	begun := w.now()
	stranger, known := w.source(forge.Token{}, github.Options{Limit: 120}), w.source(token("github.com"), github.Options{Limit: 120})
	for _, passed := range []time.Duration{0, 4 * time.Minute, 3 * time.Minute} {
		w.pass(passed)
		w.list(stranger)
		w.list(known)
		want := w.now()
		if passed == 4*time.Minute {
			want = begun
		}
		if got := stranger.ToldAt(); !got.Equal(want) {
			t.Errorf("a stranger after %s: told at %s, want %s", passed, got, want)
		}
		if got := known.ToldAt(); !got.Equal(w.now()) {
			t.Errorf("with a token after %s: told at %s", passed, got)
		}
	}
}
