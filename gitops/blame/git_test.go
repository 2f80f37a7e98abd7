package blame_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/blame"
	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

func TestMain(m *testing.M) { gittest.Main(m) }

// gitBlame asks git for the origin of every line.
func gitBlame(r *gittest.Repo, at gitops.Hash, path string) ([]blame.Origin, error) {
	out, err := r.TryGit("blame", "-p", at.String(), "--", path)
	if err != nil {
		return nil, err
	}
	var origins []blame.Origin
	names := map[gitops.Hash]string{}
	var now blame.Origin
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "\t"):
			now.Path = names[now.Commit]
			origins = append(origins, now)
		case len(fields) >= 3 && len(fields[0]) == 40:
			now = blame.Origin{Commit: gitops.MustHash(fields[0])}
			now.Line, _ = strconv.Atoi(fields[1])
		case strings.HasPrefix(line, "filename "):
			name := strings.TrimSuffix(strings.TrimPrefix(line, "filename "), "\n")
			if plain, err := strconv.Unquote(name); err == nil && name[0] == '"' {
				name = plain // git quotes as C does
			}
			names[now.Commit] = name
		}
	}
	return origins, nil
}

func all(n int) []int {
	lines := make([]int, n)
	for i := range lines {
		lines[i] = i + 1
	}
	return lines
}

func open(t gittest.TB, dir string) gitops.Objects {
	r, err := repo.Open(context.Background(), dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r.Objects()
}

// TestAgreesWithGit holds every line of generated histories to git's own
// answer: branches, merges that mix their sides, renames, clocks that lie.
func TestAgreesWithGit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := generate(t)
		r := gittest.NewBare(t)
		if out, err := r.GitInput(h.stream(), "fast-import", "--quiet"); err != nil {
			t.Fatalf("fast-import: %v\n%s", err, out)
		}
		tip := r.Rev("refs/heads/main")
		objs := open(t, r.Dir)
		var questions []blame.Question
		var want [][]blame.Origin
		for _, path := range h.paths() {
			origins, err := gitBlame(r.Repo, tip, path)
			if err != nil {
				t.Fatalf("%v", err)
			}
			want = append(want, origins)
			questions = append(questions, blame.Question{Path: path, Lines: all(len(origins))})
		}
		got, err := blame.Lines(context.Background(), objs, tip, questions, blame.Options{})
		if err != nil {
			t.Fatalf("%v", err)
		}
		for i, q := range questions {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("%s:\ngot  %v\nwant %v\n%s", q.Path, got[i], want[i], h.stream())
			}
		}
	})
}

// commit is one of a generated history.
type commit struct {
	parents []int
	when    int
	files   map[string][]string
}

type made struct{ commits []commit }

