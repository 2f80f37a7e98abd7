package ui

import (
	"io"
	"os"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"

	xterm "golang.org/x/term"
)

// DrillInfo says that all this is an exercise, and which.
type DrillInfo struct {
	Title string
	// Story is a sentence on what broke, shown in the band.
	Story string
}

// Options are what the composition root decides.
type Options struct {
	// Theme defaults to dark in full colour.
	Theme *theme.Theme
	// Keys defaults to keys.Default.
	Keys keys.Map
	// Now is the clock, time.Now where nil.
	Now func() time.Time
	// Drill puts the permanent band on the screen and polls faster.
	Drill *DrillInfo
	// Share masks e-mail addresses and secrets and shows the last key.
	Share bool
	// NoFetch leaves the network alone until something is published.
	NoFetch bool
	// ASCII rewrites the frames for terminals whose locale is not UTF-8.
	ASCII bool
	// In and Out default to the process's own.
	In  io.Reader
	Out *os.File
	// Remedy opens its preview at once, when it is not nil.
	Remedy *gitops.Remedy

	// interrupts is where Run hears of signals; nil without it.
	interrupts chan os.Signal
	// window asks the terminal for its size in cells; ok is false where there is
	// none.
	window func() (width, height int, ok bool)
	// graces are shortened by tests.
	graces graces
}

func (o Options) filled() Options {
	if o.Theme == nil {
		// The name is one that New knows.
		o.Theme, _ = theme.New(theme.Dark, theme.Options{Share: o.Share, Depth: term.DepthTrue})
	}
	if o.Keys.Bindings(keys.Timeline) == nil {
		o.Keys = keys.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.window == nil {
		o.window = sizeOf(o.Out)
	}
	if o.graces == (graces{}) {
		o.graces = patient
	}
	return o
}

func sizeOf(out *os.File) func() (width, height int, ok bool) {
	return func() (width, height int, ok bool) {
		width, height, err := xterm.GetSize(int(out.Fd()))
		return width, height, err == nil && width > 0 && height > 0
	}
}
