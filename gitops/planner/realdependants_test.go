package planner

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

// searchTally is what the search for dependants came to on one history.
type searchTally struct {
	commits, conflicts int
	// sizes counts the offers of one, two, three, and more commits.
	sizes [4]int
	took  []time.Duration
}

func (s searchTally) offered() int { return s.sizes[0] + s.sizes[1] + s.sizes[2] + s.sizes[3] }

func (s searchTally) row(name string) string {
	slices.Sort(s.took)
	at := func(percent int) time.Duration {
		if len(s.took) == 0 {
			return 0
		}
		return s.took[(len(s.took)-1)*percent/100].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("| %s | %d | %d | %d (%d%%) | %d | %d | %d | %d | %v | %v | %v |",
		name, s.commits, s.conflicts, s.offered(), 100*s.offered()/max(1, s.conflicts),
		s.sizes[0], s.sizes[1], s.sizes[2], s.sizes[3], at(50), at(95), at(100))
}

// TestRealDependants searches dependants for each conflict among the newest
// commits of a real repository's first-parent line, lets git revert every offer
// one commit after another, and prints a row of the table:
//
//	go test ./gitops/planner -run TestRealDependants -v -args -repo DIR [-n N]
func TestRealDependants(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("needs a repository: -args -repo DIR [-n N]")
	}
	r := openReal(t, *repoFlag)
	var tally searchTally
	for _, id := range r.firstParents(*manyFlag) {
		tally.commits++
		plan, took := r.search(id)
		if plan.Verdict != gitops.VerdictConflict {
			continue
		}
		tally.conflicts++
		tally.took = append(tally.took, took)
		if n := len(plan.Dependants); n > 0 {
			tally.sizes[min(n, 4)-1]++
		}
		if fault := r.judgeOffer(plan); fault != "" {
			t.Errorf("%s: %s", id, fault)
		}
	}
	t.Logf("\n| repository | commits | conflicts | turned clean | 1 | 2 | 3 | 4+ | p50 | p95 | max |\n%s",
		tally.row(strings.TrimSuffix(filepath.Base(filepath.Dir(*repoFlag+"/")), "/")))
}

func (r *realRun) firstParents(n int) []gitops.Hash {
	var out []gitops.Hash
	for _, line := range strings.Fields(r.Git("rev-list", "--first-parent", "--min-parents=1", fmt.Sprintf("-n%d", n), r.snap.Tip.String())) {
		out = append(out, gitops.MustHash(line))
	}
	return out
}

// search is revertCommits with a clock around the search alone.
func (r *realRun) search(id gitops.Hash) (gitops.Plan, time.Duration) {
	d, err := r.planner.newDraft(context.Background(), r.snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{id}})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := d.mergeSelection(); err != nil {
		r.t.Fatal(err)
	}
	if d.plan.Verdict != gitops.VerdictConflict {
		return d.plan, 0
	}
	start := time.Now()
	d.plan.Dependants, err = d.findDependants()
	took := time.Since(start)
	if err != nil {
		r.t.Fatal(err)
	}
	return d.plan, took
}
