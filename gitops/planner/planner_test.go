package planner

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/release"
)

func TestMain(m *testing.M) { gittest.Main(m) }

// desk is a repository with a planner on it.
type bench struct {
	*gittest.Repo
	t       *testing.T
	planner *Planner
}

func newBench(t *testing.T) *bench {
	t.Helper()
	r := gittest.New(t)
	r.Commit("Start the shop", map[string]string{
		"price/total.go": lines(1, 30), "price/tax.go": lines(1, 20), "README.md": "shop\n",
	})
	return &bench{Repo: r, t: t, planner: &Planner{Now: func() time.Time { return r.Now() }}}
}

// snapshot is what a desk would see, as far as planning needs it.
func (b *bench) snapshot() gitops.Snapshot {
	b.t.Helper()
	b.planner.Objects = b.Objects()
	return gitops.Snapshot{Branch: "main", Remote: "origin", Tip: b.Rev("main"), Commits: b.log()}
}

func (b *bench) log() []gitops.Commit {
	var out []gitops.Commit
	for _, id := range strings.Fields(b.Git("rev-list", "main")) {
		c, err := b.Objects().Commit(gitops.MustHash(id))
		if err != nil {
			b.t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func (b *bench) plan(snap gitops.Snapshot, r gitops.Remedy) gitops.Plan {
	b.t.Helper()
	if r.Kind == "" {
		r.Kind = gitops.RevertCommits
	}
	p, err := b.planner.PlanRevert(context.Background(), snap, r)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *bench) revert(commits ...gitops.Hash) gitops.Plan {
	b.t.Helper()
	return b.plan(b.snapshot(), gitops.Remedy{Commits: commits})
}

// gitTree is the tree after git itself reverted these commits, one by one.
func (b *bench) gitTree(commits ...gitops.Hash) gitops.Hash {
	b.t.Helper()
	b.CheckoutNew(fmt.Sprintf("by-git-%d", len(b.Git("branch"))))
	defer b.Checkout("main")
	for _, h := range commits {
		args := []string{"revert", "--no-edit", h.String()}
		if c, _ := b.Objects().Commit(h); c.IsMerge() {
			args = []string{"revert", "--no-edit", "-m", "1", h.String()}
		}
		b.Git(args...)
	}
	return b.Rev("HEAD^{tree}")
}

func lines(from, to int, changed ...int) string {
	var s strings.Builder
	for i := from; i <= to; i++ {
		word := "line"
		for _, c := range changed {
			if c == i {
				word = "changed"
			}
		}
		fmt.Fprintf(&s, "%s %d\n", word, i)
	}
	return s.String()
}

func TestRevertOneCommitEqualsGit(t *testing.T) {
	b := newBench(t)
	suspect := b.Commit("Round totals per line", map[string]string{"price/total.go": lines(1, 30, 5), "price/round.go": "round\n"})
	b.Commit("Round tax", map[string]string{"price/total.go": lines(1, 30, 5, 25)})
	p := b.revert(suspect)
	if p.Verdict != gitops.VerdictClean {
		t.Fatalf("verdict %s: %s", p.Verdict, p.Reason)
	}
	if want := b.gitTree(suspect); p.Tree != want {
		t.Errorf("tree %s, git makes %s", p.Tree, want)
	}
	want := fmt.Sprintf("Revert \"Round totals per line\"\n\nThis reverts commit %s.\n", suspect)
	if p.Message != want {
		t.Errorf("message %q, want %q", p.Message, want)
	}
	if got := fileList(p); got != "D price/round.go, M price/total.go" {
		t.Errorf("files: %s", got)
	}
	if len(p.Later) != 1 {
		t.Errorf("later commits on the same paths: %v", p.Later)
	}
}

func fileList(p gitops.Plan) string {
	var out []string
	for _, f := range p.Files {
		out = append(out, string(f.Status)+" "+f.Path)
	}
	return strings.Join(out, ", ")
}

func TestRevertSeveralInAnyOrderEqualsGitNewestFirst(t *testing.T) {
	b := newBench(t)
	first := b.Commit("First", map[string]string{"price/total.go": lines(1, 30, 5)})
	second := b.Commit("Second", map[string]string{"price/total.go": lines(1, 30, 5, 6)})
	b.Commit("Other", map[string]string{"README.md": "more\n"})
	p := b.revert(first, second)
	if p.Verdict != gitops.VerdictClean {
		t.Fatalf("verdict %s: %s", p.Verdict, p.Reason)
	}
	if p.Selection[0] != second || p.Selection[1] != first {
		t.Errorf("selection %v is not newest first", p.Selection)
	}
	if want := b.gitTree(second, first); p.Tree != want {
		t.Errorf("tree %s, git makes %s", p.Tree, want)
	}
	if len(p.Commits) != 1 || len(p.Merges) != 2 {
		t.Errorf("%d commits of %d merges, want one of two", len(p.Commits), len(p.Merges))
	}
}

func TestEachMakesOneCommitASuspect(t *testing.T) {
	b := newBench(t)
	first := b.Commit("First", map[string]string{"price/total.go": lines(1, 30, 5)})
	second := b.Commit("Second", map[string]string{"price/tax.go": lines(1, 20, 9)})
	p := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{first, second}, Each: true})
	if len(p.Commits) != 2 || p.Commits[1].Tree != p.Tree {
		t.Fatalf("commits %+v, tree %s", p.Commits, p.Tree)
	}
	for i, subject := range []string{`Revert "Second"`, `Revert "First"`} {
		if got := (gitops.Commit{Message: p.Commits[i].Message}).Subject(); got != subject {
			t.Errorf("commit %d: %s, want %s", i, got, subject)
		}
	}
	if want := b.gitTree(second); p.Commits[0].Tree != want {
		t.Errorf("first tree %s, git makes %s", p.Commits[0].Tree, want)
	}
}

func TestMergeCommitIsRevertedAgainstItsMainline(t *testing.T) {
	b := newBench(t)
	b.CheckoutNew("topic")
	b.Commit("Topic", map[string]string{"topic.go": "topic\n"})
	b.Checkout("main")
	b.Commit("Meanwhile", map[string]string{"README.md": "meanwhile\n"})
	merge := b.Merge("topic")
	p := b.revert(merge)
	if want := b.gitTree(merge); p.Tree != want {
		t.Errorf("tree %s, git makes %s", p.Tree, want)
	}
	if !strings.Contains(p.Message, "reversing\nchanges made to "+b.Rev(merge.String()+"^1").String()+".") {
		t.Errorf("message %q", p.Message)
	}
	if !warns(p, gitops.WarnMergeReland) {
		t.Errorf("no warning that merging again brings nothing back: %v", p.Warnings)
	}
	other := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{merge}, Mainline: 2})
	if got := fileList(other); got != "M README.md" {
		t.Errorf("against parent 2: %s", got)
	}
	ordinary := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{b.Rev(merge.String() + "^1")}, Mainline: 2})
	if ordinary.Verdict != gitops.VerdictRefused || !strings.Contains(ordinary.Reason, "is no merge") {
		t.Errorf("parent 2 of an ordinary commit: %s %s", ordinary.Verdict, ordinary.Reason)
	}
	none := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{merge}, Mainline: 3})
	if none.Verdict != gitops.VerdictRefused || !strings.Contains(none.Reason, "2 parents") {
		t.Errorf("against parent 3: %s %s", none.Verdict, none.Reason)
	}
}

