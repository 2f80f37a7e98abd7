package repo_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

func choose(t *testing.T, r *gittest.Repo, flag string) (string, gitops.Hash, gitops.Hash, error) {
	t.Helper()
	opened := open(t, r.Dir)
	remote, err := opened.ChooseRemote("")
	if err != nil {
		t.Fatal(err)
	}
	return opened.ChooseBranch(flag, remote)
}

func wantBranch(t *testing.T, r *gittest.Repo, flag, want string) (tip, local gitops.Hash) {
	t.Helper()
	branch, tip, local, err := choose(t, r, flag)
	if err != nil || branch != want {
		t.Fatalf("branch %q, %v, want %q", branch, err, want)
	}
	return tip, local
}

func TestChooseBranchWithRemote(t *testing.T) {
	r, _ := project(t)
	shipped := r.Head()
	mine := r.Commit("not pushed", nil)
	tip, local := wantBranch(t, r, "", "main")
	if tip != shipped || local != mine {
		t.Fatalf("tip %s, local %s", tip, local)
	}
	for _, flag := range []string{"team/one/feature", "origin/team/one/feature", "refs/heads/team/one/feature", "refs/remotes/origin/team/one/feature"} {
		wantBranch(t, r, flag, "team/one/feature")
	}
	_, _, _, err := choose(t, r, "nope")
	wantCode(t, err, gitops.CodeNoBranch, "nope", "git fetch origin", "team/one/feature")

	// What the checkout is doing does not matter where there is a remote.
	r.Git("checkout", "--quiet", "--detach", "HEAD~1")
	wantBranch(t, r, "", "main")
	// A stale remote HEAD is passed over.
	r.Git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
	wantBranch(t, r, "", "main")
	r.Git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/team/one/feature")
	wantBranch(t, r, "", "team/one/feature")
	r.Git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
	r.Git("update-ref", "refs/remotes/origin/master", "HEAD")
	wantBranch(t, r, "", "main")
	r.Git("update-ref", "-d", "refs/remotes/origin/main")
	wantBranch(t, r, "", "master")
	r.Git("update-ref", "-d", "refs/remotes/origin/master")
	if tip, local := wantBranch(t, r, "", "team/one/feature"); tip != local {
		t.Fatalf("tip %s, local %s", tip, local)
	}
	r.Git("update-ref", "refs/remotes/origin/other", "HEAD")
	_, _, _, err = choose(t, r, "")
	wantCode(t, err, gitops.CodeNoBranch, "other, team/one/feature", "--branch NAME", "set-head origin")
	r.Git("update-ref", "-d", "refs/remotes/origin/other")
	r.Git("update-ref", "-d", "refs/remotes/origin/team/one/feature")
	_, _, _, err = choose(t, r, "")
	wantCode(t, err, gitops.CodeNoBranch, "git fetch origin")
}

func TestChooseBranchWithoutRemote(t *testing.T) {
	r := gittest.New(t)
	_, _, _, err := choose(t, r, "")
	wantCode(t, err, gitops.CodeEmptyRepository, "no commit")
	r.Commit("one", map[string]string{"a": "1\n"})
	r.CheckoutNew("release")
	head := r.Commit("two", map[string]string{"a": "2\n"})
	if tip, local := wantBranch(t, r, "", "release"); tip != head || local != head {
		t.Fatalf("tip %s, local %s", tip, local)
	}
	wantBranch(t, r, "main", "main")
	_, _, _, err = choose(t, r, "nope")
	wantCode(t, err, gitops.CodeNoBranch, "nope", "main, release")
	r.Git("checkout", "--quiet", "--detach")
	_, _, _, err = choose(t, r, "")
	wantCode(t, err, gitops.CodeNoBranch, "detached at "+head.Short(), "--branch NAME", "main, release")
	r.Git("checkout", "--quiet", "--orphan", "fresh")
	_, _, _, err = choose(t, r, "")
	wantCode(t, err, gitops.CodeNoBranch, "fresh", "--branch NAME")

	bare := r.Clone("--bare", "--branch=release")
	bare.Git("remote", "remove", "origin")
	if tip, _ := wantBranch(t, bare, "", "release"); tip != head {
		t.Fatalf("tip %s", tip)
	}
}

