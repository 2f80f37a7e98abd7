package planner

import (
	"errors"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

// revertCommits is the main road: each suspect's inverse merged onto the tip.
func (d *draft) revertCommits() error {
	if len(d.plan.Remedy.Commits) == 0 {
		return &gitops.Error{
			Code: gitops.CodeUsage, What: "no commit to revert",
			Hint: "name at least one commit",
		}
	}
	if err := d.mergeSelection(); err != nil {
		return err
	}
	if d.plan.Verdict != gitops.VerdictConflict {
		return nil
	}
	dependants, err := d.findDependants()
	if err != nil || len(dependants) == 0 {
		return err
	}
	d.plan.Dependants = dependants
	if !d.plan.Remedy.WithDependants {
		return nil
	}
	d.plan.Conflicts, d.plan.Warnings, d.plan.Reason = nil, nil, ""
	return d.mergeCommits(append(append([]gitops.Hash{}, d.plan.Remedy.Commits...), dependants...))
}

// mergeSelection settles tree and verdict for the commits of the remedy.
func (d *draft) mergeSelection() error { return d.mergeCommits(d.plan.Remedy.Commits) }

func (d *draft) mergeCommits(selection []gitops.Hash) error {
	ok, err := d.lineUp(selection)
	if err != nil || !ok {
		if d.plan.Selection == nil {
			d.plan.Selection = selection
		}
		return err
	}
	d.plan.Selection = hashes(d.lineup.suspects)
	if n := d.plan.Remedy.Mainline; n > 1 && !anyMerge(d.lineup.suspects) {
		// A parent that no suspect has is a mistake about the suspect.
		d.refuse("", fmt.Sprintf("%s is no merge: there is no parent %d", d.lineup.suspects[0].Hash.Short(), n))
		return nil
	}
	tree := d.onto.Tree
	d.plan.Merges, d.plan.Commits, d.plan.Objects, d.plan.ByGit = nil, nil, nil, ""
	d.plan.Resolved, d.said = nil, decisions{used: make(map[int]bool)}
	for _, suspect := range d.lineup.suspects {
		m, ok, err := d.inverse(suspect, tree)
		if err != nil || !ok {
			return err
		}
		clean, err := d.merge(m)
		if err != nil || !clean {
			return err
		}
		tree = d.plan.Tree
	}
	if tree == d.onto.Tree {
		reason, err := d.whyEmpty()
		d.settle(gitops.VerdictEmpty, reason)
		return err
	}
	d.plan.Verdict = gitops.VerdictClean
	return nil
}

func anyMerge(commits []gitops.Commit) bool {
	for _, c := range commits {
		if c.IsMerge() {
			return true
		}
	}
	return false
}

// inverse describes the merge that undoes suspect on top of the tree ours.
func (d *draft) inverse(suspect gitops.Commit, ours gitops.Hash) (gitops.Merge, bool, error) {
	n, reason := mainline(suspect, d.plan.Remedy.Mainline)
	if reason != "" {
		d.refuse("", reason)
		return gitops.Merge{}, false, nil
	}
	parent, err := d.Objects.Commit(suspect.Parents[n-1])
	if errors.Is(err, gitops.ErrMissing) {
		d.refuse(gitops.WarnMissingObjects, fmt.Sprintf("what was before %s is not in this clone; `git fetch --unshallow` brings it", suspect.Hash.Short()))
		return gitops.Merge{}, false, nil
	}
	if err != nil {
		return gitops.Merge{}, false, err
	}
	return gitops.Merge{Suspect: suspect.Hash, Base: suspect.Tree, Ours: ours, Theirs: parent.Tree}, true, nil
}

// mainline picks the parent, from 1, that a commit is reverted against.
func mainline(c gitops.Commit, asked int) (n int, refusal string) {
	switch {
	case asked == 0, !c.IsMerge():
		return 1, ""
	case asked < 0 || asked > len(c.Parents):
		return 0, fmt.Sprintf("%s has %d parents: there is no parent %d", c.Hash.Short(), len(c.Parents), asked)
	default:
		return asked, ""
	}
}

// merge does one merge and notes it in the plan. It answers false when the
// draft was settled as a conflict or refused.
func (d *draft) merge(m gitops.Merge) (bool, error) {
	got, err := d.mergeTrees(m)
	if err != nil {
		return false, err
	}
	m.Result = got.tree
	if len(got.conflicts) > 0 {
		m.Result = gitops.Hash{}
	}
	m.Settled = d.book(got.settled)
	d.plan.Merges = append(d.plan.Merges, m)
	if len(got.conflicts) > 0 {
		d.tellStale(m.Suspect, got.conflicts)
		d.plan.Conflicts = got.conflicts
		d.settle(gitops.VerdictConflict, conflictReason(m.Suspect, len(d.lineup.suspects), got.conflicts))
		return false, nil
	}
	if d.plan.Verdict == gitops.VerdictRefused {
		return false, nil
	}
	d.objects.Add(got.objects...)
	d.plan.Objects = append(d.plan.Objects, got.objects...)
	d.plan.Tree = got.tree
	return true, nil
}

// merged is the outcome of one merge of trees; tree is zero where it conflicts.
type merged struct {
	tree               gitops.Hash
	objects            []gitops.Object
	conflicts, settled []gitops.Conflict
}

// mergeTrees merges by our own engine, and by git where ours says it cannot.
// What a person decided is only asked for where something conflicts.
func (d *draft) mergeTrees(m gitops.Merge) (merged, error) {
	opt := d.Merge
	if d.Trails != nil {
		opt.Memory = d.Trails.memory
	}
	res, err := threeway.MergeTrees(d.ctx, d.objects, m.Base, m.Ours, m.Theirs, opt)
	if opt.Settle = d.settler(m.Suspect); err == nil && res.NeedsGit == "" && len(res.Conflicts) > 0 && opt.Settle != nil {
		res, err = threeway.MergeTrees(d.ctx, d.objects, m.Base, m.Ours, m.Theirs, opt)
	}
	if err != nil {
		return merged{}, err
	}
	if res.NeedsGit == "" {
		return merged{res.Tree, res.Objects, res.Conflicts, res.Settled}, nil
	}
	if d.Git == nil {
		d.refuse("", res.NeedsGit+"; git has to compute this revert")
		return merged{}, nil
	}
	d.plan.ByGit = res.NeedsGit
	return d.mergeByGit(m, res.Conflicts)
}

// addHunks gives git's conflicts the places that our own merge found in the
// same three versions. What a driver of somebody's own made of a file has none.
func addHunks(conflicts, known []gitops.Conflict) {
	for i, c := range conflicts {
		for _, k := range known {
			if k.Path == c.Path && k.Base.Hash == c.Base.Hash && k.Ours.Hash == c.Ours.Hash && k.Theirs.Hash == c.Theirs.Hash {
				conflicts[i].Hunks = k.Hunks
			}
		}
	}
}

func conflictReason(suspect gitops.Hash, of int, conflicts []gitops.Conflict) string {
	files := fmt.Sprintf("%d files conflict", len(conflicts))
	if len(conflicts) == 1 {
		files = conflicts[0].Path + " conflicts"
	}
	if of > 1 {
		return fmt.Sprintf("%s when %s is reverted", files, suspect.Short())
	}
	return files + " with later changes"
}

func hashes(commits []gitops.Commit) []gitops.Hash {
	out := make([]gitops.Hash, len(commits))
	for i, c := range commits {
		out[i] = c.Hash
	}
	return out
}
