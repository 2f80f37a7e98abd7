package treediff_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/treediff"
)

func TestMain(m *testing.M) { gittest.Main(m) }

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

// listed writes changes as `git diff-tree -r --raw -z` and `--numstat -z` do.
func listed(changes []gitops.FileChange) (raw, stat string) {
	var r, s strings.Builder
	for _, c := range changes {
		status := string(c.Status)
		if c.Status == gitops.Renamed {
			status = fmt.Sprintf("R%03d", c.Similarity)
		}
		fmt.Fprintf(&r, ":%s %s %s %s %s\x00", c.OldMode, c.NewMode, c.OldHash, c.NewHash, status)
		counts := fmt.Sprintf("%d\t%d", c.Additions, c.Deletions)
		if c.Binary {
			counts = "-\t-"
		}
		if c.OldPath != "" {
			fmt.Fprintf(&r, "%s\x00%s\x00", c.OldPath, c.Path)
			fmt.Fprintf(&s, "%s\t\x00%s\x00%s\x00", counts, c.OldPath, c.Path)
			continue
		}
		fmt.Fprintf(&r, "%s\x00", c.Path)
		fmt.Fprintf(&s, "%s\t%s\x00", counts, c.Path)
	}
	return r.String(), s.String()
}

// compare says how the changes between two trees differ from git's.
func compare(t gittest.TB, r *gittest.Repo, objs gitops.Objects, a, b gitops.Hash) string {
	t.Helper()
	ctx := context.Background()
	plain, err := treediff.Walk(ctx, objs, a, b)
	if err != nil {
		return err.Error()
	}
	if got, want := first(listed(plain)), r.Git("diff-tree", "-r", "-z", "--raw", "--no-renames", a.String(), b.String()); trim(got) != trim(want) {
		return fmt.Sprintf("walk:\n%q\ngit:\n%q", got, want)
	}
	renamed, err := treediff.DetectRenames(ctx, objs, plain, treediff.RenameOptions{DropTail: dropTail()})
	if err != nil {
		return err.Error()
	}
	if err := treediff.CountLines(ctx, objs, renamed); err != nil {
		return err.Error()
	}
	raw, stat := listed(renamed)
	if want := r.Git("diff-tree", "-r", "-z", "--raw", "-M", a.String(), b.String()); trim(raw) != trim(want) {
		return fmt.Sprintf("renames:\n%q\ngit:\n%q", raw, want)
	}
	if want := r.Git("diff-tree", "-r", "-z", "--numstat", "-M", a.String(), b.String()); trim(stat) != trim(want) {
		return fmt.Sprintf("counts:\n%q\ngit:\n%q", stat, want)
	}
	return ""
}

func first(s, _ string) string { return s }

func trim(s string) string { return strings.TrimRight(s, "\n") }

// TestGeneratedTreesAgreeWithGit: files of a few topics in a few places, so
// that there is always more than one candidate.
func TestGeneratedTreesAgreeWithGit(t *testing.T) {
	r := gittest.New(t)
	objs := r.Objects()
	rapid.Check(t, func(rt *rapid.T) {
		a, b := commitTree(rt, r, drawTree(rt)), commitTree(rt, r, drawTree(rt))
		if difference := compare(rt, r, objs, a, b); difference != "" {
			rt.Fatalf("%s", difference)
		}
	})
}

// TestManyIdenticalSources: the one of the same name wins only among the first
// hundred.
func TestManyIdenticalSources(t *testing.T) {
	r := gittest.New(t)
	objs := r.Objects()
	for at := 98; at <= 103; at++ {
		before := make(map[string]string)
		for i := 1; i <= 120; i++ {
			name := fmt.Sprintf("d/%03d", i)
			if i == at {
				name += "/target"
			}
			before[name] = "the same\n"
		}
		a, b := commitTree(t, r, before), commitTree(t, r, map[string]string{"e/target": "the same\n"})
		if difference := compare(t, r, objs, a, b); difference != "" {
			t.Errorf("at %d: %s", at, difference)
		}
	}
}

func drawTree(t *rapid.T) map[string]string {
	files := make(map[string]string)
	n := rapid.IntRange(0, 9).Draw(t, "files")
	for range n {
		name := rapid.SampledFrom([]string{"a", "b/a", "b/c", "b.c", "c/d/a", "c/d/e", "d/a", "e", "f/g"}).Draw(t, "path")
		files[name] = drawText(t)
	}
	return files
}

