package threeway_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ahead/gitops"
)

// oracle is a throw-away repository in which the real git merges trees.
type oracle struct {
	t testing.TB
	// dir is the work tree; it holds .gitattributes files and nothing else.
	dir string
}

// newOracle makes the repository. A non-empty under names a git directory
// whose objects it borrows; nothing is ever written there.
func newOracle(t testing.TB, under string) *oracle {
	t.Helper()
	o := &oracle{t: t, dir: t.TempDir()}
	o.git(nil, "init", "-q", ".")
	if under != "" {
		alternates := filepath.Join(o.dir, ".git", "objects", "info", "alternates")
		if err := os.WriteFile(alternates, []byte(filepath.Join(under, "objects")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *oracle) command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = o.dir
	cmd.Env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C",
		"GIT_DIR="+filepath.Join(o.dir, ".git"), "GIT_WORK_TREE="+o.dir)
	return cmd
}

func (o *oracle) git(stdin io.Reader, args ...string) []byte {
	o.t.Helper()
	out, code := o.run(stdin, args...)
	if code != 0 {
		o.t.Fatalf("git %s: exit %d", strings.Join(args, " "), code)
	}
	return out
}

// run gives the exit code, -1 for a git that died of a signal or of an error.
func (o *oracle) run(stdin io.Reader, args ...string) ([]byte, int) {
	o.t.Helper()
	cmd := o.command(args...)
	cmd.Stdin = stdin
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if exit.ExitCode() == 1 {
			return out, 1
		}
		o.t.Logf("git %s: %v\n%s", args, err, stderr.String())
		return out, -1
	}
	if err != nil {
		o.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, 0
}

// attributesOf lays out the .gitattributes files of a tree, as a checkout of
// that tree has them.
func (o *oracle) attributesOf(tree string) {
	o.t.Helper()
	for _, path := range strings.Split(string(o.git(nil, "ls-tree", "-r", "-z", "--name-only", tree)), "\x00") {
		if filepath.Base(path) != ".gitattributes" {
			continue
		}
		file := filepath.Join(o.dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(file, o.git(nil, "cat-file", "blob", tree+":"+path), 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
}

// treeTriple is one merge to do: three trees.
type treeTriple struct{ base, ours, theirs gitops.Hash }

// commits makes, for each triple, a parentless base and two commits on it, and
// gives the ids of the two: git before 2.40 has no other way to be told a base.
func (o *oracle) commits(triples []treeTriple) [][2]string {
	o.t.Helper()
	var b bytes.Buffer
	marks := filepath.Join(o.t.TempDir(), "marks")
	commit := func(mark int, from string, tree gitops.Hash) {
		fmt.Fprintf(&b, "commit refs/heads/x%d\nmark :%d\ncommitter T <t@example.com> 1700000000 +0000\ndata 0\n%s", mark, mark, from)
		if tree == gitops.EmptyTree {
			fmt.Fprintf(&b, "deleteall\n\n")
			return
		}
		fmt.Fprintf(&b, "M 040000 %s \n\n", tree)
	}
	for i, tr := range triples {
		commit(3*i+1, "", tr.base)
		from := fmt.Sprintf("from :%d\n", 3*i+1)
		commit(3*i+2, from, tr.ours)
		commit(3*i+3, from, tr.theirs)
	}
	o.git(&b, "fast-import", "--quiet", "--export-marks="+marks)
	data, err := os.ReadFile(marks)
	if err != nil {
		o.t.Fatal(err)
	}
	out := make([][2]string, len(triples))
	for line := range strings.Lines(string(data)) {
		var mark int
		var id string
		if _, err := fmt.Sscanf(line, ":%d %s", &mark, &id); err != nil {
			o.t.Fatal(err)
		}
		if at := (mark - 1) % 3; at > 0 {
			out[(mark-1)/3][at-1] = id
		}
	}
	return out
}

// gitResult is what git made of three trees.
type gitResult struct {
	clean bool
	// died says that git ran into one of its own assertions, or that it misses
	// an object.
	died bool
	tree gitops.Hash
	// paths are those left in conflict, sorted, each once.
	paths []string
}

// merge runs `git merge-tree` on the two commits. Where git moves a file out
// of the way it appends the name of its commit; that is taken off again.
func (o *oracle) merge(sides [2]string, config ...string) gitResult {
	o.t.Helper()
	args := append(config, "merge-tree", "--write-tree", "-z", "--no-messages", "--name-only", sides[0], sides[1])
	out, code := o.run(nil, args...)
	if code < 0 {
		return gitResult{died: true}
	}
	fields := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	tree, err := gitops.ParseHash(fields[0])
	if err != nil {
		o.t.Fatalf("merge-tree answered %q", out)
	}
	res := gitResult{clean: code == 0, tree: tree}
	for _, path := range fields[1:] {
		for _, side := range sides {
			path, _, _ = strings.Cut(path, "~"+side)
		}
		res.paths = append(res.paths, path)
	}
	slices.Sort(res.paths)
	res.paths = slices.Compact(res.paths)
	return res
}

// catFile reads objects through one `git cat-file --batch`.
type catFile struct {
	mu  sync.Mutex
	in  io.Writer
	out *bufio.Reader
}

func (o *oracle) objects() *catFile {
	o.t.Helper()
	cmd := o.command("cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		o.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		o.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &catFile{in: in, out: bufio.NewReaderSize(out, 1<<16)}
}

func (c *catFile) read(h gitops.Hash) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := fmt.Fprintln(c.in, h); err != nil {
		return nil, err
	}
	head, err := c.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	var id, kind string
	var size int
	if _, err := fmt.Sscanf(head, "%s %s %d", &id, &kind, &size); err != nil {
		return nil, fmt.Errorf("object %s: %w", h, gitops.ErrMissing)
	}
	data := make([]byte, size+1)
	_, err = io.ReadFull(c.out, data)
	return data[:size], err
}

func (c *catFile) Commit(gitops.Hash) (gitops.Commit, error) {
	return gitops.Commit{}, errors.New("a merge of trees reads no commits")
}

func (c *catFile) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	data, err := c.read(h)
	if err != nil {
		return nil, err
	}
	return gitops.DecodeTree(data)
}

func (c *catFile) Blob(h gitops.Hash) ([]byte, error) { return c.read(h) }

// gitBefore reports whether the git at hand is older than 2.minor.
func gitBefore(t testing.TB, minor int) bool {
	t.Helper()
	out, err := exec.Command("git", "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, its int
	if _, err := fmt.Sscanf(string(out), "git version %d.%d", &major, &its); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return major == 2 && its < minor
}

// gitDropsTail: see treediff.PairOptions.
func gitDropsTail(t testing.TB) bool {
	t.Helper()
	return gitBefore(t, 44)
}
