package preview

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// ranks is how many steps of precedence the sections of the list have.
const ranks = 8

// section is one part of the left column.
type section struct {
	head []theme.Seg
	// n rows, each drawn only when it is in the window: a deployment may hold
	// thousands of files.
	n   int
	row func(i int) string
	// short stands in for the rows where there is no room for all of them.
	short []string
	// focus is the row that must stay in sight, -1 where there is none.
	focus int
	// rank orders who gets room first, from 0.
	rank int
}

// of gives a section the rows that are drawn already.
func (s section) of(rows []string) section {
	s.n, s.row = len(rows), func(i int) string { return rows[i] }
	return s
}

// sections gives the left column in the order in which it is read.
func (m Model) sections(width int) []section {
	out := []section{m.files(width)}
	if m.conflicting() {
		out = append(out, section{head: m.title("WAYS OUT", ""), focus: -1, rank: 2}.of(m.wayRows(width)))
	}
	if n := len(m.plan.Selection); n > 1 {
		out = append(out, m.commits("REVERTS", "commit", m.plan.Selection, width, 3))
	}
	if s := wording.Exact(m.plan, 2*width-exactMargin, wording.ShortAndSubject(m.snap)); s != "" {
		style := m.th.Good
		if m.plan.FromRelease == "" {
			style = m.th.Text
		}
		out = append(out, section{head: m.title("EXACT", ""), focus: -1, rank: 4}.of(m.wrapped("  ", s, width, style)))
	}
	if s := wording.ByGit(m.plan); s != "" {
		out = append(out, section{head: m.title("BY GIT", ""), focus: -1, rank: 4}.of(m.wrapped("  ", s, width, m.th.Text)))
	}
	if p := m.parentRows(width); len(p) > 0 {
		parent := fmt.Sprint("against parent ", max(1, m.plan.Remedy.Mainline))
		head := m.titleIn(width, "MERGE", "reverted "+parent, parent)
		out = append(out, section{head: head, focus: -1, rank: 5}.of(p))
	}
	rest := []section{
		m.along(width),
		m.commits("LATER ON THESE PATHS", "commit", m.plan.Later, width, 7),
		m.warnings(width),
	}
	for _, s := range rest {
		// "None" is an answer only where there is a result to ask about.
		if s.n > 0 || !m.conflicting() {
			out = append(out, s)
		}
	}
	return out
}

// titleIn is the first of the details that has room, or the last.
func (m Model) titleIn(width int, name string, details ...string) []theme.Seg {
	for _, d := range details {
		if segs := m.title(name, d); segsWidth(segs) <= width {
			return segs
		}
	}
	return m.title(name, details[len(details)-1])
}

func (m Model) title(name, detail string) []theme.Seg {
	return []theme.Seg{{Text: " " + name + "  ", Style: m.th.Header}, {Text: detail, Style: m.th.Dim}}
}

// wayRows says what a person can do about a conflict, with the dependants by
// name: they are offered, never assumed.
func (m Model) wayRows(width int) []string {
	var rows []string
	if m.cannotLeave() == "" {
		rows = append(rows, m.wrapped("  ", "x leaves the chosen path as it is", width, m.th.Text)...)
	}
	if o := m.options[optDependants]; o.missing == "" && m.current != optDependants {
		rows = append(rows, m.dependantRows(width)...)
	}
	for _, i := range []int{optWhole, optRestore} {
		if o := m.options[i]; o.missing == "" && i != m.current {
			rows = append(rows, m.wrapped("  ", fmt.Sprintf("%d %s", i+1, wayWords(i, o)), width, m.th.Text)...)
		}
	}
	return append(rows, m.wrapped("  ", "by hand: "+wording.ByHand, width, m.th.Dim)...)
}

// dependantRows offer what goes along. Only the plan of the suspect alone knows
// their names; beside another remedy the key's label counts them.
func (m Model) dependantRows(width int) []string {
	if m.current != optRevert {
		what := "the suspect"
		if n := len(m.options[optRevert].remedy.Commits); n > 1 {
			what = "the " + wording.Count(n, "suspect")
		}
		return m.wrapped("  ", "2 reverts "+what+" "+m.options[optDependants].label, width, m.th.Text)
	}
	rows := m.wrapped("  ", "2 reverts along what stands in the way:", width, m.th.Text)
	for _, h := range m.learnt.whole.Dependants {
		rows = append(rows, m.commitRow(h, width))
	}
	return rows
}

