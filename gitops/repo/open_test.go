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

func TestOpenExplainsWhatItCannotRead(t *testing.T) {
	none := t.TempDir()
	_, err := repo.Open(ctx, none)
	wantCode(t, err, gitops.CodeNotARepository, "--repo")
	_, err = repo.Open(ctx, filepath.Join(none, "missing"))
	wantCode(t, err, gitops.CodeNotARepository, "does not exist")
	write(t, filepath.Join(none, "file"), "")
	_, err = repo.Open(ctx, filepath.Join(none, "file"))
	wantCode(t, err, gitops.CodeNotARepository, "is a file")
	write(t, filepath.Join(none, "gone", ".git"), "gitdir: /nowhere/at/all\n")
	_, err = repo.Open(ctx, filepath.Join(none, "gone"))
	wantCode(t, err, gitops.CodeNotARepository, "/nowhere/at/all", "worktree repair")
	write(t, filepath.Join(none, "odd", ".git"), "hello\n")
	_, err = repo.Open(ctx, filepath.Join(none, "odd"))
	wantCode(t, err, gitops.CodeNotARepository)

	sha256 := gittest.Open(t, filepath.Join(none, "sha256"))
	if err := os.Mkdir(sha256.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	sha256.Git("init", "--quiet", "--object-format=sha256")
	_, err = repo.Open(ctx, sha256.Dir)
	wantCode(t, err, gitops.CodeUnsupported, "SHA256")
	sha256.Git("commit", "--quiet", "--allow-empty", "-m", "one")
	sha256.Git("checkout", "--quiet", "--detach")
	_, err = repo.Open(ctx, sha256.Dir)
	wantCode(t, err, gitops.CodeUnsupported, "SHA256")
}

func TestOpenRefusesUnknownFormats(t *testing.T) {
	for name, c := range map[string]struct {
		settings []string
		refused  string
	}{
		"reftable":                {[]string{"core.repositoryFormatVersion=1", "extensions.refStorage=reftable"}, "reftable"},
		"newer":                   {[]string{"core.repositoryFormatVersion=2"}, "2"},
		"unknown extension":       {[]string{"core.repositoryFormatVersion=1", "extensions.fancy=true"}, "fancy"},
		"unknown, but version 0":  {[]string{"core.repositoryFormatVersion=0", "extensions.fancy=true"}, ""},
		"worktreeConfig":          {[]string{"core.repositoryFormatVersion=1", "extensions.worktreeConfig=true"}, ""},
		"partial, relative trees": {[]string{"core.repositoryFormatVersion=1", "extensions.partialClone=origin", "extensions.relativeWorktrees=true"}, ""},
		"sha1 said aloud":         {[]string{"core.repositoryFormatVersion=1", "extensions.objectFormat=sha1"}, ""},
	} {
		r := gittest.New(t)
		r.Commit("one", nil)
		for _, s := range c.settings {
			key, value, _ := strings.Cut(s, "=")
			// git itself refuses to work once an extension is unknown to it.
			r.Git("config", "--file", r.Path(".git/config"), key, value)
		}
		_, err := repo.Open(ctx, r.Dir)
		if c.refused == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.refused != "" {
			wantCode(t, err, gitops.CodeUnsupported, c.refused)
		}
	}
}

func TestSparseCheckoutAndWorktreeConfig(t *testing.T) {
	r := gittest.New(t)
	head := r.Commit("one", map[string]string{"a/x": "1", "b/x": "1"})
	r.Git("sparse-checkout", "set", "a")
	linked := r.Worktree("side")
	linked.Git("config", "--worktree", "user.name", "Side")
	r.Git("config", "--worktree", "user.name", "Main")
	for dir, want := range map[string]string{r.Dir: "Main", linked.Dir: "Side"} {
		got := open(t, dir)
		if name, ok := got.Config("user.name"); !ok || name != want {
			t.Errorf("user.name %q, want %q", name, want)
		}
		if got.Location().WorkTree != dir {
			t.Errorf("work tree %q, want %q", got.Location().WorkTree, dir)
		}
		if h, err := got.Resolve(ctx, "main"); err != nil || h != head {
			t.Errorf("main %s, %v", h, err)
		}
	}
}

// environment is a fixed one; the uid is that of the tests, so that owners can
// be played by a change of it.
func environment(uid int, vars map[string]string) repo.Environment {
	return repo.Environment{UID: uid, Lookup: func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}}
}

func TestRepositoryOfAnotherUserIsRefused(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", nil)
	other := os.Getuid() + 1
	global := filepath.Join(t.TempDir(), "gitconfig")
	vars := map[string]string{"GIT_CONFIG_GLOBAL": global, "GIT_CONFIG_NOSYSTEM": "1", "HOME": filepath.Dir(r.Dir)}
	for value, safe := range map[string]bool{
		"":                            false,
		"directory = /elsewhere":      false,
		"directory = " + r.Dir:        true,
		"directory = " + r.Dir + "/":  true,
		"directory = *":               true,
		"directory = *\n directory =": false,
		"directory = " + filepath.Dir(r.Dir) + "/*": true,
		"directory = ~/repo":                        true,
	} {
		write(t, global, "[safe]\n "+value+"\n")
		_, err := repo.OpenWith(ctx, r.Dir, environment(other, vars))
		if safe && err != nil {
			t.Errorf("%q: %v", value, err)
		}
		if !safe {
			wantCode(t, err, gitops.CodeUnsafeRepository, "git config --global --add safe.directory "+r.Dir)
		}
	}
	// What the repository says of itself does not count.
	write(t, global, "")
	r.Git("config", "safe.directory", "*")
	_, err := repo.OpenWith(ctx, r.Dir, environment(other, vars))
	wantCode(t, err, gitops.CodeUnsafeRepository)
	// A named git directory was not walked into by accident.
	vars["GIT_DIR"] = r.Path(".git")
	if _, err := repo.OpenWith(ctx, r.Dir, environment(other, vars)); err != nil {
		t.Error(err)
	}
}

