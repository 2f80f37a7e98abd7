package treediff

import "strings"

// SourceNeed says why a merge needs to know where a file went.
type SourceNeed uint8

// The needs of a source, the stronger last.
const (
	// NeedNothing: whatever became of the file, the merge comes out the same.
	NeedNothing SourceNeed = iota
	// NeedLocation: the file helps to tell where its directory went.
	NeedLocation
	// NeedContent: the other side changed or deleted the file.
	NeedContent
)

// DirNeed says why a merge needs to know where a removed directory went.
type DirNeed uint8

// The needs of a directory.
const (
	DirNeedNothing DirNeed = iota
	// DirNeedParent: only a directory above it matters.
	DirNeedParent
	// DirNeedSelf: the other side added a file right inside it.
	DirNeedSelf
)

// MergeNeeds narrows the search to what a merge needs, in the way of git's ort
// strategy, and collects where directories went. It belongs to one call of
// PairRenames, which changes it.
type MergeNeeds struct {
	// Sources holds the need of each source; one that is absent has none.
	Sources map[string]SourceNeed
	// Dirs holds every directory that this side removed.
	Dirs map[string]DirNeed
	// Moves counts, for a removed directory, the files that went to each
	// other directory. PairRenames fills it.
	Moves map[string]map[string]int
	// targets lists the keys of each of Moves in the order in which they came.
	targets map[string][]string
}

// unknownDir stands, in Moves, for files of which it is not known yet where
// they went. No directory has this name.
const unknownDir = "/"

// needs is true for everything when there is no merge.
func (m *MergeNeeds) needs(path string) bool {
	return m == nil || m.Sources[path] != NeedNothing
}

func (m *MergeNeeds) add(from, to string) {
	if m.Moves == nil {
		m.Moves = make(map[string]map[string]int)
		m.targets = make(map[string][]string)
	}
	if m.Moves[from] == nil {
		m.Moves[from] = make(map[string]int)
	}
	if m.Moves[from][to] == 0 {
		m.targets[from] = append(m.targets[from], to)
	}
	m.Moves[from][to]++
}

// countMove notes that a rename speaks for the move of its directory and, as
// long as the directories below are named alike on both sides, of those above:
// a/b/e/f -> a/x/e/f speaks for a/b/e -> a/x/e and for a/b -> a/x.
func (p *pairing) countMove(from, to string) {
	m := p.opt.Merge
	if m == nil {
		return
	}
	for first := true; ; first = false {
		fromDir, toDir := dirName(from), dirName(to)
		need, removed := m.Dirs[fromDir]
		if !removed || !first && baseName(from) != baseName(to) {
			return
		}
		if first || need == DirNeedSelf {
			m.add(fromDir, toDir)
		}
		if need == DirNeedNothing || fromDir == "" || toDir == "" {
			return
		}
		from, to = fromDir, toDir
	}
}

// mostLikelyDirs gives for each directory the one that most of its files went
// to. Of equal counts it is the first in git's order, which decides where a
// file of a name that is not unique is looked for.
func (p *pairing) mostLikelyDirs() map[string]string {
	if p.opt.Merge == nil {
		return nil
	}
	guess := make(map[string]string)
	for dir, counts := range p.opt.Merge.Moves {
		most := 0
		for _, target := range TableOrder(p.opt.Merge.targets[dir], func(s string) string { return s }) {
			if n := counts[target]; n > most {
				guess[dir], most = target, n
			}
		}
	}
	return guess
}

// dropUnneeded leaves only the sources whose fate matters: first those that
// matter at all, then without those that would only confirm a move of a
// directory that already has its majority.
func (p *pairing) dropUnneeded() {
	m := p.opt.Merge
	if m == nil {
		p.keepSources(nil)
		return
	}
	p.keepSources(func(f File) bool { return m.needs(f.Path) })
	p.countUnknown()
	for dir, targets := range m.Moves {
		if m.Dirs[dir] == DirNeedSelf && decided(targets) {
			m.Dirs[dir] = DirNeedParent
		}
	}
	p.keepSources(func(f File) bool {
		return m.Sources[f.Path] == NeedContent || m.dirWanted(f.Path)
	})
}

// countUnknown books every source that is left as a file that may go anywhere.
func (p *pairing) countUnknown() {
	m := p.opt.Merge
	for _, s := range p.left {
		for dir := dirName(p.sources[s].Path); dir != "" && m.Dirs[dir] != DirNeedNothing; dir = dirName(dir) {
			m.add(dir, unknownDir)
		}
	}
}

// decided reports whether the most frequent target stays the most frequent
// whatever the unknown files turn out to be.
func decided(targets map[string]int) bool {
	first, second := 0, 0
	for target, n := range targets {
		switch {
		case target == unknownDir:
		case n >= first:
			first, second = n, first
		case n > second:
			second = n
		}
	}
	return first > second+targets[unknownDir]
}

// dirWanted reports whether a directory above path still waits to learn where
// it went.
func (m *MergeNeeds) dirWanted(path string) bool {
	for dir := dirName(path); ; dir = dirName(dir) {
		switch m.Dirs[dir] {
		case DirNeedNothing:
			return false
		case DirNeedSelf:
			return true
		}
		if dir == "" {
			return false
		}
	}
}

// forgetUnknown leaves in Moves what a merge may rely on.
func (p *pairing) forgetUnknown() {
	m := p.opt.Merge
	if m == nil {
		return
	}
	for dir, targets := range m.Moves {
		delete(targets, unknownDir)
		if m.Dirs[dir] == DirNeedNothing || len(targets) == 0 {
			delete(m.Moves, dir)
		}
	}
}

// Rebase gives the path that a file has once the directory from became to.
func Rebase(path, from, to string) string {
	rest := strings.TrimPrefix(path[len(from):], "/")
	if to == "" {
		return rest
	}
	return to + "/" + rest
}
