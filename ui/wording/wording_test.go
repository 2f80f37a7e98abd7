package wording_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/screentest"
	"ahead/ui/term"
	"ahead/ui/wording"
)

func TestTimesInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 s", 0: "0 s", 41 * time.Second: "41 s", time.Minute: "1 min", 1872 * time.Second: "31 min 12 s",
		2*time.Hour + 5*time.Minute: "2 h 5 min", 76 * time.Hour: "3 d 4 h",
	} {
		if got := wording.Span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	now := screentest.Now
	for then, want := range map[time.Time]string{
		{}: "at an unknown time", now: "just now", now.Add(time.Hour): "just now", now.Add(-41 * time.Second): "41 s ago",
		now.Add(-29 * time.Minute): "29 min ago", now.Add(-26 * time.Hour): "26 h ago", now.Add(-72 * time.Hour): "3 d ago",
	} {
		if got := wording.Ago(then, now); got != want {
			t.Errorf("%v is %q, want %q", then, got, want)
		}
	}
	if got := wording.Took(300 * time.Millisecond); got != "less than 1 s" {
		t.Errorf("300 ms took %q", got)
	}
}

func TestNumbersInWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1200: "-1,200"} {
		if got := wording.Number(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	if a, b := wording.Count(1, "file"), wording.Count(0, "file"); a != "1 file" || b != "0 files" {
		t.Errorf("%q, %q", a, b)
	}
}

func TestTitles(t *testing.T) {
	snap := screentest.Snapshot()
	r := screentest.Remedy()
	several := gitops.Remedy{Kind: gitops.RevertCommits, Commits: snap.Batches[0].Commits}
	with := r
	with.WithDependants, with.Mainline = true, 2
	for i := range snap.Commits {
		if snap.Commits[i].Hash == screentest.Merge {
			snap.Commits[i].Message = "Revert \"Fix C:\\path\"\n"
		}
	}
	for want, r := range map[string]gitops.Remedy{
		`REVERT 90be4f1 "Revert "Fix C:\path""`:                                 {Commits: []gitops.Hash{screentest.Merge}},
		`REVERT a01be77 "Round totals per line"`:                                r,
		`REVERT a01be77 "Round totals per line" + dependants, against parent 2`: with,
		"REVERT 5 commits: a01be77, 77c0d12, 90be4f1, …":                        several,
		"REVERT all of v1.42.0, 5 commits":                                      {Kind: gitops.RevertDeployment, Deployment: "v1.42.0"},
		"RESTORE v1.41.3, its tree as a new commit":                             {Kind: gitops.RestoreDeployment, Deployment: "v1.41.3"},
		"REVERT " + screentest.Hash("fffffff").Short() + ` "—"`:                 {Commits: []gitops.Hash{screentest.Hash("fffffff")}},
		"REVERT nothing": {},
	} {
		verb, object := wording.Title(snap, r)
		if got := verb + " " + object; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Whatever an error says, the road may claim "nothing was shipped" only where
// publishing promises it, and must always say what to do next.
func TestRoadsClaimNoMoreThanIsKnown(t *testing.T) {
	p := screentest.Clean(screentest.Remedy())
	for _, code := range []gitops.Code{
		gitops.CodeTipMoved, gitops.CodeTagTaken, gitops.CodeRejected, gitops.CodeRemoteUnreached, gitops.CodeOutcomeUnknown,
		gitops.CodeDisagreement, gitops.CodeInterrupted, gitops.CodeStillDown, gitops.CodeNoIdentity, gitops.CodeInternal, "new",
	} {
		r := wording.RoadOf(fmt.Errorf("ship: %w", &gitops.Error{Code: code, What: "x"}), p)
		known := code != gitops.CodeOutcomeUnknown && code != gitops.CodeStillDown
		if strings.Contains(r.Shipped, "nothing was shipped") != known || r.Next == "" || r.Title == "" {
			t.Errorf("%s: %+v", code, r)
		}
		if again := code == gitops.CodeTipMoved || code == gitops.CodeTagTaken; r.Again != again {
			t.Errorf("%s: plan again is %v", code, r.Again)
		}
	}
	if r := wording.RoadOf(errors.New("bare"), p); strings.Contains(r.Shipped, "nothing was shipped") {
		t.Errorf("a bare error: %+v", r)
	}
}

func TestTheServersWordsComeFirst(t *testing.T) {
	detail := "To host\n! refused\nremote: frozen\nDone\nremote: \x1b[31mask\x1b[0m"
	r := wording.RoadOf(&gitops.Error{Code: gitops.CodeRejected, What: "x", Detail: detail}, screentest.Clean(screentest.Remedy()))
	want := "remote: frozen|remote: <1b>[31mask<1b>[0m|To host|! refused|Done"
	if got := strings.Join(r.Detail, "|"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestForeignTextLeavesCleaned(t *testing.T) {
	snap, p := screentest.HostileSnapshot(), screentest.Hostile(screentest.Remedy())
	verb, object := wording.Title(snap, p.Remedy)
	all := []string{verb, object, wording.Exactness(p), wording.Subject(snap, screentest.Suspect)}
	for _, f := range p.Files {
		f.OldPath, f.Status = screentest.Nasty, gitops.Renamed
		all = append(all, wording.Change(f))
	}
	r := wording.RoadOf(&gitops.Error{What: screentest.Nasty, Hint: screentest.Nasty, Detail: screentest.Nasty}, p)
	all = append(append(all, r.What, r.Next), r.Detail...)
	for _, s := range all {
		if c := term.Clean(s); c != s || s == "" {
			t.Errorf("%q is not clean", s)
		}
	}
}

func TestFolding(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 5, ""},
		{"git ls-remote origin main", 13, "git ls-remote|origin main"},
		{"git ls-remote origin main", 12, "git|ls-remote|origin main"},
		{"abcdefghij k", 4, "abcd|efgh|ij k"},
		{"日本語", 4, "日本|語"},
		{"日本", 1, "…"},
		{"a  b", 10, "a  b"},
	} {
		if got := strings.Join(wording.Fold(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q in %d cells: %q, want %q", c.text, c.width, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := term.Clean(strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "word", " ", "日本", "-", screentest.Nasty})).Draw(t, "text"), ""))
		width := rapid.IntRange(2, 30).Draw(t, "width")
		lines := wording.Fold(text, width)
		for _, l := range lines {
			if term.Width(l) > width {
				t.Fatalf("%q is wider than %d", l, width)
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if strip(strings.Join(lines, "")) != strip(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}
