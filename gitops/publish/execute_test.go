package publish

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// readBack proves a shipment by git alone, from the remote's side.
func (w *world) readBack(p gitops.Plan, r gitops.Receipt) {
	w.t.Helper()
	t := w.t
	if got := w.origin.Rev("refs/heads/main"); got != r.Commit {
		t.Errorf("main is at %s, receipt says %s", got, r.Commit)
	}
	parent := p.Onto
	if len(r.Commits) != len(p.Commits) || r.Commits[len(r.Commits)-1] != r.Commit {
		t.Fatalf("commits %v", r.Commits)
	}
	for i, c := range r.Commits {
		text := w.origin.Git("cat-file", "commit", c.String())
		head, body, _ := strings.Cut(text, "\n\n")
		if !strings.HasPrefix(head, "tree "+p.Commits[i].Tree.String()+"\nparent "+parent.String()+"\nauthor ") || body+"\n" != p.Commits[i].Message {
			t.Errorf("commit %d:\n%s", i, text)
		}
		parent = c
	}
	if got := w.origin.Rev("refs/tags/" + p.Tag.Name); got != r.Tag.Object {
		t.Errorf("tag is %s, receipt says %s", got, r.Tag.Object)
	}
	if got := w.origin.Rev("refs/tags/" + p.Tag.Name + "^{commit}"); got != r.Commit {
		t.Errorf("tag points at %s", got)
	}
	for _, repo := range []*gittest.Repo{w.origin.Repo, w.mine} {
		if out, err := repo.TryGit("fsck", "--strict", "--no-dangling"); err != nil || out != "" {
			t.Errorf("fsck: %s %v", out, err)
		}
	}
	want := r.Commit.String() + "\trefs/heads/main"
	if len(r.Refs) != 2 || r.Refs[0].Evidence != want || r.Refs[0].Old != p.Onto || r.Refs[0].Status != "updated" {
		t.Errorf("refs %+v", r.Refs)
	}
	if want := r.Tag.Object.String() + "\trefs/tags/" + p.Tag.Name; len(r.Refs) == 2 && (r.Refs[1].Evidence != want || r.Refs[1].Status != "created") {
		t.Errorf("refs %+v", r.Refs)
	}
}

func TestShipOneCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	at := time.Date(2031, 2, 3, 4, 5, 6, 0, time.FixedZone("", 5400))
	clock := at.Add(time.Hour)
	g := w.git(w.mine, func(o *Options) {
		o.Dates = func() time.Time { return at }
		o.Clock = func() time.Time { clock = clock.Add(time.Second); return clock }
	})
	var seen []gitops.StepResult
	r, err := g.Execute(context.Background(), p, ExecuteOptions{Observe: func(s gitops.StepResult) { seen = append(seen, s) }})
	if err != nil {
		t.Fatalf("%v\n%s", err, detailOf(err))
	}
	w.readBack(p, r)
	if got := w.origin.Git("for-each-ref", "--format=%(objecttype) %(taggername) %(taggerdate:raw) %(contents)", "refs/tags/v1.0.1"); got != "tag Ada Example 1927852506 +0130 Release v1.0.1\n" {
		t.Errorf("tag %q", got)
	}
	if got := w.origin.Git("log", "-1", "--format=%an %at %cn %ct", "main"); got != "Ada Example 1927852506 Ada Example 1927852506" {
		t.Errorf("commit by %q", got)
	}
	names := []string{StepPreflight, StepFetch, StepTip, StepCheck, StepObjects, StepCommit, StepTag, StepPush, StepVerify, StepLocal}
	if len(r.Steps) != len(names) || len(seen) != 2*len(names) {
		t.Fatalf("%d steps, %d reports\n%s", len(r.Steps), len(seen), steps(r))
	}
	for i, name := range names {
		begun, ended := seen[2*i], seen[2*i+1]
		if begun.Name != name || begun.State != gitops.StepRunning || ended != r.Steps[i] || ended.State != gitops.StepDone || !begun.At.Before(ended.At) {
			t.Errorf("step %s: %+v, %+v", name, begun, ended)
		}
	}
	short := r.Commit.Short()
	for step, want := range map[string]string{
		StepTip:    "main still at " + w.tip.Short() + ", v1.0.1 is free",
		StepCommit: short + " on " + w.tip.Short(), StepTag: "v1.0.1 → " + short + ", annotated",
		StepPush: "main " + w.tip.Short() + " → " + short + ", v1.0.1 new", StepVerify: "origin holds both",
	} {
		if got := stepOf(r, step).Detail; got != want {
			t.Errorf("step %s says %q, want %q", step, got, want)
		}
	}
	if w.mine.Rev("refs/remotes/origin/main") != r.Commit || w.mine.Rev("refs/tags/v1.0.1") != r.Tag.Object {
		t.Error("local refs were not brought along")
	}
	left, err := os.ReadDir(filepath.Join(w.mine.GitDir(), "ahead"))
	if err != nil || len(left) != 2 || left[0].Name() != "lock" || left[1].Name() != "runs" {
		t.Errorf("left in the git directory: %v, %v", left, err)
	}
}

