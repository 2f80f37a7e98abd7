package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

// TestSince: what was shipped lately, the newest first; a run that made nothing, an
// older one and a damaged record are no part of it.
func TestSince(t *testing.T) {
	t.Parallel()
	j, dir := onDisk(t)
	if got := j.Since(noon); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	var damaged string
	for i, made := range []bool{true, true, false, true, true} {
		run := someRun()
		run.By.StartedAt = noon.Add(time.Duration(i) * time.Hour)
		b, run, err := j.Begin(run, "test")
		if err != nil {
			t.Fatal(err)
		}
		run.Receipt.Steps = []gitops.StepResult{{Name: "commit", State: gitops.StepDone, At: noon}}
		if made {
			run.Receipt.Commit = gitops.Hash{byte(i + 1)}
		}
		if err := errors.Join(b.Begins("commit", noon), b.Ended(run.Receipt), b.Ends("shipped", noon), b.Close()); err != nil {
			t.Fatal(err)
		}
		damaged = run.ID
	}
	path := filepath.Join(dir, "ahead", "runs", damaged+suffix)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), "shipped", "skipped", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	got := j.Since(noon.Add(30 * time.Minute))
	if len(got) != 2 || got[0].Receipt.Commit != (gitops.Hash{4}) || got[1].Receipt.Commit != (gitops.Hash{2}) || got[0].State != gitops.RunEnded {
		t.Errorf("%+v", got)
	}
}
