package github_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(world)
		want    string
	}{
		"none": {func(world) {}, ""},
		"the last success of production is live, without any word of inactive": {
			func(w world) {
				w.deploy("production", 1, 0, "in_progress", "success")
				w.deploy("production", 2, 10, "in_progress", "success")
			},
			"2 production live, 1 production superseded",
		},
		"inactive elsewhere": {
			func(w world) { w.deploy("staging", 1, 0, "success"); w.deploy("staging", 2, 10, "success") },
			"2 staging live, 1 staging superseded",
		},
		"each word": {
			func(w world) {
				for i, state := range []string{"success", "failure", "error", "pending", "queued", "in_progress", "inactive"} {
					w.deploy(fmt.Sprint("e", i), i, i, state)
				}
			},
			"6 e6 unknown, 5 e5 pending, 4 e4 pending, 3 e3 pending, 2 e2 failed, 1 e1 failed, 0 e0 live",
		},
		"one without a word takes nothing away": {
			func(w world) { w.deploy("production", 1, 0, "success"); w.deploy("production", 2, 10) },
			"2 production unknown, 1 production live",
		},
		"pending and failed ones leave the last success live": {
			func(w world) {
				w.deploy("production", 1, 0, "success")
				w.deploy("production", 2, 10, "in_progress", "failure")
				w.deploy("production", 3, 20, "in_progress")
			},
			"3 production pending, 2 production failed, 1 production live",
		},
		"the one that arrived last, not the one that was made last": {
			func(w world) {
				slow := w.deploy("production", 1, 0, "in_progress")
				w.deploy("production", 2, 1, "success")
				w.Say(slow, "success", after(30))
			},
			"2 production superseded, 1 production live",
		},
		"gone back by saying so again": {
			func(w world) {
				old := w.deploy("production", 1, 0, "success")
				w.deploy("production", 2, 10, "success")
				w.Say(old, "success", after(40))
			},
			"2 production superseded, 1 production live",
		},
		"taken down": {
			func(w world) {
				w.deploy("production", 1, 0, "success")
				w.Say(w.deploy("production", 2, 10, "success"), "inactive", after(60))
			},
			"2 production unknown, 1 production superseded",
		},
		"taken down before anybody knows what came after it": {
			func(w world) {
				w.Say(w.deploy("production", 1, 0, "success"), "inactive", after(60))
				w.deploy("production", 2, 50)
			},
			"2 production unknown, 1 production unknown",
		},
		"put away without having arrived": {
			func(w world) {
				w.deploy("production", 1, 0, "in_progress", "inactive")
				w.deploy("production", 2, 10, "success")
			},
			"2 production live, 1 production unknown",
		},
		"a failure that was put away": {
			func(w world) { w.deploy("production", 1, 0, "failure", "inactive") },
			"1 production failed",
		},
		"broke after it had arrived": {
			func(w world) {
				w.deploy("production", 1, 0, "success")
				w.deploy("production", 2, 10, "success", "error")
			},
			"2 production failed, 1 production superseded",
		},
		"a migration does not take a deployment's place": {
			func(w world) {
				w.deploy("production", 1, 0, "success")
				w.deploy("production", 2, 10, "success").Task = "deploy:migrations"
			},
			"1 production live",
		},
		"nor where GitHub calls the deployment inactive for it": {
			func(w world) {
				w.deploy("staging", 1, 0, "success")
				w.deploy("staging", 2, 10, "success")
				w.deploy("staging", 3, 20, "success").Task = "deploy:migrations"
				w.deploy("staging", 4, 30, "failure")
			},
			"4 staging failed, 2 staging live, 1 staging superseded",
		},
		"a migration that came before it changes nothing": {
			func(w world) {
				w.deploy("staging", 1, 0, "success").Task = "deploy:migrations"
				w.Say(w.deploy("staging", 2, 10, "success"), "inactive", after(60))
			},
			"2 staging unknown",
		},
		"a migration that failed is no reason to be inactive": {
			func(w world) {
				d := w.deploy("staging", 2, 10, "success")
				w.deploy("staging", 1, 20, "failure").Task = "deploy:migrations"
				w.Say(d, "inactive", after(21))
			},
			"2 staging unknown",
		},
		"a migration long before it was put away is no reason either": {
			func(w world) {
				d := w.deploy("production", 2, 10, "success")
				w.deploy("production", 1, 20, "success").Task = "deploy:migrations"
				w.Say(d, "inactive", after(60))
			},
			"2 production unknown",
		},
		"nor is one that arrived before it": {
			func(w world) {
				w.deploy("production", 1, 0, "success").Task = "deploy:migrations"
				d := w.deploy("production", 2, 0)
				w.Say(d, "success", after(1).Add(10*time.Second))
				w.Say(d, "inactive", after(1).Add(20*time.Second))
			},
			"2 production unknown",
		},
		"tasks of one's own stand side by side": {
			func(w world) {
				w.deploy("production", 1, 0, "success").Task = "web"
				w.deploy("production", 2, 10, "success").Task = "api"
				w.deploy("production", 3, 20, "success").Task = "api"
				w.deploy("staging", 4, 30, "success")
			},
			"4 staging live, 3 production live, 2 production superseded, 1 production live",
		},
		"environments are apart": {
			func(w world) { w.deploy("production", 1, 0, "success"); w.deploy("staging", 2, 10, "success") },
			"2 staging live, 1 production live",
		},
		"a status that names another environment": {
			func(w world) {
				w.deploy("production", 1, 0, "success")
				d := w.deploy("staging", 2, 10, "success")
				d.Said[0].Environment = "production"
			},
			"2 production live, 1 production superseded",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c.prepare(w)
			s := w.source(token("github.com"), github.Options{})
			w.want(w.look(s), c.want)
			// What was found out stands with the next list.
			w.want(w.list(s), c.want)
		})
	}
}

