package threeway

import (
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// followRenames finds what each side renamed and brings the versions of a
// renamed file together under its new path.
func (m *treeMerge) followRenames() error {
	if m.opt.NoRenames || len(m.sides[inOurs].needs.Sources)+len(m.sides[inTheirs].needs.Sources) == 0 {
		return nil
	}
	var moves []move
	for side := inOurs; side <= inTheirs; side++ {
		found, err := m.findRenames(side)
		if err != nil {
			return err
		}
		moves = append(moves, found...)
	}
	m.findDirRenames()
	if err := m.moveAlong(moves); err != nil {
		return err
	}
	moves = slices.DeleteFunc(moves, func(mv move) bool { return mv.added })
	slices.SortStableFunc(moves, func(a, b move) int {
		if order := strings.Compare(a.from, b.from); order != 0 {
			return order
		}
		return a.side - b.side
	})
	for len(moves) > 0 {
		n := 1
		if len(moves) > 1 && moves[0].from == moves[1].from {
			n = 2
		}
		if err := m.applyMoves(moves[:n]); err != nil {
			return err
		}
		moves = moves[n:]
	}
	return nil
}

// findRenames lists the files that came on one side. Where nothing that went
// away matters, all of them count as added.
func (m *treeMerge) findRenames(side int) ([]move, error) {
	s := &m.sides[side]
	moves := make([]move, len(s.came))
	for i, f := range s.came {
		moves[i] = move{side: side, from: f.Path, to: f.Path, added: true}
	}
	if len(s.needs.Sources) == 0 {
		return moves, nil
	}
	limit := m.opt.RenameLimit
	if limit <= 0 {
		limit = DefaultRenameLimit
	}
	pairs, _, err := treediff.PairRenames(m.ctx, m.objs, s.gone, s.came, treediff.PairOptions{
		Limit: limit, SkipEmpty: true, DropTail: m.opt.DropTail, Merge: &s.needs, Prints: m.opt.Memory.fingerprints(),
		Reading: m.reading,
	})
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		moves[p.Dest].from, moves[p.Dest].added = s.gone[p.Source].Path, false
	}
	return moves, nil
}

// applyMoves handles one source: one rename of it, or one on either side.
func (m *treeMerge) applyMoves(moves []move) error {
	old := m.paths[moves[0].from]
	if old == nil || old.gone {
		return nil
	}
	if len(moves) == 1 {
		return m.applyMove(old, moves[0])
	}
	if moves[0].to == moves[1].to {
		target := m.paths[moves[0].to]
		target.versions[inBase] = old.versions[inBase]
		target.names[inBase] = old.path
		target.files |= maskBase
		old.gone = true
		return nil
	}
	return m.renamedApart(old, moves[0], moves[1])
}

// renamedApart is rename/rename(1to2): both new names get the merged content,
// and a person has to choose among them.
func (m *treeMerge) renamedApart(old *pathState, a, b move) error {
	ours, theirs := m.paths[a.to], m.paths[b.to]
	got, err := m.mergeFile(old.path, old.versions[inBase], ours.versions[inOurs], theirs.versions[inTheirs])
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("%s was renamed to %s on our side and to %s on their side", old.path, a.to, b.to)
	for _, p := range []*pathState{old, ours, theirs} {
		p.clash = &gitops.Conflict{Path: p.path, Kind: gitops.ConflictRenameRename, Detail: detail}
	}
	ours.apart = &contentMerge{
		fileMerge: got, names: [3]string{old.path, a.to, b.to},
		versions: [3]fileEntry{old.versions[inBase], ours.versions[inOurs], theirs.versions[inTheirs]},
	}
	theirs.apart = ours.apart
	if got.clean || got.kind != gitops.ConflictBinary {
		ours.versions[inOurs], theirs.versions[inTheirs] = got.file, got.file
	}
	ours.clash.Hunks, theirs.clash.Hunks = got.hunks, got.hunks
	return nil
}

// applyMove is a rename on one side alone.
func (m *treeMerge) applyMove(old *pathState, mv move) error {
	target, other := m.paths[mv.to], otherSide(mv.side)
	if target == old {
		// The rename of a directory by the other side leads back to where the
		// file was; relocate has said so. git before 2.51 dies of this, or
		// calls it clean and loses the file.
		return nil
	}
	deleted := !old.files.has(other)
	collides := target.files.has(other)
	retyped := !deleted && old.versions[other].mode.IsRegular() != target.versions[mv.side].mode.IsRegular()
	if retyped && collides {
		// The other side renamed the file as well and put something else in
		// its place: what looks like a collision is the other half.
		collides = false
	}
	switch {
	case collides && !deleted:
		if err := m.collide(old, target, mv); err != nil {
			return err
		}
	case collides:
		target.clash = renameDelete(old.path, mv)
	default:
		target.versions[inBase], target.names[inBase] = old.versions[inBase], old.path
		target.files |= maskBase
		if deleted {
			target.clash = renameDelete(old.path, mv)
		} else if !retyped {
			target.versions[other], target.names[other] = old.versions[other], old.path
			target.files |= maskOf(other)
		}
	}
	if retyped {
		old.versions[inBase] = fileEntry{}
		old.files &^= maskBase
	} else {
		old.leave(mv.side)
	}
	return nil
}

// leave takes the path out of the merge after its file was renamed on one
// side, unless a renamed directory has put another file there meanwhile.
func (p *pathState) leave(side int) {
	if !p.files.has(side) {
		p.gone = true
		return
	}
	p.versions[inBase] = fileEntry{}
	p.files &^= maskBase
}

func renameDelete(from string, mv move) *gitops.Conflict {
	return &gitops.Conflict{
		Path: mv.to, Kind: gitops.ConflictRenameDelete,
		Detail: fmt.Sprintf("%s renamed %s to %s, %s deleted it", sideName(mv.side), from, mv.to, sideName(otherSide(mv.side))),
	}
}

// collide is a rename onto a path that the other side has too: the renamed
// file is merged by itself, then stands against the other as if both had been
// added.
func (m *treeMerge) collide(old, target *pathState, mv move) error {
	versions := old.versions
	versions[mv.side] = target.versions[mv.side]
	got, err := m.mergeFile(old.path, versions[inBase], versions[inOurs], versions[inTheirs])
	if err != nil {
		return err
	}
	if !got.clean {
		target.apart = &contentMerge{fileMerge: got, nested: true, names: target.names, versions: target.versions}
		target.apart.versions[inBase], target.apart.names[inBase] = versions[inBase], old.path
	}
	// Where both sides have the same file already, git takes that, and with it
	// drops what our side changed in the renamed one: never silently here.
	drops := target.match == maskSides && mv.side == inTheirs && got.file != target.versions[inOurs]
	target.versions[mv.side] = got.file
	target.names[mv.side] = old.path
	if !got.clean || drops {
		target.clash = renameAdd(old.path, mv, got)
	}
	return nil
}

func renameAdd(from string, mv move, got fileMerge) *gitops.Conflict {
	detail := fmt.Sprintf("%s renamed %s to %s, where %s put another file, and the content conflicts too",
		sideName(mv.side), from, mv.to, sideName(otherSide(mv.side)))
	if got.clean {
		detail = fmt.Sprintf("%s renamed %s to %s, which %s has as well, beside its own changes of %s",
			sideName(mv.side), from, mv.to, sideName(otherSide(mv.side)), from)
	}
	return &gitops.Conflict{Path: mv.to, Kind: gitops.ConflictRenameAdd, Hunks: got.hunks, Detail: detail}
}
