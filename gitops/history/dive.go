package history

import (
	"container/heap"
	"context"
	"fmt"

	"ahead/gitops"
)

// purse is how many commits a dive may pass without finding anything.
const purse = 1024

// dive looks for one old commit below another by going always to the oldest
// commit that is known to lie there, but not behind what is dated before the
// one that is looked for. A merged topic that began months ago is a step of
// months, where the mainline has hundreds of merges to pass. Like a trail, it
// only ever says yes: each step is from a commit to its parents.
type dive struct {
	queue oldestFirst
	// aside are commits that were too old for the questions before.
	aside newestFirst
	seen  map[gitops.Hash]bool
	left  int
}

// proves is reaches for one commit that may be much older than all around it.
// (Many, each a little older than the one before, are met along the mainline at
// the price of one.)
func (t *trail) proves(ctx context.Context, h gitops.Hash, until int64) (bool, error) {
	if t.has(h) {
		return true, nil
	}
	if found, err := t.dives(ctx, h, until); found || err != nil {
		return found, err
	}
	return t.reaches(ctx, h, until)
}

// dives goes on with the dive of a trail until h is met or the purse is empty;
// what is found fills it again.
func (t *trail) dives(ctx context.Context, h gitops.Hash, until int64) (bool, error) {
	d := &t.dive
	for len(d.aside.oldestFirst) > 0 && d.aside.oldestFirst[0].When >= until {
		heap.Push(&d.queue, heap.Pop(&d.aside))
	}
	for d.left > 0 && len(d.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return false, fmt.Errorf("walk history: %w", err)
		}
		c := heap.Pop(&d.queue).(*link)
		if c.When < until {
			heap.Push(&d.aside, c)
			continue
		}
		d.left--
		if err := t.dropParents(c); err != nil {
			return false, err
		}
		if t.has(h) {
			d.left = purse
			return true, nil
		}
	}
	return false, nil
}

// dropParents meets the parents of a commit, and queues those that are new.
func (t *trail) dropParents(c *link) error {
	t.met[c.hash] = true
	for _, p := range c.Parents {
		t.meet(p)
		if t.dive.seen[p] {
			continue
		}
		t.dive.seen[p] = true
		parent, err := t.reader.read(p)
		if err != nil {
			return err
		}
		if parent != nil {
			heap.Push(&t.dive.queue, parent)
		}
	}
	return nil
}

// newestFirst is a heap of commits.
type newestFirst struct{ oldestFirst }

// Less implements heap.Interface.
func (q newestFirst) Less(i, j int) bool { return q.oldestFirst.Less(j, i) }

// oldestFirst is a heap of commits.
type oldestFirst []*link

func (q oldestFirst) Len() int           { return len(q) }
func (q oldestFirst) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q oldestFirst) Less(i, j int) bool { return q[i].When < q[j].When }

// Push implements heap.Interface.
func (q *oldestFirst) Push(x any) { *q = append(*q, x.(*link)) }

// Pop implements heap.Interface.
func (q *oldestFirst) Pop() any {
	old := *q
	c := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return c
}
