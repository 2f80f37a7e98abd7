package planner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// grafter puts single files of one tree into another.
type grafter struct {
	objs gitops.Objects
	// made are the objects that did not exist before, children first.
	made []gitops.Object
}

// branch is what changes at one name and below it.
type branch struct {
	here  *gitops.TreeEntry
	below map[string]gitops.TreeEntry
}

// graft gives root with the files of edits, by path; mode 0 takes a file away.
// A file that would stand where a directory has to be, or the reverse, is a
// refusal with a sentence: one of two parts that hang together was named.
func (g *grafter) graft(root gitops.Hash, edits map[string]gitops.TreeEntry) (gitops.Hash, error) {
	tree, err := g.tree("", root, edits)
	if tree.IsZero() {
		tree = gitops.EmptyTree
	}
	return tree, err
}

// tree answers with the zero hash when nothing is left.
func (g *grafter) tree(prefix string, from gitops.Hash, edits map[string]gitops.TreeEntry) (gitops.Hash, error) {
	if len(edits) == 0 {
		return from, nil
	}
	old, err := treediff.ReadTree(g.objs, from)
	if err != nil {
		return gitops.Hash{}, err
	}
	branches := fork(edits)
	var entries []gitops.TreeEntry
	for _, e := range old {
		if branches[e.Name] == nil {
			entries = append(entries, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(branches)) {
		e, err := g.entry(prefix+name, entry(old, name), branches[name])
		if err != nil {
			return gitops.Hash{}, err
		}
		if e.Mode != 0 {
			e.Name = name
			entries = append(entries, e)
		}
	}
	if len(entries) == 0 {
		return gitops.Hash{}, nil
	}
	gitops.SortEntries(entries)
	made := gitops.NewObject(gitops.KindTree, gitops.EncodeTree(entries))
	g.made = append(g.made, made)
	return made.Hash, nil
}

// entry is what becomes of one name; mode 0 when nothing does.
func (g *grafter) entry(path string, old gitops.TreeEntry, b *branch) (gitops.TreeEntry, error) {
	var dir gitops.Hash
	if old.IsTree() {
		dir = old.Hash
	}
	dir, err := g.tree(path+"/", dir, b.below)
	if err != nil {
		return gitops.TreeEntry{}, err
	}
	file := gitops.TreeEntry{}
	switch {
	case b.here != nil:
		file = *b.here
	case !old.IsTree():
		file = old
	}
	switch {
	case dir.IsZero():
		return file, nil
	case file.Mode == 0:
		return gitops.TreeEntry{Mode: gitops.ModeTree, Hash: dir}, nil
	}
	return file, &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("%s would have to be a file and a directory at once", path),
		Hint: fmt.Sprintf("leave out %s with all that is below it, or nothing of it", path),
	}
}

// fork deals edits out to the names at the top of their paths.
func fork(edits map[string]gitops.TreeEntry) map[string]*branch {
	out := make(map[string]*branch)
	for path, e := range edits {
		name, rest, deeper := strings.Cut(path, "/")
		b := out[name]
		if b == nil {
			b = &branch{}
			out[name] = b
		}
		if !deeper {
			b.here = &e
			continue
		}
		if b.below == nil {
			b.below = make(map[string]gitops.TreeEntry)
		}
		b.below[rest] = e
	}
	return out
}
