package objstore_test

import (
	"bytes"
	"flag"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// realRepo names a repository to compare with git:
//
//	go test ./gitops/objstore -run Real -v -args -repo DIR
var realRepo = flag.String("repo", "", "a real repository to compare with git")

func needReal(t testing.TB) *gittest.Repo {
	t.Helper()
	if *realRepo == "" {
		t.Skip("no -repo given")
	}
	return gittest.Open(t, *realRepo)
}

// TestRealCommits reads every commit and tag, and every fiftieth tree and
// blob, and compares with git cat-file.
func TestRealCommits(t *testing.T) {
	r := needReal(t)
	s := openStore(t, r.GitDir())
	git := r.Objects()
	counts := map[gitops.ObjectKind]int{}
	for i, line := range strings.Split(r.Git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"), "\n") {
		id, kind, _ := strings.Cut(line, " ")
		if (kind == "tree" || kind == "blob") && i%50 != 0 {
			continue
		}
		h := gitops.MustHash(id)
		want, err := git.Object(h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Object(h)
		if err != nil || got.Kind != want.Kind || !bytes.Equal(got.Data, want.Data) {
			t.Fatalf("%s %s: %v", kind, id, err)
		}
		compareParsed(t, s, git, want)
		counts[got.Kind]++
	}
	t.Logf("compared %v", counts)
}

// tip gives the tip of a benchmark's repository: the real one, or a generated
// one of 300 commits.
func tip(b *testing.B) (*gittest.Repo, gitops.Hash) {
	if *realRepo != "" {
		r := gittest.Open(b, *realRepo)
		return r, r.Head()
	}
	r := gittest.New(b)
	var stream strings.Builder
	for i := range 300 {
		text := strings.Repeat("line "+strconv.Itoa(i/10)+"\n", 50)
		stream.WriteString("commit refs/heads/main\ncommitter Ada <ada@example.com> " + strconv.Itoa(1700000000+i) + " +0000\ndata 4\nedit\n")
		stream.WriteString("M 100644 inline f" + strconv.Itoa(i%20) + "\ndata " + strconv.Itoa(len(text)) + "\n" + text + "\n")
	}
	if _, err := r.GitInput(stream.String(), "fast-import", "--quiet"); err != nil {
		b.Fatal(err)
	}
	r.Git("gc", "--quiet")
	return r, r.Head()
}

// BenchmarkOpenAndRead300 opens the repository anew each time and reads the
// last 300 commits along the first parents; the others do the same by other
// means.
func BenchmarkOpenAndRead300(b *testing.B) {
	r, head := tip(b)
	dir := r.GitDir()
	b.Run("objstore", func(b *testing.B) {
		for b.Loop() {
			s, err := objstore.Open(dir, objstore.Options{})
			if err != nil {
				b.Fatal(err)
			}
			at := head
			for range 300 {
				c, err := s.Commit(at)
				if err != nil {
					b.Fatal(err)
				}
				if c.IsRoot() {
					break
				}
				at = c.Parents[0]
			}
			_ = s.Close()
		}
	})
	b.Run("go-git over objstore", func(b *testing.B) {
		for b.Loop() {
			s, err := objstore.Open(dir, objstore.Options{})
			if err != nil {
				b.Fatal(err)
			}
			at := plumbing.Hash(head)
			for range 300 {
				c, err := object.GetCommit(s.Storer(), at)
				if err != nil {
					b.Fatal(err)
				}
				if len(c.ParentHashes) == 0 {
					break
				}
				at = c.ParentHashes[0]
			}
			_ = s.Close()
		}
	})
	b.Run("git log", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.Command("git", "-C", dir, "log", "--first-parent", "-n", "300", "--format=raw", head.String())
			if out, err := cmd.Output(); err != nil || len(out) == 0 {
				b.Fatal(err)
			}
		}
	})
}

func TestGoGitReadsThroughTheStorer(t *testing.T) {
	r := history(t, 21)
	r.Git("gc", "--quiet")
	s := openStore(t, r.GitDir()).Storer()
	c, err := object.GetCommit(s, plumbing.Hash(r.Head()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.File("big.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Contents()
	if err != nil || text != r.Git("show", "HEAD:big.txt") {
		t.Fatalf("big.txt differs: %v", err)
	}
	n := 0
	iter, err := s.IterEncodedObjects(plumbing.CommitObject)
	if err != nil {
		t.Fatal(err)
	}
	must(iter.ForEach(func(plumbing.EncodedObject) error { n++; return nil }))
	if want := r.Git("rev-list", "--count", "--all"); strconv.Itoa(n) != want {
		t.Fatalf("%d commits, want %s", n, want)
	}
	if _, err := s.EncodedObject(plumbing.BlobObject, plumbing.Hash(r.Head())); err != plumbing.ErrObjectNotFound {
		t.Fatalf("commit as a blob: %v", err)
	}
	if _, err := s.SetEncodedObject(s.NewEncodedObject()); err != objstore.ErrReadOnly {
		t.Fatalf("write: %v", err)
	}
}
