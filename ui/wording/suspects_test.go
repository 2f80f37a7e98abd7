package wording

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// What a proposal halves are the suspects that the evidence leaves undecided, not
// all that are listed.
func TestAProposalHalvesWhatIsUndecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		good, bad := rapid.IntRange(1, 40).Draw(t, "good"), rapid.IntRange(1, 40).Draw(t, "bad")
		s := gitops.Suspects{
			Ranked:    make([]gitops.Suspicion, good+bad+rapid.IntRange(1, 300).Draw(t, "others")),
			Undecided: true, Try: gitops.Halving{Commit: gitops.EmptyTree, Name: "v1.41.0", Good: good, Bad: bad},
		}
		want := fmt.Sprintf("try v1.41.0: it halves %d suspects (%d left when it works, %d when it does not)", good+bad, good, bad)
		if got := Try(s); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
		s.Undecided = false
		if got := Try(s); got != "" {
			t.Fatalf("decided: %q", got)
		}
	})
}

func TestAnswersAndTheirTime(t *testing.T) {
	now := time.Date(2024, 5, 6, 14, 31, 0, 0, time.UTC)
	for ago, want := range map[time.Duration]string{
		5 * time.Minute:  "v1.41.0 works, as you said 5 min ago",
		20 * time.Second: "v1.41.0 works, as you just said",
		3 * time.Hour:    "v1.41.0 works, as you said 3 h ago",
	} {
		if got := AnswerSaid("v1.41.0", gitops.Answer{Good: true, At: now.Add(-ago)}, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := AnswerSaid("v\x1b[2J1", gitops.Answer{}, now); strings.Contains(got, "\x1b") || !strings.HasSuffix(got, "has the trouble") {
		t.Errorf("%q", got)
	}
}

func TestWhatIsBelieved(t *testing.T) {
	tag, told := gitops.Deployment{Tag: "v2", Source: gitops.SourceTags}, gitops.Deployment{Tag: "v2", Source: gitops.SourceGitHub}
	for want, s := range map[string]gitops.Snapshot{
		"the tip of main, as nothing tells":         {Branch: "main"},
		"the tip of main, as what runs is not here": {Branch: "main", Drift: gitops.Drift{Missing: true}},
		"the tip of main, as the sources disagree":  {Branch: "main", Claims: []gitops.Deployment{{Commit: gitops.Hash{1}, Status: gitops.StatusLive}}},
		"the tip of main, as no source tells":       {Branch: "main", Claims: []gitops.Deployment{{Commit: gitops.Hash{1}, Status: gitops.StatusFailed}}},
		"v2, by its tag":                            {Deployed: &tag},
		"v2, by github":                             {Deployed: &told},
		"v3, before it went back":                   {Deployed: &told, Rollback: &gitops.Rollback{Left: gitops.Deployment{Tag: "v3"}}},
	} {
		if got := Believed(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Each notice that leads somewhere says so in the words of its surface, and no
// surface names what only another one has.
func TestNoticesNameTheWayOfTheirSurface(t *testing.T) {
	for code := range ways {
		for on, foreign := range map[Surface]string{OnScreen: "--", InLines: "--", ByFlag: "RUNS"} {
			got := SuspectNotice(gitops.Notice{Code: code, Text: "text"}, on)
			if !strings.HasPrefix(got, "text (") || strings.Contains(got, foreign) {
				t.Errorf("%s on %d: %q", code, on, got)
			}
		}
	}
	if got := SuspectNotice(gitops.Notice{Code: gitops.NoticeTooNew, Text: "a\x1b[2Jb"}, OnScreen); strings.Contains(got, "(") || strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}

// Another environment than production is called by its name.
func TestBasisNamesTheEnvironment(t *testing.T) {
	s := gitops.Suspects{Deployed: gitops.EmptyTree, Why: "by ci"}
	for environment, want := range map[string]string{"production": "production", "staging": "staging"} {
		snap := gitops.Snapshot{Environment: environment, Environments: []string{"production", "staging"}}
		if got := Basis(snap, s); got != want+" is taken to run "+gitops.EmptyTree.Short()+", by ci" {
			t.Errorf("%q", got)
		}
	}
}
