package history

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"ahead/gitops"
)

// Marks of the timeline.
const (
	inTip uint64 = 1 << iota
	inDeployed
)

// Timeline is the history of a production branch cut at its deployments.
type Timeline struct {
	// Commits are those of the tip and of the deployments, newest first by
	// committer date, children before parents.
	Commits []gitops.Commit
	// Unreleased is what the tip contains and the deployed commit does not.
	// Where nothing is known to be deployed: what no deployment contains.
	Unreleased gitops.Batch
	// Batches has one batch a deployment, in the order of the deployments.
	Batches []gitops.Batch
	// Cut says that the history ended at an object that is not here (a shallow
	// or partial clone).
	Cut bool
}

// Walk reads the newest limit commits (0 for all) of tip and of the
// deployments, which are newest first, and says of each which deployment
// brought it: the oldest that contains it. A deployment's commits need not lie
// on tip's branch.
//
// A batch is Truncated when a commit of it may lie beyond the limit or behind
// a missing object. Without a limit the answer is exact under any clock skew;
// with one it is exact unless several commits in a row are dated before their
// own ancestors, and those ancestors are among the newest limit commits.
func Walk(ctx context.Context, objs gitops.Objects, tip gitops.Hash, deployments []gitops.Deployment, deployed *gitops.Deployment, limit int) (Timeline, error) {
	r := newReader(objs)
	if err := r.need(tip); err != nil {
		return Timeline{}, err
	}
	t := &timeline{
		walk:        newWalk(r, nil),
		deployments: deployments,
		deployed:    deployed,
		truncated:   make([]bool, len(deployments)),
	}
	t.walk.lookAhead = true
	if err := t.seed(tip); err != nil {
		return Timeline{}, err
	}
	if err := t.run(ctx, limit); err != nil {
		return Timeline{}, err
	}
	return t.result()
}

type timeline struct {
	walk        *walk
	deployments []gitops.Deployment
	deployed    *gitops.Deployment
	walked      []*node
	// waiting are the deployments not read yet, newest first.
	waiting []seed
	// truncated is one flag a deployment, unreleasedCut the same for what is
	// unreleased.
	truncated     []bool
	unreleasedCut bool
	cut           bool
}

func (t *timeline) seed(tip gitops.Hash) error {
	if _, err := t.walk.mark(tip, bit(inTip)); err != nil {
		return err
	}
	if t.deployed != nil && !t.deployed.Commit.IsZero() {
		if _, err := t.walk.mark(t.deployed.Commit, bit(inDeployed)); err != nil {
			return err
		}
	}
	last := int64(math.MaxInt64)
	for i, d := range t.deployments {
		when := d.At()
		if d.StartedAt.After(when) {
			when = d.StartedAt
		}
		key := int64(math.MaxInt64)
		switch {
		case i < eager:
		case !when.IsZero():
			key = when.Unix() + slack
			last = key
		case d.Source == gitops.SourceTags:
			// Tags whose dates nobody read stand behind those that were read.
			key = last
		}
		t.waiting = append(t.waiting, seed{index: i, key: key})
	}
	slices.SortStableFunc(t.waiting, func(a, b seed) int { return cmp.Compare(b.key, a.key) })
	return t.sow(math.MaxInt64)
}

// seed is a deployment whose commit was not read yet.
type seed struct {
	index int
	key   int64
}

// A commit is deployed after it was made, so a deployment need not be read
// before the walk comes to its time. A repository may have thousands of them,
// of which a screen shows few. The newest are read at once all the same, and
// the others a day early, since the clocks of two machines are compared.
const (
	eager = 100
	slack = 24 * 60 * 60
)

