package patch

import (
	"bytes"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// hunks gives what leads from a to b. Changes with no more than twice the
// context between them share a hunk.
func hunks(a, b []linediff.Line, around int) []gitops.Hunk {
	around = max(0, around)
	changes := linediff.DiffWith(a, b, linediff.DisplayOptions())
	out := []gitops.Hunk(nil)
	s := sections{lines: a}
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].AStart-changes[n-1].AEnd <= 2*around {
			n++
		}
		h := newHunk(a, b, changes[:n], around)
		h.Section = s.before(h.firstOld)
		out = append(out, h.Hunk)
		changes = changes[n:]
	}
	return out
}

// hunkAt is a hunk with the index of its first line in the old file.
type hunkAt struct {
	gitops.Hunk
	firstOld int
}

func newHunk(a, b []linediff.Line, changes []linediff.Change, around int) hunkAt {
	first, last := changes[0], changes[len(changes)-1]
	lead := min(around, first.AStart, first.BStart)
	tail := min(around, len(a)-last.AEnd, len(b)-last.BEnd)
	w := lineWriter{a: a, b: b, at: first.AStart - lead, to: first.BStart - lead}
	h := hunkAt{firstOld: w.at}
	fromOld, fromNew := w.at, w.to
	for _, c := range changes {
		w.context(c.AStart)
		w.removed(c.AEnd)
		w.added(c.BEnd)
	}
	w.context(last.AEnd + tail)
	h.Lines = w.lines
	h.OldStart, h.OldLines = position(fromOld, w.at)
	h.NewStart, h.NewLines = position(fromNew, w.to)
	return h
}

// position writes a range of lines as a hunk's header does: from 1, and for an
// empty range the line before it.
func position(from, to int) (start, lines int) {
	if from == to {
		return from, 0
	}
	return from + 1, to - from
}

// lineWriter walks both files side by side.
type lineWriter struct {
	a, b   []linediff.Line
	at, to int
	lines  []gitops.DiffLine
}

func (w *lineWriter) context(end int) {
	for w.at < end {
		w.add(gitops.LineContext, w.a[w.at], w.at+1, w.to+1)
		w.at++
		w.to++
	}
}

func (w *lineWriter) removed(end int) {
	for ; w.at < end; w.at++ {
		w.add(gitops.LineRemoved, w.a[w.at], w.at+1, 0)
	}
}

func (w *lineWriter) added(end int) {
	for ; w.to < end; w.to++ {
		w.add(gitops.LineAdded, w.b[w.to], 0, w.to+1)
	}
}

func (w *lineWriter) add(kind gitops.LineKind, line linediff.Line, before, after int) {
	text, ended := bytes.CutSuffix(line, []byte{'\n'})
	w.lines = append(w.lines, gitops.DiffLine{Kind: kind, Text: string(text), Old: before, New: after, NoNewline: !ended})
}

// sections finds the line that says where in the file a hunk is. Hunks come in
// order, so no line is looked at twice.
type sections struct {
	lines  []linediff.Line
	looked int
	found  string
}

// maxSection is how many bytes of a section heading git keeps.
const maxSection = 80

// before gives the last line above index end that begins with a letter, an
// underscore or a dollar sign: git's rule for files without a diff driver.
func (s *sections) before(end int) string {
	for i := end - 1; i >= s.looked; i-- {
		if line := s.lines[i]; opensSection(line[0]) {
			line = line[:min(len(line), maxSection)]
			s.found = string(bytes.TrimRight(line, " \t\n\v\f\r"))
			break
		}
	}
	s.looked = max(s.looked, end)
	return s.found
}

func opensSection(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '$'
}