func warns(p gitops.Plan, code string) bool {
	for _, w := range p.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

func TestConflictNamesThePathAndTheDependants(t *testing.T) {
	b := newBench(t)
	suspect := b.Commit("Round totals", map[string]string{"price/total.go": lines(1, 30, 5)})
	b.Commit("Elsewhere in the file", map[string]string{"price/total.go": lines(1, 30, 5, 28)})
	onTop := b.Commit("Round better", map[string]string{"price/total.go": strings.Replace(lines(1, 30, 5, 28), "changed 5", "better 5", 1)})
	p := b.revert(suspect)
	if p.Verdict != gitops.VerdictConflict || len(p.Conflicts) != 1 || p.Conflicts[0].Path != "price/total.go" {
		t.Fatalf("verdict %s, conflicts %v", p.Verdict, p.Conflicts)
	}
	if len(p.Conflicts[0].Hunks) == 0 {
		t.Error("the conflict has no hunks")
	}
	if !p.Tree.IsZero() || len(p.Commits) != 0 || p.Publishable() {
		t.Error("a conflict left something to publish")
	}
	if len(p.Dependants) != 1 || p.Dependants[0] != onTop {
		t.Errorf("dependants %v, want the one commit whose lines stand in the way, %s", p.Dependants, onTop)
	}
	with := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{suspect}, WithDependants: true})
	if with.Verdict != gitops.VerdictClean || with.Selection[0] != onTop || with.Selection[1] != suspect {
		t.Fatalf("with dependants: %s %s %v", with.Verdict, with.Reason, with.Selection)
	}
	if want := b.gitTree(onTop, suspect); with.Tree != want {
		t.Errorf("tree %s, git makes %s", with.Tree, want)
	}
}

