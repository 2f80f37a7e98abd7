package blame_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/blame"
	"ahead/gitops/gittest"
)

// text is n lines that stand nowhere else, with what is said of some of them.
func text(n int, change map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if said, ok := change[i]; ok {
			b.WriteString(said)
		} else {
			fmt.Fprintf(&b, "line %d of the first text\n", i)
		}
	}
	return b.String()
}

// evil merges a branch and changes more than the merge did.
func evil(r *gittest.Repo, files map[string]string, branches ...string) {
	args := append([]string{"merge", "-q", "--no-commit", "--no-ff", "-s", "ours"}, branches...)
	_, _ = r.TryGit(args...)
	for path, content := range files {
		r.Write(path, content)
	}
	r.Git("add", "-A")
	r.Git("commit", "-q", "-m", "merge")
}

// exotic are histories that seldom are, each on the branch that it leaves checked
// out. The paths are held to git, line by line.
var exotic = map[string]struct {
	make  func(r *gittest.Repo)
	paths []string
}{
	"renamed twice, and changed on the way": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(20, nil)})
		r.Git("mv", "a", "b")
		r.Commit("2", map[string]string{"b": text(20, map[int]string{3: "three\n"})})
		r.Git("mv", "b", "c")
		r.Commit("3", map[string]string{"c": text(20, map[int]string{3: "three\n", 9: "nine\n"})})
		r.Git("mv", "c", "a")
		r.Commit("4", map[string]string{"a": text(20, map[int]string{3: "three\n", 9: "nine\n", 20: "end\n"})})
	}, []string{"a"}},
	"one went, two like it came": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"old": text(20, nil)})
		r.Remove("old")
		r.Commit("2", map[string]string{"same": text(20, nil), "like": text(20, map[int]string{4: "four\n"}), "z/old": text(20, map[int]string{4: "4\n", 5: "5\n"})})
	}, []string{"same", "like", "z/old"}},
	"two went, one like both came": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"x": text(20, map[int]string{1: "x\n"}), "y/new": text(20, map[int]string{1: "y\n", 2: "y\n"})})
		r.Remove("x")
		r.Remove("y/new")
		r.Commit("2", map[string]string{"new": text(20, nil)})
	}, []string{"new"}},
	"copied, the first one kept": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(20, nil)})
		r.Commit("2", map[string]string{"b": text(20, nil)})
		r.Commit("3", map[string]string{"a": text(20, map[int]string{2: "two\n"}), "c": text(20, nil)})
	}, []string{"a", "b", "c"}},
	"two files that swapped their names": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(20, nil), "b": "b 1\nb 2\nb 3\n"})
		r.Commit("2", map[string]string{"b": text(20, nil), "a": "b 1\nb 2\nb 3\n"})
	}, []string{"a", "b"}},
	"gone and back": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(20, nil), "b": "b\n"})
		r.Remove("a")
		r.Commit("2", nil)
		r.Commit("3", map[string]string{"a": text(20, nil)})
	}, []string{"a"}},
	"both sides have the line": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil)})
		r.Git("branch", "other")
		r.Commit("ours", map[string]string{"a": text(9, map[int]string{5: "both\n", 2: "ours\n"})})
		r.Checkout("other")
		r.Commit("theirs", map[string]string{"a": text(9, map[int]string{5: "both\n", 8: "theirs\n"})})
		r.Checkout("main")
		evil(r, map[string]string{"a": text(9, map[int]string{5: "both\n", 2: "ours\n", 8: "theirs\n"})}, "other")
	}, []string{"a"}},
	"a merge that changed more": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil)})
		r.Git("branch", "other")
		r.Commit("ours", map[string]string{"a": text(9, map[int]string{2: "ours\n"})})
		r.Checkout("other")
		r.Commit("theirs", map[string]string{"b": text(9, nil)})
		r.Checkout("main")
		evil(r, map[string]string{"a": text(9, map[int]string{2: "ours\n", 7: "evil\n"}), "b": text(9, map[int]string{1: "evil\n"}), "c": "evil\n"}, "other")
	}, []string{"a", "b", "c"}},
	"a merge that renames": {func(r *gittest.Repo) {
		mergeRenaming(r, text(20, map[int]string{2: "ours\n", 9: "both\n", 15: "theirs\n", 18: "evil\n"}))
	}, []string{"b"}},
	"a merge that renames what the second parent has": {func(r *gittest.Repo) {
		mergeRenaming(r, text(20, map[int]string{15: "theirs\n", 9: "both\n"}))
	}, []string{"b"}},
	"two ways to one commit": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(5, nil), "b": text(5, nil)})
		r.Commit("2", map[string]string{"a": text(5, map[int]string{1: "a\n"}), "b": text(5, map[int]string{1: "b\n"})})
		r.Git("branch", "other")
		r.Commit("beside a", map[string]string{"c": "1\n"})
		r.Commit("b", map[string]string{"b": text(5, map[int]string{1: "b\n", 4: "ours\n"})})
		r.Checkout("other")
		r.Commit("beside b", map[string]string{"d": "1\n"})
		r.Commit("a", map[string]string{"a": text(5, map[int]string{1: "a\n", 4: "theirs\n"})})
		r.Checkout("main")
		r.Merge("other")
	}, []string{"a", "b"}},
	"renamed on one side, changed on the other": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(20, nil)})
		r.Git("branch", "other")
		r.Git("mv", "a", "b")
		r.Commit("rename", nil)
		r.Checkout("other")
		r.Commit("change", map[string]string{"a": text(20, map[int]string{5: "theirs\n"})})
		r.Checkout("main")
		r.Merge("other")
		r.Commit("after", map[string]string{"b": text(20, map[int]string{5: "theirs\n", 12: "after\n"})})
	}, []string{"b"}},
	"four parents": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(40, nil)})
		for i, name := range []string{"x", "y", "z"} {
			r.Checkout("main")
			r.CheckoutNew(name)
			r.Commit(name, map[string]string{"a": text(40, map[int]string{10*i + 10: name + "\n"}), name: text(5, nil)})
		}
		r.Checkout("main")
		r.Commit("ours", map[string]string{"a": text(40, map[int]string{1: "ours\n"})})
		evil(r, map[string]string{
			"a": text(40, map[int]string{1: "ours\n", 10: "x\n", 20: "y\n", 30: "z\n", 40: "evil\n"}),
			"x": text(5, nil), "y": text(5, nil), "z": text(5, map[int]string{3: "evil\n"}),
		}, "x", "y", "z")
	}, []string{"a", "x", "y", "z"}},
	"the same parent twice": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil)})
		r.Commit("2", map[string]string{"a": text(9, map[int]string{4: "four\n"})})
		head := r.Head().String()
		tree := r.Git("rev-parse", "HEAD^{tree}")
		raw := "tree " + tree + "\nparent " + head + "\nparent " + head + "\nauthor A <a@example.com> 1700000000 +0000\ncommitter A <a@example.com> 1800000000 +0000\n\ntwice\n"
		id, err := r.GitInput(raw, "hash-object", "-t", "commit", "-w", "--stdin", "--literally")
		if err != nil {
			panic(err)
		}
		r.Git("reset", "-q", "--hard", strings.TrimSpace(id))
	}, []string{"a"}},
	"carriage returns": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": "1\r\n2\r\n3\r\n4\r\n5\r\n", "b": "1\n2\n3\n", "c": "1\r2\r3\r"})
		r.Commit("2", map[string]string{"a": "1\r\n2\n3\r\n4x\r\n5\r\n", "b": "1\r\n2\r\n3\r\n", "c": "1\r2\r3\r4\r"})
		r.Commit("3", map[string]string{".gitattributes": "* text eol=crlf\n"})
	}, []string{"a", "b", "c"}},
	"no newline at the end": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": "1\n2\n3", "b": "1\n2\n3\n", "c": "1", "d": "x"})
		r.Commit("2", map[string]string{"a": "1\n2\n3\n", "b": "1\n2\n3", "c": "1\n2", "d": "x\n"})
		r.Commit("3", map[string]string{"a": "1\n2\n3\n4", "d": "y\nx\n"})
	}, []string{"a", "b", "c", "d"}},
	"binary": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": "1\x00\n2\n\xff\xfe\n4\n", "b": "\x00\x01\x02"})
		r.Commit("2", map[string]string{"a": "1\x00\n2\n\xff\xfd\n4\n", ".gitattributes": "a binary\n"})
	}, []string{"a", "b"}},
	"links": {func(r *gittest.Repo) {
		link := func(to, name string) {
			if err := os.Symlink(to, filepath.Join(r.Path(), name)); err != nil {
				panic(err)
			}
		}
		link("target", "a")
		link("target", "b")
		r.Commit("1", map[string]string{"c": "target"})
		r.Remove("b")
		r.Commit("2", map[string]string{"b": "target"})
		r.Remove("c")
		link("target", "c")
		r.Remove("a")
		link("elsewhere", "a")
		r.Commit("3", nil)
	}, []string{"a", "b", "c"}},
	"modes": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(5, nil)})
		r.Git("update-index", "--chmod=+x", "a")
		r.Git("commit", "-q", "-m", "2")
		r.Git("update-index", "--chmod=-x", "a")
		r.Git("mv", "a", "b")
		r.Git("commit", "-q", "-m", "3")
	}, []string{"b"}},
	"a folder where a file was, and back": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil), "x": "x\n"})
		r.Remove("a")
		r.Commit("2", map[string]string{"a/b": text(9, nil), "x": "y\n"})
		r.Commit("3", map[string]string{"a/b": text(9, map[int]string{4: "four\n"})})
		r.Remove("a/b")
		_ = os.Remove(filepath.Join(r.Path(), "a"))
		r.Commit("4", map[string]string{"a": text(9, map[int]string{4: "four\n", 6: "six\n"})})
	}, []string{"a"}},
	"names that sort around a folder": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a/x": "1\n2\n", "a.x": "1\n2\n", "a-x": "1\n2\n", "a0": "1\n2\n"})
		r.Commit("2", map[string]string{"a/x": "1\n2b\n", "a-x": "1b\n2\n", "a0": "1\n2b\n"})
	}, []string{"a/x", "a.x", "a-x", "a0"}},
	"emptied and filled": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(5, nil), "b": "", "c": text(5, nil)})
		r.Commit("2", map[string]string{"a": "", "c": "\n\n\n"})
		r.Commit("3", map[string]string{"a": text(5, nil), "b": text(5, nil), "c": "\n\n\n\n"})
	}, []string{"a", "b", "c"}},
	"equal lines": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": strings.Repeat("}\n", 9), "b": strings.Repeat("x\n}\n", 300)})
		r.Commit("2", map[string]string{"a": strings.Repeat("}\n", 12), "b": strings.Repeat("x\n}\n", 150) + "y\n}\n" + strings.Repeat("x\n}\n", 150)})
		r.Commit("3", map[string]string{"a": strings.Repeat("}\n", 10), "b": strings.Repeat("x\n}\n", 299) + "y\n}\n"})
	}, []string{"a", "b"}},
	// Of equal lines before a long common end git compares only the first ones.
	"equal lines before a long end": {func(r *gittest.Repo) {
		long := strings.Repeat("again ", 33) + "\n"
		for i := range 5 {
			r.Commit("c", map[string]string{
				"a": "head\n" + strings.Repeat(long, 30+i) + text(100, nil),
				"b": strings.Repeat("}\n", 700+i) + text(i, nil) + strings.Repeat("\n", 2000),
				"c": "head\n" + strings.Repeat("\n", 1021+i) + "end",
				"d": "head " + strings.Repeat("x", 1024+i) + "\n\n",
				"e": strings.Repeat("}\n", 512+i),
				"f": strings.Repeat("head\n", i) + strings.Repeat("x", 3000),
				"g": strings.Repeat("x", i) + "\n" + strings.Repeat("x", 1024+i%2),
			})
		}
	}, []string{"a", "b", "c", "d", "e", "f", "g"}},
	"names that need quotes": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"ä\t\"b\" c": "1\n2\n", "a\nb": "1\n"})
		r.Git("mv", "ä\t\"b\" c", "ü ")
		r.Commit("2", map[string]string{"ü ": "1\n2\n3\n"})
	}, []string{"ü ", "a\nb"}},
	"two roots": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil)})
		r.Git("checkout", "-q", "--orphan", "other")
		r.Git("rm", "-rfq", ".")
		r.Commit("2", map[string]string{"a": text(9, map[int]string{3: "three\n"}), "b": text(3, nil)})
		r.Checkout("main")
		evil(r, map[string]string{"a": text(9, map[int]string{3: "three\n"}), "b": text(3, nil)}, "--allow-unrelated-histories", "other")
	}, []string{"a", "b"}},
	"a replaced parent": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil)})
		r.Commit("2", map[string]string{"a": text(9, map[int]string{3: "three\n"})})
		r.Commit("3", map[string]string{"a": text(9, map[int]string{3: "three\n", 5: "five\n"})})
		r.Git("replace", "--graft", "HEAD", "HEAD~2")
	}, []string{"a"}},
	"a replaced blob": {func(r *gittest.Repo) {
		r.Commit("1", map[string]string{"a": text(9, nil), "b": text(9, map[int]string{3: "three\n"})})
		r.Commit("2", map[string]string{"a": text(9, map[int]string{3: "three\n", 5: "five\n"})})
		r.Git("replace", "HEAD~1:a", "HEAD~1:b")
	}, []string{"a"}},
}

