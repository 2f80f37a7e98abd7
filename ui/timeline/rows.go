package timeline

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// columns are the widths of a row of the commits.
type columns struct {
	number, verdict, author int
	// why says that rows tell the evidence against them: in place of the author,
	// or of the age where there is no room for authors.
	why bool
}

func (m Model) columns(width int) columns {
	most := len(m.current().batch.Commits)
	if m.rank.on {
		most = max(most, len(m.rank.by))
	}
	c := columns{number: max(2, len(strconv.Itoa(most))), verdict: 10, author: 9}
	c.why = m.rank.on && len(m.rank.by) > 0
	switch {
	case width < authorFrom:
		c.author = 0 // the detail names the author; the subject needs the room
	case width >= 90:
		c.author = 16
	case width >= 72:
		c.author = 12
	}
	if c.why && c.author > 0 {
		c.author = whyWidth
	}
	return c
}

func (c columns) names() string {
	age, who := "age", "author"
	if c.why {
		who = "why"
	}
	if c.why && c.author == 0 {
		age = "why"
	}
	return "  " + term.FitRight("", c.number) + " " + term.Fit("reverts", c.verdict) + " " +
		"commit    " + age + "  " + c.who(who) + "subject"
}

// who is the column of authors, empty where there is no room for it.
func (c columns) who(name string) string {
	if c.author == 0 {
		return ""
	}
	return term.Fit(name, c.author) + " "
}

// commitsHead says whose commits these are, and what the filter and the
// selection are.
func (m Model) commitsHead(l layout) string {
	g, width := m.current(), l.right
	left := []theme.Seg{
		{Text: " COMMITS in " + g.name(), Style: m.th.Header},
		{Text: "   " + m.count(g), Style: m.th.Text},
	}
	if g.key == suspectsKey {
		left[0].Text = " SUSPECTS"
		if d := m.rank.suspects.Suspect; d != "" && m.filter == "" {
			left = append(left, theme.Seg{Text: " in " + term.Clean(d) + " and before", Style: m.th.Dim})
		}
	}
	if g.batch.Previous != "" && m.filter == "" && !m.editing {
		left = append(left, theme.Seg{Text: ", since " + term.Clean(g.batch.Previous), Style: m.th.Dim})
	}
	right := m.sorted()
	if n := len(m.selected); n > 0 {
		right = append(right, theme.Seg{Text: fmt.Sprintf(" %d selected ", n), Style: m.th.Chip}, theme.Seg{Text: " "})
	}
	if m.editing {
		// The field is what the person is looking at: it goes first.
		return m.th.Row(width, append(m.field(), append([]theme.Seg{{Text: "   "}}, left...)...)...)
	}
	if m.filter != "" {
		right = append([]theme.Seg{{Text: "/" + term.Clean(m.filter), Style: m.th.Match}, {Text: " "}}, right...)
	}
	if who := m.toldBy(g); l.stacked && segsWidth(left[:2])+segsWidth(who)+2+segsWidth(right) < width {
		// No list stands beside these commits whose foot tells it.
		if len(right) > 0 {
			who = append(who, theme.Seg{Text: "  "})
		}
		right = append(who, right...)
	}
	if segsWidth(left)+segsWidth(right) >= width {
		// How the rows are ordered says what the first one is: what it stands
		// behind gives way.
		left = left[:2]
	}
	return m.th.Spread(width, left, right)
}

func segsWidth(segs []theme.Seg) int {
	n := 0
	for _, s := range segs {
		n += term.Width(s.Text)
	}
	return n
}

// field draws the filter with its cursor.
func (m Model) field() []theme.Seg {
	value, at := []rune(m.input.Value()), m.input.Position()
	under := " "
	rest := ""
	if at < len(value) {
		under, rest = string(value[at]), string(value[at+1:])
	}
	return []theme.Seg{
		{Text: " / ", Style: m.th.Key},
		{Text: term.Clean(string(value[:at])), Style: m.th.Input},
		{Text: term.Clean(under), Style: m.th.Cursor},
		{Text: term.Clean(rest), Style: m.th.Input},
	}
}

