package history

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"

	"ahead/gitops"
)

// none is the deployment index of a commit that no known deployment contains.
const none = -1

// marks is what is known of a commit from its descendants. Marks only grow, so
// the order in which they arrive does not matter.
type marks struct {
	// oldest is the greatest index (deployments are newest first) among the
	// deployments that contain the commit.
	oldest int
	bits   uint64
}

func bit(b uint64) marks { return marks{oldest: none, bits: b} }

func (m marks) has(b uint64) bool { return m.bits&b == b }

func (m marks) join(o marks) marks {
	return marks{oldest: max(m.oldest, o.oldest), bits: m.bits | o.bits}
}

// node is one commit in a walk: first queued, then done.
type node struct {
	commit *link
	marks  marks
	// key orders the queue; seq keeps equal keys in order of arrival.
	key  int64
	seq  int
	done bool
	// cut says that a parent of it is not here.
	cut bool
}

// Linker reads of a commit only what a walk needs. Objects that offer it are
// asked through it, and for whole commits only where the answer holds them.
type Linker interface {
	Links(gitops.Hash) (gitops.Links, error)
}

// Gatherer reads many whole commits at once. Objects that offer it are asked
// through it for those of an answer.
type Gatherer interface {
	Commits([]gitops.Hash) ([]gitops.Commit, error)
}

// link is a commit in a walk.
type link struct {
	hash gitops.Hash
	gitops.Links
}

// reader remembers commits for the walks of one question. A nil entry stands
// for an object that is not here.
type reader struct {
	objs  gitops.Objects
	known map[gitops.Hash]*link
}

func newReader(objs gitops.Objects) *reader {
	return &reader{objs: objs, known: make(map[gitops.Hash]*link)}
}

// read gives nil without an error for a commit that is missing.
func (r *reader) read(h gitops.Hash) (*link, error) {
	if c, ok := r.known[h]; ok {
		return c, nil
	}
	links, err := linksOf(r.objs, h)
	if errors.Is(err, gitops.ErrMissing) {
		r.known[h] = nil
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", h, err)
	}
	c := &link{hash: h, Links: links}
	r.known[h] = c
	return c, nil
}

func linksOf(objs gitops.Objects, h gitops.Hash) (gitops.Links, error) {
	if quick, ok := objs.(Linker); ok {
		return quick.Links(h)
	}
	c, err := objs.Commit(h)
	return gitops.Links{Parents: c.Parents, When: c.Committer.When.Unix()}, err
}

// ErrMisled says that the links of a walk were not those of the commits
// themselves: nothing that the walk found can be relied on.
var ErrMisled = errors.New("the parents of a commit are not what the walk was told")

// whole reads the commits of an answer, and holds the links that led to them
// against them.
func (r *reader) whole(nodes []*node) ([]gitops.Commit, error) {
	hashes := make([]gitops.Hash, len(nodes))
	for i, n := range nodes {
		hashes[i] = n.commit.hash
	}
	commits, err := gather(r.objs, hashes)
	if err != nil {
		return nil, err
	}
	for i, n := range nodes {
		if !slices.Equal(commits[i].Parents, n.commit.Parents) {
			return nil, fmt.Errorf("read commit %s: %w", n.commit.hash, ErrMisled)
		}
	}
	return commits, nil
}

func gather(objs gitops.Objects, hashes []gitops.Hash) ([]gitops.Commit, error) {
	if many, ok := objs.(Gatherer); ok {
		commits, err := many.Commits(hashes)
		if err != nil {
			return nil, fmt.Errorf("read commits: %w", err)
		}
		return commits, nil
	}
	commits := make([]gitops.Commit, len(hashes))
	for i, h := range hashes {
		c, err := objs.Commit(h)
		if err != nil {
			return nil, fmt.Errorf("read commit %s: %w", h, err)
		}
		commits[i] = c
	}
	return commits, nil
}

// need is read for a commit that the question itself names: its absence is an
// error.
func (r *reader) need(h gitops.Hash) error {
	c, err := r.read(h)
	if err == nil && c == nil {
		return fmt.Errorf("read commit %s: %w", h, &gitops.MissingObject{Hash: h})
	}
	return err
}

