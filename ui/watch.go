package ui

import (
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/outcome"

	tea "github.com/charmbracelet/bubbletea"
)

// How often the screen looks by itself. The sources keep intervals of their own
// on top: sourcesPace is how often they are asked whether they are due.
const (
	remotePace     = time.Minute
	remotePaceDeaf = 5 * time.Minute
	sourcesPace    = 5 * time.Second
	// calm is after how long without a key nobody is taken to look: then remote and
	// sources are asked more rarely.
	calm = 30 * time.Minute
)

// watching is what goes on without a person asking for it.
type watching struct {
	// asking says that the sources are being asked, waiting that somebody waits
	// for what they say, from version on.
	asking, waiting bool
	next            time.Time
	// changed says that the sources know more than the look that is shown.
	changed bool
	// looked is when the last look came in, touched when the last key was pressed.
	looked, touched time.Time
	// marks say what became of telling the sources of a recovery.
	marks []gitops.Notice
	// owed is the release that is live while production is still down: a marker
	// says that production recovered.
	owed *gitops.Deployment
}

type sourcesAsked struct{}

type sourcesChanged struct{ err error }

// askSources lets the sources that are due be asked. What they say comes by way
// of sourcesChanged, each as it answers: a slow one holds up nobody.
func (m Model) askSources(urgent bool) (Model, tea.Cmd) {
	if m.opts.NoFetch || m.watch.asking && !urgent {
		return m, nil
	}
	m.watch.asking = true
	ctx, svc, shown := m.ctx, m.svc, m.timeline.Deployments()
	return m, func() tea.Msg {
		svc.ShowDeployments(shown)
		// Its error is that of ctx; trouble of a source is in the next look.
		_ = svc.RefreshSources(ctx, urgent)
		return sourcesAsked{}
	}
}

func (m Model) sourcesAsked() Model {
	pace := sourcesPace
	if m.now.Sub(m.watch.touched) > calm && !m.follow.on {
		pace = remotePaceDeaf
	}
	m.watch.asking, m.watch.next = false, m.opts.Now().Add(pace)
	return m
}

// awaitSources waits for more than the look knew that began at a version.
func (m Model) awaitSources(version uint64) (Model, tea.Cmd) {
	if m.watch.waiting || m.opts.NoFetch {
		return m, nil
	}
	m.watch.waiting = true
	ctx, svc := m.ctx, m.svc
	return m, func() tea.Msg {
		_, err := svc.SourcesChanged(ctx, version)
		return sourcesChanged{err: err}
	}
}

func (m Model) sourcesChanged(msg sourcesChanged) (Model, tea.Cmd) {
	m.watch.waiting = false
	if msg.err != nil {
		return m, nil
	}
	m.watch.changed = true
	return m.lookQuietly()
}

// lookQuietly looks anew because the sources said something, at most once a
// second and never on top of another look. Nothing on the screen tells of it.
func (m Model) lookQuietly() (Model, tea.Cmd) {
	const pause = time.Second
	if !m.watch.changed || m.look.reading || m.opts.Now().Sub(m.watch.looked) < pause {
		return m, nil
	}
	m.watch.changed, m.look.part = false, false
	m.look.quiet = m.look.quiet || !m.look.fetching
	return m.again()
}

// sourcesDue asks the sources anew by the clock.
func (m Model) sourcesDue() (Model, tea.Cmd) {
	if m.watch.asking || !m.look.have || m.now.Before(m.watch.next) {
		return m, nil
	}
	return m.askSources(false)
}

// remoteDue asks the remote anew while nobody decides anything: see tipDue for
// preview and gate, which ask more often.
func (m Model) remoteDue() (Model, tea.Cmd) {
	idle := m.screen == keys.Timeline || m.screen == keys.Evidence || m.screen == keys.Outcome && !m.publish.running
	if !idle || m.opts.NoFetch || !m.look.have || m.look.snap.Remote == "" || m.look.fetching || m.look.reading || m.look.fetchEnded.IsZero() {
		return m, nil
	}
	// Where asking takes long somebody may have to touch a key for it.
	pace := max(remotePace, 60*m.look.fetchTook)
	if m.look.fetchErr != nil || m.now.Sub(m.watch.touched) > calm {
		pace = max(pace, remotePaceDeaf)
	}
	if m.now.Sub(m.look.fetchEnded) < pace {
		return m, nil
	}
	m, cmd := m.fetch()
	m.look.quiet = true
	return m, cmd
}

// environment changes to the rows of another environment.
func (m Model) environment(name string) (Model, tea.Cmd) {
	m.batches = newBatches()
	m.look.id++
	m.look.reading = true
	m.suspects = m.suspects.elsewhere()
	read, svc := m.readSnapshot(), m.svc
	return m, func() tea.Msg {
		svc.ChooseEnvironment(name)
		return read()
	}
}

type marked struct{ said []gitops.Notice }

// recovered tells the sources that want to know of the release that is live,
// as soon as production is not known to be down any more.
func (m Model) recovered() (Model, tea.Cmd) {
	if m.watch.owed == nil || m.health.state.Trouble() {
		return m, nil
	}
	ctx, svc, d := m.ctx, m.svc, *m.watch.owed
	m.watch.owed = nil
	return m, func() tea.Msg { return marked{said: svc.MarkRecovered(ctx, d)} }
}

// tellOutcome brings the newest states of the sources to whoever waits for a
// release to be live.
func (m Model) tellOutcome() Model {
	if m.screen == keys.Outcome || m.follow.on {
		m.outcome = m.informed(m.outcome)
	}
	return m
}

func (m Model) informed(o outcome.Model) outcome.Model {
	o, _ = o.Update(outcome.SourcesSeen{States: m.look.snap.Sources, Began: m.suspects.evidence.At})
	return o
}
