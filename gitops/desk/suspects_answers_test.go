package desk_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/desk"
)

func TestAnswersAreRememberedForADay(t *testing.T) {
	r, commits := releases(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d, _ := suspectDesk(t, r.Dir, desk.Options{Now: func() time.Time { return now }})
	if err := d.Remember(commits[5], []gitops.Hash{commits[1], commits[2]}, []gitops.Hash{commits[4]}); err != nil {
		t.Fatal(err)
	}
	if err := d.Remember(commits[5], nil, []gitops.Hash{commits[2]}); err != nil {
		t.Fatal(err)
	}
	// Another desk, as another run has it.
	other, _ := suspectDesk(t, r.Dir, desk.Options{Now: func() time.Time { return now }})
	got := map[gitops.Hash]bool{}
	for _, a := range other.Answers(commits[5]) {
		got[a.Commit] = a.Good
	}
	if len(got) != 3 || !got[commits[1]] || got[commits[2]] || got[commits[4]] {
		t.Errorf("got %v", got)
	}
	if left := other.Answers(commits[4]); len(left) > 0 {
		t.Errorf("of another deployed commit: %v", left)
	}
	now = now.Add(25 * time.Hour)
	if left := d.Answers(commits[5]); len(left) > 0 {
		t.Errorf("a day later: %v", left)
	}
	now = now.Add(-25 * time.Hour)
	if err := d.Forget(); err != nil || len(d.Answers(commits[5])) > 0 {
		t.Errorf("forgotten: %v, %v", d.Answers(commits[5]), err)
	}
	if err := d.Forget(); err != nil {
		t.Errorf("nothing to forget: %v", err)
	}
}

func TestADamagedFileOfAnswersIsLeftOut(t *testing.T) {
	r, commits := releases(t)
	d, _ := suspectDesk(t, r.Dir, desk.Options{})
	if err := d.Remember(commits[5], commits[:1], nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.GitDir(), "ahead", "suspects", "answers.json")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info, err)
	}
	for _, damage := range []string{"", "{", "null", `{"version":9}`, `{"version":1,"deployed":"x"}`} {
		if err := os.WriteFile(path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := d.Answers(commits[5]); len(got) > 0 {
			t.Errorf("%q gives %v", damage, got)
		}
	}
	if err := d.Remember(commits[5], commits[:1], nil); err != nil || len(d.Answers(commits[5])) != 1 {
		t.Errorf("after the damage: %v, %v", d.Answers(commits[5]), err)
	}
}
