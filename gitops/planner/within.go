package planner

import (
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// checkNamed refuses, while a plan conflicts, decisions about paths that play
// no part in it however the conflicts are settled: misspelt, they would wait
// unseen for a plan that is clean. A decision about a suspect whose turn has
// not come is given the benefit of the doubt.
func (d *draft) checkNamed() error {
	r := d.plan.Remedy
	if d.plan.Verdict != gitops.VerdictConflict || len(r.LeaveOut)+len(r.Resolutions) == 0 {
		return nil
	}
	in, err := d.within()
	if err != nil {
		return err
	}
	for _, l := range r.LeaveOut {
		if known, err := in.holds(l.Path); err != nil || !known {
			return d.notWithin(err, l.Path, "nothing changes at %q that could be left out")
		}
	}
	for i, said := range r.Resolutions {
		if d.said.used[i] || leavesOut(r.LeaveOut, said.Path) || d.conflictsAt(said) {
			continue
		}
		known := false
		if d.mayComeTo(said) {
			known, err = in.holds(said.Path)
		}
		if err != nil || !known {
			return d.notWithin(err, said.Path, "nothing conflicts at %q, so there is nothing to settle")
		}
	}
	return nil
}

func (d *draft) notWithin(err error, path, what string) error {
	if err != nil {
		return err
	}
	gone := &gitops.PartGone{Path: path}
	for _, c := range d.plan.Conflicts {
		gone.Have = append(gone.Have, c.Path)
	}
	return &gitops.Error{
		Code: gitops.CodeUnknownPart, What: fmt.Sprintf(what, path),
		Hint: "name one of the plan's paths; if the tip moved, choose again", Err: gone,
	}
}

// conflictsAt reports whether a resolution is about an open conflict, be it
// still the one that was settled or not: the conflict says which.
func (d *draft) conflictsAt(said gitops.Resolution) bool {
	at := d.plan.Merges[len(d.plan.Merges)-1].Suspect
	return slices.ContainsFunc(d.plan.Conflicts, func(c gitops.Conflict) bool { return concerns(said, at, c) })
}

// mayComeTo reports whether a suspect that a resolution is about was not
// reverted yet when the plan stopped at its conflict.
func (d *draft) mayComeTo(said gitops.Resolution) bool {
	return slices.ContainsFunc(d.lineup.suspects[min(len(d.plan.Merges), len(d.lineup.suspects)):], func(c gitops.Commit) bool {
		return said.Suspect.IsZero() || said.Suspect == c.Hash
	})
}

// scope is what a remedy may change or conflict at.
type scope struct {
	objs  gitops.Objects
	onto  gitops.Hash
	paths map[string]bool
	// byGit says that git merges some of it, so that other names which the
	// branch has for a file are not known.
	byGit bool
}

func (s *scope) holds(path string) (bool, error) {
	for p := range s.paths {
		if isOrHolds(path, p) {
			return true, nil
		}
	}
	if !s.byGit {
		return false, nil
	}
	_, ok, err := treediff.Lookup(s.objs, s.onto, path)
	return ok, err
}

func (s *scope) add(paths ...string) {
	for _, p := range paths {
		s.paths[p] = true
	}
}

// within finds the paths that the suspects changed, those at which they
// conflict, and those that all of them would change if each conflict was left
// as the branch has it.
func (d *draft) within() (*scope, error) {
	objs := gitops.NewOverlay(d.objects)
	s := &scope{objs: objs, onto: d.onto.Tree, paths: make(map[string]bool)}
	opt := d.Merge
	opt.Settle = func(c gitops.Conflict) (threeway.Settlement, bool) {
		s.add(conflictPaths(c)...)
		return threeway.Settlement{KeepOurs: true}, true
	}
	tree := d.onto.Tree
	merges, err := d.inverses()
	if err != nil {
		return nil, err
	}
	for _, m := range merges {
		if err := s.touched(d, m.Base, m.Theirs); err != nil {
			return nil, err
		}
		res, err := threeway.MergeTrees(d.ctx, objs, m.Base, tree, m.Theirs, opt)
		switch {
		case err != nil:
			return nil, err
		case res.Clean():
			objs.Add(res.Objects...)
			tree = res.Tree
		default:
			s.byGit = true
		}
	}
	for _, c := range d.plan.Conflicts {
		s.add(conflictPaths(c)...)
	}
	return s, s.touched(d, d.onto.Tree, tree)
}

// touched adds the paths at which two trees differ.
func (s *scope) touched(d *draft, before, after gitops.Hash) error {
	changes, err := treediff.Walk(d.ctx, s.objs, before, after)
	for _, c := range changes {
		s.add(c.Path, c.From())
	}
	return err
}

// inverses are the merges of the plan, those that it did not come to included.
func (d *draft) inverses() ([]gitops.Merge, error) {
	merges := slices.Clone(d.plan.Merges)
	for _, suspect := range d.lineup.suspects[min(len(merges), len(d.lineup.suspects)):] {
		n, refusal := mainline(suspect, d.plan.Remedy.Mainline)
		if refusal != "" || suspect.IsRoot() {
			break
		}
		parent, err := d.Objects.Commit(suspect.Parents[n-1])
		if err != nil {
			return nil, err
		}
		merges = append(merges, gitops.Merge{Suspect: suspect.Hash, Base: suspect.Tree, Theirs: parent.Tree})
	}
	return merges, nil
}
