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

// deployed is a history with two deployments on it, v1 before v2.
type deployed struct {
	*graph
	before, after gitops.Hash
	snap          gitops.Snapshot
}

// drawDeployed draws two commits of one history as deployments; neither need
// contain the other.
func drawDeployed(t *rapid.T) deployed {
	h := drawGraph(t, 14, rapid.Bool().Draw(t, "skew"))
	two := rapid.Permutation(h.order).Draw(t, "deployed")
	d := deployed{graph: h, before: two[0], after: two[1], snap: h.snapshot()}
	if h.ancestors(d.before)[d.after] {
		d.before, d.after = d.after, d.before
	}
	in, was := h.ancestors(d.after), h.ancestors(d.before)
	in[d.after], was[d.before] = true, true
	var batch []gitops.Hash
	for _, id := range slices.Backward(h.order) {
		if in[id] && !was[id] {
			batch = append(batch, id)
		}
	}
	d.snap.Batches = []gitops.Batch{
		{Deployment: gitops.Deployment{Tag: "v2", Commit: d.after}, Previous: "v1", Commits: batch},
		{Deployment: gitops.Deployment{Tag: "v1", Commit: d.before}},
	}
	return d
}

// mergeTree lets git do to ours what led from base to theirs.
func (s *scratch) mergeTree(base, ours, theirs gitops.Hash) (tree gitops.Hash, clean bool) {
	root := s.commitTree(base)
	out, err := s.TryGit("merge-tree", "--write-tree", "--no-messages", s.commitTree(ours, root), s.commitTree(theirs, root))
	if err != nil {
		if !strings.Contains(err.Error(), "exit status 1\n") {
			s.t.Fatalf("%v", err)
		}
		return gitops.Hash{}, false
	}
	return gitops.MustHash(strings.TrimSpace(out)), true
}

// commitTree makes a commit with a tree: git before 2.40 takes no merge base,
// so the two sides share one parentless base instead.
func (s *scratch) commitTree(tree gitops.Hash, parents ...string) string {
	args := []string{"commit-tree", "-m", "side"}
	for _, p := range parents {
		args = append(args, "-p", p)
	}
	return s.Git(append(args, tree.String())...)
}

// TestRevertedDeploymentIsGitsMerge: base is the deployment's tree, theirs
// that of where it left the one before it.
func TestRevertedDeploymentIsGitsMerge(t *testing.T) {
	s := newScratch(t)
	tally := map[gitops.Verdict]int{}
	few(t, func(rt *rapid.T) {
		d := drawDeployed(rt)
		s.load(d.memory)
		p := asGit(t, d.planner())
		plan, err := p.PlanRevert(context.Background(), d.snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v2"})
		if err != nil {
			rt.Fatal(err)
		}
		tally[plan.Verdict]++
		bases := strings.Fields(s.Git("merge-base", "--all", d.before.String(), d.after.String()))
		fault := "no merge base fits"
		for _, base := range bases {
			theirs := d.commits[gitops.MustHash(base)].Tree
			tree, clean := s.mergeTree(d.commits[d.after].Tree, d.commits[d.tip()].Tree, theirs)
			if fault = outcome(plan, tree, clean); fault == "" || s.gitIsWrong(plan, tree) {
				fault = ""
				break
			}
		}
		if fault != "" {
			rt.Fatalf("%s; plan %s %s %s", fault, plan.Verdict, plan.Reason, plan.Tree)
		}
		complete(rt, d.graph, plan)
	})
	t.Logf("verdicts: %v", tally)
	if tally[gitops.VerdictClean] == 0 || tally[gitops.VerdictConflict] == 0 {
		t.Error("the generator tests nothing of this")
	}
}

func outcome(p gitops.Plan, tree gitops.Hash, clean bool) string {
	switch {
	case !clean && p.Verdict != gitops.VerdictConflict:
		return "git conflicts"
	case clean && tree == p.OntoTree && p.Verdict != gitops.VerdictEmpty:
		return "git changes nothing"
	case clean && tree != p.OntoTree && (p.Verdict != gitops.VerdictClean || p.Tree != tree):
		return fmt.Sprintf("git makes %s", tree)
	}
	return ""
}

// TestRestoredTreeIsTheDeployments, to the hash, with nothing new to store.
func TestRestoredTreeIsTheDeployments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDeployed(t)
		want := d.commits[d.after].Tree
		p, err := d.planner().PlanRevert(context.Background(), d.snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v2"})
		if err != nil {
			t.Fatal(err)
		}
		if want == p.OntoTree {
			if p.Verdict != gitops.VerdictEmpty || len(p.Commits) > 0 {
				t.Fatalf("%s, though the tip has that tree", p.Verdict)
			}
			return
		}
		if p.Verdict != gitops.VerdictClean || p.Tree != want || len(p.Objects) > 0 || len(p.Commits) != 1 || p.Commits[0].Tree != want {
			t.Fatalf("%s tree %s, want %s, %d objects", p.Verdict, p.Tree, want, len(p.Objects))
		}
		in := d.ancestors(d.tip())
		kept := d.ancestors(d.after)
		in[d.tip()], kept[d.after] = true, true
		var undone []gitops.Hash
		for _, id := range d.order {
			if in[id] && !kept[id] {
				undone = append(undone, id)
			}
		}
		if !slices.Equal(sorted(p.Selection), sorted(undone)) {
			t.Fatalf("undone %v, want %v", sorted(p.Selection), sorted(undone))
		}
	})
}

