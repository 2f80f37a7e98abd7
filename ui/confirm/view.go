package confirm

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

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
	if room < 0 {
		head = head[:max(0, len(head)+room)]
		room = 0
	}
	body := m.body(width, room)
	lines := append(head, body...)
	for len(lines) < height-len(gate) {
		lines = append(lines, "")
	}
	return term.Block(append(lines, gate...), width, height)
}

func (m Model) head(width int) []string {
	verb, object := wording.Title(m.snap, m.plan.Remedy)
	calm := "nothing has been changed yet, anywhere"
	if m.sent {
		calm = "shipping…"
	}
	first := m.th.Spread(width,
		[]theme.Seg{{Text: " SHIP THIS?", Style: m.th.Header}},
		[]theme.Seg{{Text: calm + " ", Style: m.th.Text}})
	second := m.th.Row(width, theme.Seg{Text: " " + verb + " ", Style: m.th.Strong}, theme.Seg{Text: object, Style: m.th.Text})
	return []string{first, second, m.rule(width)}
}

func (m Model) rule(width int) string {
	return m.th.Row(width, theme.Seg{Text: strings.Repeat("─", width), Style: m.th.Border})
}

// part is a group of lines of the body; short is what remains of it where
// there is no room.
type part struct{ long, short []string }

// body fits steps and facts into height lines: long forms from the top as far
// as they fit, short ones below.
func (m Model) body(width, height int) []string {
	parts := append([]part{m.steps(width)}, m.facts(width)...)
	need := 0
	for _, p := range parts {
		need += len(p.short)
	}
	var out []string
	// Facts come before steps in the right to be long: the commands say again
	// what the words say, the names behind a number are said nowhere else.
	long := make([]bool, len(parts))
	for i := len(parts) - 1; i >= 0; i-- {
		if extra := len(parts[i].long) - len(parts[i].short); need+extra <= height {
			long[i], need = true, need+extra
		}
	}
	for i, p := range parts {
		lines := p.short
		if long[i] {
			lines = p.long
		}
		out = append(out, lines...)
		if i == 0 && need < height {
			out, need = append(out, ""), need+1
		}
	}
	if len(out) > height && height > 0 {
		left := len(out) - height + 1
		out = append(out[:height-1], m.th.Row(width, theme.Seg{
			Text: fmt.Sprintf(" … %s more; enlarge the window to read them", wording.Count(left, "line")), Style: m.th.Warn,
		}))
	}
	return out[:min(len(out), height)]
}

func (m Model) steps(width int) part {
	var p part
	all := m.plan.Publication()
	for i, s := range all {
		words := theme.Seg{Text: term.Clean(s.Words()), Style: m.th.Text}
		front := theme.Seg{Text: fmt.Sprintf(" %2d  %-8s ", i+1, s.Name()), Style: m.th.Strong}
		command := theme.Seg{Text: term.Clean(s.Command()), Style: m.th.Dim}
		if width >= wide {
			half := width * 6 / 10
			line := m.th.Row(half, front, words) + m.th.Row(width-half, theme.Seg{Text: " "}, command)
			p.long, p.short = append(p.long, line), append(p.short, line)
			continue
		}
		line := m.th.Row(width, front, words)
		p.short = append(p.short, line)
		p.long = append(p.long, line, m.th.Row(width, theme.Seg{Text: "              "}, command))
	}
	watch := m.th.Row(width,
		theme.Seg{Text: fmt.Sprintf(" %2d  %-8s ", len(all)+1, "watch"), Style: m.th.Strong},
		theme.Seg{Text: "until " + m.watched() + " is live", Style: m.th.Text})
	p.long, p.short = append(p.long, watch), append(p.short, watch)
	return p
}

func (m Model) watched() string {
	if m.plan.Tag.Name != "" {
		return term.Clean(m.plan.Tag.Name)
	}
	return "the new commit"
}

// facts are what a person must have read: in the order in which they give way
// to the steps, the most telling last.
func (m Model) facts(width int) []part {
	facts := []part{m.fact("REASON", reasonOf(m.plan.Remedy), m.th.Text, width)}
	if m.plan.Remedy.Incident != "" {
		facts = append(facts, m.fact("INCIDENT", term.Clean(m.plan.Remedy.Incident), m.th.Text, width))
	}
	if exact := wording.Exactness(m.plan); exact != "" {
		facts = append(facts, m.fact("EXACT", exact, m.th.Good, width))
	}
	facts = append(facts, m.along(width))
	if n := m.snap.Unpushed; n > 0 {
		text := fmt.Sprintf("%s of your local %s that %s does not have", wording.Count(n, "commit"),
			term.Clean(m.snap.Branch), term.Clean(m.plan.Remote))
		facts = append(facts, m.fact("NOT SHIPPED", text, m.th.Warn, width))
	}
	if n := len(m.plan.Warnings); n > 0 {
		facts = append(facts, m.warnings(width))
	}
	return facts
}

