package planner

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/threeway"
)

// Trails remembers what came before a tip, so that plans onto the same tip need
// not read it again. It keeps the trail of the tip that was asked for last. It is
// safe for concurrent use as far as its objects are.
type Trails struct {
	objs gitops.Objects
	// indexed says that many plans are coming: then what each commit changed
	// is found once for all paths, not once a question for the paths of it.
	indexed bool
	// memory is what their merges share.
	memory *threeway.Memory

	mu   sync.Mutex
	last *trail
}

// How much merges may remember: beside a screen, and for a run of hundreds.
const (
	memoryBytes     = 4 << 20
	manyMemoryBytes = 24 << 20
)

// NewTrails remembers nothing yet. Where objs offers history.Linker, commits
// that are only passed are read through it.
func NewTrails(objs gitops.Objects) *Trails {
	return &Trails{objs: objs, memory: threeway.NewMemory(memoryBytes)}
}

// NewIndexedTrails is for some hundred plans onto one tip: the first ones cost
// more, the others next to nothing.
func NewIndexedTrails(objs gitops.Objects) *Trails {
	return &Trails{objs: objs, indexed: true, memory: threeway.NewMemory(manyMemoryBytes)}
}

// maxKept is how many commits a trail may hold to be kept for the next plan.
const maxKept = 1 << 18

// from gives the trail of a tip. One that ended at a missing object is not kept:
// a fetch may have brought it.
func (t *Trails) from(tip gitops.Hash) *trail {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil || t.last.tip != tip || !t.last.keepable() {
		t.last = newTrail(t.objs, tip, t.indexed)
	}
	return t.last
}

// trail is the history below one tip, read as far as questions needed it. A
// commit is known by its place in nodes, which never changes.
//
// Everything in it is found by reachability. Committer dates decide what is read
// first, how answers are sorted, and, with a day's allowance, when to stop.
type trail struct {
	objs    gitops.Objects
	tip     gitops.Hash
	indexed bool

	mu    sync.Mutex
	nodes []trailNode
	// edges are the parents of all nodes that were walked, and up says of each
	// node which are its own. Apart from the nodes they fit into the processor's
	// caches, and since goes through all of them for every plan.
	edges []int32
	up    []edgeRange
	// absent are the nodes whose object is missing.
	absent []int32
	at     map[gitops.Hash]int32
	// seen are the nodes that were not walked yet, newest first.
	seen seenQueue
	// cut says that an object was missing or could not be read.
	cut bool

	changes changeIndex
	reverts revertIndex
	lines   editCache
}

type trailNode struct {
	hash   gitops.Hash
	date   int64
	walked bool
	// key and depth sort nodes newest first, children before their parents:
	// key is the oldest date among the node and those above it, depth the
	// longest way from the tip. Both are final once all above was walked.
	key    int64
	depth  int32
	hashes []gitops.Hash
}

type edgeRange struct{ lo, hi int32 }

// parents are those of a node that was walked.
func (t *trail) parents(i int32) []int32 { return t.edges[t.up[i].lo:t.up[i].hi] }

func newTrail(objs gitops.Objects, tip gitops.Hash, indexed bool) *trail {
	return &trail{objs: objs, tip: tip, indexed: indexed, at: make(map[gitops.Hash]int32)}
}

func (t *trail) keepable() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.cut && len(t.nodes) <= maxKept
}

// see gives the place of a commit, new or known.
func (t *trail) see(h gitops.Hash) (int32, error) {
	if i, ok := t.at[h]; ok {
		return i, nil
	}
	n := trailNode{hash: h}
	links, err := t.links(h)
	switch {
	case errors.Is(err, gitops.ErrMissing):
		n.walked, t.cut = true, true
	case err != nil:
		return 0, fmt.Errorf("read commit %s: %w", h, err)
	default:
		n.date, n.hashes = links.When, links.Parents
	}
	n.key = n.date
	i := int32(len(t.nodes))
	t.nodes, t.up = append(t.nodes, n), append(t.up, edgeRange{})
	t.at[h] = i
	if n.walked { // as only what is missing is by now
		t.absent = append(t.absent, i)
	} else {
		heap.Push(&t.seen, seenNode{i, n.date})
	}
	return i, nil
}

