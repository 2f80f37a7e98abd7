// Package diffview shows one changed file, or the places where a merge cannot
// decide, in a window of any size.
//
// Promise: what is shown is what ships, and showing it costs the same for ten
// lines as for ten million.
//
// Rules it keeps:
//   - only the rows inside the window are read, cleaned, compared and coloured;
//   - every changed line carries its + or -, colour only repeats it;
//   - text of a file reaches the terminal through term.Clean alone;
//   - what is cut off is marked with an ellipsis, never dropped silently;
//   - View reads, Act writes: the same model gives the same frame.
package diffview

import (
	"fmt"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/theme"
)

// sideways is how many cells one step to the left or right moves.
const sideways = 8

// tight is the height below which the head of a hunk gives way to its change.
const tight = 6

// What n and p step through.
const (
	nounHunk     = "hunk"
	nounConflict = "conflict"
)

// Model is a window on one file. The zero Model is not usable; see New.
type Model struct {
	th *theme.Theme
	// path is what the head line names.
	path string
	src  source
	idx  index
	// noun is what n and p step through.
	noun string
	// top is the first row in the window, page and width the window's size as
	// Resize last told it.
	top, page, width int
	// at is the hunk that n and p count from: the one on top, or the one just
	// stepped to where the window cannot scroll that far.
	at int
	// across is the first cell of the text that is shown.
	across int
	// before and after are the highest line numbers, for the gutter.
	before, after int
	// reach bounds across: no line is longer than this many cells.
	reach int
	wrap  bool
	// marked says that the hunk which n and p count from carries a marker.
	marked bool
}

// New gives an empty window.
func New(th *theme.Theme) Model {
	return Model{th: th, src: hunks(nil), noun: nounHunk, page: 10, width: 80, marked: true}
}

// Show fills the window with a changed file, from its first change.
func (m Model) Show(d gitops.FileDiff) Model {
	m.path, m.noun = pathOf(d.Change), nounHunk
	if note := Sentence(d); note != "" {
		return m.fill(sides{{{mark: markNote, text: note}}})
	}
	return m.fill(hunks(d.Hunks))
}

// ShowConflict fills the window with the places of one conflicting path.
func (m Model) ShowConflict(c gitops.Conflict) Model {
	m.path, m.noun = c.Path, nounConflict
	if len(c.Hunks) == 0 {
		return m.fill(sides{{
			{mark: markNote, text: c.Detail},
			{mark: markNote, text: "The conflict is about the path as a whole, so there are no lines to show."},
		}})
	}
	blocks := make(sides, 0, len(c.Hunks))
	for _, h := range c.Hunks {
		blocks = append(blocks, conflictRows(h, m.context()))
	}
	return m.fill(blocks)
}

// Stays marks what is shown as staying as it is: block by block, or all of it
// where stays is nil. It still is shown, so that it can be taken back in.
func (m Model) Stays(stays []bool) Model {
	if stays == nil {
		stays = make([]bool, m.src.blocks())
		for i := range stays {
			stays[i] = true
		}
	}
	if len(stays) == m.src.blocks() {
		m.src = partly{source: m.src, stays: stays}
	}
	return m
}

// As puts the window where another one stands, when both show the same number
// of rows of one path: what changes a file's marks must not move its lines.
func (m Model) As(other Model) Model {
	if m.path == other.path && m.idx.total() == other.idx.total() && m.src.blocks() == other.src.blocks() {
		m.top, m.at, m.across = other.top, other.at, other.across
	}
	return m
}

// Marked puts the marker on the present hunk, or takes it away: it stands where
// the next key acts.
func (m Model) Marked(on bool) Model {
	m.marked = on
	return m
}

// Hunk is the number of the present hunk from 0, -1 where none is shown.
func (m Model) Hunk() int {
	if m.src.blocks() == 0 || m.src.row(m.at, 0).mark == markNote {
		return -1
	}
	return m.at
}

// Hunks counts what n and p step through.
func (m Model) Hunks() int {
	if m.Hunk() < 0 {
		return 0
	}
	return m.src.blocks()
}

// Say fills the window with a sentence about a path.
func (m Model) Say(path, sentence string) Model {
	m.path, m.noun = path, nounHunk
	return m.fill(sides{{{mark: markNote, text: sentence}}})
}

// context is how many lines around a conflict are shown: in a low window the
// sides themselves are what there is room for.
func (m Model) context() int {
	if m.page < 12 {
		return 1
	}
	return 3
}

