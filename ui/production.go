package ui

import (
	"time"

	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/outcome"

	tea "github.com/charmbracelet/bubbletea"
)

// drillPace is how often a drill's sandbox is asked: it is on this machine.
const drillPace = time.Second

// watchHealth is production as it answers itself.
type watchHealth struct {
	state   health.State
	probing bool
	// met says that production was down when it was first looked at: the
	// outage is older than what was seen of it.
	met bool
	// watched says that an address is known.
	watched bool
	next    time.Time
}

type probed struct {
	sample health.Sample
	ok     bool
}

func (m Model) probe() tea.Cmd {
	ctx, svc := m.ctx, m.svc
	return func() tea.Msg {
		s, ok := svc.Probe(ctx)
		return probed{sample: s, ok: ok}
	}
}

func (m Model) probed(msg probed) (Model, tea.Cmd) {
	m.health.probing = false
	if !msg.ok {
		return m, nil
	}
	pause := health.Interval
	if m.opts.Drill != nil {
		pause = drillPace
	}
	m.health.watched = true
	m.health.next = m.opts.Now().Add(pause)
	before := m.health.state
	m.health.state = before.Next(msg.sample)
	if m.health.state.DownSince != before.DownSince {
		m.health.met = before.Phase == health.Unknown
	}
	if m.screen == keys.Outcome {
		m.outcome, _ = m.outcome.Update(outcome.HealthSeen{State: m.health.state})
	}
	return m.recovered()
}

// probeDue asks again, one at a time.
func (m Model) probeDue() (Model, tea.Cmd) {
	if !m.health.watched || m.health.probing || m.now.Before(m.health.next) {
		return m, nil
	}
	m.health.probing = true
	return m, m.probe()
}
