package preview

import (
	"maps"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/diffview"
	"ahead/ui/keys"
	"ahead/ui/partial"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// view is how the two columns share the screen.
type view uint8

const (
	viewSplit view = iota
	viewDiff
	viewWrapped
	viewList
	views
)

// check is what is known of git's own opinion.
type check uint8

const (
	checkNone check = iota
	checkPending
	checkAgreed
	checkFailed
)

// answer is what came back for the diff of one file.
type answer struct {
	diff gitops.FileDiff
	err  error
}

// Model is the screen. The zero Model is not usable; see New.
type Model struct {
	th   *theme.Theme
	snap gitops.Snapshot
	now  func() time.Time
	// beat gives the once-a-second tick while something is being worked out.
	beat func() tea.Cmd

	options [4]option
	current int
	edits   edits
	left    leftOuts

	// id numbers the request that is being answered, asked is when it went out.
	id    int
	asked time.Time
	ready bool
	plan  gitops.Plan
	err   error
	// asking is the remedy of the request, learnt what its answers taught of
	// the plans that leave out less.
	asking gitops.Remedy
	learnt learnt
	// fetching is what git fetches before the request is answered, at the
	// person's word.
	fetching *gitops.Absent
	// renewing says that the plan on the screen is the one before: what was
	// left out has changed, and the frame stands until the next plan is here.
	renewing bool

	check      check
	checkErr   error
	checkAsked time.Time

	// shown is what can be chosen, chosen the one in the pane, aim the half of
	// the screen that x acts on.
	shown  []partial.Row
	chosen int
	aim    aim
	diffs  map[gitops.FileChange]answer
	pane   diffview.Model
	view   view
	// scroll is the first row of the list where it has the screen alone.
	scroll int

	rehearsal rehearsal

	editor editor
	// notice answers the last key where there is nothing else to see of it.
	notice string

	width, height int
}

// Tick redraws "working… 3 s". It carries no fact.
type Tick struct{}

// New opens the screen on a remedy and asks for its plan.
func New(th *theme.Theme, snap gitops.Snapshot, remedy gitops.Remedy, now func() time.Time) (Model, tea.Cmd) {
	return start(th, snap, remedy, now, everySecond)
}

// Resume is New with what a person wrote earlier in the place of what the
// remedy brings.
func Resume(th *theme.Theme, snap gitops.Snapshot, remedy gitops.Remedy, kept Edits, now func() time.Time) (Model, tea.Cmd) {
	m := ready(th, snap, remedy, now, everySecond)
	m.edits, m.left = kept.e, kept.left
	return m.ask()
}

func start(th *theme.Theme, snap gitops.Snapshot, remedy gitops.Remedy, now func() time.Time, beat func() tea.Cmd) (Model, tea.Cmd) {
	return ready(th, snap, remedy, now, beat).ask()
}

func ready(th *theme.Theme, snap gitops.Snapshot, remedy gitops.Remedy, now func() time.Time, beat func() tea.Cmd) Model {
	m := Model{
		th: th, snap: snap, now: now, beat: beat,
		pane: diffview.New(th), width: 80, height: 24,
	}
	m.options, m.current = optionsFor(snap, remedy)
	m.edits = editsOf(remedy, m.current)
	m.left[m.current] = partial.Of(remedy)
	return m
}

func everySecond() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return Tick{} })
}

// ask sends a new request; whatever is still under way is void from here on.
func (m Model) ask() (Model, tea.Cmd) {
	// Leave to fetch is given for one request and not for the next.
	m.fetching = nil
	return m.anew()
}

func (m Model) anew() (Model, tea.Cmd) {
	m.asked = m.now()
	m.ready, m.plan, m.err = false, gitops.Plan{}, nil
	m.learnt, m.renewing = learnt{}, false
	m.shown, m.chosen, m.scroll, m.diffs, m.aim = nil, 0, 0, map[gitops.FileChange]answer{}, aimFile
	m.pane = m.pane.Say("", "")
	m, cmd := m.request()
	return m, tea.Batch(cmd, m.beat())
}