func (m Model) fill(s source) Model {
	m.src, m.idx = s, newIndex(s)
	m.before, m.after = s.lines()
	m.at, m.across, m.reach = 0, 0, reachOf(s)
	m.top = m.opening(0)
	return m
}

// opening is the row to start a block with: its head, but in a window of a few
// rows the line before the first change, since context alone says nothing.
func (m Model) opening(block int) int {
	if m.src.blocks() == 0 {
		return 0
	}
	first := m.idx.starts[block]
	if m.page >= tight {
		return first
	}
	for i := range min(m.src.rows(block), tight) {
		if k := m.src.row(block, i).mark; i > 0 && k != markContext && k != markHead {
			return first + i - 1
		}
	}
	return first
}

// Resize tells how wide the window is and how many rows of text it has below
// its head line, so that pages are pages and the last row stops at the bottom.
func (m Model) Resize(width, rows int) Model {
	m.width, m.page = max(1, width), max(1, rows)
	m.top = min(m.top, m.lastTop())
	return m
}

// Wrap folds long lines instead of cutting them.
func (m Model) Wrap(on bool) Model {
	m.wrap, m.across = on, 0
	m.top = min(m.top, m.lastTop())
	return m
}

// Act moves the window.
func (m Model) Act(a keys.Action) Model {
	before := m.top
	switch a {
	case keys.Up:
		m.top--
	case keys.Down:
		m.top++
	case keys.PageUp:
		m.top -= max(1, m.page-1)
	case keys.PageDown:
		m.top += max(1, m.page-1)
	case keys.Top:
		m.top = 0
	case keys.Bottom:
		m.top = m.lastTop()
	case keys.NextHunk:
		return m.step(+1)
	case keys.PrevHunk:
		return m.step(-1)
	case keys.Left:
		m.across = max(0, m.across-sideways)
	case keys.Right:
		if !m.wrap {
			m.across = min(m.across+sideways, m.reach)
		}
	}
	m.top = max(0, min(m.top, m.lastTop()))
	if m.top != before {
		m.at, _ = m.idx.find(m.top)
	}
	if a == keys.Bottom {
		m.at = max(0, m.src.blocks()-1)
	}
	return m
}

// step goes to the head of the next hunk, or to that of this one or the one
// before.
func (m Model) step(by int) Model {
	if m.src.blocks() == 0 {
		return m
	}
	if by < 0 && m.top > m.opening(m.at) {
		by = 0
	}
	m.at = max(0, min(m.at+by, m.src.blocks()-1))
	m.top = max(0, min(m.opening(m.at), m.lastTop()))
	return m
}

// lastTop is the row that the window starts with when its end is the end. With
// folded lines it is found from the end, by the heights of one page of rows.
func (m Model) lastTop() int {
	if !m.wrap {
		return max(0, m.idx.total()-m.page)
	}
	room := m.page
	for n := m.idx.total() - 1; n >= 0; n-- {
		room -= len(m.drawRow(n, m.width, m.page))
		if room < 0 {
			return min(n+1, m.idx.total()-1)
		}
	}
	return 0
}

// Position says where the window is: "hunk 1 of 2, line 38", or nothing when
// there is nothing to step through.
func (m Model) Position() string {
	if m.src.blocks() == 0 {
		return ""
	}
	if m.src.row(m.at, 0).mark == markNote {
		return ""
	}
	out := fmt.Sprintf("%s %d of %d", m.noun, m.at+1, m.src.blocks())
	for i := max(0, m.top-m.idx.starts[m.at]); i < m.src.rows(m.at); i++ {
		r := m.src.row(m.at, i)
		if line := max(r.new, r.old); line > 0 {
			return fmt.Sprintf("%s, line %d", out, line)
		}
	}
	return out
}

// Path is the path that the window shows, as the repository spells it.
func (m Model) Path() string { return m.path }

// reachOf bounds the width of the widest line from its bytes alone: no byte
// gives more cells than a control byte spelled out, and no tab more than that.
func reachOf(s source) int {
	const widestByte = 4
	widest := 0
	for b := range s.blocks() {
		for i := range s.rows(b) {
			text := s.row(b, i).text
			n := len(text)
			if n*widestByte > widest && !ascii(text) {
				n *= widestByte
			}
			widest = max(widest, n)
		}
	}
	return max(0, widest-sideways)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

func pathOf(c gitops.FileChange) string {
	if c.OldPath != "" && c.OldPath != c.Path {
		return c.OldPath + " → " + c.Path
	}
	return c.Path
}
