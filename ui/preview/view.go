package preview

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// wide is the width from which verdict and title share a line and the footer
// pairs its fields.
const wide = 100

// View draws the screen in exactly height lines of width cells.
func (m Model) View(width, height int) string {
	if width < 1 || height < 1 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	lines := m.header(width)
	foot := m.footer(width)
	room := height - len(lines) - len(foot)
	for room < 3 && len(foot) > 1 {
		// The notice, last, is what must stay.
		foot = foot[1:]
		room++
	}
	lines = append(lines, m.body(width, max(0, room))...)
	return term.Block(append(lines, foot...), width, height)
}

// paneRows is how many rows of lines the pane has in the present window, for
// paging. It repeats View's arithmetic.
func (m Model) paneRows() int {
	return max(1, m.height-len(m.header(m.width))-len(m.footer(m.width))-2)
}

func (m Model) header(width int) []string {
	verb, object := wording.Title(m.snap, m.remedy())
	left := []theme.Seg{{Text: " " + verb + " ", Style: m.th.Header}, {Text: object, Style: m.th.Strong}}
	right := []theme.Seg{{Text: m.onto() + "   ", Style: m.th.Dim}}
	right = append(right, m.verdict()...)
	var lines []string
	if width >= wide {
		used := 3
		for _, s := range right {
			used += term.Width(s.Text)
		}
		room := max(24, width-used)
		left = []theme.Seg{left[0], {Text: term.Cut(object, room-term.Width(left[0].Text)), Style: m.th.Strong}}
		right = append(right, theme.Seg{Text: " "})
		lines = append(lines, m.th.Spread(width, left, right))
	} else {
		onto := theme.Seg{Text: " " + m.onto(), Style: m.th.Dim}
		lines = append(lines, m.th.Row(width, left...), m.th.Spread(width, m.verdictFirst(), []theme.Seg{onto, {Text: " "}}))
	}
	return append(lines, m.remedyRow(width), m.rule(width, '┬'))
}

func (m Model) verdictFirst() []theme.Seg {
	return append([]theme.Seg{{Text: " "}}, m.verdict()...)
}

func (m Model) onto() string {
	tip := m.snap.Tip
	if m.ready && m.err == nil && !m.plan.Onto.IsZero() {
		tip = m.plan.Onto
	}
	return "onto " + term.Clean(m.snap.Branch) + " " + tip.Short()
}

// verdict says what is known so far, and by whom.
func (m Model) verdict() []theme.Seg {
	one := func(text string, s theme.Style) []theme.Seg { return []theme.Seg{{Text: text, Style: s}} }
	switch {
	case !m.ready:
		return one("… working, "+wording.Span(m.now().Sub(m.asked)), m.th.Text)
	case m.err != nil:
		return one("✗ no plan", m.th.Danger)
	}
	switch m.plan.Verdict {
	case gitops.VerdictClean:
		return m.cleanVerdict()
	case gitops.VerdictConflict:
		return one("✗ "+wording.Verdict(m.plan), m.th.Danger)
	case gitops.VerdictEmpty:
		return one("∅ "+wording.Verdict(m.plan), m.th.Warn)
	case gitops.VerdictRefused:
		return one("⊘ "+wording.Verdict(m.plan), m.th.Danger)
	default:
		return one("… no verdict", m.th.Warn)
	}
}

func (m Model) cleanVerdict() []theme.Seg {
	switch m.check {
	case checkAgreed:
		return []theme.Seg{{Text: "✓ clean, the same as git's merge", Style: m.th.Good}}
	case checkFailed:
		if gitops.CodeOf(m.checkErr) == gitops.CodeDisagreement {
			return []theme.Seg{{Text: "✗ git disagrees: do not ship", Style: m.th.Danger}}
		}
		return []theme.Seg{{Text: "✗ clean, but git did not confirm it", Style: m.th.Danger}}
	case checkPending:
		text := "✓ clean, checking with git…"
		if s := m.now().Sub(m.checkAsked); s.Seconds() >= 1 {
			text += " " + wording.Span(s)
		}
		return []theme.Seg{{Text: text, Style: m.th.Text}}
	default:
		return []theme.Seg{{Text: "✓ clean", Style: m.th.Text}}
	}
}

