package threeway_test

import (
	"maps"
	"slices"
	"strings"

	"ahead/gitops"
)

// generated is one merge to hold to git's.
type generated struct {
	base, ours, theirs plainTree
	renormalize        bool
}

// merges draws either two sides of a base or a history, of which every commit
// is reverted onto the last one.
func (g treeGen) merges() []generated {
	renormalize := g.roll(9) == 0
	base := g.tree()
	g.focus = g.pick(slices.Sorted(maps.Keys(base))...)
	switch g.roll(9) {
	case 0, 1, 2, 3:
		return []generated{{base, g.side(base, 5), g.side(base, 5), renormalize}}
	case 4:
		ours, theirs := g.collision(base)
		return []generated{{base, ours, theirs, renormalize}}
	case 5:
		ours, theirs := g.sameSpot(base)
		return []generated{{base, ours, theirs, renormalize}}
	}
	history := []plainTree{base}
	for range 2 + g.roll(3) {
		history = append(history, g.side(history[len(history)-1], 2))
	}
	tip := history[len(history)-1]
	var out []generated
	for i := 1; i < len(history)-1; i++ {
		out = append(out, generated{history[i], tip, history[i-1], renormalize})
	}
	return out
}

// collision: one side renames a file that the other changes, to where that
// other side puts a file as well.
func (g treeGen) collision(base plainTree) (ours, theirs plainTree) {
	ours, theirs = maps.Clone(base), maps.Clone(base)
	g.editFile(ours, g.focus)
	g.editFile(theirs, g.focus)
	moved := ours[g.focus]
	delete(ours, g.focus)
	ours.put("spot", moved)
	if g.roll(2) > 0 {
		moved = g.file()
	}
	theirs.put("spot", moved)
	g.change(ours)
	g.change(theirs)
	if g.roll(1) == 0 {
		return theirs, ours
	}
	return ours, theirs
}

// sameSpot: both sides change, or put, a link, a submodule or an executable at
// one path.
func (g treeGen) sameSpot(base plainTree) (ours, theirs plainTree) {
	f := plainFile{gitops.ModeFile, "the same on both sides\n"}
	switch g.roll(2) {
	case 0:
		f = plainFile{gitops.ModeSymlink, "f"}
	case 1:
		f = plainFile{gitops.ModeSubmodule, strings.Repeat("1", 40)}
	}
	if g.roll(2) > 0 {
		base.put("spot", f)
	}
	ours, theirs = maps.Clone(base), maps.Clone(base)
	for i, side := range []plainTree{ours, theirs} {
		if f.mode.IsRegular() {
			f.mode ^= gitops.ModeFile ^ gitops.ModeExecutable
		}
		side.put("spot", f)
		if g.roll(3) > 0 && (i > 0 || !f.mode.IsRegular()) {
			g.editFile(side, "spot")
		}
	}
	return ours, theirs
}

func (g treeGen) path() string {
	if g.roll(5) == 0 {
		return "spot"
	}
	name := g.pick("f", "g", "h", "x", "f.c")
	if g.roll(3) == 0 {
		return name
	}
	return g.pick("a", "a-b", "b", "a/x", "a/y", "b/x", "c", "c/x/deep") + "/" + name
}

func (g treeGen) file() plainFile {
	switch g.roll(14) {
	case 0:
		return plainFile{gitops.ModeSymlink, g.pick("f", "a/g", "nowhere")}
	case 1:
		return plainFile{gitops.ModeSubmodule, strings.Repeat(g.pick("1", "2", "3"), 40)}
	case 2:
		return plainFile{gitops.ModeExecutable, g.text()}
	default:
		return plainFile{gitops.ModeFile, g.text()}
	}
}

func (g treeGen) tree() plainTree {
	t := plainTree{"keep": {gitops.ModeFile, "never changed\n"}}
	for range 3 + g.roll(9) {
		t.put(g.path(), g.file())
	}
	if g.roll(2) == 0 {
		t.put(g.pick("", "a/", "c/")+".gitattributes", plainFile{gitops.ModeFile, g.rules()})
	}
	return t
}

// side draws what one side made of the base, in up to so many changes.
func (g treeGen) side(base plainTree, most int) plainTree {
	t := maps.Clone(base)
	if _, there := t[g.focus]; there && g.roll(1) == 0 {
		g.editFile(t, g.focus)
	}
	for range 1 + g.roll(most-1) {
		g.change(t)
	}
	return t
}

func (g treeGen) change(t plainTree) {
	if len(t) == 0 {
		t.put(g.path(), g.file())
	}
	path := g.focus
	if _, there := t[path]; !there || g.roll(1) == 0 {
		path = g.pick(slices.Sorted(maps.Keys(t))...)
	}
	f := t[path]
	switch g.roll(17) {
	case 0, 1, 2, 15, 16:
		g.editFile(t, path)
	case 17:
		t.put("spot", plainFile{[]gitops.Mode{gitops.ModeFile, gitops.ModeExecutable}[g.roll(1)], "the same on both sides\n"})
	case 3, 4:
		delete(t, path)
		t.put(g.path(), f)
	case 5:
		g.editFile(t, path)
		f = t[path]
		delete(t, path)
		t.put(g.path(), f)
	case 6:
		delete(t, path)
	case 7:
		t.put(g.path(), g.file())
	case 8:
		if f.mode.IsRegular() {
			t[path] = plainFile{gitops.ModeFile ^ gitops.ModeExecutable ^ f.mode, f.content}
		}
	case 9, 10:
		g.moveDir(t)
	case 11:
		for _, gone := range t.inside(g.pick(append(t.dirs(), "none")...)) {
			delete(t, gone)
		}
	case 12:
		t.put(g.path(), f)
	case 13:
		t[path] = g.file()
	case 14:
		other := g.pick(slices.Sorted(maps.Keys(t))...)
		t[path], t[other] = t[other], t[path]
	}
}

func (g treeGen) editFile(t plainTree, path string) {
	f := t[path]
	switch {
	case strings.HasSuffix(path, ".gitattributes") && f.mode.IsRegular():
		f.content += g.rules()
	case f.mode.IsRegular():
		f.content = g.edit(f.content)
	case f.mode == gitops.ModeSymlink:
		f.content = g.pick("f", "a/g", "nowhere", "elsewhere")
	default:
		f.content = strings.Repeat(g.pick("1", "2", "3"), 40)
	}
	t[path] = f
}

func (g treeGen) moveDir(t plainTree) {
	dirs := t.dirs()
	if len(dirs) == 0 {
		return
	}
	from := g.pick(dirs...)
	to := g.pick("new", "a", "a-b", "b", "c/x", "a/x", "deep/new")
	for _, path := range t.inside(from) {
		f, there := t[path]
		if !there {
			continue
		}
		delete(t, path)
		t.put(to+strings.TrimPrefix(path, from), f)
	}
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
