package publish

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func TestTipMovedBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	another := w.colleague()
	another.Commit("One\n", map[string]string{"one": "1"})
	now := another.Commit("Two\n", map[string]string{"two": "2"})
	another.Git("push", "-q", "origin", "main")
	g := w.git(w.mine)
	before := w.remoteRefs()
	r, err := g.Execute(context.Background(), p, ExecuteOptions{})
	wantCode(t, err, gitops.CodeTipMoved)
	var moved *gitops.TipMoved
	if !errors.As(err, &moved) || *moved != (gitops.TipMoved{Branch: "main", Seen: p.Onto, Now: now, Arrived: 2}) {
		t.Errorf("%+v", moved)
	}
	if w.remoteRefs() != before || len(r.Commits) != 0 {
		t.Errorf("%+v", r)
	}
	if last := r.Steps[len(r.Steps)-1]; last.Name != StepTip || last.State != gitops.StepFailed {
		t.Errorf("stopped at %+v", last)
	}
}

func TestTipRewritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.origin.Git("update-ref", "refs/heads/main", w.bad.String())
	_, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{})
	var moved *gitops.TipMoved
	if !errors.As(err, &moved) || moved.Arrived != -1 || moved.Now != w.bad {
		t.Errorf("%+v", err)
	}
}

// TestTipMovedBetween lets a colleague land after our fetch: the pre-push hook
// runs once git has compared our lease with the remote, so it is the server's
// own check of the old value that holds.
func TestTipMovedBetween(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"hook":      "git -C ANOTHER push -q origin main </dev/null || exit 9",
		"tag first": "git -C ANOTHER push -q origin main:refs/heads/main HEAD:refs/tags/v1.0.1 </dev/null || exit 9",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			another := w.colleague()
			now := another.Commit("Landed\n", map[string]string{"one": "1"})
			w.mine.Hook("pre-push", "unset GIT_DIR GIT_CONFIG_COUNT; "+strings.ReplaceAll(script, "ANOTHER", another.Dir))
			r, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{})
			wantCode(t, err, gitops.CodeTipMoved)
			var moved *gitops.TipMoved
			if !errors.As(err, &moved) || moved.Now != now || moved.Arrived != 1 {
				t.Errorf("%+v", err)
			}
			if w.origin.Rev("main") != now {
				t.Error("the colleague's work is gone")
			}
			if _, err := w.origin.TryGit("rev-parse", "-q", "--verify", "refs/tags/v1.0.1"); (err == nil) != (name == "tag first") {
				t.Error("the tag changed")
			}
			if last := r.Steps[len(r.Steps)-1]; last.Name != StepPush || last.State != gitops.StepFailed {
				t.Errorf("stopped at %+v", last)
			}
		})
	}
}

// TestRewoundBetween: somebody takes the branch back after our check. The push
// would be a fast-forward then, and bring back what they took away; only the
// lease stands against it.
func TestRewoundBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	r, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{Observe: func(s gitops.StepResult) {
		if s.Name == StepPush && s.State == gitops.StepRunning {
			w.origin.Git("update-ref", "refs/heads/main", w.bad.String())
		}
	}})
	wantCode(t, err, gitops.CodeTipMoved)
	var moved *gitops.TipMoved
	if !errors.As(err, &moved) || moved.Now != w.bad || moved.Arrived != -1 {
		t.Errorf("%+v", err)
	}
	if w.origin.Rev("main") != w.bad {
		t.Errorf("main was brought back\n%s", steps(r))
	}
}

