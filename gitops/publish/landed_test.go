package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// waiting is a run whose branch was sent and whose pull request is open, and
// the server's own clone, in which requests are merged.
func (w *world) waiting(suspects ...gitops.Hash) (gitops.Run, *gittest.Repo) {
	w.t.Helper()
	p := w.byRequest(suspects...)
	r, err := w.sendByRequest(p, ExecuteOptions{})
	if err != nil {
		w.t.Fatalf("%v\n%s", err, steps(r))
	}
	server := w.origin.Clone()
	server.As("Forge", "noreply@forge.example")
	return gitops.Run{ID: r.ID, Plan: p, Receipt: r}, server
}

// meanwhile lets a colleague land something else, in a file that the revert
// touches but away from its lines.
func meanwhile(server *gittest.Repo) gitops.Hash {
	return server.Commit("Meanwhile\n", map[string]string{"app/price.go": story(40, map[int]string{5: "rounded", 30: "banner", 39: "meanwhile"}), "other": "x\n"})
}

func TestLanded(t *testing.T) {
	t.Parallel()
	// Each merges via into main as some server does, and names the commit that
	// is to be found.
	type merge func(server *gittest.Repo, via string) gitops.Hash
	squash := func(message string) merge {
		return func(server *gittest.Repo, via string) gitops.Hash {
			server.Git("merge", "--squash", "-q", via)
			server.Git("commit", "-q", "-m", message)
			return server.Head()
		}
	}
	cases := map[string]struct {
		before func(*gittest.Repo) gitops.Hash
		merge  merge
		how    string
	}{
		"merge": {nil, func(s *gittest.Repo, via string) gitops.Hash {
			s.Git("merge", "--no-ff", "-q", "-m", "Merge pull request #7", via)
			return s.Head()
		}, landedMerge},
		"fast-forward": {nil, func(s *gittest.Repo, via string) gitops.Hash {
			s.Git("merge", "--ff-only", "-q", via)
			return s.Head()
		}, landedMerge},
		"merge, moved": {meanwhile, func(s *gittest.Repo, via string) gitops.Hash {
			s.Git("merge", "--no-ff", "-q", "-m", "Merge pull request #7", via)
			return s.Head()
		}, landedMerge},
		"squash":                          {nil, squash("Revert (#7)"), landedSame},
		"squash, moved":                   {meanwhile, squash("Revert (#7)"), landedSame},
		"squash with nothing of our text": {meanwhile, squash("."), landedSame},
		"rebase, moved": {meanwhile, func(s *gittest.Repo, via string) gitops.Hash {
			s.Git("cherry-pick", via)
			return s.Head()
		}, landedSame},
		"merge queue, rebased and merged": {meanwhile, func(s *gittest.Repo, via string) gitops.Hash {
			s.Git("checkout", "-q", "-b", "queue", "main")
			s.Git("cherry-pick", via)
			s.Git("checkout", "-q", "main")
			s.Git("merge", "--no-ff", "-q", "-m", "Merge queue", "queue")
			return s.Head()
		}, landedSame},
		"branch updated, then squashed": {meanwhile, func(s *gittest.Repo, via string) gitops.Hash {
			s.Git("checkout", "-q", "-b", "updated", via)
			s.Git("merge", "-q", "-m", "Merge main into it", "main")
			s.Git("checkout", "-q", "main")
			s.Git("merge", "--squash", "-q", "updated")
			s.Git("commit", "-q", "-m", "Revert (#7)")
			return s.Head()
		}, landedSame},
		"squash with a reviewer's addition": {meanwhile, nil, landedWhole},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run, server := w.waiting(w.bad)
			via := "origin/" + run.Plan.Passage.Via
			if c.before != nil {
				c.before(server)
			}
			merge := c.merge
			if merge == nil {
				// The message is the run's own, indented as a forge lists commits.
				merge = func(s *gittest.Repo, via string) gitops.Hash {
					s.Git("merge", "--squash", "-q", via)
					s.Write("CHANGES", "reverted\n")
					s.Git("add", "CHANGES")
					s.Git("commit", "-q", "-m", "Revert (#7)\n\n* Revert\n\n  "+strings.ReplaceAll(run.Plan.Message, "\n", "\n  "))
					return s.Head()
				}
			}
			w.notLanded(run)
			want := merge(server, via)
			server.Commit("Later\n", map[string]string{"later": "y\n"})
			server.Git("push", "-q", "origin", "main")
			w.hasLanded(run, want, c.how)
			// Of a merge of ours it is ours that is reverted.
			merges := c.how != landedMerge && server.Git("rev-list", "--merges", "--no-walk", want.String()) != ""
			if got := w.land(run).merges; slices.Contains(got, want) != merges {
				t.Errorf("merges %v", got)
			}
		})
	}
}

