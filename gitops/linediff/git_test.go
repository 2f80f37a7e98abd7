package linediff_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ahead/gitops/linediff"
	"ahead/gitops/linediff/linegen"
)

func git(t testing.TB, dir, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	cmd.Env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "GIT_DIR="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// store puts the base and ours of every triple into a new repository, as path n
// of the branches a and b.
func store(t testing.TB, triples []linegen.Triple) (dir string) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, "", "init", "-q", "--bare", ".")
	var b strings.Builder
	for branch, text := range map[string]func(linegen.Triple) string{
		"a": func(t linegen.Triple) string { return t.Base },
		"b": func(t linegen.Triple) string { return t.Ours },
	} {
		fmt.Fprintf(&b, "commit refs/heads/%s\ncommitter T <t@example.com> 1700000000 +0000\ndata 0\n", branch)
		for n, tr := range triples {
			fmt.Fprintf(&b, "M 100644 inline %d\ndata %d\n%s\n", n, len(text(tr)), text(tr))
		}
		b.WriteByte('\n')
	}
	git(t, dir, b.String(), "fast-import", "--quiet")
	return dir
}

// gitChanges reads the changes of every path from a patch of a and b. One line
// of context, not none: without context git first cuts off equal ends, which
// may change the answer.
func gitChanges(t testing.TB, dir string, n int, flags ...string) [][]linediff.Change {
	t.Helper()
	args := append([]string{"diff-tree", "-r", "-p", "-U1", "--no-renames"}, flags...)
	out := make([][]linediff.Change, n)
	var cur *[]linediff.Change
	var i, j int
	open := false
	patch := git(t, dir, "", append(args, "a", "b")...)
	for _, line := range strings.Split(strings.TrimSuffix(patch, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "diff --git a/"):
			path, err := strconv.Atoi(line[strings.LastIndexByte(line, '/')+1:])
			if err != nil {
				t.Fatal(err)
			}
			cur, open = &out[path], false
			i = -1
		case strings.HasPrefix(line, "@@ "):
			i, j = hunkStart(t, line)
			open = false
		case i < 0 || line[0] == '\\':
		case line[0] == ' ':
			i, j, open = i+1, j+1, false
		default:
			if !open {
				*cur = append(*cur, linediff.Change{AStart: i, AEnd: i, BStart: j, BEnd: j})
				open = true
			}
			c := &(*cur)[len(*cur)-1]
			if line[0] == '-' {
				i++
			} else {
				j++
			}
			c.AEnd, c.BEnd = i, j
		}
	}
	return out
}

// hunkStart reads the first lines of "@@ -l,n +l,n @@", from 0. Of an empty
// range git gives the line before it.
func hunkStart(t testing.TB, line string) (i, j int) {
	t.Helper()
	start := func(s string) int {
		at, count, counted := strings.Cut(s[1:], ",")
		n, err := strconv.Atoi(at)
		if err != nil {
			t.Fatalf("hunk %q: %v", line, err)
		}
		if counted && count == "0" {
			return n
		}
		return n - 1
	}
	f := strings.Fields(line)
	return start(f[1]), start(f[2])
}

