package threeway_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/linediff/linegen"
	"ahead/gitops/threeway"
)

// bySide settles every conflict by one side, hunk by hunk or as whole paths. A
// path that has no such version goes.
func bySide(side gitops.Side, hunks bool) func(gitops.Conflict) (threeway.Settlement, bool) {
	return func(c gitops.Conflict) (threeway.Settlement, bool) {
		if hunks && len(c.HunkChoices()) > 0 {
			s := threeway.Settlement{}
			for range c.Hunks {
				s.Hunks = append(s.Hunks, gitops.HunkChoice{Take: side})
			}
			return s, true
		}
		if !slices.Contains(c.Choices(), side) {
			return threeway.Settlement{Take: gitops.SideDelete}, true
		}
		return threeway.Settlement{Take: side}, true
	}
}

// TestHunksSettledAsGitSettlesThem: all hunks by ours or by theirs is what
// `git merge -X ours|theirs` makes of the files, and all by both is what
// merge=union does.
func TestHunksSettledAsGitSettlesThem(t *testing.T) {
	n, seed := rounds(t, 1)
	var triples []linegen.Triple
	for _, g := range linegen.All() {
		for round := range n {
			if !g.Large() {
				triples = append(triples, g.Batch(25, seed+2000, uint64(round))...)
			}
		}
	}
	dir := t.TempDir()
	gitMustIn(t, dir, nil, "init", "-q", "--bare", ".")
	gitMustIn(t, dir, fastImport(triples), "fast-import", "--quiet")
	settled := 0
	for _, side := range []gitops.Side{gitops.SideOurs, gitops.SideTheirs, gitops.SideBoth} {
		want := favored(t, dir, side, triples)
		for i, tr := range triples {
			objs := memory{}
			store := func(text string) gitops.Hash { return objs.store(plainTree{"f": plain(text)}) }
			got, err := threeway.MergeTrees(context.Background(), objs, store(tr.Base), store(tr.Ours), store(tr.Theirs),
				threeway.Options{Settle: bySide(side, true)})
			if err != nil || !got.Clean() {
				t.Fatalf("%s: %v %+v", tr.Name, err, got.Conflicts)
			}
			settled += len(got.Settled)
			if text := fileIn(t, objs, got, "f"); text != want[i] {
				t.Errorf("%s by %s\nbase %q\nours %q\ntheirs %q\n got %q\nwant %q", tr.Name, side, tr.Base, tr.Ours, tr.Theirs, text, want[i])
			}
		}
	}
	if settled == 0 {
		t.Error("nothing was in conflict")
	}
}

// favored lets git merge the branches in a work tree, with its own -X.
func favored(t *testing.T, dir string, side gitops.Side, triples []linegen.Triple) []string {
	t.Helper()
	if side == gitops.SideBoth {
		var out []string
		for _, m := range gitMerge(t, "* merge=union\n", triples) {
			out = append(out, m.content)
		}
		return out
	}
	tree := t.TempDir()
	who := []string{"-c", "user.name=T", "-c", "user.email=t@example.com", "--work-tree=" + tree}
	run := func(args ...string) { gitMustIn(t, dir, nil, append(slices.Clone(who), args...)...) }
	run("checkout", "-q", "-f", "-B", "by-"+string(side), "ours")
	run("merge", "-q", "-X", string(side), "-m", "merged", "theirs")
	var out []string
	for _, m := range gitBlobs(t, dir, "by-"+string(side), len(triples)) {
		out = append(out, m.content)
	}
	return out
}

func fileIn(t *testing.T, objs memory, r threeway.Result, path string) string {
	t.Helper()
	for _, o := range r.Objects {
		objs[o.Hash] = o
	}
	entries, err := objs.Tree(r.Tree)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name == path {
			data, err := objs.Blob(e.Hash)
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
	}
	t.Fatalf("no %s", path)
	return ""
}

// stagedKinds are the conflicts whose versions lie in git's index under the
// conflict's own path, as they were.
var stagedKinds = []gitops.ConflictKind{
	gitops.ConflictContent, gitops.ConflictAddAdd, gitops.ConflictModifyDelete, gitops.ConflictRenameDelete,
	gitops.ConflictBinary, gitops.ConflictMode, gitops.ConflictSymlink,
}

