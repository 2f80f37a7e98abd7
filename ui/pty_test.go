//go:build !windows

package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ahead/gitops"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	xterm "golang.org/x/term"
)

const childEnv = "AHEAD_UI_CHILD"

// TestMain lets the test binary be the program in the terminal.
func TestMain(m *testing.M) {
	if kind := os.Getenv(childEnv); kind != "" {
		os.Exit(child(kind))
	}
	os.Exit(m.Run())
}

func child(kind string) int {
	w := down()
	opts := Options{NoFetch: true}
	switch kind {
	case "command-panic":
		w.panics = true
	case "update-panic":
		calls := 0
		opts.Now = func() time.Time {
			// The clock is read on the main loop with every tick.
			if calls++; calls > 1 {
				panic("the clock went wrong")
			}
			return noon
		}
	case "publishing":
		w.shipGate = make(chan struct{})
		opts.graces = graces{leave: time.Second, finish: time.Millisecond, stop: time.Second}
	case "publishing-ends":
		// The push ends when the test says so.
		w.shipGate = make(chan struct{})
		opts.graces = graces{leave: time.Second, finish: time.Minute, stop: time.Second}
		gone := make(chan os.Signal, 1)
		signal.Notify(gone, syscall.SIGUSR1)
		go func() { <-gone; close(w.shipGate) }()
	}
	err := Run(context.Background(), w, opts)
	if err == nil {
		fmt.Fprintln(os.Stderr, "bye")
		return 0
	}
	var e *gitops.Error
	errors.As(err, &e)
	fmt.Fprintf(os.Stderr, "ahead: %s — %s\n", e.What, e.Hint)
	return 1
}

// terminal is an emulator with the program in it. It answers nothing.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	file *os.File
	mu   sync.Mutex
	vt   vt10x.Terminal
	raw  bytes.Buffer
	news chan struct{}
	done chan error
	was  *xterm.State
}

func open(t *testing.T, kind string, cols, rows int) *terminal {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+kind, "TERM=xterm-256color", "LANG=C.UTF-8", "COLORTERM=truecolor")
	file, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	if err := pty.Setsize(file, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		t.Fatal(err)
	}
	was, err := xterm.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	x := &terminal{
		t: t, cmd: cmd, file: file, was: was, vt: vt10x.New(vt10x.WithSize(cols, rows)),
		news: make(chan struct{}, 1), done: make(chan error, 1),
	}
	// Our end of the tty stays open, so that its settings can be read after
	// the program has gone.
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		file.Close()
		tty.Close()
	})
	go x.read()
	go func() { x.done <- cmd.Wait() }()
	t.Cleanup(func() { x.restored(tty) })
	return x
}