// TestDeploymentOneByOneIsWhole: a listing that was cut short does not cut the
// revert short.
func TestDeploymentOneByOneIsWhole(t *testing.T) {
	s := newStory(files{"a": *text("a\n"), "b": *text("b\n"), "c": *text("c\n")})
	first := s.tip()
	var batch []gitops.Hash
	for _, path := range []string{"a", "b", "c"} {
		batch = append([]gitops.Hash{s.then("change "+path+"\n", map[string]*file{path: text("changed\n")})}, batch...)
	}
	s.then("after\n", map[string]*file{"d": text("d\n")})
	snap := s.snapshot()
	remedy := gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v2", Each: true}
	snap.Batches = []gitops.Batch{
		{Deployment: gitops.Deployment{Tag: "v2", Commit: batch[0]}, Previous: "v1", Commits: batch},
		{Deployment: gitops.Deployment{Tag: "v1", Commit: first}},
	}
	whole := s.planOf(t, snap, remedy)
	snap.Batches[0].Commits, snap.Batches[0].Truncated = batch[:1], true
	cut := s.planOf(t, snap, remedy)
	remedy.Each = false
	atOnce := s.planOf(t, snap, remedy)
	if len(whole.Commits) != 3 || whole.Tree != cut.Tree || len(cut.Commits) != 3 || atOnce.Tree != whole.Tree {
		t.Errorf("%d commits to %s, cut short %d to %s, at once %s", len(whole.Commits), whole.Tree, len(cut.Commits), cut.Tree, atOnce.Tree)
	}
}

// TestCountsOfARestoreAreTrue, however many commits it takes back, and however
// few of the unreleased ones the snapshot lists.
func TestCountsOfARestoreAreTrue(t *testing.T) {
	const later = 1234
	s := newStory(files{"a": *text("a\n")})
	first := s.tip()
	suspect := s.then("change\n", map[string]*file{"b": text("b\n")})
	released := s.tip()
	for i := range later {
		s.then("more\n", map[string]*file{"a": text(fmt.Sprintln(i))})
	}
	snap := s.snapshot()
	snap.Batches = []gitops.Batch{{Deployment: gitops.Deployment{Tag: "v1", Commit: first}}}
	snap.Deployed = &gitops.Deployment{Tag: "v2", Commit: released}
	snap.Unreleased = gitops.Batch{Commits: []gitops.Hash{s.tip()}, Truncated: true}
	p := s.planOf(t, snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1"})
	if want := fmt.Sprintf("- and %d more\n", later+1-maxInMessage); len(p.Selection) != later+1 || !strings.HasSuffix(p.Message, want) {
		t.Errorf("%d selected, want %d; the message ends in %q", len(p.Selection), later+1, p.Message[len(p.Message)-30:])
	}
	p = s.planOf(t, snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	if len(p.Collateral) != later {
		t.Errorf("%d ship along, want %d", len(p.Collateral), later)
	}
}
