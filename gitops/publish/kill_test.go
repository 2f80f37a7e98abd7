package publish

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"ahead/gitops"
)

// everyKill lets the tests kill at every point and not at a few of each sort.
var everyKill = os.Getenv("AHEAD_FAULTS") == "all"

// holds is what the remote has of a plan.
type holds struct{ branch, tag bool }

func (w *world) remoteHolds(p gitops.Plan) holds {
	w.t.Helper()
	tag, err := w.origin.TryGit("rev-parse", "-q", "--verify", "refs/tags/"+p.Tag.Name+"^{commit}")
	main := w.origin.Rev("main")
	return holds{branch: main != p.Onto, tag: err == nil && tag != ""}
}

// whole holds both repositories against what no kill may do to them.
func (w *world) whole(p gitops.Plan) holds {
	w.t.Helper()
	got := w.remoteHolds(p)
	if got.tag && !got.branch || got.branch && !got.tag && !p.Passage.Apart {
		w.t.Errorf("the remote holds %+v", got)
	}
	for _, r := range []string{w.mine.Dir, w.origin.Dir} {
		_ = filepath.WalkDir(r, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".lock") {
				w.t.Errorf("a lock is left: %s", path)
			}
			return nil
		})
	}
	for _, r := range []interface {
		TryGit(...string) (string, error)
	}{w.mine, w.origin.Repo} {
		if out, err := r.TryGit("fsck", "--strict", "--no-dangling"); err != nil || out != "" {
			w.t.Errorf("fsck: %s %v", out, err)
		}
	}
	return got
}

// resumed does what `ahead resume` does until nothing is left, and proves that
// each standing said the truth. It gives the first one; ok is false where no
// run was open.
func (w *world) resumed(p gitops.Plan) (first gitops.Standing, ok bool) {
	w.t.Helper()
	g, ctx := w.git(w.mine), context.Background()
	for range 3 {
		runs, err := g.Runs(ctx)
		if err != nil || len(runs) > 1 {
			w.t.Fatalf("%d runs, %v", len(runs), err)
		}
		if len(runs) == 0 {
			return first, ok
		}
		if runs[0].State != gitops.RunInterrupted {
			w.t.Fatalf("the run is %s", runs[0].State)
		}
		truth := w.remoteHolds(p)
		st, err := g.Standing(ctx, runs[0], nextPatch)
		if err != nil {
			w.t.Fatal(err)
		}
		want := map[holds]gitops.Reached{{}: gitops.ReachedNothing, {branch: true}: gitops.ReachedBranch, {true, true}: gitops.ReachedAll}[truth]
		if st.Reached != want || st.Words == "" || st.Next == "" {
			w.t.Fatalf("the remote holds %+v; standing %q: %s", truth, st.Reached, st.Words)
		}
		if !ok {
			first, ok = st, true
		}
		if st.Onward == gitops.OnwardPlan {
			if err := g.CloseRun(ctx, runs[0], "planned again"); err != nil {
				w.t.Fatal(err)
			}
			_, err = g.Execute(ctx, p, ExecuteOptions{})
		} else {
			_, err = g.CarryOn(ctx, st, ExecuteOptions{})
		}
		if err != nil {
			w.t.Fatalf("%s: %v\n%s", st.Onward, err, detailOf(err))
		}
	}
	w.t.Fatal("it does not end")
	return first, ok
}

// shipped insists that the plan is on the remote, once.
func (w *world) shipped(p gitops.Plan) {
	w.t.Helper()
	if got := w.whole(p); got != (holds{true, true}) {
		w.t.Errorf("in the end the remote holds %+v", got)
	}
	if n := w.origin.Git("rev-list", "--count", p.Onto.String()+"..main"); n != strconv.Itoa(len(p.Commits)) {
		w.t.Errorf("%s commits arrived", n)
	}
	if tag, main := w.origin.Rev("refs/tags/"+p.Tag.Name+"^{commit}"), w.origin.Rev("main"); tag != main {
		w.t.Errorf("the tag is on %s, main at %s", tag, main)
	}
	if w.mine.Rev("refs/remotes/origin/main") != w.origin.Rev("main") || w.mine.Rev("refs/tags/"+p.Tag.Name) != w.origin.Rev("refs/tags/"+p.Tag.Name) {
		w.t.Error("the local refs did not follow")
	}
}