func (x *terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := x.file.Read(buf)
		x.mu.Lock()
		x.raw.Write(buf[:n])
		_, _ = x.vt.Write(buf[:n])
		x.mu.Unlock()
		select {
		case x.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (x *terminal) screen() string { x.mu.Lock(); defer x.mu.Unlock(); return x.vt.String() }

func (x *terminal) output() string { x.mu.Lock(); defer x.mu.Unlock(); return x.raw.String() }

func (x *terminal) until(what string, cond func() bool) {
	x.t.Helper()
	deadline := time.After(20 * time.Second)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !cond() {
		select {
		case <-x.news:
		case <-again.C:
		case <-deadline:
			x.t.Fatalf("never came: %s\n%s", what, x.screen())
		}
	}
}

func (x *terminal) shows(s string) func() bool {
	return func() bool { return strings.Contains(x.screen(), s) }
}

func (x *terminal) wrote(s string, times int) func() bool {
	return func() bool { return strings.Count(x.output(), s) >= times }
}

func (x *terminal) press(s string) {
	x.t.Helper()
	if _, err := x.file.WriteString(s); err != nil {
		x.t.Fatal(err)
	}
}

func (x *terminal) exit(code int) {
	x.t.Helper()
	select {
	case <-x.done:
	case <-time.After(20 * time.Second):
		x.t.Fatalf("still running\n%s", x.screen())
	}
	if got := x.cmd.ProcessState.ExitCode(); got != code {
		x.t.Errorf("exit code %d, want %d\n%s", got, code, x.screen())
	}
}

// restored checks what a shell would find: the main screen, a visible cursor,
// the line discipline as it was.
func (x *terminal) restored(tty *os.File) {
	// What the process wrote last may still be on its way when it has ended.
	x.until("the end of the output", func() bool {
		out := x.output()
		return strings.LastIndex(out, "\x1b[?1049l") > strings.LastIndex(out, "\x1b[?1049h")
	})
	out := x.output()
	for on, off := range map[string]string{"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[?2004h": "\x1b[?2004l"} {
		if strings.LastIndex(out, off) < strings.LastIndex(out, on) {
			x.t.Errorf("%q was not taken back", on)
		}
	}
	now, err := xterm.GetState(int(tty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if *now != *x.was {
		x.t.Error("the terminal is left in another mode")
	}
}

func TestFirstFrameWithoutAskingTheTerminal(t *testing.T) {
	x := open(t, "plain", 100, 30)
	x.until("the band", x.shows("PRODUCTION DOWN"))
	x.until("the commits", x.shows("Change number 3"))
	x.until("a verdict", x.shows("2 files"))
	for _, query := range []string{"\x1b]10;?", "\x1b]11;?", "\x1b[c", "\x1b[6n", "\x1b[>c", "\x1b[?996n"} {
		if n := strings.Count(x.output(), query); n != 0 {
			t.Errorf("asked the terminal %q %d times", query, n)
		}
	}
	if begin, end := strings.Count(x.output(), "\x1b[?2026h"), strings.Count(x.output(), "\x1b[?2026l"); begin == 0 || begin-end > 1 {
		t.Errorf("%d frames begun, %d ended", begin, end)
	}
	x.press("jj")
	x.until("both keys of the burst", func() bool { return pointerAt(x.screen()) == "3" })
	x.press("q")
	x.exit(0)
}

// pointerAt gives the number of the row that the cursor is on.
func pointerAt(screen string) string {
	for _, line := range strings.Split(screen, "\n") {
		if _, rest, ok := strings.Cut(line, "│▶"); ok {
			return strings.Fields(rest)[0]
		}
	}
	return ""
}

func TestResizeSuspendAndResume(t *testing.T) {
	x := open(t, "plain", 100, 30)
	x.until("a frame", x.shows("Change number 3"))
	x.mu.Lock()
	x.vt.Resize(60, 16)
	x.mu.Unlock()
	if err := pty.Setsize(x.file, &pty.Winsize{Cols: 60, Rows: 16}); err != nil {
		t.Fatal(err)
	}
	x.until("the narrow form", x.shows("[v1.42.0 live 5]"))
	x.press("\x1a")
	x.until("the main screen", x.wrote("\x1b[?1049l", 1))
	// A process group without a shell is not stopped by SIGTSTP, but it waits
	// for SIGCONT all the same, from some moment on.
	x.until("the screen again", func() bool {
		_ = x.cmd.Process.Signal(syscall.SIGCONT)
		return x.wrote("\x1b[?1049h", 2)()
	})
	x.until("a frame again", x.shows("Change number 4"))
	x.press("q")
	x.exit(0)
}

func TestSignalsEndInOrder(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			x := open(t, "plain", 80, 24)
			x.until("a frame", x.shows("Change number 3"))
			if err := x.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			x.exit(1)
			x.until("why", x.wrote("the screen was ended by "+sig.String(), 1))
		})
	}
}

func TestASignalWhilePublishingSaysSo(t *testing.T) {
	t.Run("publishing", func(t *testing.T) { signalWhilePublishing(t, "publishing", "the push may still arrive", 1) })
	t.Run("publishing-ends", func(t *testing.T) { signalWhilePublishing(t, "publishing-ends", "v1.42.1 was shipped", 0) })
}

func signalWhilePublishing(t *testing.T, kind, says string, code int) {
	x := open(t, kind, 100, 30)
	x.until("a frame", x.shows("Change number 3"))
	x.press("\r")
	x.until("git agrees", x.shows("the same as git's merge"))
	x.press("c")
	x.until("the gate", x.shows("type the new tag's name"))
	// The gate is deaf at first, and drops what it does not hear: type until
	// the name stands there.
	x.until("the name", func() bool {
		x.press("\x15v1.42.1\r")
		return x.shows("publishing")() || x.shows("push")() && !x.shows("type the new tag's name")()
	})
	if err := x.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if kind == "publishing-ends" {
		x.until("that it is waited for", x.wrote("waiting for it", 1))
		if err := x.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
	}
	x.exit(code)
	x.until("what may have happened", x.wrote(says, 1))
}

func TestFaultsRestoreTheTerminal(t *testing.T) {
	for _, kind := range []string{"command-panic", "update-panic"} {
		t.Run(kind, func(t *testing.T) {
			x := open(t, kind, 80, 24)
			x.exit(1)
			x.until("what went wrong", x.wrote("a fault in ahead itself", 1))
			x.until("what to do", x.wrote("ahead list", 1))
		})
	}
}
