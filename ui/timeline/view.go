package timeline

import (
	"strings"

	"ahead/ui/term"
	"ahead/ui/theme"
)

// View draws the screen in exactly height lines of width cells.
func (m Model) View(width, height int) string {
	if width <= 0 || height <= 0 {
		return term.Block(nil, max(width, 0), max(height, 0))
	}
	switch m.phase {
	case phaseReading:
		return term.Block(m.reading(), width, height)
	case phaseFailed:
		return term.Block(m.failed(width), width, height)
	}
	l := m.layout(width, height)
	if l.stacked {
		lines := append([]string{m.tabs(width)}, m.right(l)...)
		return term.Block(lines, width, height)
	}
	return term.Block(m.sideBySide(l), width, height)
}

func (m Model) sideBySide(l layout) []string {
	left, right := m.withFoot(m.left(l), l), m.right(l)
	bar := m.th.Border.Render("│")
	var lines []string
	if l.rules {
		lines = append(lines, m.rule(l, "┬"))
	}
	for i := range l.body() {
		join := bar
		if l.detail > 0 && i == l.body()-l.detail-1 {
			join = m.th.Border.Render("├")
			if l.foot {
				join = m.th.Border.Render("┼")
			}
		}
		lines = append(lines, term.Fit(lineAt(left, i), l.left)+join+term.Fit(lineAt(right, i), l.right))
	}
	if l.rules {
		lines = append(lines, m.rule(l, "┴"))
	}
	return lines
}

// withFoot puts the legend of the sources below the deployments, beside the detail.
func (m Model) withFoot(left []string, l layout) []string {
	if !l.foot {
		return left
	}
	left = fill(left, max(0, l.body()-l.detail-1))
	left = append(left, m.th.Border.Render(strings.Repeat("─", l.left)))
	return append(left, m.legend(l.left, l.detail)...)
}

func (m Model) rule(l layout, joint string) string {
	return m.th.Border.Render(strings.Repeat("─", l.left) + joint + strings.Repeat("─", max(0, l.right)))
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// right is the pane of commits with its head and the detail below.
func (m Model) right(l layout) []string {
	width := l.right
	lines := []string{m.commitsHead(l)}
	if l.columns {
		lines = append(lines, m.th.Dim.Render(term.Fit(m.columns(width).names(), width)))
	}
	lines = append(lines, fill(m.commitRows(l), l.list())...)
	if l.detail > 0 {
		lines = append(lines, m.th.Border.Render(strings.Repeat("─", width)))
		lines = append(lines, fill(m.detail(width, l.detail), l.detail)...)
	}
	return lines
}

func fill(lines []string, n int) []string {
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines[:n]
}

// say puts sentences on lines of their own, the first one in the given style.
func (m Model) say(style theme.Style, width int, sentences ...string) []string {
	var lines []string
	for i, s := range sentences {
		st := m.th.Dim
		if i == 0 {
			st = style
		}
		for _, part := range term.Wrap(s, width-2) {
			lines = append(lines, " "+st.Render(part))
		}
	}
	return lines
}