// apart is the passage of a remote without atomic push.
func (w *world) apart(p gitops.Plan) gitops.Plan {
	w.origin.Git("config", "receive.advertiseAtomic", "false")
	p.Passage = gitops.Passage{Route: gitops.RouteDirect, Apart: true, Why: "origin has no atomic push"}
	return p
}

// TestKilledAtEachStep kills the publication at each report of a step: before
// it begins, and with its end on disk.
func TestKilledAtEachStep(t *testing.T) {
	t.Parallel()
	for road, reports := range map[string]int{"atomic": 20, "apart": 24} {
		for stop := 1; stop <= reports; stop++ {
			// What comes before the commits is all alike.
			if !everyKill && (stop < 11 || stop%2 == 0) {
				continue
			}
			t.Run(fmt.Sprintf("%s %d", road, stop), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				p := w.plan(w.bad)
				if road == "apart" {
					p = w.apart(p)
				}
				c := w.start(childOrder{Plan: p, Stop: stop})
				await(t, c.ready)
				c.signal(syscall.SIGKILL)
				w.whole(p)
				if _, open := w.resumed(p); !open {
					t.Error("no run is left open")
				}
				w.shipped(p)
			})
		}
	}
}

// TestKilledInsideAStep kills once the journal tells that a step has begun: at
// whatever point of the step that comes to be.
func TestKilledInsideAStep(t *testing.T) {
	t.Parallel()
	names := []string{StepPush, StepLocal}
	if everyKill {
		names = []string{StepPreflight, StepFetch, StepTip, StepCheck, StepObjects, StepCommit, StepTag, StepPush, StepVerify, StepLocal}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			c := w.start(childOrder{Plan: p})
			until(t, "the record of "+name, func() bool { return w.recorded(`"step":"` + name + `"`) })
			c.signal(syscall.SIGKILL)
			// Git may still be at work, and nobody can hold it up any more.
			w.quiet()
			w.whole(p)
			w.resumed(p)
			w.shipped(p)
		})
	}
}

// recorded reports whether a text is in a journal.
func (w *world) recorded(text string) bool {
	files, _ := filepath.Glob(filepath.Join(w.mine.GitDir(), "ahead", "runs", "*"))
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil && bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

// quiet waits until no process works in this world any more.
func (w *world) quiet() {
	w.t.Helper()
	root := filepath.Dir(w.mine.Dir)
	until(w.t, "git to end", func() bool {
		procs, _ := filepath.Glob("/proc/[0-9]*")
		for _, p := range procs {
			cwd, _ := os.Readlink(p + "/cwd")
			if strings.HasPrefix(cwd, root) && alive(p) {
				return false
			}
		}
		return true
	})
}

// holdUp is a hook that says that it runs and waits until it may go on. The
// pipe is open all the time, so that nobody waits for the other to open it.
func (w *world) holdUp() (script, inside string, goOn func()) {
	w.t.Helper()
	dir := w.t.TempDir()
	inside, pipe := filepath.Join(dir, "inside"), filepath.Join(dir, "go-on")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		w.t.Fatal(err)
	}
	f, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	goOn = func() { _, _ = f.WriteString("x\n") }
	w.t.Cleanup(func() { goOn(); _ = f.Close() })
	return fmt.Sprintf("echo $$ > %[1]s.new; mv %[1]s.new %[1]s; read x < %[2]s", inside, pipe), inside, goOn
}

// groupOf is the process group of the process whose id is in a file.
func groupOf(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	group, err := syscall.Getpgid(pid)
	if err != nil {
		t.Fatal(err)
	}
	return group
}

