package threeway_test

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

// mergeCase is one merge, and what comes of it where nothing is remembered.
type mergeCase struct {
	objs memory
	tr   treeTriple
	opt  threeway.Options
	want threeway.Result
}

func (c mergeCase) merge(t testing.TB, shared *threeway.Memory) threeway.Result {
	opt := c.opt
	opt.Memory = shared
	got, err := threeway.MergeTrees(context.Background(), c.objs, c.tr.base, c.tr.ours, c.tr.theirs, opt)
	if err != nil {
		t.Errorf("merge: %v", err)
	}
	return got
}

// memoryCases are generated merges, each with options that must not meet those
// of another one in the memory.
func memoryCases(t testing.TB) []mergeCase {
	var out []mergeCase
	for seed := range uint64(150) {
		for _, g := range (treeGen{dice: newByteDice(seed, nil)}).merges() {
			objs := memory{}
			tr := treeTriple{objs.store(g.base), objs.store(g.ours), objs.store(g.theirs)}
			for _, opt := range []threeway.Options{
				{},
				{DropTail: true},
				{NoRenames: true},
				{RenameLimit: 1},
				{DirectoryRenames: threeway.DirectoryRenamesOff},
				{Renormalize: true},
				{DefaultDriver: "union"},
				{InfoAttributes: []byte("* merge=union\n")},
				{GlobalAttributes: []byte("* -merge\n")},
				{Lines: threeway.LineOptions{Union: true}},
			} {
				c := mergeCase{objs: objs, tr: tr, opt: opt}
				c.want = c.merge(t, nil)
				out = append(out, c)
			}
		}
	}
	return out
}

// TestMemoryChangesNoAnswer: merges that share a memory come out as those that
// share none, in any order and all at once, whether what they look for is still
// there or not; and what a caller does to a result reaches nobody else. The race
// detector watches.
func TestMemoryChangesNoAnswer(t *testing.T) {
	cases := memoryCases(t)
	differ := 0
	for i := range cases[1:] {
		if !reflect.DeepEqual(cases[i].want, cases[i+1].want) {
			differ++
		}
	}
	if differ < len(cases)/20 {
		t.Fatalf("only %d of %d merges differ from the one before: mixing them up would not show", differ, len(cases))
	}
	for name, bytes := range map[string]int{"all fits": 64 << 20, "little fits": 20 << 10, "nothing fits": 0} {
		t.Run(name, func(t *testing.T) {
			shared := threeway.NewMemory(bytes)
			var all sync.WaitGroup
			for w := range 3 {
				all.Go(func() {
					for k := range 2 * len(cases) {
						// 7 has no factor in common with the number of cases, or
						// else comes to some of them only.
						c := cases[(k*(1+6*w)+w*31)%len(cases)]
						got := c.merge(t, shared)
						if !reflect.DeepEqual(got, c.want) {
							t.Errorf("with %+v: %+v, want %+v", c.opt, got, c.want)
							return
						}
						spoil(got)
					}
				})
			}
			all.Wait()
		})
	}
}

// spoil does what planners do to a result, and worse.
func spoil(r threeway.Result) {
	for i := range r.Conflicts {
		r.Conflicts[i].Detail += "; spoilt"
		for k := range r.Conflicts[i].Hunks {
			r.Conflicts[i].Hunks[k].Ours = "spoilt"
		}
	}
	for i := range r.Objects {
		r.Objects[i] = gitops.Object{}
	}
}

// TestMemoryKeepsNoDecision: what a person settled is asked anew each time.
func TestMemoryKeepsNoDecision(t *testing.T) {
	shared := threeway.NewMemory(1 << 20)
	settled := 0
	for _, c := range memoryCases(t) {
		if len(c.want.Conflicts) == 0 || c.want.NeedsGit != "" {
			continue
		}
		for range 2 {
			with := c
			with.opt.Settle = func(gitops.Conflict) (threeway.Settlement, bool) {
				settled++
				return threeway.Settlement{KeepOurs: true}, true
			}
			before := settled
			with.merge(t, shared)
			if settled == before {
				t.Fatalf("nobody was asked about %+v", c.want.Conflicts)
			}
			if got := c.merge(t, shared); !reflect.DeepEqual(got, c.want) {
				t.Fatalf("after a decision: %+v, want %+v", got, c.want)
			}
		}
	}
	if settled == 0 {
		t.Fatal("no conflict was generated")
	}
}
