package planner

import (
	"slices"

	"ahead/gitops"
)

const (
	// maxDependants bounds how many later commits are offered. Past that a
	// joint revert is no longer something a person can judge at a glance;
	// reverting or restoring a deployment is.
	maxDependants = 16
)

// share is what one search may cost. It counts what is computed, so that the
// answer does not depend on the machine.
type share struct {
	// merges are as dear as a verdict, each.
	merges int
	// steps are versions of files that are compared.
	steps   int
	commits int
	// set is the largest set that is tried.
	set int
}

// One plan may take its time. Among hundreds, all of them together must not cost
// more than some verdicts each: there a set of one or two commits is found.
var (
	wholeShare = share{merges: 160, steps: 400, commits: 10_000, set: maxDependants}
	smallShare = share{merges: 4, steps: 24, set: 2}
)

// findDependants looks for the smallest set of later commits whose joint revert
// with the suspects is clean. An empty answer means that none was found in
// bounds.
//
// It asks which commits made the lines that stand in the way (see inTheWay),
// tries those together with the suspects, and where that conflicts, asks again
// of that conflict: a dependant may have dependants. What comes of it is then
// held against everything smaller (see smallest).
func (d *draft) findDependants() ([]gitops.Hash, error) {
	if d.plan.Remedy.Kind != gitops.RevertCommits {
		return nil, nil
	}
	s, err := d.newSearch()
	if err != nil {
		return nil, err
	}
	if hopeless, err := s.hopeless(); err != nil || hopeless {
		return nil, err
	}
	found, err := s.grow(d.plan.Merges[len(d.plan.Merges)-1].Suspect, d.plan.Conflicts)
	if err != nil {
		return nil, err
	}
	if found, err = s.smallest(found); err != nil {
		return nil, err
	}
	return s.since.names(s.since.sorted(found)), nil
}

// hopeless says that no set as small as the share allows can touch every path
// in conflict, which is known from the names of what commits changed alone. A
// path that no later commit names speaks for nothing: it went by another name.
func (s *search) hopeless() (bool, error) {
	if s.share.set != smallShare.set {
		return false, nil
	}
	if err := s.prefetch(s.own); err != nil {
		return false, err
	}
	const most = 64
	touches := make(map[int32]uint64)
	var whole uint64
	var fewest []int32
	for k, c := range s.own[:min(len(s.own), most)] {
		all := s.allOn(c)
		if len(all) == 0 {
			continue
		}
		whole |= 1 << k
		for _, i := range all {
			touches[i] |= 1 << k
		}
		if fewest == nil || len(all) < len(fewest) {
			fewest = all
		}
	}
	return !anyPairTouches(whole, fewest, touches), nil
}

// anyPairTouches reports whether one of some commits, alone or with any other,
// touches all of a set.
func anyPairTouches(whole uint64, some []int32, touches map[int32]uint64) bool {
	kinds := make(map[uint64]bool)
	for _, t := range touches {
		kinds[t] = true
	}
	for _, i := range some {
		for t := range kinds {
			if (touches[i]|t)&whole == whole {
				return true
			}
		}
	}
	return whole == 0
}

// search is one search for dependants.
type search struct {
	// trial is a draft for the merges; it holds the objects of all of them.
	trial    *draft
	since    *since
	suspects []gitops.Commit
	// merged remembers what came of reverting a commit on top of a tree: sets
	// with the same newest commits begin with the same merges.
	merged  map[mergeKey]trialEnd
	tried   map[string]trialEnd
	merges  int
	steps   int
	commits int
	share   share
	// byPath lists the later commits on the paths that were asked about.
	byPath map[string][]int32
	// own are the conflicts of the suspects without any dependant.
	own []gitops.Conflict
	// met are all commits that were ever found in the way.
	met []int32
	// needs hold, for each place of the suspects' own conflicts, the commits
	// that ever touched it: a set without any of them leaves the place as it is.
	needs [][]int32
}

type mergeKey struct{ commit, onto gitops.Hash }

// trialEnd is what came of a set: clean, or the conflicts of the commit that
// could not be reverted.
type trialEnd struct {
	clean     bool
	tree      gitops.Hash
	at        gitops.Hash
	conflicts []gitops.Conflict
}

