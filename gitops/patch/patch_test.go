package patch_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/patch"
	"ahead/gitops/treediff"
)

func TestMain(m *testing.M) { gittest.Main(m) }

// render writes the patch between two trees, renames included.
func render(t gittest.TB, objs gitops.Objects, a, b gitops.Hash, around int) string {
	t.Helper()
	ctx := context.Background()
	changes, err := treediff.Walk(ctx, objs, a, b)
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
	changes, err = treediff.DetectRenames(ctx, objs, changes, treediff.RenameOptions{DropTail: dropTail()})
	if err != nil {
		t.Fatalf("renames: %v", err)
	}
	var diffs []gitops.FileDiff
	for _, c := range changes {
		d, err := patch.File(ctx, objs, c, around)
		if err != nil {
			t.Fatalf("%s: %v", c.Path, err)
		}
		diffs = append(diffs, d)
	}
	var out bytes.Buffer
	if err := patch.Write(&out, diffs); err != nil {
		t.Fatalf("write: %v", err)
	}
	return out.String()
}

// dropTail reports whether the git at hand leaves a last line without an
// ending out of its estimate.
var dropTail = sync.OnceValue(func() bool {
	out, err := exec.Command("git", "version").Output()
	var major, minor int
	if _, scan := fmt.Sscanf(string(out), "git version %d.%d", &major, &minor); err != nil || scan != nil {
		panic(fmt.Sprintf("git version: %q, %v", out, err))
	}
	return major == 2 && minor < 44
})

func numbered(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, "line %d of the file\n", i)
	}
	return b.String()
}

const source = `package main

func first() {
	one()
	two()
	three()
	four()
	five()
}

func second() {
	one()
	two()
	three()
	four()
}
`

// cases are pairs of trees by hand: path to content on either side.
var cases = []struct {
	name          string
	before, after map[string]string
}{
	{"one line", map[string]string{"f": numbered(1, 20)}, map[string]string{"f": strings.Replace(numbered(1, 20), "line 9 ", "line nine ", 1)}},
	{"two hunks", map[string]string{"f": numbered(1, 30)}, map[string]string{"f": strings.NewReplacer("line 3 ", "x ", "line 28 ", "y ").Replace(numbered(1, 30))}},
	{"hunks that just touch", map[string]string{"f": numbered(1, 30)}, map[string]string{"f": strings.NewReplacer("line 10 ", "x ", "line 17 ", "y ").Replace(numbered(1, 30))}},
	{"hunks just apart", map[string]string{"f": numbered(1, 30)}, map[string]string{"f": strings.NewReplacer("line 10 ", "x ", "line 18 ", "y ").Replace(numbered(1, 30))}},
	{"at both ends", map[string]string{"f": numbered(1, 9)}, map[string]string{"f": "top\n" + numbered(1, 9) + "end\n"}},
	{"no newline gained", map[string]string{"f": "a\nb"}, map[string]string{"f": "a\nb\n"}},
	{"no newline lost", map[string]string{"f": "a\nb\n"}, map[string]string{"f": "a\nb"}},
	{"no newline kept", map[string]string{"f": "a\nb"}, map[string]string{"f": "x\nb"}},
	{"carriage returns", map[string]string{"f": "a\r\nb\r\n"}, map[string]string{"f": "a\r\nc\r\n"}},
	{"added and deleted", map[string]string{"gone": numbered(1, 4)}, map[string]string{"new": "quite another\n"}},
	{"empty files", map[string]string{"gone": ""}, map[string]string{"f": "x\n", "new/er": ""}},
	{"binary", map[string]string{"f": "a\x00b\n", "g": "x\x00"}, map[string]string{"f": "a\x00c\n", "h h": "quite\x00new"}},
	{"renamed", map[string]string{"old": numbered(1, 20)}, map[string]string{"new": numbered(1, 20)}},
	{"renamed and changed", map[string]string{"d/old": numbered(1, 20)}, map[string]string{"d/new name": numbered(2, 21)}},
	{"renamed without a last newline", map[string]string{"d/old": numbered(1, 5) + "tail"}, map[string]string{"e/new": numbered(1, 5) + "other tail"}},
	{"section", map[string]string{"f.go": source}, map[string]string{"f.go": strings.Replace(source, "\tfour()\n}\n", "\tfour()\n\tsix()\n}\n", 1)}},
	{"section above the context", map[string]string{"f.go": source}, map[string]string{"f.go": strings.Replace(source, "five", "six", 1)}},
	{"indent heuristic", map[string]string{"f.go": source}, map[string]string{"f.go": strings.Replace(source, "func second", "func middle() {\n\tone()\n}\n\nfunc second", 1)}},
	{"long section", map[string]string{"f": strings.Repeat("x", 79) + " \tyz\n" + numbered(1, 20)}, map[string]string{"f": strings.Repeat("x", 79) + " \tyz\n" + strings.ReplaceAll(numbered(1, 20), "line", " line")}},
	{"odd paths", map[string]string{"tab\there": "a\n", "quo\"te": "a\n", "back\\slash": "a\n", "sp ace": "a\n", "ünï": "a\n"}, map[string]string{"tab\there": "b\n", "quo\"te": "b\n", "back\\slash": "b\n", "sp ace": "b\n", "ünï": "b\n"}},
}

