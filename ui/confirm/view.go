package confirm

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// leastBody is how many rows it takes to count warnings and what ships along.
const leastBody = 3

// wide is the width from which words and command stand side by side.
const wide = 96

// View draws the gate in exactly height lines of width cells. What must never
// be cut off, the title and the field, is placed first; the rest shares what is
// left, in the order of what a person must know.
func (m Model) View(width, height int) string {
	if width < 1 || height < 1 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	head, gate := m.head(width), m.gate(width)
	room := height - len(head) - len(gate)
	if room < leastBody {
		// Nobody types a name under a gate that does not say what it opens to.
		return term.Block([]string{"the window is too small for this question", "ahead needs 60×16"}, width, height)
	}
	body := m.body
	if m.onward != nil {
		body = m.onwardBody
	}
	lines := append(head, body(width, room)...)
	for len(lines) < height-len(gate) {
		lines = append(lines, "")
	}
	return term.Block(append(lines, gate...), width, height)
}

func (m Model) head(width int) []string {
	verb, object := wording.Title(m.snap, m.plan.Remedy)
	ask, calm := " SHIP THIS?", "nothing has been changed yet, anywhere"
	switch {
	case m.onward != nil:
		ask, calm = " CARRY ON WITH THIS?", "an earlier run"
	case m.plan.Passage.ByPullRequest():
		ask = " PROPOSE THIS?"
	}
	if m.sent {
		calm = "shipping…"
	}
	first := m.th.Spread(width,
		[]theme.Seg{{Text: ask, Style: m.th.Header}},
		[]theme.Seg{{Text: calm + " ", Style: m.th.Text}})
	second := m.th.Row(width, theme.Seg{Text: " " + verb + " ", Style: m.th.Strong}, theme.Seg{Text: object, Style: m.th.Text})
	return []string{first, second, m.rule(width)}
}

func (m Model) rule(width int) string {
	return m.th.Row(width, theme.Seg{Text: strings.Repeat("─", width), Style: m.th.Border})
}

// forms are the ways to say one thing, the longest first, each shorter than the
// one before. An empty last form means that the thing may be left out.
type forms [][]string

// The parts of the body.
const (
	partSteps = iota
	partRoute
	partNotes
	partMessage
	partLeftOut
	partWarnings
	partAlong
	partUnpushed
	partReason
	partExact
	parts
)

// upgrades is the order in which parts grow out of their shortest form: what
// will happen, then what comes with it by name, then the whole message and the
// whole commands.
var upgrades = []int{
	partSteps, partRoute, partLeftOut, partExact, partSteps, partNotes, partWarnings, partAlong, partUnpushed, partReason, partExact,
	partMessage, partMessage, partSteps,
}

// body fits steps and facts into height lines. In the smallest window every
// warning and every commit that ships along is still counted.
func (m Model) body(width, height int) []string {
	all := [parts]forms{
		partRoute: m.route(width), partNotes: m.notes(width), partMessage: m.message(width),
		partSteps: m.steps(width), partLeftOut: m.leftOut(width), partWarnings: m.warnings(width), partAlong: m.along(width),
		partUnpushed: m.unpushed(width), partReason: m.reason(width), partExact: m.exact(width),
	}
	var at [parts]int
	need := 0
	for i, f := range all {
		at[i] = len(f) - 1
		if len(f) > 0 {
			need += len(f[at[i]])
		}
	}
	for _, i := range upgrades {
		if at[i] <= 0 {
			continue
		}
		if extra := len(all[i][at[i]-1]) - len(all[i][at[i]]); need+extra <= height {
			at[i], need = at[i]-1, need+extra
		}
	}
	var out []string
	for _, i := range []int{partSteps, partRoute, partMessage, partLeftOut, partReason, partExact, partAlong, partUnpushed, partNotes, partWarnings} {
		if at[i] >= 0 {
			out = append(out, all[i][at[i]]...)
		}
		if i == partSteps && need < height {
			out = append(out, "")
		}
	}
	if len(out) > height {
		out = m.telegram(width)
	}
	return out[:min(len(out), height)]
}

