package ui

import (
	"context"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/confirm"
	"ahead/ui/keys"
	"ahead/ui/leftover"
	"ahead/ui/outcome"
	"ahead/ui/preview"
	"ahead/ui/timeline"

	tea "github.com/charmbracelet/bubbletea"
)

// Model is the root. It is a value; what it shares with its commands is the
// context and the channel of a publish.
type Model struct {
	ctx  context.Context
	svc  Service
	opts Options

	now           time.Time
	width, height int

	screen   keys.Screen
	timeline timeline.Model
	preview  preview.Model
	confirm  confirm.Model
	outcome  outcome.Model
	leftover leftover.Model
	// session counts the screens opened on top of the timeline: what belongs to
	// an earlier one is void.
	session session

	look    look
	batches batches
	judging judging
	health  watchHealth
	publish publishing
	follow  following
	runs    leftovers
	watch   watching
	// suspects is what a person knows of the trouble, and who it may have been.
	suspects suspecting
	// replacing is the run that is planned again: it is closed when the new plan
	// is confirmed, and not before.
	replacing *gitops.Standing

	// asked is the selection that the preview was opened with, drafts what was
	// written for selections and not shipped.
	asked  gitops.Remedy
	drafts drafts

	told told
	help bool
	// helpTop is the first line of the help that is shown.
	helpTop int
	// said answers the last key where the root has something to say.
	said string
	// echo is the last key with what it did, for share mode.
	echo  string
	crash *crashed
	ended string
}

// session is the life of one screen on top of the timeline.
type session struct {
	id int
	// ctx ends with the screen, planCtx with the request for a plan.
	ctx      context.Context
	cancel   context.CancelFunc
	stopPlan context.CancelFunc
	// stopRehearsal ends the question how publishing would go, of which try is the
	// newest that was asked or stopped.
	stopRehearsal context.CancelFunc
	rehearsing    bool
	try           int
	// handled says that a person pressed a key in it.
	handled bool
	remedy  gitops.Remedy
	// snap is what the screen was opened on: its plans are made from it, also
	// when a newer look has come in, and the gate compares the two.
	snap gitops.Snapshot
	// names are commits of its plans that snap does not list.
	names []gitops.Commit
	// moved says that the branch's tip is no longer what the screen's plan is
	// for.
	moved bool
}

// New gives the root as it is before anything is known. ctx ends all that it
// starts.
func New(ctx context.Context, svc Service, opts Options) Model {
	opts = opts.filled()
	now := opts.Now()
	return Model{
		ctx: ctx, svc: svc, opts: opts, now: now, width: 80, height: 24,
		screen: keys.Timeline, timeline: timeline.New(opts.Theme, now),
		judging: newJudging(ctx), look: look{reading: true, id: 1}, batches: newBatches(),
		drafts:  drafts{},
		session: session{cancel: func() {}, stopPlan: func() {}, stopRehearsal: func() {}},
		health:  watchHealth{probing: true},
		runs:    leftovers{id: 1},
		watch:   watching{touched: now}, suspects: suspecting{stop: func() {}},
	}
}

// tick is the one clock of the screen.
type tick struct{}

func nextTick() tea.Cmd { return tea.Tick(time.Second, func(time.Time) tea.Msg { return tick{} }) }

// Init looks at the disk at once; the network comes after.
func (m Model) Init() tea.Cmd {
	return guard(tea.Batch(nextTick(), m.readFirst(), m.probe(), m.runsOf(m.runs.id, false, "")), nil)
}

// Update routes one message. What a burst of keys brings is split first.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	var cmd tea.Cmd
	m, cmd = m.route(msg)
	m, more := m.schedule()
	m, size := m.sized()
	return m, guard(tea.Batch(cmd, more, size, m.readBatch()), nil)
}

func (m Model) route(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		return m, nil
	case tea.KeyMsg:
		return m.burst(msg)
	case tea.ResumeMsg:
		// The window may have changed its size while nobody listened.
		return m, tea.WindowSize()
	case tick:
		return m.ticked()
	case crashed:
		m.crash = &msg
		return m, tea.Quit
	case endRequested:
		m.ended = msg.why
		return m, tea.Quit
	case addressed:
		if msg.session != m.session.id {
			return m, nil
		}
		return m.fromScreen(msg.msg)
	}
	return m.fact(msg)
}

