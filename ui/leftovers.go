package ui

import (
	"context"
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"
	"ahead/ui/leftover"
	"ahead/ui/outcome"
	"ahead/ui/term"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// leftovers are the publications from this repository that are not over.
type leftovers struct {
	list []gitops.Run
	err  error
	// id numbers the readings, read says that there was one, told that the
	// person was told of what the first one found.
	id         int
	read, told bool
}

// runsRead answers a reading. open asks for the screen, at the run of that id
// where it is among them.
type runsRead struct {
	id   int
	list []gitops.Run
	err  error
	open bool
	at   string
}

// readRuns looks at the records; no network, and never before the first frame.
func (m Model) readRuns(open bool, at string) (Model, tea.Cmd) {
	m.runs.id++
	return m, m.runsOf(m.runs.id, open, at)
}

func (m Model) runsOf(id int, open bool, at string) tea.Cmd {
	ctx, svc := m.ctx, m.svc
	return func() tea.Msg {
		list, err := svc.Runs(ctx)
		return runsRead{id: id, list: list, err: err, open: open, at: at}
	}
}

func (m Model) runsRead(msg runsRead) (Model, tea.Cmd) {
	if msg.id != m.runs.id {
		return m, nil
	}
	m.runs.list, m.runs.err, m.runs.read = msg.list, msg.err, true
	switch gitops.CodeOf(msg.err) {
	case gitops.CodeGitMissing, gitops.CodeGitTooOld:
		// Looking works without git, and whoever publishes is told then.
		m.runs.err = nil
	}
	if !msg.open {
		return m.tellRuns()
	}
	m.runs.told = true
	if m.publish.running {
		return m, nil
	}
	if len(m.openRuns()) > 0 {
		return m.openLeftover(msg.at)
	}
	m.said = "no run is open any more"
	if m.screen == keys.Timeline {
		return m, nil
	}
	said := m.said
	m, cmd := m.home()
	m.said = said
	return m, cmd
}

// openRuns are the runs to the branch that is looked at; the others need a look
// at theirs first.
func (m Model) openRuns() []gitops.Run {
	var out []gitops.Run
	for _, r := range m.runs.list {
		if m.look.have && r.Plan.Branch == m.look.snap.Branch && r.Plan.Remote == m.look.snap.Remote {
			out = append(out, r)
		}
	}
	return out
}

// tellRuns opens the screen once, at the start: unless the person is at
// something already, which a notice does not take from under their hands.
func (m Model) tellRuns() (Model, tea.Cmd) {
	if m.runs.told || !m.runs.read || !m.look.have {
		return m, nil
	}
	m.runs.told = true
	if m.screen != keys.Timeline || m.session.handled || len(m.openRuns()) == 0 {
		return m, nil
	}
	return m.openLeftover("")
}

func (m Model) openLeftover(id string) (Model, tea.Cmd) {
	runs := m.openRuns()
	at := max(0, slices.IndexFunc(runs, func(r gitops.Run) bool { return r.ID == id }))
	m = m.newSession()
	m.replacing = nil
	m.screen = keys.Leftover
	var cmd tea.Cmd
	// Whoever asked about one run by name wants the answer of the remote.
	m.leftover, cmd = leftover.New(m.opts.Theme, runs, at, !m.opts.NoFetch || id != "", m.opts.Now)
	return m, address(m.session.id, cmd)
}

// fromLeftover takes what that screen wants; ok is false for what is not its.
func (m Model) fromLeftover(msg tea.Msg) (_ Model, _ tea.Cmd, ok bool) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case leftover.StandingWanted:
		return m, m.standing(msg), true
	case leftover.CarryOnWanted:
		m, cmd = m.carryOn(msg.Standing)
	case leftover.CloseWanted:
		return m, m.closeRun(msg), true
	case leftover.LookAgain:
		m, cmd = m.readRuns(true, msg.ID)
	case runClosed:
		m.said = "closed; " + term.Clean(msg.run.Plan.Remote) + " was not touched"
		said := m.said
		m, _ = m.home()
		m.said = said
		m, cmd = m.readRuns(false, "")
	case leftover.Closed:
		m, cmd = m.home()
	default:
		return m, nil, false
	}
	return m, cmd, true
}

