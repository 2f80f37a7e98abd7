package cli

import (
	"context"
	"os"

	"ahead/gitops"
	"ahead/gitops/drill"
	"ahead/ui"
	"ahead/ui/plain"
	"ahead/ui/term"
	"ahead/ui/theme"
)

// canAsk reports whether there is somebody at standard input.
func (a *app) canAsk() bool { return facts(a.in).TTY }

// facts looks at a stream that may be a terminal.
func facts(stream any) term.Facts {
	f, _ := stream.(*os.File)
	return term.Detect(os.LookupEnv, f)
}

// needTerminal refuses to open a screen where there is none.
func (a *app) needTerminal() error {
	out := facts(a.out)
	if a.flags.plain || a.canAsk() && out.TTY && !out.Dumb {
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeNoTerminal, What: "there is no terminal to draw on",
		Hint: "`ahead list` and `ahead revert` work without one, and so does --plain",
	}
}

// show opens the screen, or plain mode. box is nil outside a drill.
func (a *app) show(ctx context.Context, svc service, box *drill.Sandbox) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	if a.flags.plain {
		return a.showPlain(ctx, svc, box)
	}
	out, _ := a.out.(*os.File)
	seen := facts(out)
	th, err := a.theme(seen)
	if err != nil {
		return err
	}
	opts := ui.Options{
		Theme: th, Now: a.now, Share: a.flags.share, NoFetch: a.flags.noFetch,
		ASCII: !seen.UTF8, In: a.in, Out: out,
	}
	if box != nil {
		opts.Now = box.Clock()
		opts.Drill = &ui.DrillInfo{Title: drillLine(box), Story: box.Scenario.Story}
	}
	return ui.Run(ctx, svc, opts)
}

func (a *app) theme(seen term.Facts) (*theme.Theme, error) {
	name := a.flags.theme
	if name == "" {
		name = theme.Auto
	}
	return theme.New(name, theme.Options{
		Share: a.flags.share, NoColor: seen.NoColor, Depth: seen.Depth, Background: seen.Background,
	})
}

// service is what the screen and the plain conversation want of the world.
type service interface {
	ui.Service
	plain.Service
}

// showPlain holds the same conversation as numbered questions and plain lines.
func (a *app) showPlain(ctx context.Context, svc service, box *drill.Sandbox) error {
	opts := plain.Options{Now: a.now, NoFetch: a.flags.noFetch, Wait: a.flags.wait.limit, ASCII: !facts(a.out).UTF8}
	if box != nil {
		opts.Now = box.Clock()
		opts.Title = "DRILL " + drillLine(box) + ": " + box.Scenario.Story
	}
	return plain.Run(ctx, svc, a.in, a.out, opts)
}