// fact takes what the world answered.
func (m Model) fact(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case snapshotRead:
		return m.snapshotRead(msg)
	case fetched:
		return m.fetched(msg)
	case batchRead:
		return m.batchRead(msg), nil
	case timeline.PreviewWanted:
		return m.openPreview(msg.Remedy)
	case timeline.RefreshWanted:
		m, ask := m.askSources(true)
		m, cmd := m.refresh()
		return m, tea.Batch(ask, cmd)
	case judged:
		return m.judged(msg), nil
	case touched:
		return m.touched(msg), nil
	case probed:
		return m.probed(msg)
	case runsRead:
		return m.runsRead(msg)
	case rehearsed:
		return m.rehearsed(msg)
	case unlockReady:
		return m.unlockReady(msg)
	case stepSeen:
		return m.stepSeen(msg)
	case published:
		return m.published(msg)
	case deploymentsSeen:
		return m.deploymentsSeen(msg)
	}
	return m.watched(msg)
}

// watched takes what came by itself, or of looking for suspects.
func (m Model) watched(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case timeline.Answered:
		return m.answered(msg)
	case timeline.AnswerTakenBack:
		return m.takenBack(msg)
	case forgot:
		return m.forgot(msg)
	case timeline.EnvironmentWanted:
		return m.environment(msg.Name)
	case rankedBy:
		return m.ranked(msg), nil
	case sourcesAsked:
		return m.sourcesAsked(), nil
	case sourcesChanged:
		return m.sourcesChanged(msg)
	case marked:
		m.watch.marks = msg.said
	}
	return m, nil
}

// ticked moves the clock and starts what is due.
func (m Model) ticked() (Model, tea.Cmd) {
	m.now = m.opts.Now()
	m.timeline = m.timeline.SetNow(m.now)
	m, probe := m.probeDue()
	m, poll := m.followDue()
	m, whole := m.wholeDue()
	m, tip := m.tipDue()
	m, remote := m.remoteDue()
	m, sources := m.sourcesDue()
	m, quiet := m.lookQuietly()
	return m, tea.Batch(nextTick(), m.resized(), probe, poll, whole, tip, remote, sources, quiet)
}

// resized tells the program of a size that it was not told of. Bubble Tea begins to
// listen beside the first frame, and a window manager that tiles a new window is
// as fast as that: without this the frame would stay too wide until the next
// resize. The message goes to the renderer, too, so it is sent and not handled here.
func (m Model) resized() tea.Cmd {
	w, h, ok := m.opts.window()
	if !ok || m.width == 0 || w == m.width && h == m.height {
		return nil
	}
	return func() tea.Msg { return tea.WindowSizeMsg{Width: w, Height: h} }
}

// told is the room that the open screen knows of.
type told struct {
	width, height, session int
	screen                 keys.Screen
}

// sized tells the open screen its room, whenever that is not what it knows:
// bands and notices come and go, and paging depends on it.
func (m Model) sized() (Model, tea.Cmd) {
	size := tea.WindowSizeMsg{Width: m.width, Height: m.room()}
	now := told{size.Width, size.Height, m.session.id, m.screen}
	if m.told == now {
		return m, nil
	}
	m.told = now
	m.timeline = m.timeline.SetSize(size.Width, size.Height)
	var cmd tea.Cmd
	switch m.screen {
	case keys.Preview:
		m.preview, cmd = m.preview.Update(size)
	case keys.Outcome:
		m.outcome, cmd = m.outcome.Update(size)
	case keys.Leftover:
		m.leftover, cmd = m.leftover.Update(size)
	case keys.Evidence:
		m.suspects.form, cmd = m.suspects.form.Update(size)
	}
	return m, address(m.session.id, cmd)
}

// Health is what is known of production now.
func (m Model) Health() health.State { return m.health.state }
