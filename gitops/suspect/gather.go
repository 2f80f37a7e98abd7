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
	// Names are those of deployments, by their commits.
	Names map[gitops.Hash]string
	// Cleared are candidates that the answers of a bisection rule out.
	Cleared map[gitops.Hash]bool
	// Habit is what earlier reverts tell; its zero value tells nothing.
	Habit Habit
}

// Case is what was found out: all that Rank goes by.
type Case struct {
	Inquiry
	deeds []deed
	index map[gitops.Hash]int
	// contains has for each candidate all that it contains.
	contains []below
	// outside are commits that are no candidates, and the merges that brought them.
	outside map[gitops.Hash]int
	// frames are those of the evidence that were found in the tree, unplaced
	// counts the others.
	frames   []placed
	unplaced int
	named    []named
	unknown  []string
	// lately are the files of frames that the suspect deployment changed.
	lately map[string]bool
	// absent says that lines could not be followed, or files not be found, for want
	// of objects that a partial clone left out.
	absent bool
	words  query
	// phrases are pairs of words of a person's text.
	phrases map[string]bool
	// mergeShare is how many reverts of merged work undo the merge as a whole.
	mergeShare float64
}

// deed is what one candidate did.
type deed struct {
	changes []gitops.FileChange
	kin
	// undone is the candidate that reverted it since, -1 for none.
	undone int
	// lines are hits of frames: the line itself, or one beside it.
	lines []hit
	// terms are the words of the evidence that it has, each with the weight of the
	// best place in which it stands; vocabulary counts all different words of it.
	terms      map[string]float64
	vocabulary int
	// phrases counts pairs of words that its message has in common with a person's
	// text.
	phrases int
}

// hit is a line of a frame that a candidate changed.
type hit struct {
	frame int
	// near is how many lines beside the one that fails; 0 for that itself.
	near int
	// via is the candidate that changed it, where a merge only brought that one;
	// -1 for itself.
	via  int
	path string
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
	c.markUndone()
	if err := c.compare(ctx, objs); err != nil {
		return nil, err
	}
	if err := c.placeEvidence(ctx, objs); err != nil {
		return nil, err
	}
	if err := c.blameFrames(ctx, objs); err != nil {
		return nil, err
	}
	c.inherit()
	c.findLately()
	return c, c.readWords(ctx, objs)
}

// markUndone finds commits that a later candidate reverted, which is not undone
// itself. Newest first, so that the last word counts.
func (c *Case) markUndone() {
	for i := range c.Candidates {
		if c.deeds[i].undone >= 0 {
			continue
		}
		for _, h := range Reverted(c.Candidates[i].Commit.Message) {
			at, ok := c.index[h]
			if !ok || at <= i {
				continue
			}
			c.undo(at, i)
		}
	}
}

// undo marks a commit and what came with it. A merge of one commit is undone with
// that.
func (c *Case) undo(at, by int) {
	c.deeds[at].undone = by
	for _, b := range c.deeds[at].brought {
		c.deeds[b].undone = by
	}
	if m := c.deeds[at].by; m >= 0 && len(c.deeds[m].brought) == 1 {
		c.deeds[m].undone = by
	}
}

// compare lists what each candidate changed: against its first parent, but for
// merges that only carry on what other merges brought: of those what they did
// themselves.
func (c *Case) compare(ctx context.Context, objs gitops.Objects) error {
	return c.each(ctx, func(i int) error {
		k := c.Candidates[i].Commit
		trees, err := c.parentTrees(objs, k)
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
			if !c.carries(i) {
				break
			}
		}
		c.deeds[i].changes = changes
		return nil
	})
}

// parentTrees are those of the parents that are here; a root has the empty tree
// before it.
func (c *Case) parentTrees(objs gitops.Objects, k gitops.Commit) ([]gitops.Hash, error) {
	if k.IsRoot() {
		return []gitops.Hash{gitops.EmptyTree}, nil
	}
	var trees []gitops.Hash
	for _, p := range k.Parents {
		if at, known := c.index[p]; known {
			trees = append(trees, c.Candidates[at].Commit.Tree)
			continue
		}
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
