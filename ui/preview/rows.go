package preview

import (
	"fmt"

	"ahead/gitops"
	"ahead/ui/partial"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// roomy is the width of the list from which a row spells out how much of a
// file stays.
const roomy = 50

func (m Model) fileHead() []theme.Seg {
	out := 0
	for _, l := range m.shown {
		if l.Out {
			out++
		}
	}
	stay := theme.Seg{}
	if out > 0 {
		stay = theme.Seg{Text: "   · " + stays(out), Style: m.th.Warn}
	}
	if m.conflicting() {
		return append(m.title("CONFLICTS", wording.Number(len(m.plan.Conflicts))), stay)
	}
	add, del := m.plan.Lines()
	return append(m.title("FILES", wording.Number(len(m.plan.Files))+"   "),
		theme.Seg{Text: "+" + wording.Number(add), Style: m.th.Added},
		theme.Seg{Text: " "},
		theme.Seg{Text: "−" + wording.Number(del), Style: m.th.Removed}, stay)
}

func stays(n int) string {
	if n == 1 {
		return "1 stays"
	}
	return wording.Number(n) + " stay"
}

// files is the list that can be chosen from: what ships, what conflicts, and
// what stays.
func (m Model) files(width int) section {
	s := section{head: m.fileHead(), n: m.rows(), focus: m.chosen, rank: 1}
	digits := len(fmt.Sprint(s.n))
	s.row = func(i int) string { return m.listRow(i, digits, width) }
	return s
}

func (m Model) listRow(i, digits, width int) string {
	r := m.shown[i]
	sign, asides := m.asides(r, width)
	lead, style := "  ", m.th.Text
	switch {
	case i == m.chosen && m.pointsAtFile():
		lead, style = "▶ ", m.th.Selected
	case i == m.chosen:
		lead, style = "• ", m.th.Marked
	}
	front := fmt.Sprintf(" %s%*d %s ", lead, digits, i+1, sign)
	room := width - term.Width(front) - segsWidth(asides)
	segs := append([]theme.Seg{
		{Text: front, Style: m.frontStyle(r)},
		{Text: term.FitLeft(term.Clean(r.Path), max(4, room)), Style: m.pathStyle(r)},
	}, asides...)
	if i == m.chosen {
		return m.th.RowOf(style, width, segs...)
	}
	return m.th.Row(width, segs...)
}

func (m Model) frontStyle(r partial.Row) theme.Style {
	switch {
	case r.Out:
		return m.th.Warn
	case r.Conflict != nil:
		return m.th.Danger
	default:
		return m.th.Text
	}
}

func (m Model) pathStyle(r partial.Row) theme.Style {
	if r.Out {
		return m.th.Dim
	}
	return m.th.Text
}

// asides are the sign in front of a path and what is said behind it.
func (m Model) asides(r partial.Row, width int) (sign string, segs []theme.Seg) {
	one := func(text string, s theme.Style) []theme.Seg { return []theme.Seg{{Text: " " + text, Style: s}} }
	switch {
	case r.Out:
		return "·", one("stays", m.th.Warn)
	case r.Conflict != nil:
		return "✗", one(string(r.Conflict.Kind), m.th.Dim)
	case r.File.Path == "" && m.renewing:
		return string(r.Full.Status), one("…", m.th.Dim)
	case r.File.Path == "":
		return "·", one("as it is", m.th.Dim)
	case r.Partly():
		note, of := fmt.Sprint("·", r.Hunks), m.hunksOf(r.Path)
		switch {
		case of > 0 && width >= roomy:
			note = fmt.Sprintf("· %d of %d hunks stay", r.Hunks, of)
		case of > 0:
			note = fmt.Sprintf("·%d/%d", r.Hunks, of)
		}
		return string(r.File.Status), append(one(note, m.th.Warn), m.counts(r.File)...)
	default:
		return string(r.File.Status), m.counts(r.File)
	}
}

func (m Model) counts(f gitops.FileChange) []theme.Seg {
	dim := func(s string) []theme.Seg { return []theme.Seg{{Text: " " + s, Style: m.th.Dim}} }
	switch {
	case f.OldMode == gitops.ModeSubmodule || f.NewMode == gitops.ModeSubmodule:
		return dim("submodule")
	case f.Binary:
		return dim("binary")
	case f.Additions+f.Deletions == 0 && f.Status == gitops.Renamed:
		return dim("renamed")
	case f.Additions+f.Deletions == 0 && f.OldMode != f.NewMode && f.Status == gitops.Modified:
		return dim("mode")
	}
	var segs []theme.Seg
	if f.Additions > 0 {
		segs = append(segs, theme.Seg{Text: " +" + wording.Number(f.Additions), Style: m.th.Added})
	}
	if f.Deletions > 0 {
		segs = append(segs, theme.Seg{Text: " −" + wording.Number(f.Deletions), Style: m.th.Removed})
	}
	return segs
}