// telegram is the body where not even the shortest forms have a line each:
// what comes along and what warns, before everything that was seen already.
func (m Model) telegram(width int) []string {
	var said []string
	if m.plan.Partial() {
		said = append(said, "PARTIAL: "+wording.LeavesOut(m.plan.LeftOut, width-12))
	}
	if n := len(m.plan.Warnings); n > 0 {
		codes := make([]string, 0, n)
		for _, w := range m.plan.Warnings {
			codes = append(codes, term.Clean(w.Code))
		}
		said = append(said, wording.Count(n, "warning")+" ("+strings.Join(codes, ", ")+")")
	}
	if n := len(m.notices); n > 0 {
		said = append(said, wording.Count(n, "note")+" ("+noticeCodes(m.notices)+")")
	}
	if n, doubt := len(m.plan.Collateral), wording.AlongDoubt(m.snap); n > 0 || doubt != "" {
		said = append(said, "ships along "+wording.Count(n, wording.Waiting(m.snap)+" commit")+doubt)
	}
	if n := m.snap.Unpushed; n > 0 {
		said = append(said, "not "+wording.Count(n, "local commit"))
	}
	way := "push: " + m.pushWords(m.acts())
	if route := wording.Route(m.plan); route != "" {
		way = route
	}
	said = append(said, way)
	return m.fold(" ", strings.Join(said, "; "), m.th.Text, width)
}

// act is a step in the words that are shown.
type act struct{ name, words, command string }

func (m Model) acts() []act {
	var out []act
	for _, s := range m.plan.Publication() {
		out = append(out, act{s.Name(), term.Clean(s.Words()), term.Clean(s.Command())})
	}
	if m.plan.Passage.ByPullRequest() {
		return out
	}
	return append(out, act{name: "watch", words: "until " + m.watched() + " is live"})
}

// steps gives the steps with their commands, without them, with the quiet ones
// in one line, and in a sentence.
func (m Model) steps(width int) forms {
	acts := m.acts()
	full, short, some := m.stepRows(acts, width)
	var names, quiet []string
	for _, a := range acts {
		names = append(names, a.name)
	}
	for _, a := range acts[len(some):] {
		quiet = append(quiet, a.name)
	}
	if n := len(m.plan.Commits); n > 1 {
		first := m.th.Row(width, theme.Seg{Text: fmt.Sprintf(" 1–%d ", n), Style: m.th.Strong},
			theme.Seg{Text: "commits, the first: " + acts[0].words, Style: m.th.Text})
		some = append([]string{first}, some[n:]...)
	}
	some = append(some, m.th.Row(width, theme.Seg{Text: " then " + strings.Join(quiet, ", "), Style: m.th.Text}))
	terse := m.fold(" ", strings.Join(names, ", ")+": "+m.pushWords(acts), m.th.Text, width)
	return forms{full, short, some, terse}
}

func (m Model) pushWords(acts []act) string {
	for _, a := range acts {
		if a.name == (gitops.PushStep{}).Name() {
			return a.words
		}
	}
	return ""
}

// stepRows draws the steps in full and in one line each; some are those up to
// the push.
func (m Model) stepRows(acts []act, width int) (full, short, some []string) {
	half := 0
	for _, a := range acts {
		half = max(half, len(" 1 ")+9+term.Width(a.words))
	}
	half = min(half+2, width*7/10)
	pushed, cut := false, width < wide
	for i, a := range acts {
		front := theme.Seg{Text: fmt.Sprintf(" %d %-7s ", i+1, a.name), Style: m.th.Strong}
		words := theme.Seg{Text: a.words, Style: m.th.Text}
		command := theme.Seg{Text: a.command, Style: m.th.Dim}
		line := m.th.Row(width, front, words)
		full = append(full, line)
		if width >= wide && a.command != "" {
			line = m.th.Row(half, front, words) + m.th.Row(width-half, theme.Seg{Text: " "}, command)
			cut = cut || term.Width(a.command) >= width-half
		}
		short = append(short, line)
		if a.command != "" {
			full = append(full, m.th.Row(width, theme.Seg{Text: strings.Repeat(" ", term.Width(front.Text))}, command))
		}
		if !pushed {
			some = append(some, line)
			pushed = a.name == (gitops.PushStep{}).Name()
		}
	}
	if !cut {
		// Side by side says it all; two lines a step would say no more.
		full = short
	}
	return full, short, some
}

func (m Model) watched() string {
	if m.plan.Tag.Name != "" {
		return term.Clean(m.plan.Tag.Name)
	}
	return "the new commit"
}

const labelWidth = 13

func (m Model) label(name string) theme.Seg {
	return theme.Seg{Text: term.Pad(" "+name, labelWidth) + " ", Style: m.th.Header}
}

// fact is one labelled sentence: folded, and in one line.
func (m Model) fact(name, text string, style theme.Style, width int) forms {
	line := m.th.Row(width, m.label(name), theme.Seg{Text: text, Style: style})
	return forms{m.folded(name, text, style, width), {line}}
}