// sow marks the commits of all deployments that are not older than key.
func (t *timeline) sow(key int64) error {
	for len(t.waiting) > 0 && t.waiting[0].key >= key {
		i := t.waiting[0].index
		t.waiting = t.waiting[1:]
		d := t.deployments[i]
		if d.Commit.IsZero() {
			t.truncated[i] = true
			continue
		}
		here, err := t.walk.mark(d.Commit, marks{oldest: i})
		if err != nil {
			return fmt.Errorf("deployment %q: %w", d.Name(), err)
		}
		t.truncated[i] = !here
	}
	return nil
}

// step walks the next commit, having marked every deployment that may be
// younger; nil at the end.
func (t *timeline) step(ctx context.Context) (*node, error) {
	for len(t.walk.queue) == 0 && len(t.waiting) > 0 {
		if err := t.sow(t.waiting[0].key); err != nil {
			return nil, err
		}
	}
	if len(t.walk.queue) > 0 {
		if err := t.sow(t.walk.queue[0].key); err != nil {
			return nil, err
		}
	}
	return t.walk.step(ctx)
}

func (t *timeline) run(ctx context.Context, limit int) error {
	for limit <= 0 || len(t.walked) < limit {
		n, err := t.step(ctx)
		if err != nil {
			return err
		}
		if n == nil {
			break
		}
		t.walked = append(t.walked, n)
	}
	hidden, err := t.drain(ctx)
	if err != nil {
		return err
	}
	// Marks flow downwards only, so what these have are all the marks that
	// commits not listed can have.
	for _, n := range append(hidden, t.walk.queue...) {
		t.cutAt(n)
	}
	for _, s := range t.waiting {
		t.truncated[s.index] = true
	}
	for _, n := range append(hidden, t.walked...) {
		if n.cut {
			t.cut = true
			t.cutAt(n)
		}
	}
	return nil
}

// drain walks, without listing them, the commits as young as the last listed
// one: among commits of one second (a rebase makes many) the queue's order says
// nothing about which contains which.
func (t *timeline) drain(ctx context.Context) ([]*node, error) {
	var hidden []*node
	if len(t.walked) == 0 {
		return nil, nil
	}
	last := t.walked[len(t.walked)-1].key
	if err := t.sow(last); err != nil {
		return nil, err
	}
	for len(t.walk.queue) > 0 && t.walk.queue[0].key >= last {
		n, err := t.step(ctx)
		if err != nil {
			return nil, err
		}
		hidden = append(hidden, n)
	}
	return hidden, nil
}

func (t *timeline) cutAt(n *node) {
	if n.marks.oldest != none {
		t.truncated[n.marks.oldest] = true
	}
	if t.unreleased(n) {
		t.unreleasedCut = true
	}
}

func (t *timeline) unreleased(n *node) bool {
	if t.deployed == nil || t.deployed.Commit.IsZero() {
		return n.marks.has(inTip) && n.marks.oldest == none
	}
	return n.marks.has(inTip) && !n.marks.has(inDeployed)
}

func (t *timeline) result() (Timeline, error) {
	walked, err := inOrder(t.walked)
	if err != nil {
		return Timeline{}, err
	}
	commits, err := t.walk.reader.whole(walked)
	if err != nil {
		return Timeline{}, err
	}
	out := Timeline{
		Commits: commits,
		Batches: make([]gitops.Batch, len(t.deployments)),
		Cut:     t.cut,
	}
	for i, d := range t.deployments {
		out.Batches[i] = gitops.Batch{Deployment: d, Truncated: t.truncated[i]}
		if i+1 < len(t.deployments) {
			out.Batches[i].Previous = t.deployments[i+1].Name()
		}
	}
	out.Unreleased.Truncated = t.unreleasedCut
	if t.deployed != nil {
		out.Unreleased.Previous = t.deployed.Name()
	}
	for _, c := range out.Commits {
		n := t.walk.nodes[c.Hash]
		if i := n.marks.oldest; i != none {
			out.Batches[i].Commits = append(out.Batches[i].Commits, c.Hash)
		}
		if t.unreleased(n) {
			out.Unreleased.Commits = append(out.Unreleased.Commits, c.Hash)
		}
	}
	return out, nil
}
