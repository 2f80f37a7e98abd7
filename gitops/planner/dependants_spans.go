package planner

import (
	"cmp"
	"slices"

	"ahead/gitops/linediff"
)

// lineSpan is a half-open range of lines, from 0; an empty one stands for the
// gap before its line.
type lineSpan struct{ lo, hi int }

// joined sorts spans and makes one of those that share lines. Spans that only
// touch stay apart: a change in the gap between them meets neither. The slice is
// its own afterwards.
func joined(spans []lineSpan) []lineSpan {
	slices.SortFunc(spans, func(a, b lineSpan) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi)) })
	out := spans[:0]
	for _, s := range slices.Compact(spans) {
		if last := len(out) - 1; last >= 0 && s.lo < out[last].hi && s.hi > s.lo {
			out[last].hi = max(out[last].hi, s.hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// meets reports whether a change made any line of the span, or took lines out
// of it. Unless strict, a change next to it meets it, too.
func (b *blame) meets(changes []linediff.Change, s lineSpan) bool {
	for _, c := range changes {
		switch {
		case s.lo == s.hi || !b.strict:
			if c.BStart <= s.hi && s.lo <= c.BEnd {
				return true
			}
		case c.BStart < s.hi && s.lo < c.BEnd:
			return true
		}
	}
	return false
}

// rest are the parts of a span that no change made, in the lines before them.
func (b *blame) rest(changes []linediff.Change, s lineSpan) []lineSpan {
	if s.lo == s.hi {
		if b.meets(changes, s) {
			return nil
		}
		return []lineSpan{plain(changes, s)}
	}
	var out []lineSpan
	lo := s.lo
	for _, c := range changes {
		if c.BEnd <= lo || c.BStart >= s.hi {
			continue
		}
		if c.BStart > lo {
			out = append(out, plain(changes, lineSpan{lo, c.BStart}))
		}
		lo = max(lo, c.BEnd)
	}
	if lo < s.hi {
		out = append(out, plain(changes, lineSpan{lo, s.hi}))
	}
	return out
}

// plain gives where lines that no change made stood before.
func plain(changes []linediff.Change, s lineSpan) lineSpan {
	at := s
	for _, c := range changes {
		if c.BEnd <= s.lo {
			at.lo = s.lo + c.AEnd - c.BEnd
		}
		if c.BEnd <= s.hi && c.BStart < s.hi || c.BEnd <= s.lo {
			at.hi = s.hi + c.AEnd - c.BEnd
		}
	}
	return at
}

// carry gives the lines of the old side that a span came from: the whole of
// every change that meets it or took lines away at its ends, and all between.
func carry(changes []linediff.Change, s lineSpan) lineSpan {
	at := plain(changes, s)
	first := true
	for _, c := range changes {
		met := c.BStart < s.hi && s.lo < c.BEnd
		if c.BStart == c.BEnd || s.lo == s.hi {
			met = c.BStart <= s.hi && s.lo <= c.BEnd
		}
		if !met {
			continue
		}
		if first && c.BStart <= s.lo {
			at.lo = c.AStart
		}
		if first = false; c.BEnd >= s.hi {
			at.hi = c.AEnd
		}
	}
	return lineSpan{at.lo, max(at.lo, at.hi)}
}
