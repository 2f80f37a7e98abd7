package faults

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// commands puts the attacker's command wherever git's configuration takes one.
func (w *world) commands() {
	w.t.Helper()
	script := w.write(w.room("attack"), "#!/bin/sh\ntouch "+w.pwned()+"\nexit 1\n")
	hooks := w.room("attackhooks")
	for _, name := range []string{"pre-push", "commit-msg", "prepare-commit-msg", "reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change", "pre-commit"} {
		w.write(filepath.Join(hooks, name), "#!/bin/sh\ntouch "+w.pwned()+"\n")
	}
	for key, value := range map[string]string{
		"core.fsmonitor": script, "core.sshCommand": script, "core.hooksPath": hooks, "core.pager": script, "core.editor": script, "core.askPass": script,
		"credential.helper": script, "filter.evil.clean": script, "filter.evil.smudge": script, "filter.evil.process": script, "merge.evil.driver": script,
		"diff.evil.command": script, "diff.evil.textconv": script, "diff.external": script, "gpg.program": script, "commit.gpgSign": "true",
		"remote.origin.uploadpack": script, "remote.origin.receivepack": script, "core.alternateRefsCommand": script, "alias.fetch": "!" + script,
	} {
		w.mine.Git("config", key, value)
	}
	w.must(os.WriteFile(w.inGit("info/attributes"), []byte("* filter=evil diff=evil merge=evil\n"), 0o644))
}

// TestSomebodyElsesRepository: nothing that a repository says is obeyed before
// its owner is known, by no command.
func TestSomebodyElsesRepository(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a repository away")
	}
	w := hostile(t)
	w.commands()
	w.must(filepath.WalkDir(w.mine.Dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = os.Lchown(path, nobody, nobody)
		}
		return err
	}))
	for _, args := range append(w.looks(), w.revert("--yes"), []string{"resume", "--yes"}, []string{"resume", "--close", "--reason", "x"}) {
		r := w.ahead(args...)
		if r.exit == 0 && args[0] != "doctor" {
			t.Errorf("%q: exit 0 in somebody else's repository\n%s", args, r.said())
		}
		if !strings.Contains(r.said(), "safe.directory") {
			t.Errorf("%q: exit %d, and nothing says what to do\n%s", args, r.exit, r.said())
		}
	}
	w.nothingRan()
	if _, err := os.Lstat(w.inGitOf(w.mine.Dir, "ahead")); err == nil {
		t.Error("something was written there")
	}
}

// nobody is a user who is not the one who runs the tests.
const nobody = 65534

// inGitOf is a path inside a git directory that git itself will not open.
func (w *world) inGitOf(dir, path string) string { return filepath.Join(dir, ".git", path) }

// TestLookingRunsNoCommand: in a repository of one's own, too, commands that
// only look run nothing that its configuration names. Merge drivers are the one
// exception: git's own merge runs them, and a plan is to be what git merges to.
func TestLookingRunsNoCommand(t *testing.T) {
	w := hostile(t)
	w.commands()
	w.mine.Git("config", "--unset", "merge.evil.driver")
	for _, args := range [][]string{{"list", "--no-fetch", "--verdicts"}, {"plan", "--no-fetch", "--patch", w.suspect}, {"resume", "--list"}} {
		if r := w.ahead(args...); r.exit != 0 {
			t.Errorf("%q: exit %d\n%s", args, r.exit, r.said())
		}
		if _, err := os.Lstat(w.pwned()); err == nil {
			t.Fatalf("%q ran a command", args)
		}
	}
}

// TestLinksInPlaceOfOurFiles: what stands in for our folder, its runs or its
// lock is not followed, and nothing is sent.
func TestLinksInPlaceOfOurFiles(t *testing.T) {
	for name, path := range map[string]string{"our folder": "ahead", "the runs": "ahead/runs", "the lock": "ahead/lock"} {
		t.Run(name, func(t *testing.T) {
			w := hostile(t)
			victim := w.room("victim")
			if name == "the lock" {
				w.write(victim, "precious\n")
			} else {
				w.write(filepath.Join(victim, "file"), "precious\n")
			}
			w.must(os.MkdirAll(filepath.Dir(w.inGit(path)), 0o755))
			w.must(os.Symlink(victim, w.inGit(path)))
			w.untouched = w.checkout()
			r := w.ahead(w.revert("--yes")...)
			if r.exit != 1 || !sentence.MatchString(r.err) {
				t.Errorf("exit %d\n%s", r.exit, r.said())
			}
			w.holds(nothing)
			w.sameVictim(victim)
			w.must(os.Remove(w.inGit(path)))
			if r := w.ahead(w.revert("--yes")...); r.exit != 0 {
				t.Errorf("without the link: exit %d\n%s", r.exit, r.said())
			}
			w.holds(both)
		})
	}
}

// sameVictim checks that a file, or a folder of one file, is as it was.
func (w *world) sameVictim(path string) {
	w.t.Helper()
	if entries, err := os.ReadDir(path); err == nil {
		if len(entries) != 1 {
			w.t.Errorf("something was written behind the link: %v", entries)
			return
		}
		path = filepath.Join(path, entries[0].Name())
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "precious\n" {
		w.t.Errorf("the file behind the link holds %q, %v", data, err)
	}
}

// TestAlternates: objects that are said to lie elsewhere neither hang nor hurt.
func TestAlternates(t *testing.T) {
	for name, text := range map[string]string{
		"nowhere": "/nowhere/at/all\n", "itself": "../objects\n", "a device": "/dev/zero\n", "no path": "\x00\x1b[2J\n", "many": strings.Repeat("/etc\n", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			if name != "itself" && !playsAll() {
				t.Skip("AHEAD_FAULTS=all plays it")
			}
			w := hostile(t)
			w.must(os.WriteFile(w.inGit("objects/info/alternates"), []byte(text), 0o644))
			if r := w.ahead("list", "--no-fetch"); r.exit != 0 && !sentence.MatchString(r.err) {
				t.Errorf("exit %d\n%s", r.exit, r.said())
			}
			r := w.ahead(w.revert("--yes")...)
			if r.exit != 0 && !sentence.MatchString(r.err) {
				t.Errorf("exit %d\n%s", r.exit, r.said())
			}
			if r.exit == 0 {
				w.holds(both)
				return
			}
			w.holds(nothing)
		})
	}
}
