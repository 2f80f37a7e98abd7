package planner

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
)

// misnamed is the error of a plan that is refused for a decision.
func (b *bench) misnamed(r gitops.Remedy) error {
	b.t.Helper()
	r.Kind = gitops.RevertCommits
	_, err := b.planner.PlanRevert(context.Background(), b.snapshot(), r)
	return err
}

func isUnknownPart(t *testing.T, err error, path string, have ...string) {
	t.Helper()
	var gone *gitops.PartGone
	if gitops.CodeOf(err) != gitops.CodeUnknownPart || !errors.As(err, &gone) || gone.Path != path || !slices.Equal(gone.Have, have) {
		t.Errorf("%s: %v, %+v", path, err, gone)
	}
}

func TestUnknownPathsAreRefusedWhileAPlanConflicts(t *testing.T) {
	b := newBench(t)
	suspect := rounding(b)
	b.Git("mv", "price/tax.go", "price/duty.go")
	b.Commit("Call it duty", nil)
	only := []gitops.Hash{suspect}
	for _, path := range []string{"nope", "price/nope", "README.md", "pric"} {
		isUnknownPart(t, b.misnamed(gitops.Remedy{Commits: only, LeaveOut: []gitops.LeaveOut{{Path: path}}}), path, "price/total.go")
		isUnknownPart(t, b.misnamed(gitops.Remedy{Commits: only, LeaveOut: []gitops.LeaveOut{{Path: path, Hunks: []string{"1"}}}}), path, "price/total.go")
		isUnknownPart(t, b.misnamed(gitops.Remedy{Commits: only, Resolutions: []gitops.Resolution{{Path: path, Take: gitops.SideOurs}}}), path, "price/total.go")
	}
	// It merges cleanly there, so there is nothing to settle.
	isUnknownPart(t, b.misnamed(gitops.Remedy{Commits: only, Resolutions: []gitops.Resolution{{Path: "price/tax.go", Take: gitops.SideOurs}}}), "price/tax.go", "price/total.go")
	for _, path := range []string{"price/tax.go", "price/duty.go"} {
		p := b.plan(b.snapshot(), gitops.Remedy{Commits: only, LeaveOut: []gitops.LeaveOut{{Path: path}}})
		if p.Verdict != gitops.VerdictConflict {
			t.Errorf("%s left out: %s %s", path, p.Verdict, p.Reason)
		}
	}
	p := b.plan(b.snapshot(), gitops.Remedy{Commits: only, Resolutions: []gitops.Resolution{{Path: "price/total.go", Of: "another", Take: gitops.SideOurs}}})
	if p.Verdict != gitops.VerdictConflict || !strings.Contains(p.Conflicts[0].Detail, "settled again") {
		t.Errorf("a stale decision: %s %+v", p.Verdict, p.Conflicts)
	}
}

// TestDecisionsMayWaitForTheirSuspect: the plan stops at the newest one.
func TestDecisionsMayWaitForTheirSuspect(t *testing.T) {
	b := newBench(t)
	older := b.Commit("Tax", map[string]string{"price/tax.go": lines(1, 20, 9)})
	newer := rounding(b)
	b.Commit("Tax again", map[string]string{"price/tax.go": strings.Replace(lines(1, 20, 9), "changed 9\n", "better 9\n", 1)})
	at := func(path string, suspect gitops.Hash) gitops.Remedy {
		return gitops.Remedy{
			Commits:     []gitops.Hash{older, newer},
			Resolutions: []gitops.Resolution{{Path: path, Suspect: suspect, Take: gitops.SideOurs}},
		}
	}
	for _, suspect := range []gitops.Hash{{}, older} {
		if p := b.plan(b.snapshot(), at("price/tax.go", suspect)); p.Verdict != gitops.VerdictConflict || p.Conflicts[0].Path != "price/total.go" {
			t.Errorf("%s %+v", p.Verdict, p.Conflicts)
		}
		isUnknownPart(t, b.misnamed(at("nope", suspect)), "nope", "price/total.go")
	}
	isUnknownPart(t, b.misnamed(at("README.md", newer)), "README.md", "price/total.go")
}
