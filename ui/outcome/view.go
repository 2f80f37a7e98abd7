package outcome

import (
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// View draws the screen in exactly height lines of width cells: the head stays,
// the rest scrolls.
func (m Model) View(width, height int) string {
	if width < 1 || height < 1 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	lines := m.head(width)
	body := m.body(width)
	room := max(0, height-len(lines)-1)
	first := max(0, min(m.scroll, len(body)-room))
	last := min(len(body), first+room)
	lines = append(lines, body[first:last]...)
	for len(lines) < height-1 {
		lines = append(lines, "")
	}
	lines = append(lines[:max(0, min(len(lines), height-1))], m.foot(width, first, len(body)-last))
	return term.Block(lines, width, height)
}

// bodyRows is how many rows scroll in the present window. It repeats View's
// arithmetic.
func (m Model) bodyRows() int { return max(1, m.height-len(m.head(m.width))-1) }

// low is the height below which the steps that went well share a row, so that
// the one that runs, and the watch, stay in sight.
const low = 18

func (m Model) head(width int) []string {
	title, style := m.title()
	left := []theme.Seg{{Text: " " + title, Style: style}}
	band, bandStyle := m.production()
	rule := m.th.Row(width, theme.Seg{Text: strings.Repeat("─", width), Style: m.th.Border})
	right := []theme.Seg{{Text: band, Style: bandStyle}}
	if m.plan.Partial() {
		rule = m.partialRule(width)
	}
	if band != "" && term.Width(title)+term.Width(band)+3 > width {
		if m.height < low {
			return []string{m.th.Row(width, left...), rule}
		}
		return []string{m.th.Row(width, left...), m.th.Row(width, theme.Seg{Text: " "}, right[0]), rule}
	}
	return []string{m.th.Spread(width, left, append(right, theme.Seg{Text: " "})), rule}
}

// partialRule is the rule under the head with the mark that the preview and the
// gate had, too: whoever reads what shipped must not take it for all of it.
func (m Model) partialRule(width int) string {
	const lead, chip = "── ", " PARTIAL "
	room := max(0, width-term.Width(lead+chip))
	words := term.Cut(" "+wording.LeavesOut(m.plan.LeftOut, room-4)+" ", room)
	return m.th.Row(width, theme.Seg{Text: lead, Style: m.th.Border}, theme.Seg{Text: chip, Style: m.th.Chip},
		theme.Seg{Text: words, Style: m.th.Warn},
		theme.Seg{Text: strings.Repeat("─", max(0, room-term.Width(words))), Style: m.th.Border})
}

// title is the one thing to read from across the room.
func (m Model) title() (string, theme.Style) {
	name := m.name()
	switch {
	case !m.finished:
		return "SHIPPING " + name + "… " + wording.Span(m.now().Sub(m.started)), m.th.Header
	case m.err != nil:
		return m.road.Title + ": " + m.road.Shipped, m.th.Danger
	case m.waits():
		return "PROPOSED, NOT SHIPPED: a pull request waits", m.th.Warn
	case m.verified():
		return "SHIPPED " + name + " in " + wording.Took(m.took()), m.th.Good
	default:
		return "PUSHED, NOT VERIFIED: " + name, m.th.Warn
	}
}

func (m Model) took() time.Duration {
	if m.onward || m.receipt.StartedAt.IsZero() || m.receipt.FinishedAt.IsZero() {
		return m.ended.Sub(m.started)
	}
	return m.receipt.FinishedAt.Sub(m.receipt.StartedAt)
}

// name is what people call the release.
func (m Model) name() string {
	switch {
	case m.receipt.Tag.Name != "":
		return term.Clean(m.receipt.Tag.Name)
	case m.plan.Tag.Name != "":
		return term.Clean(m.plan.Tag.Name)
	case !m.receipt.Commit.IsZero():
		return m.receipt.Commit.Short()
	default:
		return term.Clean(m.plan.Branch)
	}
}

// production says what was seen, which may have begun before anybody looked.
func (m Model) production() (string, theme.Style) {
	down := wording.Span(m.health.DownFor(m.now()))
	switch m.health.Phase {
	case health.Down:
		return " production seen down for " + down + " ", m.th.Band
	case health.Unsteady:
		return " production " + wording.Unsteady(m.health) + " ", m.th.Band
	case health.Recovered:
		return " production up again, seen down for " + down + " ", m.th.BandGood
	case health.Up:
		return "production up", m.th.Good
	default:
		return "", m.th.Text
	}
}

// body is everything below the head, in full: a failure before the steps that
// led to it, since it is what has to be acted on.
func (m Model) body(width int) []string {
	var out []string
	if m.finished && m.err != nil {
		out = append(out, m.failure(width)...)
	}
	out = append(out, m.stepRows(width)...)
	if m.finished && m.err == nil && !m.waits() {
		state, text := m.watch.Say(m.name(), m.now())
		out = append(out, m.row(state, "watch", text, time.Time{}, width)...)
	}
	if !m.finished {
		return out
	}
	out = append(out, "")
	if m.err == nil {
		out = append(out, m.next(width)...)
	}
	return append(out, m.receiptLines(width)...)
}

// stepRows gives the steps; those that an error kept from beginning share one
// row, and in a low window those that went well another.
func (m Model) stepRows(width int) []string {
	var out, went, never []string
	for _, s := range m.steps {
		if m.height < low && s.result.State == gitops.StepDone {
			went = append(went, term.Clean(s.result.Name))
			continue
		}
		if m.finished && m.err != nil && s.result.State == gitops.StepWaiting {
			never = append(never, term.Clean(s.result.Name))
			continue
		}
		out = append(out, m.stepLines(s, width)...)
	}
	if len(went) > 0 {
		out = append(m.row(gitops.StepDone, "done", strings.Join(went, ", "), time.Time{}, width), out...)
	}
	if len(never) > 0 {
		out = append(out, m.row(gitops.StepSkipped, "", "not begun: "+strings.Join(never, ", "), time.Time{}, width)...)
	}
	return out
}

// unpromised are the words for the steps that publishing takes on its own,
// before those of the plan.
func (m Model) unpromised(name string) string {
	switch name {
	case "preflight":
		return "look at git, identity, signing and the remote"
	case "fetch":
		return "ask " + term.Clean(m.plan.Remote) + " for its tip"
	case "tip":
		return "hold branch and tag against the plan"
	case "check":
		return "let git compute the same merge"
	case "objects":
		return "write the new files and folders"
	default:
		return ""
	}
}

func (m Model) stepLines(s step, width int) []string {
	r := s.result
	text := term.Clean(r.Detail)
	if m.err != nil && text == m.road.What {
		// The whole sentence stands above, where it has room.
		text = m.road.Brief
	}
	if text == "" {
		text = term.Clean(s.words)
	}
	if text == "" {
		text = m.unpromised(r.Name)
	}
	if r.State == gitops.StepWaiting && m.finished && r.Detail == "" {
		return m.row(gitops.StepUnknown, r.Name, "no evidence for this step", r.At, width)
	}
	state := r.State
	if state == gitops.StepRunning && m.finished {
		// It began and nobody saw it end.
		state = gitops.StepUnknown
	}
	if state == gitops.StepRunning && !r.At.IsZero() {
		if d := m.now().Sub(r.At); d >= time.Second {
			text += ", " + wording.Span(d)
		}
	}
	return m.row(state, r.Name, text, r.At, width)
}

const nameWidth = 13

// row is one step: mark, name, text folded, and the time where there is room.
func (m Model) row(state gitops.StepState, name, text string, at time.Time, width int) []string {
	clock := ""
	if !at.IsZero() && ended(state) {
		clock = at.UTC().Format("15:04:05") + " "
	}
	mark, style := m.mark(state)
	front := []theme.Seg{
		{Text: " " + mark + " ", Style: style},
		{Text: term.Fit(term.Clean(name), nameWidth-4) + " ", Style: m.th.Strong},
	}
	room := max(8, width-nameWidth-term.Width(clock)-1)
	textStyle := m.th.Text
	if state == gitops.StepWaiting || state == gitops.StepSkipped {
		textStyle = m.th.Dim
	}
	var out []string
	for i, l := range wording.Fold(text, room) {
		if i == 0 {
			out = append(out, m.th.Spread(width, append(front, theme.Seg{Text: l, Style: textStyle}),
				[]theme.Seg{{Text: clock, Style: m.th.Dim}}))
			continue
		}
		out = append(out, m.th.Row(width, theme.Seg{Text: strings.Repeat(" ", nameWidth)}, theme.Seg{Text: l, Style: textStyle}))
	}
	return out
}

func (m Model) mark(s gitops.StepState) (string, theme.Style) {
	switch s {
	case gitops.StepDone:
		return "✓", m.th.Good
	case gitops.StepRunning:
		return "…", m.th.Strong
	case gitops.StepFailed:
		return "✗", m.th.Danger
	case gitops.StepUnknown:
		return "?", m.th.Warn
	case gitops.StepSkipped:
		return "−", m.th.Dim
	default:
		return "·", m.th.Dim
	}
}

// failure gives the road of an error, with what others said about it.
func (m Model) failure(width int) []string {
	out := m.para("", m.road.What, m.th.Strong, width)
	if !m.onward || !m.road.Again {
		out = append(out, m.para("NEXT", m.road.Next, m.th.Text, width)...)
	}
	if keys := m.roadKeys(); keys != "" {
		out = append(out, m.para("", "      "+keys, m.th.Text, width)...)
	}
	if len(m.road.Detail) > 0 {
		out = append(out, "")
		out = append(out, m.box(m.road.Detail, width)...)
	}
	return append(out, "")
}

// box frames the words of a hook or a server, so that nobody takes them for
// ours.
func (m Model) box(lines []string, width int) []string {
	inner := max(4, width-6)
	edge := func(text string) string {
		return m.th.Row(width, theme.Seg{Text: text, Style: m.th.Border})
	}
	title := "─ they said "
	out := []string{edge(" ┌" + title + strings.Repeat("─", max(0, inner+2-term.Width(title))))}
	for _, line := range lines {
		for _, l := range wording.Fold(line, inner) {
			out = append(out, m.th.Row(width, theme.Seg{Text: " │ ", Style: m.th.Border}, theme.Seg{Text: l, Style: m.th.Text}))
		}
	}
	return append(out, edge(" └"+strings.Repeat("─", inner+2)))
}

// next says how the story goes on after a release.
func (m Model) next(width int) []string {
	if m.waits() {
		return append(m.para("NEXT", wording.Merge(m.plan, m.receipt, "r here, or ahead resume,"), m.th.Text, width), "")
	}
	var out []string
	label := "NEXT"
	if m.watch.InVain(m.health) {
		// What is to be done with the change can wait; production cannot.
		out = m.para(label, wording.InVain(m.name(), m.snap, m.plan)+"; s looks for the other suspects, esc goes to the timeline", m.th.Warn, width)
		label = "LATER"
	}
	if text := wording.AfterShipping(m.snap, m.plan, m.receipt); text != "" {
		out = append(out, m.para(label, text, m.th.Text, width)...)
	}
	if m.released() {
		out = append(out, m.para("UNDO", wording.Forward(), m.th.Text, width)...)
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, "")
}

func (m Model) para(label, text string, style theme.Style, width int) []string {
	var out []string
	front := term.Pad(" "+label, 7)
	if label == "" {
		front = " "
	}
	for _, l := range wording.Fold(text, max(8, width-term.Width(front)-1)) {
		out = append(out, m.th.Row(width, theme.Seg{Text: front, Style: m.th.Header}, theme.Seg{Text: l, Style: style}))
		front = strings.Repeat(" ", term.Width(front))
	}
	return out
}

// receiptLines is the record: what exists now that did not before.
func (m Model) receiptLines(width int) []string {
	r := m.receipt
	if r.Commit.IsZero() && len(r.Refs) == 0 || m.err != nil && len(r.Refs) == 0 {
		// Objects without a ref are nothing that anybody has.
		return nil
	}
	out := []string{m.th.Row(width, theme.Seg{Text: " RECEIPT ", Style: m.th.Header}, theme.Seg{Text: term.Clean(r.ID), Style: m.th.Dim})}
	add := func(label, text string) {
		out = append(out, m.th.Row(width,
			theme.Seg{Text: term.Pad("   "+label, 12), Style: m.th.Dim}, theme.Seg{Text: text, Style: m.th.Text}))
	}
	if !r.Commit.IsZero() {
		add("commit", r.Commit.String())
	}
	if r.Tag.Name != "" {
		add("tag", term.Clean(r.Tag.Name)+"  "+r.Tag.Object.String())
	}
	for _, u := range r.Refs {
		add("ref", fmt.Sprintf("%s  %s → %s  %s", term.Clean(u.Ref), short(u.Old), short(u.New), term.Clean(u.Status)))
		if u.Evidence != "" {
			// Columns in what a remote says are tabs; one blank shows as much.
			add("", "said: "+strings.Join(strings.Fields(term.Clean(u.Evidence)), " "))
		}
	}
	for i, part := range wording.PartsLeftOut(m.plan.LeftOut) {
		label := "left out"
		if i > 0 {
			label = ""
		}
		add(label, part)
	}
	return out
}

func short(h gitops.Hash) string {
	if h.IsZero() {
		return "(none)"
	}
	return h.Short()
}

func (m Model) foot(width, above, below int) string {
	if m.notice != "" {
		return m.th.Row(width, theme.Seg{Text: " " + m.notice, Style: m.th.Warn})
	}
	if above == 0 && below <= 0 {
		return ""
	}
	return m.th.Row(width, theme.Seg{
		Text: fmt.Sprintf(" ↑ %d  ↓ %s", above, wording.Count(below, "more line")), Style: m.th.Dim,
	})
}
