package planner

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// TestSharedTrailsChangeNoPlan: plans that share what was read of history, made
// all at once, are those that read it for themselves. With an index only the
// search for dependants differs, which then has a smaller share; what it offers
// is a clean set still.
func TestSharedTrailsChangeNoPlan(t *testing.T) {
	offered := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := drawGraph(rt, 16, rapid.Bool().Draw(rt, "skew"))
		indexed := rapid.Bool().Draw(rt, "indexed")
		alone, shared := h.planner(), h.planner()
		shared.Trails = NewTrails(h)
		if indexed {
			shared.Trails = NewIndexedTrails(h)
		}
		suspects := h.revertible()
		plans := make([]gitops.Plan, len(suspects))
		var all sync.WaitGroup
		for i, id := range suspects {
			all.Add(1)
			go func() {
				defer all.Done()
				var err error
				if plans[i], err = planOf(shared, h, id); err != nil {
					t.Error(err)
				}
			}()
		}
		all.Wait()
		for i, id := range suspects {
			want, err := planOf(alone, h, id)
			if err != nil {
				rt.Fatal(err)
			}
			got := plans[i]
			if indexed {
				if n := len(got.Dependants); n > 0 {
					offered++
					joint, err := planOf(alone, h, append(got.Dependants, id)...)
					if err != nil || joint.Verdict != gitops.VerdictClean {
						rt.Fatalf("offered %v: %s %v", got.Dependants, joint.Verdict, err)
					}
				}
				want.Dependants, got.Dependants = nil, nil
			}
			if !reflect.DeepEqual(got, want) {
				rt.Fatalf("shared %+v\nalone %+v", got, want)
			}
		}
	})
	if offered == 0 {
		t.Error("no dependants were offered with an index")
	}
}

func planOf(p *Planner, h *graph, commits ...gitops.Hash) (gitops.Plan, error) {
	return p.PlanRevert(context.Background(), h.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits})
}
