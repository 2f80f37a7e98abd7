package preview

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textarea"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops/release"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// field says what is being edited.
type field uint8

const (
	fieldNone field = iota
	fieldMessage
	fieldTag
	fieldReason
)

// editor holds the open field. Bubbles' fields keep the text and the cursor;
// they are drawn here, because their own views do not clean what they show.
type editor struct {
	field field
	area  textarea.Model
	// lines are the one-line fields: the tag, or the reason and the incident.
	lines []textinput.Model
	at    int
	// before is the text as the field gave it back unchanged: fields drop
	// control characters, and that alone must not count as an edit.
	before string
	notice string
}

// Capturing reports whether raw keys go to Update instead of intents to Act.
func (m Model) Capturing() bool { return m.editor.field != fieldNone }

// KeepKey is the key that keeps what is being edited: a message has lines, so
// enter belongs to them.
func (m Model) KeepKey() string {
	if m.editor.field == fieldMessage {
		return "ctrl+s"
	}
	return "⏎"
}

func (m Model) open(a keys.Action) Model {
	if a == keys.EditReason {
		m.editor = editor{field: fieldReason, lines: []textinput.Model{
			lineField(m.edits.reason), lineField(m.edits.incident),
		}}
		m.editor.lines[0].Focus()
		return m
	}
	if !m.ready || m.renewing || m.err != nil || !m.plan.Publishable() {
		m.notice = "there is nothing to name until a plan can ship"
		return m
	}
	if a == keys.EditTag {
		m.editor = editor{field: fieldTag, lines: []textinput.Model{lineField(m.plan.Tag.Name)}}
		m.editor.lines[0].Focus()
		return m
	}
	area := textarea.New()
	area.MaxHeight, area.CharLimit = 0, 0
	area.KeyMap.Paste = key.NewBinding()
	area.SetWidth(500)
	area.SetValue(m.plan.Message)
	for area.Line() > 0 {
		area.CursorUp()
	}
	area.CursorEnd()
	area.Focus()
	m.editor = editor{field: fieldMessage, area: area, before: area.Value()}
	return m
}

// lineField makes a one-line field. Pasting comes from the terminal; the key
// that would start a clipboard program is taken away.
func lineField(value string) textinput.Model {
	f := textinput.New()
	f.Prompt = ""
	f.KeyMap.Paste = key.NewBinding()
	f.SetValue(value)
	f.CursorEnd()
	return f
}

// edit takes one raw key for the open field.
func (m Model) edit(msg tea.KeyMsg) (Model, tea.Cmd) {
	m.editor.notice = ""
	switch k := msg.String(); {
	case k == "esc":
		m.editor = editor{}
		m.notice = "discarded; nothing changed"
		return m, nil
	case k == "ctrl+s", k == "enter" && m.editor.field != fieldMessage:
		return m.keep()
	case m.editor.field == fieldReason && (k == "tab" || k == "shift+tab" || k == "up" || k == "down"):
		m.editor = m.editor.other()
		return m, nil
	}
	msg.Runes = visible(msg.Runes)
	if msg.Type == tea.KeyRunes && len(msg.Runes) == 0 {
		m.editor.notice = "characters that cannot be seen are not taken"
		return m, nil
	}
	// Fields answer with blink commands only; a blinking cursor is motion that
	// nobody asked for, so they are dropped.
	if m.editor.field == fieldMessage {
		m.editor.area, _ = m.editor.area.Update(msg)
		return m, nil
	}
	lines := append([]textinput.Model(nil), m.editor.lines...)
	lines[m.editor.at], _ = lines[m.editor.at].Update(msg)
	m.editor.lines = lines
	return m, nil
}

// visible drops what a reader could not see: a name that looks like another,
// or a message that says more than it shows, must not be typed by accident.
func visible(runes []rune) []rune {
	var out []rune
	for _, r := range runes {
		if r == '\n' || r == '\r' || r == '\t' || term.Clean(string(r)) == string(r) {
			out = append(out, r)
		}
	}
	return out
}

func (e editor) other() editor {
	lines := append([]textinput.Model(nil), e.lines...)
	lines[e.at].Blur()
	e.at = 1 - e.at
	lines[e.at].Focus()
	e.lines = lines
	return e
}

// keep closes the field and asks for the plan that follows from it; a tag that
// cannot be made stays open.
func (m Model) keep() (Model, tea.Cmd) {
	e := m.editor
	changed := m.edits
	switch e.field {
	case fieldMessage:
		if e.area.Value() == e.before {
			break
		}
		changed.messages[m.current] = strings.TrimSpace(e.area.Value())
	case fieldTag:
		name := strings.TrimSpace(e.lines[0].Value())
		if name == m.plan.Tag.Name {
			break
		}
		if _, ok := m.tagSays(name); !ok {
			m.editor.notice = "not kept: this name cannot be used"
			return m, nil
		}
		changed.tag, changed.noTag = name, name == ""
	case fieldReason:
		changed.reason = strings.TrimSpace(e.lines[0].Value())
		changed.incident = strings.TrimSpace(e.lines[1].Value())
		changed = changed.told(m.edits)
	}
	m.editor = editor{}
	if changed == m.edits {
		m.notice = "nothing changed"
		return m, nil
	}
	m.edits = changed
	return m.ask()
}

// told puts a new reason and incident into the messages that were written by
// hand: those are taken as they are, and what the gate shows must be in them.
func (e edits) told(before edits) edits {
	why, was := wording.Why{Reason: e.reason, Incident: e.incident}, wording.Why{Reason: before.reason, Incident: before.incident}
	for i, m := range e.messages {
		if m != "" && why != was {
			e.messages[i] = why.Tell(m, was)
		}
	}
	return e
}

// tagSays judges a name while it is typed.
func (m Model) tagSays(name string) (sentence string, ok bool) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "no tag: the branch alone ships, and a pipeline that waits for a tag does not start", true
	}
	if err := release.CheckName(name); err != nil {
		return term.Clean(err.Error()), false
	}
	for _, t := range m.snap.Tags {
		if t.Name == name {
			return term.Clean(name) + " is taken: it names " + t.Commit.Short() + ", and a tag is never moved", false
		}
	}
	if name == m.plan.Tag.Name {
		return sentenceOr(m.plan.Tag.Scheme, "as the plan has it"), true
	}
	return term.Clean(name) + " is free", true
}