func TestRow(t *testing.T) {
	t.Parallel()
	w := start(t)
	d := w.deploy("production", 1, 0, "in_progress", "success", "inactive")
	d.Ref, d.Said[1].EnvironmentURL = "v1.4.0", "https://shop.example.com"
	w.deploy("production", 2, 60).Ref = "refs/tags/v1.5.0"
	w.deploy("production", 3, 70).Ref = "v1.4.0"
	s := w.source(token("github.com"), github.Options{Tag: func(name string) (gitops.Hash, bool) {
		return gitops.MustHash(sha(1)), name == "v1.4.0"
	}})
	rows := w.look(s)
	want := gitops.Deployment{
		Source: gitops.SourceGitHub, ID: "1000", Environment: "production", Commit: gitops.MustHash(sha(1)), Ref: "refs/tags/v1.4.0", Tag: "v1.4.0",
		Status: gitops.StatusUnknown, StartedAt: noon, FinishedAt: after(2), Actor: "ada", URL: "https://ci.example.com/runs/1000",
	}
	if rows[2] != want {
		t.Errorf("\ngot  %+v\nwant %+v", rows[2], want)
	}
	if rows[1].Tag != "v1.5.0" || rows[0].Tag != "" || rows[0].Ref != "" {
		t.Errorf("a tag that is not there, or of another commit: %+v", rows)
	}
	if s.Name() != "github" || s.Place() != "github.com/acme/shop" {
		t.Errorf("%s at %s", s.Name(), s.Place())
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 45 {
		w.deploy("production", i, i, "success")
	}
	w.PageSize = 10
	for limit, want := range map[int]int{0: 45, 25: 25, 30: 30, 7: 7, 1000: 45} {
		rows := w.list(w.source(token("github.com"), github.Options{Limit: limit}))
		if len(rows) != want || rows[0].Commit.String() != sha(44) || rows[want-1].Commit.String() != sha(45-want) {
			t.Errorf("limit %d: %d rows", limit, len(rows))
		}
	}
}

// TestPagesEnd: a server that always has another page is left in the end, and
// what it repeats is one row.
func TestPagesEnd(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.SetFault(again(w, `rel="next"`))
	rows := w.list(w.source(token("github.com"), github.Options{Limit: 5000}))
	if len(rows) != 1 || len(w.Asked()) > 12 {
		t.Errorf("%d rows, %d questions", len(rows), len(w.Asked()))
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("staging", 1, 0)
	w.deploy("production", 2, 1)
	w.deploy("production", 3, 2).Task = "deploy:migrations"
	w.deploy("a/b & c", 4, 3)
	for want, o := range map[string]github.Options{
		"2 production unknown": {Environment: "production"},
		"3 production unknown": {Environment: "production", Task: "deploy:migrations"},
		"4 a/b & c unknown, 2 production unknown, 1 staging unknown": {Task: "deploy"},
		"4 a/b & c unknown": {Environment: "a/b & c"},
		"":                  {Environment: "nowhere"},
	} {
		w.want(w.list(w.source(token("github.com"), o)), want)
	}
}

// TestFirst: production is found behind any number of previews.
func TestFirst(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.deploy("production", 2, 1, "success")
	for i := range 130 {
		w.deploy(fmt.Sprint("preview-", i), 100+i, 10+i, "success")
	}
	s := w.source(token("github.com"), github.Options{})
	rows := w.list(s)
	if len(rows) != 102 {
		t.Fatalf("%d rows", len(rows))
	}
	got, err := s.Detail(context.Background(), rows[98:])
	if err != nil {
		t.Fatal(err)
	}
	w.want(got, "131 preview-31 live, 130 preview-30 live, 2 production live, 1 production superseded")
	// Where the list has some, nothing more is asked.
	before := len(w.Asked())
	w.deploy("production", 3, 500)
	w.list(s)
	if n := len(w.Asked()) - before; n != 1 {
		t.Errorf("%d questions", n)
	}
}

// TestOnlyThisOne: where one environment is wanted no other is asked for.
func TestOnlyThisOne(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0)
	for i := range 20 {
		w.deploy("staging", i, i)
	}
	rows := w.list(w.source(token("github.com"), github.Options{Environment: "staging", Limit: 10}))
	if len(rows) != 10 || len(w.Asked()) != 1 {
		t.Errorf("%d rows by %d questions", len(rows), len(w.Asked()))
	}
}

// TestUnderWayAgain: one that is being deployed once more has no end.
func TestUnderWayAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success", "in_progress")
	if rows := w.look(w.source(token("github.com"), github.Options{})); rows[0].Status != gitops.StatusPending || !rows[0].FinishedAt.IsZero() {
		t.Errorf("%+v", rows[0])
	}
}