// request asks for the plan that is wanted next.
func (m Model) request() (Model, tea.Cmd) {
	m.id++
	m.rehearsal = m.rehearsal.void()
	m.check, m.checkErr = checkNone, nil
	m.asking = m.next().Remedy(m.remedy())
	return m, send(PlanWanted{ID: m.id, Remedy: m.asking, Fetch: m.fetching != nil})
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// remedy is the chosen way with what the person wrote.
func (m Model) remedy() gitops.Remedy {
	r := m.options[m.current].remedy
	r.Reason, r.Incident = m.edits.reason, m.edits.incident
	r.Message = m.edits.messages[m.current]
	r.Tag, r.NoTag, r.Wishes = m.edits.tag, m.edits.noTag, m.edits.wishes
	return m.left[m.current].Remedy(r)
}

// Update takes facts, and raw keys while Capturing.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case PlanReady:
		return m.planReady(msg)
	case DiffReady:
		return m.diffReady(msg), nil
	case CheckReady:
		return m.checkReady(msg), nil
	case RehearsalReady:
		return m.rehearsed(msg)
	case Wished:
		m.edits.wishes, m.notice = toggled(m.edits.wishes, msg.By), ""
		m, cmd := m.carryOn()
		m.rehearsal.fromGate = m.rehearsal.running
		return m, cmd
	case GateOpened:
		// What was said on the way to it is over when a person comes back.
		m.rehearsal, m.notice = m.rehearsal.void(), ""
	case Unlocked:
		return m.unlocked(msg)
	case Tick:
		if m.waiting() {
			return m, m.beat()
		}
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.pane = m.pane.Resize(m.paneWidth(), m.paneRows())
	case tea.KeyMsg:
		if m.Capturing() {
			return m.edit(msg)
		}
	}
	return m, nil
}

func (m Model) waiting() bool {
	return !m.ready || m.renewing || m.check == checkPending || len(m.unread()) > 0 || m.rehearsal.running && !m.rehearsal.answered
}

func (m Model) planReady(msg PlanReady) (Model, tea.Cmd) {
	if msg.ID != m.id || m.ready && !m.renewing {
		return m, nil
	}
	m.fetching = nil
	m.snap = wording.Naming(m.snap, msg.Names)
	if msg.Err == nil {
		m.learnt = m.learnt.from(m.asking, msg.Plan)
		if !m.next().Equal(partial.Of(m.asking)) {
			return m.request()
		}
	}
	m.ready, m.renewing, m.plan, m.err = true, false, msg.Plan, msg.Err
	if m.err != nil {
		// What the last key seemed to do did not come about.
		m.notice = ""
		return m, nil
	}
	m.options = learned(m.options, m.current, m.learnt.whole)
	m, cmd := m.arrange()
	if !m.plan.Publishable() {
		return m, cmd
	}
	m.check, m.checkAsked = checkPending, m.now()
	return m, tea.Batch(send(CheckWanted{ID: m.id, Plan: m.plan}), cmd)
}

func (m Model) diffReady(msg DiffReady) Model {
	if msg.ID != m.id || !m.ready {
		return m
	}
	// Copied, since models are values: an older one must not learn from this.
	m.diffs = maps.Clone(m.diffs)
	m.diffs[msg.File] = answer{diff: msg.Diff, err: msg.Err}
	if r, ok := m.row(); ok && r.Path == msg.File.Path {
		return m.fillPane()
	}
	return m
}

func (m Model) checkReady(msg CheckReady) Model {
	if msg.ID != m.id || m.check != checkPending {
		return m
	}
	m.check, m.checkErr = checkAgreed, msg.Err
	if msg.Err != nil {
		m.check = checkFailed
	}
	return m
}

// row is the chosen row of a plan that has rows to show.
func (m Model) row() (partial.Row, bool) {
	if !m.ready || m.err != nil || m.chosen >= len(m.shown) {
		return partial.Row{}, false
	}
	return m.shown[m.chosen], true
}

