package suspect

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// Candidate is a commit that may be the culprit.
type Candidate struct {
	Commit gitops.Commit
	// Age counts the deployments since the one that brought it: 0 for the one
	// that was in force when the trouble began.
	Age int
	// Deployment names that one; empty where none is known.
	Deployment string
}

// Inquiry is what is to be found out.
type Inquiry struct {
	// Deployed is the commit that production ran.
	Deployed gitops.Hash
	// Candidates are contained in it, newest first, children before parents.
	Candidates []Candidate
	Evidence   gitops.Evidence
	// Files are those of Deployed; nil to read them when they are needed.
	Files *Index
	// Habit is what earlier reverts tell; its zero value tells nothing.
	Habit Habit
}

// Case is what was found out: all that Rank goes by.
type Case struct {
	Inquiry
	deeds []deed
	index map[gitops.Hash]int
	// frames are those of the evidence that were found in the tree, unplaced
	// counts the others.
	frames   []placed
	unplaced int
	named    []named
	unknown  []string
	words    query
}

// deed is what one candidate did.
type deed struct {
	changes []gitops.FileChange
	// parents are the positions of the parents among the candidates, brought of
	// those that it merged into the mainline, by of the one that merged it; -1 for
	// none. children are those that have it as a parent.
	parents, brought []int
	by               int
	mainline         bool
	// undone says that a later candidate reverted it.
	undone bool
	// lines are hits of frames: the line itself, or one beside it.
	lines []hit
	terms map[string]float64
}

// hit is a line of a frame that a candidate changed.
type hit struct {
	frame int
	// near is how many lines beside the one that fails; 0 for that itself.
	near int
}

// placed is a frame with the files that it may be in.
type placed struct {
	Frame
	files []string
	// rank counts the frames that were placed in the same stack, the innermost
	// first.
	rank int
}

// named is a file or a folder that somebody named, and how surely.
type named struct {
	path   string
	folder bool
	// frame is the position of the frame that named it, -1 for a person.
	frame int
	// share is 1, divided among files that fit equally well.
	share float64
}

// Gather reads what the candidates did that has to do with the evidence.
func Gather(ctx context.Context, objs gitops.Objects, q Inquiry) (*Case, error) {
	c := &Case{Inquiry: q, deeds: make([]deed, len(q.Candidates)), index: make(map[gitops.Hash]int, len(q.Candidates))}
	for i, k := range q.Candidates {
		c.index[k.Commit.Hash] = i
	}
	c.relate()
	if err := c.compare(ctx, objs); err != nil {
		return nil, err
	}
	if err := c.placeEvidence(ctx, objs); err != nil {
		return nil, err
	}
	if err := c.blameFrames(ctx, objs); err != nil {
		return nil, err
	}
	return c, c.readWords(ctx, objs)
}

// relate finds who is whose parent, the mainline, what each merge brought into
// it, and what was reverted since.
func (c *Case) relate() {
	for i := range c.deeds {
		d := &c.deeds[i]
		d.by = -1
		for _, p := range c.Candidates[i].Commit.Parents {
			at, ok := c.index[p]
			if !ok {
				at = -1
			}
			d.parents = append(d.parents, at)
		}
	}
	var mainline []int
	for at, ok := c.index[c.Deployed]; ok; {
		c.deeds[at].mainline = true
		mainline = append(mainline, at)
		if len(c.deeds[at].parents) == 0 || c.deeds[at].parents[0] < 0 {
			break
		}
		at = c.deeds[at].parents[0]
	}
	// The oldest merge that contains a commit is the one that brought it.
	for k := len(mainline) - 1; k >= 0; k-- {
		m := mainline[k]
		for _, p := range c.deeds[m].parents[min(1, len(c.deeds[m].parents)):] {
			c.bring(m, p)
		}
	}
	c.markUndone()
}

// bring lays all that is below a commit, and on no mainline yet, to a merge.
func (c *Case) bring(merge, from int) {
	for agenda := []int{from}; len(agenda) > 0; {
		at := agenda[len(agenda)-1]
		agenda = agenda[:len(agenda)-1]
		if at < 0 || c.deeds[at].mainline || c.deeds[at].by >= 0 {
			continue
		}
		c.deeds[at].by = merge
		c.deeds[merge].brought = append(c.deeds[merge].brought, at)
		agenda = append(agenda, c.deeds[at].parents...)
	}
}

// markUndone finds commits that a later candidate reverted, which is not undone
// itself. Newest first, so that the last word counts.
func (c *Case) markUndone() {
	for i := range c.Candidates {
		if c.deeds[i].undone {
			continue
		}
		for _, h := range Reverted(c.Candidates[i].Commit.Message) {
			at, ok := c.index[h]
			if !ok || at <= i {
				continue
			}
			c.deeds[at].undone = true
			for _, b := range c.deeds[at].brought {
				c.deeds[b].undone = true
			}
		}
	}
}

// compare lists what each candidate changed: against its first parent, but for
// merges beside the mainline, which brought what others did: of those only what
// they did themselves.
func (c *Case) compare(ctx context.Context, objs gitops.Objects) error {
	return c.each(ctx, func(i int) error {
		k := c.Candidates[i].Commit
		trees, err := parentTrees(objs, k)
		if err != nil {
			return err
		}
		var changes []gitops.FileChange
		for n, tree := range trees {
			more, err := treediff.Walk(ctx, objs, tree, k.Tree)
			switch {
			case errors.Is(err, gitops.ErrMissing):
				// A partial clone: what it changed is not known.
				return nil
			case err != nil:
				return fmt.Errorf("compare %s: %w", k.Hash.Short(), err)
			case n == 0:
				changes = more
			default:
				changes = inBoth(changes, more)
			}
			if c.deeds[i].mainline {
				break
			}
		}
		c.deeds[i].changes = changes
		return nil
	})
}

// parentTrees are those of the parents that are here; a root has the empty tree
// before it.
func parentTrees(objs gitops.Objects, k gitops.Commit) ([]gitops.Hash, error) {
	if k.IsRoot() {
		return []gitops.Hash{gitops.EmptyTree}, nil
	}
	var trees []gitops.Hash
	for _, p := range k.Parents {
		parent, err := objs.Commit(p)
		switch {
		case errors.Is(err, gitops.ErrMissing):
			continue
		case err != nil:
			return nil, fmt.Errorf("read a parent of %s: %w", k.Hash.Short(), err)
		}
		trees = append(trees, parent.Tree)
	}
	return trees, nil
}

// inBoth are the changes of paths that are in both lists, which are in order.
func inBoth(a, b []gitops.FileChange) []gitops.FileChange {
	paths := make(map[string]bool, len(b))
	for _, f := range b {
		paths[f.Path] = true
	}
	var out []gitops.FileChange
	for _, f := range a {
		if paths[f.Path] {
			out = append(out, f)
		}
	}
	return out
}

// each does something for every candidate, on all cores.
func (c *Case) each(ctx context.Context, do func(i int) error) error {
	next := make(chan int)
	errs := make([]error, len(c.Candidates))
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range next {
				errs[i] = do(i)
			}
		}()
	}
	for i := range c.Candidates {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("read the suspects: %w", err)
	}
	return errors.Join(errs...)
}
