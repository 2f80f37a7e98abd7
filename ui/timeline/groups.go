package timeline

import (
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// name is what a person calls the group.
func (g group) name() string {
	switch g.key {
	case groupKey{}:
		return g.word
	case suspectsKey:
		return "suspects"
	}
	return term.Clean(g.batch.Deployment.Name())
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
	switch {
	case g.key == (groupKey{}) && m.snap.Ahead > len(g.batch.Commits):
		n = wording.Number(m.snap.Ahead)
	case g.batch.Truncated && len(g.batch.Commits) == 0:
		return "…" // not counted yet: it is read when a person comes to it
	case g.batch.Truncated:
		n += "+"
	}
	if m.filter != "" {
		return fmt.Sprintf("%d/%s", len(g.shown), n)
	}
	return n
}

// left is the pane of deployments.
func (m Model) left(l layout) []string {
	lines := []string{m.th.Row(l.left,
		theme.Seg{Text: " DEPLOYMENTS ", Style: m.th.Header},
		theme.Seg{Text: term.FitRight(m.ageAndCount(l), max(0, l.left-13)), Style: m.th.Dim})}
	if !m.deployed() {
		for _, g := range m.groups {
			lines = append(lines, m.groupRow(g, l))
		}
		lines = append(lines, "")
		return append(lines, m.say(m.th.Warn, l.left, "no deployment is known",
			"neither by a release tag (push one, such as v1.0.0, or fetch with r) nor by a source (docs/SOURCES.md)")...)
	}
	top, end := page(m.at(m.chosen), len(m.groups), l.groupRows())
	for i := top; i < end; i++ {
		lines = append(lines, m.groupRow(m.groups[i], l))
		for range l.stride - 1 {
			lines = append(lines, "")
		}
	}
	return lines
}

func (m Model) ageAndCount(l layout) string {
	names := "commits "
	if m.sourced() {
		names = "by   " + names
	}
	if !l.tight {
		names = "age  " + names
	}
	return names
}

func (m Model) groupRow(g group, l layout) string {
	pointer := "  "
	if g.key == m.chosen {
		pointer = "▶ "
	}
	segs := []theme.Seg{{Text: pointer, Style: m.th.Strong}}
	segs = append(segs, m.groupCells(g, l)...)
	segs = append(segs, theme.Seg{Text: term.FitRight(m.count(g), 7) + " ", Style: m.th.Text})
	switch {
	case g.key != m.chosen:
		return m.th.Row(l.left, segs...)
	case m.focus == paneGroups:
		return m.th.RowOf(m.th.Selected, l.left, segs...)
	default:
		return m.th.RowOf(m.th.Marked, l.left, segs...)
	}
}

// groupCells are name, status and age between pointer (2) and count (8), with
// time and actor where there is room. What is unreleased has none of them.
func (m Model) groupCells(g group, l layout) []theme.Seg {
	room := max(1, l.left-10)
	if g.key == (groupKey{}) || g.key == suspectsKey {
		return []theme.Seg{{Text: term.Fit(g.name(), room), Style: m.th.Text}}
	}
	d, mark := g.batch.Deployment, m.markCell(g)
	if mark.Text != "" {
		room = max(1, room-markWidth)
	}
	word, when, style := wording.StatusWord(d.Status), age(d.At(), m.now), m.statusStyle(d.Status)
	if l.tight {
		// One column: the word where it says more than the age does.
		if s := d.Status; s != gitops.StatusLive && s != gitops.StatusFailed && s != gitops.StatusPending {
			word = when
		}
		return []theme.Seg{
			{Text: term.Fit(g.name(), max(1, room-8)) + " ", Style: m.th.Text},
			{Text: term.FitRight(word, 7), Style: style},
			mark,
		}
	}
	name := max(1, room-16)
	if mark.Text != "" {
		name++
	}
	more := m.timeAndActor(d, &name)
	segs := append([]theme.Seg{
		{Text: term.Fit(g.name(), name) + " ", Style: m.th.Text},
		{Text: term.Fit(word, 8) + " ", Style: style},
	}, more...)
	// The mark brings its own blank.
	when = term.FitRight(when, 5)
	if mark.Text == "" {
		when += " "
	}
	return append(segs, theme.Seg{Text: when, Style: m.th.Dim}, mark)
}

// timeAndActor takes from the room of the name what the longest name does not
// need.
func (m Model) timeAndActor(d gitops.Deployment, name *int) []theme.Seg {
	const clock, leastActor = 17, 8
	var segs []theme.Seg
	spare := *name - m.longest
	if spare > clock {
		segs = append(segs, theme.Seg{Text: term.Fit(m.moment(d.At()), clock-1) + " ", Style: m.th.Dim})
		*name -= clock
		spare -= clock
	}
	if spare > leastActor {
		actor := min(spare-1, 20)
		segs = append(segs, theme.Seg{Text: term.Fit(term.Clean(d.Actor), actor) + " ", Style: m.th.Dim})
		*name -= actor + 1
	}
	return segs
}

// moment is a time of day, with the day when it is not today; empty when it is
// not known.
func (m Model) moment(t time.Time) string {
	t = t.UTC()
	switch {
	case t.IsZero():
		return ""
	case t.Format(time.DateOnly) == m.now.UTC().Format(time.DateOnly):
		return t.Format("15:04") + " today"
	default:
		return t.Format("2006-01-02 15:04")
	}
}

// tabs is the line of deployments on narrow screens: the chosen one, what is
// newer to its left, what is older to its right.
func (m Model) tabs(width int) string {
	at := m.at(m.chosen)
	label := func(i int) string {
		g := m.groups[i]
		parts := []string{g.name()}
		if g.isDeployment() && g.batch.Deployment.Status != gitops.StatusReleased {
			parts = append(parts, wording.StatusWord(g.batch.Deployment.Status))
		}
		if mark := strings.TrimSpace(m.markCell(g).Text); mark != "" {
			parts = append(parts, mark)
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
