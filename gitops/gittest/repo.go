package gittest

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"ahead/gitops"
)

// TB is what a test brings: *testing.T, *testing.B, *testing.F and *rapid.T
// all have it.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Repo is one repository on disk. Several goroutines may run git through it, as
// far as git itself allows that.
type Repo struct {
	// Dir is the working tree, or for a bare repository the git directory.
	Dir   string
	t     TB
	home  string
	clock *clock
	who   *identity
}

// Bare is a bare repository, usually one that plays the remote.
type Bare struct{ *Repo }

// New makes an empty repository with a working tree, on the unborn branch main.
func New(t TB) *Repo {
	t.Helper()
	root := tempDir(t)
	r := &Repo{Dir: filepath.Join(root, "repo"), t: t, home: root, clock: newClock(), who: newIdentity()}
	r.init("--initial-branch=main")
	return r
}

// NewBare makes an empty bare repository whose HEAD is the unborn branch main.
func NewBare(t TB) *Bare {
	t.Helper()
	root := tempDir(t)
	r := &Repo{Dir: filepath.Join(root, "repo.git"), t: t, home: root, clock: newClock(), who: newIdentity()}
	r.init("--bare", "--initial-branch=main")
	return &Bare{r}
}

// Open gives a handle on a repository that exists already, with a clock of its
// own.
func Open(t TB, dir string) *Repo {
	return &Repo{Dir: dir, t: t, home: tempDir(t), clock: newClock(), who: newIdentity()}
}

func (r *Repo) init(args ...string) {
	r.t.Helper()
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
	r.Git(append([]string{"init", "--quiet"}, args...)...)
}

// At is a handle on another folder that shares this one's clock and identity.
func (r *Repo) At(dir string) *Repo {
	return &Repo{Dir: dir, t: r.t, home: r.home, clock: r.clock, who: r.who}
}

// Path joins the parts onto the repository's folder.
func (r *Repo) Path(parts ...string) string {
	return filepath.Join(append([]string{r.Dir}, parts...)...)
}

// GitDir is the absolute git directory.
func (r *Repo) GitDir() string {
	r.t.Helper()
	return r.Git("rev-parse", "--absolute-git-dir")
}

// Write puts a file into the working tree, with the folders it needs.
func (r *Repo) Write(path, content string) {
	r.t.Helper()
	full := r.Path(filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
}

// Remove deletes a file or folder of the working tree.
func (r *Repo) Remove(path string) {
	r.t.Helper()
	if err := os.RemoveAll(r.Path(filepath.FromSlash(path))); err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
}

// Commit writes the files and commits the whole working tree as it then is,
// deletions included; without a change it makes an empty commit.
func (r *Repo) Commit(msg string, files map[string]string) gitops.Hash {
	r.t.Helper()
	paths := make([]string, 0, len(files))
	for p := range files {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	for _, p := range paths {
		r.Write(p, files[p])
	}
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-m", msg)
	return r.Head()
}

// Head is the commit that is checked out.
func (r *Repo) Head() gitops.Hash {
	r.t.Helper()
	return r.Rev("HEAD")
}

// Rev asks git what a name stands for, not peeled.
func (r *Repo) Rev(name string) gitops.Hash {
	r.t.Helper()
	return gitops.MustHash(r.Git("rev-parse", "--verify", "--quiet", "--end-of-options", name))
}

// Branch makes a branch at HEAD without checking it out.
func (r *Repo) Branch(name string) { r.t.Helper(); r.Git("branch", name) }

// Checkout checks out a branch or, detached, a commit.
func (r *Repo) Checkout(rev string) { r.t.Helper(); r.Git("checkout", "--quiet", rev) }

// CheckoutNew makes a branch at HEAD and checks it out.
func (r *Repo) CheckoutNew(name string) { r.t.Helper(); r.Git("checkout", "--quiet", "-b", name) }

// Merge merges a branch into the one that is checked out, always with a merge
// commit.
func (r *Repo) Merge(branch string) gitops.Hash {
	r.t.Helper()
	r.Git("merge", "--quiet", "--no-ff", "-m", "Merge branch '"+branch+"'", branch)
	return r.Head()
}

// Tag makes a lightweight tag at HEAD.
func (r *Repo) Tag(name string) gitops.Hash {
	r.t.Helper()
	r.Git("tag", name)
	return r.Head()
}

// AnnotatedTag makes a tag object at HEAD with the message "Release NAME", and
// gives the tag object's id.
func (r *Repo) AnnotatedTag(name string) gitops.Hash {
	r.t.Helper()
	r.Git("tag", "--annotate", "-m", "Release "+name, name)
	return r.Rev("refs/tags/" + name)
}

// WithRemote puts a bare repository beside this one, adds it as origin, pushes
// the branch that is checked out and all tags, and sets refs/remotes/origin as
// a clone would have them.
func (r *Repo) WithRemote() *Bare {
	r.t.Helper()
	bare := &Bare{r.At(filepath.Join(filepath.Dir(r.Dir), "origin.git"))}
	branch := r.Git("symbolic-ref", "--short", "HEAD")
	bare.init("--bare", "--initial-branch="+branch)
	r.Git("remote", "add", "origin", bare.Dir)
	if _, err := r.TryGit("rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return bare
	}
	r.Git("push", "--quiet", "--set-upstream", "origin", branch)
	r.Git("push", "--quiet", "--tags", "origin")
	r.Git("remote", "set-head", "origin", branch)
	return bare
}

// Clone clones this repository into a new folder beside it; args are further
// options of git clone. It goes through file://, so that --depth works.
func (r *Repo) Clone(args ...string) *Repo {
	r.t.Helper()
	parent, err := os.MkdirTemp(r.home, "clone-")
	if err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
	c := r.At(filepath.Join(parent, "repo"))
	r.Git(append(append([]string{"clone", "--quiet"}, args...), "--", "file://"+r.Dir, c.Dir)...)
	return c
}

// Worktree adds a linked worktree on a new branch.
func (r *Repo) Worktree(branch string) *Repo {
	r.t.Helper()
	parent, err := os.MkdirTemp(r.home, "worktree-")
	if err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
	w := r.At(filepath.Join(parent, "tree"))
	r.Git("worktree", "add", "--quiet", "-b", branch, w.Dir)
	return w
}

// Hook installs an executable hook; the script is what follows `#!/bin/sh`.
func (r *Repo) Hook(name, script string) {
	r.t.Helper()
	dir := r.Git("rev-parse", "--path-format=absolute", "--git-path", "hooks")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
	body := "#!/bin/sh\n" + strings.TrimPrefix(script, "#!/bin/sh\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o755); err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
}

// Now is the date that the next commit would have if the clock did not move
// before it.
func (r *Repo) Now() time.Time { return r.clock.read() }

// SetNow moves the clock; the next commit is one minute later.
func (r *Repo) SetNow(at time.Time) {
	r.clock.set(func(time.Time) time.Time { return at })
}

// As sets author and committer of what follows, here and in all repositories
// made from the same one.
func (r *Repo) As(name, email string) { *r.who = identity{name: name, email: email} }

func tempDir(t TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gittest-")
	if err != nil {
		t.Fatalf("gittest: %v", err)
	}
	// Some systems have a symbolic link in the temporary folder's path, and
	// git answers with the resolved one.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
