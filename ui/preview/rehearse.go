package preview

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// rehearsal is the way from the preview to the gate: what publishing needs of
// the remote, the key and the hook is asked for before the person decides.
type rehearsal struct {
	// try numbers the attempts of a screen: an answer to another one is void.
	try     int
	running bool
	began   time.Time
	// answered says that the gate is asked for and not open yet: until it is, the
	// attempt can still be stopped.
	answered bool
	// stuck is what stands in the way, with top as its first line on screen.
	stuck *wording.Road
	top   int
	// fromGate says that it was asked for from the open gate, whose field a person may
	// still be typing into.
	fromGate bool
	// asking says that the terminal belongs to the program that asks for a key.
	asking bool
}

// void forgets the attempt; what comes of it is dropped.
func (r rehearsal) void() rehearsal { return rehearsal{try: r.try} }

// carryOn leads to the gate by way of a rehearsal, or says what stands before
// it.
func (m Model) carryOn() (Model, tea.Cmd) {
	if m.rehearsal.running {
		m.notice = "asking already; esc stops it"
		return m, nil
	}
	if why := m.blocked(); why != "" {
		m.notice = why
		return m, nil
	}
	return m.rehearse()
}

func (m Model) rehearse() (Model, tea.Cmd) {
	beating := m.waiting()
	m.rehearsal = rehearsal{try: m.rehearsal.try + 1, running: true, began: m.now()}
	plan := m.plan
	plan.Remedy.Wishes = m.edits.wishes
	wanted := send(RehearsalWanted{ID: m.id, Try: m.rehearsal.try, Plan: plan})
	if beating {
		return m, wanted
	}
	return m, tea.Batch(wanted, m.beat())
}

// stop ends the attempt that runs, and puts away what an earlier one came to.
func (m Model) stop() (Model, tea.Cmd) {
	running := m.rehearsal.running
	m.rehearsal = m.rehearsal.void()
	if !running {
		return m, nil
	}
	return m, send(RehearsalStopped{ID: m.id, Try: m.rehearsal.try})
}

// rehearsed opens the gate to the plan as it would be published, or shows what
// stands in the way. A plan that comes to another tree than the one on the
// screen is not the one that was looked at.
func (m Model) rehearsed(msg RehearsalReady) (Model, tea.Cmd) {
	if msg.ID != m.id || msg.Try != m.rehearsal.try || !m.rehearsal.running || m.rehearsal.answered {
		return m, nil
	}
	asked := m.rehearsal
	m.rehearsal = asked.void()
	err, plan := msg.Err, msg.Rehearsal.Plan
	if errors.Is(err, context.Canceled) {
		return m, nil
	}
	if err == nil && (plan.Tree != m.plan.Tree || plan.Onto != m.plan.Onto || len(plan.Commits) != len(m.plan.Commits)) {
		err = &gitops.Error{
			Code: gitops.CodeInternal, What: "the rehearsal came back with another plan than the one shown",
			Hint: "do not ship this; report it",
		}
	}
	if err != nil {
		road := wording.RoadOf(err, m.plan)
		m.rehearsal.stuck = &road
		return m, nil
	}
	m.rehearsal, m.rehearsal.answered = asked, true
	return m, send(ConfirmWanted{ID: m.id, Try: asked.try, Plan: plan, Notices: msg.Rehearsal.Notices})
}

// Awaits reports whether this is the gate that was asked for last, and that nothing
// was pressed since that puts it away.
func (m Model) Awaits(w ConfirmWanted) bool {
	return m.rehearsal.answered && w.ID == m.id && w.Try == m.rehearsal.try
}

// unlock lets the key's own program ask for what it needs.
func (m Model) unlock() (Model, tea.Cmd) {
	if s := m.rehearsal.stuck; s == nil || !s.Locked {
		m.notice = "no key is known to be locked"
		return m, nil
	}
	m.rehearsal.asking = true
	return m, send(UnlockWanted{ID: m.id, Try: m.rehearsal.try})
}

// unlocked goes on after the asking, whatever came of it: only another trial
// signature tells.
func (m Model) unlocked(msg Unlocked) (Model, tea.Cmd) {
	if msg.ID != m.id || msg.Try != m.rehearsal.try || !m.rehearsal.asking {
		return m, nil
	}
	m.rehearsal.asking = false
	if msg.Err == nil && m.blocked() == "" {
		return m.rehearse()
	}
	if msg.Err != nil {
		m.notice = "the key was not unlocked: " + term.Clean(msg.Err.Error())
		var e *gitops.Error
		if errors.As(msg.Err, &e) && e.Hint != "" {
			m.notice += "; " + term.Clean(e.Hint)
		}
	}
	return m, nil
}

