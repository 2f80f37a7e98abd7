package suspects

import (
	"regexp"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// labels name the fields, with what belongs into each while it is empty.
var labels = [fields]struct{ name, hint string }{
	fieldTrace: {"TRACE", "paste a stack trace, a log or an error: any language, build paths are fine"},
	fieldWords: {"WORDS", "what people see or say, such as: totals off by a cent"},
	fieldPaths: {"PATHS", "files or folders that are in it, blanks between"},
	fieldBegan: {"BEGAN", "14:02 (UTC), or 20 min ago; else the newest deployment is suspected"},
	fieldRuns:  {"RUNS", ""},
	fieldFile:  {"FILE", "path of a saved trace or log; ⏎ loads it"},
}

const labelWidth = 11

// View draws the screen in exactly height lines of width cells.
func (m Model) View(width, height int) string {
	if width < 1 || height < 1 {
		return term.Block(nil, max(0, width), max(0, height))
	}
	lines := []string{
		m.th.Spread(width, []theme.Seg{{Text: " WHO WAS IT? Say what you know", Style: m.th.Header}},
			[]theme.Seg{{Text: "any of it is enough; it stays on this machine ", Style: m.th.Dim}}),
		m.th.Border.Render(strings.Repeat("─", width)),
		m.labelRow(fieldTrace, width),
	}
	var below []string
	for f := fieldWords; f < fields; f++ {
		below = append(below, m.labelRow(f, width))
	}
	below = append(below, m.tried(width)...)
	below = append(below, m.foot(width))
	room := max(1, height-len(lines)-len(below))
	lines = append(lines, m.traceRows(width, room)...)
	return term.Block(append(lines, below...), width, height)
}

// labelRow is a field of one line, or the name of the one that has several.
func (m Model) labelRow(f field, width int) string {
	pointer, style := "  ", m.th.Header
	if f == m.at {
		pointer, style = "▶ ", m.th.Strong
	}
	name := term.Fit(pointer+string(rune('1'+f))+" "+labels[f].name, labelWidth-1) + " "
	segs := []theme.Seg{{Text: name, Style: style}}
	s := m.sheets[f]
	switch {
	case f == fieldTrace && !s.empty():
		return m.th.Row(width, append(segs, theme.Seg{Text: wording.Count(len(s.lines), "line") + ", " + m.recognised(), Style: m.th.Text})...)
	case s.empty():
		if f == m.at && f != fieldTrace {
			segs = append(segs, theme.Seg{Text: " ", Style: m.th.Cursor}, theme.Seg{Text: " "})
		}
		return m.th.Row(width, append(segs, theme.Seg{Text: m.hint(f, width-labelWidth-2), Style: m.th.Dim})...)
	}
	note := m.note(f, width-labelWidth-len(s.lines[0])-4)
	room := max(8, width-labelWidth-term.Width(note)-1)
	segs = append(segs, m.line(s.lines[0], s.col, f == m.at, room, false)...)
	return m.th.Spread(width, segs, []theme.Seg{{Text: note, Style: m.th.Dim}})
}

// hint says what belongs into an empty field, in room cells where it can.
func (m Model) hint(f field, room int) string {
	switch {
	case f == fieldTrace && m.says != "":
		return "paste a trace, a log, an error; ctrl+p: production's"
	case f == fieldRuns:
		long := "believed: " + wording.Believed(m.snap) + "; else a commit, a tag, or " + term.Clean(m.snap.Branch)
		if term.Width(long) < room {
			return long
		}
		return wording.Believed(m.snap) + "; or a commit, a tag, " + term.Clean(m.snap.Branch)
	default:
		return labels[f].hint
	}
}

func (m Model) recognised() string {
	if m.unread {
		return "reading…"
	}
	if m.places == 0 {
		return "no place in code named: its words count"
	}
	return wording.Count(m.places, "place") + " in code named"
}

// note says how a field is understood, in room cells where it can: what is written
// goes before what is made of it.
func (m Model) note(f field, room int) string {
	if f != fieldBegan {
		return ""
	}
	at, ok := wording.When(m.sheets[f].text(), m.now())
	if !ok {
		return m.noTime()
	}
	clock := at.Format("15:04 UTC")
	if at.Format("2006-01-02") != m.now().UTC().Format("2006-01-02") {
		clock = at.Format("2006-01-02 ") + clock
	}
	long := clock + ", " + wording.Ago(at, m.now())
	for _, b := range m.snap.Batches {
		if d := b.Deployment; !d.At().IsZero() && !d.At().After(at) && d.Status != gitops.StatusFailed {
			long += ", after " + term.Cut(term.Clean(d.Name()), 20)
			break
		}
	}
	for _, form := range []string{long, clock + ", " + wording.Ago(at, m.now())} {
		if term.Width(form)+1 <= room {
			return form + " "
		}
	}
	return clock + " "
}

// noTime says of what is written that it is no moment, or none that was.
func (m Model) noTime() string {
	if _, ok := wording.When(m.sheets[fieldBegan].text(), m.now().AddDate(100, 0, 0)); ok {
		return "yet to come "
	}
	return "not a time yet "
}

// traceRows are the lines of the trace about the cursor, in n lines.
func (m Model) traceRows(width, n int) []string {
	s, here := m.sheets[fieldTrace], m.at == fieldTrace
	top := max(0, min(s.row-n/2, len(s.lines)-n))
	hidden := m.hidden(top, min(len(s.lines), top+n))
	rows := make([]string, 0, n)
	for i := top; i < len(s.lines) && len(rows) < n; i++ {
		col := -1
		if i == s.row {
			col = s.col
		}
		segs := append([]theme.Seg{{Text: "  │ ", Style: m.th.Border}}, m.line(s.lines[i], col, here && col >= 0, max(1, width-5), hidden[i-top])...)
		rows = append(rows, m.th.Row(width, segs...))
	}
	for len(rows) < n {
		rows = append(rows, m.th.Row(width, theme.Seg{Text: "  │", Style: m.th.Border}))
	}
	return rows
}

// The lines between these two are a key, which has no shape of its own.
var (
	keyBegins = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	keyEnds   = regexp.MustCompile(`-----END [A-Z ]*PRIVATE KEY-----`)
)

// hidden tells which of the lines from top to end are of a private key. It looks
// back as far as a key is long.
func (m Model) hidden(top, end int) []bool {
	const longestKey = 200
	out := make([]bool, max(0, end-top))
	if !m.th.Share {
		return out
	}
	inside, lines := false, m.sheets[fieldTrace].lines
	for i := max(0, top-longestKey); i < end; i++ {
		text := string(lines[i])
		ends := keyEnds.MatchString(text)
		if i >= top {
			out[i-top] = inside && !ends
		}
		inside = (inside || keyBegins.MatchString(text)) && !ends
	}
	return out
}

// shown is a line as it may be seen, before anything is cut off it.
func (m Model) shown(line []rune, hidden bool) string {
	text := term.CleanTabs(string(line), wording.TabStop)
	switch {
	case hidden:
		return strings.Repeat("•", term.Width(text))
	case m.th.Share:
		return term.Mask(text)
	default:
		return text
	}
}

// line draws a line in room cells, scrolled so far that the cursor is seen.
func (m Model) line(line []rune, col int, cursor bool, room int, hidden bool) []theme.Seg {
	// Longer lines are not read on a screen, and cost every frame.
	const most = 4000
	if len(line) > most && col < most {
		line = line[:most]
	}
	text := m.shown(line, hidden)
	if !cursor {
		return []theme.Seg{{Text: term.Cut(text, room), Style: m.th.Text}}
	}
	at := term.Width(term.CleanTabs(string(line[:min(col, len(line))]), wording.TabStop))
	first := max(0, at-room+2)
	before, under, after := ansi.Cut(text, first, at), ansi.Cut(text, at, at+1), ansi.Cut(text, at+1, first+room)
	if under == "" {
		under = " "
	}
	return []theme.Seg{{Text: before, Style: m.th.Input}, {Text: under, Style: m.th.Cursor}, {Text: after, Style: m.th.Input}}
}

// tried are the answers so far. The newest stand first: they are what fits.
func (m Model) tried(width int) []string {
	if len(m.answers) == 0 {
		return nil
	}
	said := wording.Answers(m.snap, m.answers, m.now())
	slices.Reverse(said)
	return []string{m.th.Row(width, theme.Seg{Text: term.Fit("    TRIED", labelWidth), Style: m.th.Header},
		theme.Seg{Text: strings.Join(said, "; "), Style: m.th.Text})}
}

func (m Model) foot(width int) string {
	switch {
	case m.notice != "":
		return m.th.Row(width, theme.Seg{Text: " " + m.notice, Style: m.th.Warn})
	case m.seeking:
		return m.th.Row(width, theme.Seg{Text: " finding " + term.Clean(m.runs()) + "…", Style: m.th.Dim})
	case m.loading != "":
		return m.th.Row(width, theme.Seg{Text: " reading " + term.Clean(m.loading) + "…", Style: m.th.Dim})
	default:
		return ""
	}
}
