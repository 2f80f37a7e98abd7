package history

import (
	"container/heap"

	"ahead/gitops"
)

// inOrder is dateOrder of a walk's commits. Those that lie in a circle have no
// order, and no history has any.
func inOrder(nodes []*node) ([]*node, error) {
	ordered := dateOrder(nodes)
	if len(ordered) < len(nodes) {
		return nil, ErrMisled
	}
	return ordered, nil
}

// dateOrder lists commits as `git log --date-order` does: newest committer
// date first, but no commit before a child of it (Kahn's topological sort with
// a queue ordered by date).
func dateOrder(nodes []*node) []*node {
	children := make(map[gitops.Hash]int, len(nodes))
	fresh := make(map[gitops.Hash]*node, len(nodes))
	for _, n := range nodes {
		fresh[n.commit.hash] = &node{commit: n.commit, key: n.commit.When, seq: n.seq}
	}
	for _, n := range nodes {
		for _, p := range n.commit.Parents {
			children[p]++
		}
	}
	var ready queue
	for _, n := range nodes {
		if children[n.commit.hash] == 0 {
			heap.Push(&ready, fresh[n.commit.hash])
		}
	}
	ordered := make([]*node, 0, len(nodes))
	for len(ready) > 0 {
		n := heap.Pop(&ready).(*node)
		ordered = append(ordered, n)
		for _, p := range n.commit.Parents {
			children[p]--
			if parent, ok := fresh[p]; ok && children[p] == 0 {
				heap.Push(&ready, parent)
			}
		}
	}
	return ordered
}
