package timeline

import (
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// markWidth is a source's mark with the blank before it.
const markWidth = 4

// isDeployment reports whether the group stands for one.
func (g group) isDeployment() bool { return g.key != (groupKey{}) && g.key != suspectsKey }

// deployed reports whether any deployment is listed.
func (m Model) deployed() bool {
	for _, g := range m.groups {
		if g.isDeployment() {
			return true
		}
	}
	return false
}

// sourced reports whether anybody but the tags can tell of deployments: only
// then is it worth a column who told a row.
func (m Model) sourced() bool {
	for _, s := range m.snap.Sources {
		if s.Name != gitops.SourceTags && s.Condition != gitops.SourceIdle {
			return true
		}
	}
	return false
}

// markCell is who told a row, in two letters, and a sign: sources disagree (≠),
// the row is an older answer's (~), several say the same (+).
func (m Model) markCell(g group) theme.Seg {
	if !m.sourced() || !g.isDeployment() {
		return theme.Seg{}
	}
	d := g.batch.Deployment
	sign, style := m.standing(d)
	code := m.codes[d.Source]
	if code == "" {
		code = "  " // nobody is named
	}
	return theme.Seg{Text: " " + code + term.Pad(sign, 1), Style: style}
}

// standing is how the word of a row's source stands: contradicted, old, or that of
// several.
func (m Model) standing(d gitops.Deployment) (sign string, style theme.Style) {
	switch {
	case m.voices.Disputed(d):
		return "≠", m.th.Danger
	case wording.StaleRow(m.snap.Sources, d, m.now):
		return "~", m.th.Warn
	case len(m.voices.Of(d)) > 1:
		return "+", m.th.Dim
	default:
		return "", m.th.Dim
	}
}

// groupDetail tells about the chosen row on the left.
func (m Model) groupDetail(width, n int) []string {
	g := m.current()
	switch g.key {
	case groupKey{}:
		// Those of a release that was taken back were deployed once.
		return m.say(m.th.Text, width, wording.Count(m.snap.Ahead, g.word+" commit")+" on "+term.Clean(m.snap.Branch),
			"whatever ships next takes them along")
	case suspectsKey:
		return m.rankingDetail(width)
	}
	return m.deploymentDetail(g, width, n)
}

// deploymentDetail tells about a deployment: what, when, by whom, who says so and
// when they told it, and what can be done with all of it.
func (m Model) deploymentDetail(g group, width, n int) []string {
	d := g.batch.Deployment
	lines := []string{m.th.Row(width,
		theme.Seg{Text: " " + g.name() + "  ", Style: m.th.Strong},
		theme.Seg{Text: d.Commit.Short() + "  ", Style: m.th.Text},
		theme.Seg{Text: m.whatHappened(d), Style: m.th.Text})}
	lines = append(lines, m.saysRows(g, width, max(1, n-1))...)
	if d.Status == gitops.StatusFailed && len(g.batch.Commits) == 0 {
		return append(lines, m.say(m.th.Dim, width, "what it carried "+m.carriedBy(g)+"; R restores its tree")...)
	}
	since := m.count(g) + " commits"
	if len(g.batch.Commits) == 1 && m.filter == "" {
		since = "1 commit"
	}
	if g.batch.Previous != "" {
		since += " since " + term.Clean(g.batch.Previous)
	}
	lines = append(lines, m.say(m.th.Dim, width, since+"; D reverts all, R restores its tree, → its commits")...)
	if d.URL != "" {
		lines = append(lines, m.th.Row(width, theme.Seg{Text: " " + term.Clean(d.URL), Style: m.th.Dim}))
	}
	return append(lines, m.say(m.th.Dim, width, "w it works, b it has the trouble: either rules suspects out")...)
}

// saysRows is who says what of a deployment in at most n lines, in the longest
// form that fits: nobody else on the screen tells it.
func (m Model) saysRows(g group, width, n int) []string {
	lead, style := "", m.th.Text
	if m.voices.Disputed(g.batch.Deployment) {
		lead, style = "SOURCES DISAGREE: ", m.th.Danger
	}
	// A line is left for what can be done, where a shorter form gives it.
	var told []string
	for _, room := range []int{n - 1, n} {
		for _, form := range m.voices.Say(g.batch.Deployment, m.snap.Sources, m.now) {
			if told = m.say(style, width, lead+form); len(told) <= room {
				return told
			}
		}
	}
	return told[:n]
}

func (m Model) whatHappened(d gitops.Deployment) string {
	what := wording.StatusWord(d.Status)
	if d.Status == gitops.StatusReleased {
		what = "tagged"
	}
	if at := d.At(); !at.IsZero() {
		when := at.UTC().Format("2006-01-02 15:04 UTC")
		if at.UTC().Format(time.DateOnly) == m.now.UTC().Format(time.DateOnly) {
			when = at.UTC().Format("15:04 UTC")
		}
		what += " " + when + ", " + wording.Ago(at, m.now)
	}
	if d.Actor != "" {
		what += ", by " + term.Clean(d.Actor)
	}
	return what
}

// Deployments are the commits of the deployments that are on the screen, from the
// top.
func (m Model) Deployments() []gitops.Hash {
	top, end := page(m.at(m.chosen), len(m.groups), m.layout(m.width, m.height).groupRows())
	var out []gitops.Hash
	for i := max(0, top); i < end; i++ {
		if m.groups[i].isDeployment() {
			out = append(out, m.groups[i].key.commit)
		}
	}
	return out
}