func TestRefusals(t *testing.T) {
	b := newBench(t)
	root := b.Rev("HEAD")
	b.CheckoutNew("elsewhere")
	other := b.Commit("Elsewhere", map[string]string{"x": "x\n"})
	b.Checkout("main")
	b.Commit("Tip", map[string]string{"y": "y\n"})
	absent := gitops.MustHash(strings.Repeat("ab", 20))
	for _, c := range []struct {
		name, word, code string
		commit           gitops.Hash
	}{
		{"root commit", "root commit", "", root},
		{"another branch", "not on main", gitops.WarnNotOnBranch, other},
		{"missing object", "not in this clone", gitops.WarnMissingObjects, absent},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := b.revert(c.commit)
			if p.Verdict != gitops.VerdictRefused || !strings.Contains(p.Reason, c.word) {
				t.Errorf("verdict %s: %s", p.Verdict, p.Reason)
			}
			if c.code != "" && !warns(p, c.code) {
				t.Errorf("no warning %s", c.code)
			}
			if len(p.Selection) != 1 || p.Selection[0] != c.commit {
				t.Errorf("selection %v", p.Selection)
			}
		})
	}
}

func TestAlreadyReverted(t *testing.T) {
	b := newBench(t)
	said := b.Commit("Said", map[string]string{"price/tax.go": lines(1, 20, 3)})
	b.Git("revert", "--no-edit", said.String())
	revert := b.Rev("HEAD")
	p := b.revert(said)
	if p.Verdict != gitops.VerdictEmpty || p.Reason != "already reverted by "+revert.Short() || !warns(p, gitops.WarnAlreadyReverted) {
		t.Errorf("verdict %s: %s", p.Verdict, p.Reason)
	}
	again := b.revert(revert)
	if again.Verdict != gitops.VerdictClean || !strings.HasPrefix(again.Message, "Reapply \"Said\"\n") {
		t.Errorf("reverting the revert: %s %q", again.Verdict, again.Message)
	}
	b.Git("revert", "--no-edit", revert.String())
	if p := b.revert(said); p.Verdict != gitops.VerdictClean || warns(p, gitops.WarnAlreadyReverted) {
		t.Errorf("a revert that was taken back still counts: %s %v", p.Verdict, p.Warnings)
	}
	quiet := b.Commit("Quiet", map[string]string{"price/tax.go": lines(1, 20, 3, 9)})
	b.Commit("Back by hand", map[string]string{"price/tax.go": lines(1, 20, 3)})
	if p := b.revert(quiet); p.Verdict != gitops.VerdictEmpty || !strings.Contains(p.Reason, "later commits took it back") {
		t.Errorf("verdict %s: %s", p.Verdict, p.Reason)
	}
}

