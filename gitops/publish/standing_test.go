package publish

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// brokenOff is a run whose server broke off before it took anything.
func (w *world) brokenOff(p gitops.Plan) gitops.Run {
	w.t.Helper()
	w.origin.Hook("pre-receive", "kill -9 $PPID")
	g := w.git(w.mine)
	_, err := g.Execute(context.Background(), p, ExecuteOptions{})
	wantCode(w.t, err, gitops.CodeRemoteUnreached)
	w.origin.Hook("pre-receive", "exit 0")
	run := w.only(g)
	if run.State != gitops.RunInterrupted || run.Receipt.Commit.IsZero() {
		w.t.Fatalf("%+v", run)
	}
	return run
}

// tagless is a run whose branch arrived and whose tag the server refused.
func (w *world) tagless(p gitops.Plan) (gitops.Plan, gitops.Run, error) {
	w.t.Helper()
	p = w.apart(p)
	w.origin.Hook("update", "case $1 in refs/tags/*) echo no tags today; exit 1;; esac")
	g := w.git(w.mine)
	_, err := g.Execute(context.Background(), p, ExecuteOptions{})
	w.origin.Hook("update", "exit 0")
	return p, w.only(g), err
}

func (w *world) standing(run gitops.Run) gitops.Standing {
	w.t.Helper()
	st, err := w.git(w.mine).Standing(context.Background(), run, nextPatch)
	if err != nil {
		w.t.Fatal(err)
	}
	return st
}

func (w *world) carryOn(st gitops.Standing) gitops.Receipt {
	w.t.Helper()
	r, err := w.git(w.mine).CarryOn(context.Background(), st, ExecuteOptions{})
	if err != nil {
		w.t.Fatalf("%v\n%s\n%s", err, detailOf(err), steps(r))
	}
	return r
}

func wantStanding(t *testing.T, st gitops.Standing, reached gitops.Reached, onward gitops.Onward, says ...string) {
	t.Helper()
	if st.Reached != reached || st.Onward != onward {
		t.Errorf("standing %q, onward %q, want %q, %q\n%s\n%s", st.Reached, st.Onward, reached, onward, st.Words, st.Next)
	}
	for _, s := range says {
		if !strings.Contains(st.Words+" "+st.Next, s) {
			t.Errorf("%q is not in %q, %q", s, st.Words, st.Next)
		}
	}
}

func TestApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.apart(w.plan(w.bad))
	r := w.ship(w.git(w.mine), p)
	w.readBack(p, r)
	var names []string
	for _, st := range r.Steps[len(r.Steps)-6:] {
		names = append(names, st.Name+": "+st.Detail)
	}
	short := r.Commit.Short()
	want := []string{
		"tag: v1.0.1 → " + short + ", annotated",
		"push: main " + w.tip.Short() + " → " + short, "verify: origin holds it",
		"push: v1.0.1 new", "verify: origin holds both",
	}
	if got := strings.Join(names[:5], "\n"); got != strings.Join(want, "\n") {
		t.Errorf("steps\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// TestApartTagRefused: the branch is there and the tag is not, which the error
// says, and what carries on puts right.
func TestApartTagRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, run, err := w.tagless(w.plan(w.bad))
	wantCode(t, err, gitops.CodeRejected)
	if !strings.Contains(err.Error(), "main on origin holds the commit "+run.Receipt.Commit.Short()+", and the tag v1.0.1 is lacking") || !strings.Contains(detailOf(err), "no tags today") {
		t.Errorf("%v\n%s", err, detailOf(err))
	}
	st := w.standing(run)
	wantStanding(t, st, gitops.ReachedBranch, gitops.OnwardTag, "the tag v1.0.1 is lacking", "only if that name is still free")

	// Refused once more, the error still says that the branch has it.
	w.origin.Hook("update", "case $1 in refs/tags/*) echo no tags yet; exit 1;; esac")
	_, err = w.git(w.mine).CarryOn(context.Background(), st, ExecuteOptions{})
	wantCode(t, err, gitops.CodeRejected)
	var e *gitops.Error
	if !strings.Contains(err.Error(), "holds the commit "+run.Receipt.Commit.Short()+", and the tag v1.0.1 is lacking") || !errors.As(err, &e) || !strings.Contains(e.Hint, "ahead resume --close") {
		t.Errorf("%v", err)
	}
	w.origin.Hook("update", "exit 0")
	st = w.standing(w.only(w.git(w.mine)))

	r := w.carryOn(st)
	if r.Tag.Object != run.Receipt.Tag.Object {
		t.Error("another tag was made")
	}
	w.shipped(p)
}

// TestApartTagTaken: somebody takes the name while the branch arrives, and the
// branch moves on; the tag gets the next name, and stands on our commit.
func TestApartTagTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, run, _ := w.tagless(w.plan(w.bad))
	another := w.colleague()
	later := another.Commit("Later\n", map[string]string{"later": "1"})
	another.Tag("v1.0.1")
	another.Git("push", "-q", "origin", "main", "v1.0.1")
	st := w.standing(run)
	wantStanding(t, st, gitops.ReachedBranch, gitops.OnwardTag, "somebody else's, at "+later.Short(), "contains "+run.Receipt.Commit.Short(), "as v1.0.2")
	r := w.carryOn(st)
	if r.Tag.Name != "v1.0.2" || w.origin.Rev("v1.0.2^{commit}") != run.Receipt.Commit || w.origin.Rev("main") != later {
		t.Errorf("%+v\n%s", r.Tag, steps(r))
	}
	if runs, err := w.git(w.mine).Runs(context.Background()); err != nil || len(runs) != 0 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}

