package planner

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// changeIndex says which nodes changed a path, once it was asked.
type changeIndex struct {
	// mu is held while commits are compared, so that nobody compares them twice.
	mu    sync.Mutex
	done  []bool
	paths map[string][]int32
}

// revertIndex holds what the messages say to revert.
type revertIndex struct {
	mu   sync.Mutex
	done []bool
	says map[int32][]saidRevert
}

// changing picks the nodes that changed one of the paths, newest first, at most
// max. A path stands for all below it, as in a pathspec. A merge counts where it
// differs from every parent: what it merely brings in belongs to the commits
// behind it.
func (s *since) changing(ctx context.Context, paths []string, max int) ([]int32, error) {
	if !s.indexed {
		return s.changingUnindexed(ctx, newPathSet(paths...), max)
	}
	if err := s.indexChanges(ctx); err != nil {
		return nil, err
	}
	s.changes.mu.Lock()
	var found []int32
	for _, path := range paths {
		for _, i := range s.changes.paths[cleanPath(path)] {
			if s.has(i) {
				found = append(found, i)
			}
		}
	}
	s.changes.mu.Unlock()
	found = s.sorted(found)
	found = slices.Compact(found)
	return found[:min(len(found), max)], nil
}

func (s *since) changingUnindexed(ctx context.Context, paths *pathSet, max int) ([]int32, error) {
	var out []int32
	for _, i := range s.sorted(s.all()) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		changed, err := s.changed(i, paths)
		if err != nil {
			return nil, err
		}
		if len(changed) > 0 {
			if out = append(out, i); len(out) == max {
				break
			}
		}
	}
	return out, nil
}

// indexChanges compares what was not compared yet, on all cores.
func (s *since) indexChanges(ctx context.Context) error {
	x := &s.changes
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.paths == nil {
		x.paths = make(map[string][]int32)
	}
	x.done = append(x.done, make([]bool, max(0, len(s.below)-len(x.done)))...)
	var todo []int32
	for i := range s.below {
		if !s.below[i] && !x.done[i] {
			todo = append(todo, int32(i))
		}
	}
	changed := make([][]string, len(todo))
	err := eachOf(ctx, len(todo), func(k int) (err error) {
		changed[k], err = s.changed(todo[k], nil)
		return err
	})
	if err != nil {
		return err
	}
	for k, i := range todo {
		x.done[i] = true
		for _, path := range changed[k] {
			x.paths[path] = append(x.paths[path], i)
		}
	}
	return nil
}

// eachOf calls one for 0 to n-1 on all cores, and ends with the first error.
func eachOf(ctx context.Context, n int, one func(int) error) error {
	const chunk = 16
	workers := min(runtime.GOMAXPROCS(0), (n+chunk-1)/chunk)
	errs := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			for from := w * chunk; from < n; from += workers * chunk {
				for k := from; k < min(n, from+chunk); k++ {
					if errs[w] = ctx.Err(); errs[w] == nil {
						errs[w] = one(k)
					}
					if errs[w] != nil {
						return
					}
				}
			}
		}()
	}
	all.Wait()
	return errors.Join(errs...)
}

// changed lists the paths at which a node differs from each of its parents, with
// the directories above them; only the wanted ones unless paths is nil. A root,
// and a commit whose parent is not here, cannot be reverted: they count as
// changing nothing.
func (t *trail) changed(i int32, paths *pathSet) ([]string, error) {
	t.mu.Lock()
	h := t.nodes[i].hash
	t.mu.Unlock()
	c, err := t.objs.Commit(h)
	if err != nil || c.IsRoot() {
		return nil, err
	}
	parents := make([]gitops.Hash, len(c.Parents))
	for k, p := range c.Parents {
		pc, err := t.objs.Commit(p)
		if errors.Is(err, gitops.ErrMissing) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		parents[k] = pc.Tree
	}
	w := ownChanges{objs: t.objs}
	_, err = w.walk("", c.Tree, parents, paths)
	return w.found, err
}

// ownChanges compares a tree with several others at once, and goes down only
// where it differs from all of them: in a merge that is next to nowhere.
type ownChanges struct {
	objs  gitops.Objects
	found []string
}

func (w *ownChanges) walk(prefix string, tree gitops.Hash, parents []gitops.Hash, paths *pathSet) (bool, error) {
	own, err := treediff.ReadTree(w.objs, tree)
	if err != nil {
		return false, err
	}
	others := make([][]gitops.TreeEntry, len(parents))
	for k, p := range parents {
		if others[k], err = treediff.ReadTree(w.objs, p); err != nil {
			return false, err
		}
	}
	if paths != nil {
		return w.wanted(prefix, own, others, paths)
	}
	return w.heads(prefix, own, others)
}