func TestExoticHistories(t *testing.T) {
	for name, c := range exotic {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			c.make(r)
			agree(t, r, c.paths...)
		})
	}
}

// agree holds all lines of some files to git.
func agree(t *testing.T, r *gittest.Repo, paths ...string) {
	t.Helper()
	var questions []blame.Question
	var want [][]blame.Origin
	for _, path := range paths {
		origins, err := gitBlame(r, r.Head(), path)
		if err != nil || len(origins) == 0 {
			t.Fatalf("git tells nothing of %q: %v", path, err)
		}
		questions, want = append(questions, blame.Question{Path: path, Lines: all(len(origins))}), append(want, origins)
	}
	got, err := blame.Lines(context.Background(), open(t, r.Dir), r.Head(), questions, blame.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range questions {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%q:\ngot  %v\nwant %v", q.Path, got[i], want[i])
		}
		// In whatever order they are asked about.
		slices.Reverse(q.Lines)
		slices.Reverse(want[i])
		if back := ask(t, r, blame.Options{}, q.Path, q.Lines...); !slices.Equal(back, want[i]) {
			t.Errorf("%q backwards:\ngot  %v\nwant %v", q.Path, back, want[i])
		}
	}
}

// A submodule has no lines here, whatever it was before.
func TestASubmoduleHasNoLines(t *testing.T) {
	r := gittest.New(t)
	r.Commit("1", map[string]string{"a": "1\n", "b": "1\n"})
	r.Git("update-index", "--cacheinfo", "160000,"+r.Head().String()+",a")
	r.Git("commit", "-q", "-m", "2")
	if got := ask(t, r, blame.Options{}, "a", 1); got[0] != (blame.Origin{}) {
		t.Errorf("%v", got)
	}
	r.Git("rm", "-q", "--cached", "a")
	r.Commit("3", map[string]string{"a": "1\n"})
	agree(t, r, "a", "b")
}

