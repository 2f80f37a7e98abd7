package planner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/patch"
	"ahead/gitops/treediff"
)

// checkParts refuses a remedy that asks for parts where there can be none.
func checkParts(r gitops.Remedy) error {
	if r.Each && len(r.LeaveOut) > 0 {
		return &gitops.Error{
			Code: gitops.CodeUsage, What: "a partial revert is one commit, and one each was asked for",
			Hint: "leave out files or hunks, or make one commit each, not both",
		}
	}
	return nil
}

// everythingLeftOut is the reason of a partial revert of which nothing is left.
const everythingLeftOut = "everything that it would change is left out"

// part is one changed file of which something is left out.
type part struct {
	change gitops.FileChange
	whole  bool
	// hunks are the names of the hunks left out, unless whole.
	hunks map[string]bool
}

// leaveOut takes from a clean draft what the person wants left as the branch
// has it. The merges stay in the plan as they are: that is what git can be
// asked to do again.
func (d *draft) leaveOut() error {
	if len(d.plan.Remedy.LeaveOut) == 0 || d.plan.Verdict != gitops.VerdictClean {
		return nil
	}
	parts, err := d.parts()
	if err != nil {
		return err
	}
	g := grafter{objs: d.objects}
	edits, err := d.keepConflicting()
	if err != nil {
		return err
	}
	for i := range parts {
		row, err := d.leavePart(&parts[i], edits, &g)
		if err != nil {
			return err
		}
		d.plan.LeftOut = append(d.plan.LeftOut, row)
	}
	d.addKept()
	tree, err := g.graft(d.plan.Tree, edits)
	if err != nil {
		return err
	}
	d.objects.Add(g.made...)
	rest, err := treediff.Walk(d.ctx, d.objects, d.plan.OntoTree, tree)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		d.settle(gitops.VerdictEmpty, everythingLeftOut)
		return nil
	}
	d.plan.Tree = tree
	d.plan.Objects = append(d.plan.Objects, g.made...)
	return nil
}

// keepConflicting puts the paths of conflicts that are left out back to what
// the branch has there. The merge did so by the conflict's own name; where the
// branch knows the file by another, that one was taken for renamed.
func (d *draft) keepConflicting() (map[string]gitops.TreeEntry, error) {
	edits := make(map[string]gitops.TreeEntry)
	for _, c := range d.said.kept {
		for _, path := range []string{c.Path, c.Ours.Path} {
			if path == "" || strings.HasSuffix(path, "/") {
				continue
			}
			e, ok, err := treediff.Lookup(d.objects, d.plan.OntoTree, path)
			if err != nil {
				return nil, err
			}
			if !ok || e.IsTree() {
				e = gitops.TreeEntry{}
			}
			edits[path] = e
		}
	}
	return edits, nil
}

// addKept lists the conflicts that were left out beside the files, and puts
// the list in path order.
func (d *draft) addKept() {
	for _, c := range d.said.kept {
		for _, path := range []string{c.Path, c.Ours.Path} {
			if path != "" {
				d.plan.LeftOut = append(d.plan.LeftOut, gitops.LeftOut{Path: path})
			}
		}
	}
	slices.SortFunc(d.plan.LeftOut, func(a, b gitops.LeftOut) int { return strings.Compare(a.Path, b.Path) })
	d.plan.LeftOut = slices.CompactFunc(d.plan.LeftOut, func(a, b gitops.LeftOut) bool { return a.Path == b.Path })
}

// isKept reports whether a path names a conflict that was left out.
func (d *draft) isKept(path string) bool {
	return slices.ContainsFunc(d.said.kept, func(c gitops.Conflict) bool {
		return isOrHolds(path, c.Path) || isOrHolds(path, c.Ours.Path)
	})
}

// isOrHolds reports whether path is the other path, or a directory above it.
func isOrHolds(path, other string) bool {
	dir := strings.TrimSuffix(path, "/") + "/"
	return path == other && path != "" || dir != "/" && strings.HasPrefix(other, dir)
}

// parts finds what each LeaveOut names among the files of the full outcome,
// with the renames that the preview shows. Those are in path order.
func (d *draft) parts() ([]part, error) {
	changes, err := treediff.Changes(d.ctx, d.objects, d.plan.OntoTree, d.plan.Tree)
	if err != nil {
		return nil, fmt.Errorf("compare the trees: %w", err)
	}
	byPath := make(map[string]*part)
	for _, l := range d.plan.Remedy.LeaveOut {
		named := named(changes, l.Path)
		switch {
		case len(named) == 0 && len(l.Hunks) == 0 && d.isKept(l.Path):
		case len(named) == 0:
			return nil, noSuchPart(l.Path, changes)
		case len(l.Hunks) > 0 && len(named) > 1:
			return nil, wholeOnly(l.Path, "is more than one file")
		}
		for _, c := range named {
			p := byPath[c.Path]
			if p == nil {
				p = &part{change: c, hunks: make(map[string]bool)}
				byPath[c.Path] = p
			}
			p.whole = p.whole || len(l.Hunks) == 0
			for _, h := range l.Hunks {
				p.hunks[h] = true
			}
		}
	}
	var parts []part
	for _, c := range changes {
		if p := byPath[c.Path]; p != nil {
			parts = append(parts, *p)
			delete(byPath, c.Path)
		}
	}
	return parts, nil
}

