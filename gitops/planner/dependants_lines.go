package planner

import (
	"slices"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// How far around a conflict commits are looked for: the very lines that differ
// from the base, what touches the place, what comes near it, and the whole path.
const (
	theLines = iota
	touching
	nearby
	wholePath
)

// nearLines is how many lines around a place count as near: git joins conflicts
// that are as close as that.
const nearLines = 3

// inTheWay finds the later commits, not in the set yet, that made the conflicts.
func (s *search) inTheWay(end trialEnd, set []int32, around int) ([]int32, error) {
	if err := s.prefetch(end.conflicts); err != nil {
		return nil, err
	}
	var found []int32
	for _, c := range end.conflicts {
		var here []int32
		var err error
		switch {
		case around == wholePath:
			here = s.allOn(c)
		case len(c.Hunks) > 0:
			here, err = s.linesInTheWay(c, set, around)
		case around == theLines:
			here = s.pathInTheWay(c, set)
		}
		if err != nil {
			return nil, err
		}
		for _, i := range here {
			if !slices.Contains(set, i) {
				found = union(found, []int32{i})
			}
		}
		if len(found) > s.share.set || s.spent() {
			break
		}
	}
	return found, nil
}

// conflictPaths are the names by which the versions in conflict are known.
func conflictPaths(c gitops.Conflict) []string {
	paths := []string{cleanPath(c.Path)}
	for _, v := range []gitops.Version{c.Base, c.Ours, c.Theirs} {
		if v.Mode != 0 && v.Path != "" && !slices.Contains(paths, cleanPath(v.Path)) {
			paths = append(paths, cleanPath(v.Path))
		}
	}
	return paths
}

// prefetch finds the changes of all paths in conflict at once: one pass over the
// later commits costs about the same for ten paths as for one.
func (s *search) prefetch(conflicts []gitops.Conflict) error {
	var paths []string
	for _, c := range conflicts {
		paths = append(paths, conflictPaths(c)...)
	}
	return s.fetch(paths)
}

func (s *search) fetch(paths []string) error {
	paths = slices.DeleteFunc(slices.Clone(paths), func(p string) bool { _, known := s.byPath[p]; return known })
	if len(paths) == 0 {
		return nil
	}
	changes, compared, err := s.since.changesOf(s.trial.ctx, paths, s.share.commits-s.commits)
	s.commits += compared
	for _, p := range paths {
		s.byPath[p] = changes[p]
	}
	return err
}

// allOn are all later commits that changed a path in conflict.
func (s *search) allOn(c gitops.Conflict) []int32 {
	var all []int32
	for _, p := range conflictPaths(c) {
		all = union(all, s.byPath[p])
	}
	return s.since.sorted(all)
}

// pathInTheWay is for conflicts about a path as a whole. Where the revert would
// take away a file that was changed since, every change of it is in the way.
// Else the newest one is: it made the version that cannot be merged.
func (s *search) pathInTheWay(c gitops.Conflict, set []int32) []int32 {
	all := slices.DeleteFunc(s.allOn(c), func(i int32) bool { return slices.Contains(set, i) })
	if c.Theirs.Mode == 0 && c.Ours.Mode != 0 {
		return all
	}
	return all[:min(1, len(all))]
}

// linesInTheWay asks of each place in a file who made the lines that differ
// from the base.
func (s *search) linesInTheWay(c gitops.Conflict, set []int32, around int) ([]int32, error) {
	var spans []lineSpan
	for _, h := range c.Hunks {
		if around == theLines {
			spans = append(spans, differing(h)...)
			continue
		}
		n := 1
		if around == nearby {
			n = nearLines
		}
		spans = append(spans, hunkSpan(h, n))
	}
	b := blame{search: s, passed: func(i int32) bool { return slices.Contains(set, i) }, strict: around == theLines}
	err := b.from(oursPath(c), c.Ours.Hash, spans)
	return b.found, err
}

func oursPath(c gitops.Conflict) string {
	if c.Ours.Path != "" {
		return c.Ours.Path
	}
	return c.Path
}

// touchedBy finds all later commits that ever touched a place; whole is false
// when the search was spent on the way.
func (s *search) touchedBy(c gitops.Conflict, h gitops.ConflictHunk) (found []int32, whole bool, err error) {
	b := blame{search: s, passed: func(int32) bool { return true }, all: true}
	err = b.from(oursPath(c), c.Ours.Hash, []lineSpan{hunkSpan(h, 1)})
	return b.found, s.steps < s.share.steps && len(b.found) > 0, err
}

func hunkSpan(h gitops.ConflictHunk, around int) lineSpan {
	lo := h.OursLine - 1
	hi := lo + len(linediff.Split([]byte(h.Ours)))
	return lineSpan{max(0, lo-around), hi + around}
}

// differing are the lines of ours that are not those of the base.
func differing(h gitops.ConflictHunk) []lineSpan {
	var spans []lineSpan
	lo := h.OursLine - 1
	for _, c := range linediff.Diff(linediff.Split([]byte(h.Base)), linediff.Split([]byte(h.Ours)), linediff.Histogram) {
		spans = append(spans, lineSpan{lo + c.BStart, lo + c.BEnd})
	}
	return spans
}
