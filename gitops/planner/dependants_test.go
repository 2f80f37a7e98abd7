package planner

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// TestDependantsAreEnoughAndNoneCanBeSpared: whatever set is offered reverts
// cleanly together with the suspect, by git too, and no member can be left
// out.
func TestDependantsAreEnoughAndNoneCanBeSpared(t *testing.T) {
	s := newScratch(t)
	offered, several, conflicts := 0, 0, 0
	few(t, func(rt *rapid.T) {
		h := drawGraph(rt, 14, rapid.Bool().Draw(rt, "skew"))
		p := asGit(t, h.planner())
		revert := func(with bool, commits ...gitops.Hash) gitops.Plan {
			plan, err := p.PlanRevert(context.Background(), h.snapshot(), gitops.Remedy{
				Kind: gitops.RevertCommits, Commits: commits, WithDependants: with,
			})
			if err != nil {
				rt.Fatal(err)
			}
			return plan
		}
		for _, suspect := range h.revertible() {
			alone := revert(false, suspect)
			if alone.Verdict != gitops.VerdictConflict {
				if len(alone.Dependants) > 0 {
					rt.Fatalf("%s, yet it has dependants", alone.Verdict)
				}
				continue
			}
			conflicts++
			if len(alone.Dependants) == 0 {
				continue
			}
			offered++
			if len(alone.Dependants) > 1 {
				several++
			}
			joint := revert(true, suspect)
			if joint.Verdict != gitops.VerdictClean || joint.Reason != "" || len(joint.Conflicts) > 0 || !joint.Publishable() {
				rt.Fatalf("jointly %s %q %v", joint.Verdict, joint.Reason, joint.Conflicts)
			}
			if !slices.Equal(sorted(joint.Selection), sorted(append([]gitops.Hash{suspect}, alone.Dependants...))) {
				rt.Fatalf("selection %v, suspect %s, dependants %v", joint.Selection, suspect, alone.Dependants)
			}
			for i := range alone.Dependants {
				fewer := slices.Delete(slices.Clone(alone.Dependants), i, i+1)
				if plan := revert(false, append(fewer, suspect)...); plan.Verdict == gitops.VerdictClean {
					rt.Fatalf("%s can be spared of %v", alone.Dependants[i], alone.Dependants)
				}
			}
			if offered%4 > 0 {
				continue // git is asked about every fourth
			}
			s.load(h.memory)
			if fault := s.revert(h, h.tip(), 0, joint.Selection).holds(joint, false); fault != "" {
				rt.Fatal(fault)
			}
		}
	})
	t.Logf("%d conflicts, dependants offered for %d, several for %d", conflicts, offered, several)
	if offered == 0 {
		t.Error("the generator tests nothing of this")
	}
}