// named are the changes of a path, or of all below it. A file that was renamed
// goes by either name.
func named(changes []gitops.FileChange, path string) []gitops.FileChange {
	var out []gitops.FileChange
	for _, c := range changes {
		if isOrHolds(path, c.Path) || isOrHolds(path, c.From()) {
			out = append(out, c)
		}
	}
	return out
}

// leavePart books what becomes of one file, and says what is left out of it.
func (d *draft) leavePart(p *part, edits map[string]gitops.TreeEntry, g *grafter) (gitops.LeftOut, error) {
	row := gitops.LeftOut{Path: p.change.Path, OldPath: p.change.OldPath}
	if !p.whole {
		diff, err := d.singleHunks(p)
		if err != nil {
			return row, err
		}
		if row.Hunks, row.Of = len(p.hunks), len(diff.Hunks); row.Hunks < row.Of {
			blob, err := d.keepHunks(p, diff)
			if err != nil {
				return row, err
			}
			g.made = append(g.made, blob)
			edits[p.change.Path] = gitops.TreeEntry{Mode: p.change.NewMode, Hash: blob.Hash}
			return row, nil
		}
		row.Hunks, row.Of = 0, 0
	}
	edits[p.change.Path] = gitops.TreeEntry{}
	edits[p.change.From()] = gitops.TreeEntry{Mode: p.change.OldMode, Hash: p.change.OldHash}
	return row, nil
}

// changedLeftOut reports whether a commit changed one of the paths that are left
// out, against its first parent.
func (d *draft) changedLeftOut(h gitops.Hash) (bool, error) {
	c, err := d.Objects.Commit(h)
	if err != nil || c.IsRoot() {
		return err == nil, err
	}
	parent, err := d.Objects.Commit(c.Parents[0])
	if errors.Is(err, gitops.ErrMissing) {
		return true, nil // the end of a shallow clone: better named than not
	}
	if err != nil {
		return false, err
	}
	for _, l := range d.plan.LeftOut {
		before, _, err := treediff.Lookup(d.objects, parent.Tree, l.Path)
		if err != nil {
			return false, err
		}
		after, _, err := treediff.Lookup(d.objects, c.Tree, l.Path)
		if err != nil {
			return false, err
		}
		if before.Hash != after.Hash || before.Mode != after.Mode {
			return true, nil
		}
	}
	return false, nil
}

// singleHunks gives the hunks of a file of which some are to be left out, with
// the context that the preview shows: it decides what is one hunk.
func (d *draft) singleHunks(p *part) (gitops.FileDiff, error) {
	c := p.change
	diff, err := patch.File(d.ctx, d.objects, c, patch.DefaultContext)
	if err != nil {
		return diff, err
	}
	switch {
	case diff.Change.Binary:
		return diff, wholeOnly(c.Path, "is a binary file")
	case c.Status == gitops.Added:
		return diff, wholeOnly(c.Path, "comes as a whole")
	case c.Status == gitops.Deleted:
		return diff, wholeOnly(c.Path, "goes as a whole")
	case !c.OldMode.IsRegular() || !c.NewMode.IsRegular():
		return diff, wholeOnly(c.Path, "is no ordinary file on both sides")
	case len(diff.Hunks) == 0:
		return diff, wholeOnly(c.Path, "has no changed lines")
	}
	names := diff.HunkNames()
	for h := range p.hunks {
		if !slices.Contains(names, h) {
			return diff, &gitops.Error{
				Code: gitops.CodeUnknownPart, What: fmt.Sprintf("hunk %s of %s is not there", h, c.Path),
				Hint: "the tip moved and this hunk is gone: choose again",
				Err:  &gitops.PartGone{Path: c.Path, Hunk: h, Have: names},
			}
		}
	}
	return diff, nil
}

func (d *draft) keepHunks(p *part, diff gitops.FileDiff) (gitops.Object, error) {
	before, err := d.objects.Blob(p.change.OldHash)
	if err != nil {
		return gitops.Object{}, fmt.Errorf("read %q: %w", p.change.From(), err)
	}
	after, err := d.objects.Blob(p.change.NewHash)
	if err != nil {
		return gitops.Object{}, fmt.Errorf("read %q: %w", p.change.Path, err)
	}
	names := diff.HunkNames()
	text, err := patch.Keep(before, after, diff.Hunks, func(i int) bool { return !p.hunks[names[i]] })
	if err != nil {
		return gitops.Object{}, fmt.Errorf("keep hunks of %q: %w", p.change.Path, err)
	}
	return gitops.NewObject(gitops.KindBlob, text), nil
}

func noSuchPart(path string, changes []gitops.FileChange) error {
	gone := &gitops.PartGone{Path: path}
	for _, c := range changes {
		gone.Have = append(gone.Have, c.Path)
	}
	return &gitops.Error{
		Code: gitops.CodeUnknownPart, What: fmt.Sprintf("nothing changes at %q that could be left out", path),
		Hint: "name one of the plan's files; if the tip moved, choose again", Err: gone,
	}
}

func wholeOnly(path, why string) error {
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("no single hunk of %s can be left out: it %s", path, why),
		Hint: "leave out the whole path, without hunks",
	}
}
