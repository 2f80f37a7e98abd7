package planner

import (
	"slices"
	"sort"

	"ahead/gitops"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
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
	changes, err := s.since.changesOf(s.trial.ctx, paths)
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

// lineSpan is a half-open range of lines, from 0; an empty one stands for the
// gap before its line.
type lineSpan struct{ lo, hi int }

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

// blame follows places of a file back through the later commits, as
// `git log -L` follows a range: each change of the file moves them, and the
// commit whose change meets one has made it. Lines that were made are not
// followed further, except through the commits that are passed: those are
// reverted, so what was there before them counts.
type blame struct {
	*search
	passed func(int32) bool
	// strict takes lines at their word; otherwise a change next to a place
	// meets it too, as it does in a merge.
	strict bool
	// all finds those that are passed as well.
	all   bool
	found []int32

	live   map[fileVersion][]lineSpan
	agenda []pathChange
}

type fileVersion struct {
	path string
	blob gitops.Hash
}

type pathChange struct {
	node int32
	path string
}

// from starts at a version of a file; it need not be the tip's own, since some
// commits may be reverted already.
func (b *blame) from(path string, blob gitops.Hash, spans []lineSpan) error {
	tip, ok, err := treediff.Lookup(b.since.objs, b.trial.onto.Tree, path)
	if err != nil || !ok || !hasLines(tip) {
		return err
	}
	if tip.Hash != blob {
		changes, err := b.edits(tip.Hash, blob)
		if err != nil {
			return err
		}
		for k, s := range spans {
			spans[k] = carry(changes, s)
		}
	}
	b.live = map[fileVersion][]lineSpan{{path, tip.Hash}: spans}
	if err := b.follow(path, -1); err != nil {
		return err
	}
	for len(b.agenda) > 0 && len(b.live) > 0 && b.steps < b.share.steps {
		next := b.agenda[0]
		b.agenda = b.agenda[1:]
		if err := b.step(next); err != nil {
			return err
		}
		if !b.all && len(b.found) > b.share.set {
			return nil
		}
	}
	return nil
}

// follow puts the changes of a path on the agenda, those before one node only.
func (b *blame) follow(path string, before int32) error {
	if err := b.fetch([]string{path}); err != nil {
		return err
	}
	for _, i := range b.byPath[path] {
		if before < 0 || b.since.older(i, before) {
			b.agenda = append(b.agenda, pathChange{i, path})
		}
	}
	sort.SliceStable(b.agenda, func(i, j int) bool { return b.since.older(b.agenda[j].node, b.agenda[i].node) })
	return nil
}

// step takes the places of one version of a file to the versions before it. What
// meets the change against every parent was made here.
func (b *blame) step(at pathChange) error {
	c, err := b.since.objs.Commit(b.since.name(at.node))
	if err != nil {
		return err
	}
	now, ok, err := treediff.Lookup(b.since.objs, c.Tree, at.path)
	if err != nil || !ok {
		return err
	}
	version := fileVersion{at.path, now.Hash}
	spans := b.live[version]
	if len(spans) == 0 {
		return nil
	}
	delete(b.live, version)
	b.steps++
	made := true
	for _, p := range c.Parents {
		met, err := b.toParent(at, c, p, now, spans)
		if err != nil {
			return err
		}
		made = made && met
	}
	if made && (b.all || !b.passed(at.node)) {
		b.found = union(b.found, []int32{at.node})
	}
	return nil
}

// hasLines: where a file is now a directory or a submodule may have been.
func hasLines(e gitops.TreeEntry) bool { return !e.IsTree() && e.Mode != gitops.ModeSubmodule }

// toParent carries the places over one change; met says that it touches any.
func (b *blame) toParent(at pathChange, c gitops.Commit, parent gitops.Hash, now gitops.TreeEntry, spans []lineSpan) (met bool, err error) {
	pc, err := b.since.objs.Commit(parent)
	if err != nil {
		return false, err
	}
	path := at.path
	old, ok, err := treediff.Lookup(b.since.objs, pc.Tree, path)
	if err != nil {
		return false, err
	}
	if !ok || !hasLines(old) {
		if path, old, ok, err = b.source(pc.Tree, c.Tree, path); err != nil || !ok {
			return true, err
		}
		if err := b.follow(path, at.node); err != nil {
			return false, err
		}
	}
	if old.Hash == now.Hash {
		b.live[fileVersion{path, old.Hash}] = append(b.live[fileVersion{path, old.Hash}], spans...)
		// A file that only moved is in the way of nothing that has lines.
		return false, nil
	}
	changes, err := b.edits(old.Hash, now.Hash)
	if err != nil {
		return false, err
	}
	var before []lineSpan
	for _, s := range spans {
		if b.meets(changes, s) {
			met = true
		}
		if b.passed(at.node) {
			before = append(before, carry(changes, s))
		} else {
			before = append(before, b.rest(changes, s)...)
		}
	}
	if len(before) > 0 {
		key := fileVersion{path, old.Hash}
		b.live[key] = append(b.live[key], before...)
	}
	return met, nil
}

// source finds where a file came from that the parent does not have.
func (b *blame) source(before, after gitops.Hash, path string) (string, gitops.TreeEntry, bool, error) {
	changes, err := treediff.Walk(b.trial.ctx, b.since.objs, before, after)
	if err != nil {
		return "", gitops.TreeEntry{}, false, err
	}
	// Only this path is asked about: every other addition would cost a
	// comparison with each file that went away.
	changes = slices.DeleteFunc(changes, func(c gitops.FileChange) bool {
		return c.Status != gitops.Deleted && c.Path != path
	})
	changes, err = treediff.DetectRenames(b.trial.ctx, b.since.objs, changes, treediff.RenameOptions{})
	if err != nil {
		return "", gitops.TreeEntry{}, false, err
	}
	for _, c := range changes {
		if c.Path == path && c.Status == gitops.Renamed {
			return c.OldPath, gitops.TreeEntry{Mode: c.OldMode, Hash: c.OldHash}, true, nil
		}
	}
	return "", gitops.TreeEntry{}, false, nil
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

// edits compares two versions of a file. The ends that they share are put aside
// first: where a merge must find git's own choice of lines, this one must only
// be right, and quick.
func (b *blame) edits(old, now gitops.Hash) ([]linediff.Change, error) {
	return b.since.edits(b.trial.objects, old, now)
}
