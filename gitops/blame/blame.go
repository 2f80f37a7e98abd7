package blame

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
)

// Question asks about lines of one file.
type Question struct {
	Path string
	// Lines count from 1, in any order. One that the file does not have has no
	// answer.
	Lines []int
}

// Origin is where a line comes from.
type Origin struct {
	// Commit is zero where the line, or its file, is not there.
	Commit gitops.Hash
	// Path and Line are the line's place in that commit.
	Path string
	Line int
	// Boundary says that the line is at least as old as Commit, at which the walk
	// ended.
	Boundary bool
}

// Options bound a walk. The zero value follows every line to its end.
type Options struct {
	// Within says which commits are of interest: behind any other the walk does
	// not go on, and a line that comes to one is a Boundary of it. Nil for all.
	Within func(gitops.Hash) bool
}

// Lines answers questions about files as of a commit, in the order of the
// questions and of their lines.
func Lines(ctx context.Context, objs gitops.Objects, at gitops.Hash, questions []Question, opt Options) ([][]Origin, error) {
	w := &walk{ctx: ctx, objs: objs, within: opt.Within, table: linediff.NewTable(), waiting: map[gitops.Hash]*node{}}
	answers, err := w.ask(at, questions)
	if err != nil {
		return nil, err
	}
	for len(w.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("follow lines: %w", err)
		}
		n := heap.Pop(&w.queue).(*node)
		delete(w.waiting, n.commit.Hash)
		if err := w.settle(n); err != nil {
			return nil, fmt.Errorf("follow lines through %s: %w", n.commit.Hash.Short(), err)
		}
	}
	return answers, nil
}

// place is one line on its way: where it stands now, and whose answer it is.
type place struct {
	line   int32
	answer *Origin
}

// node is a commit with the lines that have come to it, by path. Lines of one
// path are in their order.
type node struct {
	commit gitops.Commit
	files  map[string][]place
	// paths are those of files; it is shared between commits, never changed.
	paths *branch
}

type walk struct {
	ctx    context.Context
	objs   gitops.Objects
	within func(gitops.Hash) bool
	table  *linediff.Table
	queue  newestFirst
	// waiting are the nodes of the queue.
	waiting map[gitops.Hash]*node
}

func (w *walk) ask(at gitops.Hash, questions []Question) ([][]Origin, error) {
	c, err := w.objs.Commit(at)
	if err != nil {
		return nil, fmt.Errorf("follow lines from %s: %w", at, err)
	}
	answers := make([][]Origin, len(questions))
	files := map[string][]place{}
	for i, q := range questions {
		answers[i] = make([]Origin, len(q.Lines))
		length, err := w.length(c.Tree, q.Path)
		if err != nil {
			return nil, fmt.Errorf("read %q at %s: %w", q.Path, at.Short(), err)
		}
		for k, line := range q.Lines {
			if line >= 1 && line <= length {
				files[q.Path] = append(files[q.Path], place{int32(line - 1), &answers[i][k]})
			}
		}
	}
	for path := range files {
		w.arrive(c, path, files[path])
	}
	return answers, nil
}

// length counts the lines of a file, 0 where there is none.
func (w *walk) length(tree gitops.Hash, path string) (int, error) {
	e, _, err := treediff.Lookup(w.objs, tree, path)
	if err != nil || !hasLines(e.Mode) {
		return 0, err
	}
	data, err := w.objs.Blob(e.Hash)
	return len(linediff.Split(data)), err
}

// hasLines: a directory or a submodule may be where a file was.
func hasLines(m gitops.Mode) bool { return m != 0 && m != gitops.ModeTree && m != gitops.ModeSubmodule }

// arrive brings lines to a commit. A commit that was settled before, because
// the clocks of committers disagreed, is settled again for them: what becomes of
// a line does not depend on any other.
func (w *walk) arrive(c gitops.Commit, path string, places []place) {
	n := w.waiting[c.Hash]
	if n == nil {
		n = &node{commit: c, files: map[string][]place{}}
		w.waiting[c.Hash] = n
		heap.Push(&w.queue, n)
	}
	n.files[path] = inOrder(append(n.files[path], places...))
	n.paths = nil
}

// hand gives all lines of one commit to another, which is most of what a walk
// does.
func (w *walk) hand(from *node, to gitops.Commit) {
	if w.waiting[to.Hash] != nil {
		for path, places := range from.files {
			w.arrive(to, path, places)
		}
		return
	}
	n := &node{commit: to, files: from.files, paths: from.paths}
	w.waiting[to.Hash] = n
	heap.Push(&w.queue, n)
}

// settle sends the lines of a commit on to its parents, and answers for those
// that it changed.
func (w *walk) settle(n *node) error {
	if w.within != nil && !w.within(n.commit.Hash) {
		n.answer(true)
		return nil
	}
	parents, cut, err := w.parents(n.commit)
	if err != nil {
		return err
	}
	if n.paths == nil {
		n.paths = newBranch(n.files)
	}
	changed := make([]map[string]change, len(parents))
	for i, p := range parents {
		changed[i] = map[string]change{}
		if err := w.compare(n.paths, p.Tree, n.commit.Tree, changed[i]); err != nil {
			return err
		}
		if len(changed[i]) == 0 {
			w.hand(n, p)
			return nil
		}
	}
	for path, places := range n.files {
		rest, err := w.settleFile(n.commit, parents, changed, path, places)
		if err != nil {
			return err
		}
		for _, p := range rest {
			*p.answer = Origin{n.commit.Hash, path, int(p.line) + 1, cut}
		}
	}
	return nil
}

func (n *node) answer(boundary bool) {
	for path, places := range n.files {
		for _, p := range places {
			*p.answer = Origin{n.commit.Hash, path, int(p.line) + 1, boundary}
		}
	}
}

