package threeway_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"ahead/gitops/linediff/linegen"
	"ahead/gitops/threeway"
)

// gitIn runs git in dir with nobody's settings and a frozen clock.
func gitIn(t testing.TB, dir string, stdin io.Reader, args ...string) ([]byte, int) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, stdin
	cmd.Env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_DIR="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return out, 1
	}
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, 0
}

func gitMustIn(t testing.TB, dir string, stdin io.Reader, args ...string) []byte {
	t.Helper()
	out, code := gitIn(t, dir, stdin, args...)
	if code != 0 {
		t.Fatalf("git %s: exit %d", strings.Join(args, " "), code)
	}
	return out
}

// merged is what git made of one path.
type merged struct {
	conflict bool
	content  string
}

// gitMerge merges many triples in one run of `git merge-tree`, each as a path
// of its own, with the ort strategy and thus histogram.
func gitMerge(t testing.TB, attributes string, triples []linegen.Triple) []merged {
	t.Helper()
	dir := t.TempDir()
	gitMustIn(t, dir, nil, "init", "-q", "--bare", ".")
	gitMustIn(t, dir, fastImport(triples), "fast-import", "--quiet")
	args := []string{"merge-tree", "--write-tree", "-z", "--no-messages", "ours", "theirs"}
	if attributes != "" {
		file := dir + "/attributes"
		if err := os.WriteFile(file, []byte(attributes), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"-c", "core.attributesFile=" + file}, args...)
	}
	out, code := gitIn(t, dir, nil, args...)
	fields := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if (code == 1) != (len(fields) > 1) {
		t.Fatalf("merge-tree: exit %d with %d conflicted stages", code, len(fields)-1)
	}
	results := gitBlobs(t, dir, fields[0], len(triples))
	for _, stage := range fields[1:] {
		_, path, _ := strings.Cut(stage, "\t")
		if path == "" {
			continue
		}
		n, err := strconv.Atoi(path)
		if err != nil {
			t.Fatalf("stage %q: %v", stage, err)
		}
		results[n].conflict = true
	}
	return results
}

// fastImport gives the stream that makes a parentless base and two commits on
// it, with path n holding triple n.
func fastImport(triples []linegen.Triple) io.Reader {
	var b bytes.Buffer
	commit := func(branch, from string, text func(linegen.Triple) string) {
		fmt.Fprintf(&b, "commit refs/heads/%s\ncommitter T <t@example.com> 1700000000 +0000\ndata 0\n%s", branch, from)
		for n, tr := range triples {
			s := text(tr)
			fmt.Fprintf(&b, "M 100644 inline %d\ndata %d\n%s\n", n, len(s), s)
		}
		b.WriteByte('\n')
	}
	commit("base", "", func(t linegen.Triple) string { return t.Base })
	commit("ours", "from refs/heads/base\n", func(t linegen.Triple) string { return t.Ours })
	commit("theirs", "from refs/heads/base\n", func(t linegen.Triple) string { return t.Theirs })
	b.WriteString("done\n")
	return &b
}

func gitBlobs(t testing.TB, dir, tree string, n int) []merged {
	t.Helper()
	var ask bytes.Buffer
	for i := range n {
		fmt.Fprintf(&ask, "%s:%d\n", tree, i)
	}
	in := bufio.NewReader(bytes.NewReader(gitMustIn(t, dir, &ask, "cat-file", "--batch")))
	out := make([]merged, n)
	for i := range out {
		content, ok := nextBlob(t, in)
		if !ok {
			t.Fatalf("no blob at path %d", i)
		}
		out[i].content = content
	}
	return out
}

