package history

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"

	"pgregory.net/rapid"
)

// store writes the graph into a real repository and gives the ids that git
// gave to its commits, in the graph's order.
func (g *graph) store(t *rapid.T, repo *gittest.Repo) []gitops.Hash {
	var script strings.Builder
	for i, c := range g.commits {
		fmt.Fprintf(&script, "reset refs/heads/tmp\n\ncommit refs/heads/tmp\nmark :%d\n", i+1)
		fmt.Fprintf(&script, "committer A <a@example.com> %d +0000\n", c.Committer.When.Unix())
		fmt.Fprintf(&script, "data %d\n%s\n", len(c.Message), c.Message)
		for k, p := range c.Parents {
			word := "merge"
			if k == 0 {
				word = "from"
			}
			fmt.Fprintf(&script, "%s :%d\n", word, g.byHash[p]+1)
		}
		script.WriteString("\n")
	}
	marks := repo.Path("marks")
	if _, err := repo.GitInput(script.String(), "fast-import", "--quiet", "--force", "--export-marks="+marks); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(marks)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]gitops.Hash, len(g.commits))
	for line := range strings.Lines(string(data)) {
		var mark int
		var id string
		if _, err := fmt.Sscanf(line, ":%d %s", &mark, &id); err != nil {
			t.Fatal(err)
		}
		ids[mark-1] = gitops.MustHash(id)
	}
	return ids
}

func revList(repo *gittest.Repo, args ...string) []gitops.Hash {
	var out []gitops.Hash
	for line := range strings.FieldsSeq(repo.Git(append([]string{"rev-list"}, args...)...)) {
		out = append(out, gitops.MustHash(line))
	}
	return out
}

// With clocks that agree, git's own answers are exact, and its order is ours.
func TestAsGitAnswers(t *testing.T) {
	repo := gittest.New(t)
	objs := repo.Objects()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t, 12, false)
		// git leaves the order of equal dates to chance.
		for i := range g.commits {
			when := &g.commits[i].Committer.When
			*when = when.AddDate(0, 0, i)
		}
		ids := g.store(t, repo)
		a, b := ids[rapid.IntRange(0, len(ids)-1).Draw(t, "a")], ids[rapid.IntRange(0, len(ids)-1).Draw(t, "b")]
		got, _, err := Between(context.Background(), objs, a, b, 0)
		if err != nil {
			t.Fatal(err)
		}
		if want := revList(repo, "--date-order", a.String()+".."+b.String()); !slices.Equal(hashes(got), want) {
			t.Fatalf("got %v, git %v", hashes(got), want)
		}
		checkAgainstGit(t, repo, objs, a, b)
	})
}

// With clocks that do not, `git rev-list a..b` may err, but the list of all
// that one commit contains, merge-base and is-ancestor do not.
func TestAsGitAnswersUnderSkew(t *testing.T) {
	repo := gittest.New(t)
	objs := repo.Objects()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t, 12, true)
		ids := g.store(t, repo)
		a, b := ids[rapid.IntRange(0, len(ids)-1).Draw(t, "a")], ids[rapid.IntRange(0, len(ids)-1).Draw(t, "b")]
		got, _, err := Between(context.Background(), objs, a, b, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := minus(toSet(revList(repo, b.String())), toSet(revList(repo, a.String())))
		if !maps.Equal(toSet(hashes(got)), want) {
			t.Fatalf("got %d, git %d", len(got), len(want))
		}
		checkAgainstGit(t, repo, objs, a, b)
	})
}

func checkAgainstGit(t *rapid.T, repo *gittest.Repo, objs gitops.Objects, a, b gitops.Hash) {
	_, refused := repo.TryGit("merge-base", "--is-ancestor", a.String(), b.String())
	got, err := IsAncestor(context.Background(), objs, a, b)
	if err != nil || got != (refused == nil) {
		t.Fatalf("is ancestor: %v, %v; git %v", got, err, refused)
	}
	bases, err := MergeBases(context.Background(), objs, a, b)
	if err != nil {
		t.Fatal(err)
	}
	out, err := repo.TryGit("merge-base", "--all", a.String(), b.String())
	if err != nil && len(bases) > 0 {
		t.Fatalf("git finds no merge base: %v", err)
	}
	want := map[gitops.Hash]bool{}
	for id := range strings.FieldsSeq(out) {
		want[gitops.MustHash(id)] = true
	}
	if !maps.Equal(toSet(bases), want) {
		t.Fatalf("merge bases: %d, git %d", len(bases), len(want))
	}
}

func TestShallowCloneIsWalkedToItsBoundary(t *testing.T) {
	repo := gittest.New(t)
	for i := range 10 {
		repo.Commit(fmt.Sprintf("commit %d", i), map[string]string{"file": fmt.Sprint(i)})
	}
	repo.Tag("v1")
	repo.Commit("after v1", nil)
	clone := repo.Clone("--depth=4")
	tip := clone.Head()
	deployed := gitops.Deployment{Tag: "v1", Commit: repo.Rev("v1")}
	got, err := Walk(context.Background(), clone.Objects(), tip, []gitops.Deployment{deployed}, &deployed, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Commits) != 4 || !got.Cut || !got.Batches[0].Truncated || got.Unreleased.Truncated {
		t.Errorf("%d commits, cut %v, truncated %v %v", len(got.Commits), got.Cut, got.Batches[0].Truncated, got.Unreleased.Truncated)
	}
}
