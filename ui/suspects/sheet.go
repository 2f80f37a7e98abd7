package suspects

import (
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	tea "github.com/charmbracelet/bubbletea"
)

// longest bounds a text, in characters, of which the end is kept: there a log has
// what happened last. longestLine bounds a field of one line, of which the beginning
// is kept.
const (
	longest     = 1 << 20
	longestLine = 10_000
)

// sheet is a text with a cursor. It is a value: edits never change the lines of
// an earlier copy.
type sheet struct {
	lines    [][]rune
	row, col int
	size     int
	// single says that it has one line only.
	single bool
}

func newSheet(single bool) sheet { return sheet{lines: [][]rune{nil}, single: single} }

func (s sheet) text() string {
	parts := make([]string, len(s.lines))
	for i, l := range s.lines {
		parts[i] = string(l)
	}
	return strings.Join(parts, "\n")
}

func (s sheet) empty() bool {
	return !slices.ContainsFunc(s.lines, func(line []rune) bool {
		return slices.ContainsFunc(line, func(r rune) bool { return !unicode.IsSpace(r) })
	})
}

// filled is a sheet with this text in it, the cursor at its end.
func (s sheet) filled(text string) (sheet, bool) { return newSheet(s.single).insert(text) }

// insert puts text at the cursor. Colours are taken out, line ends of any sort
// are line ends, and what else a terminal would obey is dropped. It reports
// whether all of it had room.
func (s sheet) insert(text string) (sheet, bool) {
	clean := []rune(strings.Map(kept, lineEnds.Replace(ansi.Strip(text))))
	whole := true
	if room := longestLine - s.size; s.single && len(clean) > room {
		clean, whole = clean[:max(0, room)], false
	}
	s.size += len(clean)
	lines := slices.Clone(s.lines)
	line := lines[s.row]
	before, after := slices.Clone(line[:s.col]), slices.Clone(line[s.col:])
	var fresh [][]rune
	for _, r := range clean {
		switch {
		case r != '\n':
			before = append(before, r)
		case s.single:
			before = append(before, ' ')
		default:
			fresh, before = append(fresh, before), nil
		}
	}
	s.col = len(before)
	fresh = append(fresh, append(before, after...))
	s.lines = slices.Replace(lines, s.row, s.row+1, fresh...)
	s.row += len(fresh) - 1
	if s.size > longest {
		return s.shortened(), false
	}
	return s, whole
}

// shortened keeps the last lines, whole but where one alone is too long.
func (s sheet) shortened() sheet {
	first := 0
	for ; s.size > longest && first < len(s.lines)-1; first++ {
		s.size -= len(s.lines[first]) + 1
	}
	// A copy, so that what was cut off is not kept.
	s.lines, s.row = slices.Clone(s.lines[first:]), max(0, s.row-first)
	if over := s.size - longest; over > 0 {
		s.lines[0], s.size = slices.Clone(s.lines[0][over:]), longest
		if s.row == 0 {
			s.col = max(0, s.col-over)
		}
	}
	s.col = min(s.col, len(s.lines[s.row]))
	return s
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n")

func kept(r rune) rune {
	if r == '\n' || r == '\t' || !unicode.IsControl(r) {
		return r
	}
	return -1
}

// key takes one editing key and reports whether it did anything.
func (s sheet) key(k tea.KeyMsg) (sheet, bool) {
	switch k.String() {
	case "left", "ctrl+b":
		return s.sideways(-1)
	case "right", "ctrl+f":
		return s.sideways(1)
	case "up":
		return s.vertical(-1)
	case "down":
		return s.vertical(1)
	case "pgup":
		return s.vertical(-min(s.row, 10))
	case "pgdown":
		return s.vertical(min(len(s.lines)-1-s.row, 10))
	case "home", "ctrl+a":
		s.col = 0
	case "end", "ctrl+e":
		s.col = len(s.lines[s.row])
	case "backspace", "ctrl+h":
		return s.backspace()
	case "delete":
		if next, ok := s.sideways(1); ok {
			return next.backspace()
		}
	case "ctrl+u":
		return s.cut(0, s.col)
	case "ctrl+k":
		return s.cut(s.col, len(s.lines[s.row]))
	case "ctrl+w":
		return s.cut(s.wordStart(), s.col)
	default:
		return s, false
	}
	return s, true
}

func (s sheet) sideways(by int) (sheet, bool) {
	switch col := s.col + by; {
	case col < 0 && s.row > 0:
		s.row--
		s.col = len(s.lines[s.row])
	case col > len(s.lines[s.row]) && s.row < len(s.lines)-1:
		s.row, s.col = s.row+1, 0
	case col < 0 || col > len(s.lines[s.row]):
		return s, false
	default:
		s.col = col
	}
	return s, true
}

// vertical does nothing at the edges: there the key leads to another field.
func (s sheet) vertical(by int) (sheet, bool) {
	row := s.row + by
	if row < 0 || row >= len(s.lines) || by == 0 {
		return s, false
	}
	s.row, s.col = row, min(s.col, len(s.lines[row]))
	return s, true
}

func (s sheet) backspace() (sheet, bool) {
	if s.col > 0 {
		return s.cut(s.col-1, s.col)
	}
	if s.row == 0 {
		return s, true
	}
	lines := slices.Clone(s.lines)
	above := slices.Clone(lines[s.row-1])
	s.col = len(above)
	lines[s.row-1] = append(above, lines[s.row]...)
	s.lines = slices.Delete(lines, s.row, s.row+1)
	s.row--
	s.size--
	return s, true
}

// cut takes the characters from a to b out of the cursor's line.
func (s sheet) cut(a, b int) (sheet, bool) {
	lines := slices.Clone(s.lines)
	lines[s.row] = slices.Delete(slices.Clone(lines[s.row]), a, b)
	s.lines, s.col, s.size = lines, a, s.size-(b-a)
	return s, true
}

func (s sheet) wordStart() int {
	line, i := s.lines[s.row], s.col
	for i > 0 && line[i-1] == ' ' {
		i--
	}
	for i > 0 && line[i-1] != ' ' {
		i--
	}
	return i
}
