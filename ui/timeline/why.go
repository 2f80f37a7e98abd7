package timeline

import (
	"fmt"
	"strconv"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// whyRows say why a commit stands where it stands among the suspects, the
// strongest evidence first, in at most n lines.
func (m Model) whyRows(h gitops.Hash, width, n int) []string {
	s, ok := m.rank.by[h]
	if !m.rank.on || len(m.rank.by) == 0 || n <= 0 {
		return nil
	}
	if !ok {
		return m.say(m.th.Dim, width, "NO SUSPECT  "+m.whyNone(h))
	}
	lead := " WHY " + ordinal(s.Rank) + "  "
	room := max(8, width-term.Width(lead)-1)
	parts, first := reasonLines(s.Reasons, room, n)
	var lines []string
	for i, part := range parts {
		style := m.th.Text
		if i < first {
			style = m.th.Strong
		}
		lines = append(lines, m.th.Row(width, theme.Seg{Text: lead, Style: m.th.Header}, theme.Seg{Text: part, Style: style}))
		lead = term.Pad("", term.Width(lead))
	}
	return lines
}

// reasonLines puts each reason on lines of its own, of which the first ones are
// the strongest reason's alone. Where they are more than n, they follow one another,
// and what does not fit is for the row to cut.
func reasonLines(reasons []gitops.Reason, room, n int) (parts []string, first int) {
	var texts []string
	for i, r := range reasons {
		texts = append(texts, term.Clean(r.Text))
		parts = append(parts, term.Wrap(texts[i], room)...)
		if i == 0 {
			first = len(parts)
		}
	}
	if len(parts) <= n {
		return parts, first
	}
	parts = term.Wrap(strings.Join(texts, "; "), room)
	if len(parts) > n {
		parts = append(parts[:n-1:n-1], strings.Join(parts[n-1:], " "))
	}
	if len(texts) > 1 {
		first-- // the next reason begins on its last line
	}
	return parts, max(1, first)
}

// suspectLine is the subject of a suspect with the deployment that brought it,
// and who wrote it when, as far as there is room.
func (m Model) suspectLine(c gitops.Commit, width int) string {
	hash := theme.Seg{Text: " " + c.Hash.Short() + "  ", Style: m.th.Strong}
	subject := term.Clean(c.Subject())
	who := term.Cut(term.Clean(c.Author.Name), 24) + ", " + wording.Ago(c.Committer.When, m.now) + " "
	in := ""
	if s, ok := m.rank.by[c.Hash]; ok && s.Deployment != "" {
		in = "  in " + term.Clean(s.Deployment) + " "
	}
	right := ""
	for _, form := range []string{strings.TrimSuffix(in, " ") + ", by " + who, in} {
		if in == "" {
			form = "  by " + who
		}
		if term.Width(hash.Text)+min(term.Width(subject), 28)+term.Width(form) <= width {
			right = form
			break
		}
	}
	room := max(8, width-term.Width(hash.Text)-term.Width(right))
	return m.th.Spread(width,
		[]theme.Seg{hash, {Text: term.Cut(subject, room-1), Style: m.th.Text}}, []theme.Seg{{Text: right, Style: m.th.Dim}})
}

// whyNone says why a commit is no suspect, as far as the list tells.
func (m Model) whyNone(h gitops.Hash) string {
	for _, u := range m.snap.Unreleased.Commits {
		if u == h {
			return "production does not contain it"
		}
	}
	return "the evidence leaves it out"
}

// whyWidth is the column of the evidence, in cells.
const whyWidth = 6

// evidence is the strongest evidence against a commit in one word; empty for no
// suspect.
func (m Model) evidence(h gitops.Hash) string {
	if s, ok := m.rank.by[h]; ok && len(s.Reasons) > 0 {
		return wording.EvidenceWord(s.Reasons[0].Kind)
	}
	return ""
}

// reasonsFrom is the width from which rows have room for a reason in words.
const reasonsFrom = 110

// reason is the strongest evidence against a commit; empty for no suspect.
func (m Model) reason(h gitops.Hash) string {
	if s, ok := m.rank.by[h]; ok && len(s.Reasons) > 0 {
		return term.Clean(s.Reasons[0].Text)
	}
	return ""
}

// whyStyle lifts out what is more than recency.
func (m Model) whyStyle(cols columns, h gitops.Hash) theme.Style {
	s := m.rank.by[h]
	if !cols.why || len(s.Reasons) == 0 || s.Reasons[0].Kind == gitops.ReasonRecency {
		return m.th.Dim
	}
	return m.th.Strong
}

func ordinal(rank int) string {
	switch rank {
	case 1:
		return "FIRST"
	case 2:
		return "SECOND"
	case 3:
		return "THIRD"
	default:
		return "No. " + strconv.Itoa(rank)
	}
}

// tryRow is the question that halves the suspects, with the keys that answer it.
func (m Model) tryRow(width int) []string {
	if !m.Proposes() {
		return nil
	}
	s := m.rank.suspects
	name, many := term.Clean(s.Try.Name), wording.Undecided(s)
	keys := "   w it works, b it has the trouble"
	text := fmt.Sprintf("does %s have the trouble? the answer halves %s (to %d or %d)", name, many, s.Try.Good, s.Try.Bad)
	lead := " TRY  "
	for _, form := range []string{
		text + keys, fmt.Sprintf("%s: it halves %s", name, many) + keys, fmt.Sprintf("%s halves %s: w works, b broken", name, many),
	} {
		if term.Width(lead+form) <= width {
			return []string{m.th.Row(width, theme.Seg{Text: lead, Style: m.th.Header}, theme.Seg{Text: form, Style: m.th.Warn})}
		}
	}
	return []string{m.th.Row(width, theme.Seg{Text: lead, Style: m.th.Header}, theme.Seg{Text: name + ": w works, b broken", Style: m.th.Warn})}
}

// rankingDetail says what the order rests on.
func (m Model) rankingDetail(width int) []string {
	s := m.rank.suspects
	first := wording.Count(len(s.Ranked), "suspect")
	if s.Suspect != "" {
		first += " in " + term.Clean(s.Suspect) + " and before"
	}
	lines := m.say(m.th.Strong, width, first)
	if why := wording.Basis(m.snap, s); why != "" {
		lines = append(lines, m.say(m.th.Text, width, why)...)
	}
	lines = append(lines, m.tryRow(width)...)
	for _, said := range wording.Answers(m.snap, s.Answers, m.now) {
		lines = append(lines, m.say(m.th.Text, width, said)...)
	}
	for _, n := range s.Notices {
		lines = append(lines, m.say(m.th.Warn, width, wording.SuspectNotice(n, wording.OnScreen))...)
	}
	return append(lines, m.say(m.th.Dim, width, m.afterwards())...)
}

// afterwards says which keys lead on.
func (m Model) afterwards() string {
	text := "s changes the evidence, t puts them into order of time"
	if len(m.rank.suspects.Answers) > 0 {
		text += ", u takes the last answer back"
	}
	return text
}

// sorted is what the head of the commits says of their order.
func (m Model) sorted() []theme.Seg {
	switch {
	case m.rank.asking && m.now.Sub(m.rank.began) >= 0:
		return []theme.Seg{{Text: "ranking… " + wording.Span(m.now.Sub(m.rank.began)) + " ", Style: m.th.Dim}}
	case m.rank.on:
		return []theme.Seg{{Text: "sort: suspects ", Style: m.th.Warn}}
	case m.rank.have:
		return []theme.Seg{{Text: "sort: time ", Style: m.th.Dim}}
	default:
		return nil
	}
}

// numberOf is what a row is called: its rank among the suspects, or its place.
func (m Model) numberOf(h gitops.Hash, i int) string {
	if !m.rank.on || len(m.rank.by) == 0 {
		return strconv.Itoa(i + 1)
	}
	if s, ok := m.rank.by[h]; ok {
		return strconv.Itoa(s.Rank)
	}
	return "–"
}
