package planner

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// TestSharedTrailsLeaveNoTrace: plans that share trails, and with them all that
// merges remember, are those of a planner that starts anew for each, in any
// order, all at once. The race detector watches.
func TestSharedTrailsLeaveNoTrace(t *testing.T) {
	dependants := 0
	for name, trails := range map[string]func(gitops.Objects) *Trails{"one": NewTrails, "many": NewIndexedTrails} {
		rapid.Check(t, func(t *rapid.T) {
			g := drawGraph(t, 14, true)
			snap := g.snapshot()
			plan := func(p *Planner, id gitops.Hash) gitops.Plan {
				got, err := p.PlanRevert(context.Background(), snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{id}})
				if err != nil {
					t.Errorf("%s: %v", id, err)
				}
				return got
			}
			cold := make(map[gitops.Hash]gitops.Plan)
			for _, id := range g.order {
				p := g.planner()
				p.Trails = trails(p.Objects)
				cold[id] = plan(p, id)
				dependants += len(cold[id].Dependants)
			}
			warm := g.planner()
			warm.Trails = trails(warm.Objects)
			var all sync.WaitGroup
			for w := range 3 {
				all.Go(func() {
					for k := range 2 * len(g.order) {
						id := g.order[(k*(2*w+1)+w)%len(g.order)]
						if got := plan(warm, id); !reflect.DeepEqual(got, cold[id]) {
							t.Errorf("%s, %s:\n%+v\nalone:\n%+v", name, id, got, cold[id])
						}
					}
				})
			}
			all.Wait()
		})
	}
	if dependants == 0 {
		t.Fatal("no plan had dependants")
	}
}
