package threeway

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// editNode is what changes at one path of our tree and below it.
type editNode struct {
	below map[string]*editNode
	// entry replaces what is there; removed takes it away. A directory that
	// gets files below it replaces a file that is taken away.
	entry   fileEntry
	removed bool
}

func (n *editNode) at(path string) *editNode {
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path, "/")
		if n.below == nil {
			n.below = make(map[string]*editNode)
		}
		if n.below[name] == nil {
			n.below[name] = &editNode{}
		}
		n = n.below[name]
	}
	return n
}

func (n *editNode) set(path string, f fileEntry) { n.at(path).entry = f }

func (n *editNode) remove(path string) { n.at(path).removed = true }

// write gives the tree that comes out of ours and the edits, and the objects
// that ours does not hold.
func (m *treeMerge) write() (gitops.Hash, []gitops.Object, error) {
	w := treeWriter{objs: m.objs, fresh: m.fresh, written: make(map[gitops.Hash]bool)}
	root, err := w.tree(&m.edits, m.roots[inOurs])
	if err != nil {
		return gitops.Hash{}, nil, err
	}
	return orEmpty(root), w.out, nil
}

type treeWriter struct {
	objs    gitops.Objects
	fresh   map[gitops.Hash]gitops.Object
	out     []gitops.Object
	written map[gitops.Hash]bool
}

func (w *treeWriter) add(o gitops.Object) {
	if !w.written[o.Hash] {
		w.written[o.Hash] = true
		w.out = append(w.out, o)
	}
}

// tree applies the edits below a directory. The zero hash says that nothing is
// left of it.
func (w *treeWriter) tree(n *editNode, from gitops.Hash) (gitops.Hash, error) {
	old, err := treediff.ReadTree(w.objs, from)
	if err != nil {
		return gitops.Hash{}, err
	}
	entries := make([]gitops.TreeEntry, 0, len(old)+len(n.below))
	dirs := make(map[string]gitops.Hash)
	for _, e := range old {
		if n.below[e.Name] == nil {
			entries = append(entries, e)
		} else if e.IsTree() {
			dirs[e.Name] = e.Hash
		}
	}
	kept := make(map[string]gitops.TreeEntry, len(n.below))
	for _, e := range old {
		kept[e.Name] = e
	}
	for _, name := range slices.Sorted(maps.Keys(n.below)) {
		e, err := w.entry(n.below[name], kept[name])
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
	sort.Slice(entries, func(i, j int) bool { return treediff.CompareEntries(entries[i], entries[j]) < 0 })
	tree := gitops.NewObject(gitops.KindTree, gitops.EncodeTree(entries))
	if tree.Hash != from {
		w.add(tree)
	}
	return tree.Hash, nil
}

// entry is what becomes of one name; mode 0 when nothing does.
func (w *treeWriter) entry(n *editNode, old gitops.TreeEntry) (gitops.TreeEntry, error) {
	if n.entry.mode != 0 {
		if blob, ok := w.fresh[n.entry.hash]; ok {
			w.add(blob)
		}
		return gitops.TreeEntry{Mode: n.entry.mode, Hash: n.entry.hash}, nil
	}
	if n.below == nil {
		if n.removed {
			return gitops.TreeEntry{}, nil
		}
		return old, nil
	}
	var from gitops.Hash
	if old.IsTree() {
		from = old.Hash
	}
	tree, err := w.tree(n, from)
	if err != nil || !tree.IsZero() {
		return gitops.TreeEntry{Mode: gitops.ModeTree, Hash: tree}, err
	}
	if n.removed || old.IsTree() {
		return gitops.TreeEntry{}, nil
	}
	return old, nil
}