func drawText(t *rapid.T) string {
	topic := rapid.SampledFrom([]string{"one", "two"}).Draw(t, "topic")
	var b strings.Builder
	for i := range 8 {
		switch rapid.IntRange(0, 9).Draw(t, "line") {
		case 0:
		case 1:
			fmt.Fprintf(&b, "another\r\n")
		case 2:
			fmt.Fprintf(&b, "%s", strings.Repeat("long ", 30))
		default:
			fmt.Fprintf(&b, "%s of %d\n", topic, i)
		}
	}
	return b.String() + rapid.SampledFrom([]string{"", "", "tail", "\x00"}).Draw(t, "tail")
}

// commitTree writes a tree from a flat list of files.
func commitTree(t gittest.TB, r *gittest.Repo, files map[string]string) gitops.Hash {
	t.Helper()
	var b strings.Builder
	b.WriteString("commit refs/heads/generated\ncommitter T <t@example.com> 1700000000 +0000\ndata 0\ndeleteall\n")
	for path, text := range files {
		fmt.Fprintf(&b, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
	}
	if _, err := r.GitInput(b.String(), "fast-import", "--quiet", "--force"); err != nil {
		t.Fatalf("fast-import: %v", err)
	}
	return r.Rev("refs/heads/generated^{tree}")
}

func TestLookup(t *testing.T) {
	r := gittest.New(t)
	c := r.Commit("one", map[string]string{"a/b/c": "x", "a.b": "y"})
	tree := r.Rev(c.String() + "^{tree}")
	for path, want := range map[string]gitops.Mode{
		"": gitops.ModeTree, "a": gitops.ModeTree, "a/b/c": gitops.ModeFile, "a.b": gitops.ModeFile,
		"a/x": 0, "a.b/c": 0, "a/b/c/d": 0, "x": 0,
	} {
		e, ok, err := treediff.Lookup(r.Objects(), tree, path)
		if err != nil || ok != (want != 0) || e.Mode != want {
			t.Errorf("%q: %v %v %v, want mode %v", path, e, ok, err, want)
		}
	}
}

// counting counts the trees that are opened.
type counting struct {
	gitops.Objects
	trees int
}

func (c *counting) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	c.trees++
	return c.Objects.Tree(h)
}

func TestWalkOpensNoEqualSubtree(t *testing.T) {
	r := gittest.New(t)
	files := make(map[string]string)
	for i := range 40 {
		files[fmt.Sprintf("d%d/e/f", i)] = "x"
	}
	a := r.Rev(r.Commit("one", files).String() + "^{tree}")
	b := r.Rev(r.Commit("two", map[string]string{"d7/e/f": "y"}).String() + "^{tree}")
	objs := &counting{Objects: r.Objects()}
	changes, err := treediff.Walk(context.Background(), objs, a, b)
	if err != nil || len(changes) != 1 || changes[0].Path != "d7/e/f" {
		t.Fatalf("%v %v", changes, err)
	}
	if objs.trees != 6 {
		t.Errorf("opened %d trees, want the 3 that differ on either side", objs.trees)
	}
}

func TestEmptyTrees(t *testing.T) {
	r := gittest.New(t)
	tree := r.Rev(r.Commit("one", map[string]string{"a/b": "x"}).String() + "^{tree}")
	for _, none := range []gitops.Hash{{}, gitops.EmptyTree} {
		added, err := treediff.Walk(context.Background(), r.Objects(), none, tree)
		if err != nil || len(added) != 1 || added[0].Status != gitops.Added {
			t.Errorf("%v %v", added, err)
		}
		gone, err := treediff.Walk(context.Background(), r.Objects(), tree, none)
		if err != nil || len(gone) != 1 || gone[0].Status != gitops.Deleted {
			t.Errorf("%v %v", gone, err)
		}
	}
}

func TestMissingTreeAndCancelledWalk(t *testing.T) {
	r := gittest.New(t)
	missing := gitops.MustHash(strings.Repeat("a", 40))
	if _, err := treediff.Walk(context.Background(), r.Objects(), missing, gitops.EmptyTree); !errors.Is(err, gitops.ErrMissing) {
		t.Errorf("got %v, want an error that says missing", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := treediff.Walk(ctx, r.Objects(), missing, gitops.EmptyTree); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
}

// TestOldModesAreCanonical: histories of the first years hold group-writable
// files, which git takes for plain ones.
func TestOldModesAreCanonical(t *testing.T) {
	blob := gitops.NewObject(gitops.KindBlob, []byte("x"))
	old := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: "f", Mode: 0o100664, Hash: blob.Hash}}))
	cur := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: "f", Mode: gitops.ModeFile, Hash: blob.Hash}}))
	objs := gitops.NewOverlay(nil, blob, old, cur)
	changes, err := treediff.Walk(context.Background(), objs, old.Hash, cur.Hash)
	if err != nil || len(changes) != 0 {
		t.Errorf("%v %v, want no change", changes, err)
	}
}

