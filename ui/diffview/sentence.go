package diffview

import (
	"fmt"
	"strings"

	"ahead/gitops"
)

// Sentence says what happens to a file that has no lines to show; it is empty
// for a file that has.
func Sentence(d gitops.FileDiff) string {
	c := d.Change
	switch {
	case c.OldMode == gitops.ModeSubmodule || c.NewMode == gitops.ModeSubmodule:
		return submodule(c)
	case len(d.Hunks) > 0:
		return ""
	case c.Binary:
		return binary(c)
	case c.Status == gitops.TypeChanged:
		return fmt.Sprintf("This was %s and becomes %s.", modeName(c.OldMode), modeName(c.NewMode))
	case c.Status == gitops.Renamed:
		return "Renamed from " + c.OldPath + modeSuffix(c) + "; not a line changes."
	case c.Status == gitops.Added:
		return "An empty file comes back" + asWhat(c.NewMode) + "."
	case c.Status == gitops.Deleted:
		return "An empty file goes away."
	case c.OldMode != c.NewMode:
		return fmt.Sprintf("Only the mode changes, from %s to %s; not a line changes.", c.OldMode, c.NewMode)
	default:
		return "Not a line changes."
	}
}

func submodule(c gitops.FileChange) string {
	switch {
	case c.OldMode != gitops.ModeSubmodule:
		return "A submodule at " + c.NewHash.Short() + " takes this path."
	case c.NewMode != gitops.ModeSubmodule:
		return "The submodule at " + c.OldHash.Short() + " goes away from this path."
	default:
		return fmt.Sprintf("The submodule goes from %s to %s. Whether that commit can be had is the submodule's own repository to say.",
			c.OldHash.Short(), c.NewHash.Short())
	}
}

func binary(c gitops.FileChange) string {
	switch c.Status {
	case gitops.Added:
		return "A binary file comes back: " + c.NewHash.Short() + "."
	case gitops.Deleted:
		return "A binary file goes away: " + c.OldHash.Short() + "."
	case gitops.Renamed:
		if c.OldHash == c.NewHash {
			return "A binary file, renamed from " + c.OldPath + "; not a byte changes."
		}
		return fmt.Sprintf("A binary file, renamed from %s, changes from %s to %s.",
			c.OldPath, c.OldHash.Short(), c.NewHash.Short())
	default:
		return fmt.Sprintf("A binary file changes from %s to %s.", c.OldHash.Short(), c.NewHash.Short())
	}
}

func modeName(m gitops.Mode) string {
	switch {
	case m == gitops.ModeSymlink:
		return "a symbolic link"
	case m == gitops.ModeTree:
		return "a folder"
	case m == gitops.ModeSubmodule:
		return "a submodule"
	default:
		return "a file"
	}
}

func modeSuffix(c gitops.FileChange) string {
	if c.OldMode == c.NewMode {
		return ""
	}
	return fmt.Sprintf(", mode %s to %s", c.OldMode, c.NewMode)
}

func asWhat(m gitops.Mode) string {
	switch m {
	case gitops.ModeExecutable:
		return ", executable"
	case gitops.ModeSymlink:
		return " as a symbolic link"
	default:
		return ""
	}
}

// conflictRows lays one conflict out: what stands around it, then the three
// sides. "The branch" and "the revert" say what ours and theirs mean here; the
// words that git uses are in brackets, since the files will carry them.
// At most context lines are shown before and after.
func conflictRows(h gitops.ConflictHunk, context int) []row {
	out := []row{{mark: markHead, new: h.OursLine}}
	around := textRows(markContext, h.Before, before(h))
	out = append(out, around[max(0, len(around)-context):]...)
	out = append(out, sideRows(markOurs, "the branch has (ours)", h.Ours, h.OursLine)...)
	out = append(out, sideRows(markBase, "the suspect had made it (base)", h.Base, h.BaseLine)...)
	out = append(out, sideRows(markTheirs, "the revert wants (theirs)", h.Theirs, h.TheirsLine)...)
	after := h.OursLine + len(splitLines(h.Ours))
	around = textRows(markContext, h.After, after)
	return append(out, around[:min(len(around), context)]...)
}

func before(h gitops.ConflictHunk) int {
	return max(1, h.OursLine-len(splitLines(h.Before)))
}

func sideRows(k mark, title, text string, first int) []row {
	lines := textRows(k, text, first)
	if len(lines) == 0 {
		title += ": no lines"
	}
	return append([]row{{mark: k, text: title}}, lines...)
}

func textRows(k mark, text string, first int) []row {
	var out []row
	for i, line := range splitLines(text) {
		out = append(out, row{mark: k, new: max(1, first+i), text: line})
	}
	return out
}

// splitLines cuts at line feeds and drops no other byte: a carriage return
// stays and is made visible at the border.
func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}
