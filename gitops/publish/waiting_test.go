package publish

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"ahead/gitops"
)

// request makes a plan go by a pull request, on a server that takes nothing
// else for main.
func (w *world) request(p gitops.Plan) gitops.Plan {
	w.origin.Hook("update", `[ "$1" = refs/heads/main ] && [ -z "$MERGING" ] && { echo protected; exit 1; }; exit 0`)
	p.Passage = gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x", Link: "https://example.com/new?from=revert/x", Why: "main is protected"}
	return p
}

// merged is what the server does with a pull request.
func (w *world) merged(how string) gitops.Hash {
	w.t.Helper()
	o := w.origin.Clone()
	o.Commit("Meanwhile\n", map[string]string{"meanwhile": "x"})
	switch how {
	case "merge":
		o.Git("merge", "-q", "--no-ff", "-m", "Merge", "origin/revert/x")
	case "squash":
		o.Git("merge", "-q", "--squash", "origin/revert/x")
		o.Git("commit", "-q", "-m", "Squashed (#7)")
	case "rebase":
		o.Git("cherry-pick", "main..origin/revert/x")
	}
	w.origin.Git("fetch", "-q", o.Dir, "+main:main")
	return w.origin.Rev("main")
}

// TestWaitsAndLands goes the protected branch's road to its end.
func TestWaitsAndLands(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"merge", "squash", "rebase"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.request(w.plan(w.bad))
			g, ctx := w.git(w.mine), context.Background()
			r, err := g.Execute(ctx, p, ExecuteOptions{})
			if err != nil {
				t.Fatalf("%v\n%s", err, steps(r))
			}
			if last := r.Steps[len(r.Steps)-1]; last.Name != StepLand || last.State != gitops.StepWaiting || r.Route != gitops.RoutePullRequest || r.URL == "" {
				t.Errorf("%+v\n%s", r, steps(r))
			}
			if w.origin.Rev("revert/x") != r.Commit || w.origin.Rev("main") != w.tip {
				t.Error("not just the branch was pushed")
			}
			run := w.only(g)
			if run.State != gitops.RunWaiting || run.Receipt.URL != r.URL {
				t.Errorf("%+v", run)
			}
			wantStanding(t, w.standing(run), gitops.ReachedVia, gitops.OnwardNothing, "is not merged into main", p.Passage.Link)
			// A run that waits is in nobody's way; v1.0.1 goes to somebody else.
			w.origin.Git("tag", "v1.0.1", "main")
			landed := w.merged(how)
			st := w.standing(w.only(g))
			wantStanding(t, st, gitops.ReachedMerged, gitops.OnwardTag, "somebody else's", "as v1.0.2")
			if st.Landed != landed {
				t.Errorf("landed as %s, want %s", st.Landed, landed)
			}
			r = w.carryOn(st)
			if r.Commit != landed || w.origin.Rev("v1.0.2^{commit}") != landed || r.Tag.Name != "v1.0.2" || len(r.Refs) != 2 {
				t.Errorf("%+v", r)
			}
			// What can be reverted is on the branch.
			if len(r.Commits) != 1 || w.mine.Git("merge-base", r.Commits[0].String(), landed.String()) != r.Commits[0].String() {
				t.Errorf("%s came to %s as %v", how, landed, r.Commits)
			}
			if runs, err := g.Runs(ctx); err != nil || len(runs) != 0 {
				t.Errorf("%d runs, %v", len(runs), err)
			}
		})
	}
}

// TestWaitingBlocksNobody: while one waits, another one ships.
func TestWaitingBlocksNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.git(w.mine)
	if _, err := g.Execute(context.Background(), w.request(w.plan(w.bad)), ExecuteOptions{}); err != nil {
		t.Fatal(err)
	}
	w.origin.Hook("update", "exit 0")
	p := w.plan(w.worse)
	w.ship(g, p)
	if run := w.only(g); run.State != gitops.RunWaiting {
		t.Errorf("%+v", run)
	}
	// Withdrawn: nothing can be carried on, and closing is said.
	w.origin.Git("update-ref", "-d", "refs/heads/revert/x")
	wantStanding(t, w.standing(w.only(g)), gitops.ReachedNothing, gitops.OnwardNothing, "no longer on origin", "close this run")
}

// TestRequestIsKilled kills the road by pull request at each report of its own
// steps; what carries on comes to the same end, and sends the branch once.
func TestRequestIsKilled(t *testing.T) {
	t.Parallel()
	for stop := 13; stop <= 20; stop++ {
		if !everyKill && stop%2 == 0 {
			continue
		}
		t.Run(fmt.Sprint(stop), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.request(w.plan(w.bad))
			c := w.start(childOrder{Plan: p, Stop: stop})
			await(t, c.ready)
			c.signal(syscall.SIGKILL)
			g := w.git(w.mine)
			for range 3 {
				run := w.only(g)
				st := w.standing(run)
				if run.State == gitops.RunWaiting || st.Onward == gitops.OnwardNothing {
					break
				}
				w.carryOn(st)
			}
			st := w.standing(w.only(g))
			wantStanding(t, st, gitops.ReachedVia, gitops.OnwardNothing)
			if refs := w.origin.Git("for-each-ref", "refs/heads", "--format=%(refname:short)"); refs != "main\nrevert/x" {
				t.Errorf("the remote has %q", refs)
			}
			w.merged("squash")
			w.carryOn(w.standing(w.only(g)))
			if out, err := w.origin.TryGit("fsck", "--strict", "--no-dangling"); err != nil || strings.TrimSpace(out) != "" {
				t.Errorf("fsck: %s %v", out, err)
			}
			if _, err := os.Stat(w.mine.Path(".git", "refs", "tags", "v1.0.1")); err != nil {
				t.Error(err)
			}
		})
	}
}