func (m Model) standing(w leftover.StandingWanted) tea.Cmd {
	ctx, svc := m.session.ctx, m.svc
	return address(m.session.id, func() tea.Msg {
		st, err := svc.Standing(ctx, w.Run)
		return leftover.StandingReady{ID: w.ID, Standing: st, Err: err}
	})
}

type runClosed struct{ run gitops.Run }

func (m Model) closeRun(w leftover.CloseWanted) tea.Cmd {
	// Closing writes the record; it is not given up half way.
	ctx, svc := m.ctx, m.svc
	return address(m.session.id, func() tea.Msg {
		if err := svc.CloseRun(ctx, w.Run, w.Why); err != nil {
			return leftover.CloseFailed{ID: w.ID, Err: err}
		}
		return runClosed{w.Run}
	})
}

// carryOn goes on with a run: what only brings the local refs along at once,
// what has to be planned again by a preview, and all else through the gate.
func (m Model) carryOn(st gitops.Standing) (Model, tea.Cmd) {
	if m.screen != keys.Leftover || m.publish.running || !m.look.have {
		return m, nil
	}
	switch st.Onward {
	case gitops.OnwardSettle:
		return m.shipOnward(st)
	case gitops.OnwardPlan:
		remedy := st.Run.Plan.Remedy
		remedy.Onto = gitops.Hash{}
		m, cmd := m.openPreview(remedy)
		m.replacing = &st
		m.said = "this is what it comes to now; the earlier run is closed once you confirm this one"
		m, fetch := m.fetch()
		return m, tea.Batch(cmd, fetch)
	}
	m.confirm = confirm.Onward(m.opts.Theme, st, m.look.snap, m.opts.Now)
	m.screen = keys.Confirm
	return m, m.confirm.Init()
}

// shipOnward shows the steps that are left as they are taken.
func (m Model) shipOnward(st gitops.Standing) (Model, tea.Cmd) {
	if m.publish.running {
		return m, nil
	}
	plan := st.Run.Plan
	plan.Tag = st.Tag
	m = m.newSession()
	m.outcome = outcome.Onward(m.opts.Theme, st, m.look.snap, m.opts.Now)
	svc := m.svc
	m, cmd := m.shipping(plan, func(ctx context.Context, observe func(gitops.StepResult)) (gitops.Receipt, error) {
		return svc.CarryOn(ctx, st, observe)
	})
	m.publish.onward = true
	return m, cmd
}

// behindGate is the screen that the gate was opened from.
func (m Model) behindGate() keys.Screen {
	if m.confirm.Onwards() {
		return keys.Leftover
	}
	return keys.Preview
}

// runNotices tell of open runs where their own screen is not open.
func (m Model) runNotices() []string {
	var out []string
	if m.runs.err != nil {
		out = append(out, "the record of an earlier run cannot be read: "+wording.Problem(m.runs.err))
	}
	if m.publish.running {
		return out
	}
	here := m.openRuns()
	if n := len(here); n > 0 && (m.screen == keys.Timeline || m.screen == keys.Preview) {
		text := fmt.Sprintf("%s to %s %s", wording.RunName(here[0]), term.Clean(here[0].Plan.Branch), wording.RunState(here[0]))
		if n > 1 {
			text += fmt.Sprintf(", and %s", wording.Count(n-1, "more open run"))
		}
		if m.screen == keys.Timeline {
			text += ": o shows it"
		}
		out = append(out, text)
	}
	for _, r := range m.runs.list {
		if m.look.have && (r.Plan.Branch != m.look.snap.Branch || r.Plan.Remote != m.look.snap.Remote) {
			out = append(out, fmt.Sprintf("%s to %s on %s %s: ahead resume %s", wording.RunName(r), term.Clean(r.Plan.Branch),
				term.Clean(r.Plan.Remote), wording.RunState(r), term.Clean(r.ID)))
		}
	}
	return out
}
