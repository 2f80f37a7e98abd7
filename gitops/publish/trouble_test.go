package publish

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

func TestUnreachable(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"gone":    "GONE",
		"file":    "file:///nowhere/at/all",
		"http":    "http://user:hunter2@127.0.0.1:1/x.git",
		"ssh":     "ssh://git:hunter2@127.0.0.1:1/x.git",
		"unknown": "nope://user:hunter2@example.invalid/x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			if url == "GONE" {
				if err := os.Rename(w.origin.Dir, w.origin.Dir+".gone"); err != nil {
					t.Fatal(err)
				}
			} else {
				w.mine.Git("remote", "set-url", "origin", url)
			}
			before := w.mine.Fingerprint()
			r, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{})
			wantCode(t, err, gitops.CodeRemoteUnreached)
			if detailOf(err) == "" {
				t.Error("git's own words are missing")
			}
			var e *gitops.Error
			errors.As(err, &e)
			for _, text := range []string{err.Error(), e.Detail, e.Hint, steps(r)} {
				if strings.Contains(text, "hunter2") {
					t.Errorf("a password in %q", text)
				}
			}
			if after := w.mine.Fingerprint(); after != before {
				t.Errorf("changed:\n%s", lineDiff(before, after))
			}
		})
	}
}

// TestLostDuringPush takes the remote away between fetch and push: nobody can
// know, and so it says.
func TestLostDuringPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.mine.Hook("pre-push", "mv "+w.origin.Dir+" "+w.origin.Dir+".gone; exit 1")
	r, err := w.git(w.mine).Execute(context.Background(), p, ExecuteOptions{})
	wantCode(t, err, gitops.CodeOutcomeUnknown)
	if last := r.Steps[len(r.Steps)-1]; last.Name != StepPush || last.State != gitops.StepUnknown {
		t.Errorf("%+v", last)
	}
	if r.Commit.IsZero() || !strings.Contains(err.(*gitops.Error).Hint, r.Commit.Short()) {
		t.Errorf("the hint does not name the commit: %v", err)
	}
}

// TestArrivedAfterAll lets the server take everything and then break the
// connection before it can say so.
func TestArrivedAfterAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.origin.Hook("post-receive", "kill -9 $PPID")
	r := w.ship(w.git(w.mine), p)
	w.readBack(p, r)
	if !strings.Contains(stepOf(r, StepPush).Detail, "could not tell") {
		t.Skipf("this git could tell: %q", stepOf(r, StepPush).Detail)
	}
}

// TestBrokeOff kills the server before it takes anything.
func TestBrokeOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.origin.Hook("pre-receive", "kill -9 $PPID")
	w.refused(w.git(w.mine), p, gitops.CodeRemoteUnreached)
	w.refusedUnbegun(w.git(w.mine), p, gitops.CodeUnfinished)
	w.close(w.git(w.mine))
	// A hook of this sort makes the server break off in the same way, and only
	// its words tell.
	w.origin.Hook("pre-receive", "exit 0")
	w.origin.Hook("reference-transaction", `[ "$1" = prepared ] && exit 1; exit 0`)
	_, err := w.refused(w.git(w.mine), p, gitops.CodeRemoteUnreached)
	if !strings.Contains(detailOf(err), "aborted by hook") {
		t.Errorf("detail %q", detailOf(err))
	}
}

// TestMovedOnAtOnce: a colleague builds on our commit before we can verify it.
func TestMovedOnAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.origin.Hook("post-receive", `
while read old new ref; do case $ref in refs/heads/*)
  next=$(git commit-tree -p $new -m later $new^{tree}) && git update-ref $ref $next;;
esac; done`)
	r := w.ship(w.git(w.mine), p)
	if w.origin.Rev("main~1") != r.Commit || r.Refs[0].New != r.Commit {
		t.Errorf("%+v", r)
	}
	if d := stepOf(r, StepVerify).Detail; !strings.Contains(d, "has moved on") {
		t.Errorf("%q", d)
	}
}

func TestPushTimesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	pid := w.mine.Path("..", "pid")
	w.mine.Hook("pre-push", "echo $$ > "+pid+"; exec sleep 600")
	p.Tag = gitops.TagPlan{Name: "v1.0.1"} // making a tag object has the same deadline
	g := w.git(w.mine, func(o *Options) { o.PushTimeout = time.Second })
	before := w.remoteRefs()
	r, err := g.Execute(context.Background(), p, ExecuteOptions{})
	wantCode(t, err, gitops.CodeOutcomeUnknown)
	if last := r.Steps[len(r.Steps)-1]; last.Name != StepPush || last.State != gitops.StepUnknown || w.remoteRefs() != before {
		t.Errorf("%+v", last)
	}
	wantGone(t, pid)
	// What was given up goes on by itself once the cause is gone.
	w.mine.Hook("pre-push", "exit 0")
	w.resumed(p)
	w.shipped(p)
}

func TestCancelDuringPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	pid := w.mine.Path("..", "pid")
	w.mine.Hook("pre-push", "echo $$ > "+pid+".new; mv "+pid+".new "+pid+"; exec sleep 600")
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			if _, err := os.Stat(pid); err == nil {
				cancel()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	before := w.remoteRefs()
	_, err := w.git(w.mine).Execute(ctx, p, ExecuteOptions{})
	wantCode(t, err, gitops.CodeInterrupted)
	if w.remoteRefs() != before {
		t.Error("something arrived")
	}
	wantGone(t, pid)
}

// wantGone waits until the process whose id is in file has ended with git.
func wantGone(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || len(text) == 0 {
		return // a busy machine did not even come to start it
	}
	proc := "/proc/" + strings.TrimSpace(string(text))
	deadline := time.Now().Add(10 * time.Second)
	for alive(proc) {
		if time.Now().After(deadline) {
			t.Fatalf("%s still runs", proc)
		}
		time.Sleep(time.Millisecond)
	}
}

// alive is false for a process that has ended and waits for its parent.
func alive(proc string) bool {
	stat, err := os.ReadFile(proc + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// TestCancelAtEachStep stops a publication when a step begins.
func TestCancelAtEachStep(t *testing.T) {
	t.Parallel()
	for _, name := range []string{StepPreflight, StepFetch, StepTip, StepCheck, StepObjects, StepCommit, StepTag, StepPush} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			remote, local := w.remoteRefs(), w.mine.Fingerprint()
			r, err := w.git(w.mine).Execute(ctx, p, ExecuteOptions{Observe: func(s gitops.StepResult) {
				if s.Name == name && s.State == gitops.StepRunning {
					cancel()
				}
			}})
			wantCode(t, err, gitops.CodeInterrupted)
			if last := r.Steps[len(r.Steps)-1]; last.Name != name || last.State != gitops.StepFailed {
				t.Errorf("%+v", last)
			}
			if w.remoteRefs() != remote || w.mine.Fingerprint() != local {
				t.Error("something changed")
			}
		})
	}
}
