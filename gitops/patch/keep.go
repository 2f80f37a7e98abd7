package patch

import (
	"bytes"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// Keep gives what before becomes when only some of the hunks that lead from it
// to after are done: those for whose index keep says so. It copies whole lines
// by the hunks' ranges, so line endings and a missing one at the end are kept
// as they are. Hunks that do not belong to the two texts are an error.
func Keep(before, after []byte, hunks []gitops.Hunk, keep func(i int) bool) ([]byte, error) {
	a, b := linediff.Split(before), linediff.Split(after)
	var out bytes.Buffer
	at, to := 0, 0
	for i, h := range hunks {
		oldFrom, oldEnd := bounds(h.OldStart, h.OldLines)
		newFrom, newEnd := bounds(h.NewStart, h.NewLines)
		if oldFrom < at || oldEnd > len(a) || newFrom < to || newEnd > len(b) || oldFrom-at != newFrom-to {
			return nil, fmt.Errorf("hunk %d (-%d,%d +%d,%d) is none of these texts", i+1, h.OldStart, h.OldLines, h.NewStart, h.NewLines)
		}
		write(&out, a[at:oldFrom])
		if keep(i) {
			write(&out, b[newFrom:newEnd])
		} else {
			write(&out, a[oldFrom:oldEnd])
		}
		at, to = oldEnd, newEnd
	}
	write(&out, a[at:])
	return out.Bytes(), nil
}

// bounds is the half-open range of line indexes behind a hunk's header; the
// reverse of position.
func bounds(start, lines int) (from, end int) {
	if lines == 0 {
		return start, start
	}
	return start - 1, start - 1 + lines
}

func write(out *bytes.Buffer, lines []linediff.Line) {
	for _, l := range lines {
		out.Write(l)
	}
}
