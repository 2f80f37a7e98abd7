package wording

import (
	"testing"

	"ahead/gitops"
)

func TestAlongDoubt(t *testing.T) {
	both := []string{"production", "staging"}
	for want, s := range map[string]gitops.Snapshot{
		"":                                       {Environment: "production", Environments: both},
		"; by what staging runs":                 {Environment: "staging", Environments: both},
		"; but what production runs is not here": {Environment: "production", Environments: both, Drift: gitops.Drift{Missing: true}},
	} {
		if got := AlongDoubt(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := AlongDoubt(gitops.Snapshot{Environment: "staging", Environments: both[1:]}); got != "" {
		t.Errorf("%q where there is no other environment", got)
	}
}

// TestWhatIsInAReleaseIsNotUnreleased: production went back, or never ran the
// newest tag; by tags alone nobody can say more than that none has it.
func TestWhatIsInAReleaseIsNotUnreleased(t *testing.T) {
	live := gitops.Deployment{Source: gitops.SourceGitHub, Status: gitops.StatusLive}
	tagged := gitops.Deployment{Source: gitops.SourceTags, Status: gitops.StatusReleased}
	waits := gitops.Batch{Commits: []gitops.Hash{{1}, {2}}}
	for name, c := range map[string]struct {
		snap gitops.Snapshot
		want string
	}{
		"nothing known":      {gitops.Snapshot{Unreleased: waits}, "unreleased"},
		"as released":        {gitops.Snapshot{Deployed: &live, Unreleased: waits, Batches: []gitops.Batch{{Commits: []gitops.Hash{{3}}}}}, "unreleased"},
		"rolled back":        {gitops.Snapshot{Deployed: &live, Unreleased: waits, Rollback: &gitops.Rollback{Pending: 1}}, "undeployed"},
		"a newer tag":        {gitops.Snapshot{Deployed: &live, Unreleased: waits, Drift: gitops.Drift{Tag: "v2", TagAhead: 1}}, "undeployed"},
		"an older tag has 2": {gitops.Snapshot{Deployed: &live, Unreleased: waits, Batches: []gitops.Batch{{Commits: []gitops.Hash{{3}, {2}}}}}, "undeployed"},
		// The sources agree on nothing live; a release that failed has some of them.
		"failed":    {gitops.Snapshot{Claims: []gitops.Deployment{{}}, Unreleased: waits, Batches: []gitops.Batch{{Deployment: gitops.Deployment{Tag: "v2", Commit: gitops.Hash{1}}}}}, "undeployed"},
		"only tags": {gitops.Snapshot{Deployed: &tagged, Unreleased: waits, Drift: gitops.Drift{TagAhead: 1}}, "unreleased"},
	} {
		if got := Waiting(c.snap); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
