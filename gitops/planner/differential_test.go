package planner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// byGit is what `git revert` made of a sequence of commits.
type byGit struct {
	// conflict is the first commit that git could not revert, zero if none.
	conflict gitops.Hash
	// trees are those after each commit that changed something, with the
	// commit that it reverts.
	trees    []gitops.Hash
	reverted []gitops.Hash
	// tree is the last one.
	tree gitops.Hash
}

// revert lets git revert the commits one after another on top of onto. Where
// git stops because nothing would change, the commit is skipped, as
// `git revert --skip` does: an empty revert leaves the tree and says no more.
func (s *scratch) revert(h *graph, onto gitops.Hash, mainline int, commits []gitops.Hash) byGit {
	s.Git("reset", "--quiet", "--hard", onto.String())
	got := byGit{tree: h.commits[onto].Tree}
	for _, c := range commits {
		args := []string{"revert", "--no-edit"}
		if h.commits[c].IsMerge() {
			args = append(args, "-m", strconv.Itoa(max(1, mainline)))
		}
		if _, err := s.TryGit(append(args, c.String())...); err != nil {
			// Not every conflict leaves an unmerged entry: a directory rename
			// can be in the way of itself.
			if strings.Contains(err.Error(), "could not revert") {
				got.conflict = c
				return got
			}
			if !strings.Contains(err.Error(), "nothing to commit") {
				s.t.Fatalf("%v", err)
			}
			continue
		}
		made, err := s.reader.Commit(s.head())
		if err != nil {
			s.t.Fatalf("%v", err)
		}
		got.tree = made.Tree
		got.trees, got.reverted = append(got.trees, made.Tree), append(got.reverted, c)
	}
	return got
}

// head is HEAD without a process: reset and revert move the branch.
func (s *scratch) head() gitops.Hash {
	data, err := os.ReadFile(s.Path(".git", "refs", "heads", "main"))
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	return gitops.MustHash(strings.TrimSpace(string(data)))
}

// holds compares a plan of several commits with git's own reverts.
func (want byGit) holds(p gitops.Plan, each bool) string {
	ontoTree := p.OntoTree
	switch {
	case !want.conflict.IsZero():
		if p.Verdict != gitops.VerdictConflict || len(p.Merges) == 0 || p.Merges[len(p.Merges)-1].Suspect != want.conflict {
			return fmt.Sprintf("git conflicts at %s", want.conflict)
		}
		return ""
	case want.tree == ontoTree:
		if p.Verdict != gitops.VerdictEmpty || p.Publishable() {
			return "git leaves the tree as it was"
		}
		return ""
	case p.Verdict != gitops.VerdictClean || p.Tree != want.tree:
		return fmt.Sprintf("git makes the tree %s", want.tree)
	case !each:
		if len(p.Commits) != 1 || p.Commits[0].Tree != want.tree || !slices.Equal(p.Commits[0].Reverts, p.Selection) {
			return "not one commit with git's tree for all"
		}
		return ""
	}
	var trees, reverted []gitops.Hash
	for _, c := range p.Commits {
		trees, reverted = append(trees, c.Tree), append(reverted, c.Reverts...)
	}
	if !slices.Equal(trees, want.trees) || !slices.Equal(reverted, want.reverted) {
		return fmt.Sprintf("git makes %v of %v, not %v of %v", want.trees, want.reverted, trees, reverted)
	}
	return ""
}

// treeAfter is what git made of the commit at which the plan stopped.
func (want byGit) treeAfter(p gitops.Plan) gitops.Hash {
	if len(p.Merges) > 0 {
		if i := slices.Index(want.reverted, p.Merges[len(p.Merges)-1].Suspect); i >= 0 {
			return want.trees[i]
		}
	}
	return gitops.Hash{}
}

// gitIsWrong reports what package threeway leaves to a person on purpose though
// git calls it clean, each proven by what git made: before 2.51, a file lost
// where the rename of a directory leads back to where it was; and a rename onto
// a file that both sides have alike, of which our side changed the source: git
// commits conflict markers there, or drops our change with the source.
func (s *scratch) gitIsWrong(p gitops.Plan, tree gitops.Hash) bool {
	if p.Verdict != gitops.VerdictConflict || tree.IsZero() {
		return false
	}
	m := p.Merges[len(p.Merges)-1]
	for _, c := range p.Conflicts {
		switch c.Kind {
		case gitops.ConflictDirRename:
			if gitBefore(s.t, 51) {
				return true
			}
		case gitops.ConflictRenameAdd:
			made := s.at(tree, c.Path)
			data, err := s.reader.Blob(made)
			if err == nil && strings.Contains(string(data), "<<<<<<< ") {
				return true
			}
			if !made.IsZero() && made == s.at(m.Theirs, c.Path) && made == s.at(m.Ours, c.Path) {
				return true
			}
		}
	}
	return false
}

// at is what a tree has at a path, zero for nothing. A tree that only the plan
// has, and git does not, has nothing to say either.
func (s *scratch) at(tree gitops.Hash, path string) gitops.Hash {
	e, _, err := treediff.Lookup(s.reader, tree, path)
	if err != nil {
		return gitops.Hash{}
	}
	return e.Hash
}

// asGit gives a planner the merge settings of the git at hand.
func asGit(t gittest.TB, p *Planner) *Planner {
	t.Helper()
	p.Merge = threeway.Options{DropTail: gitBefore(t, 44)}
	return p
}

