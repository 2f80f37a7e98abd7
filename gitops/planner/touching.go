package planner

import (
	"errors"
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
	for _, name := range strings.Split(strings.TrimSuffix(path, "/"), "/") {
		next := s.below[name]
		if next == nil {
			next = &pathSet{below: map[string]*pathSet{}}
			s.below[name] = next
		}
		s = next
	}
	s.whole = true
}

// touching picks the commits that changed one of the paths, at most max. A
// merge counts only when it differs from every parent: what it merely brings
// in belongs to the commits behind it.
func (d *draft) touching(commits []gitops.Commit, paths *pathSet, max int) ([]gitops.Hash, error) {
	var out []gitops.Hash
	for _, c := range commits {
		if err := d.ctx.Err(); err != nil {
			return nil, err
		}
		touches, err := d.touches(c, paths)
		if err != nil {
			return nil, err
		}
		if touches {
			if out = append(out, c.Hash); len(out) == max {
				break
			}
		}
	}
	return out, nil
}

func (d *draft) touches(c gitops.Commit, paths *pathSet) (bool, error) {
	if c.IsRoot() {
		return false, nil
	}
	for _, parent := range c.Parents {
		pc, err := d.Objects.Commit(parent)
		if errors.Is(err, gitops.ErrMissing) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		differs, err := d.differs(pc.Tree, c.Tree, paths)
		if err != nil || !differs {
			return false, err
		}
	}
	return true, nil
}

// differs compares two trees at the wanted paths only.
func (d *draft) differs(a, b gitops.Hash, paths *pathSet) (bool, error) {
	if a == b {
		return false, nil
	}
	left, err := d.treeOrEmpty(a)
	if err != nil {
		return false, err
	}
	right, err := d.treeOrEmpty(b)
	if err != nil {
		return false, err
	}
	for name, below := range paths.below {
		l, r := entry(left, name), entry(right, name)
		switch {
		case l == r:
			continue
		case below.whole:
			return true, nil
		}
		differs, err := d.differs(subtree(l), subtree(r), below)
		if err != nil || differs {
			return differs, err
		}
	}
	return false, nil
}

func (d *draft) treeOrEmpty(h gitops.Hash) ([]gitops.TreeEntry, error) {
	if h.IsZero() || h == gitops.EmptyTree {
		return nil, nil
	}
	return d.objects.Tree(h)
}

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
