package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// TestTouchingIsGitLogOnPaths holds touching to what git lists for the same
// paths without simplifying history.
func TestTouchingIsGitLogOnPaths(t *testing.T) {
	s := newScratch(t)
	found := 0
	few(t, func(rt *rapid.T) {
		h := drawGraph(rt, 16, rapid.Bool().Draw(rt, "skew"))
		s.load(h.memory)
		d, err := h.planner().newDraft(context.Background(), h.snapshot(), gitops.Remedy{})
		if err != nil {
			rt.Fatal(err)
		}
		var all []gitops.Commit
		for _, id := range h.revertible() {
			all = append(all, h.commits[id])
		}
		for range 3 {
			paths := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
				"a", "b", "d", "d/c", "d/e", "d/x", "d/x/f", "g", "g/h", "n", "n/c", "e", "a2/below", "nowhere", "d/x/",
			}), 1, 4, rapid.ID[string]).Draw(rt, "paths")
			got, err := d.touching(all, newPathSet(paths...), len(all)+1)
			if err != nil {
				rt.Fatal(err)
			}
			merges := slices.DeleteFunc(slices.Clone(got), func(id gitops.Hash) bool { return !h.commits[id].IsMerge() })
			got = slices.DeleteFunc(got, func(id gitops.Hash) bool { return h.commits[id].IsMerge() })
			args := append([]string{"--literal-pathspecs", "rev-list", "--full-history", "--no-merges", "--min-parents=1", h.tip().String(), "--"}, paths...)
			var want []gitops.Hash
			for _, line := range strings.Fields(s.Git(args...)) {
				want = append(want, gitops.MustHash(line))
			}
			if !slices.Equal(sorted(got), sorted(want)) {
				rt.Fatalf("%q: got %v\nwant %v", paths, sorted(got), sorted(want))
			}
			found += len(want)
			for _, c := range all {
				if c.IsMerge() && slices.Contains(merges, c.Hash) != evil(h, c, paths) {
					rt.Fatalf("%q: merge %q counts: %v", paths, c.Message, slices.Contains(merges, c.Hash))
				}
			}
			if most, err := d.touching(all, newPathSet(paths...), 1); err != nil || len(most) > 1 {
				rt.Fatalf("at most one: %v %v", most, err)
			}
		}
	})
	if found == 0 {
		t.Error("no path was ever touched")
	}
}

// evil reports whether a merge has something at the paths that none of its
// parents has.
func evil(h *graph, c gitops.Commit, paths []string) bool {
	at := func(id gitops.Hash) string {
		var b strings.Builder
		for _, path := range h.trees[id].paths() {
			for _, p := range paths {
				if p = strings.TrimSuffix(p, "/"); path == p || strings.HasPrefix(path, p+"/") {
					fmt.Fprintln(&b, path, h.trees[id][path])
					break
				}
			}
		}
		return b.String()
	}
	return !slices.ContainsFunc(c.Parents, func(p gitops.Hash) bool { return at(p) == at(c.Hash) })
}