// rounds is how many batches each generator gives; AHEAD_ROUNDS raises it for
// a run at scale, AHEAD_SEED moves it to other texts.
func rounds(t testing.TB, byDefault int) (n int, seed uint64) {
	n, seed = byDefault, 1
	for name, set := range map[string]func(int){
		"AHEAD_ROUNDS": func(v int) { n = v },
		"AHEAD_SEED":   func(v int) { seed = uint64(v) },
	} {
		if s := os.Getenv(name); s != "" {
			v, err := strconv.Atoi(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			set(v)
		}
	}
	return n, seed
}

// TestMergeAgreesWithGit holds MergeLines to git's merge of generated files:
// which conflict, the bytes of the others, and in conflicts every marker.
func TestMergeAgreesWithGit(t *testing.T) {
	n, seed := rounds(t, 1)
	for _, g := range linegen.All() {
		t.Run(g.Name, func(t *testing.T) {
			conflicts, total := 0, 0
			for round := range n {
				triples := g.Batch(60, seed, uint64(round))
				conflicts += compareMerges(t, triples)
				total += len(triples)
			}
			t.Logf("%d triples, %d conflicts", total, conflicts)
			if total >= 60 && (conflicts == 0 || conflicts == total) {
				t.Errorf("%d of %d triples conflict: the generator tests one side only", conflicts, total)
			}
		})
	}
}

// TestUnionAgreesWithGit is the same with the attribute merge=union.
func TestUnionAgreesWithGit(t *testing.T) {
	n, seed := rounds(t, 1)
	for _, g := range linegen.All() {
		if g.Large() {
			continue // settled by the same chunks as the test above
		}
		for round := range n {
			triples := g.Batch(50, seed+1000, uint64(round))
			for i, want := range gitMerge(t, "* merge=union\n", triples) {
				tr := triples[i]
				got := merge(tr, threeway.LineOptions{Union: true})
				if !got.Clean || want.conflict || string(got.Content) != want.content {
					t.Errorf("%s: clean %v, git conflict %v\nbase %q\nours %q\ntheirs %q\n got %q\nwant %q",
						tr.Name, got.Clean, want.conflict, tr.Base, tr.Ours, tr.Theirs, got.Content, want.content)
				}
			}
		}
	}
}

// FuzzMergeAgreesWithGit lets a fuzzer choose what TestMergeAgreesWithGit
// generates: the kind of text and its seed.
func FuzzMergeAgreesWithGit(f *testing.F) {
	for i := range linegen.All() {
		f.Add(uint8(i), uint64(i))
	}
	f.Fuzz(func(t *testing.T, kind uint8, seed uint64) {
		all := linegen.All()
		compareMerges(t, all[int(kind)%len(all)].Batch(25, seed, 2))
	})
}

// FuzzTextsAgreeWithGit merges any texts at all.
func FuzzTextsAgreeWithGit(f *testing.F) {
	f.Add("a\nb\nc\n", "X\nb\nc\n", "a\nb\nY\n")
	f.Add("a\nb\n\na\nb\n", "a\nb\n\na\nb\n\na\nb\n", "a\nc\n")
	f.Add("a\r\nb", "a\r\nX", "a\nY")
	f.Add("", "x", "y\n")
	f.Add(strings.Repeat("s\n", 70), strings.Repeat("s\n", 66)+"r\n", "r\n"+strings.Repeat("s\n", 70))
	f.Fuzz(func(t *testing.T, base, ours, theirs string) {
		if strings.Contains(base+ours+theirs, "\x00") {
			t.Skip("binary files are not merged")
		}
		compareMerges(t, []linegen.Triple{{Name: "fuzz", Base: base, Ours: ours, Theirs: theirs}})
	})
}

func merge(tr linegen.Triple, opt threeway.LineOptions) threeway.LineResult {
	return threeway.MergeLines([]byte(tr.Base), []byte(tr.Ours), []byte(tr.Theirs), opt)
}

func compareMerges(t *testing.T, triples []linegen.Triple) (conflicts int) {
	t.Helper()
	for i, want := range gitMerge(t, "", triples) {
		tr := triples[i]
		got := merge(tr, threeway.LineOptions{})
		text := string(threeway.Marked(got.Parts, "ours", "theirs"))
		if want.conflict {
			conflicts++
		}
		if got.Clean == want.conflict || text != want.content {
			t.Errorf("%s: conflict %v, git %v\nbase %q\nours %q\ntheirs %q\n got %q\nwant %q",
				tr.Name, !got.Clean, want.conflict, tr.Base, tr.Ours, tr.Theirs, text, want.content)
		}
	}
	return conflicts
}
