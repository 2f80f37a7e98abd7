package publish

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// hook installs a hook in a repository's own folder.
func hook(t *testing.T, r *gittest.Repo, name, body string) {
	t.Helper()
	write(t, filepath.Join(r.GitDir(), "hooks", name), "#!/bin/sh\n"+body, 0o755)
}

// everything is the content of a folder to the last byte: objects, locks and
// all.
func everything(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %s", strings.TrimPrefix(path, dir), info.Mode())
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %x", sha256.Sum256(data))
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// rehearse holds everything that is here and there against what it was.
func (w *world) rehearse(g *Git, p gitops.Plan, noVerify bool) (gitops.Plan, []gitops.Notice, error) {
	w.t.Helper()
	mine, origin := everything(w.t, w.mine.Dir), everything(w.t, w.origin.Dir)
	got, notices, err := g.RehearseMessages(context.Background(), p, noVerify)
	if after := everything(w.t, w.mine.Dir); after != mine {
		w.t.Errorf("the repository changed:\n%s", lineDiff(mine, after))
	}
	if after := everything(w.t, w.origin.Dir); after != origin {
		w.t.Errorf("the remote changed:\n%s", lineDiff(origin, after))
	}
	return got, notices, err
}

func codes(notices []gitops.Notice) string {
	var out []string
	for _, n := range notices {
		out = append(out, n.Code)
	}
	return strings.Join(out, " ")
}

// changeID does what review systems need of a hook: a trailer with an id made
// of tree, people and message, only where there is none yet.
const changeID = `
grep -q '^Change-Id: I' "$1" && exit 0
dir=$(git rev-parse --git-dir) || exit 1
test -f "$dir/COMMIT_EDITMSG" || exit 2
id=$( { git write-tree; git rev-parse HEAD; git var GIT_COMMITTER_IDENT; cat "$1"; } | git hash-object --stdin) || exit 3
git interpret-trailers --trailer "Change-Id: I$id" < "$1" > "$1.new" && mv "$1.new" "$1"
`

func TestHookMakesTheMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook(t, w.mine, "commit-msg", changeID)
	w.mine.Git("config", "format.signOff", "true")
	g := w.git(w.mine)
	p, notices, err := w.rehearse(g, w.plan(w.bad, w.worse), false)
	if err != nil {
		t.Fatal(err, detailOf(err))
	}
	if codes(notices) != NoticeHook {
		t.Errorf("notices %v", notices)
	}
	for i, c := range p.Commits {
		lines := strings.Split(strings.TrimSpace(c.Message), "\n")
		if n := len(lines); !strings.HasPrefix(lines[n-1], "Change-Id: I") || lines[n-2] != "Signed-off-by: Ada Example <ada@example.com>" || lines[n-3] != "Incident: inc-204" {
			t.Errorf("commit %d says\n%s", i, c.Message)
		}
	}
	if !p.Rehearsed || p.Message != p.Commits[1].Message || p.Commits[0].Message == p.Commits[1].Message {
		t.Error("the plan does not hold the messages")
	}
	again, _, err := w.rehearse(g, p, false)
	if err != nil || again.Message != p.Message {
		t.Errorf("a second rehearsal: %v", err)
	}
	// What was confirmed is what is committed: nothing runs again.
	hook(t, w.mine, "commit-msg", "exit 1")
	r := w.ship(g, p)
	for i, c := range p.Commits {
		if got := w.origin.Git("cat-file", "commit", r.Commits[i].String()); !strings.HasSuffix(got+"\n", "\n\n"+c.Message) {
			t.Errorf("commit %d is\n%s", i, got)
		}
	}
}