func (m Model) remedyRow(width int) string {
	gap := "   "
	if width < 80 {
		gap = " "
	}
	var segs []theme.Seg
	for i, o := range m.options {
		label := fmt.Sprintf(" %d %s ", i+1, o.label)
		style := m.th.Text
		switch {
		case i == m.current:
			style = m.th.Selected
		case o.missing != "":
			style = m.th.Dim
			if label = fmt.Sprintf(" %d %s ", i+1, o.label); width >= wide {
				label = fmt.Sprintf(" %d (%s) ", i+1, o.label)
			}
		}
		segs = append(segs, theme.Seg{Text: label, Style: style}, theme.Seg{Text: gap})
	}
	names := [views]string{"split", "diff", "diff, folded", "list"}
	return m.th.Spread(width, segs, []theme.Seg{{Text: "v view: " + names[m.view] + " ", Style: m.th.Dim}})
}

// rule draws the line under the header or over the footer, with its joint
// where the columns meet.
func (m Model) rule(width int, joint rune) string {
	line := []rune(strings.Repeat("─", width))
	if left := m.listWidth(width); m.columns(width) && left < width {
		line[left] = joint
	}
	return m.th.Row(width, theme.Seg{Text: string(line), Style: m.th.Border})
}

// columns reports whether list and pane stand side by side.
func (m Model) columns(width int) bool {
	return m.view == viewSplit && width >= 80 && !m.Capturing() && m.showsFiles()
}

// showsFiles reports whether there is a list to show, rather than a sentence.
func (m Model) showsFiles() bool {
	return m.ready && m.err == nil &&
		(m.plan.Verdict == gitops.VerdictClean || m.conflicting()) && m.disagreement() == nil
}

func (m Model) listWidth(width int) int { return max(30, min(56, width*36/100)) }

func (m Model) body(width, height int) []string {
	switch {
	case m.Capturing():
		return m.editorLines(width, height)
	case !m.showsFiles():
		return m.calmLines(width, height)
	case m.view == viewList:
		lines, _ := m.wholeList(width)
		first := max(0, min(m.scroll, len(lines)-height))
		return lines[first:min(len(lines), first+height)]
	case m.columns(width):
		return m.sideBySide(width, height)
	case m.view == viewSplit:
		return m.stacked(width, height)
	default:
		return strings.Split(m.pane.View(width, height), "\n")[:height]
	}
}

func (m Model) sideBySide(width, height int) []string {
	left := m.listWidth(width)
	list := m.list(left-1, height)
	pane := strings.Split(m.pane.View(width-left-2, max(1, height)), "\n")
	out := make([]string, 0, height)
	for i := range height {
		row := strings.Repeat(" ", left-1)
		if i < len(list) {
			row = term.Pad(list[i], left-1)
		}
		out = append(out, row+" "+m.th.Border.Render("│")+" "+pane[i])
	}
	return out
}

// stacked is the split of a narrow screen: a short list above the pane.
func (m Model) stacked(width, height int) []string {
	n := min(len(m.fileRows(width))+1, max(2, height/3))
	if height < 5 {
		n = min(n, 1)
	}
	out := m.shortList(width, n)
	for len(out) < n {
		out = append(out, "")
	}
	rest := max(0, height-len(out))
	if rest == 0 {
		return out
	}
	return append(out, strings.Split(m.pane.View(width, rest), "\n")...)
}

// footer is what names the release: tag, message, reason.
func (m Model) footer(width int) []string {
	lines := []string{m.rule(width, '┴')}
	if m.ready && m.err == nil && m.plan.Publishable() {
		tag, message := m.tagSegs(), m.messageSegs()
		if width >= wide {
			half := width / 2
			lines = append(lines, m.th.Row(half, tag...)+m.th.Row(width-half, message...))
		} else {
			lines = append(lines, m.th.Row(width, tag...), m.th.Row(width, message...))
		}
	}
	if m.notice != "" {
		return append(lines, m.th.Row(width, theme.Seg{Text: " " + m.notice, Style: m.th.Warn}))
	}
	return append(lines, m.th.Row(width, m.reasonSegs()...))
}

func (m Model) tagSegs() []theme.Seg {
	t := m.plan.Tag
	if t.Name == "" {
		why := "the branch alone ships"
		if t.Scheme != "" {
			why = term.Clean(t.Scheme)
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
	segs := []theme.Seg{{Text: " REASON ", Style: m.th.Header}, {Text: reason, Style: style}}
	if m.edits.incident != "" {
		segs = append(segs,
			theme.Seg{Text: "   INCIDENT ", Style: m.th.Header},
			theme.Seg{Text: term.Clean(m.edits.incident), Style: m.th.Text})
	}
	return segs
}
