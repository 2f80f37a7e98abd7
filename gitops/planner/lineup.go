package planner

import (
	"errors"
	"fmt"
	"sort"

	"ahead/gitops"
	"ahead/gitops/history"
)

// lineup is the selection in the order in which it is reverted.
type lineup struct {
	// suspects are newest first: a child always comes before its ancestors.
	suspects []gitops.Commit
	// since answers later, once it was asked.
	since []gitops.Commit
	asked bool
}

// lineUp finds the selected commits below onto. A refusal is settled in the
// draft and answered with false.
func (d *draft) lineUp(selection []gitops.Hash) (bool, error) {
	var suspects []gitops.Commit
	named := make(map[gitops.Hash]bool, len(selection))
	for _, h := range selection {
		if named[h] {
			continue
		}
		named[h] = true
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
		suspects = append(suspects, c)
	}
	return true, d.arrange(suspects)
}

func (d *draft) branchName() string {
	if d.onto.Hash != d.snap.Tip {
		return d.onto.Hash.Short()
	}
	return d.snap.Branch
}

// arrange puts the suspects into their order. Dates alone do not tell it:
// clocks go wrong, and then a child is dated before its parent.
func (d *draft) arrange(suspects []gitops.Commit) error {
	d.lineup = lineup{suspects: suspects}
	if len(suspects) < 2 {
		return nil
	}
	selected := make(map[gitops.Hash]bool, len(suspects))
	for _, s := range suspects {
		selected[s.Hash] = true
	}
	since, err := d.sinceAnyOf(suspects)
	if err != nil {
		return err
	}
	d.lineup = lineup{asked: true}
	for _, c := range since {
		if selected[c.Hash] {
			d.lineup.suspects = append(d.lineup.suspects, c)
		} else {
			d.lineup.since = append(d.lineup.since, c)
		}
	}
	return nil
}

// later are the commits that came after or beside a suspect: all that onto
// holds and at least one suspect does not, newest first, suspects left out.
// Only what every suspect contains cannot stand in the way of a revert. Most
// verdicts need none of it, so it is looked for when asked.
func (d *draft) later() ([]gitops.Commit, error) {
	if d.lineup.asked || len(d.lineup.suspects) == 0 {
		return d.lineup.since, nil
	}
	since, _, err := history.Later(d.ctx, d.Objects, d.lineup.suspects[0].Hash, d.onto.Hash, 0)
	if err != nil {
		return nil, err
	}
	d.lineup.since, d.lineup.asked = since, true
	return since, nil
}

// sinceAnyOf unites what came after or beside each of the suspects, with the
// suspects, newest first. A descendant of a commit in that set is in it too,
// so every path between two suspects is there, and ordering the set orders
// them.
func (d *draft) sinceAnyOf(suspects []gitops.Commit) ([]gitops.Commit, error) {
	united := append([]gitops.Commit{}, suspects...)
	have := make(map[gitops.Hash]bool, len(suspects))
	for _, s := range suspects {
		have[s.Hash] = true
	}
	// What came since a descendant came since its ancestor too: with the
	// oldest asked first, most questions are answered already.
	oldestFirst := append([]gitops.Commit{}, suspects...)
	sort.SliceStable(oldestFirst, func(i, j int) bool { return newer(oldestFirst[j], oldestFirst[i]) })
	covered := make(map[gitops.Hash]bool)
	for _, s := range oldestFirst {
		if covered[s.Hash] {
			continue
		}
		since, _, err := history.Later(d.ctx, d.Objects, s.Hash, d.onto.Hash, 0)
		if err != nil {
			return nil, err
		}
		covered[s.Hash] = true
		for i := len(since) - 1; i >= 0; i-- {
			c := since[i]
			for _, parent := range c.Parents {
				covered[c.Hash] = covered[c.Hash] || covered[parent]
			}
			if !have[c.Hash] {
				have[c.Hash] = true
				united = append(united, c)
			}
		}
	}
	sort.SliceStable(united, func(i, j int) bool { return newer(united[i], united[j]) })
	return childrenFirst(united), nil
}

func newer(a, b gitops.Commit) bool { return a.Committer.When.After(b.Committer.When) }

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
