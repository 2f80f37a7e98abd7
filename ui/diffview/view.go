package diffview

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// tabStop is narrower than a terminal's: code is read in half a screen here.
const tabStop = 4

// maxLookback bounds how far a row looks for the line it replaces. Longer runs
// are rewrites, in which line n of the old has nothing to do with line n of
// the new.
const maxLookback = 64

// twoColumns is the width from which both line numbers are shown.
const twoColumns = 64

// View draws the window: height rows of width cells, the first of them the
// head line with the path and the position.
func (m Model) View(width, height int) string {
	if width <= 0 || height <= 0 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	head := m.headLine(width)
	if height == 1 {
		return term.Block([]string{head}, width, 1)
	}
	return term.Block([]string{head}, width, 1) + "\n" + m.Text(width, height-1)
}

// Text draws the window without its head line, for where the path already
// stands beside it.
func (m Model) Text(width, height int) string {
	if width <= 0 || height <= 0 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	lines := make([]string, 0, height)
	first := min(m.top, max(0, m.idx.total()-1))
	if !m.wrap {
		first = min(m.top, max(0, m.idx.total()-height))
	}
	for n := first; n < m.idx.total() && len(lines) < height; n++ {
		lines = append(lines, m.drawRow(n, width, height-len(lines))...)
	}
	return term.Block(lines, width, height)
}

func (m Model) headLine(width int) string {
	pos := m.Position()
	room := width
	if pos != "" && term.Width(pos)+12 <= width {
		room = width - term.Width(pos) - 2
	} else {
		pos = ""
	}
	left := []theme.Seg{{Text: term.CutLeft(term.Clean(m.path), room), Style: m.th.Header}}
	return m.th.Spread(width, left, []theme.Seg{{Text: pos, Style: m.th.Dim}})
}

// drawRow gives the one or more screen rows of row n, at most room of them.
func (m Model) drawRow(n, width, room int) []string {
	block, i := m.idx.find(n)
	r := m.src.row(block, i)
	switch r.mark {
	case markHead:
		return []string{m.blockLine(block, r, width)}
	case markNote:
		return m.noteLines(r, i == 0, width, room)
	}
	if r.titles() {
		return []string{m.sideTitle(r, width)}
	}
	gutter := m.gutter(r, width)
	cells := width - term.Width(gutter) - 2
	if cells < 1 {
		return []string{m.th.Row(width, theme.Seg{Text: sign(r.mark), Style: m.styleOf(r)})}
	}
	segs, note := m.textSegs(block, i, r, cells, room)
	aside := theme.Seg{Text: note, Style: m.th.Dim}
	if m.wrap {
		return m.folded(r, gutter, append(segs, aside), cells, width, room)
	}
	head := []theme.Seg{{Text: gutter, Style: m.th.Dim}, {Text: sign(r.mark) + " ", Style: m.styleOf(r)}}
	line := append(head, m.slide(segs, cells)...)
	// What is said of a line stays in sight when the line itself is cut.
	w := term.Width(note)
	if w == 0 || w > cells/2 {
		return []string{m.th.Row(width, append(line, aside)...)}
	}
	room = min(segsWidth(line), width-w)
	return []string{m.th.Row(room, line...) + m.th.Row(width-room, aside)}
}

func segsWidth(segs []theme.Seg) int {
	n := 0
	for _, s := range segs {
		n += term.Width(s.Text)
	}
	return n
}

// blockLine opens a hunk or a conflict.
func (m Model) blockLine(block int, r row, width int) string {
	title := fmt.Sprintf("%s %d of %d", m.noun, block+1, m.src.blocks())
	switch line := r.new; {
	case r.stays && line == 0:
		title += fmt.Sprintf(", line %d", max(1, r.old))
	case line > 0 || r.old > 0:
		title += fmt.Sprintf(", line %d", max(1, line))
	}
	lead := "── "
	if m.marked && block == m.at && m.src.blocks() > 1 {
		lead = "▶─ "
	}
	segs := []theme.Seg{{Text: lead, Style: m.th.Border}, {Text: title + " ", Style: m.th.Strong}}
	if r.stays {
		segs = append(segs, theme.Seg{Text: "· stays as it is  ", Style: m.th.Warn})
	}
	if r.text != "" {
		segs = append(segs, theme.Seg{Text: term.Clean(clip(r.text, width)) + " ", Style: m.th.Dim})
	}
	rest := max(0, width-segsWidth(segs))
	segs = append(segs, theme.Seg{Text: strings.Repeat("─", rest), Style: m.th.Border})
	return m.th.Row(width, segs...)
}

func (m Model) noteLines(r row, first bool, width, room int) []string {
	if r.text == "" {
		return nil
	}
	out, style := []string{""}, m.th.Text
	if r.stays {
		style = m.th.Dim
	}
	if r.stays && first {
		out = append(out, m.th.Row(width, theme.Seg{Text: " · stays as it is", Style: m.th.Warn}), "")
	}
	for _, l := range wording.Fold(term.Clean(clip(r.text, width*room)), width-2) {
		out = append(out, m.th.Row(width, theme.Seg{Text: " " + l, Style: style}))
	}
	return out[:min(len(out), room)]
}

func (m Model) sideTitle(r row, width int) string {
	return m.th.Row(width,
		theme.Seg{Text: sign(r.mark) + " ", Style: m.styleOf(r)},
		theme.Seg{Text: term.Clean(r.text), Style: m.th.Strong})
}

// sign is the character before the text. A conflict's sides carry those of a
// combined diff's spirit: what the branch has stays unless a person removes
// it, what the revert wants would be added.
func sign(k mark) string {
	switch k {
	case markAdded:
		return "+"
	case markRemoved:
		return "-"
	case markOurs:
		return "<"
	case markBase:
		return "|"
	case markTheirs:
		return ">"
	default:
		return " "
	}
}

