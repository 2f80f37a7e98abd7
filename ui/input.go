package ui

import (
	"ahead/ui/keys"

	tea "github.com/charmbracelet/bubbletea"
)

// burst takes one key message. Several characters in one read arrive as one
// message: typed quickly, they are several keys. A paste stays whole, and where
// there is no text field it is nothing at all: pasted text must not act.
func (m Model) burst(k tea.KeyMsg) (Model, tea.Cmd) {
	if k.Paste {
		if m.capturing() && !m.help && !m.tooSmall() {
			return m.toScreen(k)
		}
		m.said = "a paste does nothing here"
		if m.screen == keys.Timeline {
			m.said += ": s opens the place for a stack trace"
		}
		return m, nil
	}
	if k.Type != tea.KeyRunes || len(k.Runes) < 2 {
		return m.key(k)
	}
	if m.screen == keys.Evidence && !m.tooSmall() {
		// All of it is text there, and may be a long trace that the terminal does
		// not bracket: one by one it would take its time.
		m.said, m.echo, m.watch.touched = "", "", m.now
		return m.toScreen(k)
	}
	var cmds []tea.Cmd
	for _, r := range k.Runes {
		one := tea.Key{Type: tea.KeyRunes, Runes: []rune{r}, Alt: k.Alt}
		if r == ' ' {
			one.Type = tea.KeySpace
		}
		var cmd tea.Cmd
		m, cmd = m.key(tea.KeyMsg(one))
		cmds = append(cmds, cmd)
	}
	return m, tea.Batch(cmds...)
}

// key takes one key press.
func (m Model) key(k tea.KeyMsg) (Model, tea.Cmd) {
	m.said, m.session.handled, m.watch.touched = "", true, m.now
	if k.Type == tea.KeyCtrlC {
		m.echo = "ctrl+c"
		return m.interrupt()
	}
	// Two presses in a row are meant; two with something between are not.
	m.publish.warned = false
	switch k.Type {
	case tea.KeyCtrlZ:
		if m.publish.running {
			m.said = "publishing: not suspended, git would stop in the middle of the push"
			return m, nil
		}
		return m, tea.Suspend
	}
	if m.tooSmall() {
		// What is not seen is not acted on.
		return m.unseen(k)
	}
	if m.help {
		m.echo = ""
		return m.helpKey(k.String()), nil
	}
	return m.meant(k)
}

// meant does what a key means on the open screen: by the one table, or as text.
func (m Model) meant(k tea.KeyMsg) (Model, tea.Cmd) {
	b, ok := m.opts.Keys.Lookup(m.screen, k.String())
	// The gate is a field with keys of its own, none of which a name is typed
	// with; the other fields take all.
	if m.capturing() && !(ok && (m.screen == keys.Confirm || m.screen == keys.Evidence)) {
		m.echo = ""
		return m.toScreen(k)
	}
	if !ok {
		m.echo = ""
		return m, nil
	}
	m.echo = keyName(k.String()) + " " + m.here(b).Help
	switch b.Action {
	case keys.Quit:
		return m.quit()
	case keys.Help:
		m.help = true
		return m, nil
	}
	return m.act(b.Action)
}

// unseen takes a key while nothing but the need for a larger window is shown.
func (m Model) unseen(k tea.KeyMsg) (Model, tea.Cmd) {
	m.echo = ""
	if k.String() == "q" {
		return m.quit()
	}
	return m, nil
}

// quit ends the program unless something is being published.
func (m Model) quit() (Model, tea.Cmd) {
	if m.publish.running {
		m.said = "publishing: ctrl+c twice stops watching; the push may still arrive"
		return m, nil
	}
	return m, tea.Quit
}

// interrupt ends the program, while publishing only when it is said twice.
func (m Model) interrupt() (Model, tea.Cmd) {
	if m.publish.running && !m.publish.warned {
		m.publish.warned = true
		m.said = "publishing: press ctrl+c again to stop watching; the push may still arrive"
		return m, nil
	}
	return m, tea.Quit
}

// keyName is a key as a person calls it.
func keyName(k string) string {
	switch k {
	case " ":
		return "space"
	case "enter":
		return "⏎"
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	default:
		return k
	}
}