func (m made) paths() []string {
	last := m.commits[len(m.commits)-1]
	paths := make([]string, 0, len(last.files))
	for p, lines := range last.files {
		if len(lines) > 0 {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return paths
}

// stream is the history as git fast-import reads it.
func (m made) stream() string {
	var b strings.Builder
	for i, c := range m.commits {
		fmt.Fprintf(&b, "commit refs/heads/%s\nmark :%d\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n", branchOf(i, len(m.commits)), i+1, 1700000000+c.when)
		for k, p := range c.parents {
			fmt.Fprintf(&b, "%s :%d\n", []string{"from", "merge"}[k], p+1)
		}
		b.WriteString("deleteall\n")
		for _, path := range slices.Sorted(keys(c.files)) {
			text := strings.Join(c.files[path], "")
			fmt.Fprintf(&b, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func keys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func branchOf(i, n int) string {
	if i == n-1 {
		return "main"
	}
	return fmt.Sprintf("c%d", i)
}

func generate(t *rapid.T) made {
	n := rapid.IntRange(2, 14).Draw(t, "commits")
	r := rand.New(rand.NewPCG(uint64(rapid.Int().Draw(t, "seed")), 1))
	m := made{}
	for i := range n {
		c := commit{files: map[string][]string{}, when: i * 60}
		if r.IntN(6) == 0 {
			c.when = r.IntN(n * 60)
		}
		if i == 0 {
			c.files["a.txt"] = lines(r, 12)
			if r.IntN(3) == 0 {
				// More than what is compared as a common end.
				c.files["long.txt"] = same(r, 400+r.IntN(800))
			}
			c.files["d/b.txt"] = lines(r, 9)
		} else {
			c.parents = []int{max(0, i-1-r.IntN(3))}
			if other := r.IntN(i); other != c.parents[0] && r.IntN(3) == 0 {
				c.parents = append(c.parents, other)
			}
			m.inherit(r, &c)
			edit(r, c.files)
		}
		m.commits = append(m.commits, c)
	}
	return m
}

func lines(r *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = line(r)
	}
	return out
}

// same are lines of which nearly all stand more than once.
func same(r *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = []string{"\n", "}\n", "\treturn\n", "\tbreak\n"}[r.IntN(4)]
		if r.IntN(9) == 0 {
			out[i] = line(r)
		}
	}
	return out
}

// line is often one that stands elsewhere, too.
func line(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return []string{"\n", "}\n", "\treturn\n"}[r.IntN(3)]
	}
	return fmt.Sprintf("line %d of many words\n", r.IntN(400))
}

// inherit gives a merge the files of its parents, mixed where both have one.
func (m made) inherit(r *rand.Rand, c *commit) {
	for _, p := range c.parents {
		for path, theirs := range m.commits[p].files {
			ours, both := c.files[path]
			if !both {
				c.files[path] = slices.Clone(theirs)
			} else if r.IntN(2) == 0 {
				cut := r.IntN(min(len(ours), len(theirs)) + 1)
				c.files[path] = slices.Concat(ours[:cut], theirs[cut:])
			}
		}
	}
}

func edit(r *rand.Rand, files map[string][]string) {
	for _, path := range slices.Sorted(keys(files)) {
		switch text := files[path]; {
		case r.IntN(3) == 0 && len(text) > 0:
			from := r.IntN(len(text))
			to := min(len(text), from+r.IntN(3))
			files[path] = slices.Concat(text[:from], same(r, r.IntN(4)), text[to:])
		case r.IntN(9) == 0:
			delete(files, path)
			files[fmt.Sprintf("d/n%d.txt", r.IntN(50))] = text
		}
	}
	if r.IntN(10) == 0 {
		files[fmt.Sprintf("n%d.txt", r.IntN(50))] = lines(r, 8)
	}
}

var (
	repoFlag = flag.String("repo", "", "git directory in which TestRealRepository blames lines; only read")
	manyFlag = flag.Int("n", 40, "how many files TestRealRepository asks about")
	seedFlag = flag.Uint64("seed", 7, "which files those are")
)

// TestRealRepository compares with git on a clone:
//
//	go test ./gitops/blame -run RealRepository -v -args -repo DIR -n 40
func TestRealRepository(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("no clone to look at: give one with -args -repo DIR")
	}
	r := gittest.Open(t, *repoFlag)
	tip := r.Rev("HEAD^{commit}")
	objs := open(t, *repoFlag)
	paths := strings.Split(r.Git("ls-tree", "-r", "--name-only", "HEAD"), "\n")
	rnd := rand.New(rand.NewPCG(*seedFlag, 7))
	asked, wrong := 0, 0
	for range *manyFlag {
		path := paths[rnd.IntN(len(paths))]
		want, err := gitBlame(r, tip, path)
		if err != nil || len(want) == 0 {
			continue
		}
		q := blame.Question{Path: path, Lines: all(len(want))}
		got, err := blame.Lines(context.Background(), objs, tip, []blame.Question{q}, blame.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			asked++
			if got[0][i] != want[i] {
				if wrong++; wrong < 10 {
					t.Errorf("%s:%d: got %v, git says %v", path, i+1, got[0][i], want[i])
				}
			}
		}
	}
	t.Logf("%d lines asked, %d differ", asked, wrong)
}
