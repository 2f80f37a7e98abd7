package blame

import (
	"sort"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// branch is a set of paths as nested names, so that comparing two trees opens
// only what leads to one of them.
type branch struct {
	// path is that of the file which ends here, if one does.
	path  string
	names []string
	below map[string]*branch
}

func newBranch[T any](files map[string]T) *branch {
	root := &branch{below: map[string]*branch{}}
	for path := range files {
		at := root
		for name := range strings.SplitSeq(path, "/") {
			next := at.below[name]
			if next == nil {
				next = &branch{below: map[string]*branch{}}
				at.below[name] = next
				at.names = append(at.names, name)
			}
			at = next
		}
		at.path = path
	}
	return root
}

// change is a path that differs between a parent and its child. An entry that is
// not there has mode 0.
type change struct{ old, now gitops.TreeEntry }

// compare finds which of the paths differ between two trees.
func (w *walk) compare(b *branch, old, now gitops.Hash, into map[string]change) error {
	if old == now {
		return nil
	}
	before, err := treediff.ReadTree(w.objs, old)
	if err != nil {
		return err
	}
	after, err := treediff.ReadTree(w.objs, now)
	if err != nil {
		return err
	}
	for _, name := range b.names {
		was, is := entry(before, name), entry(after, name)
		if was.Hash == is.Hash && was.Mode == is.Mode {
			continue
		}
		next := b.below[name]
		if next.path != "" {
			into[next.path] = change{was, is}
		}
		if err := w.compare(next, subtree(was), subtree(is), into); err != nil {
			return err
		}
	}
	return nil
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
	if e := named(entries, gitops.TreeEntry{Name: name}); e.Mode != 0 {
		return e
	}
	return named(entries, gitops.TreeEntry{Name: name, Mode: gitops.ModeTree})
}

func named(entries []gitops.TreeEntry, key gitops.TreeEntry) gitops.TreeEntry {
	i := sort.Search(len(entries), func(i int) bool { return treediff.CompareEntries(entries[i], key) >= 0 })
	if i < len(entries) && entries[i].Name == key.Name {
		return entries[i]
	}
	return gitops.TreeEntry{}
}