func TestTagTaken(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(*world)
		where   string
	}{
		"here":   {func(w *world) { w.mine.Tag("v1.0.1") }, gitops.Here},
		"remote": {func(w *world) { w.origin.Git("tag", "v1.0.1", "main") }, "origin"},
		"both, different": {func(w *world) {
			w.mine.Tag("v1.0.1")
			w.origin.Git("tag", "v1.0.1", "main~1")
		}, "origin"},
		"between": {func(w *world) {
			w.mine.Hook("pre-push", "git --git-dir="+w.origin.Dir+" tag v1.0.1 main~2")
		}, "origin"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			c.prepare(w)
			r, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{})
			wantCode(t, err, gitops.CodeTagTaken)
			want := StepTip
			if name == "between" {
				want = StepPush
			}
			if last := r.Steps[len(r.Steps)-1]; last.Name != want || last.State != gitops.StepFailed {
				t.Errorf("stopped at %+v", last)
			}
			var taken *gitops.TagTaken
			if !errors.As(err, &taken) || taken.Name != "v1.0.1" || taken.Where != c.where || taken.Object.IsZero() {
				t.Errorf("%+v", err)
			}
			if w.origin.Rev("main") != w.tip {
				t.Error("the branch moved")
			}
		})
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(*world)
		says    []string
	}{
		"pre-receive": {func(w *world) { w.origin.Hook("pre-receive", "echo deploys are frozen >&2; exit 1") }, []string{"deploys are frozen"}},
		"tag only": {func(w *world) {
			w.origin.Hook("update", "case $1 in refs/tags/*) echo no tags today; exit 1;; esac")
		}, []string{"no tags today"}},
		"branch only": {func(w *world) {
			w.origin.Hook("update", "case $1 in refs/heads/*) echo protected; exit 1;; esac")
		}, []string{"protected"}},
		"pre-push":        {func(w *world) { w.mine.Hook("pre-push", "echo on stdout; echo on stderr >&2; exit 1") }, []string{"on stdout", "on stderr"}},
		"name in the way": {func(w *world) { w.origin.Git("update-ref", "refs/tags/v1.0.1/x", "main") }, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			c.prepare(w)
			if name == "name in the way" {
				// The fetch rightly brings that tag, the rest must stay.
				w.mine.Git("fetch", "-q", "--tags")
			}
			r, err := w.refused(w.git(w.mine), p, gitops.CodeRejected)
			for _, s := range c.says {
				if !strings.Contains(detailOf(err), s) {
					t.Errorf("%q is not in %q", s, detailOf(err))
				}
			}
			if len(r.Refs) != 2 || r.Refs[0].Status != "rejected" || r.Refs[0].Old != w.tip {
				t.Errorf("refs %+v", r.Refs)
			}
		})
	}
}

func TestNoVerifySkipsTheHook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Hook("pre-push", "exit 1")
	p := w.plan(w.bad)
	r, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{NoVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	w.readBack(p, r)
}

// TestHookSeesAWorkTree: hooks are written for the top of a working tree.
func TestHookSeesAWorkTree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.mine.Path("..", "seen")
	w.mine.Hook("pre-push", `{ pwd; git rev-parse --show-toplevel; echo "$1 $2"; cat; } > `+out)
	r := w.ship(w.git(gittest.Open(t, w.mine.GitDir())), w.plan(w.bad))
	seen, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want := w.mine.Dir + "\n" + w.mine.Dir + "\norigin " + w.origin.Dir + "\n" +
		r.Commit.String() + " " + r.Commit.String() + " refs/heads/main " + w.tip.String() + "\n" +
		r.Tag.Object.String() + " " + r.Tag.Object.String() + " refs/tags/v1.0.1 " + gitops.Hash{}.String() + "\n"
	if string(seen) != want {
		t.Errorf("the hook saw\n%s\nwant\n%s", seen, want)
	}
}

func TestNoAtomic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.origin.Git("config", "receive.advertiseAtomic", "false")
	_, err := w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeRejected)
	var none *gitops.NoAtomic
	if !errors.As(err, &none) || none.Remote != "origin" {
		t.Errorf("%v", err)
	}
}

func TestNoIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "user.useConfigOnly", "true")
	g := w.git(w.mine, func(o *Options) {
		var env []string
		for _, kv := range o.Env {
			if !strings.HasPrefix(kv, "GIT_AUTHOR_") && !strings.HasPrefix(kv, "GIT_COMMITTER_") {
				env = append(env, kv)
			}
		}
		o.Env = env
	})
	_, err := w.refused(g, w.plan(w.bad), gitops.CodeNoIdentity)
	var e *gitops.Error
	if errors.As(err, &e); !strings.Contains(e.Hint, "user.name") || !strings.Contains(e.Hint, "user.email") {
		t.Errorf("hint %q", e.Hint)
	}
}

