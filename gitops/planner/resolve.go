package planner

import (
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// decisions are what a person said about conflicts, and what came of it.
type decisions struct {
	// byHand are the paths that resolutions settled, for each of the plan's
	// merges; kept are the conflicts that were left out.
	byHand [][]string
	kept   []gitops.Conflict
	// keep are the paths that the merge at hand leaves as the branch has them.
	keep map[string]bool
	// used are the indexes of the resolutions that settled something.
	used map[int]bool
}

// settler answers the merge of one suspect with what the remedy says of a
// conflict. What is left out stays as the branch has it, whatever else is said;
// where the branch knows the file by another name, that may be meant as well.
func (d *draft) settler(suspect gitops.Hash) func(gitops.Conflict) (threeway.Settlement, bool) {
	r := d.plan.Remedy
	if len(r.LeaveOut)+len(r.Resolutions) == 0 {
		return nil
	}
	d.said.keep = make(map[string]bool)
	return func(c gitops.Conflict) (threeway.Settlement, bool) {
		if leavesOut(r.LeaveOut, c.Path) {
			d.said.keep[c.Path] = true
			return threeway.Settlement{KeepOurs: true}, true
		}
		for i, said := range r.Resolutions {
			if !concerns(said, suspect, c) || said.Of != "" && said.Of != c.Key() {
				continue
			}
			d.said.used[i] = true
			return threeway.Settlement{Take: said.Take, Text: said.Text, Hunks: said.Hunks}, true
		}
		d.said.keep[c.Path] = leavesOut(r.LeaveOut, c.Ours.Path)
		return threeway.Settlement{KeepOurs: true}, d.said.keep[c.Path]
	}
}

// concerns reports whether a resolution is about the conflict at this path, be
// it still the same conflict or not.
func concerns(r gitops.Resolution, suspect gitops.Hash, c gitops.Conflict) bool {
	return r.Path == c.Path && (r.Suspect.IsZero() || r.Suspect == suspect)
}

// leavesOut reports whether the path as a whole, or a directory above it, is
// left out.
func leavesOut(out []gitops.LeaveOut, path string) bool {
	return slices.ContainsFunc(out, func(l gitops.LeaveOut) bool { return len(l.Hunks) == 0 && isOrHolds(l.Path, path) })
}

// book sorts what a merge settled into left out and settled by hand.
func (d *draft) book(settled []gitops.Conflict) (paths []string) {
	var byHand []string
	for _, c := range settled {
		paths = append(paths, c.Path)
		if d.said.keep[c.Path] {
			d.said.kept = append(d.said.kept, c)
		} else {
			byHand = append(byHand, c.Path)
		}
	}
	d.said.byHand = append(d.said.byHand, byHand)
	d.plan.Resolved = slices.Compact(slices.Sorted(slices.Values(slices.Concat(d.plan.Resolved, byHand))))
	return paths
}

// tellStale says of each open conflict that was settled before that it is no
// longer the one that was settled.
func (d *draft) tellStale(suspect gitops.Hash, conflicts []gitops.Conflict) {
	for i, c := range conflicts {
		for _, said := range d.plan.Remedy.Resolutions {
			if concerns(said, suspect, c) && said.Of != "" && said.Of != c.Key() {
				conflicts[i].Detail += "; it changed since it was settled, so it has to be settled again"
				break
			}
		}
	}
}

// checkUsed refuses to drop a decision silently: a plan that is clean without
// it is not the one that the person made up their mind about.
func (d *draft) checkUsed() error {
	if d.plan.Verdict != gitops.VerdictClean {
		return nil
	}
	for i, said := range d.plan.Remedy.Resolutions {
		if d.said.used[i] || leavesOut(d.plan.Remedy.LeaveOut, said.Path) {
			continue
		}
		return &gitops.Error{
			Code: gitops.CodeUnknownPart, What: fmt.Sprintf("nothing conflicts at %q, so there is nothing to settle", said.Path),
			Hint: "plan again without it; if the tip moved, look at the new plan",
			Err:  &gitops.PartGone{Path: said.Path, Have: d.plan.Resolved},
		}
	}
	return nil
}

// whyUnchanged is the reason why a revert changes nothing though something of
// the suspects is there; empty where nothing is.
func (d *draft) whyUnchanged() (string, error) {
	if reason := d.whyNothing(); reason != "" {
		return reason, nil
	}
	return d.whyKept()
}

// whyKept finds what a merge driver, or the git that runs it, left as the branch
// has it: merged by lines it would change, or conflict.
func (d *draft) whyKept() (string, error) {
	opt := d.Merge
	opt.TextOnly = true
	who := "the merge driver"
	if opt.Renormalize {
		who = "git's own merge"
	}
	var kept []string
	for _, m := range d.plan.Merges {
		if m.Result != m.Ours {
			continue
		}
		res, err := threeway.MergeTrees(d.ctx, d.objects, m.Base, m.Ours, m.Theirs, opt)
		if err != nil {
			return "", err
		}
		if res.NeedsGit != "" {
			who = "git's own merge"
		}
		for _, c := range res.Conflicts {
			kept = append(kept, c.Path)
		}
		if !res.Clean() || res.Tree == m.Ours {
			continue
		}
		objs := gitops.NewOverlay(d.objects, res.Objects...)
		changes, err := treediff.Walk(d.ctx, objs, m.Ours, res.Tree)
		if err != nil {
			return "", err
		}
		for _, c := range changes {
			kept = append(kept, c.Path)
		}
	}
	if len(kept) == 0 {
		return "", nil
	}
	kept = slices.Compact(slices.Sorted(slices.Values(kept)))
	return fmt.Sprintf("%s keeps %s as the branch has it, and nothing else is left to revert", who, some(kept)), nil
}

// whyNothing is the reason why decisions left nothing of a revert; empty where
// none were made.
func (d *draft) whyNothing() string {
	switch {
	case len(d.said.kept) > 0 && len(d.plan.Resolved) == 0:
		return everythingLeftOut
	case len(d.said.kept)+len(d.plan.Resolved) > 0:
		return "as the conflicts were settled, nothing is left to revert"
	default:
		return ""
	}
}