func (d *draft) newSearch() (*search, error) {
	later, err := d.later()
	if err != nil {
		return nil, err
	}
	trial, err := d.newDraft(d.ctx, d.snap, d.plan.Remedy)
	if err != nil {
		return nil, err
	}
	// The conflict at hand may be about a file that only this draft made.
	trial.objects = d.objects
	share := wholeShare
	if later.indexed {
		share = smallShare
	}
	return &search{
		share: share, trial: trial, since: later, suspects: d.lineup.suspects,
		merged: make(map[mergeKey]trialEnd), tried: make(map[string]trialEnd),
		byPath: make(map[string][]int32), own: d.plan.Conflicts,
	}, nil
}

// spent says that the search has had its share.
func (s *search) spent() bool { return s.merges >= s.share.merges || s.steps >= s.share.steps }

// grow adds what stands in the way until the whole reverts cleanly. A conflict
// to which nothing new can be found is looked at again with more around it, and
// in the end with all that touched its path.
func (s *search) grow(at gitops.Hash, conflicts []gitops.Conflict) ([]int32, error) {
	var set []int32
	for end := (trialEnd{at: at, conflicts: conflicts}); ; {
		found, err := s.nextInTheWay(end, set)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		set = append(set, found...)
		s.met = union(s.met, found)
		if len(set) > s.share.set {
			return nil, nil
		}
		if end, err = s.try(set); err != nil {
			return nil, err
		}
		switch {
		case end.clean:
			return set, nil
		case len(end.conflicts) == 0 || s.spent():
			return nil, nil
		}
	}
}

// nextInTheWay widens the look until it finds a commit that is not in the set.
func (s *search) nextInTheWay(end trialEnd, set []int32) ([]int32, error) {
	for around := range wholePath + 1 {
		found, err := s.inTheWay(end, set, around)
		if err != nil || len(found) > 0 || s.spent() {
			return found, err
		}
	}
	return nil, nil
}

// try reverts the suspects with a set, newest first.
func (s *search) try(set []int32) (trialEnd, error) {
	key := setKey(set)
	if end, ok := s.tried[key]; ok {
		return end, nil
	}
	commits := slices.Clone(s.suspects)
	for _, h := range s.since.names(set) {
		c, err := s.trial.Objects.Commit(h)
		if err != nil {
			return trialEnd{}, err
		}
		commits = append(commits, c)
	}
	commits, err := s.since.inOrder(commits)
	if err != nil {
		return trialEnd{}, err
	}
	end := trialEnd{tree: s.trial.onto.Tree}
	for _, c := range commits {
		if end, err = s.revert(c, end.tree); err != nil {
			return trialEnd{}, err
		}
		if !end.clean {
			break
		}
	}
	end.clean = end.clean && end.tree != s.trial.onto.Tree
	s.tried[key] = end
	return end, nil
}

func (s *search) revert(c gitops.Commit, onto gitops.Hash) (trialEnd, error) {
	key := mergeKey{c.Hash, onto}
	if end, ok := s.merged[key]; ok {
		return end, nil
	}
	s.merges++
	d := s.trial
	d.plan.Verdict = gitops.VerdictClean
	m, ok, err := d.inverse(c, onto)
	if err != nil {
		return trialEnd{}, err
	}
	end := trialEnd{at: c.Hash}
	if ok {
		got, err := d.mergeTrees(m)
		if err != nil {
			return trialEnd{}, err
		}
		d.objects.Add(got.objects...)
		d.plan.Objects = append(d.plan.Objects, got.objects...)
		end.tree, end.conflicts = got.tree, got.conflicts
		end.clean = len(got.conflicts) == 0 && d.plan.Verdict != gitops.VerdictRefused
	}
	s.merged[key] = end
	return end, nil
}

func setKey(set []int32) string {
	sorted := slices.Sorted(slices.Values(set))
	key := make([]byte, 0, 4*len(sorted))
	for _, i := range sorted {
		key = append(key, byte(i), byte(i>>8), byte(i>>16), byte(i>>24))
	}
	return string(key)
}

// union appends what is not there yet.
func union(set, more []int32) []int32 {
	for _, i := range more {
		if !slices.Contains(set, i) {
			set = append(set, i)
		}
	}
	return set
}