func wayWords(i int, o option) string {
	name := term.Clean(o.remedy.Deployment)
	if i == optWhole {
		return "reverts all that " + name + " brought"
	}
	return "restores the tree of " + name + ", clean by construction"
}

// parentRows shows the parents of a merge that is reverted alone.
func (m Model) parentRows(width int) []string {
	if len(m.plan.Remedy.Commits) != 1 {
		return nil
	}
	c, ok := m.snap.CommitByHash(m.plan.Remedy.Commits[0])
	if !ok || !c.IsMerge() {
		return nil
	}
	var rows []string
	for i, p := range c.Parents {
		what := "goes "
		if i+1 == max(1, m.plan.Remedy.Mainline) {
			what = "stays"
		}
		rows = append(rows, m.th.Row(width,
			theme.Seg{Text: fmt.Sprintf("   %d %s  ", i+1, what), Style: m.th.Dim},
			theme.Seg{Text: p.Short() + "  ", Style: m.th.Text},
			theme.Seg{Text: wording.Subject(m.snap, p), Style: m.th.Text}))
	}
	return rows
}

func (m Model) commits(name, noun string, hs []gitops.Hash, width, rank int) section {
	if len(hs) == 0 {
		return section{head: m.title(name, "none"), focus: -1, rank: rank}
	}
	count, bare := wording.Count(len(hs), noun), noun[strings.LastIndexByte(noun, ' ')+1:]
	return section{
		head: m.titleIn(width, name, count, wording.Count(len(hs), bare), wording.Number(len(hs))), focus: -1, rank: rank,
		n: len(hs), row: func(i int) string { return m.commitRow(hs[i], width) },
	}
}

// along is what ships beside the change, led by the doubt about it where there
// is one.
func (m Model) along(width int) section {
	s := m.commits("SHIPS ALONG", wording.Waiting(m.snap)+" commit", m.plan.Collateral, width, 6)
	doubt := strings.TrimPrefix(wording.AlongDoubt(m.snap), "; ")
	if doubt == "" {
		return s
	}
	lines, commit := m.wrapped("  ", doubt, width, m.th.Warn), s.row
	s.n += len(lines)
	s.row = func(i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return commit(i - len(lines))
	}
	return s
}

func (m Model) commitRow(h gitops.Hash, width int) string {
	return m.th.Row(width,
		theme.Seg{Text: "   " + h.Short() + "  ", Style: m.th.Dim},
		theme.Seg{Text: wording.Subject(m.snap, h), Style: m.th.Text})
}

func (m Model) warnings(width int) section {
	s := section{head: m.title("WARNINGS", "none"), focus: -1, rank: 0}
	if n := len(m.plan.Warnings); n > 0 {
		s.head = []theme.Seg{{Text: " WARNINGS  ", Style: m.th.Header}, {Text: wording.Number(n), Style: m.th.Warn}}
	}
	var rows []string
	for _, w := range m.plan.Warnings {
		s.short = append(s.short, m.th.Row(width, theme.Seg{Text: " ! " + term.Clean(w.Code), Style: m.th.Warn}))
		rows = append(rows, m.wrapped(" ! ", term.Clean(w.Code)+": "+term.Clean(w.Text), width, m.th.Warn)...)
	}
	return s.of(rows)
}

// wrapped breaks a sentence; lines after the first hang under its beginning.
func (m Model) wrapped(lead, text string, width int, style theme.Style) []string {
	room := max(4, width-term.Width(lead))
	var out []string
	for _, l := range wording.Fold(text, room) {
		out = append(out, m.th.Row(width, theme.Seg{Text: lead + l, Style: style}))
		lead = strings.Repeat(" ", term.Width(lead))
	}
	return out
}