func TestSameTextAsGit(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := gittest.New(t)
			a := r.Commit("before", c.before)
			for path := range c.before {
				if _, stays := c.after[path]; !stays {
					r.Remove(path)
				}
			}
			b := r.Commit("after", c.after)
			check(t, r, a, b, patch.DefaultContext)
			check(t, r, b, a, 0)
		})
	}
}

// check compares with `git diff` and lets git apply the text.
func check(t gittest.TB, r *gittest.Repo, a, b gitops.Hash, around int) {
	t.Helper()
	got := render(t, r.Objects(), tree(r, a), tree(r, b), around)
	want := r.Git("diff-tree", "-p", "-M", "--abbrev=7", fmt.Sprintf("-U%d", around), a.String(), b.String())
	if strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") {
		t.Fatalf("got:\n%s\ngit:\n%s", got, want)
	}
	if strings.Contains(got, "\nBinary files") || got == "" {
		return
	}
	r.Git("read-tree", a.String())
	if _, err := r.GitInput(got, "apply", "--cached", "--unidiff-zero", "-"); err != nil {
		t.Fatalf("git apply: %v\n%s", err, got)
	}
	if applied := r.Git("write-tree"); strings.TrimSpace(applied) != tree(r, b).String() {
		t.Fatalf("git apply made another tree of\n%s", got)
	}
}

func tree(r *gittest.Repo, commit gitops.Hash) gitops.Hash { return r.Rev(commit.String() + "^{tree}") }

// TestModesAndTypes covers what a work tree is awkward for: bits, links,
// submodules, and changes from one to another.
func TestModesAndTypes(t *testing.T) {
	r := gittest.New(t)
	text := writeBlob(t, r, numbered(1, 10))
	other := writeBlob(t, r, strings.Replace(numbered(1, 10), "line 5 ", "x ", 1))
	link, link2 := writeBlob(t, r, "target"), writeBlob(t, r, "elsewhere")
	empty := writeBlob(t, r, "")
	sub, sub2 := gitops.MustHash(strings.Repeat("1", 40)), gitops.MustHash(strings.Repeat("2", 40))
	states := []gitops.TreeEntry{
		{},
		{Mode: gitops.ModeFile, Hash: text},
		{Mode: gitops.ModeExecutable, Hash: text},
		{Mode: gitops.ModeFile, Hash: other},
		{Mode: gitops.ModeSymlink, Hash: link},
		{Mode: gitops.ModeSymlink, Hash: link2},
		{Mode: gitops.ModeFile, Hash: empty},
		{Mode: gitops.ModeSubmodule, Hash: sub},
		{Mode: gitops.ModeSubmodule, Hash: sub2},
	}
	for _, from := range states {
		for _, to := range states {
			a, b := writeTree(t, r, from), writeTree(t, r, to)
			got := render(t, r.Objects(), a, b, patch.DefaultContext)
			want := r.Git("diff-tree", "-p", "-M", "--abbrev=7", a.String(), b.String())
			if strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") {
				t.Errorf("%s to %s, got:\n%s\ngit:\n%s", from.Mode, to.Mode, got, want)
			}
		}
	}
}

func writeBlob(t gittest.TB, r *gittest.Repo, text string) gitops.Hash {
	t.Helper()
	out, err := r.GitInput(text, "hash-object", "-w", "--stdin")
	if err != nil {
		t.Fatalf("hash-object: %v", err)
	}
	return gitops.MustHash(strings.TrimSpace(out))
}