func (m Model) styleOf(r row) theme.Style {
	if r.stays {
		return m.th.Dim
	}
	switch r.mark {
	case markAdded, markTheirs:
		return m.th.Added
	case markRemoved, markOurs:
		return m.th.Removed
	case markBase:
		return m.th.Dim
	default:
		return m.th.Text
	}
}

func (m Model) wordStyle(k mark) theme.Style {
	if k == markAdded {
		return m.th.AddedMark
	}
	return m.th.RemovedMark
}

// gutter gives the line numbers: both where there is room, else the one on the
// side that the line stands on.
func (m Model) gutter(r row, width int) string {
	number := func(n, digits int) string {
		if n == 0 {
			return strings.Repeat(" ", digits)
		}
		return term.FitRight(fmt.Sprint(n), digits)
	}
	gap := " "
	if r.stays {
		gap = "·"
	}
	if width >= twoColumns && m.noun != nounConflict {
		return number(r.old, digits(m.before)) + " " + number(r.new, digits(m.after)) + gap
	}
	n := r.new
	if n == 0 {
		n = r.old
	}
	return number(n, digits(max(m.before, m.after))) + gap
}

func digits(n int) int { return max(3, len(fmt.Sprint(n))) }

// textSegs cleans the text of a row and marks the words that changed; note is
// what its text cannot show.
func (m Model) textSegs(block, i int, r row, cells, room int) (segs []theme.Seg, note string) {
	limit := m.across + cells
	if m.wrap {
		limit = cells * room
	}
	text := term.CleanTabs(clip(r.text, limit), tabStop)
	twin, paired := m.twin(block, i, r, limit)
	style := m.styleOf(r)
	if r.stays {
		return append(segs, theme.Seg{Text: text, Style: style}), remark(r, text, paired && twin == text)
	}
	at := 0
	for _, s := range changedWords(r.mark, text, twin, paired) {
		if s.from > at {
			segs = append(segs, theme.Seg{Text: text[at:s.from], Style: style})
		}
		segs = append(segs, theme.Seg{Text: text[s.from:s.to], Style: m.wordStyle(r.mark)})
		at = s.to
	}
	if at < len(text) {
		segs = append(segs, theme.Seg{Text: text[at:], Style: style})
	}
	return segs, remark(r, text, paired && twin == text)
}

// remark says of a line what its text cannot show.
func remark(r row, text string, looksAlike bool) string {
	switch {
	case r.noNL:
		return " (no newline at the end)"
	case looksAlike:
		return " (only tabs or blanks differ)"
	case (r.mark == markAdded || r.mark == markRemoved) && strings.HasSuffix(text, " "):
		return " (blanks at the end)"
	default:
		return ""
	}
}

func changedWords(k mark, text, twin string, paired bool) []stretch {
	switch {
	case !paired:
		return nil
	case k == markRemoved:
		mine, _ := emphasise(text, twin)
		return mine
	default:
		_, mine := emphasise(twin, text)
		return mine
	}
}

// twin is the cleaned text of the line that a changed line stands against.
func (m Model) twin(block, i int, r row, limit int) (string, bool) {
	if r.mark != markAdded && r.mark != markRemoved {
		return "", false
	}
	j, ok := m.partner(block, i, r.mark)
	if !ok {
		return "", false
	}
	return term.CleanTabs(clip(m.src.row(block, j).text, limit), tabStop), true
}

// partner finds the twin's row: in a run of removed lines followed by as many
// added ones, the line at the same place.
func (m Model) partner(block, i int, k mark) (int, bool) {
	rows := m.src.rows(block)
	kind := func(j int) mark {
		if j < 1 || j >= rows {
			return markHead
		}
		return m.src.row(block, j).mark
	}
	// run counts the rows of one kind from j on, in one direction.
	run := func(j, by int, k mark) int {
		n := 0
		for n <= maxLookback && kind(j) == k {
			n, j = n+1, j+by
		}
		return n
	}
	back, ahead := run(i-1, -1, k), run(i+1, +1, k)
	length := back + 1 + ahead
	if length > maxLookback {
		return 0, false
	}
	if k == markRemoved {
		j := i + length
		return j, run(i+ahead+1, +1, markAdded) == length
	}
	j := i - length
	return j, run(i-back-1, -1, markRemoved) == length
}

// slide shows the cells from across on, with an ellipsis at each cut edge.
func (m Model) slide(segs []theme.Seg, cells int) []theme.Seg {
	if m.across == 0 {
		return segs
	}
	out := []theme.Seg{{Text: term.Ellipsis, Style: m.th.Dim}}
	skip := m.across + 1
	for _, s := range segs {
		w := term.Width(s.Text)
		if w <= skip {
			skip -= w
			continue
		}
		if skip > 0 {
			s.Text = dropCells(s.Text, skip)
			skip = 0
		}
		out = append(out, s)
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// dropCells cuts n cells off the front; half of a wide character is a blank.
func dropCells(s string, n int) string {
	want := term.Width(s) - n
	out := ansi.TruncateLeft(s, n, "")
	for k := n + 1; term.Width(out) > want && k <= n+2; k++ {
		out = ansi.TruncateLeft(s, k, "")
	}
	return strings.Repeat(" ", max(0, want-term.Width(out))) + out
}

// clip keeps what cells could show of a text, so that a line of a megabyte is
// not cleaned for eighty cells. Marks take no cell, hence the factor.
func clip(s string, cells int) string {
	n := 8*cells + 64
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + term.Ellipsis
}
