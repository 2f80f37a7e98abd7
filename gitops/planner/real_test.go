package planner

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"
)

var (
	repoFlag = flag.String("repo", "", "repository whose recent commits TestReal plans on")
	manyFlag = flag.Int("n", 300, "how many selections TestReal plans")
	deepFlag = flag.Int("deep", 100, "out of how many of the newest commits TestReal draws")
	seedFlag = flag.Uint64("seed", 1, "what TestReal draws its selections from")
)

// realTally counts how plans on a real history compare with git's merges.
type realTally struct {
	clean, conflict, empty, needsGit                     int
	falseClean, falseConflict, otherTree, otherMerge     int
	offered, unoffered, wrongOffers                      int
	single, pair, triple, merges, laterListed, reordered int
}

// realRun is one repository with a throw-away one on top, into which git
// writes what it merges.
type realRun struct {
	*gittest.Repo
	t       testing.TB
	planner *Planner
	store   *objstore.Store
	snap    gitops.Snapshot
	tally   realTally
}

// TestReal plans single commits, pairs and triples of the recent commits of a
// real repository and holds each merge of every plan to
// `git merge-tree --write-tree`, one after another:
//
//	go test ./gitops/planner -run TestReal -v -args -repo DIR [-n N] [-deep N] [-seed N]
func TestReal(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("needs a repository: -args -repo DIR [-n N] [-deep N] [-seed N]")
	}
	r := openReal(t, *repoFlag)
	recent := r.recent(*deepFlag)
	random := rand.New(rand.NewPCG(*seedFlag, 0))
	var took []time.Duration
	for range *manyFlag {
		selection := pickNear(random, recent)
		start := time.Now()
		plan, err := r.planner.PlanRevert(context.Background(), r.snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: selection})
		took = append(took, time.Since(start))
		if err != nil {
			t.Errorf("%v: %v", selection, err)
			continue
		}
		if fault := r.judge(plan); fault != "" {
			t.Errorf("%v: %s", selection, fault)
		}
	}
	slices.Sort(took)
	t.Logf("%d plans: %+v; p50 %v p95 %v max %v", *manyFlag, r.tally, took[len(took)/2], took[len(took)*95/100], took[len(took)-1])
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func openReal(t testing.TB, dir string) *realRun {
	t.Helper()
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	// A clone with a work tree is named as well as its git directory.
	if inside := filepath.Join(dir, ".git"); isFolder(inside) {
		dir = inside
	}
	r := &realRun{Repo: gittest.New(t), t: t}
	alternates := r.Path(".git", "objects", "info", "alternates")
	if err := os.WriteFile(alternates, []byte(filepath.Join(dir, "objects")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tip := gitops.MustHash(gittest.Open(t, dir).Git("rev-parse", "HEAD^{commit}"))
	store, err := objstore.Open(dir, objstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	r.store = store
	r.planner = asGit(t, &Planner{Objects: store, Now: time.Now, Trails: NewTrails(store.Graph())})
	r.snap = gitops.Snapshot{Branch: "main", Remote: "origin", Tip: tip}
	r.layAttributes(tip)
	return r
}

// layAttributes puts the tip's .gitattributes files into the work tree, where
// git before 2.41 alone looks for them.
func (r *realRun) layAttributes(tip gitops.Hash) {
	for _, path := range strings.Split(r.Git("ls-tree", "-r", "-z", "--name-only", tip.String()), "\x00") {
		if filepath.Base(path) == ".gitattributes" {
			r.Write(path, r.Git("cat-file", "blob", tip.String()+":"+path)+"\n")
		}
	}
}

func (r *realRun) recent(n int) []gitops.Hash {
	var out []gitops.Hash
	for _, line := range strings.Fields(r.Git("rev-list", "--min-parents=1", fmt.Sprintf("-n%d", n), r.snap.Tip.String())) {
		out = append(out, gitops.MustHash(line))
	}
	return out
}

// pickNear draws one to three commits out of a short stretch, in any order:
// commits that are far apart seldom meet.
func pickNear(random *rand.Rand, recent []gitops.Hash) []gitops.Hash {
	at := random.IntN(len(recent))
	stretch := slices.Clone(recent[at:min(len(recent), at+12)])
	random.Shuffle(len(stretch), func(i, j int) { stretch[i], stretch[j] = stretch[j], stretch[i] })
	return stretch[:min(len(stretch), 1+random.IntN(3))]
}

// judge lets git do the merges of the plan's selection and compares.
func (r *realRun) judge(p gitops.Plan) string {
	r.count(p)
	if p.Verdict == gitops.VerdictRefused {
		r.tally.needsGit++
		r.t.Logf("%v: %s", p.Selection, p.Reason)
		return ""
	}
	at, tree, clean := r.sequence(p)
	switch {
	case !clean && p.Verdict != gitops.VerdictConflict:
		r.tally.falseClean++
		return fmt.Sprintf("FALSE %s, git conflicts at %s", p.Verdict, at)
	case !clean && p.Merges[len(p.Merges)-1].Suspect != at:
		r.tally.otherMerge++
		return fmt.Sprintf("conflicts at %s, git at %s", p.Merges[len(p.Merges)-1].Suspect, at)
	case !clean:
		r.tally.conflict++
		return r.judgeOffer(p)
	case p.Verdict == gitops.VerdictConflict:
		r.tally.falseConflict++
		return fmt.Sprintf("FALSE CONFLICT %+v", p.Conflicts)
	case tree == p.OntoTree && p.Verdict == gitops.VerdictEmpty:
		r.tally.empty++
	case p.Verdict != gitops.VerdictClean || p.Tree != tree:
		r.tally.otherTree++
		return fmt.Sprintf("%s with tree %s, git %s", p.Verdict, p.Tree, tree)
	default:
		r.tally.clean++
	}
	return ""
}

// judgeOffer plans the offered dependants along, and lets git do that too.
func (r *realRun) judgeOffer(p gitops.Plan) string {
	if len(p.Dependants) == 0 {
		r.tally.unoffered++
		return ""
	}
	r.tally.offered++
	remedy := p.Remedy
	remedy.WithDependants = true
	joint, err := r.planner.PlanRevert(context.Background(), r.snap, remedy)
	if err != nil {
		return err.Error()
	}
	if _, tree, clean := r.sequence(joint); !clean || joint.Verdict != gitops.VerdictClean || joint.Tree != tree {
		r.tally.wrongOffers++
		return fmt.Sprintf("offered %v, which git does not revert to %s", p.Dependants, joint.Tree)
	}
	return ""
}

func (r *realRun) count(p gitops.Plan) {
	switch len(p.Selection) {
	case 1:
		r.tally.single++
	case 2:
		r.tally.pair++
	default:
		r.tally.triple++
	}
	if len(p.Later) > 0 {
		r.tally.laterListed++
	}
	if !slices.Equal(p.Selection, p.Remedy.Commits) {
		r.tally.reordered++
	}
	for _, id := range p.Selection {
		if c, err := r.planner.Objects.Commit(id); err == nil && c.IsMerge() {
			r.tally.merges++
		}
	}
}

// sequence is what git makes of reverting the selection one by one. It asks
// git for the trees, so that it owes nothing to the plan's own merges.
func (r *realRun) sequence(p gitops.Plan) (at, tree gitops.Hash, clean bool) {
	tree = r.Rev(p.Onto.String() + "^{tree}")
	for _, suspect := range p.Selection {
		base := r.Rev(suspect.String() + "^{tree}")
		theirs := r.Rev(suspect.String() + "^1^{tree}")
		root := r.commitTree(base)
		cmd := exec.Command("git", "merge-tree", "--write-tree", "--no-messages",
			r.commitTree(tree, root), r.commitTree(theirs, root))
		cmd.Dir, cmd.Env = r.Dir, r.Env()
		out, err := cmd.Output()
		first, _, _ := bytes.Cut(out, []byte("\n"))
		merged, parseErr := gitops.ParseHash(string(first))
		if parseErr != nil {
			r.t.Fatalf("merge-tree: %v %q", err, out)
		}
		if err != nil {
			return suspect, gitops.Hash{}, false
		}
		tree = merged
	}
	return gitops.Hash{}, tree, true
}

// commitTree makes a commit with a tree. git before 2.40 takes no merge base,
// so the two sides share one parentless base instead.
func (r *realRun) commitTree(tree gitops.Hash, parents ...string) string {
	args := []string{"commit-tree", "-m", "side"}
	for _, p := range parents {
		args = append(args, "-p", p)
	}
	return r.Git(append(args, tree.String())...)
}