func TestDeploymentsAreRevertedAndRestored(t *testing.T) {
	b := newBench(t)
	base := b.Rev("HEAD")
	b.AnnotatedTag("v1.0.0")
	one := b.Commit("One", map[string]string{"price/total.go": lines(1, 30, 5)})
	two := b.Commit("Two", map[string]string{"price/tax.go": lines(1, 20, 9)})
	b.AnnotatedTag("v1.1.0")
	later := b.Commit("Later", map[string]string{"README.md": "later\n"})
	snap := b.snapshot()
	old := gitops.Deployment{Tag: "v1.0.0", Commit: base}
	bad := gitops.Deployment{Tag: "v1.1.0", Commit: two}
	snap.Batches = []gitops.Batch{
		{Deployment: bad, Previous: "v1.0.0", Commits: []gitops.Hash{two, one}},
		{Deployment: old, Commits: []gitops.Hash{base}},
	}
	snap.Deployed = &bad
	snap.Unreleased = gitops.Batch{Commits: []gitops.Hash{later}}
	snap.Tags = []gitops.Tag{{Name: "v1.0.0", Commit: base, Annotated: true}, {Name: "v1.1.0", Commit: two, Annotated: true}}
	b.planner.Scheme = release.Infer(snap.Tags, nil, release.Options{})

	p := b.plan(snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v1.1.0"})
	if want := b.gitTree(two, one); p.Verdict != gitops.VerdictClean || p.Tree != want {
		t.Errorf("revert: %s %s, git makes %s", p.Verdict, p.Tree, want)
	}
	if p.Tag.Name != "v1.1.1" || p.FromRelease != "v1.0.0" {
		t.Errorf("tag %q, identical to %q", p.Tag.Name, p.FromRelease)
	}
	if len(p.Collateral) != 1 || p.Collateral[0] != later {
		t.Errorf("collateral %v", p.Collateral)
	}
	p = b.plan(snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1.0.0"})
	if want := b.Rev("v1.0.0^{tree}"); p.Tree != want || len(p.Collateral) != 0 || len(p.Selection) != 3 {
		t.Errorf("restore: %s, want %s; along %v, undone %v", p.Tree, want, p.Collateral, p.Selection)
	}
	if p := b.plan(snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v1.0.0"}); p.Verdict != gitops.VerdictRefused {
		t.Errorf("the oldest deployment: %s", p.Verdict)
	}
	snap.Batches = append([]gitops.Batch{{Deployment: gitops.Deployment{Tag: "v1.2.0", Commit: snap.Tip, Status: gitops.StatusFailed}}}, snap.Batches...)
	if p := b.plan(snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v1.2.0"}); p.Verdict != gitops.VerdictRefused || !strings.Contains(p.Reason, "failed, so it brought nothing") {
		t.Errorf("one that failed: %s, %q", p.Verdict, p.Reason)
	}
	_, err := b.planner.PlanRevert(context.Background(), snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v9"})
	if gitops.CodeOf(err) != gitops.CodeUnknownRelease {
		t.Errorf("unknown deployment: %v", err)
	}
}

func TestOwnTagIsChecked(t *testing.T) {
	b := newBench(t)
	b.Commit("Change", map[string]string{"README.md": "x\n"})
	snap := b.snapshot()
	snap.Tags = []gitops.Tag{{Name: "v1.0.0", Commit: snap.Tip}}
	remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{snap.Tip}}
	for name, code := range map[string]gitops.Code{"v1.0.0": gitops.CodeTagTaken, "-x": gitops.CodeBadTag, "a b": gitops.CodeBadTag} {
		remedy.Tag = name
		if _, err := b.planner.PlanRevert(context.Background(), snap, remedy); gitops.CodeOf(err) != code {
			t.Errorf("tag %q: %v, want %s", name, err, code)
		}
	}
	remedy.Tag = "v2.0.0"
	if p := b.plan(snap, remedy); p.Tag.Name != "v2.0.0" || p.Tag.Message == "" && p.Tag.Annotated {
		t.Errorf("tag %+v", p.Tag)
	}
}

func TestEqualPlansHaveEqualIDs(t *testing.T) {
	b := newBench(t)
	h := b.Commit("Change", map[string]string{"README.md": "x\n"})
	one, two := b.revert(h), b.revert(h)
	if one.ID == "" || one.ID != two.ID {
		t.Errorf("ids %q and %q", one.ID, two.ID)
	}
	other := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{h}, Reason: "why"})
	if other.ID == one.ID {
		t.Error("another message has the same id")
	}
}

func TestTagIsSignedOnlyWhereThePersonCanSign(t *testing.T) {
	b := newBench(t)
	h := b.Commit("Change", map[string]string{"README.md": "x\n"})
	snap := b.snapshot()
	snap.Tags = []gitops.Tag{{Name: "v1.0.0", Commit: h, Annotated: true, Signed: true}}
	b.planner.Scheme = release.Infer(snap.Tags, nil, release.Options{})
	remedy := gitops.Remedy{Commits: []gitops.Hash{h}}
	if p := b.plan(snap, remedy); p.Tag.Signed || !p.Tag.Annotated || !warns(p, gitops.WarnUnsigned) {
		t.Errorf("without a key: %+v %v", p.Tag, p.Warnings)
	}
	b.planner.Signing = true
	if p := b.plan(snap, remedy); !p.Tag.Signed || warns(p, gitops.WarnUnsigned) {
		t.Errorf("with a key: %+v %v", p.Tag, p.Warnings)
	}
}
