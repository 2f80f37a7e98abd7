package timeline

import (
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// tellers are the sources that can tell of rows, those whose rows are listed
// first: the marks that a person sees are those that they look up.
func (m Model) tellers() []gitops.SourceState {
	told := map[string]bool{}
	for _, g := range m.groups {
		if !g.isDeployment() {
			continue
		}
		told[g.batch.Deployment.Source] = true
		for _, d := range m.voices.Of(g.batch.Deployment) {
			told[d.Source] = true
		}
	}
	var listed, others []gitops.SourceState
	for _, s := range m.snap.Sources {
		switch {
		case s.Name == gitops.SourceTags:
		case told[s.Name]:
			listed = append(listed, s)
		case s.Condition != gitops.SourceIdle:
			others = append(others, s)
		}
	}
	if told[gitops.SourceTags] {
		listed = append(listed, gitops.SourceState{Name: gitops.SourceTags})
	}
	return append(listed, others...)
}

// legend is the foot of the deployments: what the marks stand for, and how fresh
// what each source told is, in n lines.
func (m Model) legend(width, n int) []string {
	all := m.tellers()
	shown := len(all)
	if shown > n {
		shown = max(0, n-1)
	}
	var lines []string
	longest := 0
	for _, s := range all[:shown] {
		longest = max(longest, term.Width(m.tellerName(s, width)))
	}
	for _, s := range all[:shown] {
		lines = append(lines, m.teller(s, longest, width))
	}
	if rest := all[shown:]; len(rest) > 0 {
		names := make([]string, len(rest))
		for i, s := range rest {
			names[i] = m.codes[s.Name]
		}
		more := "  +" + wording.Number(len(rest)) + ": ? "
		room := max(0, width-term.Width(more)-1)
		lines = append(lines, m.th.Spread(width,
			[]theme.Seg{{Text: " " + term.Cut(strings.Join(names, " "), room), Style: m.th.Dim}}, []theme.Seg{{Text: more, Style: m.th.Dim}}))
	}
	return lines
}

// tellerName is a source as the legend calls it, with what it is asked about where
// there is room.
func (m Model) tellerName(s gitops.SourceState, width int) string {
	const wide = 48
	if width >= wide && s.Name != gitops.SourceTags {
		return wording.Source(s)
	}
	return term.Clean(s.Name)
}

// teller is one source of the legend: its mark, its name, and how fresh it is behind
// the longest name.
func (m Model) teller(s gitops.SourceState, longest, width int) string {
	fresh, style := m.freshness(s)
	name := min(longest, max(2, width-term.Width(fresh)-7))
	return m.th.Row(width,
		theme.Seg{Text: " " + m.codes[s.Name] + " ", Style: m.th.Text},
		theme.Seg{Text: term.Fit(m.tellerName(s, width), name) + "  ", Style: m.th.Dim},
		theme.Seg{Text: fresh, Style: style})
}

func (m Model) freshness(s gitops.SourceState) (string, theme.Style) {
	if s.Name == gitops.SourceTags {
		return "released only", m.th.Dim
	}
	style := m.th.Dim
	if s.Trouble != "" || wording.Stale(s, m.now) {
		style = m.th.Warn
	}
	return wording.Freshness(s, m.now), style
}

// toldBy is who told the chosen deployment, how fresh that is, and who else says
// so (+) or otherwise (≠), the longest form first; where there is no foot that
// tells it.
func (m Model) toldBy(g group) []theme.Seg {
	if !m.sourced() || !g.isDeployment() {
		return nil
	}
	d := g.batch.Deployment
	name, fresh := term.Clean(d.Source), ""
	if d.Source == gitops.SourceTags {
		name = "its tag only"
	}
	for _, s := range m.snap.Sources {
		if s.Name == d.Source {
			fresh = " " + wording.Freshness(s, m.now)
		}
	}
	sign, style := m.standing(d)
	var others []string
	for _, o := range m.voices.Of(d) {
		if o.Source != d.Source {
			others = append(others, term.Clean(o.Source))
		}
	}
	if sign == "≠" || sign == "+" {
		fresh += " " + sign
		if len(others) > 0 {
			fresh += " " + strings.Join(others, ", ")
		}
	}
	return []theme.Seg{{Text: name + fresh + " ", Style: style}}
}
