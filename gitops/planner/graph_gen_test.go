package planner

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// memory holds objects under the ids that git would give them, so that a
// history can be planned on without git, and handed to git when it is asked.
type memory map[gitops.Hash]gitops.Object

func (m memory) want(h gitops.Hash, kind gitops.ObjectKind) ([]byte, error) {
	o, ok := m[h]
	if !ok || o.Kind != kind {
		return nil, fmt.Errorf("%s %s: %w", kind, h, gitops.ErrMissing)
	}
	return o.Data, nil
}

func (m memory) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	if h == gitops.EmptyTree {
		return nil, nil
	}
	data, err := m.want(h, gitops.KindTree)
	if err != nil {
		return nil, err
	}
	return gitops.DecodeTree(data)
}

func (m memory) Blob(h gitops.Hash) ([]byte, error) { return m.want(h, gitops.KindBlob) }

func (m memory) add(kind gitops.ObjectKind, data []byte) gitops.Hash {
	o := gitops.NewObject(kind, data)
	m[o.Hash] = o
	return o.Hash
}

// file is one file of a generated tree.
type file struct {
	mode gitops.Mode
	text string
}

// files is a tree as a flat list.
type files map[string]file

// put writes a file and takes away what cannot stand beside it.
func (t files) put(path string, f file) {
	maps.DeleteFunc(t, func(other string, _ file) bool {
		return strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/")
	})
	t[path] = f
}

func (t files) paths() []string { return slices.Sorted(maps.Keys(t)) }

func (m memory) store(t files) gitops.Hash {
	below := make(map[string]files)
	var entries []gitops.TreeEntry
	for path, f := range t {
		name, rest, nested := strings.Cut(path, "/")
		if !nested {
			entries = append(entries, gitops.TreeEntry{Name: name, Mode: f.mode, Hash: m.add(gitops.KindBlob, []byte(f.text))})
			continue
		}
		if below[name] == nil {
			below[name] = files{}
		}
		below[name][rest] = f
	}
	for name, sub := range below {
		entries = append(entries, gitops.TreeEntry{Name: name, Mode: gitops.ModeTree, Hash: m.store(sub)})
	}
	gitops.SortEntries(entries)
	return m.add(gitops.KindTree, gitops.EncodeTree(entries))
}

// graph is a generated graph of commits; the last one is the tip.
type graph struct {
	memory
	commits map[gitops.Hash]gitops.Commit
	trees   map[gitops.Hash]files
	order   []gitops.Hash
}

func newGraph() *graph {
	return &graph{memory: memory{}, commits: map[gitops.Hash]gitops.Commit{}, trees: map[gitops.Hash]files{}}
}

// Commit implements gitops.Objects.
func (h *graph) Commit(id gitops.Hash) (gitops.Commit, error) {
	if c, ok := h.commits[id]; ok {
		return c, nil
	}
	return gitops.Commit{}, fmt.Errorf("commit %s: %w", id, gitops.ErrMissing)
}

func (h *graph) tip() gitops.Hash { return h.order[len(h.order)-1] }

// commit makes a commit. The number in its message keeps ids apart.
func (h *graph) commit(t files, at time.Time, message string, parents ...gitops.Hash) gitops.Hash {
	who := gitops.Signature{Name: "Ada Example", Email: "ada@example.com", When: at.UTC()}
	c := gitops.Commit{Tree: h.store(t), Parents: parents, Author: who, Committer: who, Message: message}
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", c.Tree)
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	line := fmt.Sprintf("%s <%s> %d +0000", who.Name, who.Email, at.Unix())
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s", line, line, message)
	c.Hash = h.add(gitops.KindCommit, b.Bytes())
	h.commits[c.Hash], h.trees[c.Hash] = c, t
	h.order = append(h.order, c.Hash)
	return c.Hash
}

// ancestors are all commits that id contains, itself left out.
func (h *graph) ancestors(id gitops.Hash) map[gitops.Hash]bool {
	found := map[gitops.Hash]bool{}
	for work := slices.Clone(h.commits[id].Parents); len(work) > 0; {
		p := work[0]
		work = work[1:]
		if !found[p] {
			found[p] = true
			work = append(work, h.commits[p].Parents...)
		}
	}
	return found
}

