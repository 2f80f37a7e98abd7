package preview

import (
	"maps"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/diffview"
	"ahead/ui/keys"
	"ahead/ui/theme"
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

	// id numbers the request that is being answered, asked is when it went out.
	id    int
	asked time.Time
	ready bool
	plan  gitops.Plan
	err   error

	check      check
	checkErr   error
	checkAsked time.Time

	// chosen is the file, or with a conflict the conflicting path, in the pane.
	chosen int
	diffs  map[string]answer
	pane   diffview.Model
	view   view
	// scroll is the first row of the list where it has the screen alone.
	scroll int

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
	m.edits = kept.e
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
	return m
}

func everySecond() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return Tick{} })
}

// ask sends a new request; whatever is still under way is void from here on.
func (m Model) ask() (Model, tea.Cmd) {
	m.id++
	m.asked = m.now()
	m.ready, m.plan, m.err = false, gitops.Plan{}, nil
	m.check, m.checkErr = checkNone, nil
	m.chosen, m.scroll, m.diffs = 0, 0, nil
	m.pane = m.pane.Say("", "")
	want := PlanWanted{ID: m.id, Remedy: m.remedy()}
	return m, tea.Batch(send(want), m.beat())
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// remedy is the chosen way with what the person wrote.
func (m Model) remedy() gitops.Remedy {
	r := m.options[m.current].remedy
	r.Reason, r.Incident = m.edits.reason, m.edits.incident
	r.Message = m.edits.messages[m.current]
	r.Tag, r.NoTag = m.edits.tag, m.edits.noTag
	return r
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
	if !m.ready || m.check == checkPending {
		return true
	}
	f, ok := m.file()
	if !ok {
		return false
	}
	_, have := m.diffs[f.Path]
	return !have
}

func (m Model) planReady(msg PlanReady) (Model, tea.Cmd) {
	if msg.ID != m.id || m.ready {
		return m, nil
	}
	m.ready, m.plan, m.err = true, msg.Plan, msg.Err
	if m.err != nil {
		return m, nil
	}
	m.options = learned(m.options, m.current, m.plan)
	m.diffs = map[string]answer{}
	m, cmd := m.choose(0)
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
	m.diffs[msg.Path] = answer{diff: msg.Diff, err: msg.Err}
	if f, ok := m.file(); ok && f.Path == msg.Path {
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

// file is the chosen file of a plan that has files to show.
func (m Model) file() (gitops.FileChange, bool) {
	if !m.ready || m.err != nil || m.conflicting() || m.chosen >= len(m.plan.Files) {
		return gitops.FileChange{}, false
	}
	return m.plan.Files[m.chosen], true
}

func (m Model) conflicting() bool { return m.plan.Verdict == gitops.VerdictConflict }

// rows counts what can be chosen in the list.
func (m Model) rows() int {
	if m.conflicting() {
		return len(m.plan.Conflicts)
	}
	return len(m.plan.Files)
}

// choose puts one file or conflict into the pane, and asks for its lines when
// they are not here yet.
func (m Model) choose(n int) (Model, tea.Cmd) {
	m.chosen = max(0, min(n, m.rows()-1))
	m = m.fillPane().follow()
	f, ok := m.file()
	if !ok {
		return m, nil
	}
	if _, have := m.diffs[f.Path]; have {
		return m, nil
	}
	return m, send(DiffWanted{ID: m.id, Plan: m.plan, File: f})
}

func (m Model) fillPane() Model {
	m.pane = m.paneFor().Wrap(m.view == viewWrapped).Resize(m.paneWidth(), m.paneRows())
	return m
}

func (m Model) paneFor() diffview.Model {
	if m.conflicting() && m.chosen < len(m.plan.Conflicts) {
		return m.pane.ShowConflict(m.plan.Conflicts[m.chosen])
	}
	f, ok := m.file()
	if !ok {
		return m.pane.Say("", "")
	}
	got, have := m.diffs[f.Path]
	switch {
	case !have:
		return m.pane.Say(f.Path, "reading…")
	case got.err != nil:
		return m.pane.Say(f.Path, "These lines cannot be shown: "+got.err.Error())
	default:
		return m.pane.Show(got.diff)
	}
}

// Act takes what a person wants.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	m.notice = ""
	switch a {
	case keys.Remedy1, keys.Remedy2, keys.Remedy3, keys.Remedy4:
		return m.pick(int(a - keys.Remedy1))
	case keys.NextFile:
		return m.choose(m.chosen + 1)
	case keys.PrevFile:
		return m.choose(m.chosen - 1)
	case keys.ChangeView:
		return m.nextView(), nil
	case keys.EditMessage, keys.EditTag, keys.EditReason:
		return m.open(a), nil
	case keys.Continue:
		return m.carryOn()
	case keys.Back:
		return m, send(Closed{})
	default:
		if m.view == viewList {
			return m.scrollList(a), nil
		}
		m.pane = m.pane.Act(a)
	}
	return m, nil
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
	return m
}

// carryOn leads to the gate, or says what stands before it.
func (m Model) carryOn() (Model, tea.Cmd) {
	if why := m.blocked(); why != "" {
		m.notice = why
		return m, nil
	}
	return m, send(ConfirmWanted{Plan: m.plan})
}
