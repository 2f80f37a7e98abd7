package threeway

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// move is a file that came on one side: renamed from somewhere, or added.
type move struct {
	side     int
	from, to string
	added    bool
}

// findDirRenames settles where each side's removed directories went: to where
// most of their files went. A directory that both sides renamed moves nothing.
func (m *treeMerge) findDirRenames() {
	for side := inOurs; side <= inTheirs; side++ {
		m.sides[side].dirs = make(map[string]string)
		if m.opt.DirectoryRenames != DirectoryRenamesOff {
			m.majority(side)
		}
	}
	for dir := range m.sides[inOurs].dirs {
		if _, both := m.sides[inTheirs].dirs[dir]; both {
			delete(m.sides[inOurs].dirs, dir)
			delete(m.sides[inTheirs].dirs, dir)
		}
	}
}

func (m *treeMerge) majority(side int) {
	s := &m.sides[side]
	for _, dir := range slices.Sorted(maps.Keys(s.needs.Moves)) {
		best, most, tie := "", 0, false
		for target, n := range s.needs.Moves[dir] {
			switch {
			case n > most:
				best, most, tie = target, n, false
			case n == most:
				tie = true
			}
		}
		switch {
		case tie:
			m.conflicts = append(m.conflicts, placedBy(otherSide(side), gitops.Conflict{
				Path: dir + "/", Kind: gitops.ConflictDirRename,
				Detail: fmt.Sprintf("%s split %s over several directories, none of which got most of its files, and the other side added to it", sideName(side), dir),
			}))
		case most > 0:
			s.dirs[dir] = best
		}
	}
}

// sideName names a version in sentences.
func sideName(version int) string {
	return [...]string{"the base", "our side", "their side"}[version]
}

// renamedDir finds the nearest directory above path that is a key of dirs.
func renamedDir(path string, dirs map[string]string) (string, bool) {
	for {
		end := strings.LastIndexByte(path, '/')
		if end < 0 {
			return "", false
		}
		path = path[:end]
		if _, ok := dirs[path]; ok {
			return path, true
		}
	}
}

// moveAlong follows the other side's renames of directories for every file
// that came on one side. moves is changed in place.
func (m *treeMerge) moveAlong(moves []move) error {
	claims := m.claims(moves)
	reported := make(map[claim]bool)
	for i := range moves {
		mv := &moves[i]
		dirs := m.sides[otherSide(mv.side)].dirs
		dir, ok := renamedDir(mv.to, dirs)
		if !ok {
			continue
		}
		// A directory that this side renamed as well is not a place to move
		// into: the other side's rename would carry the file on.
		if _, skip := m.sides[mv.side].dirs[dirs[dir]]; skip {
			continue
		}
		to := treediff.Rebase(mv.to, dir, dirs[dir])
		key := claim{mv.side, to}
		free, err := m.placeFree(key, claims)
		if err != nil {
			return err
		}
		if !free {
			if !reported[key] {
				m.conflicts = append(m.conflicts, placedBy(mv.side, inTheWay(mv.to, to)))
			}
			reported[key] = true
			continue
		}
		m.relocate(mv, to)
	}
	return nil
}

// claim is a path into which renames of directories would put a file.
type claim struct {
	side int
	path string
}

func (m *treeMerge) claims(moves []move) map[claim]int {
	claims := make(map[claim]int)
	for _, mv := range moves {
		dirs := m.sides[otherSide(mv.side)].dirs
		if dir, ok := renamedDir(mv.to, dirs); ok {
			claims[claim{mv.side, treediff.Rebase(mv.to, dir, dirs[dir])}]++
		}
	}
	return claims
}

func (m *treeMerge) placeFree(c claim, claims map[claim]int) (bool, error) {
	if claims[c] > 1 {
		return false, nil
	}
	_, taken, err := treediff.Lookup(m.objs, m.roots[c.side], c.path)
	return !taken, err
}

func inTheWay(from, to string) gitops.Conflict {
	return gitops.Conflict{
		Path: from + "/", Kind: gitops.ConflictDirRename,
		Detail: fmt.Sprintf("the directory of %s was renamed, but %s is taken", from, to),
	}
}

// relocate puts a file where the rename of its directory would put it. That is
// a suggestion: a person has to agree.
func (m *treeMerge) relocate(mv *move, to string) {
	if m.opt.DirectoryRenames == DirectoryRenamesApply {
		m.leaveToGit(fmt.Sprintf("merge.directoryRenames moves %s to %s without asking", mv.to, to))
	}
	p := m.paths[mv.to]
	moved := &pathState{path: to, names: p.names, clash: p.clash}
	if there := m.paths[to]; there != nil {
		moved = there
	}
	moved.versions[mv.side] = p.versions[mv.side]
	moved.names[mv.side] = p.names[mv.side]
	moved.files |= maskOf(mv.side)
	moved.clash = &gitops.Conflict{
		Path: to, Kind: gitops.ConflictDirRename,
		Detail: fmt.Sprintf("%s put %s into a directory that %s renamed, so perhaps it belongs at %s",
			sideName(mv.side), mv.to, sideName(otherSide(mv.side)), to),
	}
	m.suggested = append(m.suggested, *moved.clash)
	m.paths[to] = moved
	p.versions[mv.side], p.files = fileEntry{}, p.files&^maskOf(mv.side)
	if p.files == 0 && p.dirs == 0 {
		p.gone = true
	}
	mv.to = to
}
