package threeway_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

// TestOptionsAgreeWithGit: the settings that a caller reads from git's
// configuration mean what they mean to git.
func TestOptionsAgreeWithGit(t *testing.T) {
	checks := optionChecks()
	for config, opt := range map[string]threeway.Options{
		"merge.renames=false":          {NoRenames: true},
		"merge.renameLimit=1":          {RenameLimit: 1},
		"merge.directoryRenames=false": {DirectoryRenames: threeway.DirectoryRenamesOff},
		"merge.directoryRenames=true":  {DirectoryRenames: threeway.DirectoryRenamesApply},
	} {
		t.Run(config, func(t *testing.T) {
			if opt.NoRenames && gitBefore(t, 50) {
				t.Skip("git's ort strategy follows renames whatever is configured before 2.50")
			}
			o := newOracle(t, "")
			opt.DropTail = gitDropsTail(t)
			runs := 0
			rapid.Check(t, func(rt *rapid.T) {
				if runs++; runs > checks {
					return
				}
				for _, c := range o.compareAll(treeGen{dice: rapidDice{rt}}.merges(), opt, "-c", config) {
					if c.difference != "" && !c.otherPaths {
						rt.Fatalf("%s", c)
					}
				}
			})
		})
	}
}

// optionChecks is a part of rapid's default, and all that was asked for
// otherwise: each check runs git twice.
func optionChecks() int {
	checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil || checks <= 100 {
		return 30
	}
	return checks
}

// TestDrivers: which driver merges a file is for the attributes of our tree.
func TestDrivers(t *testing.T) {
	for _, c := range []struct {
		attributes, path string
		clean            bool
		kind             gitops.ConflictKind
		needsGit         string
	}{
		{attributes: "*.txt merge=union\n", path: "f.txt", clean: true},
		{attributes: "*.txt -merge\n", path: "f.txt", kind: gitops.ConflictBinary},
		{attributes: "*.txt binary\n", path: "f.txt", kind: gitops.ConflictBinary},
		{attributes: "*.txt merge=binary\n", path: "f.txt", kind: gitops.ConflictBinary},
		{attributes: "*.txt merge=text\n", path: "f.txt", kind: gitops.ConflictContent},
		{attributes: "*.txt merge=union\n*.txt merge\n", path: "f.txt", kind: gitops.ConflictContent},
		{attributes: "*.md merge=union\n", path: "f.txt", kind: gitops.ConflictContent},
		{attributes: "*.txt merge=mine\n", path: "f.txt", kind: gitops.ConflictContent, needsGit: "the merge driver mine decides on f.txt"},
	} {
		t.Run(c.attributes, func(t *testing.T) {
			o := newOracle(t, "")
			rules := plain(c.attributes)
			base := plainTree{".gitattributes": rules, c.path: one}
			ours := plainTree{".gitattributes": rules, c.path: oneA}
			theirs := plainTree{".gitattributes": plain("* -merge\n"), c.path: oneX}
			difference, got := o.compare(base, ours, theirs, threeway.Options{})
			if difference != "" {
				t.Errorf("git: %s", difference)
			}
			if got.NeedsGit != c.needsGit || got.Clean() != c.clean {
				t.Fatalf("got %+v", got)
			}
			if !c.clean && (len(got.Conflicts) != 1 || got.Conflicts[0].Kind != c.kind) {
				t.Errorf("got %+v, want %s", got.Conflicts, c.kind)
			}
		})
	}
}

// TestDriverDoesNotMatterWhereNothingIsMerged: a file that one side left alone
// needs no driver.
func TestDriverDoesNotMatterWhereNothingIsMerged(t *testing.T) {
	rules := plain("* merge=mine\n")
	objs := memory{}
	got, err := threeway.MergeTrees(context.Background(), objs,
		objs.store(plainTree{".gitattributes": rules, "f": one, "g": two}),
		objs.store(plainTree{".gitattributes": rules, "f": oneA, "g": two}),
		objs.store(plainTree{".gitattributes": rules, "f": one, "g": oneL}), threeway.Options{})
	if err != nil || !got.Clean() {
		t.Errorf("got %+v %v, want a clean merge", got, err)
	}
}

func TestOptionsThatNeedGit(t *testing.T) {
	for want, opt := range map[string]threeway.Options{
		"merge.renormalize is on and f changed on both sides": {Renormalize: true},
		"the merge driver theirs decides on f":                {DefaultDriver: "theirs"},
		"the merge driver global decides on f":                {GlobalAttributes: []byte("f merge=global\n")},
		"the merge driver info decides on f":                  {GlobalAttributes: []byte("f merge=global\n"), InfoAttributes: []byte("f merge=info\n")},
	} {
		objs := memory{}
		got, err := threeway.MergeTrees(context.Background(), objs,
			objs.store(plainTree{"f": one}), objs.store(plainTree{"f": oneA}), objs.store(plainTree{"f": oneL}), opt)
		if err != nil || got.NeedsGit != want || got.Clean() || !got.Tree.IsZero() {
			t.Errorf("%q %v, want %q", got.NeedsGit, err, want)
		}
	}
}

