package faults

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait; it says nothing of how long anything takes.
const patience = 40 * time.Second

// scratch holds the binary and the template; it ends with the tests.
var scratch string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ahead-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Some cells run the program as somebody else, who has to get here.
	if err := os.Chmod(dir, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	scratch = dir
	code := m.Run()
	always.end()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// binary builds the program once, as a person would.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "ahead")
	if out, err := exec.Command("go", "build", "-o", path, "ahead").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build ahead: %w\n%s", err, out)
	}
	return path, nil
})

func program(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// result is what a run of the program left behind.
type result struct {
	exit     int
	out, err string
	// by is the signal that ended it, if one did.
	by syscall.Signal
}

// said is all that a person saw.
func (r result) said() string { return r.out + r.err }

// sentence is the form of every problem: what is wrong, and what to do.
var sentence = regexp.MustCompile(`(?m)^ahead: (\S.*) — (\S.*)$`)

// process is the program while it runs.
type process struct {
	w        *world
	cmd      *exec.Cmd
	out, err bytes.Buffer
	done     chan struct{}
	stop     context.CancelFunc
}

// ahead runs the program to its end.
func (w *world) ahead(args ...string) result {
	w.t.Helper()
	return w.start(args...).wait()
}

// start starts the program; how is changed by the world's wrap, if it has one.
func (w *world) start(args ...string) *process {
	w.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), patience)
	argv := append([]string{program(w.t)}, args...)
	if w.wrap != nil {
		argv = w.wrap(argv)
	}
	p := &process{w: w, done: make(chan struct{}), stop: stop}
	p.cmd = exec.CommandContext(ctx, argv[0], argv[1:]...)
	p.cmd.Dir, p.cmd.Env = w.mine.Dir, w.env()
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	// A git that outlives a killed program holds its streams open.
	p.cmd.WaitDelay = time.Second
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	w.t.Cleanup(func() { p.stop(); <-p.done })
	return p
}

func (p *process) signal(s syscall.Signal) {
	p.w.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.w.t.Fatalf("signal %v: %v", s, err)
	}
}

func (p *process) wait() result {
	p.w.t.Helper()
	<-p.done
	state := p.cmd.ProcessState
	r := result{exit: state.ExitCode(), out: p.out.String(), err: p.err.String()}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		r.by = status.Signal()
	}
	p.w.clean(r)
	return r
}

// clean holds for whatever was printed at any time: nothing that a terminal
// would obey, and no secret.
func (w *world) clean(r result) {
	w.t.Helper()
	for _, c := range r.said() {
		if c < ' ' && c != '\n' && c != '\t' || c >= 0x7f && c < 0xa0 || strings.ContainsRune(invisible, c) {
			w.t.Errorf("the character %U reaches the terminal: %q", c, r.said())
			break
		}
	}
	for _, s := range secrets {
		if strings.Contains(r.said(), s) {
			w.t.Errorf("the secret %q is shown:\n%s", s, r.said())
		}
	}
}

// invisible are characters that reorder or hide text.
const invisible = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

// secrets appear in fixtures and must never appear anywhere else.
var secrets = []string{"hunter2", "sesame7", "ghp_faultsuite"}
