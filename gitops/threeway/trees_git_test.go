package threeway_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// importPlain writes three trees into the oracle: two commits on a base.
func (o *oracle) importPlain(base, ours, theirs plainTree) [2]string {
	o.t.Helper()
	var b bytes.Buffer
	marks := filepath.Join(o.gitDir, "marks")
	for i, t := range []plainTree{base, ours, theirs} {
		fmt.Fprintf(&b, "commit refs/heads/x%d\nmark :%d\ncommitter T <t@example.com> 1700000000 +0000\ndata 0\n", i, i+1)
		if i > 0 {
			b.WriteString("from :1\n")
		}
		b.WriteString("deleteall\n")
		for _, path := range slices.Sorted(maps.Keys(t)) {
			f := t[path]
			if f.mode == gitops.ModeSubmodule {
				fmt.Fprintf(&b, "M 160000 %s %s\n", f.content, path)
				continue
			}
			fmt.Fprintf(&b, "M %s inline %s\ndata %d\n%s\n", f.mode, path, len(f.content), f.content)
		}
		b.WriteByte('\n')
	}
	o.git(&b, "fast-import", "--quiet", "--force", "--export-marks="+marks)
	data, err := os.ReadFile(marks)
	if err != nil {
		o.t.Fatal(err)
	}
	var ids [2]string
	for line := range strings.Lines(string(data)) {
		mark, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if mark != ":1" {
			ids[mark[1]-'2'] = id
		}
	}
	return ids
}

// compare merges here and with git, and says in words how they differ.
func (o *oracle) compare(base, ours, theirs plainTree, opt threeway.Options, config ...string) (string, threeway.Result) {
	objs := memory{}
	got, err := threeway.MergeTrees(context.Background(), objs, objs.store(base), objs.store(ours), objs.store(theirs), opt)
	if err != nil {
		return err.Error(), got
	}
	want := o.merge(o.importPlain(base, ours, theirs), config...)
	var a agreement
	difference := a.judge(got, want)
	if difference == "" && got.Clean() {
		difference = complete(objs, got)
	}
	if a.falseConflict > 0 && o.gitIsWrong(want.tree, got) {
		return "", got
	}
	if a.otherPaths > 0 {
		return otherPaths + difference, got
	}
	return difference, got
}

// gitIsWrong reports the two cases in which git calls clean what is not: it
// leaves conflict markers in a renamed file that collides with an identical
// one, and, before 2.51, loses a file that the rename of a directory leads back
// to where it was. Here both are conflicts.
func (o *oracle) gitIsWrong(tree gitops.Hash, got threeway.Result) bool {
	o.t.Helper()
	for _, c := range got.Conflicts {
		switch c.Kind {
		case gitops.ConflictDirRename:
			if gitBefore(o.t, 51) {
				return true
			}
		case gitops.ConflictRenameAdd:
			text := o.git(nil, "cat-file", "blob", tree.String()+":"+c.Path)
			if bytes.Contains(text, []byte("<<<<<<< ")) {
				return true
			}
		}
	}
	return false
}

// otherPaths marks a difference in nothing but the paths that are listed.
const otherPaths = "listed paths: "

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

// TestTreesAgreeWithGit holds generated merges to git's. Whether a merge is
// clean and what it makes must always be the same. The list of paths in
// conflict may differ in one of a hundred: two directories that each side
// renamed into the other's are a known difference, one in several thousand.
func TestTreesAgreeWithGit(t *testing.T) {
	o := newOracle(t, "")
	opt := threeway.Options{DropTail: gitDropsTail(t)}
	clean, runs, other := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		g := treeGen{rt}
		base := g.tree()
		ours, theirs := g.side(base), g.side(base)
		difference, got := o.compare(base, ours, theirs, opt)
		if strings.HasPrefix(difference, otherPaths) {
			other++
			t.Logf("%s\nbase %s\nours %s\ntheirs %s", difference, base, ours, theirs)
		} else if difference != "" {
			rt.Fatalf("%s\nbase %s\nours %s\ntheirs %s\nhere %+v", difference, base, ours, theirs, got.Conflicts)
		}
		runs++
		if got.Clean() {
			clean++
		}
	})
	if other > 1+runs/100 {
		t.Errorf("%d of %d generated merges list other paths than git", other, runs)
	}
	if clean == 0 || clean == runs {
		t.Errorf("%d of %d generated merges are clean: the generator says nothing", clean, runs)
	}
}

// String lists the tree for people; contents in short.
func (t plainTree) String() string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(t)) {
		f := t[path]
		short := strings.ReplaceAll(strings.ReplaceAll(f.content, " line ", ""), " of a file about it\n", ";")
		fmt.Fprintf(&b, "\n  %s %s %.90q", f.mode, path, short)
	}
	return b.String()
}
