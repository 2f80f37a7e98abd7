package ui

import (
	"fmt"

	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// signs are what the timeline uses, in words.
var signs = []struct{ sign, words string }{
	{"✓ clean", "conflicts with nothing"},
	{"✗ n files", "conflicts in n files"},
	{"∅ nothing", "changes nothing: undone already"},
	{"⊘ refused", "not possible, the detail says why"},
	{"… working", "not computed yet"},
	{"⋎", "a merge"},
	{"⚑", "touches a migration"},
	{"▣", "touches a lock file"},
	{"⚙", "touches the pipeline"},
	{"gh gl nr …", "the source that told a deployment"},
	{"line file near …", "why it is suspected: the line, its file, near it"},
	{"words habit new", "words in common, often reverted, only recent"},
	{"≠ ~ +", "sources disagree; an older answer; several agree"},
}

// helpView is the page of the help that the person has come to.
func (m Model) helpView(width, height int) string {
	lines := m.helpLines(width)
	if len(lines) <= height || height < 2 {
		return term.Block(lines, width, height)
	}
	rows := height - 1
	top := max(0, min(m.helpTop, len(lines)-rows))
	foot := fmt.Sprintf(" lines %d to %d of %d, ↑↓ move", top+1, top+rows, len(lines))
	page := append(append([]string(nil), lines[top:top+rows]...), m.opts.Theme.Dim.Render(foot))
	return term.Block(page, width, height)
}

// helpKey moves through the help; every other key leaves it.
func (m Model) helpKey(name string) Model {
	b, _ := m.opts.Keys.Lookup(m.screen, name)
	rows := max(1, m.room()-1)
	switch b.Action {
	case keys.Up:
		m.helpTop--
	case keys.Down:
		m.helpTop++
	case keys.PageUp:
		m.helpTop -= rows
	case keys.PageDown:
		m.helpTop += rows
	default:
		m.help, m.helpTop = false, 0
		return m
	}
	m.helpTop = max(0, min(m.helpTop, len(m.helpLines(m.width))-rows))
	return m
}

// helpLines lists what the bands and notices have no room for, every key of
// the screen, and the signs.
func (m Model) helpLines(width int) []string {
	th := m.opts.Theme
	var lines []string
	head := func(s string) {
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, th.Row(width, theme.Seg{Text: " " + s, Style: th.Header}))
	}
	for _, s := range m.helpSections() {
		head(s.title)
		for _, n := range s.lines {
			for _, part := range term.Wrap(n.text, width-3) {
				lines = append(lines, th.Row(width, theme.Seg{Text: "  " + part, Style: n.style}))
			}
		}
	}
	head("KEYS HERE")
	var rows [][2]string
	for _, b := range m.opts.Keys.Bindings(m.screen) {
		rows = append(rows, [2]string{keyNames(b), m.here(b).Help})
	}
	lines = append(lines, m.pairs(rows, width)...)
	lines = append(lines, m.pairs([][2]string{{"ctrl+c", "quit"}, {"ctrl+z", "suspend"}}, width)...)
	if m.screen == keys.Timeline {
		head("SIGNS: what reverting a commit comes to, and what it touches")
		rows = nil
		for _, s := range signs {
			rows = append(rows, [2]string{s.sign, s.words})
		}
		lines = append(lines, m.pairs(rows, width)...)
	}
	return lines
}

// section is a heading of the help with sentences under it.
type section struct {
	title string
	lines []notice
}

// helpSections are the sentences that stand cut off above the screen.
func (m Model) helpSections() []section {
	th := m.opts.Theme
	var out []section
	if d := m.opts.Drill; d != nil {
		out = append(out, section{"THIS IS A DRILL", []notice{{term.Clean(d.Title), th.Text}, {term.Clean(d.Story), th.Text}}})
	}
	if h := m.health.state; h.Trouble() {
		said := section{title: "WHAT PRODUCTION SAYS"}
		for _, line := range answer(h.LastSample) {
			said.lines = append(said.lines, notice{line, th.Text})
		}
		out = append(out, said)
	}
	if forms, _ := wording.RolledBack(m.look.snap); len(forms) > 0 {
		out = append(out, section{"PRODUCTION WENT BACK", []notice{{forms[0], th.Warn}}})
	}
	if all := m.notices(); len(all) > 0 {
		out = append(out, section{"NOTICES", all})
	}
	if all := m.sourceLines(); len(all) > 0 {
		out = append(out, section{"SOURCES OF DEPLOYMENTS", all})
	}
	if all := m.rankingLines(); len(all) > 0 {
		out = append(out, section{"SUSPECTS", all})
	}
	return out
}

// maxAnswer bounds what the help shows of production's answer, in lines.
const maxAnswer = 12

// answer is what production said, in full as far as it is kept: the band has
// room for its beginning only, and the rest may name the suspect.
func answer(s health.Sample) []string {
	if s.Err != "" {
		return []string{term.Clean(s.Err)}
	}
	lines := term.CleanBlock(s.Body, term.TabStop)
	if len(lines) > maxAnswer {
		lines = append(lines[:maxAnswer], "…")
	}
	return append([]string{fmt.Sprintf("status %d", s.Status)}, lines...)
}

// keyNames lists every key of a row, as a person would say it.
func keyNames(b keys.Binding) string {
	names := ""
	for i, k := range b.Keys {
		if i > 0 {
			names += ", "
		}
		names += keyName(k)
	}
	return names
}

// pairs sets rows in as many columns as fit, read downwards.
func (m Model) pairs(rows [][2]string, width int) []string {
	th := m.opts.Theme
	const column = 48
	n := max(1, width/column)
	per := (len(rows) + n - 1) / n
	cell := width / n
	var lines []string
	for i := range per {
		line := ""
		for c := range n {
			j := c*per + i
			if j >= len(rows) {
				continue
			}
			line += th.Row(cell,
				theme.Seg{Text: "  " + term.Fit(rows[j][0], 14) + " ", Style: th.Key},
				theme.Seg{Text: rows[j][1], Style: th.Text})
		}
		lines = append(lines, line)
	}
	return lines
}
