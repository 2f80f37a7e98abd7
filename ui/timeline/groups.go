package timeline

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// name is what a person calls the group.
func (g group) name() string {
	if g.key == (groupKey{}) {
		return "unreleased"
	}
	return term.Clean(g.batch.Deployment.Name())
}

// status says in one word what is known of a deployment; a tag proves no more
// than that it was made.
func status(s gitops.Status) string {
	switch s {
	case gitops.StatusLive:
		return "live"
	case gitops.StatusReleased:
		return "tag"
	case gitops.StatusPending:
		return "pending"
	case gitops.StatusSuperseded:
		return "was live"
	case gitops.StatusFailed:
		return "failed"
	default:
		return "unknown"
	}
}

func (m Model) statusStyle(s gitops.Status) theme.Style {
	switch s {
	case gitops.StatusLive:
		return m.th.Good
	case gitops.StatusFailed:
		return m.th.Danger
	case gitops.StatusPending:
		return m.th.Warn
	default:
		return m.th.Dim
	}
}

// count says how many commits a group has, or with a filter how many of them
// match.
func (m Model) count(g group) string {
	n := wording.Number(len(g.batch.Commits))
	if g.key == (groupKey{}) && m.snap.Ahead > len(g.batch.Commits) {
		n = wording.Number(m.snap.Ahead)
	} else if g.batch.Truncated {
		n += "+"
	}
	if m.filter != "" {
		return fmt.Sprintf("%d/%s", len(g.shown), n)
	}
	return n
}

// left is the pane of deployments.
func (m Model) left(l layout) []string {
	// Behind the name: a status of 8, an age of 5, a count of 7 and the blanks.
	nameWidth := max(1, l.left-26)
	lines := []string{m.th.Row(l.left,
		theme.Seg{Text: " DEPLOYMENTS ", Style: m.th.Header},
		theme.Seg{Text: term.FitRight("age  commits ", max(0, l.left-13)), Style: m.th.Dim})}
	if len(m.groups) == 1 {
		lines = append(lines, m.groupRow(m.groups[0], l.left, nameWidth), "")
		return append(lines, m.say(m.th.Warn, l.left, "no release tags found",
			"ahead lists deployments by their tags: push one, such as v1.0.0, or fetch with r.")...)
	}
	top, end := page(m.at(m.chosen), len(m.groups), l.groupRows())
	for i := top; i < end; i++ {
		lines = append(lines, m.groupRow(m.groups[i], l.left, nameWidth))
		for range l.stride - 1 {
			lines = append(lines, "")
		}
	}
	return lines
}

func (m Model) groupRow(g group, width, nameWidth int) string {
	pointer := "  "
	if g.key == m.chosen {
		pointer = "▶ "
	}
	d := g.batch.Deployment
	word, when := status(d.Status), age(d.At(), m.now)
	style := m.statusStyle(d.Status)
	segs := []theme.Seg{
		{Text: pointer, Style: m.th.Strong},
		{Text: term.Fit(g.name(), nameWidth) + " ", Style: m.th.Text},
		{Text: term.Fit(word, 8) + " ", Style: style},
		{Text: term.FitRight(when, 5) + " ", Style: m.th.Dim},
		{Text: term.FitRight(m.count(g), 7) + " ", Style: m.th.Text},
	}
	if g.key == (groupKey{}) {
		// What is unreleased has neither status nor age.
		segs[1].Text, segs[2].Text, segs[3].Text = term.Fit(g.name(), nameWidth+16), "", ""
	}
	if g.key != m.chosen {
		return m.th.Row(width, segs...)
	}
	if m.focus == paneGroups {
		return m.th.RowOf(m.th.Selected, width, segs...)
	}
	return m.th.RowOf(m.th.Marked, width, segs...)
}

// tabs is the line of deployments on narrow screens: the chosen one, what is
// newer to its left, what is older to its right.
func (m Model) tabs(width int) string {
	at := m.at(m.chosen)
	label := func(i int) string {
		g := m.groups[i]
		parts := []string{g.name()}
		if g.key != (groupKey{}) && g.batch.Deployment.Status != gitops.StatusReleased {
			parts = append(parts, status(g.batch.Deployment.Status))
		}
		return strings.Join(append(parts, m.count(g)), " ")
	}
	segs := []theme.Seg{{Text: " "}}
	used := 1
	if at > 0 {
		prev := "← " + label(at-1) + "   "
		segs = append(segs, theme.Seg{Text: prev, Style: m.th.Dim})
		used += term.Width(prev)
	}
	here := "[" + label(at) + "]"
	segs = append(segs, theme.Seg{Text: here, Style: m.th.Selected})
	used += term.Width(here)
	for i := at + 1; i < len(m.groups) && used < width; i++ {
		next := "   " + label(i)
		if i == at+1 {
			next = "   → " + label(i)
		}
		segs = append(segs, theme.Seg{Text: next, Style: m.th.Dim})
		used += term.Width(next)
	}
	return m.th.Row(width, segs...)
}
