package term

import (
	"bytes"
	"os"
)

const (
	syncBegin = "\x1b[?2026h"
	syncEnd   = "\x1b[?2026l"
)

// Output brackets each frame as synchronized output, so that a terminal shows
// it whole and a shared screen never a half of it. Terminals that do not know
// the mode ignore it.
//
// It stays a file: Bubble Tea looks for the descriptor to see that it talks to
// a terminal and how large that is.
type Output struct {
	*os.File
}

// NewOutput wraps the terminal's file.
func NewOutput(f *os.File) *Output { return &Output{File: f} }

// Write sends p in one piece. Only what holds a line end is a frame; the
// renderer's single control sequences go out as they are.
func (o *Output) Write(p []byte) (int, error) {
	if bytes.IndexByte(p, '\n') < 0 {
		return o.File.Write(p)
	}
	frame := make([]byte, 0, len(p)+len(syncBegin)+len(syncEnd))
	frame = append(frame, syncBegin...)
	frame = append(frame, p...)
	frame = append(frame, syncEnd...)
	n, err := o.File.Write(frame)
	// The caller counts its own bytes, not the brackets.
	return min(max(n-len(syncBegin), 0), len(p)), err
}

// WriteString must not be promoted from the file: it would pass Write by.
func (o *Output) WriteString(s string) (int, error) { return o.Write([]byte(s)) }
