package publish

import (
	"context"
	"os"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func TestFetch(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--bare"}, {"--mirror"}, {"--single-branch"}, {"--depth=2"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			repo := w.origin.Clone(args...)
			repo.Git("config", "remote.origin.prune", "true")
			repo.Branch("mine")
			another := w.colleague()
			now := another.Commit("More\n", map[string]string{"more": "x"})
			another.AnnotatedTag("v2.0.0")
			another.Git("push", "-q", "origin", "main", "v2.0.0", "HEAD:refs/heads/other")
			heads := repo.Git("for-each-ref", "refs/heads")
			got, err := w.git(repo).Fetch(context.Background(), "origin", "main")
			if err != nil || got.Tip != now || len(got.Notices) != 0 {
				t.Fatalf("%+v %v", got, err)
			}
			if repo.Rev("refs/remotes/origin/main") != now || repo.Rev("v2.0.0") != another.Rev("v2.0.0") {
				t.Error("it did not arrive")
			}
			if after := repo.Git("for-each-ref", "refs/heads"); after != heads {
				t.Errorf("local branches changed:\n%s\nwere\n%s", after, heads)
			}
			if _, err := repo.TryGit("rev-parse", "-q", "--verify", "refs/remotes/origin/other"); err == nil && len(args) > 0 {
				t.Error("another branch came along")
			}
			if strings.Contains(repo.Fingerprint(), "FETCH_HEAD") {
				t.Error("FETCH_HEAD was written")
			}
		})
	}
}

func TestFetchDifferingTag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	another := w.colleague()
	now := another.Commit("More\n", map[string]string{"more": "x"})
	another.AnnotatedTag("v2.0.0")
	another.Git("push", "-q", "origin", "main", "v2.0.0")
	w.mine.Tag("v2.0.0")
	w.mine.Tag("mine-only")
	got, err := w.git(w.mine).Fetch(context.Background(), "origin", "main")
	if err != nil || got.Tip != now {
		t.Fatalf("%+v %v", got, err)
	}
	if len(got.Notices) != 1 || got.Notices[0].Code != NoticeTagDiffers || !strings.Contains(got.Notices[0].Text, "v2.0.0") {
		t.Errorf("%+v", got.Notices)
	}
	if w.mine.Rev("v2.0.0") != w.tip {
		t.Error("the local tag was overwritten")
	}
	// And a plan still ships, with a name that is free.
	p := w.plan(w.bad)
	w.readBack(p, w.ship(w.git(w.mine), p))
}

// TestFetchLocked: a remote that answers is not called unreachable.
func TestFetchLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	another := w.colleague()
	another.Commit("More\n", map[string]string{"more": "x"})
	another.Git("push", "-q", "origin", "main")
	write(t, w.mine.Path(".git", "refs", "remotes", "origin", "main.lock"), "", 0o644)
	_, err := w.git(w.mine).Fetch(context.Background(), "origin", "main")
	wantCode(t, err, gitops.CodeInternal)
	if !strings.Contains(detailOf(err), "main.lock") {
		t.Errorf("%v\n%s", err, detailOf(err))
	}
}

func TestRemoteRefs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.git(w.mine)
	held, err := g.RemoteRefs(context.Background(), "origin", "refs/heads/main", "refs/tags/v1.0.0", "refs/tags/none")
	if err != nil || len(held) != 2 || held["refs/heads/main"] != w.tip || held["refs/tags/v1.0.0"] != w.origin.Rev("v1.0.0") {
		t.Errorf("%v %v", held, err)
	}
	_, err = g.RemoteRefs(context.Background(), "none", "refs/heads/main")
	wantCode(t, err, gitops.CodeNoRemote)
	if _, err := g.Fetch(context.Background(), "origin", "none"); err == nil {
		t.Error("fetched a branch that is not there")
	} else {
		wantCode(t, err, gitops.CodeNoBranch)
	}
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	find := func(repo *gittest.Repo) map[string]Finding {
		found := map[string]Finding{}
		for _, f := range w.git(repo).Doctor(context.Background(), "origin", "main") {
			if f.Text == "" || !f.OK && f.Hint == "" {
				t.Errorf("%+v", f)
			}
			found[f.Name] = f
		}
		return found
	}
	remote, local := w.remoteRefs(), w.mine.Fingerprint()
	ran := w.mine.Path("..", "ran")
	for name, f := range find(w.mine) {
		if !f.OK {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if w.remoteRefs() != remote || w.mine.Fingerprint() != local {
		t.Error("the doctor changed something")
	}
	w.mine.Hook("pre-push", "touch "+ran+"; exit 1")
	w.mine.Git("config", "commit.gpgSign", "true")
	w.mine.Git("config", "gpg.format", "ssh")
	w.mine.Git("config", "user.signingKey", "/nowhere/key")
	w.origin.Git("config", "receive.advertiseAtomic", "false")
	found := find(w.mine)
	if found[FindSigning].OK || !found[FindPush].OK || !found[FindRemote].OK || !strings.Contains(found[FindHooks].Text, "pre-push hook runs") {
		t.Errorf("%+v", found)
	}
	if !strings.Contains(found[FindPush].Text, "together") {
		t.Errorf("%+v", found[FindPush])
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("the hook ran")
	}
	if found := find(w.origin.Clone("--depth=1")); found[FindHistory].OK {
		t.Errorf("%+v", found[FindHistory])
	}
	w.mine.Git("remote", "set-url", "origin", "https://u:hunter2@127.0.0.1:1/x")
	found = find(w.mine)
	if _, asked := found[FindPush]; asked || found[FindRemote].OK || strings.Contains(found[FindRemote].Text+found[FindRemote].Hint, "hunter2") {
		t.Errorf("%+v", found)
	}
}

// TestFetchLeavesAShallowHistoryShallow: tags on what was cut off would bring
// it all, and must still be known to be taken.
func TestFetchLeavesAShallowHistoryShallow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.mine.Rev("v1.0.0^{commit}")
	repo := w.origin.Clone("--depth=2")
	shallow, err := os.ReadFile(repo.GitDir() + "/shallow")
	if err != nil {
		t.Fatal(err)
	}
	another := w.colleague()
	now := another.Commit("More\n", map[string]string{"more": "x"})
	another.AnnotatedTag("v2.0.0")
	another.Git("push", "-q", "origin", "main", "v2.0.0")
	got, err := w.git(repo).Fetch(context.Background(), "origin", "main")
	if err != nil || got.Tip != now || !got.SomeTags {
		t.Fatalf("%+v %v", got, err)
	}
	if repo.Rev("v2.0.0") != another.Rev("v2.0.0") {
		t.Error("the tag on what arrived did not come")
	}
	if _, err := repo.TryGit("cat-file", "-e", old.String()); err == nil {
		t.Error("what was cut off came along")
	}
	if after, _ := os.ReadFile(repo.GitDir() + "/shallow"); string(after) != string(shallow) {
		t.Error("the history was deepened")
	}
	w.mine.Git("fetch", "-q")
	p := w.plan(now)
	p.Tag.Name = "v1.0.0"
	_, err = w.git(repo).Execute(context.Background(), p, ExecuteOptions{})
	if gitops.CodeOf(err) != gitops.CodeTagTaken {
		t.Errorf("a tag that is not here is taken there: %v", err)
	}
}
