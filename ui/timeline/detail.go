package timeline

import (
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// detail tells about the commit under the cursor in at most n lines, the most
// telling first.
func (m Model) detail(width, n int) []string {
	if m.said != "" {
		said := m.say(m.th.Warn, width, m.said)
		m.said = ""
		return append(said, m.detail(width, max(0, n-len(said)))...)
	}
	if m.focus == paneGroups {
		return m.groupDetail(width, n)
	}
	h := m.Cursor()
	if h.IsZero() {
		return nil
	}
	c, known := m.commit(h)
	if !known {
		return m.say(m.th.Warn, width, h.String(), "older than the commits that were read")
	}
	lines := m.headline(c, width, n)
	if m.rank.on && len(m.rank.by) > 0 {
		try := m.tryRow(width)
		lines = append([]string{m.suspectLine(c, width)}, m.whyRows(h, width, n-1-len(try))...)
		lines = append(lines, try...)
	}
	if why := m.why(h); why != "" {
		lines = append(lines, m.th.Row(width, theme.Seg{Text: " " + why, Style: m.th.Warn}))
	}
	if words := m.words(c); words != "" {
		lines = append(lines, m.th.Row(width, theme.Seg{Text: " " + words, Style: m.th.Text}))
	}
	if room := n - len(lines); room > 0 {
		lines = append(lines, m.files(h, width, room)...)
	}
	return lines
}

// headline is the subject in full with author and time, on two lines where
// there is room for them: the row above has little space for the subject.
func (m Model) headline(c gitops.Commit, width, n int) []string {
	at := c.Committer.When.UTC()
	when := at.Format("2006-01-02 15:04 UTC")
	if at.Format("2006-01-02") == m.now.UTC().Format("2006-01-02") {
		when = at.Format("15:04 UTC")
	}
	hash := theme.Seg{Text: " " + c.Hash.Short() + "  ", Style: m.th.Strong}
	subject := term.Clean(c.Subject())
	who := term.Clean(c.Author.Name)
	if n > 3 {
		return []string{
			m.th.Row(width, hash, theme.Seg{Text: subject, Style: m.th.Text}),
			m.th.Row(width, theme.Seg{Text: " by " + who + ", " + when + ", " + wording.Ago(at, m.now), Style: m.th.Dim}),
		}
	}
	// The subject goes before who wrote it when.
	const least = 24
	right, room := "", 0
	for _, form := range []string{
		fmt.Sprintf("  %s, %s ", term.Cut(who, 24), when), fmt.Sprintf("  %s, %s ", term.Cut(who, 24), wording.Ago(at, m.now)),
		fmt.Sprintf("  %s ", wording.Ago(at, m.now)), "",
	} {
		right, room = form, width-term.Width(hash.Text)-1-term.Width(form)
		if room >= min(least, term.Width(subject)) {
			break
		}
	}
	return []string{m.th.Spread(width,
		[]theme.Seg{hash, {Text: term.Cut(subject, max(8, room)), Style: m.th.Text}},
		[]theme.Seg{{Text: right, Style: m.th.Dim}})}
}

// why says what stands behind a verdict that is not clean.
func (m Model) why(h gitops.Hash) string {
	v, ok := m.verdicts[h]
	switch {
	case !ok:
		return ""
	case v.err != nil:
		return "not judged: " + wording.Problem(v.err)
	case v.judgement.Reason != "" && v.judgement.Verdict != gitops.VerdictClean:
		return term.Clean(v.judgement.Reason)
	case v.judgement.Verdict == gitops.VerdictConflict:
		return "conflicts in " + wording.Count(v.judgement.Conflicts, "file") + ": enter shows where, and which later commits stand in the way"
	}
	return ""
}

// words spells the signs of the row out.
func (m Model) words(c gitops.Commit) string {
	var parts []string
	if c.IsMerge() {
		parts = append(parts, fmt.Sprintf("⋎ merge of %s into %s", c.Parents[1].Short(), c.Parents[0].Short()))
	}
	for _, mark := range hazardMarks {
		if has(m.touches[c.Hash].hazards, mark.code) {
			parts = append(parts, mark.sign+" "+mark.words)
		}
	}
	return strings.Join(parts, "   ")
}

// files lists the paths that a commit touched, as many as fit into n lines,
// and says how many do not.
func (m Model) files(h gitops.Hash, width, n int) []string {
	t, ok := m.touches[h]
	switch {
	case !ok:
		return m.say(m.th.Dim, width, "… reading what it touched")
	case t.err != nil:
		return m.say(m.th.Warn, width, "its files cannot be read: "+term.Clean(t.err.Error()))
	case len(t.files) == 0:
		return m.say(m.th.Dim, width, "touches no file")
	}
	// As many columns as it takes, for long paths need long lines.
	perLine := max(1, min((len(t.files)+n-1)/n, width/30))
	cell := (width - 1) / perLine
	shown := min(len(t.files), n*perLine)
	if shown < len(t.files) {
		// The last place says how many more there are.
		shown = max(0, shown-1)
	}
	var lines []string
	var segs []theme.Seg
	for i := range shown {
		segs = append(segs, m.file(t.files[i], cell)...)
		if i%perLine == perLine-1 {
			lines, segs = append(lines, m.th.Row(width, append([]theme.Seg{{Text: " "}}, segs...)...)), nil
		}
	}
	if rest := len(t.files) - shown; rest > 0 {
		segs = append(segs, theme.Seg{Text: restWords(t.files, rest), Style: m.th.Dim})
	}
	if segs != nil {
		lines = append(lines, m.th.Row(width, append([]theme.Seg{{Text: " "}}, segs...)...))
	}
	return lines
}

func (m Model) file(f gitops.FileChange, cell int) []theme.Seg {
	add, del := fmt.Sprintf("+%s", wording.Number(f.Additions)), fmt.Sprintf("−%s", wording.Number(f.Deletions))
	switch {
	case f.Uncounted:
		add, del = "not here", ""
	case f.Binary:
		add, del = "binary", ""
	}
	room := max(4, cell-term.Width(add)-term.Width(del)-5)
	path := term.CutLeft(term.Clean(f.Path), room)
	pad := max(1, cell-term.Width(path)-term.Width(add)-term.Width(del)-2)
	return []theme.Seg{
		{Text: path + "  ", Style: m.th.Text},
		{Text: add + " ", Style: m.th.Added},
		{Text: del, Style: m.th.Removed},
		{Text: strings.Repeat(" ", max(1, pad-1))},
	}
}

// restWords counts the files that are not shown, and the lines of all.
func restWords(files []gitops.FileChange, rest int) string {
	add, del := count(files)
	lines := fmt.Sprintf("+%s −%s", wording.Number(add), wording.Number(del))
	if files[0].Uncounted {
		lines = "their lines are not in this partial clone"
	}
	if rest == len(files) {
		return wording.Count(rest, "file") + ", " + lines
	}
	return wording.Number(rest) + " more, " + lines + " in all"
}

func count(files []gitops.FileChange) (add, del int) {
	for _, f := range files {
		add += f.Additions
		del += f.Deletions
	}
	return add, del
}

// reading is what is shown before anything is known.
func (m Model) reading() []string {
	return []string{"", m.th.Text.Render(" reading the repository… " + wording.Span(m.now.Sub(m.began)))}
}

// failed says why there is nothing to show and what to do about it.
func (m Model) failed(width int) []string {
	lines := []string{""}
	if gitops.CodeOf(m.err) == gitops.CodeEmptyRepository {
		return append(lines, m.say(m.th.Text, width, term.Clean(m.err.Error()),
			"commit and push once, then r looks again; there is nothing to revert before that")...)
	}
	var known *gitops.Error
	next := "r tries again, q quits; `ahead doctor` says what works here"
	if errors.As(m.err, &known) && known.Hint != "" {
		next = term.Clean(known.Hint) + " (r tries again, q quits)"
	}
	return append(lines, m.say(m.th.Danger, width, "the repository cannot be read", term.Clean(m.err.Error()), next)...)
}
