package preview

import (
	"strings"

	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// footer is what names the release: tag, message, reason.
func (m Model) footer(width, height int) []string {
	var lines []string
	if height >= lowest {
		lines = append(lines, m.rule(width, '┴'))
	}
	if m.names() || !m.ready || height >= tall {
		tag, message := m.tagSegs(), m.messageSegs()
		if width >= wide {
			room := min(segsWidth(tag)+2, width*6/10)
			lines = append(lines, m.th.Row(room, tag...)+m.th.Row(width-room, message...))
		} else {
			lines = append(lines, m.th.Row(width, tag...))
			if height >= low {
				lines = append(lines, m.th.Row(width, message...))
			}
		}
	}
	if m.notice == "" {
		return append(lines, m.th.Row(width, m.reasonSegs()...))
	}
	notice := m.wrapped(" ", m.notice, width, m.th.Warn)
	return append(lines, notice[:min(3, len(notice))]...)
}

// names reports whether there is something to name.
func (m Model) names() bool { return m.ready && m.err == nil && m.plan.Publishable() }

func segsWidth(segs []theme.Seg) int {
	n := 0
	for _, s := range segs {
		n += term.Width(s.Text)
	}
	return n
}

func (m Model) tagSegs() []theme.Seg {
	t := m.plan.Tag
	if !m.names() {
		return []theme.Seg{{Text: " TAG ", Style: m.th.Header}, {Text: "nothing to name yet", Style: m.th.Dim}}
	}
	if t.Name == "" {
		why := "the branch alone ships"
		if t.Scheme != "" {
			// The reason names the command's flag; here a key does it.
			why = "t names one; " + term.Clean(t.Scheme)
		}
		return []theme.Seg{{Text: " TAG ", Style: m.th.Header}, {Text: "none  ", Style: m.th.Warn}, {Text: why, Style: m.th.Dim}}
	}
	detail := t.Kind()
	if t.Scheme != "" {
		detail = term.Clean(t.Scheme) + ", " + detail
	}
	return []theme.Seg{
		{Text: " TAG ", Style: m.th.Header},
		{Text: term.Clean(t.Name) + "  ", Style: m.th.Strong},
		{Text: detail, Style: m.th.Dim},
	}
}

func (m Model) messageSegs() []theme.Seg {
	if !m.names() {
		return nil
	}
	subject, rest, more := strings.Cut(m.plan.Message, "\n")
	segs := []theme.Seg{
		{Text: " MESSAGE ", Style: m.th.Header},
		{Text: term.Clean(subject), Style: m.th.Text},
	}
	if n := strings.Count(strings.TrimSpace(rest), "\n") + 1; more && strings.TrimSpace(rest) != "" {
		segs = append(segs, theme.Seg{Text: "  +" + wording.Count(n, "line"), Style: m.th.Dim})
	}
	return segs
}

func (m Model) reasonSegs() []theme.Seg {
	reason, style := "none given yet; i writes one", m.th.Dim
	if m.edits.reason != "" {
		reason, style = term.Clean(m.edits.reason), m.th.Text
	}
	incident := term.Clean(m.edits.incident)
	if m.names() {
		left := wording.Untold(m.plan)
		if left.Reason != "" {
			reason, style = wording.NotTold+reason, m.th.Warn
		}
		if left.Incident != "" {
			incident = wording.NotTold + incident
		}
	}
	segs := []theme.Seg{{Text: " REASON ", Style: m.th.Header}, {Text: reason, Style: style}}
	if m.edits.incident != "" {
		segs = append(segs,
			theme.Seg{Text: "   INCIDENT ", Style: m.th.Header},
			theme.Seg{Text: incident, Style: m.th.Text})
	}
	if way := wished(m.edits.wishes); way != "" {
		// First: the reason may be long, and this changes what is skipped.
		segs = append([]theme.Seg{{Text: " WAY ", Style: m.th.Header}, {Text: way + "  ", Style: m.th.Warn}}, segs...)
	}
	return segs
}
