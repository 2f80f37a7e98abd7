package planner

import (
	"slices"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/treediff"
)

const (
	// exactnessReach is how many deployments back identity is looked for.
	exactnessReach = 20
	// mostEdits is how many later edits of one path are named.
	mostEdits = 10
)

// addExactness names a deployment to which every changed path is identical
// afterwards, and compares the paths with the deployment before the suspects,
// one by one. That deployment is the one to name, where it will do: it is what
// the revert is about. A newer one may be identical by chance, or be of another
// branch.
func (d *draft) addExactness() error {
	if d.plan.Verdict != gitops.VerdictClean {
		return nil
	}
	if d.plan.Remedy.Kind == gitops.RestoreDeployment && !d.plan.Partial() {
		d.plan.FromRelease = d.plan.Remedy.Deployment
		return nil
	}
	if err := d.comparePaths(); err != nil {
		return err
	}
	if e := d.plan.Exactness; e.Deployment != "" && len(e.Edited) == 0 {
		d.plan.FromRelease = e.Deployment
		return nil
	}
	same, ok, err := d.firstDeployment(d.sameAt)
	if ok {
		d.plan.FromRelease = same.Name()
	}
	return err
}

// firstDeployment is the newest deployment that fits. Those that the branch
// contains come before all others.
func (d *draft) firstDeployment(fits func(gitops.Commit) (bool, error)) (gitops.Deployment, bool, error) {
	var elsewhere []gitops.Batch
	for _, b := range d.snap.Batches[:min(len(d.snap.Batches), exactnessReach)] {
		c, err := d.Objects.Commit(b.Deployment.Commit)
		if err != nil {
			continue // a deployment that is not in this clone proves nothing
		}
		contained, err := d.trail().contains(d.ctx, c)
		if err != nil {
			return gitops.Deployment{}, false, err
		}
		if !contained {
			elsewhere = append(elsewhere, b)
			continue
		}
		if ok, err := fits(c); err != nil || ok {
			return b.Deployment, ok, err
		}
	}
	for _, b := range elsewhere {
		c, err := d.Objects.Commit(b.Deployment.Commit)
		if err != nil {
			return gitops.Deployment{}, false, err
		}
		if ok, err := fits(c); err != nil || ok {
			return b.Deployment, ok, err
		}
	}
	return gitops.Deployment{}, false, nil
}

// sameAt reports whether the plan leaves every changed path as a commit has it.
func (d *draft) sameAt(c gitops.Commit) (bool, error) {
	for _, f := range d.plan.Files {
		same, err := d.samePath(c.Tree, f)
		if err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// samePath compares both names of a file that the plan moves.
func (d *draft) samePath(tree gitops.Hash, f gitops.FileChange) (bool, error) {
	for _, path := range []string{f.Path, f.From()} {
		then, okThen, err := treediff.Lookup(d.objects, tree, path)
		if err != nil {
			return false, err
		}
		after, okAfter, err := treediff.Lookup(d.objects, d.plan.Tree, path)
		if err != nil {
			return false, err
		}
		if okThen != okAfter || okThen && (then.Hash != after.Hash || then.Mode != after.Mode) {
			return false, nil
		}
	}
	return true, nil
}

// comparePaths fills in Exactness.
func (d *draft) comparePaths() error {
	before, ok, err := d.deploymentBefore()
	if err != nil || !ok {
		return err
	}
	exact := gitops.Exactness{Deployment: before.Name()}
	c, err := d.Objects.Commit(before.Commit)
	if err != nil {
		return err
	}
	var edited []gitops.FileChange
	for _, f := range d.plan.Files {
		same, err := d.samePath(c.Tree, f)
		switch {
		case err != nil:
			return err
		case same:
			exact.Identical = append(exact.Identical, f.Path)
		default:
			edited = append(edited, f)
		}
	}
	if exact.Edited, err = d.laterEdits(before.Commit, edited); err != nil {
		return err
	}
	d.plan.Exactness = exact
	return nil
}

// deploymentBefore is the newest deployment that holds nothing of what the plan
// undoes. By ancestry: a suspect that was merged late may be older than it.
func (d *draft) deploymentBefore() (gitops.Deployment, bool, error) {
	if d.plan.Remedy.Kind == gitops.RestoreDeployment {
		b, ok := d.snap.BatchByName(d.plan.Remedy.Deployment)
		return b.Deployment, ok, nil
	}
	if len(d.plan.Selection) == 0 {
		return gitops.Deployment{}, false, nil
	}
	return d.firstDeployment(func(c gitops.Commit) (bool, error) {
		holds, err := d.holdsAny(c.Hash, d.plan.Selection)
		return !holds, err
	})
}

// holdsAny reports whether a deployed commit contains any of the suspects. The
// trail knows it of what lies on the branch; a deployment from elsewhere is
// walked by itself.
func (d *draft) holdsAny(deployed gitops.Hash, suspects []gitops.Hash) (bool, error) {
	later, err := d.later()
	if err != nil {
		return false, err
	}
	if holds, known := later.holdsAny(deployed, suspects); known {
		return holds, nil
	}
	for _, s := range suspects {
		holds, err := history.IsAncestor(d.ctx, d.Objects, s, deployed)
		if err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

// holdsAny answers for a node that was walked, or lies below all of the commits
// that since counts from; those are the suspects.
func (s *since) holdsAny(deployed gitops.Hash, suspects []gitops.Hash) (holds, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known = s.at[deployed]; !known {
		return false, false
	}
	below := s.belowAny([]gitops.Hash{deployed})
	for _, h := range suspects {
		i, ok := s.at[h]
		if !ok {
			return false, false
		}
		if below[i] {
			return true, true
		}
	}
	return false, true
}

// laterEdits names for each path the commits since a deployment that changed it
// and stay.
func (d *draft) laterEdits(deployed gitops.Hash, files []gitops.FileChange) ([]gitops.LaterEdits, error) {
	if len(files) == 0 {
		return nil, nil
	}
	since, err := d.trail().since(d.ctx, []gitops.Hash{deployed})
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path, f.From())
	}
	changes, _, err := since.changesOf(d.ctx, paths, maxListed)
	if err != nil {
		return nil, err
	}
	out := make([]gitops.LaterEdits, len(files))
	for k, f := range files {
		nodes := changes[f.Path]
		if f.OldPath != "" {
			nodes = since.sorted(union(slices.Clone(nodes), changes[f.OldPath]))
		}
		out[k].Path = f.Path
		for _, h := range since.names(nodes) {
			if len(out[k].Commits) < mostEdits && !slices.Contains(d.plan.Selection, h) {
				out[k].Commits = append(out[k].Commits, h)
			}
		}
	}
	return out, nil
}
