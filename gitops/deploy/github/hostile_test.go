package github_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

var fields = []string{"id", "sha", "ref", "task", "environment", "creator", "created_at", "updated_at", "state", "log_url", "target_url", "environment_url", "description"}

// answers gives a source whose server says these, without a network between.
func answers(t rapid.TB, list, statuses string) *github.Source {
	p, _ := forge.Locate("git@github.com:acme/shop.git", nil)
	s, err := github.New(p, token("github.com"), github.Options{
		Now: func() time.Time { return after(60) },
		Tag: func(name string) (gitops.Hash, bool) {
			return gitops.MustHash(strings.Repeat("a", 40)), name == "v1"
		},
		Transport: sender(func(r *http.Request) (*http.Response, error) {
			body := list
			if strings.HasSuffix(r.URL.Path, "/statuses") {
				body = statuses
			}
			return &http.Response{StatusCode: 200, Header: http.Header{"Etag": {"x"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// honest holds each claim of a row against what the answers say.
func honest(t rapid.TB, d gitops.Deployment, said map[string]bool) {
	claim := func(what, text string) {
		if text != "" && !said[text] {
			t.Errorf("%s %q was not said", what, text)
		}
	}
	moment := func(what string, at time.Time) {
		if at.IsZero() {
			return
		}
		for text := range said {
			if read, err := time.Parse(time.RFC3339, text); err == nil && read.Equal(at) {
				if at.Year() < 2000 || at.After(after(60+24*60)) {
					t.Errorf("%s %s is believed", what, at)
				}
				return
			}
		}
		t.Errorf("%s %s was not said", what, at)
	}
	if d.Commit.IsZero() || !said[d.Commit.String()] && !said[strings.ToUpper(d.Commit.String())] {
		t.Errorf("commit %s was not said", d.Commit)
	}
	if d.Environment == "" {
		t.Error("no environment, which would stand for any")
	}
	claim("environment", d.Environment)
	claim("actor", d.Actor)
	claim("number", d.ID)
	claim("page", d.URL)
	if d.Tag != "" && !said[d.Tag] && !said["refs/tags/"+d.Tag] {
		t.Errorf("tag %q was not said", d.Tag)
	}
	moment("start", d.StartedAt)
	moment("end", d.FinishedAt)
	if strings.HasPrefix(d.ID, "-") || strings.Contains(d.URL, "secret") || d.URL != "" && !strings.HasPrefix(d.URL, "http") {
		t.Errorf("%+v", d)
	}
	words := map[gitops.Status][]string{
		gitops.StatusLive: {"success"}, gitops.StatusSuperseded: {"success", "inactive"}, gitops.StatusFailed: {"failure", "error"},
		gitops.StatusPending: {"pending", "queued", "in_progress", "waiting"}, gitops.StatusUnknown: {""},
	}
	for _, word := range words[d.Status] {
		if said[word] || d.Status == gitops.StatusUnknown {
			return
		}
	}
	t.Errorf("%s was not said", d.Status)
}

func checkHostile(t rapid.TB, list, statuses string) {
	s := answers(t, list, statuses)
	said := forgetest.Contents(list)
	rows, err := s.Deployments(context.Background())
	for _, d := range rows {
		honest(t, d, said)
		if d.Status != gitops.StatusUnknown {
			t.Errorf("%s before any status was read", d.Status)
		}
	}
	if err != nil && len(err.Error()) > 1000 {
		t.Errorf("%d bytes of words", len(err.Error()))
	}
	for text := range forgetest.Contents(statuses) {
		said[text] = true
	}
	detailed, err := s.Detail(context.Background(), rows)
	if len(detailed) != len(rows) {
		t.Errorf("%d rows of %d, %v", len(detailed), len(rows), err)
	}
	live := map[string]int{}
	for _, d := range detailed {
		honest(t, d, said)
		if d.Status == gitops.StatusLive {
			live[d.Environment]++
		}
	}
	again := answers(t, list, statuses)
	if state := s.State(); state != nil {
		if err := again.Restore(state); err != nil {
			t.Errorf("%v", err)
		}
	}
	rows, err = again.Deployments(context.Background())
	if err == nil {
		rows, _ = again.Detail(context.Background(), rows)
		if fmt.Sprint(rows) != fmt.Sprint(detailed) {
			t.Errorf("restored, it says\n%v\nnot\n%v", rows, detailed)
		}
	}
}

// TestHostile: what is no sense never panics, and no row claims what was not
// said.
func TestHostile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkHostile(t, forgetest.Hostile(t, fields...), forgetest.Hostile(t, fields...))
	})
}

func FuzzHostile(f *testing.F) {
	one := `[{"id":1,"sha":"` + strings.Repeat("a", 40) + `","environment":"production","created_at":"2026-03-02T12:00:00Z"}]`
	f.Add(one, `[{"state":"success","created_at":"2026-03-02T12:00:00Z"}]`)
	f.Add(one, `[{"state":"inactive"},{"state":"failure","created_at":"0000-01-01T00:00:00Z"}]`)
	f.Add(`[null]`, `[[]]`)
	f.Add(strings.Repeat(`[{"creator":`, 3000), `[{"state":5}]`)
	f.Fuzz(func(t *testing.T, list, statuses string) { checkHostile(t, list, statuses) })
}

// TestNonsenseRowCosts only itself, and that nothing below it is called live:
// it may be the one that is.
func TestNonsenseRow(t *testing.T) {
	t.Parallel()
	row := func(id int, sha string) string {
		return fmt.Sprintf(`{"id":%d,"sha":%q,"environment":"production","created_at":"2026-03-02T12:00:00Z"}`, id, sha)
	}
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	success := `[{"state":"success","created_at":"2026-03-02T12:10:00Z"}]`
	for list, want := range map[string]gitops.Status{
		"[" + row(1, a) + "," + row(2, "main") + "]": gitops.StatusLive,
		"[" + row(2, "main") + "," + row(1, a) + "]": gitops.StatusUnknown,
		"[" + `"x"` + "," + row(1, b) + "]":          gitops.StatusUnknown,
	} {
		s := answers(t, list, success)
		rows, err := s.Deployments(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if rows, err = s.Detail(context.Background(), rows); err != nil || len(rows) != 1 || rows[0].Status != want {
			t.Errorf("%s: %+v, %v", list, rows, err)
		}
	}
}

// TestMegabytes: long texts that nobody reads cost nothing, a name that is none
// is left out, and only a page's worth of rows is taken from one.
func TestMegabytes(t *testing.T) {
	t.Parallel()
	var list []string
	for i := range 300 {
		list = append(list, fmt.Sprintf(`{"id":%d,"sha":%q,"environment":"production","ref":%q,"description":%q,"creator":{"login":%q}}`,
			i+1, sha(i), strings.Repeat("r", 2000), strings.Repeat("d", 20_000), strings.Repeat("l", 1500)))
	}
	s := answers(t, "["+strings.Join(list, ",")+"]", "[]")
	rows, err := s.Deployments(context.Background())
	if err != nil || len(rows) != 100 || rows[0].Actor != "" || rows[0].Ref != "" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if n := len(s.State()); n > 200_000 {
		t.Errorf("%d bytes are kept", n)
	}
}

// TestEchoedToken: a server that puts the token where a name should be, even
// written otherwise, does not get it on a screen or a disk.
func TestEchoedToken(t *testing.T) {
	t.Parallel()
	for _, echo := range []string{"ghp_right", `ghp\u005fright`} {
		list := fmt.Sprintf(`[{"id":1,"sha":%q,"environment":"e","ref":"refs/tags/%[2]s","task":"%[2]s","creator":{"login":"%[2]s"}}]`, sha(1), echo)
		odd := answers(t, list, fmt.Sprintf(`[{"state":"%s"}]`, echo))
		if rows, err := odd.Deployments(context.Background()); err == nil {
			_, _ = odd.Detail(context.Background(), rows)
		}
		silent(t, string(odd.State()))
		s := answers(t, list, fmt.Sprintf(`[{"state":"success","environment":"%[1]s","log_url":"https://x/%[1]s"},{"state":"%[1]s"}]`, echo))
		rows, err := s.Deployments(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		rows, err = s.Detail(context.Background(), rows)
		if err != nil || rows[0].Status != gitops.StatusLive {
			t.Errorf("%+v, %v", rows, err)
		}
		silent(t, rows, s, string(s.State()))
	}
}
