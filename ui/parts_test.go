package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/gitops/gittest"
	"ahead/ui/confirm"
	"ahead/ui/keys"
	"ahead/ui/screentest"
	"ahead/ui/term"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// parts is a real repository with a real remote, whose newest release changed
// two files, one of them in three places.
type parts struct {
	*loop
	repo    *gittest.Repo
	remote  *gittest.Bare
	suspect gitops.Hash
}

// openParts opens the screen on it; since is what the branch did afterwards.
func openParts(t *testing.T, since map[string]string) *parts {
	t.Helper()
	for name, value := range map[string]string{"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "HOME": t.TempDir()} {
		t.Setenv(name, value)
	}
	r := gittest.New(t)
	r.Git("config", "user.name", "On Call")
	r.Git("config", "user.email", "oncall@example.com")
	r.Commit("Open the shop", map[string]string{"src/app.go": screentest.Counted(60), "docs/x.md": "one\n", "other.txt": "x\n"})
	r.AnnotatedTag("v1.0.0")
	p := &parts{repo: r}
	p.suspect = r.Commit("Shout", map[string]string{"src/app.go": screentest.Counted(60, 5, 30, 55), "docs/x.md": "two\n"})
	r.AnnotatedTag("v1.0.1")
	r.Commit("Go on", since)
	p.remote = r.WithRemote()
	d, err := desk.Open(context.Background(), desk.Options{Dir: r.Dir, Now: r.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	p.loop = start(t, onScreen{d}, Options{NoFetch: true, Remedy: &gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{p.suspect}}})
	return p
}

// agreed is the preview with nothing left to wait for.
func agreed(words ...string) func(Model) bool {
	return func(m Model) bool {
		frame := ansi.Strip(m.View())
		for _, w := range append(words, "✓ clean, ") {
			if !strings.Contains(frame, w) {
				return false
			}
		}
		return m.screen == keys.Preview && !strings.Contains(frame, "checking") && !strings.Contains(frame, "reading…")
	}
}

func (p *parts) goldens(name string) {
	for _, size := range [][2]int{{60, 16}, {100, 30}, {200, 50}} {
		p.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		golden(p.t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), p.m)
	}
	p.send(tea.WindowSizeMsg{Width: 100, Height: 30})
}

// ships types the tag's name and waits for the end.
func (p *parts) ships(tag string) {
	p.t.Helper()
	p.until("the gate", func(m Model) bool { return m.screen == keys.Confirm })
	p.time.add(confirm.Settle)
	p.key(tag, "enter")
	p.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
}

func TestAPartOfARevertShips(t *testing.T) {
	p := openParts(t, map[string]string{"other.txt": "y\n"})
	p.until("the plan", agreed("FILES  2"))
	p.key("x")
	p.until("a file out", agreed("PARTIAL  leaves out docs/x.md"))
	p.goldens("parts-file")
	p.key("tab")
	p.until("its lines", agreed("hunk 1 of 3"))
	p.key("n", "x")
	p.until("a hunk out", agreed("src/app.go (1 of 3 hunks)"))
	p.goldens("parts-hunk")
	p.key("c")
	p.until("the gate", func(m Model) bool { return m.screen == keys.Confirm })
	p.goldens("parts-gate")
	p.ships("v1.0.2")
	if got := p.remote.Git("show", "main:src/app.go") + "\n"; got != screentest.Counted(60, 30) {
		t.Errorf("the remote has\n%s", got)
	}
	if got := p.remote.Git("show", "main:docs/x.md"); got != "two" {
		t.Errorf("the remote has %q", got)
	}
	if msg := p.remote.Git("log", "-1", "--format=%B", "main"); !strings.HasPrefix(msg, "Partially revert") || !strings.Contains(msg, "src/app.go (1 of 3 hunks)") {
		t.Errorf("the message is %q", msg)
	}
}

