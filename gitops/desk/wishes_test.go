package desk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
)

// TestWishes: what a person asks of the way is a part of the plan that comes
// back, with what it goes past, and is done; the message is what nobody checked.
func TestWishes(t *testing.T) {
	for name, c := range map[string]struct {
		opts  Options
		hooks []string
		wish  gitops.Wishes
		skips string
	}{
		"none here":         {wish: gitops.Wishes{NoVerify: true}},
		"both":              {hooks: []string{"commit-msg", "pre-push"}, wish: gitops.Wishes{NoVerify: true}, skips: "commit-msg and pre-push"},
		"one":               {hooks: []string{"pre-push"}, wish: gitops.Wishes{NoVerify: true}, skips: "pre-push"},
		"by flag":           {opts: Options{NoVerify: true}, hooks: []string{"pre-push"}, skips: "pre-push"},
		"and by a request":  {hooks: []string{"pre-push"}, wish: gitops.Wishes{NoVerify: true, PullRequest: true}, skips: "pre-push"},
		"request, by flag":  {opts: Options{PullRequest: true}},
		"nothing asked for": {},
	} {
		t.Run(name, func(t *testing.T) {
			r, origin := shop(t)
			dir := filepath.Join(r.GitDir(), "hooks")
			for _, hook := range c.hooks {
				if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, hook), []byte("#!/bin/sh\nexit 1\n"), 0o755)); err != nil {
					t.Fatal(err)
				}
			}
			d := open(t, r, func(o *Options) { o.NoVerify, o.PullRequest = c.opts.NoVerify, c.opts.PullRequest })
			remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Rev("v1.1.0^{commit}")}, Reason: "x", Wishes: c.wish}
			_, got, err := rehearsed(t, r, origin, d, remedy, nil)
			if err != nil {
				t.Fatal(err)
			}
			bare, asked := c.wish.NoVerify || c.opts.NoVerify, c.wish.PullRequest || c.opts.PullRequest
			way := got.Plan.Passage
			if way.NoVerify != bare || way.Skips != c.skips || way.ByPullRequest() != asked || got.Plan.Remedy.Wishes != (gitops.Wishes{NoVerify: bare, PullRequest: asked}) {
				t.Errorf("%+v %+v", way, got.Plan.Remedy.Wishes)
			}
			receipt, err := d.Publish(context.Background(), got.Plan, nil)
			if err != nil || (receipt.Route == gitops.RoutePullRequest) != asked {
				t.Errorf("%s %v", receipt.Route, err)
			}
		})
	}
}

// TestARemoteThatIsNotAtomicAfterAll: what the push told is kept in mind, so
// that the next plan goes by the way that the remote takes, and says so.
func TestARemoteThatIsNotAtomicAfterAll(t *testing.T) {
	r, origin := shop(t)
	d := open(t, r)
	remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Rev("v1.1.0^{commit}")}, Reason: "x"}
	_, first, err := rehearsed(t, r, origin, d, remedy, nil)
	if err != nil || first.Plan.Passage.Apart {
		t.Fatalf("%+v %v", first.Plan.Passage, err)
	}
	origin.Git("config", "receive.advertiseAtomic", "false")
	_, err = d.Publish(context.Background(), first.Plan, nil)
	var none *gitops.NoAtomic
	if !errors.As(err, &none) {
		t.Fatalf("%v", err)
	}
	// It says again what it said before: a server behind a balancer, say.
	origin.Git("config", "--unset", "receive.advertiseAtomic")
	_, second, err := rehearsed(t, r, origin, d, remedy, nil)
	if err != nil || !second.Plan.Passage.Apart || !strings.Contains(second.Plan.Passage.Why, "cannot take branch and tag together") {
		t.Fatalf("%+v %v", second.Plan.Passage, err)
	}
	receipt, err := d.Publish(context.Background(), second.Plan, nil)
	if err != nil || origin.Rev("refs/heads/main") != receipt.Commit || origin.Rev("refs/tags/v1.1.1") != receipt.Tag.Object {
		t.Errorf("%v", err)
	}
	st := d.notTogether(gitops.Standing{Run: gitops.Run{Plan: first.Plan}, Onward: gitops.OnwardPush})
	if st.Onward != gitops.OnwardPlan || st.Next == "" {
		t.Errorf("carrying on would be refused again: %+v", st)
	}
	if st = d.notTogether(gitops.Standing{Run: gitops.Run{Plan: second.Plan}, Onward: gitops.OnwardPush}); st.Onward != gitops.OnwardPush {
		t.Errorf("%+v", st)
	}
}
