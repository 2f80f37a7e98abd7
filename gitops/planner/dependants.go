package planner

import (
	"ahead/gitops"
)

const (
	// maxCandidates bounds how many later commits are tried together. Past
	// that a joint revert is no longer something a person can judge at a
	// glance; reverting or restoring a deployment is.
	maxCandidates = 16
	// maxTrials bounds the sets that the search may try: two rounds over
	// maxCandidates, and as much again.
	maxTrials = 64
)

// findDependants looks for a small set of later commits whose joint revert
// with the suspects is clean. It starts from all later commits on the
// conflicting paths and leaves out one after the other while the rest still
// reverts cleanly (delta debugging's 1-minimal set, Zeller 1999): none of the
// answer can be spared. An empty answer means that none was found in bounds.
func (d *draft) findDependants() ([]gitops.Hash, error) {
	if d.plan.Remedy.Kind != gitops.RevertCommits {
		return nil, nil
	}
	paths := newPathSet()
	for _, c := range d.plan.Conflicts {
		paths.add(c.Path)
	}
	later, err := d.later()
	if err != nil {
		return nil, err
	}
	candidates, err := d.touching(later, paths, maxCandidates+1)
	if err != nil || len(candidates) == 0 || len(candidates) > maxCandidates {
		return nil, err
	}
	suspects := d.plan.Remedy.Commits
	clean, err := d.cleanTogether(suspects, candidates)
	if err != nil || !clean {
		return nil, err
	}
	return d.spare(suspects, candidates)
}

// spare leaves out what the rest does without, over and over: sets that revert
// cleanly are not closed upwards (a commit may only stand in the way while one
// after it stays), so one round leaves members that a later one can spare.
func (d *draft) spare(suspects, keep []gitops.Hash) ([]gitops.Hash, error) {
	trials := 0
	for spared := true; spared; {
		spared = false
		for i := len(keep) - 1; i >= 0 && len(keep) > 1 && trials < maxTrials; i-- {
			without := append(append([]gitops.Hash{}, keep[:i]...), keep[i+1:]...)
			clean, err := d.cleanTogether(suspects, without)
			if err != nil {
				return nil, err
			}
			trials++
			if clean {
				keep, spared = without, true
			}
		}
	}
	return keep, nil
}

// cleanTogether tries one set in a draft of its own.
func (d *draft) cleanTogether(suspects, more []gitops.Hash) (bool, error) {
	remedy := d.plan.Remedy
	trial, err := d.newDraft(d.ctx, d.snap, remedy)
	if err != nil {
		return false, err
	}
	all := append(append([]gitops.Hash{}, suspects...), more...)
	if err := trial.mergeCommits(all); err != nil {
		return false, err
	}
	return trial.plan.Verdict == gitops.VerdictClean, nil
}
