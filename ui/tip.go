package ui

import (
	"slices"
	"time"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"
	"ahead/ui/term"

	tea "github.com/charmbracelet/bubbletea"
)

// How often the remote is asked for its tip while a plan is looked at, at most,
// and how often where it did not answer.
const (
	tipPace     = 15 * time.Second
	tipPaceDeaf = time.Minute
)

// tipDue asks the remote anew while a preview or the gate is open: whoever
// reads for minutes must not decide on a branch that has moved since. It says
// nothing on the screen unless something came.
func (m Model) tipDue() (Model, tea.Cmd) {
	open := m.screen == keys.Preview || m.screen == keys.Confirm && !m.confirm.Onwards()
	if !open || m.opts.NoFetch || !m.look.have || m.look.snap.Remote == "" || m.look.fetching || m.look.reading || m.session.rehearsing {
		return m, nil
	}
	// Where asking takes long somebody may have to touch a key for it.
	pace := max(tipPace, 10*m.look.fetchTook)
	if m.look.fetchErr != nil {
		pace = max(pace, tipPaceDeaf)
	}
	if m.look.fetchEnded.IsZero() || m.now.Sub(m.look.fetchEnded) < pace {
		return m, nil
	}
	m, cmd := m.fetch()
	m.look.quiet = true
	return m, cmd
}

// tipMoved keeps preview and gate honest. A preview that nobody has touched yet
// is made anew; one that a person works on stays, marked, and is made anew
// before the gate. A gate that stands open closes.
func (m Model) tipMoved() (Model, tea.Cmd) {
	switch {
	case m.screen == keys.Preview && !m.session.handled:
		return m.reopenPreview(m.session.remedy)
	case m.screen == keys.Preview:
		m.session.moved = true
	case m.screen == keys.Confirm && !m.confirm.Onwards():
		m.session.moved = true
		why := term.Clean(m.look.snap.Branch) + " moved to " + m.look.snap.Tip.Short()
		var cmd tea.Cmd
		m.confirm, cmd = m.confirm.Update(confirm.Outdated{Why: why})
		return m, address(m.session.id, cmd)
	}
	return m, nil
}

// tagTaken closes a gate whose tag somebody else has made meanwhile.
func (m Model) tagTaken() (Model, tea.Cmd) {
	if m.screen != keys.Confirm || m.confirm.Onwards() || !taken(m.look.snap, m.confirm.Tag()) {
		return m, nil
	}
	var cmd tea.Cmd
	m.confirm, cmd = m.confirm.Update(confirm.Outdated{Why: term.Clean(m.confirm.Tag()) + " is taken by now"})
	return m, address(m.session.id, cmd)
}

func taken(s gitops.Snapshot, name string) bool {
	return name != "" && slices.ContainsFunc(s.Tags, func(t gitops.Tag) bool { return t.Name == name })
}

// newPlan goes back from a gate that closed to the preview of what it comes to
// now.
func (m Model) newPlan(p gitops.Plan) (Model, tea.Cmd) {
	if stale(p, m.look.snap) {
		return m.lookAgain(p)
	}
	r := p.Remedy
	if taken(m.look.snap, r.Tag) {
		r.Tag = ""
	}
	m, cmd := m.reopenPreview(r)
	m.session.handled = true
	m.said = term.Clean(p.Tag.Name) + " is taken by now: this has the next name that is free"
	return m, cmd
}
