package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/planner"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// maxRequests bounds how often one remedy may ask the remote for objects: what
// it needs next often shows only once the last ones are here (trees before the
// contents that they name, a merge before the one on top of it).
const maxRequests = 32

// FetchMissing lets git fetch what a remedy needs and a partial clone left
// out, and nothing beside it: for a person who said so. It needs a few
// requests, never one an object. Where planning ends in another error, or
// nothing is missing, it changes nothing and says nothing: planning tells.
func (d *Desk) FetchMissing(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) error {
	return d.fill(ctx, func() error {
		plan, err := d.Plan(ctx, snap, remedy)
		if err != nil || !plan.Publishable() {
			return err
		}
		return d.Check(ctx, plan)
	})
}

// FetchForVerdicts is FetchMissing for the verdicts of all listed commits.
func (d *Desk) FetchForVerdicts(ctx context.Context, snap gitops.Snapshot) error {
	return d.fill(ctx, func() error {
		r := newRehearsal(d.repo.Objects())
		p := d.rehearsing(r)
		for _, c := range snap.Commits {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			_, _ = p.Judge(ctx, snap, c.Hash)
		}
		if len(r.absent()) == 0 {
			return nil
		}
		return d.absentError(r, "judging the listed commits")
	})
}

// fill asks for what try misses until it misses nothing more.
func (d *Desk) fill(ctx context.Context, try func() error) error {
	asked := map[gitops.Hash]bool{}
	var missing *gitops.Absent
	for range maxRequests {
		err := try()
		if !errors.As(err, &missing) {
			return ctx.Err()
		}
		fresh := false
		for _, h := range missing.Objects {
			fresh = fresh || !asked[h]
			asked[h] = true
		}
		if !fresh {
			return stillMissing(missing.Remote+" answered and did not give object "+missing.Objects[0].String(),
				"look at the remote with `git -C` there: `git fsck`; or take a whole clone")
		}
		if err := d.fetchObjects(ctx, missing.Objects); err != nil {
			return err
		}
	}
	return stillMissing(fmt.Sprintf("after %d requests objects are still missing", maxRequests),
		"a whole clone has them all: `git fetch --refetch --no-filter`")
}

func stillMissing(what, hint string) error {
	return &gitops.Error{Code: gitops.CodeMissingObject, What: what, Hint: hint}
}

