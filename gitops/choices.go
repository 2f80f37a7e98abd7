package gitops

import "strings"

// Choices are the sides by which the conflict can be settled as a whole path;
// none for a conflict that only git knows, without its versions. A side that
// deleted the path may be taken, too: the path then goes.
func (c Conflict) Choices() []Side {
	if c.Base.Mode|c.Ours.Mode|c.Theirs.Mode == 0 {
		return nil
	}
	if c.Kind == ConflictFileDirectory {
		// The directory is there; its files were merged one by one.
		return []Side{SideDelete}
	}
	var out []Side
	deletes := c.Kind == ConflictModifyDelete || c.Kind == ConflictRenameDelete
	for _, s := range []struct {
		side Side
		mode Mode
	}{{SideOurs, c.Ours.Mode}, {SideTheirs, c.Theirs.Mode}} {
		if s.mode != 0 || deletes {
			out = append(out, s.side)
		}
	}
	if c.aboutDirectory() {
		return out
	}
	if c.Base.Mode != 0 {
		out = append(out, SideBase)
	}
	if c.merges() {
		out = append(out, SideMerged)
	}
	if c.isText() {
		out = append(out, SideText)
	}
	return append(out, SideDelete)
}

// HunkChoices are the sides that each of the conflict's hunks can take; none
// where the conflict is settled as a whole path only.
func (c Conflict) HunkChoices() []Side {
	switch {
	case len(c.Hunks) == 0, len(c.Choices()) == 0, c.Kind == ConflictRenameAdd, c.Kind == ConflictFileDirectory:
		return nil
	case c.Base.Mode == 0:
		return []Side{SideOurs, SideTheirs, SideBoth, SideText}
	default:
		return []Side{SideOurs, SideTheirs, SideBoth, SideBase, SideText}
	}
}

// aboutDirectory: git tells of directories that were renamed to several places.
// Nothing moves then, so all there is to say is that the files stay where the
// side that added them has them.
func (c Conflict) aboutDirectory() bool { return strings.HasSuffix(c.Path, "/") }

// merges reports whether only the place of the file is in question: the
// content merges by itself.
func (c Conflict) merges() bool {
	return (c.Kind == ConflictRenameRename || c.Kind == ConflictDirRename) &&
		!c.Unmerged && len(c.Hunks) == 0 && c.Ours.Mode.IsRegular() && c.Theirs.Mode.IsRegular()
}

// isText reports whether a text may stand in for the file.
func (c Conflict) isText() bool {
	regular := false
	for _, v := range []Version{c.Base, c.Ours, c.Theirs} {
		if v.Mode != 0 && !v.Mode.IsRegular() {
			return false
		}
		regular = regular || v.Mode != 0
	}
	return regular
}