func TestChooseBranchInAnEmptyClone(t *testing.T) {
	r := gittest.New(t)
	r.WithRemote()
	_, _, _, err := choose(t, r, "")
	wantCode(t, err, gitops.CodeEmptyRepository, "git fetch origin")
}

func TestChooseRemote(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", nil)
	check := func(flag, want string) {
		t.Helper()
		if got, err := open(t, r.Dir).ChooseRemote(flag); err != nil || got != want {
			t.Fatalf("remote %q, %v, want %q", got, err, want)
		}
	}
	check("", "")
	_, err := open(t, r.Dir).ChooseRemote("origin")
	wantCode(t, err, gitops.CodeNoRemote, "git remote add")
	r.Git("remote", "add", "mine", "https://example.com/mine.git")
	check("", "mine")
	r.Git("remote", "add", "fork", "https://example.com/fork.git")
	_, err = open(t, r.Dir).ChooseRemote("")
	wantCode(t, err, gitops.CodeNoRemote, "mine, fork", "--remote NAME")
	r.Git("remote", "add", "upstream", "https://example.com/up.git")
	check("", "upstream")
	r.Git("remote", "add", "origin", "https://example.com/origin.git")
	check("", "origin")
	r.Git("config", "branch.main.remote", "fork")
	check("", "fork")
	r.Git("config", "branch.main.remote", ".")
	check("", "origin")
	check("mine", "mine")
	_, err = open(t, r.Dir).ChooseRemote("nope")
	wantCode(t, err, gitops.CodeNoRemote, "mine, fork, upstream, origin")
}