func (m Model) commitRows(l layout) []string {
	g, row := m.current(), m.row()
	if row < 0 {
		return m.nothing(l.right)
	}
	var lines []string
	top, end := page(row, len(g.shown), l.rows())
	cols := m.columns(l.right)
	for i := top; i < end; i++ {
		lines = append(lines, m.commitRow(g.shown[i], i, i == row, cols, l.right))
		for range l.stride - 1 {
			lines = append(lines, "")
		}
	}
	if g.batch.Truncated && end == len(g.shown) {
		lines = append(lines, m.say(m.th.Dim, l.right, "older commits were not read")...)
	}
	return lines
}

// nothing says why there is no row and what to do.
func (m Model) nothing(width int) []string {
	g := m.current()
	switch {
	case m.filter != "":
		lines := []string{"no commit in " + g.name() + " matches " + wording.Quote(term.Clean(m.filter))}
		if n, name := m.elsewhere(); n > 0 {
			lines = append(lines, wording.Count(n, "commit")+" elsewhere, the first in "+name)
		}
		return m.say(m.th.Warn, width, append(lines, "esc clears the filter")...)
	case g.key == (groupKey{}) && m.deployed():
		return m.say(m.th.Text, width, "nothing is "+g.name(), "everything on "+term.Clean(m.snap.Branch)+" is in "+m.newest())
	case g.key == (groupKey{}):
		return m.say(m.th.Text, width, "no commits on "+term.Clean(m.snap.Branch), "fetch with r")
	case g.batch.Truncated:
		return m.beyond(g, width)
	case g.batch.Deployment.Status == gitops.StatusFailed:
		return m.say(m.th.Text, width, "the deployment of "+g.name()+" failed, says "+term.Clean(g.batch.Deployment.Source),
			"what it carried "+m.carriedBy(g)+"; R restores its tree")
	default:
		return m.say(m.th.Text, width, g.name()+" brought no commits", "it is at the same commit as, or behind, the deployment before; R restores its tree")
	}
}

// carriedBy says where the commits of a deployment that failed are listed.
func (m Model) carriedBy(g group) string {
	for i := m.at(g.key) - 1; i >= 0; i-- {
		switch above := m.groups[i]; {
		case above.key == groupKey{}:
			return "is listed as " + above.name()
		case above.isDeployment() && above.batch.Deployment.Status != gitops.StatusFailed:
			return "came with " + above.name()
		}
	}
	return "came with the next one"
}

// newest names the newest deployment.
func (m Model) newest() string {
	for _, g := range m.groups {
		if g.isDeployment() {
			return g.name()
		}
	}
	return ""
}

// beyond stands for the commits of a deployment that the look did not reach.
func (m Model) beyond(g group, width int) []string {
	if d := m.snap.Deployed; d != nil && m.snap.Drift.Missing && d.Commit == g.key.commit {
		lines := []string{g.name() + " is not in this clone, so nothing can be said of what it brought"}
		if fetch := m.snap.Drift.Fetch; fetch != "" {
			lines = append(lines, "`"+term.Clean(fetch)+"` brings it; then r looks again")
		}
		return m.say(m.th.Warn, width, lines...)
	}
	if err := m.unread[deploymentKey{g.key.commit, g.key.tag}]; err != nil {
		return m.say(m.th.Warn, width, "its commits cannot be read", term.Clean(err.Error()))
	}
	return m.say(m.th.Dim, width, "… reading the commits of "+g.name())
}

// commitRow is one commit; i is its place in the list.
func (m Model) commitRow(h gitops.Hash, i int, here bool, cols columns, width int) string {
	segs := m.cells(h, i, here, cols, width)
	switch {
	case !here:
		return m.th.Row(width, segs...)
	case m.focus == paneCommits:
		return m.th.RowOf(m.th.Selected, width, segs...)
	default:
		return m.th.RowOf(m.th.Marked, width, segs...)
	}
}

