package github_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

var (
	noon  = forgetest.Noon
	after = forgetest.After
	sha   = forgetest.SHA
	tell  = forgetest.Tell
)

// clock is a time that a test moves. The fake's limits are reset by the real
// one, of which the library reads.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func token(host string) forge.Token {
	return forge.Token{Host: host, Source: "GH_TOKEN", Secret: gitops.NewSecret("ghp_right")}
}

type world struct {
	*forgetest.GitHub
	*clock
	t *testing.T
}

func start(t *testing.T) world {
	t.Helper()
	return world{forgetest.NewGitHub(t, "github.com", "acme", "shop"), &clock{at: after(24 * 60)}, t}
}

// source makes a source; who is the token, zero for a stranger.
func (w world) source(who forge.Token, o github.Options) *github.Source {
	w.t.Helper()
	p, ok := forge.Locate("git@"+w.Host+":acme/shop.git", forge.Hosts{w.Host: forge.KindGitHub})
	if !ok {
		w.t.Fatal("no place")
	}
	o.Transport, o.Now = w.Transport(), w.now
	s, err := github.New(p, who, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// deploy makes a deployment and gives it statuses, one a minute.
func (w world) deploy(environment string, n int, at int, states ...string) *forgetest.Deployment {
	d := w.Deploy(environment, "main", sha(n), after(at))
	for i, state := range states {
		w.Say(d, state, after(at+i+1))
	}
	return d
}

func (w world) list(s *github.Source) []gitops.Deployment {
	w.t.Helper()
	rows, err := s.Deployments(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w world) look(s *github.Source) []gitops.Deployment {
	w.t.Helper()
	rows, err := s.Detail(context.Background(), w.list(s))
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
	forgetest.Silent(t, "ghp_right", values...)
}

// retry reads when an error says that asking again makes sense.
func retry(err error) time.Time {
	var r deploy.Retrier
	if errors.As(err, &r) {
		return r.RetryAt()
	}
	return time.Time{}
}