func (t *trail) links(h gitops.Hash) (gitops.Links, error) {
	if quick, ok := t.objs.(history.Linker); ok {
		return quick.Links(h)
	}
	c, err := t.objs.Commit(h)
	return gitops.Links{Parents: c.Parents, When: c.Committer.When.Unix()}, err
}

// walk goes on by at least one commit and at most some, newest first. It answers
// false when there is nothing left.
func (t *trail) walk(ctx context.Context, some int) (bool, error) {
	if len(t.nodes) == 0 {
		if _, err := t.see(t.tip); err != nil {
			return false, err
		}
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if len(t.seen) == 0 {
		return false, nil
	}
	for ; some > 0 && len(t.seen) > 0; some-- {
		i := heap.Pop(&t.seen).(seenNode).at
		t.nodes[i].walked = true
		first := int32(len(t.edges))
		for _, h := range t.nodes[i].hashes {
			p, err := t.see(h)
			if err != nil {
				t.cut = true // what lacks a parent is not kept
				return false, err
			}
			t.edges = append(t.edges, p)
		}
		t.nodes[i].hashes = nil
		t.up[i] = edgeRange{first, int32(len(t.edges))}
		t.sink(i)
	}
	return true, nil
}

// sink lowers key and depth of all that a node contains. With clocks that agree
// that is its parents alone.
func (t *trail) sink(i int32) {
	for work := []int32{i}; len(work) > 0; {
		at := work[len(work)-1]
		child := &t.nodes[at]
		work = work[:len(work)-1]
		for _, p := range t.parents(at) {
			n := &t.nodes[p]
			if n.key <= child.key && n.depth > child.depth {
				continue
			}
			n.key, n.depth = min(n.key, child.key), max(n.depth, child.depth+1)
			if n.walked {
				work = append(work, p)
			}
		}
	}
}

// slack is how wrong clocks may be, in seconds, before a commit is looked for
// the exact and expensive way.
const slack = 24 * 60 * 60

// contains reports whether the tip contains a commit that is here.
func (t *trail) contains(ctx context.Context, c gitops.Commit) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	until := c.Committer.When.Unix() - slack
	for {
		if _, ok := t.at[c.Hash]; ok {
			return true, nil
		}
		if len(t.nodes) > 0 && (len(t.seen) == 0 || t.seen[0].date < until) {
			break
		}
		if _, err := t.walk(ctx, 1); err != nil {
			return false, err
		}
	}
	if len(t.seen) == 0 {
		return false, nil
	}
	return history.IsAncestor(ctx, t.objs, c.Hash, t.tip)
}

// sorted orders nodes newest first, children before their parents.
func (t *trail) sorted(nodes []int32) []int32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	sort.Slice(nodes, func(i, j int) bool { return t.before(nodes[i], nodes[j]) })
	return nodes
}

func (t *trail) before(i, j int32) bool {
	a, b := &t.nodes[i], &t.nodes[j]
	switch {
	case a.key != b.key:
		return a.key > b.key
	case a.depth != b.depth:
		return a.depth < b.depth
	default:
		return a.hash.String() < b.hash.String()
	}
}

// names gives the commits of nodes.
func (t *trail) names(nodes []int32) []gitops.Hash {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []gitops.Hash
	for _, i := range nodes {
		out = append(out, t.nodes[i].hash)
	}
	return out
}

// name gives the commit of one node.
func (t *trail) name(i int32) gitops.Hash {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.nodes[i].hash
}

// older reports whether one node comes behind another in the order of sorted.
func (t *trail) older(i, than int32) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.before(than, i)
}

type seenNode struct {
	at   int32
	date int64
}

// seenQueue is a heap with the newest on top.
type seenQueue []seenNode

func (q seenQueue) Len() int { return len(q) }
func (q seenQueue) Less(i, j int) bool {
	return q[i].date > q[j].date || q[i].date == q[j].date && q[i].at < q[j].at
}
func (q seenQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *seenQueue) Push(x any) { *q = append(*q, x.(seenNode)) }

// Pop implements heap.Interface.
func (q *seenQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