// TestNothingArrived goes through what may have become of the remote, and of
// what was confirmed, since.
func TestNothingArrived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(w *world, run gitops.Run)
		onward gitops.Onward
		says   string
	}{
		"as it was": {func(*world, gitops.Run) {}, gitops.OnwardPush, "main is still at "},
		"the tip moved": {func(w *world, _ gitops.Run) {
			another := w.colleague()
			another.Commit("One\n", map[string]string{"one": "1"})
			another.Git("push", "-q", "origin", "main")
		}, gitops.OnwardPlan, "main moved from "},
		"the branch is gone": {func(w *world, _ gitops.Run) {
			w.origin.Git("symbolic-ref", "HEAD", "refs/heads/x")
			w.origin.Git("update-ref", "-d", "refs/heads/main")
		}, gitops.OnwardPlan, "main is gone"},
		"the tag is taken":      {func(w *world, _ gitops.Run) { w.origin.Git("tag", "v1.0.1", "main") }, gitops.OnwardPlan, "v1.0.1 is somebody else's tag"},
		"the tag is taken here": {func(w *world, _ gitops.Run) { w.mine.Git("tag", "v1.0.1", "main") }, gitops.OnwardPlan, "main is still at "},
		"cleaned up":            {func(w *world, _ gitops.Run) { w.mine.Git("prune", "--expire=now") }, gitops.OnwardPlan, "Plans the same remedy again"},
		"half cleaned up": {func(w *world, run gitops.Run) {
			id := run.Plan.Tree.String()
			if err := os.Remove(filepath.Join(w.mine.GitDir(), "objects", id[:2], id[2:])); err != nil {
				w.t.Fatal(err)
			}
		}, gitops.OnwardPlan, "Plans the same remedy again"},
		"it arrived late": {func(w *world, run gitops.Run) {
			w.mine.Git("push", "-q", "origin", run.Receipt.Commit.String()+":refs/heads/main", run.Receipt.Tag.Object.String()+":refs/tags/v1.0.1")
		}, gitops.OnwardSettle, "all that was to arrive is there"},
		"the tag alone": {func(w *world, run gitops.Run) {
			w.mine.Git("push", "-q", "origin", run.Receipt.Tag.Object.String()+":refs/tags/v1.0.1")
		}, gitops.OnwardNothing, "somebody took the branch back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.brokenOff(w.plan(w.bad))
			c.change(w, run)
			reached := gitops.ReachedNothing
			if c.onward == gitops.OnwardSettle {
				reached = gitops.ReachedAll
			} else if c.onward == gitops.OnwardNothing {
				reached = gitops.ReachedTag
			}
			before := w.remoteRefs()
			st := w.standing(run)
			wantStanding(t, st, reached, c.onward, c.says)
			if w.remoteRefs() != before {
				t.Error("asking changed the remote")
			}
			if c.onward == gitops.OnwardPush || c.onward == gitops.OnwardSettle {
				w.carryOn(st)
				w.shipped(run.Plan)
				return
			}
			_, err := w.git(w.mine).CarryOn(context.Background(), st, ExecuteOptions{})
			wantCode(t, err, gitops.CodeNotPublishable)
			w.close(w.git(w.mine))
			if w.remoteRefs() != before {
				t.Error("closing changed the remote")
			}
		})
	}
}

// TestCarryingOnInARace: the tip moves between the question and the push, and
// nothing arrives; the run stays open, and is then told so.
func TestCarryingOnInARace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.brokenOff(w.plan(w.bad))
	st := w.standing(run)
	another := w.colleague()
	another.Commit("One\n", map[string]string{"one": "1"})
	another.Git("push", "-q", "origin", "main")
	before := w.remoteRefs()
	_, err := w.git(w.mine).CarryOn(context.Background(), st, ExecuteOptions{})
	wantCode(t, err, gitops.CodeTipMoved)
	// The standing is an old one by now.
	_, err = w.git(w.mine).CarryOn(context.Background(), st, ExecuteOptions{})
	wantCode(t, err, gitops.CodeUnfinished)
	if w.remoteRefs() != before {
		t.Error("something arrived")
	}
	wantStanding(t, w.standing(w.only(w.git(w.mine))), gitops.ReachedNothing, gitops.OnwardPlan, "main moved from")
}

