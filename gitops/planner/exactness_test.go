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