func TestShipLightweightAndNoTag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	p.Tag = gitops.TagPlan{Name: "v1.0.1"}
	r := w.ship(w.git(w.mine), p)
	w.readBack(p, r)
	if r.Tag.Object != r.Commit {
		t.Errorf("a lightweight tag has the object %s", r.Tag.Object)
	}
	p = w.plan(w.worse)
	p.Tag = gitops.TagPlan{}
	before := w.origin.Git("tag", "--list")
	r = w.ship(w.git(w.mine), p)
	if w.origin.Rev("main") != r.Commit || len(r.Refs) != 1 || w.origin.Git("tag", "--list") != before {
		t.Errorf("%+v", r)
	}
	if st := stepOf(r, StepTag); st.State != gitops.StepSkipped {
		t.Errorf("tag step %+v", st)
	}
	if got, want := stepOf(r, StepTip).Detail, "main still at "+p.Onto.Short(); got != want {
		t.Errorf("the tip step says %q, want %q", got, want)
	}
}

func TestShipRestoredTree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tree := w.mine.Rev("v1.0.0^{tree}")
	p := w.plan(w.bad)
	p.Remedy = gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1.0.0"}
	p.Merges, p.Objects, p.Tree = nil, nil, tree
	p.Commits[0].Tree = tree
	forged := p
	forged.Tree = w.mine.Rev("HEAD^{tree}")
	forged.Commits = []gitops.NewCommit{{Tree: forged.Tree, Message: "Restore\n"}}
	g := w.git(w.mine)
	_, err := w.refused(g, forged, gitops.CodeDisagreement)
	if !strings.Contains(err.Error(), tree.String()) || !strings.Contains(err.Error(), forged.Tree.String()) {
		t.Errorf("not both trees in %q", err)
	}
	unknown := p
	unknown.Remedy.Deployment = "v9"
	w.refused(g, unknown, gitops.CodeDisagreement)
	r := w.ship(g, p)
	w.readBack(p, r)
	if got := stepOf(r, StepObjects).Detail; got != "nothing new to write" {
		t.Errorf("a tree that is here: %q", got)
	}
}

// TestShipEmptyTree reverts the only commit that has files.
func TestShipEmptyTree(t *testing.T) {
	t.Parallel()
	w := &world{t: t, mine: gittest.New(t)}
	w.mine.Commit("Nothing yet\n", nil)
	w.bad = w.mine.Commit("All\n", map[string]string{"a": "a\n"})
	w.origin = w.mine.WithRemote()
	p := w.plan(w.bad)
	p.Objects = nil
	if p.Tree != gitops.EmptyTree {
		t.Fatal(p.Tree)
	}
	w.readBack(p, w.ship(w.git(w.mine), p))
}

