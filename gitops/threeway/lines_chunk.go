package threeway

import (
	"slices"

	"ahead/gitops/linediff"
)

// source says where the text of a chunk comes from.
type source uint8

const (
	fromOurs   source = iota
	fromTheirs        // only theirs changed
	fromBoth          // a conflict turned out to be the same on both sides: ours has it
	undecided         // a conflict
)

// chunk is a place where at least one side differs from base, as ranges of all
// three. What is between chunks is taken from ours; there all changes are made
// by both sides alike.
type chunk struct {
	source             source
	base, ours, theirs span
}

// side walks along the changes of one version and knows how far it is shifted
// against base there.
type side struct {
	changes []linediff.Change
	shift   int
}

func (s *side) next() (linediff.Change, bool) {
	if len(s.changes) == 0 {
		return linediff.Change{}, false
	}
	return s.changes[0], true
}

// take adds the next change to the range lo..hi of base if it overlaps or
// touches it, and gives the range then covered.
func (s *side) take(hi int) (int, bool) {
	c, ok := s.next()
	if !ok || c.AStart > hi {
		return hi, false
	}
	s.changes = s.changes[1:]
	s.shift = c.BEnd - c.AEnd
	return max(hi, c.AEnd), true
}

// chunks groups the changes of both sides that overlap or touch in base.
func (m *lineMerge) chunks() []chunk {
	ours := &side{changes: m.diff(m.base.IDs, m.ours.IDs)}
	theirs := &side{changes: m.diff(m.base.IDs, m.theirs.IDs)}
	var out []chunk
	for {
		a, okA := ours.next()
		b, okB := theirs.next()
		if !okA && !okB {
			return out
		}
		if okA && okB && m.same(a, b) {
			ours.take(a.AEnd)
			theirs.take(b.AEnd)
			continue
		}
		lo := a.AStart
		if !okA || okB && b.AStart < lo {
			lo = b.AStart
		}
		out = append(out, gather(ours, theirs, lo))
	}
}

// gather makes one chunk of the changes that hang together from base line lo on.
func gather(ours, theirs *side, lo int) chunk {
	shiftOurs, shiftTheirs := ours.shift, theirs.shift
	hi := lo
	var fromA, fromB bool
	for {
		var a, b bool
		hi, a = ours.take(hi)
		hi, b = theirs.take(hi)
		fromA, fromB = fromA || a, fromB || b
		if !a && !b {
			break
		}
	}
	c := chunk{
		source: undecided,
		base:   span{lo, hi},
		ours:   span{lo + shiftOurs, hi + ours.shift},
		theirs: span{lo + shiftTheirs, hi + theirs.shift},
	}
	switch {
	case !fromB:
		c.source = fromOurs
	case !fromA:
		c.source = fromTheirs
	}
	return c
}

// same reports whether both sides put the same lines in the same place.
func (m *lineMerge) same(a, b linediff.Change) bool {
	return a.AStart == b.AStart && a.AEnd == b.AEnd &&
		slices.Equal(m.ours.IDs[a.BStart:a.BEnd], m.theirs.IDs[b.BStart:b.BEnd])
}

// refine takes out of every conflict what both sides agree on, which may split
// it into several or leave nothing of it. A side without lines agrees on
// nothing.
func (m *lineMerge) refine(chunks []chunk) []chunk {
	out := make([]chunk, 0, len(chunks))
	for _, c := range chunks {
		if c.source != undecided || c.ours.empty() || c.theirs.empty() {
			out = append(out, c)
			continue
		}
		changes := m.diff(m.ours.IDs[c.ours.lo:c.ours.hi], m.theirs.IDs[c.theirs.lo:c.theirs.hi])
		if len(changes) == 0 {
			c.source = fromBoth
			out = append(out, c)
			continue
		}
		out = append(out, m.split(c, changes)...)
	}
	return out
}

// nearby is the number of lines between two conflicts up to which a reader is
// better served by one.
const nearby = 3

// joinNear joins conflicts that follow one another closely.
func joinNear(chunks []chunk) []chunk {
	var out []chunk
	for _, c := range chunks {
		if n := len(out) - 1; n >= 0 && c.source == undecided && out[n].source == undecided &&
			c.ours.lo-out[n].ours.hi <= nearby {
			out[n].base = out[n].base.to(c.base)
			out[n].ours = out[n].ours.to(c.ours)
			out[n].theirs = out[n].theirs.to(c.theirs)
			continue
		}
		out = append(out, c)
	}
	return out
}
