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
