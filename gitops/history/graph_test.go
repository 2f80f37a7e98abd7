package history

import (
	"fmt"
	"slices"
	"time"

	"ahead/gitops"

	"pgregory.net/rapid"
)

// graph is a small history in memory that counts what is read of it.
type graph struct {
	commits []gitops.Commit // parents before children
	byHash  map[gitops.Hash]int
	missing map[gitops.Hash]bool
	reads   map[gitops.Hash]int
	gitops.Objects
}

func (g *graph) Commit(h gitops.Hash) (gitops.Commit, error) {
	g.reads[h]++
	i, ok := g.byHash[h]
	if !ok || g.missing[h] {
		return gitops.Commit{}, fmt.Errorf("commit %s: %w", h, gitops.ErrMissing)
	}
	return g.commits[i], nil
}

func newGraph() *graph {
	return &graph{byHash: map[gitops.Hash]int{}, missing: map[gitops.Hash]bool{}, reads: map[gitops.Hash]int{}}
}

func (g *graph) add(date int64, parents ...int) gitops.Hash {
	id := len(g.commits)
	c := gitops.Commit{
		Hash:      gitops.HashObject(gitops.KindCommit, fmt.Append(nil, "commit ", id)),
		Committer: gitops.Signature{When: time.Unix(1_700_000_000+date, 0).UTC()},
		Message:   fmt.Sprintf("commit %d\n", id),
	}
	for _, p := range parents {
		c.Parents = append(c.Parents, g.commits[p].Hash)
	}
	g.byHash[c.Hash] = id
	g.commits = append(g.commits, c)
	return c.Hash
}

func (g *graph) line(n int) []gitops.Hash {
	hashes := make([]gitops.Hash, n)
	for i := range n {
		if i == 0 {
			hashes[i] = g.add(0)
		} else {
			hashes[i] = g.add(int64(i), i-1)
		}
	}
	return hashes
}

// contains is the naive closure that the walks are held to.
func (g *graph) contains(tip gitops.Hash) map[gitops.Hash]bool {
	seen := map[gitops.Hash]bool{}
	work := []gitops.Hash{tip}
	for len(work) > 0 {
		h := work[len(work)-1]
		work = work[:len(work)-1]
		i, ok := g.byHash[h]
		if !ok || seen[h] || g.missing[h] {
			continue
		}
		seen[h] = true
		work = append(work, g.commits[i].Parents...)
	}
	return seen
}

func minus(a, b map[gitops.Hash]bool) map[gitops.Hash]bool {
	out := map[gitops.Hash]bool{}
	for h := range a {
		if !b[h] {
			out[h] = true
		}
	}
	return out
}

// drawGraph makes a history of up to limit commits. With skew the dates are
// arbitrary; without it no commit is older than a parent, though often as old.
func drawGraph(t *rapid.T, limit int, skew bool) *graph {
	g := newGraph()
	n := rapid.IntRange(1, limit).Draw(t, "commits")
	dates := make([]int64, n)
	for i := range n {
		var parents []int
		if i > 0 && rapid.IntRange(0, 19).Draw(t, "root") > 0 {
			count := 1
			if rapid.IntRange(0, 3).Draw(t, "merge") == 0 {
				count = rapid.IntRange(1, 3).Draw(t, "parents")
			}
			for range count {
				p := rapid.IntRange(max(0, i-5), i-1).Draw(t, "parent")
				if !slices.Contains(parents, p) {
					parents = append(parents, p)
				}
			}
		}
		if skew {
			dates[i] = rapid.Int64Range(0, 30).Draw(t, "date")
		} else {
			for _, p := range parents {
				dates[i] = max(dates[i], dates[p])
			}
			dates[i] += rapid.Int64Range(0, 3).Draw(t, "later")
		}
		g.add(dates[i], parents...)
	}
	return g
}

func (g *graph) drawCommit(t *rapid.T, label string) gitops.Hash {
	return g.commits[rapid.IntRange(0, len(g.commits)-1).Draw(t, label)].Hash
}

func hashes(commits []gitops.Commit) []gitops.Hash {
	out := make([]gitops.Hash, len(commits))
	for i, c := range commits {
		out[i] = c.Hash
	}
	return out
}

func toSet(list []gitops.Hash) map[gitops.Hash]bool {
	out := map[gitops.Hash]bool{}
	for _, h := range list {
		out[h] = true
	}
	return out
}

// checkOrder holds a list to the promise "newest first, children before
// parents".
func (g *graph) checkOrder(t *rapid.T, list []gitops.Commit) {
	place := map[gitops.Hash]int{}
	for i, c := range list {
		if _, twice := place[c.Hash]; twice {
			t.Fatalf("%s is listed twice", c.Message)
		}
		place[c.Hash] = i
	}
	for i, c := range list {
		for _, p := range c.Parents {
			if at, ok := place[p]; ok && at < i {
				t.Fatalf("parent listed before its child")
			}
		}
		// A younger commit may only come later when a child of it does.
		if i > 0 && c.Committer.When.After(list[i-1].Committer.When) && !slices.Contains(list[i-1].Parents, c.Hash) {
			waits := false
			for _, later := range list[i-1 : i] {
				waits = waits || g.contains(later.Hash)[c.Hash]
			}
			if !waits {
				t.Fatalf("%q is younger than the commit before it and waits for nothing", c.Message)
			}
		}
	}
}
