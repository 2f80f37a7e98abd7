package gitlab_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/deploy/gitlab"
	"ahead/gitops/forge/forgetest"
)

var fields = []string{"id", "iid", "sha", "ref", "status", "environment", "user", "deployable", "created_at", "updated_at", "finished_at", "tag", "web_url"}

type sender func(*http.Request) (*http.Response, error)

func (s sender) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// answers gives a source whose server says this, without a network between.
func answers(t testing.TB, list string) *gitlab.Source {
	s, err := gitlab.New(place(t), token(), gitlab.Options{
		Now: func() time.Time { return after(60) },
		Transport: sender(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(list)), Request: r}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// honest holds each claim of a row against what the answer says.
func honest(d gitops.Deployment, said map[string]bool) (wrong []string) {
	for what, text := range map[string]string{"environment": d.Environment, "actor": d.Actor, "number": d.ID, "page": d.URL} {
		if text != "" && !said[text] {
			wrong = append(wrong, what+" was not said")
		}
	}
	name := strings.TrimPrefix(strings.TrimPrefix(d.Ref, "refs/heads/"), "refs/tags/")
	if !said[d.Commit.String()] && !said[strings.ToUpper(d.Commit.String())] || d.Environment == "" || d.Ref != "" && !said[name] && !said[d.Ref] {
		wrong = append(wrong, "commit, environment or ref was not said")
	}
	for _, at := range []time.Time{d.StartedAt, d.FinishedAt} {
		found := at.IsZero()
		for text := range said {
			read, err := time.Parse(time.RFC3339, text)
			found = found || err == nil && read.Equal(at) && at.Year() >= 2000 && at.Year() < 2100
		}
		if !found {
			wrong = append(wrong, fmt.Sprint(at, " was not said"))
		}
	}
	words := map[gitops.Status][]string{
		gitops.StatusLive: {"success"}, gitops.StatusSuperseded: {"success"}, gitops.StatusFailed: {"failed", "canceled"},
		gitops.StatusPending: {"created", "running", "blocked"},
	}[d.Status]
	if d.Status != gitops.StatusUnknown && !slices.ContainsFunc(words, func(w string) bool { return said[w] }) {
		wrong = append(wrong, string(d.Status)+" was not said")
	}
	if strings.Contains(d.URL, "secret") || d.URL != "" && !strings.HasPrefix(d.URL, "http") {
		wrong = append(wrong, d.URL)
	}
	return wrong
}

func checkHostile(t testing.TB, errorf func(string, ...any), list string) {
	s := answers(t, list)
	said := forgetest.Contents(list)
	rows, _ := s.Deployments(context.Background())
	live := map[string]bool{}
	for _, d := range rows {
		for _, wrong := range honest(d, said) {
			errorf("%+v: %s", d, wrong)
		}
		if d.Status == gitops.StatusLive && live[d.Environment] {
			errorf("two are live in %q", d.Environment)
		}
		live[d.Environment] = live[d.Environment] || d.Status == gitops.StatusLive
	}
	again := answers(t, list)
	if state := s.State(); state != nil {
		if err := again.Restore(state); err != nil {
			errorf("%v", err)
		}
	}
	if other, _ := again.Deployments(context.Background()); fmt.Sprint(other) != fmt.Sprint(rows) {
		errorf("restored, it says %v", other)
	}
}

// TestHostile: what is no sense never panics, and no row claims what was not
// said.
func TestHostile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) { checkHostile(t, rt.Errorf, forgetest.Hostile(rt, fields...)) })
}

func FuzzHostile(f *testing.F) {
	f.Add(`[{"id":1,"sha":"` + strings.Repeat("a", 40) + `","status":"success","environment":{"name":"production"},"created_at":"2026-03-02T12:00:00Z"}]`)
	f.Add(`[null,[[]],{"deployable":5}]`)
	f.Add(strings.Repeat(`[{"user":`, 3000))
	f.Fuzz(func(t *testing.T, list string) { checkHostile(t, t.Errorf, list) })
}
