package threeway_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"ahead/gitops"
	"ahead/gitops/objstore"
	"ahead/gitops/threeway"
)

var (
	repoFlag     = flag.String("repo", "", "git directory whose commits TestDifferentialRepository reverts; read only")
	lastFlag     = flag.Int("n", 300, "how many commits each line of the table reverts at most")
	fromFlag     = flag.String("tip", "HEAD", "onto what the newest commits are reverted")
	olderFlag    = flag.Int("older", 0, "how many older points to revert onto as well; -n is divided among them")
	allFlag      = flag.Bool("all", false, "take commits by date, not along the first parents alone")
	mainlineFlag = flag.Int("mainline", 1, "2: revert merges against their second parent as well")
	onlyFlag     = flag.String("only", "", "the one commit to revert, onto -tip; the outcome is told in full")
	processFlag  = flag.Int("processes", 15, "how many single git processes to time for each line")
)

// TestDifferentialRepository reverts the commits of a real repository, plain
// ones and merges, onto its tip and onto older points, holds every outcome to
// git's and prints the table of docs/AGREEMENT.md:
//
//	go test -v -timeout 0 -run TestDifferentialRepository ./gitops/threeway -args -repo DIR -n 2000 -older 10 [-all] [-mainline 2] [-tip REV]
//
// It writes to a throw-away repository only, and reads DIR as an alternate of
// it. A case for which both sides lack an object is skipped and counted.
func TestDifferentialRepository(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("needs a repository: -args -repo DIR [-n N] [-tip REV] [-older K] [-all] [-mainline 2]")
	}
	store, err := objstore.Open(*repoFlag, objstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	run := repositoryRun{t: t, o: newOracle(t, *repoFlag), store: store, opt: threeway.Options{DropTail: gitDropsTail(t), Memory: threeway.NewMemory(agreementMemory)}}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', tabwriter.AlignRight|tabwriter.Debug)
	fmt.Fprintln(table, agreementHead)
	name := repositoryName(*repoFlag)
	for _, line := range run.lines() {
		a := run.agreement(line)
		fmt.Fprintln(table, a.row(name, line))
		t.Logf("%s: %d cases", line.name, a.cases())
		if a.cases() > 0 && 1000*a.otherPaths > max(1000, a.cases()) {
			t.Errorf("%s: %d of %d path lists differ from git's", line.name, a.otherPaths, a.cases())
		}
	}
	_ = table.Flush()
}

// repositoryName is the last word of the path that names a project: git
// directories are called .git or repo everywhere.
func repositoryName(dir string) string {
	name := filepath.Base(filepath.Clean(dir))
	if name == ".git" || name == "repo" {
		name = filepath.Base(filepath.Dir(filepath.Clean(dir)))
	}
	return strings.TrimSuffix(name, ".git")
}

const agreementHead = "repository\tonto, what\tcases\tclean\tconflict\tempty\tto git\tfalse clean\tfalse conflict\tother tree\tother paths\tskipped\tgit died\tp50\tp90\tp99\tgit p50\t"

// agreement counts how a run of merges compares with git's. The first three
// are the ways to agree; an empty merge leaves ours as it was.
type agreement struct {
	clean, conflict, empty, needsGit                 int
	falseClean, falseConflict, otherTree, otherPaths int
	// skipped cases lack an object here and in git; gitDied counts those of
	// which git alone gave up.
	skipped, gitDied int
	took, git        []time.Duration
}

func (a *agreement) cases() int {
	return a.clean + a.conflict + a.empty + a.needsGit + a.falseClean + a.falseConflict + a.otherTree + a.otherPaths + a.gitDied
}

func (a *agreement) row(name string, line agreementLine) string {
	ms := func(of []time.Duration, percent int) string {
		if len(of) == 0 {
			return "-"
		}
		slices.Sort(of)
		return fmt.Sprintf("%.1f ms", float64(of[len(of)*percent/100].Microseconds())/1000)
	}
	cells := []any{
		name, line.name, a.cases(), a.clean, a.conflict, a.empty, a.needsGit, a.falseClean, a.falseConflict, a.otherTree,
		a.otherPaths, a.skipped, a.gitDied, ms(a.took, 50), ms(a.took, 90), ms(a.took, 99), ms(a.git, 50),
	}
	var b strings.Builder
	for _, c := range cells {
		fmt.Fprintf(&b, "%v\t", c)
	}
	return b.String()
}

// judge books one merge and says in words how it differs; "" when it does not.
func (a *agreement) judge(got threeway.Result, want gitResult) string {
	paths := conflictPaths(got)
	switch {
	case want.died != "":
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
		a.otherPaths++
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

// agreementMemory is what all merges of a run share, as plans do.
const agreementMemory = 8 << 20

// repositoryRun is one call of TestDifferentialRepository.
type repositoryRun struct {
	t     testing.TB
	o     *oracle
	store *objstore.Store
	opt   threeway.Options
}

// agreement does the merges of one line of the table, here and in git.
func (r repositoryRun) agreement(line agreementLine) *agreement {
	r.t.Helper()
	a := &agreement{}
	for _, p := range line.points {
		if len(p.cases) == 0 {
			continue
		}
		r.o.attributesOf(p.onto)
		triples := make([]treeTriple, len(p.cases))
		for i, c := range p.cases {
			triples[i] = c.treeTriple
		}
		sides := r.o.commits(triples)
		want := r.o.mergeAll(sides)
		for i, c := range p.cases {
			r.judge(a, p, c, want[i])
		}
		for i := 0; i < len(sides); i += max(1, line.size()/max(1, *processFlag)) {
			if start := time.Now(); r.o.merge(sides[i]).died == "" {
				a.git = append(a.git, time.Since(start))
			}
		}
	}
	return a
}

func (r repositoryRun) judge(a *agreement, p point, c revertCase, want gitResult) {
	r.t.Helper()
	start := time.Now()
	got, err := threeway.MergeTrees(context.Background(), r.store, c.base, c.ours, c.theirs, r.opt)
	took := time.Since(start)
	switch {
	case errors.Is(err, gitops.ErrMissing) && want.died != "":
		a.skipped++
		return
	case err != nil:
		r.t.Errorf("%s onto %s: %v", c.name, p.onto, err)
		return
	}
	a.took = append(a.took, took)
	if *onlyFlag != "" {
		r.t.Logf("here %+v\ngit %+v", got, want)
	}
	if got.Clean() && want.clean && got.Tree == want.tree && got.Tree == c.ours {
		a.empty++
		return
	}
	switch difference := a.judge(got, want); {
	case difference != "" && got.Clean() == want.clean && !want.clean:
		r.t.Logf("%s onto %s: %s", c.name, p.onto, difference)
	case difference != "":
		r.t.Errorf("%s onto %s: %s", c.name, p.onto, difference)
	case want.died != "":
		r.t.Logf("%s onto %s: git died (%s), here %q needs git: %q", c.name, p.onto, want.died, conflictPaths(got), got.NeedsGit)
	}
}