// fetchObjects asks the promisors in git's order, each for what the ones
// before it did not give.
func (d *Desk) fetchObjects(ctx context.Context, ids []gitops.Hash) error {
	git, err := d.system()
	if err != nil {
		return err
	}
	for _, remote := range d.repo.Promisors() {
		ids = slices.DeleteFunc(slices.Clone(ids), d.repo.Store().Has)
		if len(ids) == 0 {
			return nil
		}
		if err = git.FetchObjects(ctx, remote, ids); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}

// explainPlan turns an error about one absent object into one about all that
// the remedy needs, where a remote has promised them.
func (d *Desk) explainPlan(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy, cause error) error {
	if !d.promised(ctx, cause) {
		return cause
	}
	r := newRehearsal(d.repo.Objects())
	var known *gitops.Absent
	if errors.As(cause, &known) {
		return cause // git's own merge has told already
	}
	if remedy.Kind == gitops.RevertCommits {
		d.rehearseReverts(ctx, r, snap, remedy)
	}
	if len(r.absent()) == 0 {
		p, err := d.rehearsing(r).PlanRevert(ctx, snap, remedy)
		if err != nil || p.Verdict == gitops.VerdictConflict {
			d.rehearseDependants(ctx, r, snap, remedy)
		}
	}
	// A made-up plan may go another way than the real one; then what stopped
	// the real one is asked for. Without a shallow end that is never a commit.
	var one *gitops.MissingObject
	if len(r.absent()) == 0 && errors.As(cause, &one) && !d.repo.Shallow() {
		r.note(&r.blobs, one.Hash)
	}
	if len(r.absent()) == 0 {
		return cause // a commit, which no partial clone leaves out
	}
	return d.absentError(r, doing(remedy))
}

// explainCheck is for git, which may read more than the plan did: it compares
// every file that came or went where ours knows that it need not.
func (d *Desk) explainCheck(ctx context.Context, plan gitops.Plan, cause error) error {
	code := gitops.CodeOf(cause)
	if cause == nil || code != gitops.CodeInternal && code != gitops.CodeMissingObject || ctx.Err() != nil || len(d.repo.Promisors()) == 0 {
		return cause
	}
	r := newRehearsal(gitops.NewOverlay(d.repo.Objects(), plan.Objects...))
	for _, m := range plan.Merges {
		r.mergeByGit(ctx, m)
	}
	if len(r.absent()) == 0 {
		return cause
	}
	return d.absentError(r, "git's own merge")
}

// promised reports whether an error is about objects that a remote promised.
func (d *Desk) promised(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && errors.Is(err, gitops.ErrMissing) && len(d.repo.Promisors()) > 0
}

// unjudged says of one row why it has no verdict; the plan tells the rest.
func (d *Desk) unjudged(ctx context.Context, err error) error {
	if !d.promised(ctx, err) {
		return err
	}
	return &gitops.Error{
		Code: gitops.CodeMissingObject, What: "content that it touches is not in this partial clone",
		Hint: "preview it, and f lets git fetch it from " + d.repo.Promisors()[0],
	}
}

func (d *Desk) absentError(r *rehearsal, what string) error {
	e := &gitops.Absent{Objects: r.absent(), Remote: d.repo.Promisors()[0]}
	objects := "1 object that " + what + " needs is"
	if n := len(r.trees) + len(r.blobs); n > 1 || len(r.trees) > 0 {
		more := ""
		if len(r.trees) > 0 {
			more = " or more"
		}
		objects = fmt.Sprintf("%d%s objects that %s needs are", n, more, what)
	}
	return &gitops.Error{
		Code: gitops.CodeMissingObject, What: objects + " not in this partial clone", Err: e,
		Hint: "git can fetch them from " + e.Remote + ": --fetch-missing lets it, or f on the screen",
	}
}

func doing(r gitops.Remedy) string {
	switch {
	case r.Kind == gitops.RestoreDeployment:
		return "restoring " + r.Deployment
	case r.Kind == gitops.RevertDeployment:
		return "reverting " + r.Deployment
	case len(r.Commits) == 1:
		return "reverting " + r.Commits[0].Short()
	}
	return fmt.Sprintf("reverting %d commits", len(r.Commits))
}

// rehearseReverts merges every suspect onto the tip by itself. What a chain of
// them needs is nearly the same, and a chain would end at its first conflict,
// which a rehearsal has where the real merge may have none.
func (d *Desk) rehearseReverts(ctx context.Context, r *rehearsal, snap gitops.Snapshot, remedy gitops.Remedy) {
	onto := remedy.Onto
	if onto.IsZero() {
		onto = snap.Tip
	}
	tip, err := d.Commit(onto)
	if err != nil {
		return
	}
	opts := d.planner().Merge
	for _, h := range remedy.Commits {
		suspect, err := d.Commit(h)
		n := 0
		if suspect.IsMerge() && remedy.Mainline > 0 {
			n = remedy.Mainline - 1
		}
		if err != nil || n >= len(suspect.Parents) {
			continue
		}
		parent, err := d.Commit(suspect.Parents[n])
		if err != nil {
			continue
		}
		m := gitops.Merge{Suspect: h, Base: suspect.Tree, Ours: tip.Tree, Theirs: parent.Tree}
		res, err := threeway.MergeTrees(ctx, r, m.Base, m.Ours, m.Theirs, opts)
		if err == nil && res.NeedsGit != "" {
			r.mergeByGit(ctx, m)
		}
	}
}

// mostDependants bounds the later commits that are read along with a conflict.
const mostDependants = 64

// rehearseDependants reads what the later commits on the suspects' paths
// changed: the search for those that stand in the way tries them together, in
// many ways, and would ask for a little more each time.
func (d *Desk) rehearseDependants(ctx context.Context, r *rehearsal, snap gitops.Snapshot, remedy gitops.Remedy) {
	onto := remedy.Onto
	if onto.IsZero() {
		onto = snap.Tip
	}
	paths := map[string]bool{}
	var later []gitops.Commit
	for _, h := range remedy.Commits {
		for _, f := range d.changedBy(ctx, r, h) {
			paths[f.Path] = true
		}
		if since, _, err := history.Later(ctx, d.repo.Objects(), h, onto, 0); err == nil && len(since) > len(later) {
			later = since
		}
	}
	found := 0
	for _, c := range later {
		changed := d.changedBy(ctx, r, c.Hash)
		if !slices.ContainsFunc(changed, func(f gitops.FileChange) bool { return paths[f.Path] || paths[f.From()] }) {
			continue
		}
		for _, f := range changed {
			r.file(f.OldMode, f.OldHash)
			r.file(f.NewMode, f.NewHash)
		}
		if found++; found == mostDependants || ctx.Err() != nil {
			return
		}
	}
}

// changedBy lists what a commit changed against its first parent, as far as
// trees are here.
func (d *Desk) changedBy(ctx context.Context, r *rehearsal, h gitops.Hash) []gitops.FileChange {
	c, err := d.Commit(h)
	if err != nil || c.IsRoot() {
		return nil
	}
	parent, err := d.Commit(c.Parents[0])
	if err != nil {
		return nil
	}
	changed, _ := treediff.Walk(ctx, r, parent.Tree, c.Tree)
	return changed
}

// rehearsing is a planner whose plans are worth nothing but for what it reads.
func (d *Desk) rehearsing(r *rehearsal) *planner.Planner {
	p := d.planner()
	// Trails read around the rehearsal, and must not learn from it.
	p.Objects, p.Git, p.Trails = r, rehearsedGit{r}, nil
	return p
}

// uncounted names the paths of a commit where contents are not here to count.
func (d *Desk) uncounted(ctx context.Context, before, after gitops.Hash, cause error) ([]gitops.FileChange, error) {
	if !d.promised(ctx, cause) {
		return nil, cause
	}
	files, err := treediff.Walk(ctx, d.repo.Objects(), before, after)
	if err != nil {
		return nil, d.unjudged(ctx, err)
	}
	for i := range files {
		files[i].Uncounted = true
	}
	return files, nil
}

// explainMerge is explainCheck for one merge that git was to compute.
func (d *Desk) explainMerge(ctx context.Context, m gitops.Merge, unstored []gitops.Object, cause error) error {
	return d.explainCheck(ctx, gitops.Plan{Merges: []gitops.Merge{m}, Objects: unstored}, cause)
}