// TestRenameLimit: past the limit only identical files and unique names pair.
func TestRenameLimit(t *testing.T) {
	r := gittest.New(t)
	before, after := make(map[string]string), make(map[string]string)
	for i := range 4 {
		text := strings.Repeat(fmt.Sprintf("text %d\n", i), 20)
		before[fmt.Sprintf("old%d", i)] = text
		after[fmt.Sprintf("new%d", i)] = text + "more\n"
	}
	a, b := commitTree(t, r, before), commitTree(t, r, after)
	changes, err := treediff.Walk(context.Background(), r.Objects(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]int{3: 8, 4: 4, 0: 4, -1: 4} {
		got, err := treediff.DetectRenames(context.Background(), r.Objects(), changes, treediff.RenameOptions{Limit: limit})
		if err != nil || len(got) != want {
			t.Errorf("limit %d: %d changes, %v, want %d", limit, len(got), err, want)
		}
	}
}

var repoFlag = flag.String("repo", "", "git directory of which TestDifferentialRepository compares the last commits")

// TestDifferentialRepository compares the last 200 first-parent commits of a
// real repository, and every tenth with the tip: -args -repo DIR.
func TestDifferentialRepository(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("needs a repository: -args -repo DIR")
	}
	r := gittest.Open(t, *repoFlag)
	objs := r.Objects()
	trees := strings.Fields(r.Git("log", "--first-parent", "--format=%T", "-n201"))
	runs := 0
	for i := range len(trees) - 1 {
		pairs := [][2]string{{trees[i+1], trees[i]}}
		if i%10 == 9 {
			pairs = append(pairs, [2]string{trees[i], trees[0]}, [2]string{trees[0], trees[i]})
		}
		for _, p := range pairs {
			runs++
			if difference := compare(t, r, objs, gitops.MustHash(p[0]), gitops.MustHash(p[1])); difference != "" {
				t.Errorf("%s..%s: %.600s", p[0], p[1], difference)
			}
		}
	}
	t.Logf("%d pairs of trees", runs)
}

// wide is a tree of n files in directories of a hundred, of which one in
// twenty differs between the two, and some moved.
func wide(n int) (objs gitops.Objects, a, b gitops.Hash) {
	o := gitops.NewOverlay(nil)
	add := func(kind gitops.ObjectKind, data []byte) gitops.Hash {
		obj := gitops.NewObject(kind, data)
		o.Add(obj)
		return obj.Hash
	}
	var roots [2]gitops.Hash
	for side := range roots {
		var dirs []gitops.TreeEntry
		for d := range n / 100 {
			var entries []gitops.TreeEntry
			for f := range 100 {
				name, text := fmt.Sprintf("f%02d", f), strings.Repeat(fmt.Sprintf("%d %d\n", d, f), 30)
				if side == 1 && f%20 == 0 && d%10 == 0 {
					name, text = "moved"+name, text+"changed\n"
				}
				entries = append(entries, gitops.TreeEntry{Name: name, Mode: gitops.ModeFile, Hash: add(gitops.KindBlob, []byte(text))})
			}
			gitops.SortEntries(entries)
			dirs = append(dirs, gitops.TreeEntry{Name: fmt.Sprintf("d%04d", d), Mode: gitops.ModeTree, Hash: add(gitops.KindTree, gitops.EncodeTree(entries))})
		}
		roots[side] = add(gitops.KindTree, gitops.EncodeTree(dirs))
	}
	return o, roots[0], roots[1]
}

func BenchmarkWalk(b *testing.B) {
	objs, from, to := wide(20000)
	for b.Loop() {
		if _, err := treediff.Walk(context.Background(), objs, from, to); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDetectRenames(b *testing.B) {
	objs, from, to := wide(20000)
	changes, err := treediff.Walk(context.Background(), objs, from, to)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := treediff.DetectRenames(context.Background(), objs, changes, treediff.RenameOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
