package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ahead/gitops/gittest"
)

// heldUp makes the server wait inside a push until it is let go; inside is the
// file that says that it waits.
func heldUp(t *testing.T, bare *gittest.Bare, hook string) (inside string, letGo func()) {
	t.Helper()
	dir := t.TempDir()
	inside, pipe := filepath.Join(dir, "inside"), filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	letGo = func() { _, _ = f.WriteString("x\n") }
	t.Cleanup(func() { letGo(); _ = f.Close() })
	bare.Hook(hook, fmt.Sprintf("[ -e %[1]s ] && exit 0; : > %[1]s; read x < %[2]s", inside, pipe))
	return inside, letGo
}

// holdsAll reports whether the remote has the release and the branch at it.
func holdsAll(t *testing.T, bare *gittest.Bare, tag string) bool {
	t.Helper()
	at, err := bare.TryGit("rev-parse", "-q", "--verify", "refs/tags/"+tag+"^{commit}")
	return err == nil && strings.TrimSpace(at) == bare.Rev("main").String()
}

// becomes waits until something is so.
func (x *terminal) becomes(met func() bool) {
	x.t.Helper()
	for late := time.Now().Add(patience); !met(); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			x.t.Fatalf("it never came to that\n%s", x.text())
		}
	}
}

// TestTerminalClosedDuringThePush closes the terminal of the built program
// while the server is at work, and kills it in another case; the next resume
// says what the remote holds, asks for the tag's name where something is to be
// pushed, and ends the run.
func TestTerminalClosedDuringThePush(t *testing.T) {
	for _, hook := range []string{"pre-receive", "post-receive"} {
		for _, how := range []string{"terminal closed", "kill -9", "SIGTERM"} {
			t.Run(hook+" "+how, func(t *testing.T) {
				t.Parallel()
				r, bare := shop(t)
				inside, letGo := heldUp(t, bare, hook)
				x := start(t, 120, 60, r.Env(), r.Path(), "revert", "v1.1.0", "--reason", "off by a cent")
				x.see("type the new tag's name:")
				x.press("v1.1.1" + enter)
				x.becomes(func() bool { _, err := os.Stat(inside); return err == nil })
				switch how {
				case "terminal closed":
					// What the kernel sends when the other side of it is closed.
					_ = x.cmd.Process.Signal(syscall.SIGHUP)
				case "kill -9":
					_ = x.cmd.Process.Kill()
				case "SIGTERM":
					_ = x.cmd.Process.Signal(syscall.SIGTERM)
				}
				<-x.gone
				letGo()
				if hook == "post-receive" && !holdsAll(t, bare, "v1.1.1") {
					t.Error("the server took it, and it is not there")
				}
				x = start(t, 120, 60, r.Env(), r.Path(), "resume")
				x.becomes(func() bool {
					s := x.text()
					return strings.Contains(s, "To carry on, type") || strings.Contains(s, "shipped") || strings.Contains(s, "nothing is left over")
				})
				if strings.Contains(x.text(), "To carry on, type") {
					x.see("origin holds nothing of it: main is still at", "the commit")
					x.press("v1.1.1" + enter)
					x.see("shipped v1.1.1")
				}
				if code := x.exit(); code != exitDone {
					t.Errorf("exit code %d\n%s", code, x.text())
				}
				if !holdsAll(t, bare, "v1.1.1") {
					t.Errorf("in the end it is not there\n%s", x.text())
				}
				for _, repo := range []*gittest.Repo{r, bare.Repo} {
					if out, err := repo.TryGit("fsck", "--strict", "--no-dangling"); err != nil || strings.TrimSpace(out) != "" {
						t.Errorf("fsck: %s %v", out, err)
					}
				}
			})
		}
	}
}

// TestResumeAnotherAnswer: whatever is not the tag's name changes nothing, and
// the run stays open.
func TestResumeAnotherAnswer(t *testing.T) {
	r, bare := shop(t)
	bare.Hook("pre-receive", "kill -9 $PPID")
	x := start(t, 120, 60, r.Env(), r.Path(), "revert", "v1.1.0", "--reason", "off by a cent", "--yes")
	if code := x.exit(); code != exitError {
		t.Fatalf("exit code %d\n%s", code, x.text())
	}
	bare.Hook("pre-receive", "exit 0")
	before := bare.Git("for-each-ref")
	for range 2 {
		x = start(t, 120, 60, r.Env(), r.Path(), "resume")
		x.see("To carry on, type the new tag's name:")
		x.press("yes" + enter)
		if code := x.exit(); code != exitRefused {
			t.Errorf("exit code %d\n%s", code, x.text())
		}
	}
	if bare.Git("for-each-ref") != before {
		t.Error("something was pushed")
	}
}