// TestKnownInPart: the last success is live only where nothing newer is unknown.
func TestKnownInPart(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.deploy("production", 2, 10, "success")
	w.deploy("production", 3, 20, "failure")
	s := w.source(token("github.com"), github.Options{})
	rows := w.list(s)
	w.want(rows, "3 production unknown, 2 production unknown, 1 production unknown")
	got, err := s.Detail(context.Background(), rows[1:])
	if err != nil {
		t.Fatal(err)
	}
	w.want(got, "2 production unknown, 1 production superseded")
	if got, err = s.Detail(context.Background(), rows[:1]); err != nil {
		t.Fatal(err)
	}
	w.want(got, "3 production failed")
	w.want(w.list(s), "3 production failed, 2 production live, 1 production superseded")
	// A new one, of which nothing is known yet, may have taken its place.
	w.deploy("production", 4, 30, "success")
	w.want(w.list(s), "4 production unknown, 3 production failed, 2 production unknown, 1 production superseded")
}

func TestEnterprise(t *testing.T) {
	t.Parallel()
	w := world{forgetest.NewGitHub(t, "code.example.com", "acme", "shop"), &clock{at: after(9)}, t}
	w.deploy("production", 1, 0, "success")
	w.want(w.look(w.source(token("code.example.com"), github.Options{})), "1 production live")
}

func TestTokenStaysHome(t *testing.T) {
	t.Parallel()
	p, _ := forge.Locate("git@github.example.com:acme/shop.git", nil)
	_, err := github.New(p, token("github.com"), github.Options{})
	if err == nil {
		t.Error("another host's token was taken")
	}
	silent(t, err)
	lab, _ := forge.Locate("git@gitlab.com:acme/shop.git", nil)
	if _, err := github.New(lab, forge.Token{}, github.Options{}); err == nil {
		t.Error("GitLab was taken for GitHub")
	}
}
