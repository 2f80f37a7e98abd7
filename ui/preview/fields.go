package preview

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	"github.com/charmbracelet/x/ansi"

	"ahead/ui/term"
	"ahead/ui/theme"
)

// editorLines draws the open field over the body; header and footer stay, so
// that the plan it belongs to stays in sight.
func (m Model) editorLines(width, height int) []string {
	var out []string
	switch m.editor.field {
	case fieldMessage:
		out = append(out, m.keysLine("COMMIT MESSAGE", "ctrl+s keep · esc discard", width))
		if height >= 8 {
			out = append(out, "")
		}
		return append(out, m.areaLines(width, max(0, height-len(out)))...)
	case fieldTag:
		out = append(out, m.keysLine("TAG", "enter keep · esc discard", width), "", m.fieldLine(" name  ", 0, width), "")
		sentence, ok := m.tagSays(m.editor.lines[0].Value())
		style, sign := m.th.Good, "✓ "
		if !ok {
			style, sign = m.th.Danger, "✗ "
		} else if strings.TrimSpace(m.editor.lines[0].Value()) == "" {
			style, sign = m.th.Warn, "! "
		}
		out = append(out, m.wrapped(" "+sign, sentence, width, style)...)
		out = append(out, "", m.th.Row(width, theme.Seg{Text: " Leave it empty to ship without a tag.", Style: m.th.Dim}))
	case fieldReason:
		out = append(out, m.keysLine("REASON AND INCIDENT", "tab other field · enter keep · esc discard", width), "",
			m.fieldLine(" reason    ", 0, width), m.fieldLine(" incident  ", 1, width), "")
		out = append(out, m.wrapped(" ", "Both go into the commit message, where the next person will look for them.", width, m.th.Dim)...)
	}
	if m.editor.notice != "" {
		out = append(out, "", m.th.Row(width, theme.Seg{Text: " " + m.editor.notice, Style: m.th.Warn}))
	}
	return tighten(out, height)
}

func (m Model) keysLine(title, hint string, width int) string {
	left := []theme.Seg{{Text: " " + title, Style: m.th.Header}}
	right := []theme.Seg{{Text: hint + " ", Style: m.th.Key}}
	if term.Width(title)+term.Width(hint)+4 > width {
		return m.th.Row(width, append([]theme.Seg{{Text: " "}}, right...)...)
	}
	return m.th.Spread(width, left, right)
}

func (m Model) fieldLine(label string, n, width int) string {
	f := m.editor.lines[n]
	style := m.th.Dim
	if n == m.editor.at {
		style = m.th.Strong
	}
	room := max(2, width-term.Width(label)-1)
	segs := []theme.Seg{{Text: label, Style: style}}
	return m.th.Row(width, append(segs, m.inputSegs(f, n == m.editor.at, room)...)...)
}

// inputSegs shows a one-line field around its cursor.
func (m Model) inputSegs(f textinput.Model, focused bool, room int) []theme.Seg {
	value := []rune(f.Value())
	at := min(f.Position(), len(value))
	before := term.CutLeft(term.Clean(string(value[:at])), max(1, room*2/3))
	if !focused {
		return []theme.Seg{{Text: term.Fit(term.Clean(string(value)), room), Style: m.th.Input}}
	}
	under, after := " ", ""
	if at < len(value) {
		under, after = term.Clean(string(value[at])), term.Clean(string(value[at+1:]))
	}
	left := max(0, room-term.Width(before)-term.Width(under))
	return []theme.Seg{
		{Text: before, Style: m.th.Input},
		{Text: under, Style: m.th.Cursor},
		{Text: term.Fit(after, left), Style: m.th.Input},
	}
}

// areaLines shows the message, folded, with the line of the cursor in sight.
func (m Model) areaLines(width, height int) []string {
	area := m.editor.area
	room := max(4, width-2)
	row, info := area.Line(), area.LineInfo()
	col := info.StartColumn + info.ColumnOffset
	var out []string
	cursor := 0
	for i, line := range strings.Split(area.Value(), "\n") {
		if i != row {
			for _, l := range strings.Split(ansi.Hardwrap(term.Clean(line), room, true), "\n") {
				out = append(out, m.th.Row(width, theme.Seg{Text: " " + l, Style: m.th.Text}))
			}
			continue
		}
		cursor = len(out)
		lines, at := m.cursorLines([]rune(line), col, room, width)
		cursor += at
		out = append(out, lines...)
	}
	first := max(0, min(cursor-height/2, len(out)-height))
	return out[first:min(len(out), first+height)]
}

// cursorLines folds the line that holds the cursor, and says on which of the
// folds it stands.
func (m Model) cursorLines(line []rune, col, room, width int) (out []string, at int) {
	col = min(col, len(line))
	before := term.Clean(string(line[:col]))
	under, after := " ", ""
	if col < len(line) {
		under, after = term.Clean(string(line[col])), term.Clean(string(line[col+1:]))
	}
	segs := []theme.Seg{
		{Text: before, Style: m.th.Text}, {Text: under, Style: m.th.Cursor}, {Text: after, Style: m.th.Text},
	}
	fold, left := []theme.Seg{{Text: " "}}, room
	flush := func() {
		out = append(out, m.th.Row(width, fold...))
		fold, left = []theme.Seg{{Text: " "}}, room
	}
	for i, s := range segs {
		for s.Text != "" {
			front := ansi.Truncate(s.Text, left, "")
			if front == "" {
				flush()
				continue
			}
			if i == 1 {
				at = len(out)
			}
			fold = append(fold, theme.Seg{Text: front, Style: s.Style})
			left -= term.Width(front)
			s.Text = s.Text[len(front):]
		}
	}
	flush()
	return out, at
}
