package planner

import (
	"errors"
	"fmt"

	"ahead/gitops"
)

// lineup is the selection in the order in which it is reverted.
type lineup struct {
	// suspects are newest first: a child always comes before its ancestors.
	suspects []gitops.Commit
	// after is what later commits are counted from: the suspects, or where
	// there are none, whatever else is undone.
	after []gitops.Hash
	// since answers later, once it was asked.
	since *since
	// below is the history of onto.
	below *trail
}

// trail is the history of the commit that is planned onto.
func (d *draft) trail() *trail {
	if d.lineup.below == nil {
		trails := d.Trails
		if trails == nil {
			trails = NewTrails(d.Objects)
		}
		d.lineup.below = trails.from(d.onto.Hash)
	}
	return d.lineup.below
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
			bring := "`git fetch " + d.snap.Remote + "` may bring it"
			if d.snap.Shallow {
				bring = "`git fetch --unshallow` brings the history that this shallow clone was cut off from"
			}
			d.refuse(gitops.WarnMissingObjects, fmt.Sprintf("commit %s is not in this clone; %s", h.Short(), bring))
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if c.IsRoot() {
			d.refuse("", fmt.Sprintf("%s is the root commit: there is nothing before it to go back to", h.Short()))
			return false, nil
		}
		contained, err := d.trail().contains(d.ctx, c)
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
// clocks go wrong, and then a child is dated before its parent. Where a suspect
// stands among the others is known once all that came after each was walked.
func (d *draft) arrange(suspects []gitops.Commit) error {
	d.countFrom(hashes(suspects))
	d.lineup.suspects = suspects
	if len(suspects) < 2 {
		return nil
	}
	later, err := d.later()
	if err != nil {
		return err
	}
	d.lineup.suspects, err = later.inOrder(suspects)
	return err
}

// countFrom says what the later commits come after.
func (d *draft) countFrom(commits []gitops.Hash) {
	d.lineup = lineup{after: commits, below: d.trail()}
}

// later are the commits that came after or beside a suspect: all that onto
// holds and at least one suspect does not, suspects left out. Only what every
// suspect contains cannot stand in the way of a revert. Most verdicts need none
// of it, so it is looked for when asked.
func (d *draft) later() (*since, error) {
	if len(d.lineup.after) == 0 {
		return &since{trail: d.trail()}, nil
	}
	if d.lineup.since == nil {
		var err error
		if d.lineup.since, err = d.trail().since(d.ctx, d.lineup.after); err != nil {
			return nil, err
		}
	}
	return d.lineup.since, nil
}

// inOrder sorts commits of the trail newest first, children before parents.
func (t *trail) inOrder(commits []gitops.Commit) ([]gitops.Commit, error) {
	nodes := make([]int32, len(commits))
	byNode := make(map[int32]gitops.Commit, len(commits))
	for k, c := range commits {
		i, ok := t.find(c.Hash)
		if !ok {
			return nil, fmt.Errorf("commit %s is not below %s", c.Hash, t.tip)
		}
		nodes[k], byNode[i] = i, c
	}
	out := make([]gitops.Commit, len(commits))
	for k, i := range t.sorted(nodes) {
		out[k] = byNode[i]
	}
	return out, nil
}

func (t *trail) find(h gitops.Hash) (int32, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, ok := t.at[h]
	return i, ok
}