func (m Model) folded(name, text string, style theme.Style, width int) []string {
	var out []string
	for i, l := range wording.Fold(text, max(8, width-labelWidth-2)) {
		label := m.label(name)
		if i > 0 {
			label = m.label("")
		}
		out = append(out, m.th.Row(width, label, theme.Seg{Text: l, Style: style}))
	}
	return out
}

func (m Model) fold(lead, text string, style theme.Style, width int) []string {
	var out []string
	for _, l := range wording.Fold(text, max(8, width-2)) {
		out = append(out, m.th.Row(width, theme.Seg{Text: lead + l, Style: style}))
	}
	return out
}

// reason names the incident beside it, or below it where it is long.
func (m Model) reason(width int) forms {
	r := m.plan.Remedy
	text, style := "none given", m.th.Text
	if r.Reason != "" {
		text = term.Clean(r.Reason)
	}
	// A message that was written by hand is the whole message: what it does not
	// say must not look as if it did.
	left := wording.Untold(m.plan)
	if left.Reason != "" {
		text, style = wording.NotTold+text, m.th.Warn
	}
	if r.Incident == "" {
		return m.fact("REASON", text, style, width)
	}
	incident := term.Clean(r.Incident)
	if left != (wording.Why{}) {
		if left.Incident != "" {
			incident = wording.NotTold + incident
		}
		line := m.th.Row(width, m.label("REASON"), theme.Seg{Text: text + "; " + incident, Style: m.th.Warn})
		return forms{append(m.folded("REASON", text, style, width), m.folded("INCIDENT", incident, m.th.Warn, width)...), {line}}
	}
	right := []theme.Seg{{Text: "  INCIDENT ", Style: m.th.Header}, {Text: term.Cut(incident, width/3) + " ", Style: m.th.Text}}
	room := width - term.Width(right[0].Text) - term.Width(right[1].Text)
	one := m.th.Row(room, m.label("REASON"), theme.Seg{Text: text, Style: style}) + m.th.Row(width-room, right...)
	if term.Width(text) <= room-labelWidth-1 && term.Width(incident) <= width/3 {
		return forms{{one}}
	}
	return forms{append(m.folded("REASON", text, style, width), m.folded("INCIDENT", incident, m.th.Text, width)...), {one}}
}

// leftOut names what stays: who types the name must know that this is not the
// whole revert.
func (m Model) leftOut(width int) forms {
	parts := wording.PartsLeftOut(m.plan.LeftOut)
	if len(parts) == 0 {
		return nil
	}
	const name, most = "PARTIAL", 8
	text, lead := wording.LeavesOut(m.plan.LeftOut, width-labelWidth-2), "these stay as the branch has them:"
	if wording.UntoldParts(m.plan) {
		text = wording.LeavesOut(m.plan.LeftOut, (width-labelWidth)/2) + ", " + wording.NotToldParts
		lead = "these stay as the branch has them, " + wording.NotToldParts + ":"
	}
	short := m.fact(name, text, m.th.Warn, width)[1]
	if len(parts) == 1 {
		return forms{short}
	}
	full := []string{m.th.Row(width, m.label(name), theme.Seg{Text: lead, Style: m.th.Warn})}
	for i, p := range parts {
		if i == most && len(parts) > most+1 {
			p = "… and " + wording.Number(len(parts)-most) + " more"
		}
		full = append(full, m.th.Row(width, m.label(""), theme.Seg{Text: p, Style: m.th.Warn}))
		if i == most {
			break
		}
	}
	return forms{full, short}
}

func (m Model) exact(width int) forms {
	text := wording.Exactness(m.plan)
	if text == "" {
		return nil
	}
	return append(m.fact("EXACT", text, m.th.Good, width), nil)
}

func (m Model) unpushed(width int) forms {
	n := m.snap.Unpushed
	if n == 0 {
		return nil
	}
	text := fmt.Sprintf("%s of your local %s that %s does not have", wording.Count(n, "commit"),
		term.Clean(m.snap.Branch), term.Clean(m.plan.Remote))
	return m.fact("NOT SHIPPED", text, m.th.Warn, width)
}

// warnings gives the sentences, or the codes.
func (m Model) warnings(width int) forms {
	if len(m.plan.Warnings) == 0 {
		return nil
	}
	var codes, full []string
	name := "WARNINGS"
	for _, w := range m.plan.Warnings {
		codes = append(codes, term.Clean(w.Code))
		full = append(full, m.folded(name, term.Clean(w.Code)+": "+term.Clean(w.Text), m.th.Warn, width)...)
		name = ""
	}
	short := wording.Number(len(codes)) + ": " + strings.Join(codes, ", ")
	return forms{full, m.fact("WARNINGS", short, m.th.Warn, width)[1]}
}
