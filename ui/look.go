package ui

import (
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/preview"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// look is what is known of the repository, and what is being asked.
type look struct {
	snap gitops.Snapshot
	have bool
	// disputes is what the sources disagree about, empty where they agree.
	disputes string
	// id numbers the reading that is wanted; an earlier one is dropped.
	id      int
	reading bool
	err     error
	// part says that older deployments have no dates yet.
	part bool

	fetching   bool
	fetchBegan time.Time
	fetchErr   error
	// fetchEnded is when the last answer came, quiet that nobody asked for the
	// one that is under way.
	fetchEnded time.Time
	fetchTook  time.Duration
	quiet      bool
	// fetchedOnce says that the first fetch was started or is not wanted.
	fetchedOnce bool
}

type snapshotRead struct {
	id int
	// version is what was known of the sources when the look began.
	version uint64
	snap    gitops.Snapshot
	part    bool
	err     error
}

type fetched struct{ err error }

func (m Model) readSnapshot() tea.Cmd {
	id, ctx, svc := m.look.id, m.ctx, m.svc
	return func() tea.Msg {
		version := svc.SourcesVersion()
		snap, err := svc.Snapshot(ctx)
		return snapshotRead{id: id, version: version, snap: snap, err: err}
	}
}

// readFirst is the quick look that a person waits for. A remedy given at the
// start opens a preview, which is worth the whole one.
func (m Model) readFirst() tea.Cmd {
	if m.opts.Remedy != nil {
		return m.readSnapshot()
	}
	id, ctx, svc := m.look.id, m.ctx, m.svc
	return func() tea.Msg {
		version := svc.SourcesVersion()
		snap, whole, err := svc.RecentSnapshot(ctx)
		return snapshotRead{id: id, version: version, snap: snap, part: !whole, err: err}
	}
}

// again asks for a new snapshot; one that is under way is void.
func (m Model) again() (Model, tea.Cmd) {
	m.look.id++
	m.look.reading = true
	return m, m.readSnapshot()
}

func (m Model) fetch() (Model, tea.Cmd) {
	if m.look.fetching {
		// Somebody waits for it now.
		m.look.quiet = false
		return m, nil
	}
	m.look.fetching, m.look.fetchBegan, m.look.quiet = true, m.now, false
	ctx, svc := m.ctx, m.svc
	return m, func() tea.Msg { return fetched{err: svc.Fetch(ctx)} }
}

// refresh is what `r` does: ask the remote where there is one and it may be
// asked, else look at the disk.
func (m Model) refresh() (Model, tea.Cmd) {
	if m.look.have && m.look.snap.Remote != "" && !m.opts.NoFetch {
		return m.fetch()
	}
	if m.opts.NoFetch {
		m.said = "nobody is asked, because of --no-fetch: read from the disk"
	}
	return m.again()
}

func (m Model) fetched(msg fetched) (Model, tea.Cmd) {
	m.look.fetching, m.look.fetchErr, m.look.fetchEnded = false, msg.err, m.opts.Now()
	m.look.fetchTook = m.look.fetchEnded.Sub(m.look.fetchBegan)
	if msg.err != nil {
		m.look.quiet = false
		return m, nil
	}
	return m.again()
}

func (m Model) snapshotRead(msg snapshotRead) (Model, tea.Cmd) {
	if msg.id != m.look.id {
		return m, nil
	}
	quiet := m.look.quiet
	m.look.reading, m.look.err, m.look.quiet, m.watch.looked = false, msg.err, false, m.opts.Now()
	m, await := m.awaitSources(msg.version)
	if msg.err != nil {
		m.timeline = m.timeline.SetFailed(msg.err)
		return m, await
	}
	moved, first := m.look.have && m.look.snap.Tip != msg.snap.Tip, !m.look.have
	m = m.adopt(msg, quiet)
	var cmd tea.Cmd
	switch {
	case first && m.opts.Remedy != nil:
		m, cmd = m.openPreview(*m.opts.Remedy)
	case moved:
		m, cmd = m.tipMoved()
	default:
		m, cmd = m.tagTaken()
	}
	m, asked := m.askFirst(first)
	m, rank := m.rankAgain()
	m, runs := m.tellRuns()
	return m, tea.Batch(await, cmd, asked, rank, runs)
}

// adopt shows a new look.
func (m Model) adopt(msg snapshotRead, quiet bool) Model {
	msg.snap = m.batches.into(msg.snap)
	m.drafts.dropVoid(msg.snap)
	m.look.snap, m.look.have, m.look.part = msg.snap, true, msg.part
	m.look.disputes = wording.Hear(msg.snap).Disputes(msg.snap)
	if quiet {
		m.timeline = m.timeline.Renew(msg.snap)
	} else {
		m.timeline = m.timeline.SetSnapshot(msg.snap)
	}
	m.judging = m.judging.anew(m.ctx, msg.snap, m.timeline.Listed())
	return m.tellOutcome()
}

// askFirst asks remote and sources once the first look stands.
func (m Model) askFirst(first bool) (Model, tea.Cmd) {
	var fetch, sources tea.Cmd
	if !m.look.fetchedOnce {
		m.look.fetchedOnce = true
		if m.look.snap.Remote != "" && !m.opts.NoFetch {
			m, fetch = m.fetch()
		}
	}
	if first {
		m, sources = m.askSources(false)
	}
	return m, tea.Batch(fetch, sources)
}

// wholeDue asks for what a quick look left out. It waits for the tick, since the
// commits of the chosen deployment and the first verdicts are wanted before it.
// Nothing on the screen tells of it: what a person looks at stays.
func (m Model) wholeDue() (Model, tea.Cmd) {
	if !m.look.part || m.look.reading || m.look.fetching {
		return m, nil
	}
	m.look.part = false
	m.look.id++
	return m, m.readSnapshot()
}

// preparePreview begins a session; the one before, and all that it asked for,
// is void.
func (m Model) preparePreview(r gitops.Remedy, edits preview.Edits) (Model, tea.Cmd) {
	m = m.newSession()
	m.timeline = m.timeline.Stay()
	m.session.remedy, m.session.snap = r, m.look.snap
	m.screen = keys.Preview
	var cmd tea.Cmd
	m.preview, cmd = preview.Resume(m.opts.Theme, m.look.snap, r, edits, m.opts.Now)
	return m, address(m.session.id, cmd)
}
