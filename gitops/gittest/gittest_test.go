package gittest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func build(t *testing.T) (*gittest.Repo, gitops.Hash) {
	r := gittest.New(t)
	r.Commit("one", map[string]string{"a.txt": "a\n", "dir/b.txt": "b\n"})
	r.AnnotatedTag("v1.0.0")
	r.CheckoutNew("topic")
	r.Commit("two", map[string]string{"c.txt": "c\n"})
	r.Checkout("main")
	return r, r.Merge("topic")
}

func TestSameScriptSameIDs(t *testing.T) {
	_, first := build(t)
	_, second := build(t)
	const known = "d359f3dfed4e65281c20571f3f2d4bf68b29b5fd"
	if first != second || first.String() != known {
		t.Fatalf("ids %s and %s, want both %s", first, second, known)
	}
}

func TestReaderReadsWhatWasCommitted(t *testing.T) {
	r, head := build(t)
	c, err := r.Objects().Commit(head)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Parents) != 2 || c.Subject() != "Merge branch 'topic'" || c.Author.Name != "Ada Example" {
		t.Fatalf("commit %+v", c)
	}
	if want := gittest.Start.Add(4 * time.Minute); !c.Committer.When.Equal(want) {
		t.Fatalf("committed at %s, want %s", c.Committer.When, want)
	}
	entries, err := r.Objects().Tree(c.Tree)
	if err != nil || len(entries) != 3 {
		t.Fatalf("tree %v, %v", entries, err)
	}
	data, err := gittest.CatFile(t, r.Dir).Blob(entries[0].Hash)
	if err != nil || string(data) != "a\n" {
		t.Fatalf("blob %q, %v", data, err)
	}
	if _, err := r.Objects().Blob(gitops.MustHash(strings.Repeat("12", 20))); !errors.Is(err, gitops.ErrMissing) {
		t.Fatalf("missing object: %v", err)
	}
}

func TestRemoteCloneWorktreeHook(t *testing.T) {
	r, head := build(t)
	bare := r.WithRemote()
	if got := r.Rev("refs/remotes/origin/HEAD"); got != head {
		t.Fatalf("origin/HEAD %s, want %s", got, head)
	}
	c := bare.Clone("--depth=1")
	if got := c.Git("rev-parse", "--is-shallow-repository"); got != "true" {
		t.Fatalf("shallow: %s", got)
	}
	if w := r.Worktree("side"); w.Head() != head {
		t.Fatalf("worktree at %s", w.Head())
	}
	bare.Hook("pre-receive", "echo no entry >&2; exit 1")
	r.Commit("three", nil)
	if _, err := r.TryGit("push", "origin", "main"); err == nil || !strings.Contains(err.Error(), "no entry") {
		t.Fatalf("push past the hook: %v", err)
	}
}

func TestFingerprintSeesAChange(t *testing.T) {
	r, _ := build(t)
	before := r.Fingerprint()
	if again := r.Fingerprint(); again != before {
		t.Fatal("fingerprint changed by itself")
	}
	r.Write("a.txt", "changed\n")
	if r.Fingerprint() == before {
		t.Fatal("fingerprint did not see a changed file")
	}
	if r.Fingerprint("a.txt") == r.Fingerprint() {
		t.Fatal("exception had no effect")
	}
}
