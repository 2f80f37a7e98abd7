package repo_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

// project is a repository with a remote, tags of both kinds, nested branches
// and everything that refs can be.
func project(t *testing.T) (*gittest.Repo, *gittest.Bare) {
	t.Helper()
	r := gittest.New(t)
	r.Commit("one", map[string]string{"a": "1\n"})
	r.AnnotatedTag("v1.0.0")
	r.Commit("two", map[string]string{"a": "2\n"})
	r.Tag("light")
	r.Git("tag", "-a", "-m", "tag of a tag", "nested", "v1.0.0")
	r.Git("tag", "tree-tag", "HEAD^{tree}")
	r.Branch("team/one/feature")
	bare := r.WithRemote()
	r.Git("push", "--quiet", "origin", "team/one/feature")
	return r, bare
}

// gitRefs asks git for the same as Refs.
func gitRefs(r *gittest.Repo) map[string][2]string {
	all := map[string][2]string{}
	out := r.Git("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)")
	for _, line := range strings.Split(out, "\n") {
		f := strings.Split(line, " ")
		all[f[0]] = [2]string{f[1], f[2]}
	}
	return all
}

func flatten(refs repo.Refs) map[string]string {
	flat := map[string]string{}
	for name, h := range refs.Branches {
		flat["refs/heads/"+name] = h.String()
	}
	for remote, branches := range refs.Remotes {
		for name, h := range branches {
			flat["refs/remotes/"+remote+"/"+name] = h.String()
		}
	}
	for _, tag := range refs.Tags {
		flat["refs/tags/"+tag.Name] = tag.Object.String()
	}
	return flat
}

func sameRefs(t *testing.T, r *gittest.Repo) repo.Refs {
	t.Helper()
	refs, err := open(t, r.Dir).Refs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for name, ids := range gitRefs(r) {
		if !strings.HasSuffix(name, "/HEAD") {
			want[name] = ids[0]
		}
	}
	if got := flatten(refs); !reflect.DeepEqual(got, want) {
		t.Fatalf("refs %v, git has %v", got, want)
	}
	for _, tag := range refs.Tags {
		if want := r.Git("rev-parse", "refs/tags/"+tag.Name+"^{}"); tag.Peeled.String() != want {
			t.Errorf("tag %s peels to %s, want %s", tag.Name, tag.Peeled, want)
		}
	}
	return refs
}

