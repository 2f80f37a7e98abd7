package planner

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/hazard"
	"ahead/gitops/release"
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

func TestQuotedSubjects(t *testing.T) {
	plain := habit{subjectWidth: defaultSubjectWidth}
	conventional := habit{conventional: true, subjectWidth: defaultSubjectWidth}
	for subject, want := range map[string][2]string{
		"Round totals, fixes #12":          {`Revert "Round totals, fixes (#12)"`, "revert: Round totals, fixes (#12)"},
		"fix(cart)!: round (closes o/r#1)": {`Revert "fix(cart)!: round (closes (o/r#1))"`, "revert: fix(cart)!: round (closes (o/r#1))"},
		"Docs [skip ci]":                   {`Revert "Docs (skip-ci)"`, "revert: Docs (skip-ci)"},
		"":                                 {`Revert "1111111"`, "revert: 1111111"},
		"caf\xe9":                          {`Revert "café"`, "revert: café"},
		`Say "hi"`:                         {`Revert "Say "hi""`, `revert: Say "hi"`},
		"Bump @types/node, ask @ada":       {`Revert "Bump @types/node, ask @ada"`, "revert: Bump @types/node, ask @ada"},
		"#12: round":                       {`Revert "#12: round"`, "revert: #12: round"},
		"S\r\n\r\nFixes #4\r\n":            {`Revert "S"`, "revert: S"},
	} {
		for i, h := range []habit{plain, conventional} {
			message, _ := draftFor(gitops.Remedy{}).messageFor([]gitops.Commit{commitWith(subject)}, nil, h)
			if first, _, _ := strings.Cut(message, "\n"); first != want[i] || !utf8.ValidString(message) {
				t.Errorf("%q: %q, want %q", subject, first, want[i])
			}
		}
	}
	several, _ := draftFor(gitops.Remedy{}).messageFor([]gitops.Commit{commitWith("New, fixes #1"), commitWith("Old, closes #2")}, nil, plain)
	if hazard.NeutraliseClosing(several) != several {
		t.Errorf("it closes something:\n%s", several)
	}
}

// TestConventionalMessage is what the specification suggests for reverts, within
// the limits of the usual linter.
func TestConventionalMessage(t *testing.T) {
	h := habit{conventional: true, subjectWidth: defaultSubjectWidth}
	reason := strings.Repeat("totals are off by a cent ", 8) + "https://example.com/" + strings.Repeat("x", 120)
	long := "fix(cart): " + strings.Repeat("round ", 25) + "totals"
	message, _ := draftFor(gitops.Remedy{Reason: reason, Incident: "inc-1"}).messageFor([]gitops.Commit{commitWith(long), commitWith("feat: old")}, nil, h)
	if !strings.HasSuffix(message, "\n\nRefs: 1111111, 1111111\nIncident: inc-1\n") {
		t.Errorf("%s", message)
	}
	for line := range strings.Lines(message) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > conventionalWidth && !strings.HasPrefix(line, "https://") {
			t.Errorf("a long line: %s", line)
		}
	}
	if strings.Join(strings.Fields(message), "") == "" || !strings.Contains(oneLine(message), oneLine(reason)) {
		t.Errorf("the reason is lost:\n%s", message)
	}
}

// TestTagMessageSkipsNothing: a pipeline that a tag starts reads its message.
func TestTagMessageSkipsNothing(t *testing.T) {
	last := gitops.Tag{Name: "v1.2.3", Commit: commitWith("x").Hash, Annotated: true, Message: "v1.2.3 [skip ci]\n"}
	p := &Planner{Now: time.Now}
	tag, _, err := p.NameRelease(gitops.Remedy{}, release.Infer([]gitops.Tag{last}, nil, release.Options{}), "", func(string) bool { return false })
	if err != nil || tag.Name != "v1.2.4" || tag.Message != "v1.2.4 (skip-ci)" {
		t.Errorf("%+v %v", tag, err)
	}
}