func TestRefusedPlans(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.plan(w.bad)
	g := w.git(w.mine)
	cases := map[string]struct {
		change func(*gitops.Plan)
		code   gitops.Code
	}{
		"conflict":         {func(p *gitops.Plan) { p.Verdict = gitops.VerdictConflict }, gitops.CodeNotPublishable},
		"no commits":       {func(p *gitops.Plan) { p.Commits = nil }, gitops.CodeNotPublishable},
		"no remote":        {func(p *gitops.Plan) { p.Remote = "" }, gitops.CodeNoRemote},
		"other remote":     {func(p *gitops.Plan) { p.Remote = "upstream" }, gitops.CodeNoRemote},
		"remote -x":        {func(p *gitops.Plan) { p.Remote = "--upload-pack=touch /tmp/x" }, gitops.CodeNoRemote},
		"no branch":        {func(p *gitops.Plan) { p.Branch = "" }, gitops.CodeNoBranch},
		"unknown branch":   {func(p *gitops.Plan) { p.Branch = "nope" }, gitops.CodeNoBranch},
		"branch -x":        {func(p *gitops.Plan) { p.Branch = "--exec=x" }, gitops.CodeNoBranch},
		"branch a..b":      {func(p *gitops.Plan) { p.Branch = "a..b" }, gitops.CodeNoBranch},
		"branch colon":     {func(p *gitops.Plan) { p.Branch = "main:refs/heads/x" }, gitops.CodeNoBranch},
		"tag -x":           {func(p *gitops.Plan) { p.Tag.Name = "-d" }, gitops.CodeBadTag},
		"tag with space":   {func(p *gitops.Plan) { p.Tag.Name = "v1 2" }, gitops.CodeBadTag},
		"tag .lock":        {func(p *gitops.Plan) { p.Tag.Name = "v1.lock" }, gitops.CodeBadTag},
		"tag colon":        {func(p *gitops.Plan) { p.Tag.Name = "v1:refs/heads/x" }, gitops.CodeBadTag},
		"onto nothing":     {func(p *gitops.Plan) { p.Onto = gitops.Hash{} }, gitops.CodeInternal},
		"onto older":       {func(p *gitops.Plan) { p.Onto = w.worse }, gitops.CodeTipMoved},
		"no message":       {func(p *gitops.Plan) { p.Commits[0].Message = " \n" }, gitops.CodeInternal},
		"forged object":    {func(p *gitops.Plan) { p.Objects[0].Data = []byte("x") }, gitops.CodeInternal},
		"objects left out": {func(p *gitops.Plan) { p.Objects = nil }, gitops.CodeMissingObject},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := good
			p.Commits = append([]gitops.NewCommit{}, p.Commits...)
			p.Objects = append([]gitops.Object{}, p.Objects...)
			c.change(&p)
			w.refused(g, p, c.code)
		})
	}
}

// TestDashes: names that look like options are names.
func TestDashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.origin.Git("update-ref", "refs/heads/-main", "main")
	w.mine.Git("config", "remote.-o.url", w.origin.Dir)
	p := w.plan(w.bad)
	p.Branch = "-main"
	r := w.ship(w.git(w.mine), p)
	if w.origin.Rev("refs/heads/-main") != r.Commit || w.origin.Rev("refs/heads/main") != w.tip {
		t.Errorf("%+v", r.Refs)
	}
	p.Remote, p.Tag.Name = "-o", "v1.0.2"
	if _, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{}); err == nil {
		t.Error("it shipped to -o onto a moved tip")
	}
}

// TestSeveralPushAddresses: no push can be atomic over two servers.
func TestPushAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	mirror := w.origin.Clone("--bare")
	w.mine.Git("remote", "set-url", "--add", "--push", "origin", w.origin.Dir)
	w.mine.Git("remote", "set-url", "--add", "--push", "origin", mirror.Dir)
	g := w.git(w.mine)
	w.refused(g, p, gitops.CodeNotPublishable)
	// One that lags behind what is fetched, then one that is gone, then one
	// that does.
	w.mine.Git("config", "--unset-all", "remote.origin.pushurl")
	w.mine.Git("remote", "set-url", "--push", "origin", mirror.Dir)
	mirror.Git("update-ref", "refs/heads/main", w.bad.String())
	w.refused(g, p, gitops.CodeTipMoved)
	w.mine.Git("remote", "set-url", "--push", "origin", mirror.Dir+".gone")
	w.refused(g, p, gitops.CodeRemoteUnreached)
	mirror.Git("update-ref", "refs/heads/main", w.tip.String())
	w.mine.Git("remote", "set-url", "--push", "origin", mirror.Dir)
	r := w.ship(g, p)
	if mirror.Rev("main") != r.Commit || mirror.Rev("v1.0.1") != r.Tag.Object || w.origin.Rev("main") != w.tip {
		t.Errorf("%+v", r.Refs)
	}
}
