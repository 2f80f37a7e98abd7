// Package confirm is the gate: the last screen before anything changes.
//
// Promise: nothing ships that a person did not name. The plan that opened the
// gate is the plan that is sent on, once.
//
// Rules it keeps:
//   - keys are ignored for the first moments, so that a key meant for the
//     screen before cannot act here; only going back is always possible;
//   - the new tag's name, typed key by key, arms the gate; enter alone does
//     nothing, and neither does a paste;
//   - every step is shown in words and as the git command that it equals;
//   - another way, or hooks that are skipped, is another question: it is asked
//     about anew, and the gate opens anew, with nothing typed;
//   - a branch that moved while the gate stood open closes it: the name that is
//     typed then ships nothing.
package confirm

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
)

// Settle is how long after opening the gate is deaf.
const Settle = 300 * time.Millisecond

// maxTyped bounds what the field keeps, in bytes beyond the name's own length.
const maxTyped = 40

// Model is the gate. The zero Model is not usable; see New.
type Model struct {
	th     *theme.Theme
	plan   gitops.Plan
	snap   gitops.Snapshot
	now    func() time.Time
	opened time.Time
	typed  string
	// notices are what the rehearsal found out.
	notices []gitops.Notice
	// onward is the run that is gone on with, nil for a plan that is new.
	onward *gitops.Standing
	// outdated says why the plan no longer ships; empty while it does.
	outdated string
	// notice answers the last key that changed nothing.
	notice string
	// left says that another way is being asked about: this gate hears no more.
	left bool
	// sent says that the plan is on its way: the gate opens once.
	sent bool
}

// New opens the gate to a plan, at now().
func New(th *theme.Theme, plan gitops.Plan, snap gitops.Snapshot, now func() time.Time) Model {
	return Model{th: th, plan: plan, snap: snap, now: now, opened: now()}
}

// Noting gives the gate what a person should know before they decide.
func (m Model) Noting(notices []gitops.Notice) Model {
	m.notices = notices
	return m
}

// Tag is the name of the release that the gate is about, empty without one.
func (m Model) Tag() string { return m.plan.Tag.Name }

// Init asks for the redraw that shows the gate open.
func (m Model) Init() tea.Cmd {
	return tea.Tick(Settle, func(time.Time) tea.Msg { return settledMsg{} })
}

// settledMsg changes nothing: it is there so that the screen is drawn anew.
type settledMsg struct{}

// deaf is true while keys are still those meant for the screen before.
func (m Model) deaf() bool { return m.now().Sub(m.opened) < Settle }

// Capturing is always true: the gate is a text field.
func (m Model) Capturing() bool { return true }

// name is what must be typed, and what it is the name of.
func (m Model) name() (name, what string) {
	if m.plan.Tag.Name != "" {
		return m.plan.Tag.Name, "the new tag's name"
	}
	return m.plan.Branch, "the branch's name, since no tag is made"
}

// Act takes what a person wants: going back, or another way.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	switch {
	case !m.Means(a):
		return m, nil
	case a == keys.Back:
		return m, send(Closed{})
	case m.deaf():
		return m, nil
	}
	return m.otherWay(a)
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// Update takes raw keys.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	if old, ok := msg.(Outdated); ok && !m.sent {
		m.outdated, m.typed, m.notice, m.opened = old.Why, "", "", m.now()
		return m, nil
	}
	k, ok := msg.(tea.KeyMsg)
	if !ok || m.sent {
		return m, nil
	}
	if k.Type == tea.KeyEsc {
		return m.Act(keys.Back)
	}
	if m.deaf() || m.left {
		return m, nil
	}
	m.notice = ""
	if m.outdated != "" {
		if k.Type == tea.KeyEnter {
			return m, send(NewPlanWanted{Plan: m.plan})
		}
		return m, nil
	}
	switch k.Type {
	case tea.KeyEnter:
		return m.ship()
	case tea.KeyBackspace:
		m.typed = dropLast(m.typed)
	case tea.KeyCtrlU, tea.KeyCtrlW:
		m.typed = ""
	case tea.KeyRunes, tea.KeySpace:
		return m.put(k), nil
	}
	return m, nil
}

// put adds what was typed. A paste is refused whole: the point of the gate is
// that the name passes through a person.
func (m Model) put(k tea.KeyMsg) Model {
	if k.Paste {
		m.notice = "a paste is not taken here: type the name"
		return m
	}
	if k.Alt {
		return m
	}
	name, _ := m.name()
	if next := m.typed + string(k.Runes); len(next) <= len(name)+maxTyped {
		m.typed = next
	}
	return m
}

func dropLast(s string) string {
	runes := []rune(s)
	if len(runes) == 0 {
		return s
	}
	return string(runes[:len(runes)-1])
}

// ship sends the plan on if the name is right, or says what is missing.
func (m Model) ship() (Model, tea.Cmd) {
	name, what := m.name()
	switch {
	case name == "":
		m.notice = "the plan names neither a tag nor a branch, so it cannot ship"
	case m.typed == name:
		m.sent = true
		if m.onward != nil {
			return m, send(OnwardConfirmed{Standing: *m.onward})
		}
		return m, send(Confirmed{Plan: m.plan})
	case m.typed == "":
		m.notice = "enter alone ships nothing: type " + what
	case strings.HasPrefix(name, m.typed):
		m.notice = "not the whole name yet: it is " + term.Clean(name)
	default:
		m.notice = "this is not the name: it is " + term.Clean(name)
	}
	return m, nil
}