// revertible are the commits that the tip contains, itself too, roots left out,
// in the order in which they were made.
func (h *graph) revertible() []gitops.Hash {
	in := h.ancestors(h.tip())
	in[h.tip()] = true
	return slices.DeleteFunc(slices.Clone(h.order), func(id gitops.Hash) bool {
		return !in[id] || h.commits[id].IsRoot()
	})
}

func (h *graph) snapshot() gitops.Snapshot {
	return gitops.Snapshot{Branch: "main", Remote: "origin", Tip: h.tip()}
}

func (h *graph) planner() *Planner {
	return &Planner{Objects: h, Now: func() time.Time { return gittest.Start }}
}

// graphGen draws histories.
type graphGen struct {
	*rapid.T
	*graph
	// skew lets clocks go wrong.
	skew bool
}

func (g graphGen) n(label string, most int) int { return rapid.IntRange(0, most).Draw(g.T, label) }

func (g graphGen) pick(label string, from []string) string {
	return rapid.SampledFrom(from).Draw(g.T, label)
}

// drawGraph draws a graph of at least three commits: edits, renames,
// branches, merges and reverts over few short files, so that they meet.
func drawGraph(t *rapid.T, most int, skew bool) *graph {
	g := graphGen{T: t, graph: newGraph(), skew: skew}
	start := files{}
	for _, path := range []string{"a", "b", "d/c", "d/e", "d/x/f", "g/h"} {
		start[path] = g.fresh(path)
	}
	heads := []gitops.Hash{g.graph.commit(start, gittest.Start, "root\n")}
	for i := range 2 + g.n("commits", most-3) {
		// The first head is the production branch; the others are topics.
		at := 0
		if len(heads) > 1 && g.n("elsewhere", 2) == 0 {
			at = 1 + g.n("head", len(heads)-2)
		}
		switch kind := g.n("step", 9); {
		case kind == 0 && len(heads) < 4:
			heads = append(heads, heads[at])
		case kind <= 2 && len(heads) > 1 && at == 0:
			if from := 1 + g.n("merged", len(heads)-2); g.merge(i, heads, from) {
				heads = slices.Delete(heads, from, from+1)
				continue
			}
		case kind == 3 && !g.commits[heads[at]].IsRoot():
			heads[at] = g.takeBack(i, heads[at])
			continue
		}
		heads[at] = g.step(i, heads[at])
	}
	for i := 1; i < len(heads); i++ {
		if g.n("left unmerged", 3) > 0 {
			g.merge(100+i, heads, i)
		}
	}
	g.step(200, heads[0])
	return g.graph
}

// when is the date of the i-th commit.
func (g graphGen) when(i int) time.Time {
	at := gittest.Start.Add(time.Duration(i+1) * time.Hour)
	if g.skew && g.n("clock is wrong", 3) == 0 {
		at = at.Add(time.Duration(g.n("by hours", 16)-8) * time.Hour)
	}
	return at
}

func (g graphGen) step(i int, parent gitops.Hash) gitops.Hash {
	t := maps.Clone(g.trees[parent])
	for range 1 + g.n("changes", 2) {
		g.change(t)
	}
	return g.graph.commit(t, g.when(i), fmt.Sprintf("change %d\n", i), parent)
}

// merge joins heads[from] into heads[0], path by path; sometimes it changes
// something of its own. It refuses to merge what is contained already.
func (g graphGen) merge(i int, heads []gitops.Hash, from int) bool {
	ours, theirs := heads[0], heads[from]
	if ours == theirs || g.ancestors(ours)[theirs] {
		return false
	}
	base := g.trees[g.fork(ours, theirs)]
	t := apply(g.trees[ours], base, g.trees[theirs])
	if g.n("evil", 4) == 0 {
		g.change(t)
	}
	heads[0] = g.graph.commit(t, g.when(i), fmt.Sprintf("merge %d\n", i), ours, theirs)
	return true
}