// TestUnknownStaysOpen: a remote that cannot be asked is no error and no end.
func TestUnknownStaysOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.brokenOff(w.plan(w.bad))
	if err := os.Rename(w.origin.Dir, w.origin.Dir+".gone"); err != nil {
		t.Fatal(err)
	}
	wantStanding(t, w.standing(run), gitops.ReachedUnknown, gitops.OnwardNothing, "origin cannot be asked", "not known")
	if err := os.Rename(w.origin.Dir+".gone", w.origin.Dir); err != nil {
		t.Fatal(err)
	}
	w.carryOn(w.standing(w.only(w.git(w.mine))))
	w.shipped(run.Plan)
}

// TestOtherBranchesGoOn: a run that was broken off is in the way of its own
// branch only, and a record that cannot be read is in the way of all.
func TestOtherBranchesGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	run := w.brokenOff(p)
	w.origin.Git("update-ref", "refs/heads/stable", "main")
	other := p
	other.Branch, other.Tag.Name = "stable", "v1.0.9"
	w.ship(w.git(w.mine), other)
	file := filepath.Join(w.mine.GitDir(), "ahead", "runs", run.ID+".jsonl")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	write(t, file, string(data), 0o600)
	other.Tag.Name = "v1.0.10"
	w.refusedUnbegun(w.git(w.mine), other, gitops.CodeJournal)
	if runs, err := w.git(w.mine).Runs(context.Background()); gitops.CodeOf(err) != gitops.CodeJournal || len(runs) != 0 {
		t.Errorf("%v, %v", runs, err)
	}
}

// TestJournalHoldsNoSecret: a password in the remote's address, and in what a
// hook says, is not on disk.
func TestJournalHoldsNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.origin.Hook("post-receive", "echo deployed to https://user:hunter2@example.com/x >&2")
	r := w.ship(w.git(w.mine), p)
	if !strings.Contains(stepOf(r, StepPush).Detail, "example.com") {
		t.Fatalf("the server was not heard: %s", steps(r))
	}
	if w.recorded("hunter2") || !w.recorded("example.com") {
		t.Error("the password is in the journal, or nothing is")
	}
}

// TestReadOnlyRepository: what cannot be recorded is not begun.
func TestReadOnlyRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	// Root may write everywhere, but not below a file.
	write(t, filepath.Join(w.mine.GitDir(), "ahead"), "in the way", 0o600)
	w.refusedUnbegun(w.git(w.mine), p, gitops.CodeJournal)
}

// TestRunIsOfTheWholeRepository: what a linked worktree began is carried on
// from the main one.
func TestRunIsOfTheWholeRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	side := w.mine.Worktree("side")
	w.origin.Hook("pre-receive", "kill -9 $PPID")
	_, err := w.git(side).Execute(context.Background(), p, ExecuteOptions{})
	wantCode(t, err, gitops.CodeRemoteUnreached)
	w.origin.Hook("pre-receive", "exit 0")
	for _, repo := range []*gittest.Repo{w.mine, side} {
		w.only(w.git(repo))
	}
	w.carryOn(w.standing(w.only(w.git(w.mine))))
	w.shipped(p)
}

// TestWhatArrivesLate: a server finishes a push whose sender is gone, after the
// remote was asked about it and before the run is carried on.
func TestWhatArrivesLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	run := w.brokenOff(p)
	st := w.standing(run)
	wantStanding(t, st, gitops.ReachedNothing, gitops.OnwardPush)
	branch, tag := run.Receipt.Commit.String()+":refs/heads/main", run.Receipt.Tag.Object.String()+":refs/tags/"+run.Receipt.Tag.Name
	w.mine.Git("push", "-q", "--atomic", "origin", branch, tag)
	r := w.carryOn(st)
	if text := steps(r); !strings.Contains(text, "the push that was cut off has arrived") || !strings.Contains(text, "origin holds both") {
		t.Error(text)
	}
	w.shipped(p)
	if open, err := w.git(w.mine).Runs(context.Background()); err != nil || len(open) != 0 {
		t.Errorf("%+v, %v", open, err)
	}
}

// TestWhatArrivesLateAndInPart: the tag is a person's word, so they look again.
func TestWhatArrivesLateAndInPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	run := w.brokenOff(p)
	st := w.standing(run)
	w.mine.Git("push", "-q", "origin", run.Receipt.Commit.String()+":refs/heads/main")
	_, err := w.git(w.mine).CarryOn(context.Background(), st, ExecuteOptions{})
	wantCode(t, err, gitops.CodeUnfinished)
	st = w.standing(w.only(w.git(w.mine)))
	wantStanding(t, st, gitops.ReachedBranch, gitops.OnwardTag)
	w.carryOn(st)
	w.shipped(p)
}
