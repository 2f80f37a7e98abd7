package confirm

import (
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// route says by which way it goes, where that is not the ordinary one: who
// types the name must know that a merge, or a second push, is still to come.
func (m Model) route(width int) forms {
	text := wording.Route(m.plan)
	if text == "" {
		return nil
	}
	short, bare := text, m.plan.Passage.NoVerify
	switch {
	case m.plan.Passage.ByPullRequest() && bare:
		short = "by a pull request without hooks; tagged after"
	case m.plan.Passage.ByPullRequest():
		short = "by a pull request; tagged once it is merged"
	case bare && m.plan.Passage.Apart:
		// The steps say the rest of it; of the hooks nothing else does.
		short = "without hooks; " + text
	case bare && m.plan.Passage.Skips != "":
		short = "without hooks: skips " + term.Clean(m.plan.Passage.Skips)
	case bare:
		short = wording.Hooks(m.plan)
	}
	return forms{m.fact("ROUTE", text, m.th.Warn, width)[0], m.fact("ROUTE", short, m.th.Warn, width)[1]}
}

// notes gives what the rehearsal found out, in sentences or counted.
func (m Model) notes(width int) forms {
	if len(m.notices) == 0 {
		return nil
	}
	var codes, full []string
	name := "NOTES"
	for _, n := range m.notices {
		codes = append(codes, term.Clean(n.Code))
		full = append(full, m.folded(name, term.Clean(n.Text), m.th.Warn, width)...)
		name = ""
	}
	short := wording.Number(len(codes)) + ": " + strings.Join(codes, ", ")
	return forms{full, m.fact("NOTES", short, m.th.Warn, width)[1]}
}

// message is the text as it will be committed: trailers and the repository's
// own hook may have changed what the preview showed.
func (m Model) message(width int) forms {
	lines := strings.Split(strings.TrimRight(m.plan.Message, "\n"), "\n")
	const most = 12
	var full []string
	name := "MESSAGE"
	for i, l := range lines {
		if i == most {
			full = append(full, m.th.Row(width, m.label(""),
				theme.Seg{Text: "… and " + wording.Count(len(lines)-most, "more line"), Style: m.th.Dim}))
			break
		}
		full = append(full, m.th.Row(width, m.label(name), theme.Seg{Text: term.Clean(l), Style: m.th.Text}))
		name = ""
	}
	first := term.Clean(lines[0])
	if n := len(lines) - 1; n > 0 {
		first += "  +" + wording.Count(n, "line")
	}
	return forms{full, m.fact("MESSAGE", first, m.th.Text, width)[1], nil}
}

// noticeCodes names the notices for the smallest window.
func noticeCodes(all []gitops.Notice) string {
	codes := make([]string, 0, len(all))
	for _, n := range all {
		codes = append(codes, term.Clean(n.Code))
	}
	return strings.Join(codes, ", ")
}

// along names the commits that ship beside the change, or counts them.
func (m Model) along(width int) forms {
	n, doubt := len(m.plan.Collateral), wording.AlongDoubt(m.snap)
	switch {
	case n == 0 && doubt == "":
		return m.fact("SHIPS ALONG", "nothing else", m.th.Text, width)[1:]
	case n == 0:
		return m.fact("SHIPS ALONG", "nothing else"+doubt, m.th.Warn, width)[:1]
	}
	count := m.folded("SHIPS ALONG", wording.Count(n, wording.Waiting(m.snap)+" commit")+doubt, m.th.Warn, width)
	const most = 12
	named := append([]string(nil), count...)
	for i, h := range m.plan.Collateral {
		text := h.Short() + "  " + wording.Subject(m.snap, h)
		if i == most {
			text = "… and " + wording.Number(n-most) + " more"
		}
		named = append(named, m.th.Row(width, m.label(""), theme.Seg{Text: text, Style: m.th.Dim}))
		if i == most {
			break
		}
	}
	return forms{named, count}
}
