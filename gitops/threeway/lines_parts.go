package threeway

import (
	"ahead/gitops"
	"ahead/gitops/linediff"
)

// contextLines is how much of ours is shown before and after a conflict.
const contextLines = 3

// parts writes the merged file down, piece by piece.
func (m *lineMerge) parts(chunks []chunk, union bool) []Part {
	w := &partWriter{}
	at := 0
	for _, c := range chunks {
		switch {
		case c.source == fromTheirs:
			w.resolved(m.ours.text(span{at, c.ours.lo}))
			w.resolved(m.theirs.text(c.theirs))
		case c.source == undecided && union:
			w.resolved(m.ours.text(span{at, c.ours.lo}))
			w.resolved(m.both(c))
		case c.source == undecided:
			w.resolved(m.ours.text(span{at, c.ours.lo}))
			w.parts = append(w.parts, Part{Conflict: m.hunk(c), crlf: m.crlf(c)})
		default:
			continue // ours has it: copied with what follows
		}
		at = c.ours.hi
	}
	w.resolved(m.ours.text(span{at, len(m.ours.lines)}))
	return w.parts
}

type partWriter struct {
	parts []Part
}

// resolved adds settled bytes to the settled part before, so that parts and
// conflicts alternate.
func (w *partWriter) resolved(text []byte) {
	if len(text) == 0 {
		return
	}
	if n := len(w.parts); n > 0 && w.parts[n-1].Conflict == nil {
		w.parts[n-1].Resolved = append(w.parts[n-1].Resolved, text...)
		return
	}
	w.parts = append(w.parts, Part{Resolved: text})
}

func (m *lineMerge) hunk(c chunk) *gitops.ConflictHunk {
	return &gitops.ConflictHunk{
		BaseLine:   c.base.lo + 1,
		OursLine:   c.ours.lo + 1,
		TheirsLine: c.theirs.lo + 1,
		Base:       string(m.base.text(c.base)),
		Ours:       string(m.ours.text(c.ours)),
		Theirs:     string(m.theirs.text(c.theirs)),
		Before:     string(m.ours.text(span{max(0, c.ours.lo-contextLines), c.ours.lo})),
		After:      string(m.ours.text(span{c.ours.hi, min(len(m.ours.lines), c.ours.hi+contextLines)})),
	}
}

// both gives ours and theirs, with a line ending between them where ours ends
// the file without one.
func (m *lineMerge) both(c chunk) []byte {
	out := endLine(m.ours.text(c.ours), m.crlf(c))
	return append(out, m.theirs.text(c.theirs)...)
}

// appendMarked writes a conflict between markers. Each side is given the line
// ending that it lacks, since a marker must start a line.
func appendMarked(out []byte, p Part, oursLabel, theirsLabel string) []byte {
	out = append(out, marker('<', oursLabel, p.crlf)...)
	out = append(out, endLine([]byte(p.Conflict.Ours), p.crlf)...)
	out = append(out, marker('=', "", p.crlf)...)
	out = append(out, endLine([]byte(p.Conflict.Theirs), p.crlf)...)
	return append(out, marker('>', theirsLabel, p.crlf)...)
}

func marker(sign byte, label string, crlf bool) []byte {
	line := []byte{sign, sign, sign, sign, sign, sign, sign}
	if label != "" {
		line = append(append(line, ' '), label...)
	}
	return endLine(line, crlf)
}

func endLine(text []byte, crlf bool) []byte {
	switch {
	case len(text) == 0 || text[len(text)-1] == '\n':
		return text
	case crlf:
		return append(text, '\r', '\n')
	default:
		return append(text, '\n')
	}
}

// lineEnding is how a line ends, as far as that can be told.
type lineEnding uint8

const (
	unknownEnding lineEnding = iota
	lfEnding
	crlfEnding
)

// crlf decides on the ending of lines that the merge itself writes: CRLF only
// if no version speaks against it, each asked at the line before the conflict,
// base at its first line.
func (m *lineMerge) crlf(c chunk) bool {
	ending := endingAt(m.ours.lines, max(0, c.ours.lo-1))
	if ending != lfEnding {
		ending = endingAt(m.theirs.lines, max(0, c.theirs.lo-1))
	}
	if ending != lfEnding {
		ending = endingAt(m.base.lines, 0)
	}
	return ending == crlfEnding
}

// endingAt tells the ending of a line; of a last line without one, that of the
// line before it.
func endingAt(lines []linediff.Line, i int) lineEnding {
	if i < len(lines) && !endsLine(lines[i]) {
		i--
	}
	if i < 0 || i >= len(lines) {
		return unknownEnding
	}
	if n := len(lines[i]); n > 1 && lines[i][n-2] == '\r' {
		return crlfEnding
	}
	return lfEnding
}

func endsLine(l linediff.Line) bool { return len(l) > 0 && l[len(l)-1] == '\n' }