func TestAPartOfARestoreShips(t *testing.T) {
	p := openParts(t, map[string]string{"other.txt": "y\n"})
	p.until("the plan", agreed("FILES  2"))
	p.key("4")
	p.until("the restore", agreed("the very tree of v1.0.0", "FILES  3"))
	p.key("x")
	p.until("a part of it", agreed("PARTIALLY RESTORE", "v1.0.0 but for what stays", "PARTIAL  leaves out docs/x.md"))
	p.key("c")
	p.ships("v1.0.2")
	if p.remote.Git("show", "main:src/app.go")+"\n" != screentest.Counted(60) || p.remote.Git("show", "main:docs/x.md") != "two" || p.remote.Git("show", "main:other.txt") != "x" {
		t.Errorf("the remote has\n%s", p.remote.Git("show", "main"))
	}
}

func TestAConflictLeftOutShips(t *testing.T) {
	p := openParts(t, map[string]string{"docs/x.md": "three\n"})
	p.until("the conflict", shows("conflict in 1 file"))
	p.key("x")
	p.until("settled", agreed("PARTIAL  leaves out docs/x.md", "src/app.go"))
	p.goldens("parts-settled")
	p.key("tab", "x")
	p.until("nothing left", shows("all is left out"))
	p.key("x")
	p.until("settled again", agreed("src/app.go"))
	p.key("c")
	p.ships("v1.0.2")
	if p.remote.Git("show", "main:src/app.go")+"\n" != screentest.Counted(60) || p.remote.Git("show", "main:docs/x.md") != "three" {
		t.Errorf("the remote has\n%s", p.remote.Git("show", "main"))
	}
}

func TestWhatWasLeftOutOutlivesAWayBack(t *testing.T) {
	p := openParts(t, map[string]string{"other.txt": "y\n"})
	p.until("the plan", agreed("FILES  2"))
	p.key("x")
	p.until("a file out", agreed("PARTIAL  leaves out docs/x.md"))
	p.key("esc")
	p.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	m, cmd := p.m.openPreview(gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{p.suspect}})
	p.m = m
	p.run(cmd)
	p.until("what was left out", agreed("PARTIAL  leaves out docs/x.md"))
}

// TestAMovedTipKeepsWhatWasLeftOut: what is still there stays left out, and
// what is not is said, with the way to choose anew.
func TestAMovedTipKeepsWhatWasLeftOut(t *testing.T) {
	p := openParts(t, map[string]string{"other.txt": "y\n"})
	p.until("the plan", agreed("FILES  2"))
	p.key("tab")
	p.until("its lines", agreed("hunk 1 of 3"))
	p.key("n", "x")
	p.until("a hunk out", agreed("src/app.go (1 of 3 hunks)"))
	colleague := p.remote.Clone()
	push := func(files map[string]string) {
		colleague.Commit("Somebody else's work", files)
		colleague.Git("push", "--quiet", "origin", "main")
	}
	p.key("c")
	p.until("the gate", func(m Model) bool { return m.screen == keys.Confirm })
	push(map[string]string{"src/app.go": "a new first line\n" + screentest.Counted(60, 5, 30, 55)})
	p.ships("v1.0.2")
	if !shows("TIP MOVED")(p.m) {
		t.Fatalf("it is no longer the tip:\n%s", ansi.Strip(p.m.View()))
	}
	p.key("enter")
	p.until("the same hunk, lower", agreed("src/app.go (1 of 3 hunks)", colleague.Head().Short()))

	push(map[string]string{"src/app.go": "a new first line\n" + screentest.Counted(60, 5, 55)})
	p.key("c")
	p.until("what is gone", shows("X plans again with all taken back in"))
	p.until("the fetch to end", func(m Model) bool { return !m.look.fetching && !m.look.reading })
	p.goldens("parts-gone")
	p.key("X")
	p.until("the whole again", agreed("FILES  2"))
	if shows("PARTIAL")(p.m) {
		t.Errorf("it is still marked:\n%s", ansi.Strip(p.m.View()))
	}
}

// onScreen is the desk as the composition root hands it in.
type onScreen struct{ *desk.Desk }

func (s onScreen) Unlock(ctx context.Context) (term.Asking, error) {
	u, err := s.Desk.Unlock(ctx)
	if err != nil {
		return nil, err
	}
	return u, nil
}
