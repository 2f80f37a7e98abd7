package ui

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"
	"ahead/ui/preview"
	"ahead/ui/term"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// rehearsed is what came of a rehearsal, with the repository as the remote has
// it by now.
type rehearsed struct {
	session int
	answer  preview.RehearsalReady
	// seen says that snap holds what the remote answered just now.
	seen bool
	snap gitops.Snapshot
}

// toGate takes what the way from preview to gate wants; ok is false for what is
// not of it.
func (m Model) toGate(msg tea.Msg) (_ Model, _ tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case preview.RehearsalWanted:
		next, cmd := m.rehearse(msg)
		return next, cmd, true
	case preview.RehearsalStopped:
		if msg.Try >= m.session.try {
			m.session.stopRehearsal()
			m.session.try, m.session.rehearsing = msg.Try, false
		}
		return m, nil, true
	case preview.UnlockWanted:
		return m, m.unlock(msg), true
	case confirm.OtherWayWanted:
		next, cmd := m.otherWay(msg)
		return next, cmd, true
	}
	return m, nil, false
}

// rehearse asks how publishing the plan would go, and the remote for its tip
// beside it: the gate never opens to a plan that is known to be late.
//
// Messages overtake one another: what was wanted before the rehearsal that runs is
// wanted no more.
func (m Model) rehearse(w preview.RehearsalWanted) (Model, tea.Cmd) {
	if w.Try <= m.session.try {
		return m, nil
	}
	m.session.try = w.Try
	if stale(w.Plan, m.look.snap) {
		return m.lookAgain(w.Plan)
	}
	m.session.stopRehearsal()
	ctx, stop := context.WithCancel(m.session.ctx)
	m.session.stopRehearsal, m.session.rehearsing = stop, true
	id, svc, snap := m.session.id, m.svc, wording.Naming(m.session.snap, m.session.names)
	return m, func() tea.Msg {
		defer stop()
		out := rehearsed{session: id, answer: preview.RehearsalReady{ID: w.ID, Try: w.Try}}
		fetched := beside(func() error { return svc.Fetch(ctx) })
		out.answer.Rehearsal, out.answer.Err = svc.Rehearse(ctx, snap, w.Plan)
		unheard := fetched()
		if ctx.Err() != nil {
			// Whoever stopped it does not want to read what that broke.
			out.answer.Err = ctx.Err()
			return out
		}
		if unheard == nil {
			seen, err := svc.Snapshot(ctx)
			out.snap, out.seen = seen, err == nil
		}
		return out
	}
}

// rehearsed brings the newest look first and the answer then, so that a plan
// that has become late is made anew in the place of opening the gate to it.
func (m Model) rehearsed(msg rehearsed) (Model, tea.Cmd) {
	if msg.session != m.session.id {
		return m, nil
	}
	if msg.answer.Try == m.session.try {
		m.session.rehearsing = false
	}
	var look tea.Cmd
	if msg.seen {
		m.look.fetchErr = nil
		// A look that is under way may be older than this one.
		m.look.id++
		m, look = m.snapshotRead(snapshotRead{id: m.look.id, snap: msg.snap})
	}
	// The preview learns behind an open gate, too, that nothing is under way; a
	// gate that it asks for then is not opened.
	if msg.session != m.session.id || m.screen != keys.Preview && m.screen != keys.Confirm {
		return m, look
	}
	var cmd tea.Cmd
	m.preview, cmd = m.preview.Update(msg.answer)
	return m, tea.Batch(look, address(m.session.id, cmd))
}

// openConfirm opens the gate, but only to a plan for the newest tip that is
// known: otherwise the person looks again, at what it comes to now.
func (m Model) openConfirm(w preview.ConfirmWanted) (Model, tea.Cmd) {
	if m.screen != keys.Preview || !m.preview.Awaits(w) {
		return m, nil
	}
	if stale(w.Plan, m.look.snap) {
		return m.lookAgain(w.Plan)
	}
	snap := wording.Naming(m.look.snap, m.session.names)
	m.confirm = confirm.New(m.opts.Theme, w.Plan, snap, m.opts.Now).Noting(w.Notices)
	m.screen = keys.Confirm
	// A key that was pressed twice has asked twice; one answer is enough.
	m.session.stopRehearsal()
	m.session.rehearsing = false
	m.preview, _ = m.preview.Update(preview.GateOpened{})
	return m, m.confirm.Init()
}

// otherWay goes back from the gate to asking: the gate opens again to the answer.
func (m Model) otherWay(w confirm.OtherWayWanted) (Model, tea.Cmd) {
	if m.screen != keys.Confirm || m.confirm.Onwards() {
		return m, nil
	}
	m.screen = keys.Preview
	var cmd tea.Cmd
	m.preview, cmd = m.preview.Update(preview.Wished{By: w.By})
	return m, address(m.session.id, cmd)
}

// unlockReady is the program that asks for the key, or why there is none.
type unlockReady struct {
	session int
	want    preview.UnlockWanted
	asking  term.Asking
	err     error
}

func (m Model) unlock(w preview.UnlockWanted) tea.Cmd {
	id, ctx, svc := m.session.id, m.session.ctx, m.svc
	return func() tea.Msg {
		a, err := svc.Unlock(ctx)
		return unlockReady{session: id, want: w, asking: a, err: err}
	}
}

// unlockReady hands the terminal over until the program has ended.
func (m Model) unlockReady(msg unlockReady) (Model, tea.Cmd) {
	if msg.session != m.session.id || m.screen != keys.Preview {
		return m, nil
	}
	answer := func(err error) tea.Msg {
		return addressed{session: msg.session, msg: preview.Unlocked{ID: msg.want.ID, Try: msg.want.Try, Err: err}}
	}
	if msg.err != nil {
		return m, func() tea.Msg { return answer(msg.err) }
	}
	return m, tea.Exec(&aside{asking: msg.asking, out: m.opts.Out, interrupts: m.opts.interrupts}, answer)
}

// aside says on the plain terminal what is going on before the program asks.
type aside struct {
	asking     term.Asking
	out        io.Writer
	interrupts chan os.Signal
}

func (a *aside) SetStdin(r io.Reader) { a.asking.SetStdin(r) }

// SetStdout and SetStderr leave out what the screen wraps its frames in.
func (a *aside) SetStdout(io.Writer) { a.asking.SetStdout(a.out) }
func (a *aside) SetStderr(io.Writer) { a.asking.SetStderr(a.out) }

// Run implements tea.ExecCommand. ctrl+c there is meant for the program that
// asks, which is in the same process group: it ends the question and not this.
func (a *aside) Run() error {
	if a.interrupts != nil {
		signal.Ignore(os.Interrupt)
		defer signal.Notify(a.interrupts, os.Interrupt)
	}
	fmt.Fprintf(a.out, "ahead: asking for the signing key: %s\r\n", term.Clean(a.asking.Words()))
	return a.asking.Run()
}

// beside runs do while the caller works on, and gives what waits for its end. A
// panic in it is the caller's: one in a bare goroutine would leave the terminal
// as it is.
func beside(do func() error) (wait func() error) {
	var err error
	var fault any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { fault = recover() }()
		err = do()
	}()
	return func() error {
		<-done
		if fault != nil {
			panic(fault)
		}
		return err
	}
}
