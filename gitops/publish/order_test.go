package publish

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

// TestRecordedBeforeItBegins looks at the journal as it is on disk while the
// push is under way: the push is recorded as begun and not as ended, and the
// commit and the tag that it sends are recorded as made, and are here.
func TestRecordedBeforeItBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	seen := filepath.Join(t.TempDir(), "seen")
	w.mine.Hook("pre-push", "cp "+filepath.Join(w.mine.GitDir(), "ahead", "runs")+"/*.jsonl "+seen)
	r := w.ship(w.git(w.mine), p)
	common := t.TempDir()
	data, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(common, "ahead", "runs", r.ID+".jsonl"), string(data), 0o600)
	run, err := journal.In(common, journal.Sharing{}, redact).Read(r.ID)
	if err != nil {
		t.Fatal(err)
	}
	steps := run.Receipt.Steps
	if last := steps[len(steps)-1]; last.Name != StepPush || last.State != gitops.StepRunning || run.State != gitops.RunInterrupted {
		t.Errorf("%+v", last)
	}
	if run.Receipt.Commit != r.Commit || run.Receipt.Tag != r.Tag || len(run.Receipt.Commits) != 1 {
		t.Errorf("%+v, want %+v", run.Receipt, r)
	}
	if run.Plan.Objects != nil || run.Plan.Tree != p.Tree || run.Plan.Message != p.Message {
		t.Errorf("%+v", run.Plan)
	}
	// In the end it has the whole receipt.
	whole, err := journal.In(w.mine.GitDir(), journal.Sharing{}, redact).Read(r.ID)
	if err != nil || whole.State != gitops.RunEnded || !strings.HasPrefix(whole.Ended, "shipped v1.0.1 ") || len(whole.Receipt.Steps) != len(r.Steps) {
		t.Errorf("%+v, %v", whole, err)
	}
	for i, st := range whole.Receipt.Steps {
		if got := r.Steps[i]; st.Name != got.Name || st.State != got.State || st.Detail != got.Detail || !st.At.Equal(got.At) {
			t.Errorf("step %+v, receipt %+v", st, got)
		}
	}
}

// TestOwnFolderIsNoLink: with a link in place of our folder nothing is written,
// made or swept away where it leads, by whichever part of a publication.
func TestOwnFolderIsNoLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	aim := t.TempDir()
	old := filepath.Join(aim, "tmp-precious")
	if err := os.Mkdir(old, 0o755); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-1000 * time.Hour)
	if err := errors.Join(os.Chtimes(old, long, long), os.Symlink(aim, filepath.Join(w.mine.GitDir(), "ahead"))); err != nil {
		t.Fatal(err)
	}
	w.mine.Hook("commit-msg", "exit 0")
	g := w.git(w.mine)
	if _, _, err := g.RehearseMessages(context.Background(), p, false); err != nil {
		t.Fatal(err)
	}
	if _, err := g.throwAwayRepository(); err == nil {
		t.Error("a repository was made behind the link")
	}
	w.refusedUnbegun(g, p, gitops.CodeJournal)
	if left, err := os.ReadDir(aim); err != nil || len(left) != 1 || left[0].Name() != "tmp-precious" {
		t.Errorf("behind the link: %v, %v", left, err)
	}
}

// TestDiskFillsUp takes the room for the journal away when a step begins.
// Before the push nothing is sent then; after it, the remote is the record.
func TestDiskFillsUp(t *testing.T) {
	t.Parallel()
	for _, name := range []string{StepCommit, StepPush, StepVerify} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			g := w.git(w.mine)
			before := w.remoteRefs()
			c := w.start(childOrder{Plan: p, Full: name})
			code := c.end()
			if name == StepVerify {
				if code != 0 {
					t.Errorf("%s", c.err.String())
				}
				// The run could not be ended on disk, and the next one is told.
				if _, open := w.resumed(p); !open {
					t.Error("the run is not open")
				}
				w.shipped(p)
				return
			}
			if code == 0 || w.remoteRefs() != before || !bytes.Contains([]byte(c.err.String()), []byte(gitops.CodeJournal)) {
				t.Errorf("exit %d, %s", code, c.err.String())
			}
			w.close(g)
		})
	}
}