// rounds is how many batches each generator gives; AHEAD_ROUNDS raises it for
// a run at scale, AHEAD_SEED moves it to other texts.
func rounds(t testing.TB) (n int, seed uint64) {
	t.Helper()
	read := func(name string, byDefault uint64) uint64 {
		s := os.Getenv(name)
		if s == "" {
			return byDefault
		}
		v, err := strconv.ParseUint(s, 10, 31)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	return int(read("AHEAD_ROUNDS", 1)), read("AHEAD_SEED", 1)
}

// TestDiffAgreesWithGit holds Diff to git's diff of generated texts: both
// algorithms, with and without the indent heuristic.
func TestDiffAgreesWithGit(t *testing.T) {
	n, seed := rounds(t)
	for _, g := range linegen.All() {
		t.Run(g.Name, func(t *testing.T) {
			for round := range n {
				triples := g.Batch(40, seed, uint64(round))
				compareDiffs(t, triples,
					linediff.Options{Algorithm: linediff.Myers, IndentHeuristic: true},
					linediff.Options{Algorithm: linediff.Myers},
					linediff.Options{Algorithm: linediff.Histogram, IndentHeuristic: true},
					linediff.Options{Algorithm: linediff.Histogram})
			}
		})
	}
}

// FuzzDiffAgreesWithGit lets a fuzzer choose the kind of text and its seed.
func FuzzDiffAgreesWithGit(f *testing.F) {
	for i := range linegen.All() {
		f.Add(uint8(i), uint64(i))
	}
	f.Fuzz(func(t *testing.T, kind uint8, seed uint64) {
		all := linegen.All()
		triples := all[int(kind)%len(all)].Batch(20, seed, 3)
		triples = append(triples, linegen.Triple{Name: "differs", Base: "a\n", Ours: "b\n"})
		compareDiffs(t, triples, linediff.DisplayOptions(), linediff.Options{Algorithm: linediff.Histogram})
	})
}

// TestHugeDiffAgreesWithGit covers the rules by which git gives up the shortest
// answer, which only texts of more than 65,536 lines together meet.
func TestHugeDiffAgreesWithGit(t *testing.T) {
	n, seed := rounds(t)
	compareDiffs(t, linegen.Huge(3*n, seed), linediff.DisplayOptions(), linediff.Options{})
}

func compareDiffs(t *testing.T, triples []linegen.Triple, opts ...linediff.Options) {
	t.Helper()
	dir := store(t, triples)
	for _, opt := range opts {
		compareChanges(t, opt, triples, gitChanges(t, dir, len(triples), flags(opt)...))
	}
}

func flags(opt linediff.Options) []string {
	f := []string{"--diff-algorithm=histogram", "--no-indent-heuristic"}
	if opt.Algorithm == linediff.Myers {
		f[0] = "--diff-algorithm=myers"
	}
	if opt.IndentHeuristic {
		f[1] = "--indent-heuristic"
	}
	return f
}

func compareChanges(t *testing.T, opt linediff.Options, triples []linegen.Triple, want [][]linediff.Change) {
	t.Helper()
	changed := 0
	for i, tr := range triples {
		a, b := linediff.Split([]byte(tr.Base)), linediff.Split([]byte(tr.Ours))
		got := linediff.DiffWith(a, b, opt)
		if len(got) > 0 {
			changed++
		}
		if !slices.Equal(got, want[i]) {
			t.Errorf("%s %+v\na %.4000q\nb %.4000q\n got %v\nwant %v", tr.Name, opt, tr.Base, tr.Ours, got, want[i])
		}
	}
	if changed == 0 {
		t.Error("no text differs from its base")
	}
}

// Rules of placement that generated texts seldom meet; all run against git.
func TestPlacementAgreesWithGit(t *testing.T) {
	blanks, deep := strings.Repeat("\n", 25), strings.Repeat("\t", 30)
	block := "\tif a {\n\t\tb()\n\t}\n"
	triples := []linegen.Triple{
		// More blank lines than are counted: the stretch is taken to end at
		// column 0.
		{Name: "many blanks", Base: block + blanks + block, Ours: block + blanks + block + blanks + block},
		// Indentation that differs only beyond what is measured is no
		// difference.
		{Name: "very deep", Base: deep + "a\n" + deep + "\tb\n", Ours: deep + "a\n" + deep + "\tb\n" + deep + "a\n" + deep + "\tb\n"},
		{Name: "blanks at the start", Base: "\n\na\n\nb\n", Ours: "\n\na\n\n\na\n\nb\n"},
		{Name: "end of file", Base: "a\n\nb\n\n", Ours: "a\n\nb\n\na\n\nb\n\n"},
		{Name: "block before block", Base: block, Ours: block + "\n" + block},
		{Name: "else", Base: "if a {\n\tb\n}\n", Ours: "if a {\n\tb\n} else {\n\tb\n}\n"},
		{Name: "odd spaces", Base: " \v\f\n \ta\n", Ours: " \v\f\n \ta\n \v\f\n \ta\n"},
		// The group could slide further up than it is looked for.
		{Name: "long slide", Base: strings.Repeat("x\n\n", 90), Ours: strings.Repeat("x\n\n", 150)},
		{Name: "no newline at the end", Base: "a\nb", Ours: "a\nb\na\nb"},
		// As "very deep", where the difference would decide: were a and b not
		// equally deep, the run would end before a.
		{
			Name: "too deep to tell", Base: deep + "z\n" + deep + "\tb\n" + deep + "a\n" + deep + "\ts\n",
			Ours: deep + "z\n" + strings.Repeat(deep+"\tb\n"+deep+"a\n", 2) + deep + "\ts\n",
		},
	}
	// The one good place is so many lines up: 100 is as far as git looks.
	for up := 97; up <= 103; up++ {
		block := numbered(130-up) + "\n" + numbered(up-1)
		triples = append(triples, linegen.Triple{
			Name: fmt.Sprintf("%d up", up),
			Base: "first\n" + block + "last\n", Ours: "first\n" + block + block + "last\n",
		})
	}
	compareDiffs(t, triples,
		linediff.Options{Algorithm: linediff.Myers, IndentHeuristic: true},
		linediff.Options{Algorithm: linediff.Histogram})
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d of %d\n", i, n)
	}
	return b.String()
}
