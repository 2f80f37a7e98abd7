package threeway

import "ahead/gitops/linediff"

// split makes one conflict of each of the changes between the two sides of c.
// Base has no say in where the cuts are, so its lines are dealt out for the
// reader's sake: base lines that agree with what both sides have between two
// conflicts belong to neither; the other ones stay with the conflict before.
func (m *lineMerge) split(c chunk, changes []linediff.Change) []chunk {
	out := make([]chunk, 0, len(changes))
	rest := c.base
	for i, ch := range changes {
		next := chunk{
			source: undecided,
			base:   rest,
			ours:   span{c.ours.lo + ch.AStart, c.ours.lo + ch.AEnd},
			theirs: span{c.theirs.lo + ch.BStart, c.theirs.lo + ch.BEnd},
		}
		if i == 0 {
			next.base.lo += m.agreeing(rest, c.ours.lo, next.ours.lo)
		}
		agreedTo := c.ours.hi
		if i+1 < len(changes) {
			agreedTo = c.ours.lo + changes[i+1].AStart
		}
		next.base.hi, rest.lo = m.cut(next.base, span{next.ours.hi, agreedTo}, i+1 == len(changes))
		out = append(out, next)
	}
	return out
}

// agreeing counts the lines at the start of a base range that are also those
// of ours from line lo up to hi.
func (m *lineMerge) agreeing(base span, lo, hi int) int {
	n := 0
	for base.lo+n < base.hi && lo+n < hi && m.base.IDs[base.lo+n] == m.ours.IDs[lo+n] {
		n++
	}
	return n
}

// cut finds the first place in a base range where the lines that both sides
// agree on stand in base too, at the very end of it if last is asked for. It
// gives where the conflict before ends and where the next one may begin.
func (m *lineMerge) cut(base, agreed span, last bool) (end, next int) {
	if last {
		end = base.hi
		for i := agreed.hi; end > base.lo && i > agreed.lo && m.base.IDs[end-1] == m.ours.IDs[i-1]; i-- {
			end--
		}
		return end, base.hi
	}
	for at := base.lo; at < base.hi; at++ {
		if n := m.agreeing(span{at, base.hi}, agreed.lo, agreed.hi); n == agreed.hi-agreed.lo {
			return at, at + n
		}
	}
	return base.hi, base.hi
}
