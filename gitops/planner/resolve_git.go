package planner

import (
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// settledInGit are the conflicts of which git's own tree differs from a settled
// one at nothing but their paths. For others git moves files out of the way, to
// names of its own.
var settledInGit = []gitops.ConflictKind{
	gitops.ConflictContent, gitops.ConflictAddAdd, gitops.ConflictModifyDelete, gitops.ConflictRenameDelete,
	gitops.ConflictBinary, gitops.ConflictMode, gitops.ConflictSymlink, gitops.ConflictSubmodule,
}

// mergeByGit lets the system git compute a merge, and puts what a person
// decided about its conflicts into its tree.
func (d *draft) mergeByGit(m gitops.Merge, known []gitops.Conflict) (merged, error) {
	tree, objects, conflicts, err := d.Git.MergeTree(d.ctx, m, d.plan.Objects)
	if err != nil {
		return merged{}, err
	}
	if !d.Merge.Renormalize {
		addHunks(conflicts, known)
	}
	settle := d.settler(m.Suspect)
	marker, marks := d.Git.(GitMarker)
	if len(conflicts) == 0 || settle == nil || !marks {
		return merged{tree: tree, objects: objects, conflicts: conflicts}, nil
	}
	if tree, objects, err = marker.MarkedTree(d.ctx, m, d.plan.Objects); err != nil {
		return merged{}, err
	}
	return d.settleInGit(m, conflicts, settle, merged{tree: tree, objects: objects})
}

// settleInGit puts decisions in the place of git's markers. What is not decided
// stays a conflict.
func (d *draft) settleInGit(m gitops.Merge, conflicts []gitops.Conflict, settle func(gitops.Conflict) (threeway.Settlement, bool), marked merged) (merged, error) {
	got := merged{}
	edits := make(map[string]gitops.TreeEntry)
	g := grafter{objs: gitops.NewOverlay(d.objects, marked.objects...)}
	var err error
	for _, c := range conflicts {
		s, ok := threeway.Settlement{}, false
		if slices.Contains(settledInGit, c.Kind) {
			s, ok = settle(c)
		} else {
			c.Detail += "; git computes this plan, and such a conflict cannot be settled here"
		}
		if !ok {
			got.conflicts = append(got.conflicts, c)
			continue
		}
		if edits[c.Path], err = d.settledEntry(m, c, s, &g); err != nil {
			return merged{}, err
		}
		got.settled = append(got.settled, c)
	}
	if len(got.conflicts) > 0 {
		return got, nil
	}
	if got.tree, err = g.graft(marked.tree, edits); err != nil {
		return merged{}, err
	}
	// Git's tree of a conflict has files with markers in it that this one has not.
	got.objects, err = gitops.TreeObjects(got.tree, append(marked.objects, g.made...))
	return got, err
}

// settledEntry is what a decision puts at the conflict's path.
func (d *draft) settledEntry(m gitops.Merge, c gitops.Conflict, s threeway.Settlement, g *grafter) (gitops.TreeEntry, error) {
	if s.KeepOurs {
		e, ok, err := treediff.Lookup(d.objects, m.Ours, c.Path)
		if !ok || e.IsTree() {
			e = gitops.TreeEntry{}
		}
		return e, err
	}
	var parts []threeway.Part
	if s.Take == "" && len(c.Hunks) > 0 {
		var err error
		if parts, err = d.mergedParts(c); err != nil {
			return gitops.TreeEntry{}, err
		}
	}
	version, text, err := threeway.Choose(c, s, parts)
	if err != nil || text == nil {
		return gitops.TreeEntry{Mode: version.Mode, Hash: version.Hash}, err
	}
	blob := gitops.NewObject(gitops.KindBlob, text)
	g.made = append(g.made, blob)
	mode := c.Ours.Mode
	if mode == 0 {
		mode = c.Theirs.Mode
	}
	return gitops.TreeEntry{Mode: mode, Hash: blob.Hash}, nil
}

// mergedParts merges the lines of a conflict's versions again: that is where
// its hunks come from.
func (d *draft) mergedParts(c gitops.Conflict) ([]threeway.Part, error) {
	var texts [3][]byte
	for i, v := range []gitops.Version{c.Base, c.Ours, c.Theirs} {
		if v.Mode == 0 {
			continue
		}
		var err error
		if texts[i], err = d.objects.Blob(v.Hash); err != nil {
			return nil, fmt.Errorf("read %q (blob %s): %w", c.Path, v.Hash, err)
		}
	}
	res := threeway.MergeLines(texts[0], texts[1], texts[2], d.Merge.Lines)
	if len(res.Conflicts) != len(c.Hunks) {
		return nil, nil
	}
	return res.Parts, nil
}