// TestHookWithoutRehearsal: callers that do not rehearse get no commit that the
// hook has not seen.
func TestHookWithoutRehearsal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook(t, w.mine, "commit-msg", changeID)
	r := w.ship(w.git(w.mine), w.plan(w.bad))
	if got := w.origin.Git("log", "-1", "--format=%(trailers:key=Change-Id)", r.Commit.String()); !strings.HasPrefix(got, "Change-Id: I") {
		t.Errorf("%q", got)
	}
	hook(t, w.mine, "commit-msg", "echo no ticket; exit 1")
	p := w.plan(w.worse)
	p.Tag.Name = "v1.0.2"
	if _, err := w.refused(w.git(w.mine), p, gitops.CodeHook); detailOf(err) != "no ticket" {
		t.Errorf("%q", detailOf(err))
	}
}

// TestHookCannotTouch: whatever a hook does with git, the repository, the remote
// and the person's configuration are as before.
func TestHookCannotTouch(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"files":         `echo x > app/price.go; echo y > new; mkdir -p deep/er; rm -f README; echo z > .git/HEAD.lock`,
		"add":           `echo x > new; git add -A; git rm -q --cached README; git update-index --assume-unchanged app/price.go`,
		"amend":         `git commit -q --amend --no-verify --allow-empty -m amended; git commit -q --allow-empty -m another`,
		"amend, hooked": `test -e .git/once && exit 0; touch .git/once; git commit -q --amend --allow-empty -m amended`,
		"refs":          `git update-ref refs/heads/main HEAD; git branch -f new; git tag t; git symbolic-ref HEAD refs/heads/new; git stash; git update-ref -d refs/heads/main`,
		"config":        `git config user.name Eve; git config --global user.name Eve; git config --unset core.bare; git remote add evil /nowhere; git config --worktree a.b c`,
		"objects":       `git hash-object -w --stdin < "$1"; git gc -q --prune=now; git repack -qad; git prune; git pack-refs --all; git reflog expire --all --expire=now`,
		"push":          `git push -q origin HEAD:refs/heads/evil; git push -q "$(git config remote.origin.url)" HEAD:refs/heads/evil; git fetch -q origin; git push -q --force origin HEAD~1:main`,
		"own way":       `unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE; echo x > new; git add -A; git commit -q -m x; git checkout -q -b y`,
		"clean":         `git clean -xfdq; git reset -q --hard HEAD~1; git checkout -q .; git worktree prune; git sparse-checkout set x; git submodule -q deinit --all -f`,
		"child":         `(while :; do :; done) >/dev/null 2>&1 & exit 0`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			home := filepath.Join(t.TempDir(), "gitconfig")
			write(t, home, "[user]\n\tname = Ada Example\n", 0o600)
			before := everything(t, filepath.Dir(home))
			hook(t, w.mine, "commit-msg", body+"\nexit 0\n")
			w.mine.Write("app/price.go", "my own unfinished work\n")
			w.mine.Git("add", "app/price.go")
			g := w.git(w.mine, func(o *Options) { o.Env = append(o.Env, "GIT_CONFIG_GLOBAL="+home) })
			if _, _, err := w.rehearse(g, w.plan(w.bad), false); err != nil {
				t.Error(err, detailOf(err))
			}
			if after := everything(t, filepath.Dir(home)); after != before {
				t.Errorf("the person's configuration changed:\n%s", lineDiff(before, after))
			}
		})
	}
}

func TestHookRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, what, detail string }{
		"refuses":        {"#!/bin/sh\necho 'subject may not be empty [subject-empty]' >&2\necho found 1 problem\nexit 1\n", "refused", "subject may not be empty [subject-empty]\nfound 1 problem"},
		"empties":        {"#!/bin/sh\n: > \"$1\"\n", "left nothing", ""},
		"takes away":     {"#!/bin/sh\nrm \"$1\"\n", "took the message away", ""},
		"lacks a tool":   {"#!/bin/sh\nexec no-such-linter \"$1\"\n", "did not find a program", "not found"},
		"no interpreter": {"#!/no/such/interpreter\n", "could not be run", ""},
		"wants to ask":   {"#!/bin/sh\nexec < /dev/tty || exit 3\nread -r answer\n", "refused", "/dev/tty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			write(t, filepath.Join(w.mine.GitDir(), "hooks/commit-msg"), c.body, 0o755)
			_, _, err := w.rehearse(w.git(w.mine), w.plan(w.bad), false)
			wantCode(t, err, gitops.CodeHook)
			if !strings.Contains(err.Error(), c.what) || !strings.Contains(detailOf(err), c.detail) {
				t.Errorf("%v\n%s", err, detailOf(err))
			}
		})
	}
}

func TestHookThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook(t, w.mine, "commit-msg", "trap '' TERM\nread -r x < \"$(mkfifo p && echo p)\"\n")
	g := w.git(w.mine)
	g.timeout = 2 * time.Second
	_, _, err := w.rehearse(g, w.plan(w.bad), false)
	wantCode(t, err, gitops.CodeHook)
	if !strings.Contains(err.Error(), "did not end in time") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := g.RehearseMessages(ctx, w.plan(w.bad), false); err == nil || gitops.CodeOf(err) == gitops.CodeHook {
		t.Errorf("stopped by a person: %v", err)
	}
}

func TestHookThatDoesNotRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook(t, w.mine, "commit-msg", "exit 1\n")
	hook(t, w.mine, "prepare-commit-msg", "exit 1\n")
	p := w.plan(w.bad)
	got, notices, err := w.rehearse(w.git(w.mine), p, true)
	if err != nil || got.Message != p.Message || codes(notices) != NoticeHookSkipped+" "+NoticeHookSkipped || !strings.Contains(notices[1].Text, "--no-verify") {
		t.Errorf("%v %v", err, notices)
	}
	path := filepath.Join(w.mine.GitDir(), "hooks/commit-msg")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, notices, err = w.rehearse(w.git(w.mine), p, false); err != nil || !strings.Contains(notices[1].Text, "not executable") {
		t.Errorf("%v %v", err, notices)
	}
	w.mine.Git("config", "core.hooksPath", "/dev/null")
	if _, notices, err = w.rehearse(w.git(w.mine), p, false); err != nil || len(notices) != 0 {
		t.Errorf("%v %v", err, notices)
	}
}

// TestHookIsFound wherever git would find it, and told what git tells it.
func TestHookIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config string
		at     func(w *world) (repo *gittest.Repo, dir string)
		place  func(w *world, r *gittest.Repo) string
	}{
		"own folder":       {place: func(w *world, r *gittest.Repo) string { return r.GitDir() + "/hooks" }},
		"no first line":    {place: func(w *world, r *gittest.Repo) string { return r.GitDir() + "/hooks" }},
		"relative path":    {config: ".githooks", place: func(w *world, r *gittest.Repo) string { return r.Path(".githooks") }},
		"from a subfolder": {config: ".githooks", place: func(w *world, r *gittest.Repo) string { return r.Path(".githooks") }, at: func(w *world) (*gittest.Repo, string) { return w.mine, w.mine.Path("app") }},
		"linked worktree": {place: func(w *world, r *gittest.Repo) string { return w.mine.GitDir() + "/hooks" }, at: func(w *world) (*gittest.Repo, string) {
			r := w.mine.Worktree("side")
			return r, r.Dir
		}},
		"worktree, relative": {config: "tools/hooks", place: func(w *world, r *gittest.Repo) string { return r.Path("tools/hooks") }, at: func(w *world) (*gittest.Repo, string) {
			r := w.mine.Worktree("side")
			return r, r.Dir
		}},
		"by the git directory": {place: func(w *world, r *gittest.Repo) string { return r.GitDir() + "/hooks" }, at: func(w *world) (*gittest.Repo, string) { return w.mine, w.mine.GitDir() }},
		"bare":                 {place: func(w *world, r *gittest.Repo) string { return r.Dir + "/hooks" }, at: func(w *world) (*gittest.Repo, string) { return w.origin.Repo, w.origin.Dir }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r, dir := w.mine, w.mine.Dir
			if c.at != nil {
				r, dir = c.at(w)
			}
			if c.config != "" {
				r.Git("config", "core.hooksPath", c.config)
			}
			first := "#!/bin/sh\n"
			if name == "no first line" {
				first = ""
			}
			write(t, filepath.Join(c.place(w, r), "commit-msg"), first+`printf '\nSeen: %s %s %s %s\n' "$1" "$(git symbolic-ref --short HEAD)" "$(git diff --cached --name-only | tr '\n' ,)" "$(git status --porcelain --untracked-files=all | wc -l)" >> "$1"`+"\n", 0o755)
			g, err := NewGit(dir, Options{Env: r.Env()})
			if err != nil {
				t.Fatal(err)
			}
			p, _, err := w.rehearse(g, w.plan(w.bad), false)
			if err != nil {
				t.Fatal(err, detailOf(err))
			}
			// One row of status: the change that is staged. The working tree is as
			// the commit will have it.
			if !strings.HasSuffix(p.Message, "\n\nSeen: .git/COMMIT_EDITMSG main app/price.go, 1\n") {
				t.Errorf("%q", p.Message)
			}
		})
	}
}