func TestRefsAreThoseOfGit(t *testing.T) {
	r, _ := project(t)
	for _, arrange := range []func(){
		func() {},
		func() { r.Git("pack-refs", "--all") },
		func() { // loose refs win over packed ones, and packed ones vanish
			r.Commit("three", nil)
			r.Git("tag", "-f", "-a", "-m", "moved", "v1.0.0")
			r.Git("branch", "-D", "team/one/feature")
			r.Git("branch", "team/two")
		},
		func() { // a writer of old, which promised nothing about order and peeling
			path := r.Path(".git/packed-refs")
			data, _ := os.ReadFile(path)
			var kept []string
			for _, line := range strings.Split(string(data), "\n") {
				if !strings.HasPrefix(line, "^") && !strings.HasPrefix(line, "#") {
					kept = append(kept, line)
				}
			}
			slices.Reverse(kept)
			write(t, path, strings.TrimPrefix(strings.Join(kept, "\n"), "\n")+"\n")
		},
	} {
		arrange()
		refs := sameRefs(t, r)
		if refs.Head.Branch() != "main" || refs.Head.Commit != r.Head() || refs.Head.Detached() {
			t.Fatalf("head %+v", refs.Head)
		}
		if refs.RemoteHeads["origin"] != "main" {
			t.Fatalf("remote heads %v", refs.RemoteHeads)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOddRefsAreToleratedOrLeftOut(t *testing.T) {
	r, _ := project(t)
	head := r.Head().String()
	write(t, r.Path(".git/refs/heads/broken"), "hello\n")
	write(t, r.Path(".git/refs/heads/empty"), "")
	write(t, r.Path(".git/refs/heads/cut"), head[:20])
	write(t, r.Path(".git/refs/heads/main.lock"), head+"\n")
	write(t, r.Path(".git/refs/heads/latin\xe9"), head+"\n")
	write(t, r.Path(".git/refs/heads/alias"), "ref: refs/heads/main\n")
	write(t, r.Path(".git/refs/heads/circle"), "ref: refs/heads/circle\n")
	write(t, r.Path(".git/refs/heads/dangling"), "ref: refs/heads/none\n")
	if err := os.Symlink("refs/heads/main", r.Path(".git/refs/heads/link")); err != nil {
		t.Fatal(err)
	}
	refs, err := open(t, r.Dir).Refs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]gitops.Hash{}
	_, err = open(t, r.Dir).Resolve(ctx, "main.lock")
	wantCode(t, err, gitops.CodeUnknownCommit, "main.lock")
	for _, name := range []string{"main", "team/one/feature", "latin\xe9", "alias", "link"} {
		want[name] = r.Head()
	}
	if !reflect.DeepEqual(refs.Branches, want) {
		t.Fatalf("branches %v, want %v", refs.Branches, want)
	}
}

func TestHeadOfEachWorktreeIsItsOwn(t *testing.T) {
	r, _ := project(t)
	linked := r.Worktree("side")
	linked.Commit("on side", nil)
	refs := sameRefs(t, linked)
	if refs.Head.Branch() != "side" || refs.Head.Commit != linked.Head() {
		t.Fatalf("head %+v", refs.Head)
	}
	if refs := sameRefs(t, r); refs.Head.Branch() != "main" {
		t.Fatalf("head %+v", refs.Head)
	}
}

func TestRemotesWithSlashes(t *testing.T) {
	r, bare := project(t)
	r.Git("config", "remote.team.url", bare.Dir)
	r.Git("remote", "add", "team/fork", bare.Dir)
	r.Git("config", "remote.te.url", bare.Dir)
	r.Git("config", "remote.team.prune", "true")
	if remotes := open(t, r.Dir).Remotes(); len(remotes) != 4 {
		t.Fatalf("remotes %+v", remotes)
	}
	// A name that only begins another's must not win, wherever it stands.
	r.Git("config", "remote.team/f.url", bare.Dir)
	r.Git("config", "--rename-section", "remote.team", "remote.x")
	r.Git("config", "remote.team.url", bare.Dir)
	r.Git("fetch", "--quiet", "team/fork")
	r.Git("remote", "set-head", "team/fork", "team/one/feature")
	refs, err := open(t, r.Dir).Refs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]gitops.Hash{"main": r.Head(), "team/one/feature": r.Head()}
	if !reflect.DeepEqual(refs.Remotes["team/fork"], want) || len(refs.Remotes) != 2 {
		t.Fatalf("remotes %v, want %v", refs.Remotes, want)
	}
	if refs.RemoteHeads["team/fork"] != "team/one/feature" {
		t.Fatalf("remote heads %v", refs.RemoteHeads)
	}
}

func TestTags(t *testing.T) {
	r, _ := project(t)
	for range 2 {
		tags, notices, err := open(t, r.Dir).Tags(ctx)
		if err != nil || len(notices) != 0 {
			t.Fatal(err, notices)
		}
		var got []string
		for _, tag := range tags {
			got = append(got, fmt.Sprintf("%s %t %t %s %q %s", tag.Name, tag.Annotated, tag.Signed, tag.Tagger.Name, tag.Message, tag.Commit.Short()))
		}
		one, two := r.Rev("HEAD~1").Short(), r.Head().Short()
		want := []string{
			`light false false Ada Example "" ` + two,
			`nested true false Ada Example "tag of a tag\n" ` + one,
			`tree-tag false false  "" 0000000`,
			`v1.0.0 true false Ada Example "Release v1.0.0\n" ` + one,
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("tags\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		r.Git("gc", "--quiet")
	}
}

func TestNamedTagsAndSignatures(t *testing.T) {
	r, _ := project(t)
	text := "object " + r.Head().String() + "\ntype commit\ntag signed\ntagger Ada <ada@example.com> 5 +0000\n\nRelease\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\n"
	id, err := r.GitInput(text, "hash-object", "-t", "tag", "-w", "--stdin")
	if err != nil {
		t.Fatal(err)
	}
	r.Git("update-ref", "refs/tags/signed", id)
	got, _, err := open(t, r.Dir).Tags(ctx, "signed")
	if err != nil || len(got) != 1 || !got[0].Signed || got[0].Message != "Release\n" || got[0].Commit != r.Head() {
		t.Fatalf("%+v, %v", got, err)
	}
	_, _, err = open(t, r.Dir).Tags(ctx, "none")
	wantCode(t, err, gitops.CodeUnknownRelease, "none")
}

// A commit that is not there is not given out, whatever a tag says.
func TestTagOfAMissingCommit(t *testing.T) {
	r, _ := project(t)
	gone := strings.Repeat("ab", 20)
	text := "object " + gone + "\ntype commit\ntag gone\ntagger Ada <ada@example.com> 5 +0000\n\nRelease\n"
	id, err := r.GitInput(text, "hash-object", "-t", "tag", "-w", "--stdin", "--literally")
	if err != nil {
		t.Fatal(err)
	}
	write(t, r.Path(".git/refs/tags/gone"), id+"\n")
	tags, notices, err := open(t, r.Dir).Tags(ctx, "gone")
	if err != nil || len(notices) != 1 || !tags[0].Commit.IsZero() || tags[0].Message != "Release\n" {
		t.Fatalf("%+v, %v, %v", tags, notices, err)
	}
	if h, err := open(t, r.Dir).Resolve(ctx, "gone"); !errors.Is(err, gitops.ErrMissing) {
		t.Fatalf("resolved to %s, %v", h, err)
	}
}

// One tag whose object is gone must not keep the others from being read.
func TestBrokenTagIsANotice(t *testing.T) {
	r, _ := project(t)
	id := r.Rev("refs/tags/v1.0.0").String()
	if err := os.Remove(r.Path(".git/objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
	tags, notices, err := open(t, r.Dir).Tags(ctx)
	if err != nil || len(tags) != 4 || len(notices) != 2 || notices[0].Code != repo.NoticeTagUnreadable {
		t.Fatalf("%+v, %+v, %v", tags, notices, err)
	}
	if tags[0].Name != "light" || tags[0].Commit != r.Head() {
		t.Fatalf("%+v", tags[0])
	}
}

func TestRefsSeenFresh(t *testing.T) {
	r, _ := project(t)
	r.Git("pack-refs", "--all")
	opened := open(t, r.Dir)
	for i := range 5 {
		next := r.Commit(fmt.Sprint(i), nil)
		if i%2 == 0 {
			r.Git("pack-refs", "--all")
		}
		refs, err := opened.Refs(ctx)
		if err != nil || refs.Branches["main"] != next {
			t.Fatalf("main at %s, %v, want %s", refs.Branches["main"], err, next)
		}
	}
}

// Packed refs are remembered only while the file is the same: neither size nor
// time alone tells, since both may stay as they were.
func TestPackedRefsAreReadAgainWhenReplaced(t *testing.T) {
	r, _ := project(t)
	r.Git("pack-refs", "--all")
	path := r.Path(".git/packed-refs")
	opened := open(t, r.Dir)
	one, two := r.Rev("HEAD~1"), r.Head()
	at := func(want gitops.Hash) {
		t.Helper()
		if h, err := opened.Resolve(ctx, "refs/tags/light"); err != nil || h != want {
			t.Fatalf("light at %s, %v, want %s", h, err, want)
		}
	}
	at(two)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := strings.Replace(string(data), two.String()+" refs/tags/light", one.String()+" refs/tags/light", 1)
	write(t, path+".new", moved)
	if err := os.Chtimes(path+".new", info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	at(one)
	write(t, path, string(data))
	later := info.ModTime().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	at(two)
}
