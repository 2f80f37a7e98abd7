package planner

import (
	"context"
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
		trails := NewTrails(h)
		if rapid.Bool().Draw(rt, "indexed") {
			trails = NewIndexedTrails(h)
		}
		all, err := trails.from(h.tip()).since(context.Background(), []gitops.Hash{h.order[0]})
		if err != nil {
			rt.Fatal(err)
		}
		changing := func(paths []string, max int) []gitops.Hash {
			nodes, err := all.changing(context.Background(), paths, max)
			if err != nil {
				rt.Fatal(err)
			}
			return all.names(nodes)
		}
		for range 3 {
			paths := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
				"a", "b", "d", "d/c", "d/e", "d/x", "d/x/f", "g", "g/h", "n", "n/c", "e", "a2/below", "nowhere", "d/x/",
			}), 1, 4, rapid.ID[string]).Draw(rt, "paths")
			got := changing(paths, len(h.order))
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
			for _, id := range h.revertible() {
				if c := h.commits[id]; c.IsMerge() && slices.Contains(merges, id) != evil(h, c, paths) {
					rt.Fatalf("%q: merge %q counts: %v", paths, c.Message, slices.Contains(merges, id))
				}
			}
			if most := changing(paths, 1); len(most) > 1 {
				rt.Fatalf("at most one: %v", most)
			}
		}
	})
	if found == 0 {
		t.Error("no path was ever touched")
	}
}

// evil reports whether a merge has some file at the paths as none of its parents
// has it.
func evil(h *graph, c gitops.Commit, paths []string) bool {
	all := map[string]bool{}
	for _, id := range append(slices.Clone(c.Parents), c.Hash) {
		for _, path := range h.trees[id].paths() {
			all[path] = true
		}
	}
	for path := range all {
		wanted := slices.ContainsFunc(paths, func(p string) bool {
			p = strings.TrimSuffix(p, "/")
			return path == p || strings.HasPrefix(path, p+"/")
		})
		now, is := h.trees[c.Hash][path]
		if wanted && !slices.ContainsFunc(c.Parents, func(p gitops.Hash) bool {
			was, had := h.trees[p][path]
			return had == is && was == now
		}) {
			return true
		}
	}
	return false
}