// TestHookFindsItsTools: linters of a JavaScript project have their
// configuration in the tree and themselves in node_modules, which is untracked.
func TestHookFindsItsTools(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node")
	}
	w := newWorld(t)
	w.mine.Commit("Lint\n", map[string]string{"lint.config.js": "module.exports = require('lint-rules')\n", ".gitignore": "node_modules\n"})
	w.mine.Git("push", "-q", "origin", "main")
	w.mine.Write("node_modules/lint-rules/index.js", "module.exports = /^Revert/\n")
	hook(t, w.mine, "commit-msg", `node -e 'if (!require("./lint.config.js").test(require("fs").readFileSync(process.argv[1], "utf8"))) process.exit(1)' "$1"`)
	p := w.plan(w.bad)
	if _, _, err := w.rehearse(w.git(w.mine), p, false); err != nil {
		t.Error(err, detailOf(err))
	}
	p.Commits[0].Message = "revert it\n"
	_, _, err := w.rehearse(w.git(w.mine), p, false)
	wantCode(t, err, gitops.CodeHook)
}

// TestLargeTreesAreLaidOutInPart: what lies at hand is there, and git takes
// the rest for unchanged.
func TestLargeTreesAreLaidOutInPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files := map[string]string{"commitlint.yml": "rules\n", ".config/lint": "rules\n", "tools/check": "#!/bin/sh\n", "link": ""}
	for i := range layOutAll {
		files[fmt.Sprintf("src/%d", i)] = "x\n"
	}
	w.mine.Remove("link")
	w.mine.Commit("Grow\n", files)
	w.mine.Remove("link")
	if err := os.Symlink("/etc", w.mine.Path("link")); err != nil {
		t.Fatal(err)
	}
	w.mine.Commit("Link\n", nil)
	w.mine.Git("push", "-q", "origin", "main")
	hook(t, w.mine, "commit-msg", `
test -f commitlint.yml && test -f .config/lint && test -f README || exit 1
test ! -e src && test ! -e link || exit 2
test "$(git ls-files | wc -l)" -gt 1000 || exit 3
git add -A && test "$(git diff --cached --name-only)" = app/price.go || exit 4
`)
	if _, _, err := w.rehearse(w.git(w.mine), w.plan(w.bad), false); err != nil {
		t.Error(err, detailOf(err))
	}
}

func TestHookSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook(t, w.mine, "commit-msg", "echo linted\nprintf '\\n\\n\\nnote [skip ci]  \\n\\n' >> \"$1\"\n")
	p, notices, err := w.rehearse(w.git(w.mine), w.plan(w.bad), false)
	if err != nil || codes(notices) != NoticeHook+" "+NoticeHookSaid+" "+gitops.WarnSkipCI || !strings.HasSuffix(p.Message, "204\n\nnote [skip ci]\n") {
		t.Errorf("%v %v %q", err, notices, p.Message)
	}
}