func (m Model) conflicting() bool { return m.plan.Verdict == gitops.VerdictConflict }

// rows counts what can be chosen in the list.
func (m Model) rows() int { return len(m.shown) }

// choose puts one row into the pane, and asks for its lines when they are not
// here yet.
func (m Model) choose(n int) (Model, tea.Cmd) {
	m.chosen = max(0, min(n, m.rows()-1))
	m = m.fillPane().follow()
	var cmds []tea.Cmd
	for _, f := range m.unread() {
		cmds = append(cmds, send(DiffWanted{ID: m.id, Plan: m.planOf(f), File: f}))
	}
	return m, tea.Batch(cmds...)
}

// fillPane draws the chosen row anew. What only changes its marks does not move
// its lines.
func (m Model) fillPane() Model {
	before := m.pane
	m.pane = m.paneFor().Wrap(m.view == viewWrapped).Resize(m.paneWidth(), m.paneRows()).As(before)
	return m.pointed()
}

func (m Model) paneFor() diffview.Model {
	r, ok := m.row()
	if !ok {
		return m.pane.Say("", "")
	}
	if r.Conflict != nil {
		if m.pane = m.pane.ShowConflict(*r.Conflict); r.Out {
			return m.pane.Stays(nil)
		}
		return m.pane
	}
	f, ok := r.Change()
	if !ok {
		return m.pane.Say(r.Path, "This path stays as it is.")
	}
	got, have := m.diffs[f]
	switch {
	case !have:
		return m.pane.Say(r.Path, "reading…")
	case got.err != nil:
		return m.pane.Say(r.Path, "These lines cannot be shown: "+got.err.Error())
	case r.Out:
		return m.pane.Show(got.diff).Stays(nil)
	case r.Hunks > 0:
		l := m.lines(r)
		return m.pane.Show(l.Diff).Stays(l.Stays)
	default:
		return m.pane.Show(got.diff)
	}
}

// Act takes what a person wants.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	m.notice = ""
	m, first, done := m.beside(a)
	if done {
		return m, first
	}
	m, cmd := m.do(a)
	return m, tea.Batch(first, cmd)
}

func (m Model) do(a keys.Action) (Model, tea.Cmd) {
	switch a {
	case keys.Remedy1, keys.Remedy2, keys.Remedy3, keys.Remedy4:
		return m.pick(int(a - keys.Remedy1))
	case keys.NextFile, keys.PrevFile:
		m.aim = aimFile
		if a == keys.PrevFile {
			return m.choose(m.chosen - 1)
		}
		return m.choose(m.chosen + 1)
	case keys.LeaveOut:
		return m.leaveOut()
	case keys.TakeBack:
		return m.takeBack()
	case keys.FetchMissing:
		return m.fetchMissing()
	case keys.ChangeView:
		return m.nextView(), nil
	case keys.EditMessage, keys.EditTag, keys.EditReason:
		return m.open(a), nil
	case keys.Continue:
		return m.carryOn()
	case keys.Unlock:
		return m.unlock()
	case keys.ByRequest, keys.SkipHooks:
		return m.wish(a)
	case keys.Back:
		return m, send(Closed{})
	default:
		if m.view == viewList {
			return m.scrollList(a), nil
		}
		m.pane, m.aim = m.pane.Act(a), aimHunk
		return m.pointed(), nil
	}
}

// nextView changes how the columns share the screen. A view that would look
// like the one before is passed over: a key that seems dead is pressed again.
func (m Model) nextView() Model {
	if !m.showsFiles() {
		m.notice = "there is only one view of this"
		return m
	}
	m.view = (m.view + 1) % views
	if m.view == viewWrapped && !m.pane.Folds(m.paneWidth()) {
		m.view = (m.view + 1) % views
	}
	m.pane = m.pane.Wrap(m.view == viewWrapped).Resize(m.paneWidth(), m.paneRows())
	return m.pointed()
}