// parents are those that are here; cut says that some are not.
func (w *walk) parents(c gitops.Commit) (parents []gitops.Commit, cut bool, err error) {
	for _, h := range c.Parents {
		p, err := w.objs.Commit(h)
		switch {
		case errors.Is(err, gitops.ErrMissing):
			cut = true
		case err != nil:
			return nil, false, err
		default:
			parents = append(parents, p)
		}
	}
	return parents, cut, nil
}

// settleFile passes the lines of one file to the parents, and gives those that
// none of them has. Every parent is asked for the same path before any is asked
// for another one: the same content under the same name explains all lines.
func (w *walk) settleFile(c gitops.Commit, parents []gitops.Commit, changed []map[string]change, path string, places []place) ([]place, error) {
	sources, same := underName(changed, path)
	if same < 0 {
		var err error
		if same, err = w.underOtherName(c, parents, changed, path, sources); err != nil {
			return nil, err
		}
	}
	if same >= 0 {
		w.arrive(parents[same], sources[same].path, places)
		return nil, nil
	}
	for i, from := range sources {
		if from.path == "" || len(places) == 0 {
			continue
		}
		kept, rest, err := w.pass(from.blob, changed[i][path].now.Hash, places)
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			w.arrive(parents[i], from.path, kept)
		}
		places = rest
	}
	return places, nil
}

// underName finds a file in each parent by its name, the zero source where it is
// not. same is the first parent that has all of it, else -1.
func underName(changed []map[string]change, path string) (sources []source, same int) {
	sources = make([]source, len(changed))
	for i := range changed {
		d, differs := changed[i][path]
		if differs && (!hasLines(d.old.Mode) || !sameKind(d.old.Mode, d.now.Mode)) {
			continue
		}
		if sources[i] = (source{path, d.old.Hash}); d.old.Hash == d.now.Hash {
			return sources, i
		}
	}
	return sources, -1
}

// underOtherName looks for the file in the parents that do not have it by its
// name, and adds what it finds to their sources. same is as for underName.
func (w *walk) underOtherName(c gitops.Commit, parents []gitops.Commit, changed []map[string]change, path string, sources []source) (same int, err error) {
	for i := range parents {
		if sources[i].path != "" {
			continue
		}
		if sources[i], err = w.renamedFrom(parents[i].Tree, c.Tree, path); err != nil {
			return -1, err
		}
		if sources[i].path != "" && sources[i].blob == changed[i][path].now.Hash {
			return i, nil
		}
	}
	return -1, nil
}

// source is where a parent has the content of a file.
type source struct {
	path string
	blob gitops.Hash
}

// sameKind tells a link that became a file from a file that was changed.
func sameKind(a, b gitops.Mode) bool { return a&0o170000 == b&0o170000 }

// renamedFrom finds where a file came from that the parent does not have.
func (w *walk) renamedFrom(before, after gitops.Hash, path string) (source, error) {
	changes, err := treediff.Walk(w.ctx, w.objs, before, after)
	if err != nil {
		return source{}, err
	}
	// Only this path is asked about: any other addition would cost a comparison
	// with each file that went away.
	some := changes[:0]
	for _, c := range changes {
		if c.Status == gitops.Deleted || c.Path == path {
			some = append(some, c)
		}
	}
	if len(some) < 2 {
		return source{}, nil
	}
	some, err = treediff.DetectRenames(w.ctx, w.objs, some, treediff.RenameOptions{})
	if err != nil {
		return source{}, err
	}
	for _, c := range some {
		if c.Status == gitops.Renamed {
			return source{c.OldPath, c.OldHash}, nil
		}
	}
	return source{}, nil
}

// pass divides lines into those that were there before, at their old places,
// and those that were not.
func (w *walk) pass(old, now gitops.Hash, places []place) (kept, rest []place, err error) {
	a, err := w.objs.Blob(old)
	if err != nil {
		return nil, nil, err
	}
	b, err := w.objs.Blob(now)
	if err != nil {
		return nil, nil, err
	}
	a, b = withoutTail(a, b)
	w.table.Reset()
	was := w.table.Read(a)
	is := w.table.ReadLike(b, was)
	changes := w.table.Diff(was.IDs, is.IDs, linediff.DisplayOptions())
	shift, next := int32(0), 0
	for _, p := range places {
		for next < len(changes) && int32(changes[next].BEnd) <= p.line {
			shift = int32(changes[next].AEnd - changes[next].BEnd)
			next++
		}
		if next < len(changes) && int32(changes[next].BStart) <= p.line {
			rest = append(rest, p)
			continue
		}
		kept = append(kept, place{p.line + shift, p.answer})
	}
	return kept, rest, nil
}

// tailBlock is the size in which a common end is taken off.
const tailBlock = 1024

// withoutTail takes the end that two texts have in common off, in whole blocks,
// but for the line in which it begins. A run of changed lines then cannot slide
// into it: git compares so where it shows no context, and lays a line of several
// equal ones to another commit without it.
func withoutTail(a, b []byte) ([]byte, []byte) {
	trimmed, most := 0, min(len(a), len(b))
	for trimmed+tailBlock <= most && bytes.Equal(a[len(a)-trimmed-tailBlock:len(a)-trimmed], b[len(b)-trimmed-tailBlock:len(b)-trimmed]) {
		trimmed += tailBlock
	}
	tail := a[len(a)-trimmed:]
	if end := bytes.IndexByte(tail, '\n'); end >= 0 {
		trimmed -= end + 1
	} else {
		trimmed = 0 // a part of one line
	}
	return a[:len(a)-trimmed], b[:len(b)-trimmed]
}