// TestKilledInsideThePush holds the push up in a hook, here or on the server,
// before or after the server took it, and kills: the publication alone, git
// alone, both; or ends the publication by a signal that it hears.
func TestKilledInsideThePush(t *testing.T) {
	t.Parallel()
	hooks := map[string]bool{"pre-push": false, "pre-receive": false, "update": false, "post-receive": true}
	for hook, took := range hooks {
		for _, how := range []string{"ahead", "git", "both", "SIGTERM", "SIGHUP"} {
			if !everyKill && (hook == "update" || how == "SIGHUP" && hook != "pre-receive") {
				continue
			}
			for _, apart := range []bool{false, true} {
				if apart && !everyKill && (hook != "post-receive" || how == "git") {
					continue
				}
				t.Run(fmt.Sprintf("%s %s apart=%v", hook, how, apart), func(t *testing.T) {
					t.Parallel()
					w := newWorld(t)
					p := w.plan(w.bad)
					if apart {
						p = w.apart(p)
					}
					w.killInside(p, hook, how, took)
				})
			}
		}
	}
}

func (w *world) killInside(p gitops.Plan, hook, how string, took bool) {
	t := w.t
	script, inside, goOn := w.holdUp()
	// Once only: what carries on must not wait.
	script = "[ -e " + inside + " ] && exit 0; " + script
	path := filepath.Join(w.origin.Dir, "hooks", hook)
	if hook == "pre-push" {
		w.mine.Hook(hook, script)
		path = filepath.Join(w.mine.GitDir(), "hooks", hook)
	} else {
		w.origin.Hook(hook, script)
	}
	c := w.start(childOrder{Plan: p})
	await(t, inside)
	if how == "git" || how == "both" {
		if how == "both" {
			c.signal(syscall.SIGKILL)
		}
		_ = syscall.Kill(-groupOf(t, inside), syscall.SIGKILL)
		if how == "git" {
			c.end()
		}
	} else {
		sig := map[string]syscall.Signal{"ahead": syscall.SIGKILL, "SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP}[how]
		c.signal(sig)
	}
	goOn()
	w.quiet()
	_ = os.Remove(path)
	got := w.whole(p)
	if took && !got.branch {
		t.Error("the server took it, and it is gone")
	}
	w.resumed(p)
	w.shipped(p)
}

// TestResumeIsKilled kills what carries on, at each of its own reports, and
// lets the next one end it.
func TestResumeIsKilled(t *testing.T) {
	t.Parallel()
	for road, reports := range map[string]int{"push": 14, "tag": 14} {
		for stop := 1; stop <= reports; stop++ {
			if !everyKill && stop%4 != 3 {
				continue
			}
			t.Run(fmt.Sprintf("%s %d", road, stop), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				p := w.plan(w.bad)
				first := 15 // the push begins
				if road == "tag" {
					p, first = w.apart(p), 19 // the tag's push begins
				}
				c := w.start(childOrder{Plan: p, Stop: first})
				await(t, c.ready)
				c.signal(syscall.SIGKILL)
				c = w.start(childOrder{Resume: true, Stop: stop})
				await(t, c.ready)
				c.signal(syscall.SIGKILL)
				w.whole(p)
				w.resumed(p)
				w.shipped(p)
			})
		}
	}
}

// TestOneAtATime: while one publication is under way another one is told who
// is at it, from a linked worktree too; once it was killed, nothing stands in
// the way but its own run.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	side := w.mine.Worktree("side")
	c := w.start(childOrder{Plan: p, Stop: 15})
	await(t, c.ready)
	for _, g := range []*Git{w.git(w.mine), w.git(side)} {
		_, err := g.Execute(context.Background(), p, ExecuteOptions{})
		wantCode(t, err, gitops.CodeBusy)
		if says := err.Error(); !strings.Contains(says, "has been publishing v1.0.1 to main on origin since ") || !strings.Contains(says, strconv.Itoa(c.cmd.Process.Pid)) {
			t.Errorf("%q", says)
		}
		if run := w.only(g); run.State != gitops.RunUnderWay {
			t.Errorf("the run is %s", run.State)
		}
		wantCode(t, g.CloseRun(context.Background(), w.only(g), "no"), gitops.CodeBusy)
	}
	c.signal(syscall.SIGKILL)
	w.refusedUnbegun(w.git(side), p, gitops.CodeUnfinished)
	w.resumed(p)
	w.shipped(p)
}