func TestRemoteURLs(t *testing.T) {
	for url, want := range map[string]string{
		"https://example.com/a/shop.git":          "https://example.com/a/shop.git",
		"https://token@example.com/a/shop.git":    "https://example.com/a/shop.git",
		"https://user:pa@ss@example.com/a@b/shop": "https://example.com/a@b/shop",
		"ssh://git@example.com:22/a/shop.git":     "ssh://git@example.com:22/a/shop.git",
		"ssh://git:secret@example.com/a/shop.git": "ssh://git@example.com/a/shop.git",
		"git@example.com:a/shop.git":              "git@example.com:a/shop.git",
		"https://user:secret@example.com":         "https://example.com",
		"me@example.com:a/shop.git":               "me@example.com:a/shop.git",
		"/srv/git/shop.git":                       "/srv/git/shop.git",
		"gh:a/shop":                               "https://github.example/a/shop",
	} {
		r := gittest.New(t)
		r.Git("config", "url.https://me:secret@github.example/.insteadOf", "gh:")
		r.Git("config", "url.https://short.example/.insteadOf", "gh")
		r.Git("config", "url.https://late.example/.insteadOf", "gh:")
		r.Git("remote", "add", "origin", url)
		opened := open(t, r.Dir)
		remotes := opened.Remotes()
		if len(remotes) != 1 || remotes[0].URL != want || !reflect.DeepEqual(remotes[0].PushURLs, []string{want}) {
			t.Errorf("%s: %+v, want %s", url, remotes, want)
		}
		if name := opened.Location().Name; want != "https://example.com" && name != "shop" {
			t.Errorf("%s: name %q", url, name)
		}
	}
	r := gittest.New(t)
	r.Git("remote", "add", "origin", "https://example.com/a.git")
	r.Git("config", "url.git@example.com:.pushInsteadOf", "https://example.com/")
	want := []repo.Remote{{Name: "origin", URL: "https://example.com/a.git", PushURLs: []string{"git@example.com:a.git"}}}
	if got := open(t, r.Dir).Remotes(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	r.Git("config", "remote.origin.pushurl", "https://u:p@example.com/b.git")
	want[0].PushURLs = []string{"https://example.com/b.git"}
	if got := open(t, r.Dir).Remotes(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestState(t *testing.T) {
	r, _ := project(t)
	codes := func(r *gittest.Repo) []string {
		t.Helper()
		var codes []string
		for _, n := range open(t, r.Dir).State() {
			if n.Text == "" {
				t.Errorf("notice %s has no text", n.Code)
			}
			codes = append(codes, n.Code)
		}
		return codes
	}
	check := func(r *gittest.Repo, want ...string) {
		t.Helper()
		if got := codes(r); !reflect.DeepEqual(got, want) {
			t.Errorf("state %v, want %v", got, want)
		}
	}
	check(r)
	r.Git("pack-refs", "--all")
	check(r)
	r.Git("checkout", "--quiet", "--detach")
	check(r, repo.NoticeDetached)
	r.Git("bisect", "start", "HEAD", "HEAD~1")
	check(r, repo.NoticeBisect, repo.NoticeDetached)
	r.Git("bisect", "reset")
	r.Checkout("main")

	r.CheckoutNew("side")
	r.Commit("side", map[string]string{"a": "side\n"})
	r.Checkout("main")
	r.Commit("main", map[string]string{"a": "main\n"})
	for _, c := range []struct{ act, code string }{
		{"merge", repo.NoticeMerge}, {"cherry-pick", repo.NoticeCherryPick}, {"rebase", repo.NoticeRebase},
	} {
		if _, err := r.TryGit(c.act, "side"); err == nil {
			t.Fatal(c.act, " did not conflict")
		}
		check(r, c.code)
		r.Git(c.act, "--abort")
	}
	if _, err := r.TryGit("revert", "--no-edit", "HEAD~1"); err == nil {
		t.Fatal("revert did not conflict")
	}
	check(r, repo.NoticeRevert)
	r.Git("revert", "--abort")

	r.Git("checkout", "--quiet", "--orphan", "fresh")
	check(r, repo.NoticeUnborn)
}

// TestPromisorsInGitsOrder: the remote of extensions.partialClone is asked last.
func TestPromisorsInGitsOrder(t *testing.T) {
	r, _ := project(t)
	for _, setting := range [][2]string{
		{"core.repositoryFormatVersion", "1"},
		{"extensions.partialClone", "origin"},
		{"remote.origin.promisor", "true"},
		{"remote.near.promisor", "true"},
		{"remote.far.partialCloneFilter", "blob:none"},
		{"remote.plain.promisor", "false"},
	} {
		r.Git("config", setting[0], setting[1])
	}
	if got := open(t, r.Dir).Promisors(); !slices.Equal(got, []string{"near", "far", "origin"}) {
		t.Fatalf("promised by %q", got)
	}
}

func TestShallowAndPartialClones(t *testing.T) {
	r, bare := project(t)
	head := r.Head()
	shallow := open(t, bare.Clone("--depth=1").Dir)
	var told *gitops.Error
	if _, err := shallow.Resolve(ctx, strings.Repeat("ab", 20)); !errors.As(err, &told) || !strings.Contains(told.Hint, "--unshallow") {
		t.Errorf("a commit beyond the end of a shallow clone: %+v", told)
	}
	if !shallow.Shallow() || !shallow.ShallowCommits()[head] || shallow.State()[0].Code != repo.NoticeShallow {
		t.Fatalf("not seen as shallow: %v", shallow.State())
	}
	c, err := shallow.Objects().Commit(head)
	if err != nil || len(c.Parents) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := shallow.Objects().Commit(c.Parents[0]); gitops.CodeOf(err) != gitops.CodeMissingObject {
		t.Fatalf("parent beyond the cut: %v", err)
	}
	bare.Git("config", "uploadpack.allowFilter", "true")
	partial := open(t, bare.Clone("--filter=blob:none", "--no-checkout").Dir)
	if len(partial.State()) != 1 || partial.State()[0].Code != repo.NoticePartial {
		t.Fatalf("not seen as partial: %v", partial.State())
	}
	if got := partial.Promisors(); !slices.Equal(got, []string{"origin"}) {
		t.Fatalf("promised by %q", got)
	}
	absent := r.Rev(head.String() + "^{tree}")
	entries, err := partial.Objects().Tree(absent)
	if err != nil || len(entries) == 0 {
		t.Fatalf("tree of the tip: %v, %v", entries, err)
	}
	var missing *gitops.MissingObject
	_, err = partial.Objects().Blob(entries[0].Hash)
	if !errors.As(err, &missing) || missing.Hash != entries[0].Hash || !errors.Is(err, gitops.ErrMissing) {
		t.Fatalf("the absent blob %s: %v", entries[0].Hash, err)
	}
	if len(open(t, r.Dir).Promisors()) != 0 {
		t.Fatal("whole repository seen as partial")
	}
	if open(t, r.Dir).Shallow() {
		t.Fatal("whole repository seen as shallow")
	}
}