// In a shallow clone what came before the cut is laid to the last commit that is
// here, as git lays it, and marked as git marks it.
func TestShallowBoundariesAreThoseOfGit(t *testing.T) {
	r := gittest.New(t)
	for i := range 6 {
		r.Commit("c", map[string]string{"a": text(9, map[int]string{i + 1: "changed\n"}) + strings.Repeat("+\n", i), "b": fmt.Sprintln(i)})
	}
	for depth := 1; depth <= 6; depth++ {
		clone := r.Clone("--depth", fmt.Sprint(depth))
		out := clone.Git("blame", "-p", "HEAD", "--", "a")
		bounds := map[gitops.Hash]bool{}
		var last gitops.Hash
		for line := range strings.Lines(out) {
			if f := strings.Fields(line); len(f) >= 3 && len(f[0]) == 40 {
				last = gitops.MustHash(f[0])
			} else if strings.TrimSpace(line) == "boundary" && !strings.HasPrefix(line, "\t") {
				bounds[last] = true
			}
		}
		want, err := gitBlame(clone, clone.Head(), "a")
		if err != nil {
			t.Fatal(err)
		}
		got := ask(t, clone, blame.Options{}, "a", all(len(want))...)
		for i := range want {
			// git calls a true root a boundary, too.
			want[i].Boundary = bounds[want[i].Commit] && depth < 6
			if got[i] != want[i] {
				t.Errorf("depth %d, line %d: got %v, want %v", depth, i+1, got[i], want[i])
			}
		}
	}
}

// mergeRenaming merges two branches that changed one file, which it renames and
// gives another content.
func mergeRenaming(r *gittest.Repo, content string) {
	r.Commit("1", map[string]string{"a": text(20, nil)})
	r.Git("branch", "other")
	r.Commit("ours", map[string]string{"a": text(20, map[int]string{2: "ours\n", 9: "both\n"})})
	r.Checkout("other")
	r.Commit("theirs", map[string]string{"a": text(20, map[int]string{15: "theirs\n", 9: "both\n"})})
	r.Checkout("main")
	_, _ = r.TryGit("merge", "-q", "--no-commit", "--no-ff", "-s", "ours", "other")
	r.Git("mv", "a", "b")
	r.Write("b", content)
	r.Git("add", "-A")
	r.Git("commit", "-q", "-m", "merge")
}