// fork is the newest commit that both contain, in the order of making.
func (g graphGen) fork(a, b gitops.Hash) gitops.Hash {
	inA, inB := g.ancestors(a), g.ancestors(b)
	inA[a], inB[b] = true, true
	for _, id := range slices.Backward(g.order) {
		if inA[id] && inB[id] {
			return id
		}
	}
	return g.order[0]
}

// apply does to ours, whole path by whole path, what led from base to theirs.
func apply(ours, base, theirs files) files {
	t := maps.Clone(ours)
	for path, f := range base {
		if _, kept := theirs[path]; !kept && t[path] == f {
			delete(t, path)
		}
	}
	for _, path := range theirs.paths() {
		if theirs[path] != base[path] {
			t.put(path, theirs[path])
		}
	}
	return t
}

// takeBack commits the inverse of an earlier commit, with the sentence.
func (g graphGen) takeBack(i int, head gitops.Hash) gitops.Hash {
	in := g.ancestors(head)
	in[head] = true
	var targets []gitops.Hash
	for _, id := range g.order {
		if in[id] && len(g.commits[id].Parents) == 1 {
			targets = append(targets, id)
		}
	}
	target := rapid.SampledFrom(targets).Draw(g.T, "taken back")
	parent := g.commits[target].Parents[0]
	t := apply(g.trees[head], g.trees[target], g.trees[parent])
	message := fmt.Sprintf("Revert %d\n\nThis reverts commit %s.\n", i, target)
	return g.graph.commit(t, g.when(i), message, head)
}

// fresh is a file like no other.
func (g graphGen) fresh(topic string) file {
	var b strings.Builder
	for i := range 14 {
		fmt.Fprintf(&b, "%s has a line %d of its own\n", topic, i)
	}
	return file{gitops.ModeFile, b.String()}
}

func (g graphGen) change(t files) {
	path := g.pick("path", []string{"a", "b", "d/c", "d/e", "d/x/f", "g/h", "a2", "d/c2", "n/c"})
	f, there := t[path]
	kind := g.n("change", 15)
	switch {
	case !there && kind < 8:
		if f = g.fresh(path); kind == 0 {
			f = file{gitops.ModeSymlink, "a"}
		}
		t.put(path, f)
	case !there, kind < 9:
		// Most changes are edits, and edits keep to one end of a few files.
		have := t.paths()
		if len(have) == 0 {
			return
		}
		path = have[g.n("which", len(have)-1)]
		t[path] = file{t[path].mode, g.edit(t[path])}
	case kind < 11:
		delete(t, path)
		t.put(g.pick("to", []string{"a2", "d/c2", "n/c", "n/e", "d/moved"}), f)
	case kind < 12:
		delete(t, path)
	case kind < 13 && f.mode != gitops.ModeSymlink:
		t[path] = file{gitops.ModeFile ^ gitops.ModeExecutable ^ f.mode, f.text}
	case kind == 13:
		g.moveDir(t)
	default:
		t[path] = file{f.mode, g.edit(f)}
	}
}

func (g graphGen) moveDir(t files) {
	from, to := g.pick("dir", []string{"d", "d/x", "g"}), g.pick("new dir", []string{"e", "g/x"})
	for _, path := range t.paths() {
		if rest, ok := strings.CutPrefix(path, from+"/"); ok {
			f := t[path]
			delete(t, path)
			t.put(to+"/"+rest, f)
		}
	}
}

func (g graphGen) edit(f file) string {
	if f.mode == gitops.ModeSymlink {
		return g.pick("target", []string{"a", "b", "d/c"})
	}
	lines := strings.SplitAfter(f.text, "\n")
	at := g.n("line", len(lines)-1)
	switch g.n("edit", 5) {
	case 0:
		lines[at] += "an added line\n"
	case 1:
		lines[at] = ""
	default:
		lines[at] = g.pick("word", []string{"one", "two", "three"}) + " changed line\n"
	}
	return strings.Join(lines, "")
}
