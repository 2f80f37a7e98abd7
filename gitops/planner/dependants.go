package planner

import (
	"ahead/gitops"
	"ahead/gitops/treediff"
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
// answer can be spared.
//
// Where the first set conflicts itself, it grows by what touches the paths of
// that conflict, and all that the commit in conflict changed: a dependant may
// have dependants, and a file may have been moved since, so that what stands
// in the way came under its old name. An empty answer means that none was
// found in bounds.
func (d *draft) findDependants() ([]gitops.Hash, error) {
	if d.plan.Remedy.Kind != gitops.RevertCommits {
		return nil, nil
	}
	later, err := d.later()
	if err != nil {
		return nil, err
	}
	suspects := d.plan.Remedy.Commits
	paths := newPathSet()
	for _, c := range d.plan.Conflicts {
		paths.add(c.Path)
	}
	for tried := -1; ; {
		candidates, err := d.touching(later, paths, maxCandidates+1)
		if err != nil || len(candidates) == tried || len(candidates) > maxCandidates {
			return nil, err
		}
		trial, err := d.together(suspects, candidates)
		if err != nil {
			return nil, err
		}
		switch trial.plan.Verdict {
		case gitops.VerdictClean:
			return d.spare(suspects, candidates)
		case gitops.VerdictConflict:
		default:
			return nil, nil
		}
		tried = len(candidates)
		if err := trial.addConflict(paths); err != nil {
			return nil, err
		}
	}
}

// addConflict adds the paths on which a draft conflicts and those that the
// commit in conflict changed.
func (d *draft) addConflict(paths *pathSet) error {
	for _, c := range d.plan.Conflicts {
		paths.add(c.Path)
	}
	at := d.plan.Merges[len(d.plan.Merges)-1]
	changed, err := treediff.Walk(d.ctx, d.objects, at.Base, at.Theirs)
	for _, f := range changed {
		paths.add(f.Path)
	}
	return err
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
			trial, err := d.together(suspects, without)
			if err != nil {
				return nil, err
			}
			trials++
			if trial.plan.Verdict == gitops.VerdictClean {
				keep, spared = without, true
			}
		}
	}
	return keep, nil
}

// together tries one set in a draft of its own.
func (d *draft) together(suspects, more []gitops.Hash) (*draft, error) {
	trial, err := d.newDraft(d.ctx, d.snap, d.plan.Remedy)
	if err != nil {
		return nil, err
	}
	return trial, trial.mergeCommits(append(append([]gitops.Hash{}, suspects...), more...))
}
