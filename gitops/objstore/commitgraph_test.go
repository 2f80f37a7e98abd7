package objstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"
)

// graphed has some 30 commits, merges and an octopus among them.
func graphed(t gittest.TB) *gittest.Repo {
	t.Helper()
	r := gittest.New(t)
	for i := range 22 {
		r.Commit(fmt.Sprint("commit ", i), map[string]string{"a": fmt.Sprint(i)})
		if i%10 == 5 {
			r.Git("checkout", "-q", "-b", fmt.Sprint("side", i), "HEAD~3")
			r.Commit(fmt.Sprint("side ", i), map[string]string{fmt.Sprint("s", i): "x"})
			r.Git("checkout", "-q", "main")
			r.Git("merge", "-q", "--no-ff", "-m", "merge", fmt.Sprint("side", i))
		}
	}
	for _, name := range []string{"x", "y", "z"} {
		r.Git("checkout", "-q", "-b", name, "main~1")
		r.Commit(name, map[string]string{name: name})
	}
	r.Git("checkout", "-q", "main")
	r.Git("merge", "-q", "-m", "octopus", "x", "y", "z")
	return r
}

func openGraph(t *testing.T, r *gittest.Repo, opts objstore.Options) objstore.Graph {
	t.Helper()
	s, err := objstore.Open(r.GitDir(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s.CommitGraph()
}

// served counts the commits that the file answers for, and holds all answers
// against the objects.
func served(t *testing.T, r *gittest.Repo, g objstore.Graph) (n int) {
	t.Helper()
	for _, h := range ids(r.Git("rev-list", "--all")) {
		got, err := g.Links(h)
		want, err2 := g.Store.Graph().Links(h)
		if err != nil || err2 != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v, %v, want %+v, %v", h, got, err, want, err2)
		}
		if g.InCommitGraph(h) {
			n++
		}
	}
	return n
}

func TestCommitGraphSaysWhatTheCommitsSay(t *testing.T) {
	r := graphed(t)
	if n := served(t, r, openGraph(t, r, objstore.Options{})); n != 0 {
		t.Fatalf("%d commits from a file that is not there", n)
	}
	r.Git("commit-graph", "write", "--reachable")
	all := len(ids(r.Git("rev-list", "--all")))
	if n := served(t, r, openGraph(t, r, objstore.Options{})); n != all {
		t.Errorf("%d of %d commits from the file", n, all)
	}
	r.Commit("later", map[string]string{"a": "later"})
	if n := served(t, r, openGraph(t, r, objstore.Options{})); n != all {
		t.Errorf("%d of %d commits from an older file", n, all)
	}
	if n := served(t, r, openGraph(t, r, objstore.Options{NoCommitGraph: true})); n != 0 {
		t.Errorf("%d commits from a file that is not wanted", n)
	}
}

func TestCommitGraphInAChain(t *testing.T) {
	r := graphed(t)
	for i := range 3 {
		r.Git("commit-graph", "write", "--reachable", "--split=no-merge")
		r.Commit(fmt.Sprint("more ", i), map[string]string{"b": fmt.Sprint(i)})
	}
	all := len(ids(r.Git("rev-list", "--all")))
	if n := served(t, r, openGraph(t, r, objstore.Options{})); n != all-1 {
		t.Errorf("%d of %d commits from the chain", n, all-1)
	}
	files, err := filepath.Glob(r.Path(".git", "objects", "info", "commit-graphs", "graph-*.graph"))
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if n := served(t, r, openGraph(t, r, objstore.Options{})); n != 0 {
		t.Errorf("%d commits from a chain with a gap", n)
	}
}

// TestCommitGraphAside: git uses no commit-graph either where parents are not
// those that the commits name.
func TestCommitGraphAside(t *testing.T) {
	for name, change := range map[string]func(r *gittest.Repo){
		"shallow":  func(r *gittest.Repo) { r.Write(".git/shallow", r.Rev("main~9").String()+"\n") },
		"grafts":   func(r *gittest.Repo) { r.Write(".git/info/grafts", r.Head().String()+"\n") },
		"replaced": func(r *gittest.Repo) { r.Git("replace", "--graft", "main~2", "main~9") },
	} {
		r := graphed(t)
		r.Git("commit-graph", "write", "--reachable")
		hashes := ids(r.Git("rev-list", "--all"))
		change(r)
		g := openGraph(t, r, objstore.Options{})
		for _, h := range hashes {
			if g.InCommitGraph(h) {
				t.Fatalf("%s: the file answers", name)
			}
		}
	}
}

// TestDamagedCommitGraph: whatever the bytes, no crash, and links as long as
// the objects have them.
func TestDamagedCommitGraph(t *testing.T) {
	r := graphed(t)
	r.Git("commit-graph", "write", "--reachable")
	hashes := ids(r.Git("rev-list", "--all"))
	gitDir, path := r.GitDir(), r.Path(".git", "objects", "info", "commit-graph")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(how string, data []byte) {
		readGraph(t, gitDir, path, data, hashes, how)
	}
	for cut := 0; cut < len(whole); cut += 331 {
		try(fmt.Sprint("cut at ", cut), whole[:cut])
	}
	for at := 0; at < len(whole); at += 67 {
		for _, flip := range []byte{0xff, 0x80, 1} {
			data := []byte(string(whole))
			data[at] ^= flip
			try(fmt.Sprint("flipped at ", at), data)
		}
	}
	try("zeros", make([]byte, len(whole)))
	try("its header alone", append([]byte(string(whole[:100])), strings.Repeat("\xff", 3000)...))
}

func readGraph(t *testing.T, gitDir, path string, data []byte, hashes []gitops.Hash, how string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := objstore.Open(gitDir, objstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, h := range hashes {
		if _, err := s.CommitGraph().Links(h); err != nil {
			t.Fatalf("%s: %s: %v", how, h, err)
		}
	}
}

// FuzzCommitGraph puts bytes of anybody's over a commit-graph.
func FuzzCommitGraph(f *testing.F) {
	r := graphed(f)
	r.Git("commit-graph", "write", "--reachable")
	hashes := ids(r.Git("rev-list", "--all"))
	gitDir, path := r.GitDir(), r.Path(".git", "objects", "info", "commit-graph")
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(60, []byte{0xff, 0xff, 0xff, 0xff})
	f.Add(8, whole[8:100])
	f.Fuzz(func(t *testing.T, at int, data []byte) {
		if at < 0 || at > len(whole) {
			return
		}
		damaged := []byte(string(whole))
		copy(damaged[at:], data)
		readGraph(t, gitDir, path, damaged, hashes, "fuzz")
	})
}
