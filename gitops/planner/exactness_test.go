package planner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
)

// TestExactnessNamesWhatStays: of two files that the suspect changed, one was
// edited since. The deployment is the newest without the suspect.
func TestExactnessNamesWhatStays(t *testing.T) {
	b := newBench(t)
	start := b.Rev("HEAD")
	old := b.Commit("Old", map[string]string{"README.md": "old\n"})
	suspect := b.Commit("Suspect", map[string]string{"price/total.go": lines(1, 30, 5), "price/tax.go": lines(1, 20, 3)})
	released := b.Rev("HEAD")
	edit := b.Commit("Edit", map[string]string{"price/total.go": lines(1, 30, 5, 25)})
	again := b.Commit("Again", map[string]string{"price/total.go": lines(1, 30, 5, 25, 28)})
	b.Commit("Elsewhere", map[string]string{"README.md": "new\n"})
	snap := b.snapshot()
	for _, c := range []struct {
		tag    string
		commit gitops.Hash
	}{{"v3", released}, {"v2", old}, {"v1", start}} {
		snap.Batches = append(snap.Batches, gitops.Batch{Deployment: gitops.Deployment{Tag: c.tag, Commit: c.commit}})
	}
	p := b.plan(snap, gitops.Remedy{Commits: []gitops.Hash{suspect}})
	got := p.Exactness
	if p.Verdict != gitops.VerdictClean || got.Deployment != "v2" || !slices.Equal(got.Identical, []string{"price/tax.go"}) {
		t.Fatalf("%s: %+v", p.Verdict, got)
	}
	if len(got.Edited) != 1 || got.Edited[0].Path != "price/total.go" || !slices.Equal(got.Edited[0].Commits, []gitops.Hash{again, edit}) {
		t.Errorf("edited %+v, want %v", got.Edited, []gitops.Hash{again, edit})
	}
	// git's own comparison of the same paths.
	differs := b.Git("diff-tree", "-r", "--name-only", old.String(), b.treeOf(p))
	for _, path := range got.Identical {
		if strings.Contains(differs, path) {
			t.Errorf("git says that %s differs from v2: %s", path, differs)
		}
	}
	if p.FromRelease != "" {
		t.Errorf("identical to %s as a whole", p.FromRelease)
	}
	all := b.plan(snap, gitops.Remedy{Commits: []gitops.Hash{suspect, edit, again}})
	if all.FromRelease != "v2" || len(all.Exactness.Edited) != 0 || len(all.Exactness.Identical) != 2 {
		t.Errorf("all three reverted: %q %+v", all.FromRelease, all.Exactness)
	}
}

// treeOf stores a plan's objects, for git to read.
func (b *bench) treeOf(p gitops.Plan) string {
	b.t.Helper()
	for _, o := range p.Objects {
		if _, err := b.GitInput(string(o.Data), "hash-object", "-w", "--stdin", "-t", string(o.Kind)); err != nil {
			b.t.Fatal(err)
		}
	}
	return p.Tree.String()
}

// TestExactnessGoesByAncestry: a commit that was made before a deployment and
// merged after it is not in that deployment.
func TestExactnessGoesByAncestry(t *testing.T) {
	b := newBench(t)
	b.CheckoutNew("topic")
	suspect := b.Commit("Early, on a branch", map[string]string{"topic.go": "topic\n"})
	b.Checkout("main")
	released := b.Commit("Released without it", map[string]string{"README.md": "released\n"})
	b.Merge("topic")
	snap := b.snapshot()
	for i, c := range []gitops.Hash{b.Rev("main"), released} {
		snap.Batches = append(snap.Batches, gitops.Batch{Deployment: gitops.Deployment{Tag: fmt.Sprintf("v%d", 2-i), Commit: c}})
	}
	p := b.plan(snap, gitops.Remedy{Commits: []gitops.Hash{suspect}})
	if p.Exactness.Deployment != "v1" || !slices.Equal(p.Exactness.Identical, []string{"topic.go"}) || p.FromRelease != "v1" {
		t.Errorf("%+v, %q", p.Exactness, p.FromRelease)
	}
}

// TestExactnessPrefersTheBranch: a newer release of another branch has the same
// paths, and so has a newer one of this branch that reverted the suspect before.
// What the revert goes back to is the deployment before the suspect.
func TestExactnessPrefersTheBranch(t *testing.T) {
	b := newBench(t)
	before := b.Commit("Before", map[string]string{"README.md": "before\n"})
	b.CheckoutNew("maintenance")
	elsewhere := b.Commit("Elsewhere", map[string]string{"price/tax.go": lines(1, 20, 7)})
	b.Checkout("main")
	suspect := b.Commit("Suspect", map[string]string{"price/total.go": lines(1, 30, 5)})
	bad := b.Rev("HEAD")
	b.Git("revert", "--no-edit", suspect.String())
	back := b.Rev("HEAD")
	b.Git("revert", "--no-edit", back.String())
	snap := b.snapshot()
	for _, c := range []struct {
		tag    string
		commit gitops.Hash
	}{{"v1.0.1", elsewhere}, {"v3", back}, {"v2", bad}, {"v1", before}} {
		snap.Batches = append(snap.Batches, gitops.Batch{Deployment: gitops.Deployment{Tag: c.tag, Commit: c.commit}})
	}
	named := func(remedy gitops.Remedy, from, exact string) {
		t.Helper()
		if p := b.plan(snap, remedy); p.Verdict != gitops.VerdictClean || p.FromRelease != from || p.Exactness.Deployment != exact {
			t.Errorf("%s, from %q, compared with %+v; want %q and %q", p.Verdict, p.FromRelease, p.Exactness, from, exact)
		}
	}
	named(gitops.Remedy{Commits: []gitops.Hash{suspect}}, "v1", "v1")
	// Where the one before differs, the branch's own come first; then any.
	edit := b.Commit("Edit", map[string]string{"price/tax.go": lines(1, 20, 3)})
	tip := b.Commit("More", map[string]string{"price/tax.go": lines(1, 20, 3, 9)})
	snap = gitops.Snapshot{Branch: "main", Remote: "origin", Tip: tip, Batches: snap.Batches}
	snap.Batches = append([]gitops.Batch{{Deployment: gitops.Deployment{Tag: "v4", Commit: edit}}}, snap.Batches...)
	named(gitops.Remedy{Commits: []gitops.Hash{edit, tip}}, "v3", "v3")
	named(gitops.Remedy{Commits: []gitops.Hash{tip}}, "v4", "v4")
	b.Commit("As elsewhere", map[string]string{"price/tax.go": lines(1, 20, 7)})
	last := b.Commit("Beyond", map[string]string{"price/tax.go": lines(1, 20, 7, 15)})
	snap.Tip = last
	named(gitops.Remedy{Commits: []gitops.Hash{last}}, "v1.0.1", "v4")
}
