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
	if err := d.Forget(commits[2], commits[3]); err != nil || len(d.Answers(commits[5])) != 2 {
		t.Errorf("one taken back: %v, %v", d.Answers(commits[5]), err)
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

// TestAnswersAreRecalled: what was answered on one surface counts on the other,
// and asking again does not make an answer younger.
func TestAnswersAreRecalled(t *testing.T) {
	r, commits := releases(t)
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now := began
	d, snap := suspectDesk(t, r.Dir, desk.Options{Now: func() time.Time { return now }})
	all := len(among(t, d, snap, gitops.Evidence{}, desk.SuspectOptions{Recall: true}).Ranked)
	e := gitops.Evidence{Good: []gitops.Hash{commits[1]}}
	few := len(among(t, d, snap, e, desk.SuspectOptions{Recall: true}).Ranked)
	if few != all-2 {
		t.Fatalf("%d of %d are left", few, all)
	}
	now = now.Add(5 * time.Minute)
	for _, e := range []gitops.Evidence{e, {}} {
		s := among(t, d, snap, e, desk.SuspectOptions{Recall: true})
		if len(s.Ranked) != few || len(s.Answers) != 1 || s.Answers[0] != (gitops.Answer{Commit: commits[1], Good: true, At: began}) {
			t.Errorf("by %v: %d left, answers %v", e, len(s.Ranked), s.Answers)
		}
		if noticed(s, gitops.NoticeRecalled) != e.IsZero() {
			t.Errorf("by %v: %v", e, s.Notices)
		}
	}
	// Whoever asks for a script gets what they asked for, and a change of mind counts.
	if s := among(t, d, snap, gitops.Evidence{}, desk.SuspectOptions{}); len(s.Ranked) != all || len(s.Answers) > 0 {
		t.Errorf("not recalled: %d of %d, %v", len(s.Ranked), all, s.Answers)
	}
	s := among(t, d, snap, gitops.Evidence{Bad: []gitops.Hash{commits[1]}}, desk.SuspectOptions{Recall: true})
	if len(s.Answers) != 1 || s.Answers[0].Good || !s.Answers[0].At.Equal(now) {
		t.Errorf("answers %v", s.Answers)
	}
}

// TestAnswersThatCannotBeKeptCount: a repository that nobody may write to.
func TestAnswersThatCannotBeKeptCount(t *testing.T) {
	r, commits := releases(t)
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	// A file where the folder should be is in the way for root, too.
	if err := os.WriteFile(filepath.Join(r.GitDir(), "ahead"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := among(t, d, snap, gitops.Evidence{Good: commits[1:2]}, desk.SuspectOptions{Recall: true})
	if len(s.Ranked) != 3 || len(s.Answers) != 1 || !noticed(s, gitops.NoticeNotKept) {
		t.Errorf("%d left, %v, %v", len(s.Ranked), s.Answers, s.Notices)
	}
}