// walk is one pass over the graph.
type walk struct {
	reader *reader
	nodes  map[gitops.Hash]*node
	queue  queue
	seq    int
	// wanted tells which queued commits the question still depends on; open
	// counts them, so that asking "is there any left" is not a scan.
	wanted func(marks) bool
	open   int
	// lookAhead orders a commit by its parents' dates too, see keyOf.
	lookAhead bool
}

func newWalk(r *reader, wanted func(marks) bool) *walk {
	return &walk{reader: r, nodes: make(map[gitops.Hash]*node), wanted: wanted}
}

type delivery struct {
	to    gitops.Hash
	marks marks
}

// mark gives a commit marks, queues it when it is new, and hands the marks on
// where they arrive late. It reports whether the commit is here.
func (w *walk) mark(h gitops.Hash, m marks) (bool, error) {
	here := true
	work := []delivery{{h, m}}
	for len(work) > 0 {
		d := work[len(work)-1]
		work = work[:len(work)-1]
		n, err := w.node(d.to)
		if err != nil {
			return false, err
		}
		if n == nil {
			here = here && d.to != h
			continue
		}
		joined := n.marks.join(d.marks)
		if joined == n.marks {
			continue
		}
		w.setMarks(n, joined)
		if n.done {
			for _, p := range n.commit.Parents {
				work = append(work, delivery{p, joined})
			}
		}
	}
	return here, nil
}

// node finds a commit's node or queues a new, unmarked one; nil when the
// object is missing.
func (w *walk) node(h gitops.Hash) (*node, error) {
	if n, ok := w.nodes[h]; ok {
		return n, nil
	}
	c, err := w.reader.read(h)
	if err != nil || c == nil {
		return nil, err
	}
	key, err := w.keyOf(c)
	if err != nil {
		return nil, err
	}
	n := &node{commit: c, marks: marks{oldest: none}, key: key, seq: w.seq}
	w.seq++
	w.nodes[h] = n
	heap.Push(&w.queue, n)
	if w.wants(n.marks) {
		w.open++
	}
	return n, nil
}

// keyOf is the committer date. With lookAhead a commit whose clock was behind
// its parents' takes the youngest parent's date: left at its own, it would be
// queued below commits that it contains, and a walk that ends at a limit would
// never learn that it contains them.
func (w *walk) keyOf(c *link) (int64, error) {
	key := c.When
	if !w.lookAhead {
		return key, nil
	}
	for _, p := range c.Parents {
		parent, err := w.reader.read(p)
		if err != nil {
			return 0, err
		}
		if parent != nil {
			key = max(key, parent.When)
		}
	}
	return key, nil
}

func (w *walk) wants(m marks) bool { return w.wanted != nil && w.wanted(m) }

func (w *walk) setMarks(n *node, m marks) {
	before, after := w.wants(n.marks), w.wants(m)
	n.marks = m
	if n.done || before == after {
		return
	}
	if after {
		w.open++
	} else {
		w.open--
	}
}

// step walks the newest queued commit: its marks flow to its parents. It gives
// nil when the queue is empty.
func (w *walk) step(ctx context.Context) (*node, error) {
	if len(w.queue) == 0 {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("walk history: %w", err)
	}
	n := heap.Pop(&w.queue).(*node)
	if w.wants(n.marks) {
		w.open--
	}
	n.done = true
	for _, p := range n.commit.Parents {
		here, err := w.mark(p, n.marks)
		if err != nil {
			return nil, err
		}
		n.cut = n.cut || !here
	}
	return n, nil
}

// settle walks until nothing queued is wanted any more.
func (w *walk) settle(ctx context.Context) error {
	for w.open > 0 {
		if _, err := w.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// exhaust walks everything there is.
func (w *walk) exhaust(ctx context.Context) error {
	for {
		n, err := w.step(ctx)
		if n == nil || err != nil {
			return err
		}
	}
}

// queue is a heap of commits, newest first.
type queue []*node

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	if q[i].key != q[j].key {
		return q[i].key > q[j].key
	}
	return q[i].seq < q[j].seq
}

// Push implements heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(*node)) }

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	old := *q
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return n
}
