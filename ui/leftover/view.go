package leftover

import (
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// View draws the screen in exactly height lines of width cells.
func (m Model) View(width, height int) string {
	if width < 1 || height < 1 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	head, foot := m.head(width), m.foot(width)
	body := m.body(width)
	room := max(0, height-len(head)-len(foot))
	first := max(0, min(m.scroll, len(body)-room))
	lines := append(head, body[first:min(len(body), first+room)]...)
	for len(lines) < height-len(foot) {
		lines = append(lines, "")
	}
	return term.Block(append(lines, foot...), width, height)
}

func (m Model) bodyRows() int { return max(1, m.height-len(m.head(m.width))-len(m.foot(m.width))) }

func (m Model) head(width int) []string {
	r := m.run()
	title, style := "AN EARLIER RUN WAS BROKEN OFF", m.th.Warn
	switch {
	case m.merged():
		title, style = "A PULL REQUEST WAS MERGED", m.th.Warn
	case r.State == gitops.RunWaiting:
		title, style = "A PULL REQUEST WAITS", m.th.Header
	case r.State == gitops.RunUnderWay:
		title, style = "SOMEBODY IS PUBLISHING FROM HERE", m.th.Warn
	}
	which := wording.RunName(r) + " "
	if n := len(m.runs); n > 1 {
		which = fmt.Sprintf("%s, run %d of %d ", wording.RunName(r), m.at+1, n)
	}
	return []string{
		m.th.Spread(width, []theme.Seg{{Text: " " + title, Style: style}}, []theme.Seg{{Text: which, Style: m.th.Strong}}),
		m.rule(width),
	}
}

// merged reports whether the remote has said that what the run waits for has
// happened: the record alone still says that it waits.
func (m Model) merged() bool {
	arrived := m.st.Reached == gitops.ReachedMerged || m.st.Reached == gitops.ReachedAll
	return m.run().State == gitops.RunWaiting && m.known && !m.asking && m.err == nil && arrived
}

func (m Model) rule(width int) string {
	return m.th.Row(width, theme.Seg{Text: strings.Repeat("─", width), Style: m.th.Border})
}

// body says what it was, then what the remote holds of it, then what can be
// done: the answer comes before the details of how far it came.
func (m Model) body(width int) []string {
	r := m.run()
	var out []string
	add := func(name, text string, style theme.Style) { out = append(out, m.fact(name, text, style, width)...) }
	m.sayStanding(add)
	out = append(out, "")
	subject := gitops.Commit{Message: r.Plan.Message}.Subject()
	add("WHAT", term.Clean(subject)+", to "+term.Clean(r.Plan.Branch)+" on "+term.Clean(r.Plan.Remote), m.th.Text)
	add("BEGUN", fmt.Sprintf("%s UTC, %s, by %s on %s", r.Receipt.StartedAt.UTC().Format("2006-01-02 15:04:05"),
		wording.Ago(r.Receipt.StartedAt, m.now()), term.Clean(r.By.User), term.Clean(r.By.Host)), m.th.Text)
	state := wording.RunState(r)
	if m.merged() {
		state = "its pull request is merged; the run is not done yet"
	}
	add("STATE", state, m.th.Text)
	for i, line := range m.steps(width - labelWidth - 1) {
		name := "CAME TO"
		if i > 0 {
			name = ""
		}
		add(name, line, m.th.Text)
	}
	if r.Receipt.URL != "" {
		add("PAGE", term.Clean(r.Receipt.URL), m.th.Text)
	}
	if r.Plan.Remedy.Reason != "" {
		add("REASON", term.Clean(r.Plan.Remedy.Reason), m.th.Text)
	}
	if r.Plan.Remedy.Incident != "" {
		add("INCIDENT", term.Clean(r.Plan.Remedy.Incident), m.th.Text)
	}
	add("RECORD", term.Clean(r.ID), m.th.Dim)
	return out
}

// sayStanding says what the remote holds and what carrying on will do.
func (m Model) sayStanding(add func(name, text string, style theme.Style)) {
	r := m.run()
	remote := term.Clean(r.Plan.Remote)
	switch {
	case r.State == gitops.RunUnderWay:
		add("NOW", wording.RunState(r)+fmt.Sprintf(", process %d", r.By.PID), m.th.Strong)
		add("NEXT", "wait until it is done, r looks again; should it hang, end it, and then carry on or close it here", m.th.Text)
	case m.asking:
		add("HOLDS", "asking "+remote+"… "+wording.Span(m.now().Sub(m.asked)), m.th.Strong)
		add("NEXT", "nothing goes on before it is known", m.th.Dim)
	case m.err != nil:
		add("HOLDS", "not known: "+term.Clean(m.err.Error()), m.th.Danger)
		next := "r asks again"
		var e *gitops.Error
		if errors.As(m.err, &e) && e.Hint != "" {
			next += "; " + term.Clean(e.Hint)
		}
		add("NEXT", next, m.th.Text)
	case !m.known:
		add("HOLDS", "not asked yet: r asks "+remote+" what it holds", m.th.Strong)
	default:
		style := m.th.Strong
		if m.st.Reached == gitops.ReachedUnknown {
			style = m.th.Warn
		}
		add("HOLDS", term.Clean(m.st.Words), style)
		lead := ""
		if m.st.Onward != gitops.OnwardNothing {
			lead = "c: "
		}
		add("NEXT", lead+term.Clean(m.st.Next), m.th.Text)
	}
}

// steps is how far the run came, as its record has it, in lines of width cells:
// a mark stays with its step.
func (m Model) steps(width int) []string {
	var lines []string
	for _, s := range m.run().Receipt.Steps {
		word := mark(s.State) + " " + term.Clean(s.Name)
		if n := len(lines); n > 0 && term.Width(lines[n-1])+2+term.Width(word) <= width {
			lines[n-1] += "  " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}

func mark(s gitops.StepState) string {
	switch s {
	case gitops.StepDone:
		return "✓"
	case gitops.StepFailed:
		return "✗"
	case gitops.StepSkipped:
		return "−"
	case gitops.StepWaiting:
		return "…"
	default:
		// It began, and nobody saw it end.
		return "?"
	}
}

const labelWidth = 11

func (m Model) fact(name, text string, style theme.Style, width int) []string {
	var out []string
	label := term.Pad(" "+name, labelWidth)
	for _, l := range wording.Fold(text, max(8, width-labelWidth-1)) {
		out = append(out, m.th.Row(width, theme.Seg{Text: label, Style: m.th.Header}, theme.Seg{Text: l, Style: style}))
		label = strings.Repeat(" ", labelWidth)
	}
	return out
}

// foot is the field for the reason while it is open, else the last word.
func (m Model) foot(width int) []string {
	switch {
	case m.sent:
		return []string{m.rule(width), m.th.Row(width, theme.Seg{Text: " closing…", Style: m.th.Strong})}
	case m.closing:
		hint := "it goes into the record; " + term.Clean(m.run().Plan.Remote) + " is not touched"
		if m.notice != "" {
			hint = m.notice
		}
		return []string{
			m.rule(width),
			m.th.Row(width, theme.Seg{Text: " Why is it given up?", Style: m.th.Strong}),
			m.th.Row(width, theme.Seg{Text: " ▸ ", Style: m.th.Key},
				theme.Seg{Text: term.CutLeft(term.Clean(m.why), max(1, width-6)), Style: m.th.Input}, theme.Seg{Text: " ", Style: m.th.Cursor}),
			m.th.Row(width, theme.Seg{Text: " " + hint, Style: m.th.Dim}),
		}
	case m.notice != "":
		var out []string
		for _, l := range wording.Fold(m.notice, max(8, width-2)) {
			out = append(out, m.th.Row(width, theme.Seg{Text: " " + l, Style: m.th.Warn}))
		}
		return out[:min(len(out), 3)]
	default:
		return nil
	}
}
