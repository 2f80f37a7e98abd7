package cli

import (
	"context"
	"io"
)

// interruptible gives up reading with ctx: a read from a terminal or a pipe
// that nobody writes to ends for no signal, so it is left behind when the
// program goes. Nobody may read from in afterwards.
type interruptible struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (r interruptible) Read(p []byte) (int, error) {
	type read struct {
		n   int
		err error
	}
	// A read that is left behind must not write into the caller's buffer.
	buf, done := make([]byte, len(p)), make(chan read, 1)
	go func() {
		n, err := r.in.Read(buf)
		done <- read{n, err}
	}()
	select {
	case got := <-done:
		return copy(p, buf[:got.n]), got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
