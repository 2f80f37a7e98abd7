package planner

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/release"
)

// TestPlansArePure: the same question has the same answer, whatever was asked
// in between, and nothing that was handed in is changed.
func TestPlansArePure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDeployed(t)
		snap := d.snap
		for _, id := range d.order {
			snap.Commits = append(snap.Commits, d.commits[id])
		}
		snap.Deployed = &snap.Batches[0].Deployment
		snap.Unreleased.Commits = slices.Clone(d.order[len(d.order)/2:])
		snap.Tags = []gitops.Tag{{Name: "v1.0.0", Commit: d.before, Annotated: true}}
		p := d.planner()
		p.Scheme = release.Infer(snap.Tags, nil, release.Options{})
		remedy := gitops.Remedy{
			Kind: rapid.SampledFrom([]gitops.RemedyKind{
				gitops.RevertCommits, gitops.RevertCommits, gitops.RevertDeployment, gitops.RestoreDeployment,
			}).Draw(t, "kind"),
			Commits: drawSelection(t, d.graph), Deployment: "v2",
			Each: rapid.Bool().Draw(t, "each"), WithDependants: rapid.Bool().Draw(t, "with"),
		}
		// Room behind a slice is where an append would reach the caller's.
		remedy.Commits = append(make([]gitops.Hash, 0, 32), remedy.Commits...)
		before := deepCopy(t, snap)
		asked := deepCopy(t, remedy)
		one, err := p.PlanRevert(context.Background(), snap, remedy)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Judge(context.Background(), snap, d.tip()); err != nil {
			t.Fatal(err)
		}
		two, err := p.PlanRevert(context.Background(), snap, remedy)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(one, two) {
			t.Fatalf("planned twice:\n%+v\n%+v", one, two)
		}
		if !reflect.DeepEqual(deepCopy(t, snap), before) || !reflect.DeepEqual(deepCopy(t, remedy), asked) {
			t.Fatal("the snapshot or the remedy was changed")
		}
		for _, h := range remedy.Commits[len(remedy.Commits):cap(remedy.Commits)] {
			if !h.IsZero() {
				t.Fatal("something was appended to the remedy's own commits")
			}
		}
		for id, o := range d.memory {
			if gitops.HashObject(o.Kind, o.Data) != id {
				t.Fatalf("object %s was changed", id)
			}
		}
	})
}

func deepCopy[T any](t *rapid.T, v T) T {
	var out T
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestJudgeIsThePlansVerdict for every commit, asked all at once of one
// planner; the race detector watches.
func TestJudgeIsThePlansVerdict(t *testing.T) {
	h := rapid.Custom(func(t *rapid.T) *graph { return drawGraph(t, 16, true) }).Example(7)
	p, snap := h.planner(), h.snapshot()
	judged := make([]gitops.Judgement, len(h.order))
	var all sync.WaitGroup
	for i, id := range h.order {
		all.Add(1)
		go func() {
			defer all.Done()
			var err error
			if judged[i], err = p.Judge(context.Background(), snap, id); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	for i, id := range h.order {
		plan, err := p.PlanRevert(context.Background(), snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{id}})
		if err != nil {
			t.Fatal(err)
		}
		if want := (gitops.Judgement{Verdict: plan.Verdict, Conflicts: len(plan.Conflicts), Reason: plan.Reason}); judged[i] != want {
			t.Errorf("%s: judged %+v, planned %+v", id, judged[i], want)
		}
	}
}

// TestPlanningStopsWhenTold: a cancelled context ends in its own error, never
// in a verdict.
func TestPlanningStopsWhenTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDeployed(t)
		ctx, cancel := context.WithTimeout(context.Background(), -time.Second)
		defer cancel()
		commits := drawSelection(t, d.graph)
		plan, err := d.planner().PlanRevert(ctx, d.snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits})
		if err == nil {
			t.Fatalf("planned %s in no time", plan.Verdict)
		}
	})
}
