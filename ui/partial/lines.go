package partial

import (
	"slices"

	"ahead/gitops"
)

// Lines are the hunks of a file of which some stay.
type Lines struct {
	Diff gitops.FileDiff
	// Stays says of each hunk whether it stays as it is.
	Stays []bool
	// Full is the place of each hunk in the whole diff, -1 where it has none.
	Full []int
}

// LinesOf lays the hunks that stay among those that ship, in the order of the
// branch's own lines, which both are numbered by. now are the hunks that ship;
// until they are known (nil) they are taken from the whole diff.
func LinesOf(full gitops.FileDiff, now *gitops.FileDiff, whole bool, out []string) Lines {
	lines := Lines{Diff: gitops.FileDiff{Change: full.Change}}
	var keep []int
	stays := make([]bool, len(full.Hunks))
	for i, name := range full.HunkNames() {
		if stays[i] = whole || slices.Contains(out, name); !stays[i] {
			keep = append(keep, i)
		}
	}
	ships := shipping(full, now, keep)
	put := func(h gitops.Hunk, stays bool, at int) {
		lines.Diff.Hunks = append(lines.Diff.Hunks, h)
		lines.Stays, lines.Full = append(lines.Stays, stays), append(lines.Full, at)
	}
	for i, h := range full.Hunks {
		if !stays[i] {
			continue
		}
		for len(ships) > 0 && ships[0].hunk.OldStart < h.OldStart {
			put(ships[0].hunk, false, ships[0].at)
			ships = ships[1:]
		}
		put(h, true, i)
	}
	for _, s := range ships {
		put(s.hunk, false, s.at)
	}
	return lines
}

type shipped struct {
	hunk gitops.Hunk
	at   int
}

// shipping finds for each hunk that ships its place in the whole diff: they
// are the same hunks, in the same order, unless leaving lines out made git's
// diff cut the rest differently.
func shipping(full gitops.FileDiff, now *gitops.FileDiff, keep []int) []shipped {
	var out []shipped
	if now == nil {
		for _, i := range keep {
			out = append(out, shipped{full.Hunks[i], i})
		}
		return out
	}
	for i, h := range now.Hunks {
		at := slices.IndexFunc(full.Hunks, func(f gitops.Hunk) bool { return f.OldStart == h.OldStart && f.OldLines == h.OldLines })
		if len(now.Hunks) == len(keep) {
			at = keep[i]
		}
		out = append(out, shipped{h, at})
	}
	return out
}
