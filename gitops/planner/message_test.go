package planner

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/hazard"
)

func commitWith(subject string) gitops.Commit {
	return gitops.Commit{
		Hash:    gitops.MustHash(strings.Repeat("1", 40)),
		Parents: []gitops.Hash{gitops.MustHash(strings.Repeat("2", 40))},
		Message: subject + "\n",
	}
}

func draftFor(remedy gitops.Remedy) *draft { return &draft{plan: gitops.Plan{Remedy: remedy}} }

func TestSubjects(t *testing.T) {
	plain := habit{subjectWidth: defaultSubjectWidth}
	conventional := habit{conventional: true, subjectWidth: defaultSubjectWidth}
	long := strings.Repeat("word ", 20) + "end"
	for _, c := range []struct {
		name     string
		habit    habit
		subjects []string
		want     string
	}{
		{"one", plain, []string{"Round totals"}, `Revert "Round totals"`},
		{"a revert is a reland", plain, []string{`Revert "Round totals"`}, `Reapply "Round totals"`},
		{"git keeps a revert of a reland", plain, []string{`Reapply "Round totals"`}, `Revert "Reapply "Round totals""`},
		{"twice reverted stays", plain, []string{`Revert "Revert "X""`}, `Revert "Revert "Revert "X"""`},
		{"conventional", conventional, []string{"fix(cart): round"}, "revert: fix(cart): round"},
		{"several", plain, []string{"New", "Old", "Older"}, `Revert "New" and 2 more`},
		{"several over several", plain, []string{`Revert "New" and 2 more`, "Old"}, "Revert 2 commits"},
		{"long", plain, []string{long}, `Revert "word word word word word word word word word word word word wo…"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var suspects []gitops.Commit
			for _, s := range c.subjects {
				suspects = append(suspects, commitWith(s))
			}
			message, _ := draftFor(gitops.Remedy{}).messageFor(suspects, nil, c.habit)
			subject, body, _ := strings.Cut(message, "\n")
			if subject != c.want {
				t.Errorf("subject %s\nwant    %s", subject, c.want)
			}
			if n := strings.Count(body, "This reverts commit "); n != len(suspects) {
				t.Errorf("%d suspects are named in\n%s", n, message)
			}
			if c.name == "long" && !strings.Contains(body, long) {
				t.Errorf("the whole subject is lost:\n%s", message)
			}
		})
	}
}

func TestMessageHoldsReasonAndIncident(t *testing.T) {
	message, _ := draftFor(gitops.Remedy{Reason: " off by a cent \n", Incident: "inc\n204"}).
		messageFor([]gitops.Commit{commitWith("Round")}, nil, habit{subjectWidth: 72})
	want := "Revert \"Round\"\n\nThis reverts commit 1111111111111111111111111111111111111111.\n\noff by a cent\n\nIncident: inc 204\n"
	if message != want {
		t.Errorf("message %q\nwant    %q", message, want)
	}
}

func TestHabits(t *testing.T) {
	many := func(subjects ...string) []gitops.Commit {
		var out []gitops.Commit
		for i := range 20 {
			out = append(out, commitWith(subjects[i%len(subjects)]))
		}
		return out
	}
	long := strings.Repeat("x", 90)
	for _, c := range []struct {
		name         string
		commits      []gitops.Commit
		conventional bool
		width        int
	}{
		{"nothing known", nil, false, 72},
		{"plain", many("Fix a thing"), false, 72},
		{"conventional", many("fix: a thing", "feat(x)!: y", "chore: z"), true, 72},
		{"now and then", many("fix: a thing", "Plain", "Plain too"), false, 72},
		{"long subjects are usual", many(long), false, 90},
		{"one long subject is not", append(many("Short")[:19], commitWith(long)), false, 72},
	} {
		if got := learnHabit(c.commits); got.conventional != c.conventional || got.subjectWidth != c.width {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestEverySubjectGivesAMessageThatShips: whatever a suspect is called, the
// message names it for git, fits the habit, and never stops the pipeline.
func TestEverySubjectGivesAMessageThatShips(t *testing.T) {
	words := rapid.SampledFrom([]string{"Fix", "[skip ci]", "[ci skip]", "***NO_CI***", `Revert "`, `"`, "é", "…", "feat:", "a much longer word", "and 3 more"})
	rapid.Check(t, func(t *rapid.T) {
		subject := strings.Join(rapid.SliceOfN(words, 1, 30).Draw(t, "words"), " ")
		h := habit{conventional: rapid.Bool().Draw(t, "conventional"), subjectWidth: rapid.IntRange(40, 120).Draw(t, "width")}
		n := rapid.IntRange(1, 4).Draw(t, "suspects")
		suspects := make([]gitops.Commit, n)
		for i := range suspects {
			suspects[i] = commitWith(subject)
		}
		message, defused := draftFor(gitops.Remedy{Reason: "why"}).messageFor(suspects, nil, h)
		first, _, _ := strings.Cut(message, "\n")
		if hazard.SkipCI(message) {
			t.Fatalf("the pipeline would be skipped: %q", message)
		}
		if !defused && utf8.RuneCountInString(first) > h.subjectWidth {
			t.Fatalf("subject of %d characters, usual are %d: %q", utf8.RuneCountInString(first), h.subjectWidth, first)
		}
		if !strings.Contains(message, fmt.Sprintf("This reverts commit %s.", suspects[0].Hash)) {
			t.Fatalf("git would not find what was reverted: %q", message)
		}
	})
}
