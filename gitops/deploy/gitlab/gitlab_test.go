package gitlab_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/gitlab"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

var (
	noon  = forgetest.Noon
	after = forgetest.After
	sha   = forgetest.SHA
	tell  = forgetest.Tell
)

type world struct {
	*forgetest.GitLab
	t *testing.T
}

func start(t *testing.T) world {
	t.Helper()
	return world{forgetest.NewGitLab(t, "git.example.com", "acme/web/shop.api"), t}
}

func place(t testing.TB) forge.Place {
	t.Helper()
	p, ok := forge.Locate("ssh://git@git.example.com:2222/acme/web/shop.api.git", forge.Hosts{"git.example.com": forge.KindGitLab})
	if !ok {
		t.Fatal("no place")
	}
	return p
}

func token() forge.Token {
	return forge.Token{Host: "git.example.com", Source: "GITLAB_TOKEN", Secret: gitops.NewSecret("glpat_right")}
}

func (w world) source(o gitlab.Options) *gitlab.Source {
	w.t.Helper()
	o.Transport, o.Now = w.Transport(), func() time.Time { return after(24 * 60) }
	s, err := gitlab.New(place(w.t), token(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// deploy makes a deployment that took a minute where it ended.
func (w world) deploy(environment string, n, at int, status string) *forgetest.Deployment {
	d := w.Deploy(environment, "main", sha(n), status, after(at))
	switch status {
	case "success", "failed", "canceled":
		d.Finished = after(at + 1)
	}
	return d
}

func (w world) list(s *gitlab.Source) []gitops.Deployment {
	w.t.Helper()
	rows, err := s.Deployments(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w world) want(rows []gitops.Deployment, want string) {
	w.t.Helper()
	if got := tell(rows); got != want {
		w.t.Errorf("\ngot  %s\nwant %s", got, want)
	}
}

func silent(t *testing.T, values ...any) {
	t.Helper()
	forgetest.Silent(t, "glpat_right", values...)
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(world)
		want    string
	}{
		"none": {func(world) {}, ""},
		"the last success is live": {
			func(w world) { w.deploy("production", 1, 0, "success"); w.deploy("production", 2, 10, "success") },
			"2 production live, 1 production superseded",
		},
		"each word": {
			func(w world) {
				for i, s := range []string{"created", "running", "success", "failed", "canceled", "blocked", "skipped", "new in 2030"} {
					w.deploy(fmt.Sprint("e", i), i, i, s)
				}
			},
			"7 e7 unknown, 6 e6 unknown, 5 e5 pending, 4 e4 failed, 3 e3 failed, 2 e2 live, 1 e1 pending, 0 e0 pending",
		},
		"those that did not get through leave it": {
			func(w world) {
				for i, s := range []string{"success", "failed", "canceled", "running", "blocked", "skipped"} {
					w.deploy("production", i, i, s)
				}
			},
			"5 production unknown, 4 production pending, 3 production pending, 2 production failed, 1 production failed, 0 production live",
		},
		"the one that finished last": {
			func(w world) {
				w.deploy("production", 1, 0, "success").Finished = after(30)
				w.deploy("production", 2, 10, "success")
			},
			"2 production superseded, 1 production live",
		},
		"environments are apart": {
			func(w world) { w.deploy("production", 1, 0, "success"); w.deploy("review/x", 2, 10, "success") },
			"2 review/x live, 1 production live",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c.prepare(w)
			w.want(w.list(w.source(gitlab.Options{})), c.want)
		})
	}
}

func TestRow(t *testing.T) {
	t.Parallel()
	w := start(t)
	d := w.deploy("production", 1, 0, "success")
	d.Ref, d.Tag = "v1.4.0", true
	again := w.deploy("production", 2, 10, "running")
	again.Ref, again.Finished = "release/1.x", after(11)
	w.deploy("review/7", 4, 30, "running").Ref = "refs/merge-requests/7/head"
	byAPI := w.deploy("production", 3, 20, "failed")
	byAPI.Job, byAPI.Ref = false, "v1.4.0"
	s := w.source(gitlab.Options{Tag: func(name string) (gitops.Hash, bool) { return gitops.MustHash(sha(3)), name == "v1.4.0" }})
	rows := w.list(s)
	if rows[1].Ref != "refs/merge-requests/7/head" || rows[1].Tag != "" {
		t.Errorf("%+v", rows[1])
	}
	rows = append(rows[:1], rows[2:]...)
	want := []gitops.Deployment{
		{ID: "1003", Commit: gitops.MustHash(sha(3)), Ref: "refs/tags/v1.4.0", Tag: "v1.4.0", Status: gitops.StatusFailed, StartedAt: after(20), URL: "https://shop.example.com"},
		{ID: "1001", Commit: gitops.MustHash(sha(2)), Ref: "refs/heads/release/1.x", Status: gitops.StatusPending, StartedAt: after(10), URL: "https://git.example.com/acme/web/shop.api/-/jobs/5005"},
		{ID: "1000", Commit: gitops.MustHash(sha(1)), Ref: "refs/tags/v1.4.0", Tag: "v1.4.0", Status: gitops.StatusLive, StartedAt: noon, FinishedAt: after(1), URL: "https://git.example.com/acme/web/shop.api/-/jobs/5000"},
	}
	for i := range want {
		want[i].Source, want[i].Environment, want[i].Actor = gitops.SourceGitLab, "production", "ada"
		if rows[i] != want[i] {
			t.Errorf("\ngot  %+v\nwant %+v", rows[i], want[i])
		}
	}
	if s.Name() != "gitlab" || s.Place() != "git.example.com/acme/web/shop.api" {
		t.Errorf("%s at %s", s.Name(), s.Place())
	}
}

// TestQuestion: the newest are asked for, of the project by its whole path.
func TestQuestion(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.list(w.source(gitlab.Options{Environment: "a/b & c"}))
	asked := w.Asked()[0]
	q, err := url.ParseQuery(asked.Query)
	if err != nil || asked.Path != "/api/v4/projects/acme%2Fweb%2Fshop%2Eapi/deployments" || q.Get("order_by") != "id" || q.Get("sort") != "desc" || q.Get("environment") != "a/b & c" {
		t.Errorf("%s?%s", asked.Path, asked.Query)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, keyset := range []bool{false, true} {
		w := start(t)
		w.Keyset = keyset
		for i := range 250 {
			w.deploy("production", i, i, "success")
		}
		for limit, want := range map[int]int{0: 100, 25: 25, 200: 200, 240: 240, 1000: 250} {
			rows := w.list(w.source(gitlab.Options{Limit: limit}))
			if len(rows) != want || rows[0].Commit.String() != sha(249) || rows[want-1].Commit.String() != sha(250-want) {
				t.Errorf("limit %d: %d rows", limit, len(rows))
			}
		}
	}
}

// TestFirst: production is found behind any number of review apps.
func TestFirst(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	for i := range 130 {
		w.deploy(fmt.Sprint("review/", i), 100+i, 10+i, "success")
	}
	rows := w.list(w.source(gitlab.Options{}))
	if len(rows) != 101 || tell(rows[100:]) != "1 production live" {
		t.Errorf("%d rows", len(rows))
	}
	w.deploy("review/7", 7, 500, "running")
	before := len(w.Asked())
	rows = w.list(w.source(gitlab.Options{Environment: "review/7", Limit: 1}))
	if tell(rows) != "7 review/7 pending" || len(w.Asked()) != before+1 {
		t.Errorf("%s by %d questions", tell(rows), len(w.Asked())-before)
	}
}

// TestFirstAsPeopleSpellIt: production is prod to many, and GitLab finds only the
// exact name.
func TestFirstAsPeopleSpellIt(t *testing.T) {
	t.Parallel()
	for first, c := range map[string]struct {
		name      string
		questions int
	}{"": {"prod", 3}, "PROD": {"Production", 5}, "staging": {"staging", 2}, "production": {"PROD", 5}} {
		w := start(t)
		w.deploy(c.name, 1, 0, "success")
		for i := range 130 {
			w.deploy(fmt.Sprint("review/", i), 100+i, 10+i, "success")
		}
		rows := w.list(w.source(gitlab.Options{First: first}))
		// A spelling of its own is not guessed.
		if found := len(rows) == 101; found != (c.name != "PROD") || len(w.Asked()) != c.questions {
			t.Errorf("%q: %d rows by %d questions", first, len(rows), len(w.Asked()))
		}
	}
	w := start(t)
	for i := range 130 {
		w.deploy("prod", i, i, "success")
	}
	if w.list(w.source(gitlab.Options{})); len(w.Asked()) != 1 {
		t.Errorf("%d questions for what is in the list", len(w.Asked()))
	}
}

// TestETags: what has not changed is not sent again, in this run and the next.
func TestETags(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 150 {
		w.deploy("production", i, i, "success")
	}
	s := w.source(gitlab.Options{Limit: 150})
	first := tell(w.list(s))
	next := w.source(gitlab.Options{Limit: 150})
	if err := next.Restore(s.State()); err != nil {
		t.Fatal(err)
	}
	before := len(w.Asked())
	w.want(w.list(s), first)
	w.want(w.list(next), first)
	for _, a := range w.Asked()[before:] {
		if a.Header.Get("If-None-Match") == "" {
			t.Errorf("%s was asked for anew", a.Query)
		}
	}
	if n := len(w.Asked()) - before; n != 4 {
		t.Errorf("%d questions", n)
	}
	w.deploy("production", 500, 500, "success")
	if got := tell(w.list(next)); !strings.HasPrefix(got, "500 production live, 149 production superseded") {
		t.Errorf("%.100s", got)
	}
	silent(t, string(s.State()), s)
	if err := w.source(gitlab.Options{}).Restore([]byte("{}")); err == nil {
		t.Error("nothing was taken for something")
	}
}

// TestBelowAPath: a GitLab that is not at its host's root.
func TestBelowAPath(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Base = "gitlab"
	w.deploy("production", 1, 0, "success")
	p, _ := forge.Locate("https://git.example.com/gitlab/acme/web/shop.api", forge.Hosts{"git.example.com/gitlab": forge.KindGitLab})
	s, err := gitlab.New(p, token(), gitlab.Options{Transport: w.Transport(), Now: func() time.Time { return after(60) }})
	if err != nil {
		t.Fatal(err)
	}
	rows := w.list(s)
	w.want(rows, "1 production live")
	if s.Place() != "git.example.com/gitlab/acme/web/shop.api" || rows[0].URL != "https://git.example.com/gitlab/acme/web/shop.api/-/jobs/5000" {
		t.Errorf("%s, %s", s.Place(), rows[0].URL)
	}
}

func TestWithoutToken(t *testing.T) {
	t.Parallel()
	_, err := gitlab.New(place(t), forge.Token{}, gitlab.Options{})
	var said *gitops.Error
	if !errors.As(err, &said) || !strings.Contains(said.Hint, "GITLAB_TOKEN") {
		t.Errorf("%v", err)
	}
	other := token()
	other.Host = "gitlab.com"
	if _, err := gitlab.New(place(t), other, gitlab.Options{}); err == nil {
		t.Error("another host's token was taken")
	}
}

type fault = func(http.ResponseWriter, *http.Request) bool

// say answers everything with this; TOKEN in it is what was sent.
func say(status int, header, body string) fault {
	return func(out http.ResponseWriter, in *http.Request) bool {
		for _, line := range strings.Split(header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				out.Header().Set(name, value)
			}
		}
		out.WriteHeader(status)
		_, _ = io.WriteString(out, strings.ReplaceAll(body, "TOKEN", strings.TrimPrefix(in.Header.Get("Authorization"), "Bearer ")))
		return true
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault      fault
		kind       forge.TroubleKind
		until      bool
		says, hint string
	}{
		"401":               {say(401, "", `{"message":"401 Unauthorized TOKEN"}`), forge.NotAccepted, false, "does not accept the token of GITLAB_TOKEN", "renew the token of GITLAB_TOKEN; it needs the scope read_api"},
		"403":               {say(403, "", `{"message":"403 Forbidden TOKEN"}`), forge.Forbidden, false, "does not allow it", "reporter"},
		"403, scope":        {say(403, "", `{"error":"insufficient_scope","error_description":"TOKEN needs api","scope":"api"}`), forge.Forbidden, false, "insufficient_scope", "read_api"},
		"404":               {say(404, "", `{"message":"404 Project Not Found"}`), forge.NotFound, false, "hides it from the token of GITLAB_TOKEN", "another name now"},
		"rate":              {say(429, "Retry-After: 30", `Retry later TOKEN`), forge.Limited, true, "asked again at", "nothing need be done"},
		"rate by its reset": {say(429, fmt.Sprint("RateLimit-Remaining: 0\nRateLimit-Reset: ", after(24*60+5).Unix()), `Retry later`), forge.Limited, true, "asked again at", ""},
		"500":               {say(500, "", `TOKEN`), forge.Broken, false, "trouble of its own", "nothing need be done"},
		"503, huge":         {say(503, "", strings.Repeat("x", 9<<20)), forge.Broken, false, "trouble of its own", ""},
		"no JSON":           {say(200, "", `<html>TOKEN`), forge.Nonsense, false, "cannot be read", "sign-in page"},
		"an object":         {say(200, "", `{"message":"TOKEN"}`), forge.Nonsense, false, "no list", ""},
		"a list of others":  {say(200, "", `[1,"TOKEN",null,{"name":"x"}]`), forge.Nonsense, false, "none of its entries is a deployment", ""},
		"too long":          {say(200, "", `["`+strings.Repeat("x", 9<<20)+`"]`), forge.Nonsense, false, "longer than", ""},
		"too deep":          {say(200, "", strings.Repeat("[", 100_000)), forge.Nonsense, false, "cannot be read", ""},
		"truncated":         {say(200, "Content-Length: 99", `[{`), forge.Nonsense, false, "cannot be read", ""},
		"unasked 304":       {say(304, "", ``), forge.Nonsense, false, "nobody has", ""},
		"hangs up":          {func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, forge.Unreached, false, "cannot be asked", "the network"},
		"to another host":   {say(302, "Location: https://evil.example/?TOKEN", ``), forge.Nonsense, false, "another host", ""},
		"to a sign-in":      {say(302, "Location: https://sso.example.com/", ``), forge.Nonsense, false, "another host", ""},
		"to no TLS":         {say(302, "Location: http://git.example.com/", ``), forge.Nonsense, false, "another host", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			s := w.source(gitlab.Options{})
			w.SetFault(c.fault)
			rows, err := s.Deployments(context.Background())
			var trouble *forge.Trouble
			var said *gitops.Error
			if !errors.As(err, &trouble) || trouble.Kind != c.kind || !errors.As(err, &said) || len(rows) > 0 {
				t.Fatalf("%d rows, %#v", len(rows), err)
			}
			if !strings.Contains(err.Error(), c.says) || said.Hint == "" || !strings.Contains(said.Hint, c.hint) {
				t.Errorf("%v; %s", err, said.Hint)
			}
			var retry deploy.Retrier
			if !errors.As(err, &retry) || retry.RetryAt().IsZero() == c.until {
				t.Errorf("%v", retry)
			}
			silent(t, err, s, string(s.State()))
			for _, a := range w.Asked() {
				if a.Host != "git.example.com" {
					t.Errorf("%s was asked", a.Host)
				}
			}
			if len(w.Asked()) != 1 {
				t.Errorf("asked %d times", len(w.Asked()))
			}
		})
	}
}

// TestSlow: a person's patience ends it.
func TestSlow(t *testing.T) {
	t.Parallel()
	w := start(t)
	ctx, cancel := context.WithCancel(context.Background())
	w.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		out.WriteHeader(200)
		_ = http.NewResponseController(out).Flush()
		cancel()
		<-in.Context().Done()
		return true
	})
	if _, err := w.source(gitlab.Options{}).Deployments(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	for want, label := range map[string]string{"gitlab": "", "eu": "eu"} {
		s := w.source(gitlab.Options{Label: label})
		if rows := w.list(s); s.Name() != want || len(rows) != 1 || rows[0].Source != want {
			t.Errorf("%s: %s, %+v", want, s.Name(), rows)
		}
	}
}