// writeTree makes a tree that holds the entry under the name f, or nothing.
func writeTree(t gittest.TB, r *gittest.Repo, e gitops.TreeEntry) gitops.Hash {
	t.Helper()
	line := ""
	if e.Mode != 0 {
		kind := "blob"
		if e.Mode == gitops.ModeSubmodule {
			kind = "commit"
		}
		line = fmt.Sprintf("%s %s %s\tf\n", e.Mode, kind, e.Hash)
	}
	out, err := r.GitInput(line, "mktree", "--missing")
	if err != nil {
		t.Fatalf("mktree: %v", err)
	}
	return gitops.MustHash(strings.TrimSpace(out))
}

// TestGeneratedTextSameAsGit: files of few distinct lines, in which runs of
// changes can slide.
func TestGeneratedTextSameAsGit(t *testing.T) {
	r := gittest.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"}", "{", "", "\tone", "\ttwo", "  three", "four", "func f() {", "$x", "\r"}), 0, 40)
		text := func(label string) string {
			return strings.Join(lines.Draw(rt, label), "\n") + rapid.SampledFrom([]string{"\n", ""}).Draw(rt, "end")
		}
		a, b := writeTree(rt, r, file(rt, r, text("before"))), writeTree(rt, r, file(rt, r, text("after")))
		got := render(rt, r.Objects(), a, b, patch.DefaultContext)
		want := r.Git("diff-tree", "-p", "--abbrev=7", a.String(), b.String())
		if strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") {
			rt.Fatalf("got:\n%s\ngit:\n%s", got, want)
		}
	})
}

func file(t gittest.TB, r *gittest.Repo, text string) gitops.TreeEntry {
	return gitops.TreeEntry{Mode: gitops.ModeFile, Hash: writeBlob(t, r, text)}
}

func TestMissingBlobIsAnError(t *testing.T) {
	r := gittest.New(t)
	change := gitops.FileChange{Path: "f", Status: gitops.Added, NewMode: gitops.ModeFile, NewHash: gitops.MustHash(strings.Repeat("a", 40))}
	if _, err := patch.File(context.Background(), r.Objects(), change, 3); err == nil || !strings.Contains(err.Error(), `"f"`) {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func BenchmarkFile(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	var before, after strings.Builder
	for i := range 5000 {
		line := fmt.Sprintf("line %d\n", random.IntN(3000))
		before.WriteString(line)
		if i%50 != 0 {
			after.WriteString(line)
		}
	}
	r := gittest.New(b)
	objs := gitops.NewOverlay(r.Objects())
	old, cur := gitops.NewObject(gitops.KindBlob, []byte(before.String())), gitops.NewObject(gitops.KindBlob, []byte(after.String()))
	objs.Add(old, cur)
	change := gitops.FileChange{Path: "f", Status: gitops.Modified, OldMode: gitops.ModeFile, NewMode: gitops.ModeFile, OldHash: old.Hash, NewHash: cur.Hash}
	for b.Loop() {
		if _, err := patch.File(context.Background(), objs, change, 3); err != nil {
			b.Fatal(err)
		}
	}
}

var repoFlag = flag.String("repo", "", "git directory of which TestDifferentialRepository diffs the last commits")

// TestDifferentialRepository diffs the last 200 first-parent commits of a real
// repository against `git diff-tree -p -M`: -args -repo DIR.
func TestDifferentialRepository(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("needs a repository: -args -repo DIR")
	}
	r := gittest.Open(t, *repoFlag)
	objs := r.Objects()
	trees := strings.Fields(r.Git("log", "--first-parent", "--format=%T", "-n201"))
	same := 0
	for i := range len(trees) - 1 {
		got := render(t, objs, gitops.MustHash(trees[i+1]), gitops.MustHash(trees[i]), 3)
		want := r.Git("diff-tree", "-p", "-M", "--abbrev=7", trees[i+1], trees[i])
		// Where seven digits are not unique git writes more.
		want = longIndex.ReplaceAllString(want, "index $1..$2")
		if strings.TrimSuffix(got, "\n") == strings.TrimSuffix(want, "\n") {
			same++
			continue
		}
		t.Errorf("%s..%s differ: %s", trees[i+1], trees[i], firstDifference(got, want))
	}
	t.Logf("%d of %d patches are git's", same, len(trees)-1)
}

var longIndex = regexp.MustCompile(`(?m)^index ([0-9a-f]{7})[0-9a-f]*\.\.([0-9a-f]{7})[0-9a-f]*`)

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d: %q, git %q", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, git %d", len(a), len(b))
}
