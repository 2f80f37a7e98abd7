package planner

import (
	"context"
	"slices"
	"strings"
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

// TestASearchComparesSoManyCommitsAndNoMore: it is counted over all that one
// search asks, and what is not compared is not offered.
func TestASearchComparesSoManyCommitsAndNoMore(t *testing.T) {
	s := newStory(files{"f": *text(lines(1, 30))})
	suspect := s.then("suspect\n", map[string]*file{"f": text(lines(1, 30, 5))})
	over := s.then("over\n", map[string]*file{"f": text(strings.Replace(lines(1, 30, 5), "changed 5\n", "better 5\n", 1))})
	for i := range 8 {
		s.then("more\n", map[string]*file{"other": text(strings.Repeat("x\n", i+1))})
	}
	for commits, want := range map[int]int{9: 1, 8: 0, 3: 0} {
		snap := s.snapshot()
		d, err := s.planner().newDraft(context.Background(), snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.mergeSelection(); err != nil {
			t.Fatal(err)
		}
		search, err := d.newSearch()
		if err != nil {
			t.Fatal(err)
		}
		search.share.commits = commits
		found, err := search.grow(suspect, d.plan.Conflicts)
		if err != nil || len(found) != want || search.commits != commits {
			t.Errorf("of %d commits: found %d, compared %d, %v", commits, len(found), search.commits, err)
		}
		if want == 1 && search.since.name(found[0]) != over {
			t.Errorf("found %s, want %s", search.since.name(found[0]), over)
		}
		if err := search.fetch([]string{"another"}); err != nil || search.commits != commits {
			t.Errorf("asked again it compared %d of %d, %v", search.commits, commits, err)
		}
	}
}
