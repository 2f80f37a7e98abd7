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
	want := "3 of 5 paths are identical to v1.41.0; later edits stay in a.go (" + one.Short() + " Title and 1 more), b.go"
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