func TestRootUnderSudoMayEnterTheCallersRepository(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to give files away")
	}
	r := gittest.New(t)
	r.Commit("one", nil)
	for _, path := range []string{r.Dir, r.Path(".git")} {
		if err := os.Chown(path, 1234, -1); err != nil {
			t.Fatal(err)
		}
	}
	vars := map[string]string{"GIT_CONFIG_GLOBAL": os.DevNull}
	_, err := repo.OpenWith(ctx, r.Dir, environment(0, vars))
	wantCode(t, err, gitops.CodeUnsafeRepository)
	vars["SUDO_UID"] = "1234"
	if _, err := repo.OpenWith(ctx, r.Dir, environment(0, vars)); err != nil {
		t.Error(err)
	}
	vars["SUDO_UID"] = "4321"
	_, err = repo.OpenWith(ctx, r.Dir, environment(0, vars))
	wantCode(t, err, gitops.CodeUnsafeRepository)
}

func TestGitDirOfTheEnvironment(t *testing.T) {
	r := gittest.New(t)
	head := r.Commit("one", nil)
	elsewhere := t.TempDir()
	vars := map[string]string{"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_DIR": r.Path(".git"), "GIT_WORK_TREE": r.Dir}
	got, err := repo.OpenWith(ctx, elsewhere, environment(os.Getuid(), vars))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Close() }()
	if h, err := got.Resolve(ctx, "HEAD"); err != nil || h != head || got.Location().WorkTree != r.Dir {
		t.Fatalf("%s, %v, %+v", h, err, got.Location())
	}
	vars["GIT_DIR"] = elsewhere
	_, err = repo.OpenWith(ctx, r.Dir, environment(os.Getuid(), vars))
	wantCode(t, err, gitops.CodeNotARepository, "GIT_DIR")
}

func TestLookingChangesNothing(t *testing.T) {
	r, _ := project(t)
	r.Write("a", "dirty\n")
	before := r.Fingerprint()
	opened := open(t, r.Path())
	if _, err := opened.Refs(ctx); err != nil {
		t.Fatal(err)
	}
	if _, _, err := opened.Tags(ctx); err != nil {
		t.Fatal(err)
	}
	opened.State()
	if _, _, _, err := opened.ChooseBranch("", "origin"); err != nil {
		t.Fatal(err)
	}
	if after := r.Fingerprint(); after != before {
		t.Fatalf("looking changed something:\n%s\n%s", before, after)
	}
}

// A submodule's git directory lies elsewhere and names its working tree; a bare
// repository may have working trees around it.
func TestSubmoduleAndWorktreesOfABareRepository(t *testing.T) {
	lib := gittest.New(t)
	want := lib.Commit("lib", map[string]string{"l": "1\n"})
	r := gittest.New(t)
	r.Git("submodule", "--quiet", "add", lib.Dir, "lib")
	sub := open(t, r.Path("lib"))
	if h, err := sub.Resolve(ctx, "HEAD"); err != nil || h != want || sub.Location().WorkTree != r.Path("lib") {
		t.Fatalf("%s, %v, %+v", h, err, sub.Location())
	}

	gitDir := sub.Location().GitDir
	linked := gittest.Open(t, r.Path("lib")).Worktree("side")
	if got := open(t, linked.Dir).Location(); got.WorkTree != linked.Dir || got.CommonDir != gitDir {
		t.Fatalf("%+v", got)
	}

	bare := lib.Clone("--bare")
	bare.Git("config", "extensions.worktreeConfig", "true")
	bare.Git("config", "core.repositoryFormatVersion", "1")
	tree := bare.Worktree("side")
	got := open(t, tree.Dir).Location()
	if got.WorkTree != tree.Dir || got.CommonDir != bare.Dir || got.Bare() {
		t.Fatalf("%+v", got)
	}
	if !open(t, bare.Dir).Location().Bare() {
		t.Fatal("bare repository has a working tree")
	}
}

func TestBareRepositoryAndThePersonWhoWantsItNamed(t *testing.T) {
	r, bare := project(t)
	global := filepath.Join(t.TempDir(), "gitconfig")
	write(t, global, "[safe]\n\tbareRepository = explicit\n")
	vars := map[string]string{"GIT_CONFIG_GLOBAL": global}
	_, err := repo.OpenWith(ctx, bare.Dir, environment(os.Getuid(), vars))
	wantCode(t, err, gitops.CodeUnsafeRepository, "safe.bareRepository", "GIT_DIR="+bare.Dir)
	for _, dir := range []string{r.Dir, r.Path(".git")} {
		if _, err := repo.OpenWith(ctx, dir, environment(os.Getuid(), vars)); err != nil {
			t.Error(err)
		}
	}
	vars["GIT_DIR"] = bare.Dir
	if _, err := repo.OpenWith(ctx, bare.Dir, environment(os.Getuid(), vars)); err != nil {
		t.Error(err)
	}
}
