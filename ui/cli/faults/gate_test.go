package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// gate stops a hook, or any script, where it stands until it is let go.
type gate struct {
	w             *world
	here, onwards *os.File
	dir           string
}

// newGate makes the two pipes. They are opened for both directions, so that
// neither side waits for the other just to open them.
func (w *world) newGate() *gate {
	w.t.Helper()
	g := &gate{w: w, dir: filepath.Join(w.t.TempDir(), "gate")}
	w.must(os.MkdirAll(g.dir, 0o755))
	open := func(name string) *os.File {
		path := filepath.Join(g.dir, name)
		w.must(syscall.Mkfifo(path, 0o666))
		w.must(os.Chmod(path, 0o666))
		f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
		w.must(err)
		w.t.Cleanup(func() { _ = f.Close() })
		return f
	}
	g.here, g.onwards = open("here"), open("onwards")
	// Whoever still stands there when the test ends is let go.
	w.t.Cleanup(func() { _, _ = g.onwards.WriteString("go\ngo\ngo\ngo\n") })
	return g
}

// stop is the shell text that comes to the gate and waits there, once: later
// passers-by go through.
func (g *gate) stop() string {
	return fmt.Sprintf("if mkdir %[1]q/used 2>/dev/null; then echo here >%[1]q/here; read -r go <%[1]q/onwards; fi\n", g.dir)
}

// reached waits until somebody stands at the gate.
func (g *gate) reached() {
	g.w.t.Helper()
	g.w.must(g.here.SetReadDeadline(time.Now().Add(patience)))
	if _, err := g.here.Read(make([]byte, 64)); err != nil {
		g.w.t.Fatalf("nobody came to the gate: %v", err)
	}
}

// open lets the one who stands there go on.
func (g *gate) open() {
	g.w.t.Helper()
	_, err := g.onwards.WriteString("go\n")
	g.w.must(err)
}
