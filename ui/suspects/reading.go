package suspects

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops/suspect"
)

// atOnce is up to how many characters a trace is read anew for every key. A longer
// one that comes key by key, from a terminal that does not bracket pastes, would
// take longer with every line: it is read when it has come to rest.
const (
	atOnce = 4_000
	rest   = 100 * time.Millisecond
)

// Rested says that some time has passed since the trace began to change.
type Rested struct{}

func resting() tea.Cmd { return tea.Tick(rest, func(time.Time) tea.Msg { return Rested{} }) }

// changed counts what is recognised, so that a person sees that they were
// understood before anything is ranked; typed says that more may follow at once.
func (m Model) changed(typed bool) (Model, tea.Cmd) {
	switch {
	case m.at != fieldTrace:
		return m, nil
	case !typed || m.sheets[fieldTrace].size <= atOnce:
		return m.read(), nil
	}
	m.changedAt = m.now()
	if m.unread {
		return m, nil // somebody waits already
	}
	m.unread = true
	return m, resting()
}

// rested reads what has come to rest.
func (m Model) rested() (Model, tea.Cmd) {
	switch {
	case !m.unread:
		return m, nil
	case m.now().Sub(m.changedAt) < rest:
		return m, resting()
	default:
		return m.read(), nil
	}
}

func (m Model) read() Model {
	m.places, m.unread = len(suspect.Parse(m.sheets[fieldTrace].text())), false
	return m
}

// seen is the screen with all that is written also read.
func (m Model) seen() Model {
	if m.unread {
		return m.read()
	}
	return m
}
