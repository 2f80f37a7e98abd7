package threeway_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

var (
	repoFlag = flag.String("repo", "", "git directory whose last commits TestDifferentialRepository reverts")
	lastFlag = flag.Int("n", 300, "how many commits TestDifferentialRepository reverts")
	fromFlag = flag.String("tip", "HEAD", "onto what TestDifferentialRepository reverts")
)

// agreement counts how a run of merges compares with git's.
type agreement struct {
	clean, conflict, needsGit, gitDied             int
	falseClean, falseConflict, otherTree, otherSet int
}

func (a *agreement) judge(got threeway.Result, want gitResult) string {
	paths := conflictPaths(got)
	switch {
	case want.died:
		a.gitDied++
	case got.NeedsGit != "":
		a.needsGit++
	case got.Clean() && !want.clean:
		a.falseClean++
		return fmt.Sprintf("FALSE CLEAN, git: %q", want.paths)
	case !got.Clean() && want.clean:
		a.falseConflict++
		return fmt.Sprintf("FALSE CONFLICT: %+v", got.Conflicts)
	case got.Clean() && got.Tree != want.tree:
		a.otherTree++
		return fmt.Sprintf("tree %s, git %s", got.Tree, want.tree)
	case !slices.Equal(paths, want.paths):
		a.otherSet++
		a.conflict++
		return fmt.Sprintf("conflicts only here %q, only in git %q", without(paths, want.paths), without(want.paths, paths))
	case got.Clean():
		a.clean++
	default:
		a.conflict++
	}
	return ""
}

func without(paths, others []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return slices.Contains(others, p) })
}

// conflictPaths lists the files in conflict. Directories are left out: git
// complains about them too, but has no way to list them.
func conflictPaths(r threeway.Result) []string {
	var paths []string
	for _, c := range r.Conflicts {
		if !strings.HasSuffix(c.Path, "/") {
			paths = append(paths, c.Path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// TestDifferentialRepository reverts the last commits of a real repository
// onto its tip and holds every outcome to git's:
//
//	go test -run TestDifferentialRepository ./gitops/threeway -args -repo DIR -n 500
func TestDifferentialRepository(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("needs a repository: -args -repo DIR [-n N] [-tip REV]")
	}
	o := newOracle(t, *repoFlag)
	tip := strings.TrimSpace(string(o.git(nil, "--git-dir", *repoFlag, "rev-parse", *fromFlag+"^{commit}")))
	o.attributesOf(tip)
	ids, triples := revertTriples(t, o, tip)
	sides := o.commits(triples)
	objs := o.objects()
	opt := threeway.Options{DropTail: gitDropsTail(t)}
	var a agreement
	var took []time.Duration
	for i, tr := range triples {
		start := time.Now()
		got, err := threeway.MergeTrees(context.Background(), objs, tr.base, tr.ours, tr.theirs, opt)
		took = append(took, time.Since(start))
		want := o.merge(sides[i])
		if err != nil && (!want.died || !errors.Is(err, gitops.ErrMissing)) {
			t.Fatalf("%s: %v", ids[i], err)
		}
		if want.died {
			t.Logf("%s: git died, here %q needs git: %q", ids[i], conflictPaths(got), got.NeedsGit)
		}
		if difference := a.judge(got, want); difference != "" {
			t.Errorf("%s: %s", ids[i], difference)
		}
	}
	slices.Sort(took)
	t.Logf("%d reverts: %+v; p50 %v p95 %v", len(triples), a, took[len(took)/2], took[len(took)*95/100])
}

func revertTriples(t *testing.T, o *oracle, tip string) ([]string, []treeTriple) {
	t.Helper()
	log := string(o.git(nil, "log", "--first-parent", "--format=%H %T", fmt.Sprintf("-n%d", *lastFlag+1), tip))
	lines := strings.Split(strings.TrimSpace(log), "\n")
	var ids []string
	var triples []treeTriple
	for i := 0; i+1 < len(lines); i++ {
		id, tree, _ := strings.Cut(lines[i], " ")
		_, parent, _ := strings.Cut(lines[i+1], " ")
		ids = append(ids, id)
		triples = append(triples, treeTriple{base: gitops.MustHash(tree), theirs: gitops.MustHash(parent)})
	}
	for i := range triples {
		triples[i].ours = triples[0].base
	}
	return ids, triples
}
