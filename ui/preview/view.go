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

// stackedBelow is the width below which list and pane stand one above the
// other.
const stackedBelow = 80

// tall is the height from which the footer keeps its lines even while there is
// nothing to name, so that switching remedies moves nothing.
const tall = 24

// low is the height below which a line must earn its place: the message gives
// way to the gate, which shows it again, and the pane's head to the list.
const low = 18

// lowest is the height below which even the rule over the footer goes.
const lowest = 14

// View draws the screen in exactly height lines of width cells.
func (m Model) View(width, height int) string {
	if width < 1 || height < 1 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	head, body, foot := m.layout(width, height)
	lines := append(head, m.body(width, body)...)
	for len(lines)+len(foot) < height {
		lines = append(lines, "")
	}
	return term.Block(append(lines, foot...), width, height)
}

// layout shares the height among header, body and footer.
func (m Model) layout(width, height int) (head []string, body int, foot []string) {
	head, foot = m.header(width), m.footer(width, height)
	body = height - len(head) - len(foot)
	for body < 3 && len(foot) > 1 {
		// The notice, last, is what must stay.
		foot = foot[1:]
		body++
	}
	return head, max(0, body), foot
}

// paneRows is how many rows of lines the pane has in the present window, for
// paging; listPage how many the list has where it has the screen alone.
func (m Model) paneRows() int {
	rows := m.listPage()
	if m.view == viewSplit && !m.columns(m.width) {
		rows -= m.stackedList(rows)
		if m.headless() {
			return max(1, rows)
		}
	}
	return max(1, rows-1)
}

func (m Model) paneWidth() int {
	if m.columns(m.width) {
		return m.width - m.listWidth(m.width) - 2
	}
	return m.width
}

func (m Model) listPage() int {
	_, body, _ := m.layout(m.width, m.height)
	return max(1, body)
}

func (m Model) header(width int) []string {
	verb, object := wording.Title(m.snap, m.remedy())
	lead := theme.Seg{Text: " " + verb + " ", Style: m.th.Header}
	onto := theme.Seg{Text: m.onto(), Style: m.th.Dim}
	var lines []string
	if width >= wide {
		right := append([]theme.Seg{onto, {Text: "   "}}, m.verdict()...)
		right = append(right, theme.Seg{Text: " "})
		// The verdict is never what gives way.
		object = term.Cut(object, width-segsWidth(right)-term.Width(lead.Text)-2)
		lines = append(lines, m.th.Spread(width, []theme.Seg{lead, {Text: object, Style: m.th.Strong}}, right))
	} else {
		lines = append(lines,
			m.th.Row(width, lead, theme.Seg{Text: object, Style: m.th.Strong}),
			m.th.Spread(width, m.verdictFirst(), []theme.Seg{onto, {Text: " "}}))
	}
	return append(lines, m.remedyRow(width), m.headRule(width))
}

// headRule is the rule under the header. It carries the mark of a partial
// revert: leaving something out must be seen, and must not move the frame.
func (m Model) headRule(width int) string {
	const lead = "── "
	if len(m.leftOut()) == 0 {
		return m.rule(width, '┬')
	}
	mark := theme.Seg{Text: " PARTIAL ", Style: m.th.Chip}
	const tail = 4
	words := term.Cut(" "+m.partialWords(width-len("   PARTIAL  ")-tail)+" ", max(0, width-len("   PARTIAL ")))
	used := term.Width(lead) + term.Width(mark.Text) + term.Width(words)
	rest := []rune(m.ruleText(width, '┬'))
	return m.th.Row(width, theme.Seg{Text: lead, Style: m.th.Border}, mark,
		theme.Seg{Text: words, Style: m.th.Warn},
		theme.Seg{Text: string(rest[min(len(rest), used):]), Style: m.th.Border})
}

func (m Model) verdictFirst() []theme.Seg {
	return append([]theme.Seg{{Text: " "}}, m.verdict()...)
}

func (m Model) onto() string {
	tip := m.snap.Tip
	if m.ready && m.err == nil && !m.plan.Onto.IsZero() {
		tip = m.plan.Onto
	}
	return "onto " + term.Cut(term.Clean(m.snap.Branch), 24) + " " + tip.Short()
}

