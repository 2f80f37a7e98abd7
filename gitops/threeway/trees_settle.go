package threeway

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ahead/gitops"
)

// settle decides every path that was not trivial. What lies inside a directory
// comes before the path of the directory itself, since a file can only take
// the place of a directory of which nothing is left.
func (m *treeMerge) settle() error {
	paths := slices.SortedFunc(maps.Keys(m.paths), func(a, b string) int {
		return strings.Compare(b+"/", a+"/")
	})
	for _, path := range paths {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		p := m.paths[path]
		left, err := m.settlePath(p, p.dirs != 0 && m.full[path])
		if err != nil {
			return err
		}
		if left.mode != 0 {
			m.fill(path)
		}
	}
	return nil
}

// fill notes that something is left at path, which keeps every directory above
// it. A path that ends in a slash keeps that directory too.
func (m *treeMerge) fill(path string) {
	for dir := parentOf(path); dir != "" && !m.full[dir]; dir = parentOf(dir) {
		m.full[dir] = true
	}
}

// parentOf is the directory of a path, "" at the top.
func parentOf(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// settlePath decides one path and says what is left there. blocked says that a
// directory of this name still holds something.
func (m *treeMerge) settlePath(p *pathState, blocked bool) (fileEntry, error) {
	if p.gone || p.files == 0 || blocked && p.files == maskBase {
		m.place(p, fileEntry{}, blocked)
		return fileEntry{}, nil
	}
	got, err := m.decide(p)
	if err != nil {
		return fileEntry{}, err
	}
	if got.file.mode != 0 {
		m.judgePath(p, &got, blocked)
	}
	if got.clean {
		err = m.settleFreed(p, &got, blocked)
	} else {
		err = m.settleByHand(p, &got)
	}
	if err != nil {
		return fileEntry{}, err
	}
	m.place(p, got.file, blocked)
	return got.file, nil
}

// judgePath adds what stands against the path as a whole: a directory in the
// way, or what a rename brought about.
func (m *treeMerge) judgePath(p *pathState, got *fileMerge, blocked bool) {
	if p.clash != nil {
		got.clean, got.kind, got.detail = false, p.clash.Kind, p.clash.Detail
		if len(got.hunks) == 0 {
			got.hunks = p.clash.Hunks
		}
	} else if blocked {
		got.clean, got.kind = false, gitops.ConflictFileDirectory
		got.detail = fmt.Sprintf("%s is a file on one side, and a directory with files in it on the other", p.path)
	}
}

// place books the outcome in the tree that grows out of ours.
func (m *treeMerge) place(p *pathState, f fileEntry, blocked bool) {
	switch {
	case f == p.tip:
	case f.mode != 0:
		m.edits.set(p.path, f)
	case !blocked || p.tip.mode != 0:
		m.edits.remove(p.path)
	}
}

// fileMerge is the outcome of one path. kind, detail and hunks are set unless
// it is clean.
type fileMerge struct {
	file   fileEntry
	clean  bool
	kind   gitops.ConflictKind
	detail string
	hunks  []gitops.ConflictHunk
	// parts is the whole file where hunks are.
	parts []Part
	// unmerged says that the content itself is in conflict.
	unmerged bool
}

func taken(f fileEntry) fileMerge { return fileMerge{file: f, clean: true} }

// decide merges the versions of one path.
func (m *treeMerge) decide(p *pathState) (fileMerge, error) {
	v := p.versions
	// What was equal to begin with is equal as files only where it is a file.
	switch match := p.match &^ p.dirs; {
	case match == maskSides:
		return taken(v[inOurs]), nil
	case match == maskBase|maskOurs:
		return taken(v[inTheirs]), nil
	case match == maskBase|maskTheirs:
		return taken(v[inOurs]), nil
	}
	switch p.files {
	case maskSides, maskAll:
		if !v[inOurs].sameType(v[inTheirs]) {
			return fileMerge{
				file: v[inOurs], kind: gitops.ConflictTypes,
				detail: fmt.Sprintf("%s is %s on our side and %s on their side", p.path, kindOf(v[inOurs].mode), kindOf(v[inTheirs].mode)),
			}, nil
		}
		return m.mergeFile(p.path, v[inBase], v[inOurs], v[inTheirs])
	case maskBase | maskOurs:
		return m.modifyDelete(p, inOurs), nil
	case maskBase | maskTheirs:
		return m.modifyDelete(p, inTheirs), nil
	case maskOurs:
		return taken(v[inOurs]), nil
	case maskTheirs:
		return taken(v[inTheirs]), nil
	default:
		return m.deletedByBoth(p), nil
	}
}

// deletedByBoth is clean, except for the old path of a file that the two sides
// renamed to different places: git keeps that one as a conflict.
func (m *treeMerge) deletedByBoth(p *pathState) fileMerge {
	got := taken(fileEntry{})
	if p.clash != nil {
		got.clean, got.kind, got.detail = false, p.clash.Kind, p.clash.Detail
	}
	return got
}

func (m *treeMerge) modifyDelete(p *pathState, side int) fileMerge {
	if m.opt.Renormalize {
		m.leaveToGit(fmt.Sprintf("merge.renormalize decides whether %s was changed", p.path))
	}
	return fileMerge{
		file: p.versions[side], kind: gitops.ConflictModifyDelete,
		detail: fmt.Sprintf("%s changed %s, %s deleted it", sideName(side), p.path, sideName(otherSide(side))),
	}
}

func kindOf(mode gitops.Mode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode == gitops.ModeSymlink:
		return "a symbolic link"
	case mode == gitops.ModeSubmodule:
		return "a submodule"
	default:
		return "something else"
	}
}