// list fits the sections into height rows: heads first, then rows by rank, and
// what is left out is counted.
func (m Model) list(width, height int) []string {
	secs := m.sections(width)
	room := height - len(secs)
	give := make([]int, len(secs))
	for rank := 0; room > 0 && rank < ranks; rank++ {
		for i, s := range secs {
			if s.rank != rank {
				continue
			}
			give[i] = share(s.n, room, rank, secs)
			if give[i] < s.n && s.short != nil {
				secs[i] = s.of(s.short)
				secs[i].head = append(secs[i].head, theme.Seg{Text: "  in full: v, list", Style: m.th.Dim})
				give[i] = min(len(s.short), give[i])
			}
			room -= give[i]
		}
	}
	for i, s := range secs {
		// What nobody took goes to those that are cut.
		more := min(max(0, room), s.n-give[i])
		give[i] += more
		room -= more
	}
	airy := room >= len(secs)-1
	var out []string
	for i, s := range secs {
		out = append(out, m.th.Row(width, s.head...))
		out = append(out, m.windowed(s, give[i], width)...)
		if airy && i < len(secs)-1 {
			out = append(out, "")
		}
	}
	return out[:min(len(out), height)]
}

// share is what a section may take before those of a lower rank have had
// anything: at most half the room while there are others.
func share(want, room, rank int, secs []section) int {
	others := 0
	for _, s := range secs {
		if s.rank > rank && s.n > 0 {
			others++
		}
	}
	if others == 0 {
		return min(want, room)
	}
	return min(want, max(1, room/2))
}

// windowed shows n rows of a section around its focus; the last says how many
// are missing.
func (m Model) windowed(s section, n, width int) []string {
	if n >= s.n {
		return s.draw(0, s.n)
	}
	if n <= 0 {
		return nil
	}
	if n == 1 && s.focus >= 0 {
		return s.draw(s.focus, s.focus+1)
	}
	visible := n - 1
	first := 0
	if s.focus >= 0 {
		first = max(0, min(s.focus-visible/2, s.n-visible))
	}
	note := fmt.Sprintf("   … %s more (v, list)", wording.Number(s.n-visible))
	return append(s.draw(first, first+visible), m.th.Row(width, theme.Seg{Text: note, Style: m.th.Dim}))
}

func (s section) draw(from, to int) []string {
	out := make([]string, 0, max(0, to-from))
	for i := from; i < to; i++ {
		out = append(out, s.row(i))
	}
	return out
}

// shortList is the head and the rows around the chosen one.
func (m Model) shortList(width, height int) []string {
	if height <= 0 {
		return nil
	}
	head := m.fileHead()
	if m.conflicting() {
		head = append(head, theme.Seg{Text: "   ways out: x 2 3 4, all in v, list", Style: m.th.Strong})
	}
	if n := len(m.plan.Warnings); n > 0 {
		head = append(head, theme.Seg{Text: "   ! " + wording.Count(n, "warning"), Style: m.th.Warn})
	}
	if n := len(m.plan.Collateral); n > 0 {
		head = append(head, theme.Seg{Text: "   ships along " + wording.Number(n), Style: m.th.Dim})
	}
	out := []string{m.th.Row(width, head...)}
	return append(out, m.windowed(m.files(width), height-1, width)...)
}

// wholeList shows height rows, from first on, of every section in full.
func (m Model) wholeList(width, first, height int) []string {
	var out []string
	at := 0
	put := func(n int, row func(i int) string) {
		for i := max(0, first-at); i < n && len(out) < height; i++ {
			out = append(out, row(i))
		}
		at += n
	}
	for i, s := range m.sections(width) {
		if i > 0 {
			put(1, func(int) string { return "" })
		}
		put(1, func(int) string { return m.th.Row(width, s.head...) })
		put(s.n, s.row)
	}
	return out
}

// listRows counts the rows of the whole list.
func (m Model) listRows() int {
	n := -1
	for _, s := range m.sections(m.width) {
		n += s.n + 2
	}
	return n
}

func (m Model) scrollList(a keys.Action) Model {
	page := m.listPage()
	switch a {
	case keys.Up:
		m.scroll--
	case keys.Down:
		m.scroll++
	case keys.PageUp:
		m.scroll -= page - 1
	case keys.PageDown:
		m.scroll += page - 1
	case keys.Top:
		m.scroll = 0
	case keys.Bottom:
		m.scroll = m.listRows()
	}
	m.scroll = max(0, min(m.scroll, m.listRows()-page))
	return m
}

// follow keeps the chosen file in the window of the whole list, where it is on
// the row after the head.
func (m Model) follow() Model {
	row, page := m.chosen+1, m.listPage()
	m.scroll = max(min(m.scroll, row), row-page+1)
	return m
}

// exactMargin is what indenting and wrapping takes of two lines.
const exactMargin = 24
