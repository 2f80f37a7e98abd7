package planner

import (
	"sort"
	"strings"

	"ahead/gitops"
)

// pathSet is a set of paths as nested names, so that a walk can tell at each
// directory whether anything below it is wanted. A path stands for all below
// it, as in a pathspec.
type pathSet struct {
	below map[string]*pathSet
	// whole says that a path ends here. Longer ones may pass through: where a
	// file became a directory, both are wanted.
	whole bool
}

func newPathSet(paths ...string) *pathSet {
	s := &pathSet{below: map[string]*pathSet{}}
	for _, p := range paths {
		s.add(p)
	}
	return s
}

// add takes directories with their slash, too, as conflicts name them.
func (s *pathSet) add(path string) {
	for _, name := range strings.Split(cleanPath(path), "/") {
		next := s.below[name]
		if next == nil {
			next = &pathSet{below: map[string]*pathSet{}}
			s.below[name] = next
		}
		s = next
	}
	s.whole = true
}

// cleanPath takes the slash from a directory, as conflicts name them.
func cleanPath(path string) string { return strings.TrimSuffix(path, "/") }

func subtree(e gitops.TreeEntry) gitops.Hash {
	if e.IsTree() {
		return e.Hash
	}
	return gitops.Hash{}
}

// entry finds a name in a tree, the zero entry where it is absent. Git sorts a
// directory as if its name ended in a slash, so both spellings are looked up.
func entry(entries []gitops.TreeEntry, name string) gitops.TreeEntry {
	for _, key := range []string{name, name + "/"} {
		i := sort.Search(len(entries), func(i int) bool { return sortKey(entries[i]) >= key })
		if i < len(entries) && entries[i].Name == name {
			return entries[i]
		}
	}
	return gitops.TreeEntry{}
}

func sortKey(e gitops.TreeEntry) string {
	if e.IsTree() {
		return e.Name + "/"
	}
	return e.Name
}
