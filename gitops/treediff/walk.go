package treediff

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"ahead/gitops"
)

// Canonical gives the mode as git compares and writes it: of a file's
// permission bits only the owner's execute bit counts.
func Canonical(m gitops.Mode) gitops.Mode {
	switch {
	case m.IsRegular() && m&0o100 != 0:
		return gitops.ModeExecutable
	case m.IsRegular():
		return gitops.ModeFile
	default:
		return m
	}
}

// ReadTree reads a tree with canonical modes. The zero hash and the empty tree
// have no entries and need not be stored.
func ReadTree(objs gitops.Objects, tree gitops.Hash) ([]gitops.TreeEntry, error) {
	if tree.IsZero() || tree == gitops.EmptyTree {
		return nil, nil
	}
	stored, err := objs.Tree(tree)
	if err != nil {
		return nil, fmt.Errorf("read tree %s: %w", tree, err)
	}
	entries := stored
	for i, e := range stored {
		mode := Canonical(e.Mode)
		if mode == e.Mode {
			continue
		}
		if &entries[0] == &stored[0] {
			entries = append([]gitops.TreeEntry(nil), stored...)
		}
		entries[i].Mode = mode
	}
	return entries, nil
}

// Walk lists the files, symbolic links and submodules that differ between the
// trees a and b, in path order. A zero hash stands for the empty tree. Renames
// are not looked for and lines are not counted: see DetectRenames, CountLines.
func Walk(ctx context.Context, objs gitops.Objects, a, b gitops.Hash) ([]gitops.FileChange, error) {
	w := walker{ctx: ctx, objs: objs}
	if err := w.trees("", a, b); err != nil {
		return nil, err
	}
	sort.SliceStable(w.found, func(i, j int) bool { return w.found[i].Path < w.found[j].Path })
	return w.found, nil
}

// Lookup finds the entry at path, which has no leading or trailing slash. The
// empty path is the tree itself. A path that is not there is not an error.
func Lookup(objs gitops.Objects, tree gitops.Hash, path string) (gitops.TreeEntry, bool, error) {
	at := gitops.TreeEntry{Mode: gitops.ModeTree, Hash: tree}
	for rest := path; rest != ""; {
		var name string
		name, rest, _ = strings.Cut(rest, "/")
		if !at.IsTree() {
			return gitops.TreeEntry{}, false, nil
		}
		entries, err := ReadTree(objs, at.Hash)
		if err != nil {
			return gitops.TreeEntry{}, false, err
		}
		i := 0
		for i < len(entries) && entries[i].Name != name {
			i++
		}
		if i == len(entries) {
			return gitops.TreeEntry{}, false, nil
		}
		at = entries[i]
	}
	return at, true, nil
}

type walker struct {
	ctx   context.Context
	objs  gitops.Objects
	found []gitops.FileChange
}

// trees walks two directories side by side. Entries meet by their name in tree
// order, in which a directory never has the name of a file: a file that became
// a directory therefore falls out as a deletion and additions, as git shows it.
func (w *walker) trees(prefix string, a, b gitops.Hash) error {
	if a == b {
		return nil
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	old, err := ReadTree(w.objs, a)
	if err != nil {
		return err
	}
	cur, err := ReadTree(w.objs, b)
	if err != nil {
		return err
	}
	for len(old) > 0 || len(cur) > 0 {
		var from, to gitops.TreeEntry
		switch order := compareHeads(old, cur); {
		case order < 0:
			from, old = old[0], old[1:]
		case order > 0:
			to, cur = cur[0], cur[1:]
		default:
			from, old = old[0], old[1:]
			to, cur = cur[0], cur[1:]
		}
		if err := w.entry(prefix, from, to); err != nil {
			return err
		}
	}
	return nil
}

// entry handles one name; an absent side has mode 0.
func (w *walker) entry(prefix string, from, to gitops.TreeEntry) error {
	if from.Mode == to.Mode && from.Hash == to.Hash {
		return nil
	}
	path := prefix + from.Name
	if from.Mode == 0 {
		path = prefix + to.Name
	}
	if from.IsTree() || to.IsTree() {
		return w.trees(path+"/", from.Hash, to.Hash)
	}
	w.found = append(w.found, gitops.FileChange{
		Path: path, Status: statusOf(from.Mode, to.Mode),
		OldMode: from.Mode, NewMode: to.Mode, OldHash: from.Hash, NewHash: to.Hash,
	})
	return nil
}

const typeBits gitops.Mode = 0o170000

func statusOf(from, to gitops.Mode) gitops.ChangeStatus {
	switch {
	case from == 0:
		return gitops.Added
	case to == 0:
		return gitops.Deleted
	case from&typeBits != to&typeBits:
		return gitops.TypeChanged
	default:
		return gitops.Modified
	}
}

func compareHeads(a, b []gitops.TreeEntry) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	default:
		return CompareEntries(a[0], b[0])
	}
}

// CompareEntries orders two entries as a tree object holds them: by the bytes
// of the name, a directory's name ending in a slash.
func CompareEntries(a, b gitops.TreeEntry) int {
	n := min(len(a.Name), len(b.Name))
	if order := strings.Compare(a.Name[:n], b.Name[:n]); order != 0 {
		return order
	}
	return int(byteAfter(a, n)) - int(byteAfter(b, n))
}

// byteAfter is the byte at position n of the entry's sorting name, 0 past it.
func byteAfter(e gitops.TreeEntry, n int) byte {
	switch {
	case n < len(e.Name):
		return e.Name[n]
	case e.IsTree() && n == len(e.Name):
		return '/'
	default:
		return 0
	}
}