func (m Model) cells(h gitops.Hash, i int, here bool, cols columns, width int) []theme.Seg {
	c, known := m.commit(h)
	pointer, sel := " ", " "
	if here {
		pointer = "▶"
	}
	if m.isSelected(h) {
		sel = "●"
	}
	text, style := m.verdictText(h)
	subject := m.marks(c, h) + term.Clean(c.Subject())
	if !known {
		subject = "(not among the commits that were read)"
	}
	when, who := m.whenAndWho(c, h, cols)
	segs := []theme.Seg{
		{Text: pointer + sel, Style: m.th.Strong},
		{Text: term.FitRight(m.numberOf(h, i), cols.number) + " ", Style: m.th.Dim},
		{Text: term.Fit(text, cols.verdict) + " ", Style: style},
		{Text: h.Short() + " ", Style: m.th.Text},
		{Text: term.FitRight(when, 5) + "  ", Style: m.th.Dim},
		{Text: cols.who(who), Style: m.whyStyle(cols, h)},
		{Text: subject, Style: m.th.Text},
	}
	if cols.why && width >= reasonsFrom {
		segs[len(segs)-1].Text = term.Fit(subject, reasonsFrom*2/5) + "  "
		segs = append(segs, theme.Seg{Text: m.reason(h), Style: m.th.Dim})
	}
	return segs
}

// whenAndWho are the age and the author, of which the evidence takes one's place
// where there is some.
func (m Model) whenAndWho(c gitops.Commit, h gitops.Hash, cols columns) (when, who string) {
	when, who = age(c.Committer.When, m.now), term.Clean(c.Author.Name)
	if !cols.why {
		return when, who
	}
	if cols.author == 0 {
		when = m.evidence(h)
	}
	return when, m.evidence(h)
}

// verdictText is a sign and a word: the sign for the eye, the word for the ear.
func (m Model) verdictText(h gitops.Hash) (string, theme.Style) {
	v, ok := m.verdicts[h]
	switch {
	case !ok && m.working[h]:
		return "… working", m.th.Dim
	case !ok:
		return "…", m.th.Dim
	case v.err != nil:
		return "? unknown", m.th.Warn
	}
	switch v.judgement.Verdict {
	case gitops.VerdictClean:
		return "✓ clean", m.th.Good
	case gitops.VerdictConflict:
		return "✗ " + wording.Count(v.judgement.Conflicts, "file"), m.th.Danger
	case gitops.VerdictEmpty:
		return "∅ nothing", m.th.Dim
	case gitops.VerdictRefused:
		return "⊘ refused", m.th.Warn
	default:
		return "? unknown", m.th.Warn
	}
}

// hazardMarks are the signs of what a commit touches that makes reverting it
// more than a change of code.
var hazardMarks = []struct{ code, sign, words string }{
	{gitops.WarnMigration, "⚑", "touches a migration"},
	{gitops.WarnLockfile, "▣", "touches a lock file"},
	{gitops.WarnCIConfig, "⚙", "touches the pipeline"},
}

func (m Model) marks(c gitops.Commit, h gitops.Hash) string {
	var b strings.Builder
	if c.IsMerge() {
		b.WriteString("⋎")
	}
	for _, mark := range hazardMarks {
		if has(m.touches[h].hazards, mark.code) {
			b.WriteString(mark.sign)
		}
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	return b.String()
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// age is a duration in one short unit, "41 m", for a column.
func age(then, now time.Time) string {
	if then.IsZero() {
		return "—"
	}
	d := max(0, now.Sub(then))
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d m", d/time.Minute)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d < 1000*24*time.Hour:
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	default:
		return fmt.Sprintf("%d y", d/(365*24*time.Hour))
	}
}
