package threeway_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// comparison is a generated merge with both answers to it.
type comparison struct {
	generated
	objs memory
	got  threeway.Result
	want gitResult
	// difference is in words; "" for none.
	difference string
	// otherPaths says that only the list of paths differs.
	otherPaths bool
}

func (c comparison) String() string {
	return fmt.Sprintf("%s\nrenormalize %v\nbase %s\nours %s\ntheirs %s\nhere %+v\ngit %+v",
		c.difference, c.renormalize, c.base, c.ours, c.theirs, c.got.Conflicts, c.want)
}

// compareAll merges here and with git. opt and config must mean the same.
func (o *oracle) compareAll(cases []generated, opt threeway.Options, config ...string) []comparison {
	o.t.Helper()
	out := make([]comparison, len(cases))
	groups := make(map[string][]int)
	sides := make([][2]string, len(cases))
	for i, c := range cases {
		objs := memory{}
		tr := treeTriple{objs.store(c.base), objs.store(c.ours), objs.store(c.theirs)}
		opt.Renormalize = c.renormalize
		got, err := threeway.MergeTrees(context.Background(), objs, tr.base, tr.ours, tr.theirs, opt)
		out[i] = comparison{generated: c, objs: objs, got: got}
		if err != nil {
			out[i].difference = err.Error()
		}
		sides[i] = o.store(objs, tr)
		group := fmt.Sprint(c.renormalize, attributeFiles(c.ours))
		groups[group] = append(groups[group], i)
	}
	for _, members := range groups {
		first := cases[members[0]]
		o.checkout(attributeFiles(first.ours))
		o.config = append(slices.Clone(config), "-c", fmt.Sprint("merge.renormalize=", first.renormalize), "-c", "merge.mine.driver=false")
		var asked [][2]string
		for _, i := range members {
			asked = append(asked, sides[i])
		}
		for at, want := range o.mergeAll(asked) {
			c := &out[members[at]]
			c.want = want
			o.judge(c)
		}
	}
	o.config = nil
	return out
}

// attributeFiles are the .gitattributes files of a tree.
func attributeFiles(t plainTree) map[string]string {
	files := make(map[string]string)
	for path, f := range t {
		if filepath.Base(path) == ".gitattributes" && f.mode.IsRegular() {
			files[path] = f.content
		}
	}
	return files
}

func (o *oracle) judge(c *comparison) {
	o.t.Helper()
	if c.difference != "" {
		return
	}
	var a agreement
	c.difference = a.judge(c.got, c.want)
	if c.difference == "" && c.got.Clean() {
		c.difference = complete(c.objs, c.got)
	}
	if a.falseConflict+a.otherPaths > 0 && o.gitIsWrong(*c) {
		c.difference = ""
		return
	}
	c.otherPaths = a.otherPaths > 0
}

// gitIsWrong reports that all by which the outcomes differ is conflicts that
// git fails to see: see docs/AGREEMENT.md.
func (o *oracle) gitIsWrong(c comparison) bool {
	o.t.Helper()
	if len(without(c.want.paths, conflictPaths(c.got))) > 0 {
		return false
	}
	for _, k := range c.got.Conflicts {
		if slices.Contains(c.want.paths, k.Path) {
			continue
		}
		_, inBase := c.base[k.Path]
		ours, inOurs := c.ours[k.Path]
		theirs, inTheirs := c.theirs[k.Path]
		switch {
		case k.Kind == gitops.ConflictDirRename && inBase && !(inOurs && inTheirs) && gitBefore(o.t, 51):
			// The rename of a directory leads a file back to where it was.
		case k.Kind == gitops.ConflictRenameAdd && inOurs && inTheirs && ours == theirs:
			// A rename onto a file that both sides have alike.
		case k.Kind == gitops.ConflictRenameAdd && o.marked(c.want.tree, k.Path):
			// A rename onto an empty file, with which anything merges.
		case k.Kind == gitops.ConflictRenameAdd && (ours.content == "" || theirs.content == "") && c.binary(k.Base.Path, k.Path):
			// The same with a binary file, of which git takes our side without a word.
		default:
			return false
		}
	}
	return true
}