// wanted looks at the wanted names only.
func (w *ownChanges) wanted(prefix string, own []gitops.TreeEntry, others [][]gitops.TreeEntry, paths *pathSet) (bool, error) {
	any := false
	before := make([]gitops.TreeEntry, len(others))
	for name, below := range paths.below {
		for k := range others {
			before[k] = entry(others[k], name)
		}
		if below.whole {
			below = nil
		}
		found, err := w.entry(prefix+name, entry(own, name), before, below)
		if err != nil {
			return false, err
		}
		any = any || found
	}
	return any, nil
}

// heads goes through all trees in step. A file and a directory of one name do
// not meet here: they are told apart as git does, a deletion and additions.
func (w *ownChanges) heads(prefix string, own []gitops.TreeEntry, others [][]gitops.TreeEntry) (bool, error) {
	any := false
	before := make([]gitops.TreeEntry, len(others))
	for {
		own = skipSame(own, others)
		first, ok := firstOf(own, others)
		if !ok {
			return any, nil
		}
		var now gitops.TreeEntry
		if len(own) > 0 && treediff.CompareEntries(own[0], first) == 0 {
			now, own = own[0], own[1:]
		}
		for k := range others {
			before[k] = gitops.TreeEntry{}
			if len(others[k]) > 0 && treediff.CompareEntries(others[k][0], first) == 0 {
				before[k], others[k] = others[k][0], others[k][1:]
			}
		}
		found, err := w.entry(prefix+first.Name, now, before, nil)
		if err != nil {
			return false, err
		}
		any = any || found
	}
}

// skipSame takes off, in place, what is on top of all trees alike.
func skipSame(own []gitops.TreeEntry, others [][]gitops.TreeEntry) []gitops.TreeEntry {
	n := len(own)
	for _, o := range others {
		n = min(n, len(o))
		for k := range n {
			if own[k] != o[k] {
				n = k
				break
			}
		}
	}
	for k := range others {
		others[k] = others[k][n:]
	}
	return own[n:]
}

func firstOf(own []gitops.TreeEntry, others [][]gitops.TreeEntry) (first gitops.TreeEntry, ok bool) {
	if len(own) > 0 {
		first, ok = own[0], true
	}
	for _, o := range others {
		if len(o) > 0 && (!ok || treediff.CompareEntries(o[0], first) < 0) {
			first, ok = o[0], true
		}
	}
	return first, ok
}

func (w *ownChanges) entry(path string, now gitops.TreeEntry, before []gitops.TreeEntry, paths *pathSet) (bool, error) {
	for _, b := range before {
		if b.Mode == now.Mode && b.Hash == now.Hash {
			return false, nil
		}
	}
	// A wanted path that goes on says nothing of a file in its way.
	here := paths == nil
	found := here && !now.IsTree() && now.Mode != 0
	deeper := now.IsTree()
	parents := make([]gitops.Hash, len(before))
	for k, b := range before {
		parents[k] = subtree(b)
		deeper = deeper || b.IsTree()
		found = found || here && b.Mode != 0 && !b.IsTree()
	}
	if deeper {
		below, err := w.walk(path+"/", subtree(now), parents, paths)
		if err != nil {
			return false, err
		}
		found = found || below
	}
	if found {
		w.found = append(w.found, path)
	}
	return found, nil
}

// saying lists the later commits whose messages say that they revert others,
// newest first. Those dated before from (seconds) are not read: who names a
// commit by its id does so after it was made, and a suspect that came in with a
// history of its own has all the past of the branch beside it.
func (s *since) saying(ctx context.Context, from int64) ([]int32, error) {
	x := &s.reverts
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.says == nil {
		x.says = make(map[int32][]saidRevert)
	}
	x.done = append(x.done, make([]bool, max(0, len(s.below)-len(x.done)))...)
	var found []int32
	for _, i := range s.all() {
		if s.date(i) < from {
			continue
		}
		if !x.done[i] {
			if err := s.readMessage(ctx, i); err != nil {
				return nil, err
			}
		}
		if len(x.says[i]) > 0 {
			found = append(found, i)
		}
	}
	return s.sorted(found), nil
}

func (t *trail) date(i int32) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.nodes[i].date
}

// saidBy are the commits that a message says to revert.
func (t *trail) saidBy(i int32) []saidRevert {
	t.reverts.mu.Lock()
	defer t.reverts.mu.Unlock()
	return t.reverts.says[i]
}

func (t *trail) readMessage(ctx context.Context, i int32) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	h := t.nodes[i].hash
	t.mu.Unlock()
	c, err := t.objs.Commit(h)
	if err != nil {
		return err
	}
	t.reverts.done[i] = true
	if says := saysReverts(c.Message); len(says) > 0 {
		t.reverts.says[i] = says
	}
	return nil
}