func gitBefore(t gittest.TB, than int) bool {
	t.Helper()
	out, err := exec.Command("git", "version").Output()
	if err != nil {
		t.Fatalf("%v", err)
	}
	var major, minor int
	if _, err := fmt.Sscanf(string(out), "git version %d.%d", &major, &minor); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return major == 2 && minor < than
}

// TestPlansEqualGitReverts plans random selections on random histories and
// lets git revert the same commits in a work tree. Each history serves several
// selections; -rapid.checks deepens it.
func TestPlansEqualGitReverts(t *testing.T) {
	s := newScratch(t)
	tally := map[gitops.Verdict]int{}
	few(t, func(rt *rapid.T) {
		h := drawGraph(rt, 12, rapid.Bool().Draw(rt, "skew"))
		s.load(h.memory)
		p := asGit(t, h.planner())
		for range 3 {
			remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: drawSelection(rt, h)}
			remedy.Mainline = rapid.IntRange(0, 2).Draw(rt, "mainline")
			if remedy.Mainline == 2 {
				remedy = onlyMerges(h, remedy)
			}
			remedy.Each = rapid.Bool().Draw(rt, "each")
			plan, err := p.PlanRevert(context.Background(), h.snapshot(), remedy)
			if err != nil {
				rt.Fatal(err)
			}
			tally[plan.Verdict]++
			want := s.revert(h, h.tip(), remedy.Mainline, plan.Selection)
			if fault := want.holds(plan, remedy.Each); fault != "" && !s.gitIsWrong(plan, want.treeAfter(plan)) {
				rt.Fatalf("%s\nplan: %s %s %s\nmerges %+v\nconflicts %+v", fault, plan.Verdict, plan.Reason, plan.Tree, plan.Merges, plan.Conflicts)
			}
			complete(rt, h, plan)
		}
	})
	t.Logf("verdicts: %v", tally)
	for _, v := range []gitops.Verdict{gitops.VerdictClean, gitops.VerdictConflict} {
		if tally[v] == 0 {
			t.Errorf("no plan was %s: the generator tests nothing of it", v)
		}
	}
}

// onlyMerges leaves the merges of a selection; where there is none, a second
// parent cannot be asked for.
func onlyMerges(h *graph, r gitops.Remedy) gitops.Remedy {
	merges := slices.DeleteFunc(slices.Clone(r.Commits), func(id gitops.Hash) bool { return !h.commits[id].IsMerge() })
	if len(merges) == 0 {
		r.Mainline = 0
		return r
	}
	r.Commits = merges
	return r
}

// TestNothingLeftAmongSeveral: where git stops at a commit of which nothing is
// left, the plan goes on without it, and makes no empty commit.
func TestNothingLeftAmongSeveral(t *testing.T) {
	st := newStory(files{"a": *text(lines(1, 9)), "b": *text("b\n")})
	gone := st.then("gone\n", map[string]*file{"a": text(lines(1, 9, 3))})
	back := st.then("back by hand\n", map[string]*file{"a": text(lines(1, 9))})
	kept := st.then("kept\n", map[string]*file{"b": text("changed\n")})
	s := newScratch(t)
	s.load(st.memory)
	for _, c := range []struct {
		name    string
		commits []gitops.Hash
		verdict gitops.Verdict
		made    int
	}{
		{"alone", []gitops.Hash{gone}, gitops.VerdictEmpty, 0},
		{"oldest", []gitops.Hash{gone, kept}, gitops.VerdictClean, 1},
		{"with what took it back", []gitops.Hash{gone, back}, gitops.VerdictEmpty, 0},
		{"all", []gitops.Hash{back, kept, gone}, gitops.VerdictClean, 3},
	} {
		for _, each := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, each %v", c.name, each), func(t *testing.T) {
				p := st.planOf(t, st.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: c.commits, Each: each})
				made := min(c.made, 1)
				if each {
					made = c.made
				}
				if p.Verdict != c.verdict || len(p.Commits) != made {
					t.Errorf("%s with %d commits, want %s with %d", p.Verdict, len(p.Commits), c.verdict, made)
				}
				if fault := s.revert(st.graph, st.tip(), 0, p.Selection).holds(p, each); fault != "" {
					t.Error(fault)
				}
			})
		}
	}
}

// complete walks the trees of a plan: each object is in the repository or in
// Plan.Objects, and there it stands behind all that it refers to.
func complete(t *rapid.T, h *graph, p gitops.Plan) {
	have := map[gitops.Hash]bool{}
	for _, o := range p.Objects {
		if gitops.HashObject(o.Kind, o.Data) != o.Hash {
			t.Fatalf("object %s has another content", o.Hash)
		}
		if o.Kind == gitops.KindTree {
			entries, err := gitops.DecodeTree(o.Data)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if _, stored := h.memory[e.Hash]; !stored && !have[e.Hash] {
					t.Fatalf("%s refers to %s, which comes after it or not at all", o.Hash, e.Name)
				}
			}
		}
		have[o.Hash] = true
	}
	for _, c := range p.Commits {
		if _, stored := h.memory[c.Tree]; !stored && !have[c.Tree] {
			t.Fatalf("tree %s is nowhere", c.Tree)
		}
	}
}
