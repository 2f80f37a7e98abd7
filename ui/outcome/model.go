// Package outcome shows what publishing did, step by step, and what the remote
// and production say of it.
//
// Promise: evidence, not hope. "Shipped" stands here only when the remote was
// asked and holds what was sent; "live" only when a deployment source says so.
//
// Rules it keeps:
//   - a step that ended without evidence is a question mark, never a tick;
//   - every way to fail has its own road, chosen by code, never by text;
//   - what hooks and servers say is shown as they said it, cleaned, scrolled;
//   - leaving while publishing runs is refused, since it would stop nothing.
package outcome

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// HealthSeen brings what production itself answers.
type HealthSeen struct{ State health.State }

// Tick redraws elapsed times. It carries no fact.
type Tick struct{}

// Model is the screen. The zero Model is not usable; see New.
type Model struct {
	th   *theme.Theme
	plan gitops.Plan
	snap gitops.Snapshot
	now  func() time.Time
	// started is the moment of confirmation, ended that of the result.
	started, ended time.Time

	steps []step
	// earlier is how many steps a run had that is gone on with.
	// onward says that there is one: after an error it is still open.
	onward   bool
	earlier  int
	finished bool
	receipt  gitops.Receipt
	err      error
	road     wording.Road

	watch  wording.Watch
	health health.State

	scroll, width, height int
	notice                string
}

// step is a row: what was promised on the confirm screen, and what became of
// it.
type step struct {
	words  string
	result gitops.StepResult
}

// New opens the screen at the moment of confirmation.
func New(th *theme.Theme, plan gitops.Plan, snap gitops.Snapshot, now func() time.Time) Model {
	m := Model{th: th, plan: plan, snap: snap, now: now, started: now(), width: 80, height: 24}
	m.watch.Sources = snap.Sources
	for _, s := range plan.Publication() {
		m.steps = append(m.steps, step{
			words:  s.Words(),
			result: gitops.StepResult{Name: s.Name(), State: gitops.StepWaiting},
		})
	}
	return m
}

// Init starts the once-a-second redraw.
func (m Model) Init() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return Tick{} })
}

// Capturing is false: this screen has no text field.
func (m Model) Capturing() bool { return false }

// Busy reports whether publishing is still under way.
func (m Model) Busy() bool { return !m.finished }

// Watching reports whether the deployment sources are still worth asking.
func (m Model) Watching() bool {
	return m.finished && m.err == nil && !m.waits() && !m.watch.Settled()
}

// Live gives the deployment by which the release is live, once a source says so.
func (m Model) Live() (gitops.Deployment, bool) { return m.watch.Found(), m.watch.Live() }

// Watched is how it stands with the release, in a sentence.
func (m Model) Watched() (gitops.StepState, string) { return m.watch.Say(m.name(), m.now()) }

// Update takes facts.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case StepSeen:
		m.steps = seen(m.steps, msg.Step)
	case Finished:
		return m.finish(msg), nil
	case DeploymentsSeen:
		m.watch = m.watch.Next(msg.Deployments, msg.Err, m.receipt, m.now())
	case SourcesSeen:
		m.watch.Sources, m.watch.Began = msg.States, msg.Began
	case HealthSeen:
		m.health = msg.State
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case Tick:
		if m.Busy() || m.Watching() || m.health.Trouble() {
			return m, m.Init()
		}
	}
	return m, nil
}

func (m Model) finish(msg Finished) Model {
	if m.finished {
		return m
	}
	m.finished, m.receipt, m.err = true, msg.Receipt, msg.Err
	for _, s := range m.news(msg.Receipt) {
		m.steps = seen(m.steps, s)
	}
	if msg.Err != nil {
		m.road = wording.RoadAfter(msg.Err, m.plan, msg.Receipt)
	}
	// The person has waited since they confirmed.
	m.watch.Since, m.ended = m.started, m.now()
	return m
}

func ended(s gitops.StepState) bool {
	switch s {
	case gitops.StepDone, gitops.StepFailed, gitops.StepSkipped, gitops.StepUnknown:
		return true
	default:
		return false
	}
}

// seen puts a result into its row: the first of that name that has not ended,
// since a plan of several commits has several. A step that nobody promised gets
// a row of its own, behind those that have begun.
func seen(old []step, r gitops.StepResult) []step {
	steps := append([]step(nil), old...)
	last, begun := -1, 0
	for i, s := range steps {
		if s.result.State != gitops.StepWaiting {
			begun = i + 1
		}
		if s.result.Name != r.Name {
			continue
		}
		if s.result == r {
			return old
		}
		last = i
		if !ended(s.result.State) {
			break
		}
	}
	if last >= 0 {
		if r.At.IsZero() {
			r.At = steps[last].result.At
		}
		steps[last].result = r
		return steps
	}
	steps = append(steps, step{})
	copy(steps[begun+1:], steps[begun:])
	steps[begun] = step{result: r}
	return steps
}

// verified reports whether the remote was asked and holds it all.
func (m Model) verified() bool {
	if !m.finished || m.err != nil || m.waits() {
		return false
	}
	for _, s := range m.steps {
		if s.result.Name == verifyName && s.result.State == gitops.StepDone {
			return true
		}
	}
	return false
}

var verifyName = gitops.VerifyStep{}.Name()

// Act takes what a person wants.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	m.notice = ""
	switch a {
	case keys.Open:
		return m.goOn()
	case keys.Back:
		return m.leave(false)
	case keys.Refresh:
		if !m.Means(a) {
			m.notice = "there is nothing to ask about"
			return m, nil
		}
		return m, send(AskAgain{ID: m.receipt.ID})
	case keys.BringBack:
		if !m.released() {
			m.notice = "nothing was released from here that could be taken back"
			return m, nil
		}
		return m, send(BringBack{Remedy: m.takeBack()})
	case keys.EditEvidence:
		if !m.Means(a) {
			m.notice = "suspects are looked for once it is shipped and production is still down"
			return m, nil
		}
		return m, send(SuspectsWanted{})
	}
	return m.scrolled(a), nil
}

// goOn takes the road that the end of the run has, if any.
func (m Model) goOn() (Model, tea.Cmd) {
	switch {
	case m.finished && m.road.Runs:
		return m, send(AskAgain{})
	case m.finished && m.onward && (m.road.Again || m.road.Retry):
		return m, send(AskAgain{ID: m.receipt.ID})
	}
	return m.leave(m.road.Again || m.road.Retry)
}

func (m Model) scrolled(a keys.Action) Model {
	page := max(1, m.bodyRows()-1)
	switch a {
	case keys.Up:
		m.scroll--
	case keys.Down:
		m.scroll++
	case keys.PageUp:
		m.scroll -= page
	case keys.PageDown:
		m.scroll += page
	case keys.Top:
		m.scroll = 0
	case keys.Bottom:
		m.scroll = len(m.body(m.width))
	}
	m.scroll = max(0, min(m.scroll, len(m.body(m.width))-m.bodyRows()))
	return m
}

func (m Model) leave(again bool) (Model, tea.Cmd) {
	switch {
	case !m.finished:
		m.notice = "publishing ends by itself; leaving would not stop it"
		return m, nil
	case again:
		return m, send(PlanAgain{Remedy: m.remedyAgain()})
	default:
		return m, send(Closed{})
	}
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// remedyAgain is the remedy for a new plan. A name that was taken meanwhile is
// dropped, so that the next free one is inferred.
func (m Model) remedyAgain() gitops.Remedy {
	r := m.plan.Remedy
	if m.road.Code == gitops.CodeTagTaken {
		r.Tag = ""
	}
	return r
}
