package wording_test

import (
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

func TestExactNamesLaterEdits(t *testing.T) {
	one, two := gitops.MustHash(strings.Repeat("1", 40)), gitops.MustHash(strings.Repeat("2", 40))
	named := func(h gitops.Hash) string { return h.Short() + " Title" }
	p := gitops.Plan{Verdict: gitops.VerdictClean, Exactness: gitops.Exactness{
		Deployment: "v1.41.0", Identical: []string{"x", "y", "z"},
		Edited: []gitops.LaterEdits{{Path: "a.go", Commits: []gitops.Hash{one, two}}, {Path: "b.go"}},
	}}
	want := "3 of 5 paths are identical to v1.41.0; edits since then stay in a.go (" + one.Short() + " Title and 1 more), b.go"
	if got := wording.Exact(p, 200, named); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for i := range 30 {
		p.Exactness.Edited = append(p.Exactness.Edited, gitops.LaterEdits{Path: fmt.Sprintf("dir/file%d.go", i), Commits: []gitops.Hash{one}})
	}
	for _, room := range []int{116, 192} {
		got := wording.Exact(p, room, named)
		if term.Width(got) > room || !strings.HasSuffix(got, " more") {
			t.Errorf("room %d: %d cells, %q", room, term.Width(got), got)
		}
	}
	p.FromRelease = "v1.40.0"
	if got := wording.Exact(p, 80, named); got != wording.Exactness(p) {
		t.Errorf("identical as a whole: %q", got)
	}
	p.FromRelease, p.Verdict = "", gitops.VerdictConflict
	if got := wording.Exact(p, 80, named); got != "" {
		t.Errorf("a conflict is exact: %q", got)
	}
}

// TestExactTellsWhyAPathDiffers: a hunk that the person left out, and a conflict
// that they settled, are no later edits.
func TestExactTellsWhyAPathDiffers(t *testing.T) {
	one := gitops.MustHash(strings.Repeat("1", 40))
	named := func(h gitops.Hash) string { return h.Short() }
	p := gitops.Plan{
		Verdict: gitops.VerdictClean, LeftOut: []gitops.LeftOut{{Path: "a.go", Hunks: 1, Of: 3}, {Path: "new", OldPath: "old"}},
		Resolved:  []string{"b.go"},
		Exactness: gitops.Exactness{Deployment: "v1", Identical: []string{"x"}, Edited: []gitops.LaterEdits{{Path: "a.go", Commits: []gitops.Hash{one}}}},
	}
	if got, want := wording.Exact(p, 200, named), "1 of 2 paths is identical to v1; left-out hunks stay in a.go"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Exactness.Edited = append(p.Exactness.Edited, gitops.LaterEdits{Path: "b.go"}, gitops.LaterEdits{Path: "c.go", Commits: []gitops.Hash{one}})
	want := "1 of 4 paths is identical to v1; edits since then stay in c.go (" + one.Short() + "); left-out hunks stay in a.go; settled by hand: b.go"
	if got := wording.Exact(p, 200, named); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for i := range 30 {
		name := fmt.Sprintf("dir/file%d.go", i)
		p.Exactness.Edited = append(p.Exactness.Edited, gitops.LaterEdits{Path: name})
		p.LeftOut = append(p.LeftOut, gitops.LeftOut{Path: name, Hunks: 1, Of: 2})
	}
	if got := wording.Exact(p, 120, named); !strings.Contains(got, "left-out hunks stay in 31 paths") {
		t.Errorf("%q", got)
	}
}