// TestConflictHasHunks: the conflict screen lives on them.
func TestConflictHasHunks(t *testing.T) {
	objs := memory{}
	got, err := threeway.MergeTrees(context.Background(), objs,
		objs.store(plainTree{"f": one, "k": two}), objs.store(plainTree{"g": oneA, "k": two}), objs.store(plainTree{"f": oneX, "k": two}), threeway.Options{})
	if err != nil || len(got.Conflicts) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	c := got.Conflicts[0]
	if c.Path != "g" || len(c.Hunks) != 1 || !strings.Contains(c.Hunks[0].Ours, "changed a") || !strings.Contains(c.Hunks[0].Theirs, "otherwise a") {
		t.Errorf("got %+v", c)
	}
}

// TestSameTreesOpenNothing: equal sides are settled by their ids.
func TestSameTreesOpenNothing(t *testing.T) {
	a, b := gitops.MustHash(strings.Repeat("a", 40)), gitops.MustHash(strings.Repeat("b", 40))
	for _, c := range []struct{ base, ours, theirs, want gitops.Hash }{
		{a, b, a, b}, {a, a, b, b}, {a, b, b, b}, {a, gitops.Hash{}, a, gitops.EmptyTree},
	} {
		got, err := threeway.MergeTrees(context.Background(), memory{}, c.base, c.ours, c.theirs, threeway.Options{})
		if err != nil || got.Tree != c.want || !got.Clean() {
			t.Errorf("%+v: %+v %v", c, got, err)
		}
	}
}

func TestMissingObjectsAndCancel(t *testing.T) {
	objs := memory{}
	base, ours, theirs := objs.store(plainTree{"d/f": one}), objs.store(plainTree{"d/f": oneA}), objs.store(plainTree{"d/f": oneL})
	for h := range objs {
		rest := memory{}
		for other, o := range objs {
			if other != h {
				rest[other] = o
			}
		}
		got, err := threeway.MergeTrees(context.Background(), rest, base, ours, theirs, threeway.Options{})
		if !errors.Is(err, gitops.ErrMissing) {
			t.Errorf("without %s: %+v %v, want an error that says missing", h, got, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := threeway.MergeTrees(ctx, objs, base, ours, theirs, threeway.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
}

// TestOldModesSurvive: a tree written anew has the modes that git writes.
func TestOldModesSurvive(t *testing.T) {
	objs := memory{}
	tree := func(f, g plainFile, mode gitops.Mode) gitops.Hash {
		return objs.add(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{
			{Name: "f", Mode: mode, Hash: objs.add(gitops.KindBlob, []byte(f.content))},
			{Name: "g", Mode: mode, Hash: objs.add(gitops.KindBlob, []byte(g.content))},
		}))
	}
	got, err := threeway.MergeTrees(context.Background(), objs,
		tree(one, two, 0o100664), tree(oneA, two, 0o100664), tree(one, oneL, 0o100664), threeway.Options{})
	if want := tree(oneA, oneL, gitops.ModeFile); err != nil || got.Tree != want {
		t.Errorf("got %+v %v, want %s", got, err, want)
	}
}

// benchTrees is a project of n files of which ours changed one in fifty since,
// and theirs two, one of them moved by ours.
func benchTrees(n int, moved bool) (objs memory, base, ours, theirs gitops.Hash) {
	objs = memory{}
	a := make(plainTree, n)
	for i := range n {
		a[fmt.Sprintf("d%d/e%d/f%d", i%20, i%7, i)] = plain(article(fmt.Sprint(i), 26))
	}
	b, c := make(plainTree, n), make(plainTree, n)
	for path, f := range a {
		b[path], c[path] = f, f
	}
	for i := 0; i < n; i += 50 {
		path := fmt.Sprintf("d%d/e%d/f%d", i%20, i%7, i)
		b[path] = plain(article(fmt.Sprint(i), 26, "line c", "changed c"))
		if moved {
			b["moved/"+path] = b[path]
			delete(b, path)
		}
	}
	for _, i := range []int{0, 1} {
		c[fmt.Sprintf("d%d/e%d/f%d", i%20, i%7, i)] = plain(article(fmt.Sprint(i), 26, "line x", "changed x"))
	}
	return objs, objs.store(a), objs.store(b), objs.store(c)
}

func BenchmarkMergeTrees(b *testing.B) {
	for _, moved := range []bool{false, true} {
		b.Run(fmt.Sprintf("renames=%v", moved), func(b *testing.B) {
			objs, base, ours, theirs := benchTrees(5000, moved)
			for b.Loop() {
				got, err := threeway.MergeTrees(context.Background(), objs, base, ours, theirs, threeway.Options{})
				if err != nil || !got.Clean() {
					b.Fatal(got.Conflicts, err)
				}
			}
		})
	}
}
