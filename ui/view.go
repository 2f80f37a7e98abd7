package ui

import (
	"fmt"
	"slices"
	"strings"

	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
)

// The smallest window in which the screens are drawn at all. Below it something
// would be left out, and at the gate that might be the warning that matters.
const (
	leastWidth  = 60
	leastHeight = 16
)

func (m Model) tooSmall() bool { return m.width < leastWidth || m.height < leastHeight }

// room is the height of the open screen: the window without head and key bar.
func (m Model) room() int { return max(0, m.height-len(m.head())-1) }

// View draws the window.
func (m Model) View() string {
	frame := m.frame()
	if m.opts.Share {
		frame = term.Mask(frame)
	}
	frame = m.opts.Theme.Paint(frame)
	if m.opts.ASCII {
		frame = term.ASCII(frame)
	}
	return frame
}

func (m Model) frame() string {
	if m.tooSmall() {
		// The first line says it all, for windows of one line.
		return term.Block([]string{"ahead needs 60×16", fmt.Sprintf("this is %d×%d", m.width, m.height), "q quits"}, m.width, m.height)
	}
	head := m.head()
	room := max(0, m.height-len(head)-1)
	var body string
	switch {
	case m.help:
		body = m.helpView(m.width, room)
	case m.screen == keys.Preview:
		body = m.preview.View(m.width, room)
	case m.screen == keys.Confirm:
		body = m.confirm.View(m.width, room)
	case m.screen == keys.Outcome:
		body = m.outcome.View(m.width, room)
	case m.screen == keys.Leftover:
		body = m.leftover.View(m.width, room)
	case m.screen == keys.Evidence:
		body = m.suspects.form.View(m.width, room)
	default:
		body = m.timeline.View(m.width, room)
	}
	lines := append(head, strings.Split(body, "\n")...)
	return term.Block(append(lines, m.keyBar()), m.width, m.height)
}

// keyBar shows what the keys do here, from the same table that makes them do
// it.
func (m Model) keyBar() string {
	th := m.opts.Theme
	var right []theme.Seg
	if m.opts.Share && m.echo != "" {
		right = []theme.Seg{{Text: " " + m.echo + " ", Style: th.Chip}, {Text: " "}}
	}
	room := m.width - segsOf(right)
	segs := m.keysIn(room)
	if m.said != "" {
		// The answer to the last key stands where the eye already is, and the
		// frame does not move for it.
		segs = []theme.Seg{{Text: " " + m.said, Style: th.Warn}}
	}
	return th.Row(room, segs...) + th.Row(segsOf(right), right...)
}

// keysIn are the keys that have room. One that does not fit is left out whole;
// the help lists them all.
func (m Model) keysIn(room int) []theme.Seg {
	th := m.opts.Theme
	var segs []theme.Seg
	put := func(room int, rows ...keys.Binding) {
		for _, b := range rows {
			if segsOf(segs)+barWidth(b) <= room {
				segs = append(segs, theme.Seg{Text: " " + b.Label, Style: th.Key}, theme.Seg{Text: " " + b.Help + " ", Style: th.Dim})
			}
		}
	}
	rows := m.fieldRows()
	if rows != nil {
		put(room, rows...)
		return segs
	}
	rows = m.barRows()
	last := slices.IndexFunc(rows, func(b keys.Binding) bool { return b.Action == keys.Help })
	if last < 0 {
		last = len(rows)
	}
	// The help is never what gives way, nor is the way out on the first screen that
	// one sees.
	kept := 0
	for i, b := range rows[last:] {
		if i == 0 || m.screen == keys.Timeline {
			kept += barWidth(b)
		}
	}
	put(room-kept, rows[:last]...)
	put(room, rows[last:]...)
	return segs
}

// fieldRows are the keys while the help is open or text is typed, which the table
// does not have; nil where the table decides.
func (m Model) fieldRows() []keys.Binding {
	switch {
	case m.help:
		return []keys.Binding{{Label: "any key", Help: "back"}}
	case !m.capturing():
		return nil
	case m.screen == keys.Timeline:
		return []keys.Binding{{Label: "⏎", Help: "keep the filter"}, {Label: "esc", Help: "clear it"}, {Label: "↑↓", Help: "move"}}
	case m.screen == keys.Leftover:
		return []keys.Binding{{Label: "⏎", Help: "close the run"}, {Label: "esc", Help: "leave it open"}}
	case m.screen == keys.Preview:
		return []keys.Binding{{Label: m.preview.KeepKey(), Help: "keep"}, {Label: "esc", Help: "leave as it was"}}
	default:
		return nil
	}
}

// barRows are the rows of the table that the key bar shows now.
func (m Model) barRows() []keys.Binding {
	var rows []keys.Binding
	for _, b := range m.opts.Keys.Bindings(m.screen) {
		if b.Bar && m.means(b.Action) {
			rows = append(rows, m.here(b))
		}
	}
	return rows
}

// here is a row with what its key does now: on a deployment Enter leads to its
// commits.
func (m Model) here(b keys.Binding) keys.Binding {
	if m.screen == keys.Timeline && b.Action == keys.Open && !m.timeline.OpensPreview() {
		b.Help = "its commits"
	}
	return b
}

// barWidth is what a row takes of the key bar, in cells.
func barWidth(b keys.Binding) int { return term.Width(" " + b.Label + " " + b.Help + " ") }

// means reports whether a key does something now: without a repository there is
// nothing to move in, without a plan nothing to confirm.
func (m Model) means(a keys.Action) bool {
	switch {
	case m.screen == keys.Preview:
		return m.preview.Means(a)
	case m.screen == keys.Confirm:
		return m.confirm.Means(a)
	case m.screen == keys.Outcome:
		return m.outcome.Means(a)
	case m.screen == keys.Leftover:
		return m.leftover.Means(a)
	case m.screen == keys.Evidence:
		return m.suspects.form.Means(a)
	case a == keys.OpenRuns:
		return len(m.openRuns()) > 0
	}
	if m.screen == keys.Timeline && !m.timeline.Means(a) {
		return false
	}
	if m.screen != keys.Timeline || m.look.have || m.look.err == nil {
		return true
	}
	return a == keys.Refresh || a == keys.Help || a == keys.Quit
}

func segsOf(segs []theme.Seg) int {
	n := 0
	for _, s := range segs {
		n += term.Width(s.Text)
	}
	return n
}
