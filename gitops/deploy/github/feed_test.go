package github_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/feed"
	"ahead/gitops/deploy/github"
)

// TestInAFeed: as the screen has it, over two runs: statuses of the rows on top,
// nothing secret on the disk, an answer that costs nothing in the second run,
// old rows under a limit, with the time when it is asked again.
func TestInAFeed(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.at = time.Now()
	for i := range 30 {
		w.deploy("production", i, i, "in_progress", "success")
	}
	dir := t.TempDir()
	run := func(offline bool) *feed.Feed {
		f := feed.New(feed.Options{GitDir: dir, Key: "x", Offline: offline, Now: w.now, Find: func(context.Context) feed.Found {
			return feed.Found{Sources: []deploy.Source{w.source(token("github.com"), github.Options{})}}
		}})
		t.Cleanup(f.Close)
		return f
	}
	look := func(f *feed.Feed) ([]gitops.Deployment, gitops.SourceState) {
		t.Helper()
		if err := f.Refresh(context.Background(), true); err != nil {
			t.Fatal(err)
		}
		v := f.View()
		if len(v.Lists) != 1 || len(v.Lists[0]) != 30 || v.Lists[0][0].Status != gitops.StatusLive || v.Lists[0][24].Status != gitops.StatusSuperseded {
			t.Fatalf("%+v", v)
		}
		return v.Lists[0], v.States[0]
	}
	first := run(false)
	rows, state := look(first)
	if state.Condition != gitops.SourceFresh || state.Place != "github.com/acme/shop" {
		t.Errorf("%+v", state)
	}
	first.Close()
	spent := w.spent()
	second := run(false)
	if again, _ := look(second); fmt.Sprint(again) != fmt.Sprint(rows) || w.spent() != spent {
		t.Errorf("the second run cost %d questions", w.spent()-spent)
	}
	w.Lock()
	w.Reset, w.Limit = w.now().Add(20*time.Minute).Truncate(time.Second), w.Spent
	w.Unlock()
	w.pass(time.Minute)
	_, state = look(second)
	if state.Condition != gitops.SourceOld || !state.RetryAt.Equal(w.Reset) || !strings.Contains(state.Trouble, "limits how often") || state.Hint == "" {
		t.Errorf("%+v", state)
	}
	before := len(w.Asked())
	if _, state = look(run(true)); len(w.Asked()) != before || state.Condition != gitops.SourceOld {
		t.Errorf("%d questions without a network: %+v", len(w.Asked())-before, state)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		silent(t, string(data))
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files, %v", files, err)
	}
}