// TestPathsSettledAsGitSettlesThem: every path by one side is what `git checkout
// --ours|--theirs` puts there, or the base from git's index; a path without
// that version is removed. Everything else is git's merge.
func TestPathsSettledAsGitSettlesThem(t *testing.T) {
	o := newOracle(t, "")
	opt := threeway.Options{DropTail: gitDropsTail(t)}
	merges := 0
	rapid.Check(t, func(rt *rapid.T) {
		for _, c := range (treeGen{dice: rapidDice{rt}}).merges() {
			if c.renormalize {
				continue
			}
			cmp := o.compareAll([]generated{c}, opt)[0]
			if cmp.got.Clean() || cmp.got.NeedsGit != "" || cmp.difference != "" || cmp.otherPaths || !staged(cmp.got) {
				continue
			}
			merges++
			if difference := o.settledAlike(cmp, opt); difference != "" {
				rt.Fatalf("%s\n%s", difference, cmp)
			}
		}
	})
	if merges == 0 {
		t.Error("nothing was in conflict")
	}
	t.Logf("%d merges settled in three ways", merges)
}

func staged(r threeway.Result) bool {
	for _, c := range r.Conflicts {
		if !slices.Contains(stagedKinds, c.Kind) || twice(c) {
			return false
		}
	}
	return true
}

// twice is a rename/delete onto a path to which the other side renamed a file
// whose content conflicts, too. The base is that file's, as the person sees it;
// git's index has no base there.
func twice(c gitops.Conflict) bool {
	return c.Kind == gitops.ConflictRenameDelete && !c.Base.Hash.IsZero() && !c.Ours.Hash.IsZero() && !c.Theirs.Hash.IsZero()
}

func (o *oracle) settledAlike(c comparison, opt threeway.Options) string {
	tr := treeTriple{c.objs.store(c.base), c.objs.store(c.ours), c.objs.store(c.theirs)}
	sides := o.store(c.objs, tr)
	out, code := o.run(nil, "merge-tree", "--write-tree", "-z", "--no-messages", sides[0], sides[1])
	fields := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	if code != 1 {
		return fmt.Sprintf("merge-tree ends with %d", code)
	}
	if bytes.Contains(out, []byte("~"+sides[0])) || bytes.Contains(out, []byte("~"+sides[1])) {
		return "" // git moved one of two things of different types out of the way
	}
	for stage, side := range map[string]gitops.Side{"1": gitops.SideBase, "2": gitops.SideOurs, "3": gitops.SideTheirs} {
		opt.Settle = bySide(side, false)
		got, err := threeway.MergeTrees(context.Background(), c.objs, tr.base, tr.ours, tr.theirs, opt)
		if err != nil {
			return err.Error()
		}
		if difference := complete(c.objs, got); difference != "" {
			return difference
		}
		if want := o.atStage(fields[0], fields[1:], stage); got.Tree.String() != want {
			return fmt.Sprintf("by %s: %s, git %s", side, got.Tree, want)
		}
	}
	return ""
}

// atStage is git's tree with one stage of every conflicted path in place.
func (o *oracle) atStage(tree string, rows []string, stage string) string {
	o.t.Helper()
	take := make(map[string]string)
	for _, row := range rows {
		meta, path, ok := strings.Cut(row, "\t")
		f := strings.Fields(meta)
		if !ok || len(f) != 3 {
			continue
		}
		if _, known := take[path]; !known {
			take[path] = "0 " + strings.Repeat("0", 40)
		}
		if f[2] == stage {
			take[path] = f[0] + " " + f[1]
		}
	}
	var in bytes.Buffer
	for path, e := range take {
		fmt.Fprintf(&in, "%s\t%s\x00", e, path)
	}
	o.git(nil, "read-tree", tree)
	o.git(&in, "update-index", "-z", "--index-info")
	return strings.TrimSpace(string(o.git(nil, "write-tree", "--missing-ok")))
}
