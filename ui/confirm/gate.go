package confirm

import (
	"fmt"
	"strings"

	"ahead/ui/term"
	"ahead/ui/theme"
)

// gate is the field and what it has to say.
func (m Model) gate(width int) []string {
	name, what := m.name()
	ask := " To " + m.deed() + ", type " + what + ":"
	if m.outdated != "" {
		ask = " This plan ships no more."
	}
	back := "esc: back, nothing happens "
	typed := term.Clean(m.typed)
	field := []theme.Seg{
		{Text: m.prompt(), Style: m.th.Key},
		{Text: term.CutLeft(typed, max(1, width-6)), Style: m.fieldStyle(name)},
		{Text: " ", Style: m.th.Cursor},
	}
	hint, style := m.hint(name)
	return []string{
		m.rule(width),
		m.th.Spread(width, []theme.Seg{{Text: ask, Style: m.th.Strong}}, []theme.Seg{{Text: back, Style: m.th.Dim}}),
		m.th.Row(width, field...),
		m.th.Row(width, theme.Seg{Text: " " + hint, Style: style}),
	}
}

// deed is what typing the name does.
func (m Model) deed() string {
	switch {
	case m.onward != nil:
		return "carry on"
	case m.plan.Passage.ByPullRequest():
		return "propose it"
	default:
		return "ship"
	}
}

// prompt is a mark that says whether the gate hears yet.
func (m Model) prompt() string {
	switch {
	case m.deaf():
		return " … "
	case m.outdated != "":
		return " ✗ "
	}
	return " ▸ "
}

func (m Model) fieldStyle(name string) theme.Style {
	switch {
	case m.typed == name:
		return m.th.Good
	case strings.HasPrefix(name, m.typed):
		return m.th.Input
	default:
		return m.th.Danger
	}
}

// hint says how the typed text stands to the name, at every key.
func (m Model) hint(name string) (string, theme.Style) {
	switch {
	case m.sent:
		return "shipping…", m.th.Text
	case m.left:
		return "asking how that goes…", m.th.Text
	case m.outdated != "":
		return m.outdated + ": enter shows the new plan", m.th.Danger
	case m.notice != "":
		return m.notice, m.th.Warn
	case m.typed == name:
		if m.deed() != "ship" {
			return "✓ enter: " + m.deed(), m.th.Good
		}
		return "✓ enter ships it", m.th.Good
	case strings.HasPrefix(name, m.typed):
		return "it is " + term.Clean(name), m.th.Dim
	default:
		return "✗ differs from the name at character " + fmt.Sprint(differsAt(m.typed, name)) + ", backspace", m.th.Danger
	}
}

// differsAt is the place of the first wrong character, from 1.
func differsAt(typed, name string) int {
	a, b := []rune(typed), []rune(name)
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return i + 1
		}
	}
	return len(a) + 1
}