// states are the ways in which a checkout can be in the middle of something.
var states = map[string]func(*world) *gittest.Repo{
	"clean": func(w *world) *gittest.Repo { return w.mine },
	"dirty": func(w *world) *gittest.Repo {
		w.mine.Write("app/price.go", "half a thought")
		w.mine.Write("new", "untracked")
		w.mine.Write("README", "staged")
		w.mine.Git("add", "README")
		return w.mine
	},
	"detached": func(w *world) *gittest.Repo { w.mine.Checkout(w.bad.String()); return w.mine },
	"rebasing": func(w *world) *gittest.Repo {
		w.mine.Commit("Mine\n", map[string]string{"app/price.go": story(40, map[int]string{5: "mine"})})
		if _, err := w.mine.TryGit("rebase", "--onto", "HEAD~4", "HEAD~1"); err == nil {
			w.t.Fatal("the rebase did not stop")
		}
		return w.mine
	},
	"index locked": func(w *world) *gittest.Repo {
		write(w.t, filepath.Join(w.mine.GitDir(), "index.lock"), "", 0o644)
		return w.mine
	},
	"unpushed": func(w *world) *gittest.Repo {
		w.mine.Commit("Mine\n", map[string]string{"secret": "not yet"})
		return w.mine
	},
	"bare":   func(w *world) *gittest.Repo { return w.origin.Clone("--bare") },
	"mirror": func(w *world) *gittest.Repo { return w.origin.Clone("--mirror") },
	"linked": func(w *world) *gittest.Repo { return w.mine.Worktree("side") },
	"git directory": func(w *world) *gittest.Repo {
		return gittest.Open(w.t, w.mine.GitDir())
	},
	"below the top": func(w *world) *gittest.Repo { return gittest.Open(w.t, w.mine.Path("app")) },
	"shallow":       func(w *world) *gittest.Repo { return w.origin.Clone("--depth=4") },
	"partial": func(w *world) *gittest.Repo {
		return w.filled(w.partial("--filter=blob:none"))
	},
	"partial, without trees": func(w *world) *gittest.Repo { return w.filled(w.partial("--filter=tree:0")) },
	"partial and shallow": func(w *world) *gittest.Repo {
		return w.filled(w.partial("--filter=blob:none", "--depth=4"))
	},
	"sparse": func(w *world) *gittest.Repo {
		w.mine.Git("sparse-checkout", "set", "docs")
		return w.mine
	},
	"borrowing": func(w *world) *gittest.Repo {
		return w.origin.Clone("--reference", w.mine.Dir)
	},
}

// TestShipFromAnyState is promise 3: whatever state the checkout is in, not a
// byte of it changes.
func TestShipFromAnyState(t *testing.T) {
	t.Parallel()
	for name, prepare := range states {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.worse, w.bad)
			repo := prepare(w)
			// What publishing may change: the refs it brings along and their logs.
			except := []string{
				".git/refs/remotes", ".git/refs/tags", ".git/logs/refs/remotes", ".git/packed-refs", ".git/shallow",
				"refs", "packed-refs", "logs", ".git/worktrees/tree/logs",
			}
			if name == "detached" {
				// Nobody looks at main then, so it may follow.
				except = append(except, ".git/refs/heads/main", ".git/logs/refs/heads/main")
			}
			before, mine := repo.Fingerprint(except...), w.mine.Fingerprint(except...)
			r := w.ship(w.git(repo), p)
			w.readBack(p, r)
			if after := repo.Fingerprint(except...); after != before {
				t.Errorf("changed:\n%s", lineDiff(before, after))
			}
			if after := w.mine.Fingerprint(except...); after != mine {
				t.Errorf("the main checkout changed:\n%s", lineDiff(mine, after))
			}
			if out := w.origin.Git("ls-tree", "--name-only", "main"); strings.Contains(out, "secret") {
				t.Error("an unpushed commit shipped")
			}
		})
	}
}

func TestLocalBranch(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(*world)
		moves   bool
		says    string
	}{
		"checked out": {func(*world) {}, false, "git pull --ff-only"},
		"elsewhere checked out": {func(w *world) {
			w.mine.CheckoutNew("x")
			w.mine.Git("worktree", "add", "-q", w.mine.Path("..", "wt"), "main")
		}, false, "git pull --ff-only"},
		"behind": {func(w *world) { w.mine.CheckoutNew("x"); w.mine.Git("branch", "-f", "main", "HEAD~2") }, true, "was brought along"},
		"diverged": {func(w *world) {
			w.mine.Commit("Mine\n", map[string]string{"m": "m"})
			w.mine.CheckoutNew("x")
		}, false, "has commits of its own"},
		"none": {func(w *world) { w.mine.CheckoutNew("x"); w.mine.Git("branch", "-D", "main") }, false, "no local branch"},
		"being rebased": {func(w *world) {
			w.mine.Git("-c", "sequence.editor=sed -i 1ibreak", "rebase", "-i", "HEAD~1")
		}, false, "left alone"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.prepare(w)
			before, _ := w.mine.TryGit("rev-parse", "-q", "--verify", "refs/heads/main")
			r := w.ship(w.git(w.mine), w.plan(w.bad))
			after, _ := w.mine.TryGit("rev-parse", "-q", "--verify", "refs/heads/main")
			if moved := before != after; moved != c.moves || moved && after != r.Commit.String() {
				t.Errorf("main went from %s to %s", before, after)
			}
			if d := r.Steps[len(r.Steps)-1].Detail; !strings.Contains(d, c.says) {
				t.Errorf("says %q", d)
			}
		})
	}
}

func TestShipSeveralAsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := asOne(w.plan(w.worse, w.bad))
	w.readBack(p, w.ship(w.git(w.mine), p))
}

// TestConfigurationAddsNothing sets everything that could make git send or
// fetch more than was asked for.
func TestConfigurationAddsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("tag", "-a", "-m", "mine", "private", "HEAD~1")
	w.mine.Branch("private")
	for key, value := range map[string]string{
		"push.followTags": "true", "push.recurseSubmodules": "on-demand", "push.default": "matching",
		"fetch.prune": "true", "fetch.pruneTags": "true", "remote.origin.push": "refs/heads/*:refs/heads/*",
		"i18n.commitEncoding": "ISO-8859-1", "core.commentChar": "R", "commit.cleanup": "strip",
		"core.attributesFile": "/dev/null", "color.ui": "always", "core.quotePath": "false", "log.showSignature": "true",
		"core.logAllRefUpdates": "always", "push.useForceIfIncludes": "true", "rebase.autoStash": "true",
	} {
		w.mine.Git("config", key, value)
	}
	p := w.plan(w.bad)
	p.Commits[0].Message, p.Rehearsed = "Revert \"Größe\"\n\n# a line\n\n\nend\n", true
	r := w.ship(w.git(w.mine), p)
	w.readBack(p, r)
	if head, _, _ := strings.Cut(w.origin.Git("cat-file", "commit", r.Commit.String()), "\n\n"); strings.Contains(head, "encoding") {
		t.Errorf("the commit claims an encoding:\n%s", head)
	}
	if refs := w.origin.Git("for-each-ref", "--format=%(refname)"); refs != "refs/heads/main\nrefs/tags/v1.0.0\nrefs/tags/v1.0.1" {
		t.Errorf("the remote has\n%s", refs)
	}
	if w.mine.Git("tag", "--list") != "private\nv1.0.0\nv1.0.1" {
		t.Error("a local tag went away")
	}
}

func TestSignOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "format.signOff", "true")
	p := asOne(w.plan(w.bad))
	p.Commits[0].Message = "Revert\n\nWhy.\n\nIncident: 1\n"
	r := w.ship(w.git(w.mine), p)
	const want = "Revert\n\nWhy.\n\nIncident: 1\nSigned-off-by: Ada Example <ada@example.com>\n"
	if got := w.origin.Git("log", "-1", "--format=%B", r.Commit.String()); got != want {
		t.Errorf("%q", got)
	}
	p = asOne(w.plan(w.worse))
	p.Tag.Name, p.Commits[0].Message = "v1.0.2", want
	r = w.ship(w.git(w.mine), p)
	if got := w.origin.Git("log", "-1", "--format=%B", r.Commit.String()); got != want {
		t.Errorf("signed off twice: %q", got)
	}
}

// TestLocalStepFails: production has what it was to get, so that is a step
// that failed, with what to run, and no error.
func TestLocalStepFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.origin.Hook("post-receive", "mkdir -p "+w.mine.Path(".git", "refs", "tags")+" && touch "+w.mine.Path(".git", "refs", "tags", "v1.0.1.lock"))
	r := w.ship(w.git(w.mine), w.plan(w.bad))
	last := r.Steps[len(r.Steps)-1]
	if last.Name != StepLocal || last.State != gitops.StepFailed || !strings.Contains(last.Detail, "git fetch origin tag v1.0.1") {
		t.Errorf("%+v", last)
	}
}

// TestObjectsInWords counts what is written as a person would.
func TestObjectsInWords(t *testing.T) {
	t.Parallel()
	w := &world{t: t, mine: gittest.New(t)}
	w.mine.Commit("Nothing yet\n", nil)
	w.bad = w.mine.Commit("All\n", map[string]string{"a": "a\n"})
	w.origin = w.mine.WithRemote()
	p := w.plan(w.bad)
	p.Objects = nil
	if got, want := stepOf(w.ship(w.git(w.mine), p), StepObjects).Detail, "1 object for tree "+p.Tree.Short(); got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	w = newWorld(t)
	p = w.plan(w.bad)
	two := len(p.Objects)
	if got, want := stepOf(w.ship(w.git(w.mine), p), StepObjects).Detail, fmt.Sprintf("%d objects for tree %s", two, p.Tree.Short()); two < 2 || got != want {
		t.Errorf("says %q, want %q", got, want)
	}
}
