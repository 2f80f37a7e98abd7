package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
)

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
