package planner

import (
	"container/heap"
	"errors"
	"fmt"
	"sort"

	"ahead/gitops"
	"ahead/gitops/history"
)

// lineup is the selection in the order in which it is reverted, with the
// commits that came after it.
type lineup struct {
	// suspects are newest first: a child always comes before its ancestors.
	suspects []gitops.Commit
	// later are the commits that Onto holds and the oldest suspect does not,
	// newest first, suspects left out.
	later []gitops.Commit
}

// lineUp finds the selected commits below onto. A refusal is settled in the
// draft and answered with false.
func (d *draft) lineUp(selection []gitops.Hash) (bool, error) {
	selected := make(map[gitops.Hash]bool, len(selection))
	for _, h := range selection {
		c, err := d.Objects.Commit(h)
		if errors.Is(err, gitops.ErrMissing) {
			d.refuse(gitops.WarnMissingObjects, fmt.Sprintf("commit %s is not in this clone; `git fetch %s` may bring it", h.Short(), d.snap.Remote))
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if c.IsRoot() {
			d.refuse("", fmt.Sprintf("%s is the root commit: there is nothing before it to go back to", h.Short()))
			return false, nil
		}
		contained, err := history.IsAncestor(d.ctx, d.Objects, h, d.onto.Hash)
		if err != nil {
			return false, err
		}
		if !contained {
			d.refuse(gitops.WarnNotOnBranch, fmt.Sprintf("%s is not on %s: production's branch does not contain it", h.Short(), d.branchName()))
			return false, nil
		}
		selected[h] = true
	}
	walked, err := d.walkDown(selected)
	if err != nil {
		return false, err
	}
	d.lineup = arrange(walked, selected)
	return true, nil
}

func (d *draft) branchName() string {
	if d.onto.Hash != d.snap.Tip {
		return d.onto.Hash.Short()
	}
	return d.snap.Branch
}

// walkDown reads commits from onto downwards, newest first, until every
// selected one has been seen. The selection is known to be below onto.
func (d *draft) walkDown(selected map[gitops.Hash]bool) ([]gitops.Commit, error) {
	var walked []gitops.Commit
	queue := &byDate{d.onto}
	seen := map[gitops.Hash]bool{d.onto.Hash: true}
	for missing := len(selected); missing > 0 && queue.Len() > 0; {
		if err := d.ctx.Err(); err != nil {
			return nil, err
		}
		c := heap.Pop(queue).(gitops.Commit)
		walked = append(walked, c)
		if selected[c.Hash] {
			missing--
		}
		for _, parent := range c.Parents {
			if seen[parent] {
				continue
			}
			seen[parent] = true
			pc, err := d.Objects.Commit(parent)
			if errors.Is(err, gitops.ErrMissing) {
				continue // a shallow clone ends here
			}
			if err != nil {
				return nil, err
			}
			heap.Push(queue, pc)
		}
	}
	return walked, nil
}

// arrange puts walked commits into an order in which children come before
// their parents even where clocks were wrong, and splits them.
func arrange(walked []gitops.Commit, selected map[gitops.Hash]bool) lineup {
	ordered := childrenFirst(walked)
	below := make(map[gitops.Hash]bool)
	var l lineup
	for _, c := range ordered {
		switch {
		case selected[c.Hash]:
			l.suspects = append(l.suspects, c)
		case !below[c.Hash]:
			l.later = append(l.later, c)
		}
		if selected[c.Hash] || below[c.Hash] {
			for _, parent := range c.Parents {
				below[parent] = true
			}
		}
	}
	return l
}

// childrenFirst is a stable topological sort of commits that are already in
// date order (Kahn 1962): only where a parent is dated after its child does
// anything move.
func childrenFirst(commits []gitops.Commit) []gitops.Commit {
	index := make(map[gitops.Hash]int, len(commits))
	for i, c := range commits {
		index[c.Hash] = i
	}
	children := make([]int, len(commits))
	for _, c := range commits {
		for _, parent := range c.Parents {
			if i, ok := index[parent]; ok {
				children[i]++
			}
		}
	}
	var ready []int
	for i := range commits {
		if children[i] == 0 {
			ready = append(ready, i)
		}
	}
	ordered := make([]gitops.Commit, 0, len(commits))
	for len(ready) > 0 {
		i := ready[0]
		ready = ready[1:]
		ordered = append(ordered, commits[i])
		for _, parent := range commits[i].Parents {
			j, ok := index[parent]
			if !ok {
				continue
			}
			if children[j]--; children[j] == 0 {
				at := sort.SearchInts(ready, j)
				ready = append(ready, 0)
				copy(ready[at+1:], ready[at:])
				ready[at] = j
			}
		}
	}
	return ordered
}

// byDate is a heap of commits, the newest on top.
type byDate []gitops.Commit

func (q byDate) Len() int { return len(q) }
func (q byDate) Less(i, j int) bool {
	return q[i].Committer.When.After(q[j].Committer.When)
}
func (q byDate) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *byDate) Push(x any)   { *q = append(*q, x.(gitops.Commit)) }
func (q *byDate) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
