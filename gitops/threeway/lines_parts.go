package threeway

import (
	"bytes"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// contextLines is how much of ours is shown before and after a conflict.
const contextLines = 3

// parts writes the merged file down, piece by piece.
func (m *lineMerge) parts(chunks []chunk, union bool) []Part {
	w := &partWriter{text: make([]byte, 0, m.sizeOf(chunks))}
	at := 0
	for _, c := range chunks {
		switch {
		case c.source == fromTheirs:
			w.settle(m.ours.Lines(at, c.ours.lo))
			w.settle(m.theirs.Lines(c.theirs.lo, c.theirs.hi))
		case c.source == undecided && union:
			w.settle(m.ours.Lines(at, c.ours.lo))
			w.settle(m.both(c))
		case c.source == undecided:
			w.settle(m.ours.Lines(at, c.ours.lo))
			w.close()
			w.parts = append(w.parts, Part{Conflict: m.hunk(c), crlf: m.crlf(c)})
		default:
			continue // ours has it: copied with what follows
		}
		at = c.ours.hi
	}
	w.settle(m.ours.Lines(at, m.ours.Len()))
	w.close()
	return w.parts
}

// sizeOf bounds the bytes of the settled parts, so that they are written once.
func (m *lineMerge) sizeOf(chunks []chunk) int {
	const lineEndings = 2
	size := m.ours.Size()
	for _, c := range chunks {
		if c.source == fromTheirs || c.source == undecided {
			size += lineEndings + len(m.theirs.Lines(c.theirs.lo, c.theirs.hi))
		}
	}
	return size
}

// partWriter writes all settled parts into one text. Those that nothing comes
// between are one, so that settled parts and conflicts alternate.
type partWriter struct {
	parts []Part
	text  []byte
	// open is where the part begins that is being written.
	open int
}

func (w *partWriter) settle(text []byte) { w.text = append(w.text, text...) }

func (w *partWriter) close() {
	if end := len(w.text); end > w.open {
		w.parts = append(w.parts, Part{Resolved: w.text[w.open:end:end]})
		w.open = end
	}
}

func (m *lineMerge) hunk(c chunk) *gitops.ConflictHunk {
	return &gitops.ConflictHunk{
		BaseLine:   c.base.lo + 1,
		OursLine:   c.ours.lo + 1,
		TheirsLine: c.theirs.lo + 1,
		Base:       string(m.base.Lines(c.base.lo, c.base.hi)),
		Ours:       string(m.ours.Lines(c.ours.lo, c.ours.hi)),
		Theirs:     string(m.theirs.Lines(c.theirs.lo, c.theirs.hi)),
		Before:     string(m.ours.Lines(max(0, c.ours.lo-contextLines), c.ours.lo)),
		After:      string(m.ours.Lines(c.ours.hi, min(m.ours.Len(), c.ours.hi+contextLines))),
	}
}

// both gives ours and theirs, with a line ending between them where ours ends
// the file without one.
func (m *lineMerge) both(c chunk) []byte {
	out := endLine(m.ours.Lines(c.ours.lo, c.ours.hi), m.crlf(c))
	return append(out, m.theirs.Lines(c.theirs.lo, c.theirs.hi)...)
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
	ending := endingAt(m.ours, max(0, c.ours.lo-1))
	if ending != lfEnding {
		ending = endingAt(m.theirs, max(0, c.theirs.lo-1))
	}
	if ending != lfEnding {
		ending = endingAt(m.base, 0)
	}
	return ending == crlfEnding
}

// endingAt tells the ending of a line; of a last line without one, that of the
// line before it.
func endingAt(t linediff.Text, i int) lineEnding {
	if i < t.Len() && !bytes.HasSuffix(t.Lines(i, i+1), []byte{'\n'}) {
		i--
	}
	switch {
	case i < 0 || i >= t.Len():
		return unknownEnding
	case bytes.HasSuffix(t.Lines(i, i+1), []byte("\r\n")):
		return crlfEnding
	default:
		return lfEnding
	}
}
