package faults

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Two people and the group that they are in; no machine has them.
const (
	ada, grace = "54001", "54002"
	group      = 54003
)

// sharedWorld is a repository that two people of one group publish from, with a
// hook that holds up the first one.
func sharedWorld(t *testing.T) *world {
	if os.Geteuid() != 0 {
		t.Skip("only root can be two people")
	}
	if _, err := exec.LookPath("setpriv"); err != nil {
		t.Skip("setpriv is not installed")
	}
	w := newWorld(t)
	w.gate = w.newGate()
	w.must(os.Chmod(w.gate.dir, 0o777))
	// Tests have their folders to themselves.
	w.must(os.Chmod(filepath.Dir(filepath.Dir(w.origin.Dir)), 0o755))
	w.mine.Hook("pre-push", "[ -d '"+w.gate.dir+"/used' ] && exit 0\n"+w.gate.stop()+"exit 1\n")
	config := w.write(w.room("gitconfig"), "[safe]\n\tdirectory = *\n")
	w.extra = append(w.extra, "GIT_CONFIG_GLOBAL="+config, "HOME="+w.room("nowhere"), "XDG_CONFIG_HOME="+w.room("nowhere"))
	for _, r := range []string{w.mine.Dir, w.origin.Dir} {
		w.mine.At(r).Git("config", "core.sharedRepository", "group")
		w.must(filepath.WalkDir(r, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			mode := info.Mode().Perm() | 0o660
			if e.IsDir() {
				mode |= 0o070 | fs.ModeSetgid
			}
			w.must(os.Lchown(path, 54001, group))
			return os.Chmod(path, mode)
		}))
	}
	return w
}

// as has the program run by one of them, with a mask that shares nothing.
func (w *world) as(uid, name string) {
	w.wrap = func(argv []string) []string {
		return append([]string{
			"setpriv", "--reuid", uid, "--regid", "54003", "--clear-groups", "--",
			"env", "USER=" + name, "sh", "-c", `umask 077; exec "$@"`, "sh",
		}, argv...)
	}
}

// TestTwoPeopleShareARepository: the second is told who is at it while the first
// publishes, what the first left once that one is gone, and can carry it on.
func TestTwoPeopleShareARepository(t *testing.T) {
	w := sharedWorld(t)
	w.as(ada, "ada")
	first := w.start(w.revert("--yes")...)
	w.gate.reached()
	w.as(grace, "grace")
	second := w.ahead(w.revert("--yes")...)
	if second.exit != 1 || !strings.Contains(second.said(), "ada on ") || !strings.Contains(second.said(), "has been publishing "+release) {
		t.Errorf("exit %d, and it does not say who is at it:\n%s", second.exit, second.said())
	}
	if list := w.ahead("resume", "--list"); list.exit != 0 || !strings.Contains(list.said(), "under way") || !strings.Contains(list.said(), "by ada on") {
		t.Errorf("exit %d:\n%s", list.exit, list.said())
	}

	first.signal(syscall.SIGKILL)
	<-first.done
	w.gate.open()
	again := w.ahead(w.revert("--yes")...)
	if again.exit == 0 || !strings.Contains(again.said(), "begun by ada") || !strings.Contains(again.said(), "ahead resume") {
		t.Errorf("exit %d, and it does not say what was left:\n%s", again.exit, again.said())
	}
	if r := w.ahead("resume", "--yes"); r.exit != 0 || !strings.Contains(r.said(), "shipped "+release) {
		t.Errorf("exit %d:\n%s", r.exit, r.said())
	}
	asked := func(rev string) string { return w.origin.Git("-c", "safe.directory=*", "rev-parse", rev) }
	if asked(release+"^{commit}") != asked(branch) || asked(branch) == w.tip {
		t.Errorf("the remote holds %s", w.origin.Git("-c", "safe.directory=*", "for-each-ref"))
	}
	w.as(ada, "ada")
	if r := w.ahead("resume", "--list"); r.exit != 0 || strings.Contains(r.said(), release) {
		t.Errorf("the first one is not told that it is over: exit %d\n%s", r.exit, r.said())
	}
}
