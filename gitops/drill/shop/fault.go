package shop

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with the files of a release.
type Fault struct {
	// Path and Line (from 1) are where it shows, What is what is wrong there.
	Path string
	Line int
	What string
	// Frames are the places that led there, the nearest first.
	Frames []Frame
}

// Frame is one place on the way to a fault.
type Frame struct {
	In   string
	Path string
	Line int
}

// Error gives the fault on one line, its place at the end.
func (f *Fault) Error() string { return fmt.Sprintf("%s (%s:%d)", f.What, f.Path, f.Line) }

// Trace gives the fault and the places that led there, one a line.
func (f *Fault) Trace() string {
	var b strings.Builder
	b.WriteString(f.Error())
	for _, fr := range f.Frames {
		fmt.Fprintf(&b, "\n    at %s (%s:%d)", fr.In, fr.Path, fr.Line)
	}
	return b.String()
}

// via adds the place that led to the fault.
func (f *Fault) via(in, path string, line int) *Fault {
	f.Frames = append(f.Frames, Frame{In: in, Path: path, Line: line})
	return f
}
