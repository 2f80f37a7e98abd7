package planner

import (
	"strings"
	"testing"

	"ahead/gitops"
)

// TestAFileWhereADirectoryWas: what stands in the way is looked for in older
// versions of the path in conflict, and there it may be no file at all.
func TestAFileWhereADirectoryWas(t *testing.T) {
	b := newBench(t)
	b.Commit("Directory", map[string]string{"spot/inside": "x\n"})
	suspect := b.Commit("Round", map[string]string{"price/total.go": lines(1, 30, 15)})
	b.Git("rm", "-q", "-r", "spot")
	b.Git("rm", "-q", "price/total.go")
	moved := b.Commit("Moved and edited", map[string]string{"spot": strings.Replace(lines(1, 30), "line 15\n", "better 15\n", 1)})
	p := b.revert(suspect)
	c := onlyConflict(t, p)
	if c.Path != "spot" || len(p.Dependants) != 1 || p.Dependants[0] != moved {
		t.Errorf("%s, dependants %v", c.Path, p.Dependants)
	}
	if again := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{suspect}, WithDependants: true}); again.Verdict != gitops.VerdictClean {
		t.Errorf("%s %s", again.Verdict, again.Reason)
	}
}