// binary reports that one of the versions at some paths is what git does not merge by
// its lines.
func (c comparison) binary(paths ...string) bool {
	for _, path := range paths {
		for _, tree := range []plainTree{c.base, c.ours, c.theirs} {
			if strings.Contains(tree[path].content, "\x00") {
				return true
			}
		}
	}
	return false
}

// marked reports that a file of git's tree holds conflict markers.
func (o *oracle) marked(tree gitops.Hash, path string) bool {
	o.t.Helper()
	text, code := o.run(nil, "cat-file", "blob", tree.String()+":"+path)
	return code == 0 && bytes.Contains(text, []byte("<<<<<<< "))
}

// complete checks that the result's objects hold everything that is new in its
// tree, children before parents.
func complete(objs memory, r threeway.Result) string {
	for _, o := range r.Objects {
		if gitops.HashObject(o.Kind, o.Data) != o.Hash {
			return fmt.Sprintf("object %s is not what it says", o.Hash)
		}
		objs[o.Hash] = o
		if o.Kind != gitops.KindTree {
			continue
		}
		entries, err := gitops.DecodeTree(o.Data)
		if err != nil {
			return err.Error()
		}
		for _, e := range entries {
			if _, ok := objs[e.Hash]; !ok && e.Mode != gitops.ModeSubmodule {
				return fmt.Sprintf("%s %s comes after the tree that holds it", e.Name, e.Hash)
			}
		}
	}
	if _, err := treediff.Walk(context.Background(), objs, gitops.Hash{}, r.Tree); err != nil {
		return err.Error()
	}
	return ""
}

// compare merges one case here and with git, and says in words how they differ.
func (o *oracle) compare(base, ours, theirs plainTree, opt threeway.Options, config ...string) (string, threeway.Result) {
	o.t.Helper()
	c := o.compareAll([]generated{{base, ours, theirs, opt.Renormalize}}, opt, config...)[0]
	if c.otherPaths {
		return otherPaths + c.difference, c.got
	}
	return c.difference, c.got
}

// otherPaths marks a difference in nothing but the paths that are listed.
const otherPaths = "listed paths: "

// TestTreesAgreeWithGit holds what rapid draws to git's. Whether a merge is
// clean and what it makes must always be the same, the list of paths in
// conflict in all but one of a hundred: see docs/AGREEMENT.md.
func TestTreesAgreeWithGit(t *testing.T) {
	o := newOracle(t, "")
	opt := threeway.Options{DropTail: gitDropsTail(t)}
	runs, other := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		for _, c := range o.compareAll(treeGen{dice: rapidDice{rt}}.merges(), opt) {
			runs++
			if c.otherPaths {
				other++
				t.Logf("%s", c)
			} else if c.difference != "" {
				rt.Fatalf("%s", c)
			}
		}
	})
	if other > 1+runs/100 {
		t.Errorf("%d of %d generated merges list other paths than git", other, runs)
	}
}

// FuzzTreesAgreeWithGit is the same with the choices of a fuzzer:
//
//	go test -run '^$' -fuzz FuzzTreesAgreeWithGit ./gitops/threeway
func FuzzTreesAgreeWithGit(f *testing.F) {
	for seed := range uint64(24) {
		f.Add(seed, []byte{byte(seed), byte(seed * 7)})
	}
	o := newOracle(f, "")
	opt := threeway.Options{DropTail: gitDropsTail(f)}
	f.Fuzz(func(t *testing.T, seed uint64, choices []byte) {
		o.t = t
		for _, c := range o.compareAll(treeGen{dice: newByteDice(seed, choices)}.merges(), opt) {
			if c.difference != "" && !c.otherPaths {
				t.Errorf("%s", c)
			}
		}
	})
}

// String lists the tree for people; contents in short.
func (t plainTree) String() string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(t)) {
		f := t[path]
		short := strings.ReplaceAll(strings.ReplaceAll(f.content, " line ", ""), " of a file about it\n", ";")
		fmt.Fprintf(&b, "\n  %s %s %.300q", f.mode, path, short)
	}
	return b.String()
}
