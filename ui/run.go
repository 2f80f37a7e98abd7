package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"ahead/gitops"
	"ahead/ui/term"

	tea "github.com/charmbracelet/bubbletea"
)

// endRequested comes from outside: a signal, or the end of the context.
type endRequested struct{ why string }

// How long the end of the screen waits: for the program to leave in order, for
// a publish that the person stopped watching, and for one that the screen
// itself let down.
const (
	leaveGrace   = 2 * time.Second
	abandonGrace = 2 * time.Second
	crashGrace   = time.Minute
)

// Run shows the screen until the person leaves it. It returns nil when they
// did so with nothing under way; otherwise a *gitops.Error says what happened:
// CodeInterrupted when a signal or ctrl+c ended it, CodeInternal after a fault
// of its own. The terminal is restored in every case.
func Run(ctx context.Context, svc Service, opts Options) error {
	opts = opts.filled()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()

	// Commands work under their own context: when a signal ends ctx, a publish
	// is still waited for before it is let go.
	first := &program{model: New(work, svc, opts)}
	p := tea.NewProgram(first,
		tea.WithInput(opts.In), tea.WithOutput(term.NewOutput(opts.Out)),
		tea.WithAltScreen(), tea.WithoutSignalHandler())
	stop := leaveOn(ctx, p)
	defer stop()

	last, err := p.Run()
	end, ok := last.(*program)
	if !ok {
		end = first
	}
	return end.farewell(err)
}

// leaveOn asks the program to end on a signal or with ctx, and ends it should
// it not listen. SIGHUP is among them: Bubble Tea does not know it, and a
// closed terminal must not leave a process behind.
func leaveOn(ctx context.Context, p *tea.Program) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	over := make(chan struct{})
	go func() {
		why := ""
		select {
		case s := <-signals:
			why = s.String()
		case <-ctx.Done():
			why = "the end of its work"
		case <-over:
			return
		}
		kill := time.AfterFunc(leaveGrace, p.Kill)
		defer kill.Stop()
		p.Send(endRequested{why: why})
		<-over
	}()
	return func() {
		signal.Stop(signals)
		close(over)
	}
}

// program is what Bubble Tea runs: the root, with faults caught. Update and
// View run on one goroutine, so the pointer is safe.
type program struct {
	model Model
	crash *crashed
}

// Init implements tea.Model.
func (p *program) Init() tea.Cmd { return p.model.Init() }

// Update implements tea.Model.
func (p *program) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer p.caught(&cmd)
	p.model, cmd = p.model.Update(msg)
	if p.model.crash != nil {
		p.crash = p.model.crash
	}
	if p.crash != nil {
		return p, tea.Quit
	}
	return p, cmd
}

// View implements tea.Model. A fault here ends the program with the next tick.
func (p *program) View() (frame string) {
	defer p.caught(nil)
	return p.model.View()
}

func (p *program) caught(cmd *tea.Cmd) {
	v := recover()
	if v == nil {
		return
	}
	if p.crash == nil {
		p.crash = &crashed{value: v, stack: string(debug.Stack())}
	}
	if cmd != nil {
		*cmd = tea.Quit
	}
}

// farewell turns the end into what Run returns, and sees to a publish that is
// still under way.
func (p *program) farewell(err error) error {
	crash := p.crash
	pub := p.model.publish
	if pub.running {
		grace := abandonGrace
		if crash != nil {
			grace = crashGrace
		}
		if !pub.link.wait(grace, crash == nil) || crash == nil {
			return p.abandoned(crash)
		}
	}
	switch {
	case crash != nil:
		return crash.err()
	case p.model.ended != "":
		return &gitops.Error{
			Code: gitops.CodeInterrupted, What: "the screen was ended by " + p.model.ended,
			Hint: "nothing was being published",
		}
	case err != nil && !errors.Is(err, tea.ErrInterrupted):
		return &gitops.Error{
			Code: gitops.CodeNoTerminal, What: "the screen ended", Err: err,
			Hint: "`ahead --plain` needs no cursor movement",
		}
	}
	return nil
}

// wait lets a publish end by itself for a while, or after being told to stop,
// so that its journal is written to the end.
func (l *link) wait(grace time.Duration, stop bool) (ended bool) {
	if stop {
		l.cancel()
	}
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-l.done:
		return true
	case <-t.C:
		return false
	}
}

// abandoned is the end while a publish was under way.
func (p *program) abandoned(crash *crashed) error {
	plan := p.model.publish.plan
	name := plan.Tag.Name
	if name == "" {
		name = plan.Branch
	}
	what := "nobody watched the end of publishing " + name
	if p.model.ended != "" {
		what += ", the screen was ended by " + p.model.ended
	}
	e := &gitops.Error{
		Code: gitops.CodeInterrupted, What: what,
		Hint: "the push may still arrive: `ahead resume` says what " + plan.Remote + " holds",
	}
	if crash != nil {
		e.Detail = crash.stack
	}
	return e
}

func (c *crashed) err() error {
	return &gitops.Error{
		Code: gitops.CodeInternal, What: fmt.Sprintf("a fault in ahead itself: %v", c.value),
		Hint:   "start it again: what was published is safe, and `ahead resume` says how far it came",
		Detail: c.stack,
	}
}
