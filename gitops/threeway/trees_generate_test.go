package threeway_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// plainFile is one file of a generated tree. For a submodule content is the
// hexadecimal commit.
type plainFile struct {
	mode    gitops.Mode
	content string
}

// plainTree is a tree as a flat list of its files.
type plainTree map[string]plainFile

// memory holds objects for one merge.
type memory map[gitops.Hash]gitops.Object

func (m memory) Commit(h gitops.Hash) (gitops.Commit, error) {
	return gitops.Commit{}, fmt.Errorf("commit %s: %w", h, gitops.ErrMissing)
}

func (m memory) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	o, ok := m[h]
	if !ok || o.Kind != gitops.KindTree {
		return nil, fmt.Errorf("tree %s: %w", h, gitops.ErrMissing)
	}
	return gitops.DecodeTree(o.Data)
}

func (m memory) Blob(h gitops.Hash) ([]byte, error) {
	o, ok := m[h]
	if !ok || o.Kind != gitops.KindBlob {
		return nil, fmt.Errorf("blob %s: %w", h, gitops.ErrMissing)
	}
	return o.Data, nil
}

func (m memory) add(kind gitops.ObjectKind, data []byte) gitops.Hash {
	o := gitops.NewObject(kind, data)
	m[o.Hash] = o
	return o.Hash
}

// store writes the tree and everything in it.
func (m memory) store(t plainTree) gitops.Hash {
	below := make(map[string]plainTree)
	var entries []gitops.TreeEntry
	for path, f := range t {
		name, rest, nested := strings.Cut(path, "/")
		switch {
		case nested && below[name] == nil:
			below[name] = plainTree{rest: f}
		case nested:
			below[name][rest] = f
		case f.mode == gitops.ModeSubmodule:
			entries = append(entries, gitops.TreeEntry{Name: name, Mode: f.mode, Hash: gitops.MustHash(f.content)})
		default:
			entries = append(entries, gitops.TreeEntry{Name: name, Mode: f.mode, Hash: m.add(gitops.KindBlob, []byte(f.content))})
		}
	}
	for name, sub := range below {
		entries = append(entries, gitops.TreeEntry{Name: name, Mode: gitops.ModeTree, Hash: m.store(sub)})
	}
	slices.SortFunc(entries, treediff.CompareEntries)
	return m.add(gitops.KindTree, gitops.EncodeTree(entries))
}

// put writes a file, and takes away what cannot stand beside it: files below
// it, and files that are a directory on its path.
func (t plainTree) put(path string, f plainFile) {
	maps.DeleteFunc(t, func(other string, _ plainFile) bool {
		return strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/")
	})
	t[path] = f
}

// inside lists the files of a directory.
func (t plainTree) inside(dir string) []string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(t)) {
		if strings.HasPrefix(path, dir+"/") {
			paths = append(paths, path)
		}
	}
	return paths
}

func (t plainTree) dirs() []string {
	set := make(map[string]bool)
	for path := range t {
		for i, c := range path {
			if c == '/' {
				set[path[:i]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// treeGen draws trees and changes of them. The names are few, so that the two
// sides meet.
type treeGen struct{ *rapid.T }

func (g treeGen) pick(label string, from []string) string {
	return rapid.SampledFrom(from).Draw(g.T, label)
}

func (g treeGen) n(label string, most int) int { return rapid.IntRange(0, most).Draw(g.T, label) }

func (g treeGen) dirName() string {
	return g.pick("dir", []string{"a", "b", "a/x", "a/y", "b/x", "c", "c/x/deep"})
}

func (g treeGen) path() string {
	name := g.pick("name", []string{"f", "g", "h", "x", "f.c"})
	if g.n("nested", 3) == 0 {
		return name
	}
	return g.dirName() + "/" + name
}

// text is a file of some lines of its own, so that it is not alike another.
func (g treeGen) text() string {
	kind := g.n("kind", 12)
	if kind == 0 {
		return ""
	}
	topic := g.pick("topic", []string{"alpha", "beta", "gamma", "delta", "epsilon"})
	var b strings.Builder
	for i := range 6 + kind {
		fmt.Fprintf(&b, "%s line %d of a file about it\n", topic, i)
	}
	switch kind {
	case 1:
		return b.String() + "binary\x00tail\n"
	case 2:
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

func (g treeGen) file() plainFile {
	switch g.n("type", 14) {
	case 0:
		return plainFile{gitops.ModeSymlink, g.pick("target", []string{"f", "a/g", "nowhere"})}
	case 1:
		return plainFile{gitops.ModeSubmodule, strings.Repeat(g.pick("commit", []string{"1", "2", "3"}), 40)}
	case 2:
		return plainFile{gitops.ModeExecutable, g.text()}
	default:
		return plainFile{gitops.ModeFile, g.text()}
	}
}

func (g treeGen) tree() plainTree {
	t := plainTree{"keep": {gitops.ModeFile, "never changed\n"}}
	for range 3 + g.n("files", 9) {
		t.put(g.path(), g.file())
	}
	return t
}

// edit changes a line or two, or all of them.
func (g treeGen) edit(content string) string {
	lines := strings.SplitAfter(content, "\n")
	for range 1 + g.n("edits", 2) {
		at := g.n("line", len(lines)-1)
		switch g.n("edit", 3) {
		case 0:
			lines[at] += "an added line\n"
		case 1:
			lines[at] = ""
		default:
			lines[at] = g.pick("word", []string{"one", "two"}) + " changed line\n"
		}
	}
	return strings.Join(lines, "")
}

// side draws what one side made of the base.
func (g treeGen) side(base plainTree) plainTree {
	t := maps.Clone(base)
	for range 1 + g.n("changes", 4) {
		g.change(t)
	}
	return t
}

func (g treeGen) change(t plainTree) {
	if len(t) == 0 {
		t.put(g.path(), g.file())
	}
	path := g.pick("path", slices.Sorted(maps.Keys(t)))
	f := t[path]
	switch g.n("change", 12) {
	case 0, 1:
		if f.mode.IsRegular() {
			f.content = g.edit(f.content)
		} else {
			f = g.file()
		}
		t[path] = f
	case 2, 3:
		delete(t, path)
		t.put(g.path(), f)
	case 4:
		delete(t, path)
		if f.mode.IsRegular() {
			f.content = g.edit(f.content)
		}
		t.put(g.path(), f)
	case 5:
		delete(t, path)
	case 6:
		t.put(g.path(), g.file())
	case 7:
		if f.mode.IsRegular() {
			t[path] = plainFile{gitops.ModeFile ^ gitops.ModeExecutable ^ f.mode, f.content}
		}
	case 8, 9:
		g.moveDir(t)
	case 10:
		for _, gone := range t.inside(g.pick("gone", append(t.dirs(), "none"))) {
			delete(t, gone)
		}
	case 11:
		t.put(g.path(), f)
	case 12:
		t[path] = g.file()
	}
}

func (g treeGen) moveDir(t plainTree) {
	dirs := t.dirs()
	if len(dirs) == 0 {
		return
	}
	from := g.pick("from", dirs)
	to := g.pick("to", []string{"new", "a", "b", "c/x", "a/x", "deep/new"})
	for _, path := range t.inside(from) {
		f, there := t[path]
		if !there {
			continue
		}
		delete(t, path)
		t.put(to+strings.TrimPrefix(path, from), f)
	}
}
