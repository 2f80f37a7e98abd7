package planner

import (
	"fmt"

	"ahead/gitops"
	"ahead/gitops/history"
)

// batch finds the deployment that the remedy names.
func (d *draft) batch() (gitops.Batch, error) {
	name := d.plan.Remedy.Deployment
	if b, ok := d.snap.BatchByName(name); ok {
		return b, nil
	}
	hint := "`ahead list` shows the deployments with their names"
	if d.snap.Shallow {
		hint += "; this is a shallow clone, and `git fetch --unshallow --tags` brings the older ones"
	}
	return gitops.Batch{}, &gitops.Error{
		Code: gitops.CodeUnknownRelease, What: fmt.Sprintf("no deployment is called %q", name), Hint: hint,
	}
}

// revertDeployment undoes all that one deployment brought in, as one merge:
// what led from the deployment before it to this one is taken back.
func (d *draft) revertDeployment() error {
	b, err := d.batch()
	if err != nil {
		return err
	}
	d.plan.Selection = b.Commits
	if b.Deployment.Status == gitops.StatusFailed && len(b.Commits) == 0 {
		d.refuse("", fmt.Sprintf("the deployment of %s failed, so it brought nothing by itself: what it carried came with the next one, or is undeployed still", b.Deployment.Name()))
		return nil
	}
	if b.Previous == "" {
		d.refuse("", fmt.Sprintf("%s is the oldest deployment that is known: there is none before it to go back to", b.Deployment.Name()))
		return nil
	}
	batch, err := d.whole(b)
	if err != nil {
		return err
	}
	d.plan.Selection = batch
	if d.plan.Remedy.Each {
		line, err := d.firstParents(b, batch)
		if err != nil {
			return err
		}
		return d.mergeCommits(line)
	}
	return d.mergeBack(b)
}

// mergeBack takes back in one merge what led to a deployment.
func (d *draft) mergeBack(b gitops.Batch) error {
	from, err := d.deploymentBase(b)
	if err != nil {
		return err
	}
	contained, err := history.IsAncestor(d.ctx, d.Objects, b.Deployment.Commit, d.onto.Hash)
	if err != nil {
		return err
	}
	if !contained {
		d.warn(gitops.WarnNotOnBranch, fmt.Sprintf("%s was released from a commit that is not on %s", b.Deployment.Name(), d.branchName()))
	}
	d.countFrom([]gitops.Hash{b.Deployment.Commit})
	deployed, err := d.Objects.Commit(b.Deployment.Commit)
	if err != nil {
		return err
	}
	clean, err := d.merge(gitops.Merge{Suspect: deployed.Hash, Base: deployed.Tree, Ours: d.onto.Tree, Theirs: from.Tree})
	if err != nil || !clean {
		return err
	}
	if d.plan.Tree != d.onto.Tree {
		d.plan.Verdict = gitops.VerdictClean
		return nil
	}
	reason, err := d.whyUnchanged()
	if err != nil {
		return err
	}
	if reason == "" {
		reason = fmt.Sprintf("nothing that %s brought is left to revert", b.Deployment.Name())
	}
	d.settle(gitops.VerdictEmpty, reason)
	return nil
}

// previous finds the deployment that b is counted from.
func (d *draft) previous(b gitops.Batch) (gitops.Deployment, error) {
	prev, ok := d.snap.BatchByName(b.Previous)
	if !ok {
		return gitops.Deployment{}, &gitops.Error{
			Code: gitops.CodeUnknownRelease,
			What: fmt.Sprintf("the deployment before %s is not known", b.Deployment.Name()),
			Hint: "list more history with --limit, or name the commits",
		}
	}
	return prev.Deployment, nil
}

// deploymentBase is where the deployment left the one before it: the merge
// base of the two, since a release tag need not lie on the branch.
func (d *draft) deploymentBase(b gitops.Batch) (gitops.Commit, error) {
	prev, err := d.previous(b)
	if err != nil {
		return gitops.Commit{}, err
	}
	base, err := history.MergeBase(d.ctx, d.Objects, prev.Commit, b.Deployment.Commit)
	if err != nil {
		return gitops.Commit{}, err
	}
	if base.IsZero() && d.snap.Shallow {
		return gitops.Commit{}, &gitops.Error{
			Code: gitops.CodeMissingObject,
			What: fmt.Sprintf("this shallow clone does not reach back to where %s left %s", b.Deployment.Name(), b.Previous),
			Hint: "`git fetch --unshallow` brings the history",
		}
	}
	if base.IsZero() {
		return gitops.Commit{}, &gitops.Error{
			Code: gitops.CodeUnknownRelease,
			What: fmt.Sprintf("%s and %s share no history", b.Previous, b.Deployment.Name()),
			Hint: "name the commits to revert instead",
		}
	}
	return d.Objects.Commit(base)
}

// whole are all commits of a batch. One that was cut short is counted again,
// since half of it would go back to a state that never was.
func (d *draft) whole(b gitops.Batch) ([]gitops.Hash, error) {
	if !b.Truncated {
		return b.Commits, nil
	}
	prev, err := d.previous(b)
	if err != nil {
		return nil, err
	}
	all, _, err := history.Between(d.ctx, d.Objects, prev.Commit, b.Deployment.Commit, 0)
	return hashes(all), err
}

// firstParents are the commits of a batch along the mainline: what came in by
// a merge goes out with that merge.
func (d *draft) firstParents(b gitops.Batch, batch []gitops.Hash) ([]gitops.Hash, error) {
	in := make(map[gitops.Hash]bool, len(batch))
	for _, h := range batch {
		in[h] = true
	}
	var line []gitops.Hash
	for h := b.Deployment.Commit; in[h]; {
		line = append(line, h)
		c, err := d.Objects.Commit(h)
		if err != nil {
			return nil, err
		}
		if c.IsRoot() {
			break
		}
		h = c.Parents[0]
	}
	return line, nil
}

// restoreDeployment makes a new commit whose tree is the tree of an earlier
// deployment: clean by construction.
func (d *draft) restoreDeployment() error {
	b, err := d.batch()
	if err != nil {
		return err
	}
	deployed, err := d.Objects.Commit(b.Deployment.Commit)
	if err != nil {
		return err
	}
	if deployed.Tree == d.onto.Tree {
		d.settle(gitops.VerdictEmpty, fmt.Sprintf("%s already has the tree of %s", d.branchName(), b.Deployment.Name()))
		return nil
	}
	undone, cut, err := history.Between(d.ctx, d.Objects, deployed.Hash, d.onto.Hash, maxListed)
	if err != nil {
		return err
	}
	d.plan.Selection = hashes(undone)
	if cut {
		all, err := history.Count(d.ctx, d.Objects, deployed.Hash, d.onto.Hash)
		if err != nil {
			return err
		}
		d.unlisted = all - len(undone)
	}
	d.plan.Tree = deployed.Tree
	d.plan.Verdict = gitops.VerdictClean
	return nil
}

// maxListed bounds the lists of commits that a plan holds. It is so high that
// the counts which are made of the lists are true of all but a few repositories
// in the world: going back to their beginnings, there.
const maxListed = 100_000
