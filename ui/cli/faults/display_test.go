package faults

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// display is the program's screen, as a terminal shows it.
type display struct {
	w     *world
	cmd   *exec.Cmd
	tty   interface{ Write([]byte) (int, error) }
	term  vt10x.Terminal
	mu    sync.Mutex
	fresh chan struct{}
	ended chan struct{}
}

// The keys that have no letter.
const (
	enter  = "\r"
	escape = "\x1b"
)

// show starts the program's screen.
func (w *world) show(cols, rows int) *display {
	w.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 2*patience)
	cmd := exec.CommandContext(ctx, program(w.t))
	cmd.Dir, cmd.Env = w.mine.Dir, append(w.env(), "TERM=xterm-256color", "LC_ALL=C.UTF-8")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	w.must(err)
	d := &display{
		w: w, cmd: cmd, tty: f, term: vt10x.New(vt10x.WithSize(cols, rows)),
		fresh: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go func() {
		defer close(d.ended)
		buf := make([]byte, 32<<10)
		for {
			n, err := f.Read(buf)
			d.mu.Lock()
			_, _ = d.term.Write(buf[:n])
			d.mu.Unlock()
			select {
			case d.fresh <- struct{}{}:
			default:
			}
			if err != nil {
				return // Linux ends a terminal with EIO
			}
		}
	}()
	w.t.Cleanup(func() { stop(); <-d.ended; _ = f.Close() })
	return d
}

func (d *display) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.term.String()
}

// words is the screen without its layout: sentences are folded to its width.
func (d *display) words() string { return strings.Join(strings.Fields(d.text()), " ") }

// see waits until the screen shows all of these.
func (d *display) see(wanted ...string) {
	d.w.t.Helper()
	late := time.After(patience)
	for _, want := range wanted {
		for !strings.Contains(d.words(), want) {
			select {
			case <-d.fresh:
			case <-d.ended:
				d.w.t.Fatalf("it ended without showing %q\n%s", want, d.text())
			case <-late:
				d.w.t.Fatalf("never saw %q\n%s", want, d.text())
			}
		}
	}
}

func (d *display) press(keys string) {
	d.w.t.Helper()
	_, err := d.tty.Write([]byte(keys))
	d.w.must(err)
}

// leave quits, and insists that the program ends by itself.
func (d *display) leave() {
	d.w.t.Helper()
	d.press("q")
	<-d.ended
	if err := d.cmd.Wait(); err != nil {
		d.w.t.Errorf("it ended with %v\n%s", err, d.text())
	}
}

// ships walks from the timeline through preview and gate.
func (d *display) ships() {
	d.w.t.Helper()
	d.see("Round totals per line", "✓ clean")
	d.press(enter)
	d.see("REVERT", "the same as git's merge")
	d.press("c")
	d.see("SHIP THIS?", "type the new tag's name", "▸")
	d.press(release)
	d.see("✓ enter ships it")
	d.press(enter)
}
