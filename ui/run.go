package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"ahead/gitops"
	"ahead/ui/term"

	tea "github.com/charmbracelet/bubbletea"
)

// endRequested comes from outside: a signal, or the end of the context.
type endRequested struct{ why string }

// graces say how long the end of the screen waits.
type graces struct {
	// leave is for the program to end in order, before it is killed.
	leave time.Duration
	// finish is for a publish to end by itself when a signal came or the
	// screen failed: a push that arrives is better than one that may have.
	finish time.Duration
	// stop is for a publish that was told to stop, so that its journal is
	// written to the end.
	stop time.Duration
}

var patient = graces{leave: 2 * time.Second, finish: 20 * time.Second, stop: 2 * time.Second}

// Run shows the screen until the person leaves it. It returns nil when they
// did so with nothing under way, or when what was under way is known to have
// shipped; otherwise a *gitops.Error says what happened: CodeOutcomeUnknown
// when a publish was left behind and nobody knows its end, CodeInterrupted when
// a signal or ctrl+c ended the screen and nothing was sent, CodeInternal after
// a fault of its own. The terminal is restored in every case.
func Run(ctx context.Context, svc Service, opts Options) error {
	opts = opts.filled()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()

	// Commands work under their own context: when a signal ends ctx, a publish
	// is still waited for before it is let go.
	opts.interrupts = make(chan os.Signal, 1)
	first := &program{model: New(work, svc, opts), out: opts.Out, graces: opts.graces}
	p := tea.NewProgram(first,
		tea.WithInput(opts.In), tea.WithOutput(term.NewOutput(opts.Out)),
		tea.WithAltScreen(), tea.WithoutSignalHandler())
	stop := leaveOn(ctx, p, opts.interrupts, opts.graces.leave)
	_, err := p.Run()
	stop()
	return first.farewell(err)
}

// leaveOn asks the program to end on a signal or with ctx, and ends it should
// it not listen. SIGHUP is among them: Bubble Tea does not know it, and a
// closed terminal must not leave a process behind.
func leaveOn(ctx context.Context, p *tea.Program, signals chan os.Signal, grace time.Duration) (stop func()) {
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
		kill := time.AfterFunc(grace, p.Kill)
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
	model  Model
	crash  *crashed
	out    io.Writer
	graces graces
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
	if p.model.publish.running {
		return p.abandoned()
	}
	switch {
	case p.crash != nil:
		return p.crash.err()
	case p.model.ended != "":
		return &gitops.Error{
			Code: gitops.CodeInterrupted, What: "the screen was ended by " + p.model.ended,
			Hint: "nothing was being published",
		}
	case errors.Is(err, tea.ErrProgramKilled):
		return &gitops.Error{
			Code: gitops.CodeInterrupted, What: "the screen did not end in time and was stopped", Err: err,
			Hint: "nothing was being published",
		}
	case err != nil:
		return &gitops.Error{
			Code: gitops.CodeNoTerminal, What: "the screen ended", Err: err,
			Hint: "`ahead --plain` needs no cursor movement",
		}
	}
	return nil
}

// abandoned is the end while a publish was under way. A person who said so
// twice wants to leave; otherwise the publish gets its time.
func (p *program) abandoned() error {
	pub := p.model.publish
	name := term.Clean(pub.plan.Tag.Name)
	if name == "" {
		name = term.Clean(pub.plan.Branch)
	}
	ended := false
	if p.crash != nil || p.model.ended != "" {
		fmt.Fprintf(p.out, "ahead: publishing %s is under way, waiting for it; ctrl+c stops waiting\r\n", name)
		ended = pub.link.wait(p.graces.finish)
	}
	if !ended {
		pub.link.cancel()
		ended = pub.link.wait(p.graces.stop)
	}
	return p.leftBehind(pub.link, ended, name)
}

// leftBehind says what became of a publish that nobody watched to its end, as
// far as that is known: a script that starts the screen must be able to tell
// "shipped" from "not shipped" from "look before you act".
func (p *program) leftBehind(l *link, ended bool, name string) error {
	pub := p.model.publish
	e := &gitops.Error{
		Code: gitops.CodeOutcomeUnknown, What: "nobody watched the end of publishing " + name,
		Hint: "the push may still arrive: ahead resume says what became of it; by hand: " + asking(pub.plan),
	}
	var known *gitops.Error
	switch {
	case !ended:
	case l.result.err == nil && p.crash == nil:
		fmt.Fprintf(p.out, "ahead: %s was shipped: `ahead list` shows what %s holds\r\n", name, term.Clean(pub.plan.Remote))
		return nil
	case l.result.err == nil:
		e.Code, e.Hint = gitops.CodeInternal, name+" was shipped all the same: `ahead list` shows it"
	case errors.As(l.result.err, &known) && known.Code != gitops.CodeOutcomeUnknown:
		e.Code, e.What, e.Err = gitops.CodeInterrupted, name+" was not shipped", l.result.err
		e.Hint = "run ahead again when you are ready"
	default:
		e.Err = l.result.err
	}
	if p.model.ended != "" {
		e.What += ", the screen was ended by " + p.model.ended
	}
	if p.crash != nil {
		e.What, e.Detail = fmt.Sprintf("%s: a fault in ahead itself: %v", e.What, p.crash.value), p.crash.stack
	}
	return e
}

// asking is the command that tells what the remote holds of a plan.
func asking(p gitops.Plan) string {
	return "git ls-remote " + strings.Join(strings.Fields(term.Clean(p.Remote+" "+p.Branch+" "+p.Tag.Name)), " ")
}

// wait reports whether the publish ended within grace. A further signal stops
// the waiting.
func (l *link) wait(grace time.Duration) (ended bool) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-l.done:
		return true
	case <-ctx.Done():
	case <-t.C:
	}
	// Two may be true at once, and what is known must not be left to chance.
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func (c *crashed) err() error {
	return &gitops.Error{
		Code: gitops.CodeInternal, What: fmt.Sprintf("a fault in ahead itself: %v", c.value),
		Hint:   "start it again: what was published is safe, and `ahead list` shows what the remote holds",
		Detail: c.stack,
	}
}
