package repo_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

var ctx = context.Background()

func open(t *testing.T, dir string) *repo.Repository {
	t.Helper()
	r, err := repo.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// wantCode checks the code and that a person is told what to do.
func wantCode(t *testing.T, err error, code gitops.Code, words ...string) {
	t.Helper()
	if gitops.CodeOf(err) != code || err == nil {
		t.Fatalf("error %v has code %s, want %s", err, gitops.CodeOf(err), code)
	}
	e := err.(*gitops.Error)
	if e.Hint == "" {
		t.Errorf("error %v has no hint", err)
	}
	for _, w := range words {
		if !strings.Contains(e.What+" "+e.Hint, w) {
			t.Errorf("error %q, hint %q: want %q in it", e.What, e.Hint, w)
		}
	}
}

func TestOpenFindsTheRepository(t *testing.T) {
	r := gittest.New(t)
	head := r.Commit("one", map[string]string{"a/b/c.txt": "x\n"})
	bare := r.WithRemote()
	linked := r.Worktree("side")
	link := filepath.Join(filepath.Dir(r.Dir), "link")
	if err := os.Symlink(r.Dir, link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ dir, gitDir, tree string }{
		"top":                  {r.Dir, r.Path(".git"), r.Dir},
		"subfolder":            {r.Path("a", "b"), r.Path(".git"), r.Dir},
		"symbolic link":        {link, r.Path(".git"), r.Dir},
		"git directory":        {r.Path(".git"), r.Path(".git"), r.Dir},
		"inside git directory": {r.Path(".git", "refs"), r.Path(".git"), r.Dir},
		"bare":                 {bare.Dir, bare.Dir, ""},
		"inside bare":          {bare.Path("objects"), bare.Dir, ""},
		"linked worktree":      {linked.Path("a"), linked.GitDir(), linked.Dir},
		"linked git directory": {linked.GitDir(), linked.GitDir(), linked.Dir},
	} {
		t.Run(name, func(t *testing.T) {
			got := open(t, c.dir)
			loc := got.Location()
			if loc.GitDir != c.gitDir || loc.WorkTree != c.tree {
				t.Fatalf("location %+v, want %+v", loc, c)
			}
			if h, err := got.Resolve(ctx, "HEAD"); err != nil || h != head {
				t.Fatalf("HEAD %s, %v, want %s", h, err, head)
			}
			if _, err := got.Objects().Commit(head); err != nil {
				t.Fatal(err)
			}
		})
	}
}