func (w *world) land(run gitops.Run) landing {
	w.t.Helper()
	l, err := w.git(w.mine).landing(context.Background(), run)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func (w *world) notLanded(run gitops.Run) {
	w.t.Helper()
	if l := w.land(run); !l.commit.IsZero() {
		w.t.Errorf("it landed as %s: %s", l.commit.Short(), l.words)
	}
}

func (w *world) hasLanded(run gitops.Run, want gitops.Hash, how string) {
	w.t.Helper()
	before := w.remoteRefs()
	l := w.land(run)
	if l.commit != want || l.how != how || !l.undone.IsZero() || !strings.Contains(l.words, want.Short()) {
		w.t.Errorf("%+v, want %s by %s", l, want.Short(), how)
	}
	if w.remoteRefs() != before {
		w.t.Error("looking changed the remote")
	}
}

// TestLandedSeveral: one commit a suspect, squashed into one or rebased as they
// are.
func TestLandedSeveral(t *testing.T) {
	t.Parallel()
	for name, merge := range map[string]func(*gittest.Repo, string){
		"squashed": func(s *gittest.Repo, via string) {
			s.Git("merge", "--squash", "-q", via)
			s.Git("commit", "-q", "-m", "Reverts (#7)")
		},
		"rebased": func(s *gittest.Repo, via string) { s.Git("cherry-pick", via+"~1", via) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run, server := w.waiting(w.worse, w.bad)
			if len(run.Receipt.Commits) != 2 {
				t.Fatal("not two commits")
			}
			meanwhile(server)
			merge(server, "origin/"+run.Plan.Passage.Via)
			server.Git("push", "-q", "origin", "main")
			w.hasLanded(run, server.Head(), landedSame)
			want := []gitops.Hash{server.Head()}
			if name == "rebased" {
				want = []gitops.Hash{server.Rev("HEAD~1"), server.Head()}
			}
			if got := w.land(run).as; !slices.Equal(got, want) {
				t.Errorf("it landed as %v, want %v", got, want)
			}
		})
	}
}

// TestNotLanded: what only looks like it is no landing, and the words say what
// it is.
func TestNotLanded(t *testing.T) {
	t.Parallel()
	says := func(w *world) string { return fmt.Sprintf("Revert it\n\nThis reverts commit %s.\n", w.bad) }
	cases := map[string]struct {
		act   func(*world, *gittest.Repo, gitops.Run)
		words string
	}{
		"nothing": {func(*world, *gittest.Repo, gitops.Run) {}, ""},
		"others":  {func(_ *world, s *gittest.Repo, _ gitops.Run) { meanwhile(s) }, ""},
		"a colleague's partial revert": {func(w *world, s *gittest.Repo, _ gitops.Run) {
			s.Commit(says(w), map[string]string{"app/price.go": story(40, map[int]string{5: "half of it", 30: "banner"})})
		}, "another change"},
		"the words without the deed": {func(w *world, s *gittest.Repo, _ gitops.Run) {
			s.Commit(says(w), map[string]string{"app/price.go": story(40, map[int]string{5: "rounded", 30: "banner", 31: "new"})})
		}, "another change"},
		"closed without a merge": {func(_ *world, s *gittest.Repo, run gitops.Run) {
			s.Git("push", "-q", "origin", ":"+run.Plan.Passage.Via)
			meanwhile(s)
		}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run, server := w.waiting(w.bad)
			c.act(w, server, run)
			server.Git("push", "-q", "origin", "main")
			w.notLanded(run)
			if l := w.land(run); (l.words == "") != (c.words == "") || !strings.Contains(l.words, c.words) {
				t.Errorf("%q", l.words)
			}
		})
	}
}

// TestPartialOfTwo: of two suspects that the run reverts, a colleague reverts
// one, exactly and by name.
func TestPartialOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := asOne(w.plan(w.worse, w.bad))
	p.Passage = w.byRequest(w.worse).Passage
	r, err := w.sendByRequest(p, ExecuteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	server := w.origin.Clone()
	server.Git("revert", "--no-edit", w.bad.String())
	server.Git("push", "-q", "origin", "main")
	run := gitops.Run{Plan: p, Receipt: r}
	w.notLanded(run)
	// The other one by hand: together it is our change, but no commit holds it.
	server.Git("revert", "--no-edit", w.worse.String())
	server.Git("push", "-q", "origin", "main")
	w.notLanded(run)
	if l := w.land(run); !strings.Contains(l.words, "by several commits") {
		t.Errorf("%q", l.words)
	}
}

// TestLandedAndTakenBack: it landed, and was reverted since. Nothing is to be
// tagged then.
func TestLandedAndTakenBack(t *testing.T) {
	t.Parallel()
	for name, merge := range map[string]func(*gittest.Repo, string){
		"squashed": func(s *gittest.Repo, via string) {
			s.Git("merge", "--squash", "-q", via)
			s.Git("commit", "-q", "-m", "Revert (#7)")
		},
		"merged": func(s *gittest.Repo, via string) { s.Git("merge", "--no-ff", "-q", "-m", "Merge", via) },
		"by a button": func(s *gittest.Repo, via string) {
			s.Git("merge", "--squash", "-q", via)
			s.Git("commit", "-q", "-m", "Revert (#7)")
		},
	} {
		w := newWorld(t)
		run, server := w.waiting(w.bad)
		merge(server, "origin/"+run.Plan.Passage.Via)
		landed := server.Head()
		args := []string{"revert", "--no-edit"}
		if name == "merged" {
			args = append(args, "-m1")
		}
		server.Git(append(args, "HEAD")...)
		if name == "by a button" {
			server.Git("commit", "-q", "--amend", "-m", "Revert \"Revert\" (#8)\n\nReverts acme/shop#7")
		}
		undone := server.Head()
		meanwhile(server)
		server.Git("push", "-q", "origin", "main")
		l := w.land(run)
		if l.commit != landed || l.undone != undone || !strings.Contains(l.words, "took it back") {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

// TestLandedAndEditedLater: later work on the same lines takes nothing back.
func TestLandedAndEditedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run, server := w.waiting(w.bad)
	server.Git("merge", "--no-ff", "-q", "-m", "Merge", "origin/"+run.Plan.Passage.Via)
	landed := server.Head()
	// The same lines once more, in another way than before.
	server.Commit("Round better\n", map[string]string{"app/price.go": story(40, map[int]string{5: "rounded well", 30: "banner"})})
	server.Git("push", "-q", "origin", "main")
	l := w.land(run)
	if l.commit != landed || !l.undone.IsZero() || !strings.Contains(l.words, "later commits") {
		t.Errorf("%+v", l)
	}
}
