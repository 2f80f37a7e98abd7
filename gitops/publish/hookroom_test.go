package publish

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestHookEnvironment: the person's own, without what would lead git elsewhere.
func TestHookEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "review.url", "https://review.example.com/\tx \"quoted\" \\ #end")
	w.mine.Git("config", "branch.feature/a.b.description", "two\nlines")
	hook(t, w.mine, "commit-msg", `{
echo "home=$HOME lc=$LC_ALL author=$GIT_AUTHOR_NAME trace=$GIT_TRACE count=$GIT_CONFIG_COUNT editor=$GIT_EDITOR"
git config review.url
git config branch.feature/a.b.description
git config from.environment
git config user.useConfigOnly
test -t 0 && echo terminal
env | grep -c '^GIT_CONFIG_KEY' || true
} > "$1"`)
	home := filepath.Join(t.TempDir(), "gitconfig")
	write(t, home, "[user]\n\tuseConfigOnly\n", 0o600)
	g := w.git(w.mine, func(o *Options) {
		o.Env = append(o.Env, "LC_ALL=de_DE.UTF-8", "GIT_TRACE=0", "GIT_CONFIG_GLOBAL="+home,
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=from.environment", "GIT_CONFIG_VALUE_0=yes")
	})
	p, _, err := w.rehearse(g, w.plan(w.bad), false)
	want := "home=" + envValue(g.env, "HOME") + " lc=de_DE.UTF-8 author=Ada Example trace= count= editor=:\n" +
		"https://review.example.com/\tx \"quoted\" \\ #end\ntwo\nlines\nyes\ntrue\n0\n"
	if err != nil || p.Message != want {
		t.Errorf("%v\n%q\n%q", err, p.Message, want)
	}
}

// TestRoomsAreSwept: what a killed process left goes away, what may be in use
// stays.
func TestRoomsAreSwept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook(t, w.mine, "commit-msg", "exit 0\n")
	left, inUse := filepath.Join(w.mine.GitDir(), "ahead/tmp-1"), filepath.Join(w.mine.GitDir(), "ahead/tmp-2")
	write(t, filepath.Join(left, "tree/.git/HEAD"), "x", 0o600)
	write(t, filepath.Join(inUse, "tree/.git/HEAD"), "x", 0o600)
	old := time.Now().Add(-2 * roomLife)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.git(w.mine).RehearseMessages(context.Background(), w.plan(w.bad), false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("it is still there")
	}
	if _, err := os.Stat(inUse); err != nil {
		t.Error(err)
	}
}