// verdict says what is known so far, and by whom.
func (m Model) verdict() []theme.Seg {
	one := func(text string, s theme.Style) []theme.Seg { return []theme.Seg{{Text: text, Style: s}} }
	switch {
	case !m.ready && m.fetching != nil:
		return one("… "+fetching(m.fetching)+", "+wording.Span(m.now().Sub(m.asked)), m.th.Text)
	case !m.ready || m.renewing:
		return one("… working, "+wording.Span(m.now().Sub(m.asked)), m.th.Text)
	case m.err != nil:
		return one("✗ no plan", m.th.Danger)
	case m.rehearsal.running:
		return one("… "+m.askingWords(), m.th.Text)
	case m.rehearsal.stuck != nil:
		return one("✗ "+strings.ToLower(m.rehearsal.stuck.Title), m.th.Danger)
	}
	switch m.plan.Verdict {
	case gitops.VerdictClean:
		return m.cleanVerdict()
	case gitops.VerdictConflict:
		return one("✗ "+wording.Verdict(m.plan), m.th.Danger)
	case gitops.VerdictEmpty:
		if m.allOut() {
			return one("∅ nothing ships: all is left out", m.th.Warn)
		}
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
		text := "✓ clean, the same as git's merge"
		name := term.Cut(term.Clean(m.plan.Remedy.Deployment), 20)
		switch restore := m.plan.Remedy.Kind == gitops.RestoreDeployment; {
		case restore && m.plan.Partial():
			text = "✓ clean, " + name + " but for what stays"
		case restore:
			// Nothing was merged: the tree is that of the deployment.
			text = "✓ clean, the very tree of " + name
		case m.plan.Partial():
			// git takes the same out of its own merge.
			text = "✓ clean, git comes to the same"
		}
		return []theme.Seg{{Text: text, Style: m.th.Good}}
	case checkFailed:
		if gitops.CodeOf(m.checkErr) == gitops.CodeDisagreement {
			return []theme.Seg{{Text: "✗ git disagrees: do not ship", Style: m.th.Danger}}
		}
		if m.absent() != nil {
			return []theme.Seg{{Text: "✗ clean, but git misses objects: f fetches", Style: m.th.Danger}}
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

// spelling is how much of the remedies is written out.
type spelling uint8

const (
	inFull spelling = iota
	inShort
	inWords
	byNumber
)

// remedyRow shows the four ways and the view; where they do not fit, only the
// chosen way is spelled out, then each is one word, for the row above names
// what is chosen, and in the end the others are their numbers.
func (m Model) remedyRow(width int) string {
	names := [views]string{"split", "diff", "diff, folded", "list"}
	view := []theme.Seg{{Text: "v view: " + names[m.view] + " ", Style: m.th.Dim}}
	key := []theme.Seg{{Text: "v view ", Style: m.th.Dim}}
	for _, try := range []struct {
		remedies spelling
		view     []theme.Seg
	}{{inFull, view}, {inShort, view}, {inShort, key}, {inWords, view}, {inWords, key}, {byNumber, view}, {byNumber, key}} {
		if width >= stackedBelow && segsWidth(try.view) == segsWidth(key) {
			// There is room for the view's name if for anything.
			continue
		}
		segs := m.remedySegs(width, try.remedies)
		if segsWidth(segs)+segsWidth(try.view)+1 <= width {
			return m.th.Spread(width, segs, try.view)
		}
	}
	// The name of a deployment may have any length.
	room := max(0, width-segsWidth(view))
	return m.th.Row(room, m.remedySegs(width, byNumber)...) + m.th.Row(width-room, view...)
}

func (m Model) remedySegs(width int, how spelling) []theme.Seg {
	gap := " "
	if width < wide {
		gap = ""
	}
	words := [4]string{"revert", "dependants", "whole", "restore"}
	var segs []theme.Seg
	for i, o := range m.options {
		label := o.label
		if how == inWords || how != inFull && i != m.current {
			label = words[i]
		}
		style := m.th.Text
		switch {
		case i == m.current:
			style = m.th.Selected
		case o.missing != "":
			style, label = m.th.Dim, "("+label+")"
		}
		text := fmt.Sprintf(" %d %s ", i+1, label)
		if how == byNumber && i != m.current {
			text = fmt.Sprintf(" %d ", i+1)
		}
		segs = append(segs, theme.Seg{Text: text, Style: style}, theme.Seg{Text: gap})
	}
	return segs
}

// rule draws the line under the header or over the footer, with its joint
// where the columns meet.
func (m Model) rule(width int, joint rune) string {
	return m.th.Row(width, theme.Seg{Text: m.ruleText(width, joint), Style: m.th.Border})
}

func (m Model) ruleText(width int, joint rune) string {
	line := []rune(strings.Repeat("─", width))
	if left := m.listWidth(width); m.columns(width) && left < width {
		line[left] = joint
	}
	return string(line)
}

// columns reports whether list and pane stand side by side.
func (m Model) columns(width int) bool {
	return m.view == viewSplit && width >= stackedBelow && !m.Capturing() && m.showsFiles()
}

// showsFiles reports whether there is a list to show, rather than a sentence.
func (m Model) showsFiles() bool {
	return m.ready && m.err == nil && m.rehearsal.stuck == nil &&
		(m.plan.Verdict == gitops.VerdictClean || m.conflicting() || m.allOut()) && m.disagreement() == nil
}

func (m Model) listWidth(width int) int { return max(30, min(56, width*36/100)) }

func (m Model) body(width, height int) []string {
	switch {
	case m.Capturing():
		return m.editorLines(width, height)
	case m.rehearsal.stuck != nil:
		return m.stuckView(width, height)
	case !m.showsFiles():
		return m.calmLines(width, height)
	case m.view == viewList:
		return m.wholeList(width, m.scroll, height)
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
	n := m.stackedList(height)
	out := m.shortList(width, n)
	for len(out) < n {
		out = append(out, "")
	}
	rest := max(0, height-len(out))
	if rest == 0 {
		return out
	}
	draw := m.pane.View
	if m.headless() {
		draw = m.pane.Text
	}
	return append(out, strings.Split(draw(width, rest), "\n")...)
}

// headless reports whether the pane under the list goes without its path,
// which the list names already.
func (m Model) headless() bool { return m.height < low }

// stackedList is how many of height rows the list takes on a narrow screen.
func (m Model) stackedList(height int) int {
	if height < 5 {
		return 1
	}
	return min(m.rows()+1, max(2, height/3))
}
