package faults

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
)

// asked is the program on a terminal, where it asks before it ships.
type asked struct {
	w     *world
	cmd   *exec.Cmd
	tty   interface{ Write([]byte) (int, error) }
	mu    sync.Mutex
	text  strings.Builder
	fresh chan struct{}
	ended chan struct{}
}

// ask starts the program on a terminal of its own.
func (w *world) ask(args ...string) *asked {
	w.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), patience)
	cmd := exec.CommandContext(ctx, program(w.t), args...)
	cmd.Dir, cmd.Env = w.mine.Dir, append(w.env(), "TERM=xterm-256color")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 250, Rows: 50})
	w.must(err)
	a := &asked{w: w, cmd: cmd, tty: f, fresh: make(chan struct{}, 1), ended: make(chan struct{})}
	go func() {
		defer close(a.ended)
		buf := make([]byte, 4<<10)
		for {
			n, err := f.Read(buf)
			a.mu.Lock()
			a.text.Write(buf[:n])
			a.mu.Unlock()
			select {
			case a.fresh <- struct{}{}:
			default:
			}
			if err != nil {
				return // Linux ends a terminal with EIO
			}
		}
	}()
	w.t.Cleanup(func() { stop(); <-a.ended; _ = f.Close() })
	return a
}

func (a *asked) seen() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.ReplaceAll(a.text.String(), "\r\n", "\n")
}

// see waits until text was shown n times.
func (a *asked) see(text string, n int) {
	a.w.t.Helper()
	late := time.After(patience)
	for strings.Count(a.seen(), text) < n {
		select {
		case <-a.fresh:
		case <-a.ended:
			if strings.Count(a.seen(), text) >= n {
				return
			}
			a.w.t.Fatalf("it ended without showing %q\n%s", text, a.seen())
		case <-late:
			a.w.t.Fatalf("never saw %q\n%s", text, a.seen())
		}
	}
}

func (a *asked) answer(text string) {
	a.w.t.Helper()
	_, err := a.tty.Write([]byte(text + "\n"))
	a.w.must(err)
}

func (a *asked) wait() result {
	a.w.t.Helper()
	<-a.ended
	_ = a.cmd.Wait()
	r := result{exit: a.cmd.ProcessState.ExitCode(), out: a.seen(), err: a.seen()}
	a.w.clean(r)
	return r
}

// The question before anything ships.
const question = "To ship, type"

// confirmed runs a revert that asks, does something while it waits for the
// answer, and confirms. Whatever strikes then strikes while it publishes.
func confirmed(while func(w *world)) func(w *world) result {
	return func(w *world) result {
		a := w.ask(w.revert()...)
		a.see(question, 1)
		while(w)
		a.answer(release)
		return a.wait()
	}
}