// beside handles what a key means while a rehearsal runs or what it came to is
// shown; done is false where the key means what it always does.
func (m Model) beside(a keys.Action) (_ Model, _ tea.Cmd, done bool) {
	if m.rehearsal.asking && a != keys.Back {
		// A passphrase that is typed too early must not be taken for keys, let
		// alone be put into an editor for all to see.
		m.notice = "handing the terminal over…"
		return m, nil, true
	}
	if !m.rehearsal.running && m.rehearsal.stuck == nil {
		return m, nil, false
	}
	if m.rehearsal.fromGate && !atGateToo(a) {
		// A digit of the tag's name must not be taken for another remedy.
		m.notice = "asking how that goes; the gate opens to the answer, esc stays here"
		return m, nil, true
	}
	var cmd tea.Cmd
	switch a {
	case keys.Back:
		m, cmd = m.stop()
		m.notice = "back to the plan; nothing was changed"
		return m, cmd, true
	case keys.ByRequest, keys.SkipHooks:
		// It is asked how it would go that way, in the place of this one.
		m.edits.wishes = toggled(m.edits.wishes, a)
		typing := m.rehearsal.fromGate
		m, cmd = m.stop()
		again, wanted := m.carryOn()
		again.rehearsal.fromGate = typing && again.rehearsal.running
		return again, tea.Batch(cmd, wanted), true
	case keys.Continue, keys.Unlock, keys.None:
		return m, nil, false
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Top, keys.Bottom:
		if m.rehearsal.stuck == nil {
			return m, nil, false
		}
		return m.scrollStuck(a), nil, true
	case keys.NextHunk, keys.PrevHunk, keys.NextFile, keys.PrevFile, keys.Left, keys.Right, keys.ChangeView:
		if m.rehearsal.stuck == nil {
			// Looking on changes nothing of the plan that is being asked about.
			return m, nil, false
		}
	}
	m, cmd = m.stop()
	return m, cmd, false
}

// atGateToo are the keys that mean the same in the gate.
func atGateToo(a keys.Action) bool {
	switch a {
	case keys.Back, keys.ByRequest, keys.SkipHooks, keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		return true
	}
	return false
}

func (m Model) scrollStuck(a keys.Action) Model {
	page := m.listPage()
	last := max(0, len(m.stuckLines(m.width, page))-page)
	switch a {
	case keys.Up:
		m.rehearsal.top--
	case keys.Down:
		m.rehearsal.top++
	case keys.PageUp:
		m.rehearsal.top -= page - 1
	case keys.PageDown:
		m.rehearsal.top += page - 1
	case keys.Top:
		m.rehearsal.top = 0
	case keys.Bottom:
		m.rehearsal.top = last
	}
	m.rehearsal.top = max(0, min(m.rehearsal.top, last))
	return m
}

// stuckView is the window on what stands in the way.
func (m Model) stuckView(width, height int) []string {
	lines := m.stuckLines(width, height)
	if len(lines) <= height {
		return lines
	}
	top := max(0, min(m.rehearsal.top, len(lines)-height))
	page := append([]string(nil), lines[top:top+height]...)
	if below := len(lines) - top - height; below > 0 && height > 1 {
		page[height-1] = m.th.Row(width, theme.Seg{Text: "   ↓ " + wording.Count(below+1, "more line"), Style: m.th.Dim})
	}
	return page
}

// stuckLines says what stands in the way, what to do, and what others said
// about it, marked as theirs. Where that is more than the window holds, the
// keys share a line, so that what was said is in sight.
func (m Model) stuckLines(width, height int) []string {
	s := m.rehearsal.stuck
	ways := m.waysOn()
	var out []string
	inner := max(10, min(92, width-8))
	add := func(lead, text string, style theme.Style) {
		for _, l := range wording.Fold(text, inner) {
			out = append(out, m.th.Row(width, theme.Seg{Text: "   " + lead, Style: m.th.Border}, theme.Seg{Text: l, Style: style}))
		}
	}
	said := func() {
		for _, l := range s.Detail {
			add("│ ", l, m.th.Text)
		}
	}
	add("", s.Title+": nothing was sent, nothing was changed", m.th.Header)
	add("", s.What, m.th.Strong)
	out = append(out, "")
	add("", "WHAT TO DO", m.th.Header)
	for _, w := range ways {
		add("", w, m.th.Text)
	}
	if len(s.Detail) > 0 {
		out = append(out, "")
		add("", "THEY SAID", m.th.Header)
		said()
	}
	if len(out) <= height {
		return out
	}
	out = nil
	add("", s.What, m.th.Strong)
	add("", strings.Join(m.keysOn(), ", "), m.th.Text)
	said()
	for _, w := range ways {
		add("", w, m.th.Text)
	}
	return out
}

// waysOn are the ways out of what stands in the way, in sentences.
func (m Model) waysOn() []string {
	s := m.rehearsal.stuck
	var ways []string
	if s.Locked {
		ways = append(ways, "u hands the terminal over, so that git can ask for the passphrase, and goes on from there")
	}
	switch s.Code {
	case gitops.CodeHook:
		// The hint speaks of flags, and the screen has keys.
		ways = append(ways, "e edits the message into what it wants; ctrl+x goes on without hooks")
	case gitops.CodeTagTaken:
		ways = append(ways, "t names another tag: one that exists is never used again")
	default:
		ways = append(ways, s.Next)
	}
	return append(ways, "c tries again; esc goes back to the plan")
}

// keysOn are the same as keys alone.
func (m Model) keysOn() []string {
	keys := []string{"c again", "esc back"}
	switch {
	case m.rehearsal.stuck.Locked:
		keys = append([]string{"u unlock the key"}, keys...)
	case m.rehearsal.stuck.Code == gitops.CodeHook:
		keys = append([]string{"e message", "ctrl+x no hooks"}, keys...)
	}
	return keys
}

// askingWords says what the rehearsal waits for.
func (m Model) askingWords() string {
	words := "asking " + term.Cut(term.Clean(m.plan.Remote), 20)
	if d := m.now().Sub(m.rehearsal.began); d >= time.Second {
		words += ", " + wording.Span(d)
	}
	return words + "; esc stops"
}
