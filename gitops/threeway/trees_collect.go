package threeway

import (
	"ahead/gitops"
	"ahead/gitops/treediff"
)

// dirState is a directory in three versions; an absent one has a zero hash.
type dirState struct {
	// prefix is the path with a slash behind it, empty at the top.
	prefix string
	trees  [3]gitops.Hash
	// watch tells whether renames out of this directory say where it went:
	// maskAll when a file was added to a directory that the other side
	// removed; one side when the directory was removed by the other and no
	// such file has been seen; else 0.
	watch mask
}

func (d dirState) name() string {
	if d.prefix == "" {
		return ""
	}
	return d.prefix[:len(d.prefix)-1]
}

// collect walks the three trees, settles what is trivial and notes the rest.
// Directories that only one side changed come last: unless a file that went
// away on that side has to be found again, they are taken as a whole.
func (m *treeMerge) collect() error {
	if err := m.dir(dirState{trees: m.roots}); err != nil {
		return err
	}
	for side := inOurs; side <= inTheirs; side++ {
		s := &m.sides[side]
		// In git's order: see treediff.TableOrder.
		later := treediff.TableOrder(s.later, dirState.name)
		s.later = nil
		s.open = !m.opt.NoRenames && len(s.needs.Sources) > 0
		for _, d := range later {
			if !s.open {
				m.takeDir(side, d)
			} else if err := m.dir(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeDir settles a directory that only one side changed.
func (m *treeMerge) takeDir(side int, d dirState) {
	if !d.trees[side].IsZero() {
		m.fill(d.prefix)
	}
	switch {
	case side == inOurs:
	case d.trees[inTheirs].IsZero():
		m.edits.remove(d.name())
	default:
		m.edits.set(d.name(), fileEntry{mode: gitops.ModeTree, hash: d.trees[inTheirs]})
	}
}

func (m *treeMerge) dir(d dirState) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	rows, err := m.rows(d.trees)
	if err != nil {
		return err
	}
	if d.watch == maskOurs || d.watch == maskTheirs {
		for _, r := range rows {
			if r.files == d.watch {
				d.watch = maskAll
				break
			}
		}
	}
	for _, r := range rows {
		if err := m.row(d, r); err != nil {
			return err
		}
	}
	return nil
}

func (m *treeMerge) row(d dirState, r row) error {
	path, match := d.prefix+r.name(), r.match()
	if r.files == maskAll && match != 0 {
		if match == maskBase|maskOurs {
			m.edits.set(path, entryOf(r, inTheirs))
		}
		return nil
	}
	m.noteRemoved(d, r, path)
	if r.files != 0 {
		m.notePairs(d, r, path, match&r.files)
		m.paths[path] = newPathState(path, r, match)
	}
	if r.dirs == 0 {
		return nil
	}
	sub := dirState{prefix: path + "/", watch: d.watch}
	for v, e := range r.entries {
		if r.dirs.has(v) {
			sub.trees[v] = e.Hash
		}
	}
	if sub.watch != maskAll && (r.dirs == maskBase|maskOurs || r.dirs == maskBase|maskTheirs) {
		sub.watch = r.dirs &^ maskBase
	}
	if side := onlyChangedBy(r, match); side != inBase && !m.sides[side].open && d.watch != maskAll {
		m.sides[side].later = append(m.sides[side].later, sub)
		return nil
	}
	return m.dir(sub)
}

// onlyChangedBy names the side that alone changed, added or removed a
// directory; inBase when there is none.
func onlyChangedBy(r row, match mask) int {
	switch {
	case r.files != 0:
		return inBase
	case match == maskBase|maskOurs || r.dirs == maskTheirs:
		return inTheirs
	case match == maskBase|maskTheirs || r.dirs == maskOurs:
		return inOurs
	default:
		return inBase
	}
}

func newPathState(path string, r row, match mask) *pathState {
	p := &pathState{path: path, files: r.files, dirs: r.dirs, match: match, names: [3]string{path, path, path}}
	for v := range r.entries {
		if r.files.has(v) {
			p.versions[v] = entryOf(r, v)
		}
	}
	p.tip = p.versions[inOurs]
	return p
}

func entryOf(r row, version int) fileEntry {
	return fileEntry{mode: r.entries[version].Mode, hash: r.entries[version].Hash}
}

// noteRemoved books a directory that a side removed, and that a file was added
// to one which the other side removed.
func (m *treeMerge) noteRemoved(d dirState, r row, path string) {
	if r.dirs.has(inBase) && r.dirs != maskAll {
		need := treediff.DirNeedNothing
		if d.watch == maskAll {
			need = treediff.DirNeedParent
		}
		for side := inOurs; side <= inTheirs; side++ {
			if !r.dirs.has(side) {
				m.sides[side].needs.Dirs[path] = need
			}
		}
	}
	if d.watch != maskAll {
		return
	}
	switch r.files {
	case maskOurs:
		m.sides[inTheirs].needs.Dirs[d.name()] = treediff.DirNeedSelf
	case maskTheirs:
		m.sides[inOurs].needs.Dirs[d.name()] = treediff.DirNeedSelf
	}
}

// notePairs books the ends of possible renames. Where a file went matters when
// the other side did not leave it as it was, or when it shows where its
// directory went.
func (m *treeMerge) notePairs(d dirState, r row, path string, match mask) {
	for side := inOurs; side <= inTheirs; side++ {
		s := &m.sides[side]
		switch {
		case r.files.has(inBase) && !r.files.has(side):
			s.gone = append(s.gone, treeFile(path, r, inBase))
			if match == 0 {
				s.needs.Sources[path] = treediff.NeedContent
			} else if d.watch == maskAll {
				s.needs.Sources[path] = treediff.NeedLocation
			}
		case !r.files.has(inBase) && r.files.has(side):
			s.came = append(s.came, treeFile(path, r, side))
		}
	}
}

func treeFile(path string, r row, version int) treediff.File {
	e := r.entries[version]
	return treediff.File{Path: path, Mode: e.Mode, Hash: e.Hash}
}
