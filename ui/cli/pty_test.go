package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// patience bounds every wait; it says nothing of how long anything takes.
const patience = 60 * time.Second

var (
	buildOnce sync.Once
	built     string
	buildErr  error
)

// binary builds the program once, as a person would.
func binary(t testing.TB) string {
	t.Helper()
	buildOnce.Do(func() {
		dir, err := os.MkdirTemp("", "ahead-test-")
		if err != nil {
			buildErr = err
			return
		}
		built = filepath.Join(dir, "ahead")
		if out, err := exec.Command("go", "build", "-o", built, "ahead").CombinedOutput(); err != nil {
			buildErr = fmt.Errorf("build: %w: %s", err, out)
		}
	})
	if buildErr != nil {
		t.Fatal(buildErr)
	}
	return built
}

// terminal is the program in a pseudo-terminal that never answers a question,
// with an emulator that shows what a person would see.
type terminal struct {
	t      testing.TB
	cmd    *exec.Cmd
	pty    *os.File
	screen vt10x.Terminal
	mu     sync.Mutex
	raw    bytes.Buffer
	// fresh is signalled after output, ended closed when there is no more.
	fresh chan struct{}
	ended chan struct{}
	gone  chan error
}

// start runs the program in a terminal of this size.
func start(t *testing.T, cols, rows int, env []string, dir string, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Dir = dir
	cmd.Env = env
	return startCommand(t, cols, rows, cmd)
}

// startCommand runs any command in a terminal; its Env is added to a plain one.
func startCommand(t testing.TB, cols, rows int, cmd *exec.Cmd) *terminal {
	t.Helper()
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "NO_COLOR=", "COLORTERM=truecolor",
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "HOME="+t.TempDir(), "TMPDIR="+t.TempDir()), cmd.Env...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		t.Fatal(err)
	}
	x := &terminal{
		t: t, cmd: cmd, pty: f, screen: vt10x.New(vt10x.WithSize(cols, rows)),
		fresh: make(chan struct{}, 1), ended: make(chan struct{}), gone: make(chan error, 1),
	}
	go x.read()
	go func() { x.gone <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-x.ended
		f.Close()
	})
	return x
}

func (x *terminal) read() {
	defer close(x.ended)
	buf := make([]byte, 32<<10)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.raw.Write(buf[:n])
		_, _ = x.screen.Write(buf[:n])
		x.mu.Unlock()
		select {
		case x.fresh <- struct{}{}:
		default:
		}
		if err != nil {
			return // a closed pty ends with EIO on Linux
		}
	}
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

func (x *terminal) output() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// see waits until the screen shows all of these texts.
func (x *terminal) see(wanted ...string) string {
	x.t.Helper()
	timeout := time.After(patience)
	for {
		text := x.text()
		missing := ""
		for _, w := range wanted {
			if !strings.Contains(text, w) {
				missing = w
				break
			}
		}
		if missing == "" {
			return text
		}
		select {
		case <-x.fresh:
		case <-x.ended:
			if !strings.Contains(x.text(), missing) {
				x.t.Fatalf("the program ended without showing %q\n%s\nraw end: %q", missing, text, tail(x.output()))
			}
		case <-timeout:
			x.t.Fatalf("never saw %q\n%s", missing, text)
		}
	}
}

func tail(s string) string { return s[max(0, len(s)-600):] }

// press sends keys as a keyboard does.
func (x *terminal) press(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.pty, keys); err != nil {
		x.t.Fatal(err)
	}
}

// exit waits for the end of the program and gives its exit code.
func (x *terminal) exit() int {
	x.t.Helper()
	select {
	case <-x.gone:
		<-x.ended
		return x.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		x.t.Fatalf("the program did not end\n%s", x.text())
		return -1
	}
}

// restored insists that the terminal was left as it was found: main screen,
// cursor shown, and no other mode left on.
func (x *terminal) restored() {
	x.t.Helper()
	out := x.output()
	for _, mode := range []struct{ on, off string }{
		{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?2004h", "\x1b[?2004l"}, {"\x1b[?2026h", "\x1b[?2026l"},
	} {
		if strings.LastIndex(out, mode.on) > strings.LastIndex(out, mode.off) {
			x.t.Errorf("%q was left on\nraw end: %q", mode.on, tail(out))
		}
	}
}

const (
	enter  = "\r"
	escape = "\x1b"
	down   = "\x1b[B"
	ctrlC  = "\x03"
	ctrlZ  = "\x1a"
)

// TestDrillOnTheScreen plays the main job by hand: find the culprit, preview,
// confirm, see production recover.
func TestDrillOnTheScreen(t *testing.T) {
	x := start(t, 100, 30, nil, t.TempDir(), "drill", "bad-price-rule", "--seed", "3")
	x.see("DRILL", "PRODUCTION DOWN", "LIVE v1.32.0", "✓ clean", "Follow the carrier's ne")
	x.press("/carrier" + enter)
	x.see("Follow the carrier", "1/13")
	x.press(enter)
	x.see("REVERT 6ccbe2a", "the same as git's merge", "v1.32.1", "SHIPS ALONG")
	x.press("c")
	x.see("SHIP THIS?", "type the new tag's name", " ▸ ")
	x.press("v1.32.1")
	x.see("enter ships it")
	x.press(enter)
	x.see("SHIPPED v1.32.1", "RECOVERED after", "origin holds both", "v1.32.1 live")
	x.press(enter)
	x.see("LIVE v1.32.1", "no drift")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if !strings.Contains(x.output(), "drill bad-price-rule, seed 3") {
		t.Error("no score at the end")
	}
}

// TestStartAsksTheTerminalNothing: Bubble Tea v1 asks for the background colour
// in a package init and waits five seconds where nobody answers.
func TestStartAsksTheTerminalNothing(t *testing.T) {
	x := start(t, 80, 24, nil, t.TempDir(), "drill", "--seed", "3")
	x.see("DEPLOY", "q quit")
	for _, question := range []string{"\x1b]11;?", "\x1b]10;?", "\x1b[6n", "\x1b[c", "\x1b[>c"} {
		if strings.Contains(x.output(), question) {
			t.Errorf("the terminal was asked %q", question)
		}
	}
	x.press("q")
	x.exit()
	x.restored()
}

func TestBurstOfKeysIsNotLost(t *testing.T) {
	x := start(t, 100, 30, nil, t.TempDir(), "drill", "bad-price-rule", "--seed", "3")
	x.see("✓ clean", "Follow the carrier's ne")
	x.press("ljjjjjjjj" + enter)
	x.see("REVERT 6ccbe2a")
	x.press(escape)
	x.see("DEPLOYMENTS")
	x.press("q")
	x.exit()
}

func TestSignalsLeaveTheTerminalWhole(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			x := start(t, 80, 24, nil, t.TempDir(), "drill", "--seed", "3")
			x.see("q quit")
			if err := x.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			x.exit()
			x.restored()
		})
	}
}

// TestControlZAndBack runs under a shell with job control, since a stop signal
// does nothing to a process that nobody could wake again.
func TestControlZAndBack(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash for job control")
	}
	job := `set -m; "$0" drill --seed 3; echo "stopped with $?"; read -r go; fg; echo "ended with $?"`
	x := startCommand(t, 80, 24, exec.Command("bash", "-c", job, binary(t)))
	x.see("q quit")
	x.press(ctrlZ)
	x.see("stopped with 148")
	x.restored()
	x.press("go" + enter)
	x.see("PRODUCTION DOWN", "q quit")
	x.press("q")
	x.see("ended with 0")
	x.exit()
	x.restored()
}