func reasonOf(r gitops.Remedy) string {
	if r.Reason == "" {
		return "none given"
	}
	return term.Clean(r.Reason)
}

const labelWidth = 14

func (m Model) label(name string) theme.Seg {
	return theme.Seg{Text: term.Pad(" "+name, labelWidth), Style: m.th.Header}
}

// fact is one labelled sentence, folded where there is room for it.
func (m Model) fact(name, text string, style theme.Style, width int) part {
	var p part
	p.short = []string{m.th.Row(width, m.label(name), theme.Seg{Text: text, Style: style})}
	for i, l := range strings.Split(ansi.Wrap(text, max(8, width-labelWidth-1), ""), "\n") {
		label := m.label(name)
		if i > 0 {
			label.Text = strings.Repeat(" ", labelWidth)
		}
		p.long = append(p.long, m.th.Row(width, label, theme.Seg{Text: l, Style: style}))
	}
	return p
}

func (m Model) along(width int) part {
	n := len(m.plan.Collateral)
	if n == 0 {
		return m.fact("SHIPS ALONG", "nothing else", m.th.Text, width)
	}
	p := m.fact("SHIPS ALONG", wording.Count(n, "unreleased commit"), m.th.Warn, width)
	const most = 12
	for i, h := range m.plan.Collateral {
		text := h.Short() + "  " + wording.Subject(m.snap, h)
		if i == most {
			text = "… and " + wording.Count(n-most, "more commit")
		}
		p.long = append(p.long, m.th.Row(width,
			theme.Seg{Text: strings.Repeat(" ", labelWidth)}, theme.Seg{Text: text, Style: m.th.Dim}))
		if i == most {
			break
		}
	}
	return p
}

func (m Model) warnings(width int) part {
	codes := make([]string, 0, len(m.plan.Warnings))
	var p part
	for i, w := range m.plan.Warnings {
		codes = append(codes, term.Clean(w.Code))
		one := m.fact("WARNINGS", term.Clean(w.Code)+": "+term.Clean(w.Text), m.th.Warn, width)
		if i > 0 {
			one = m.fact("", term.Clean(w.Code)+": "+term.Clean(w.Text), m.th.Warn, width)
		}
		p.long = append(p.long, one.long...)
	}
	p.short = m.fact("WARNINGS", strings.Join(codes, ", "), m.th.Warn, width).short
	return p
}

// gate is the field and what it has to say.
func (m Model) gate(width int) []string {
	name, what := m.name()
	ask := " To ship, type " + what + ":"
	back := "esc: back, nothing happens "
	typed := term.Clean(m.typed)
	field := []theme.Seg{
		{Text: " ▸ ", Style: m.th.Key},
		{Text: term.CutLeft(typed, max(1, width-6)), Style: m.fieldStyle(name)},
		{Text: " ", Style: m.th.Cursor},
	}
	hint, style := m.hint(name)
	return []string{
		m.rule(width),
		m.th.Spread(width, []theme.Seg{{Text: ask, Style: m.th.Strong}}, []theme.Seg{{Text: back, Style: m.th.Dim}}),
		m.th.Row(width, field...),
		m.th.Row(width, theme.Seg{Text: " " + hint, Style: style}),
	}
}

func (m Model) fieldStyle(name string) theme.Style {
	switch {
	case m.typed == name:
		return m.th.Good
	case strings.HasPrefix(name, m.typed):
		return m.th.Input
	default:
		return m.th.Danger
	}
}

// hint says how the typed text stands to the name, at every key.
func (m Model) hint(name string) (string, theme.Style) {
	switch {
	case m.sent:
		return "shipping…", m.th.Text
	case m.notice != "":
		return m.notice, m.th.Warn
	case m.typed == "":
		return "", m.th.Text
	case m.typed == name:
		return "✓ enter ships it", m.th.Good
	case strings.HasPrefix(name, m.typed):
		return "", m.th.Text
	default:
		return "✗ differs from the name at character " + fmt.Sprint(differsAt(m.typed, name)) + ", backspace", m.th.Danger
	}
}

// differsAt is the place of the first wrong character, from 1.
func differsAt(typed, name string) int {
	a, b := []rune(typed), []rune(name)
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return i + 1
		}
	}
	return len(a) + 1
}
