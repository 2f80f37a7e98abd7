package gitops

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
)

// ConflictKind is git's own name for the way in which a path conflicts.
type ConflictKind string

// The kinds of conflict, in the words of git's merge machinery.
const (
	ConflictContent       ConflictKind = "content"
	ConflictAddAdd        ConflictKind = "add/add"
	ConflictModifyDelete  ConflictKind = "modify/delete"
	ConflictRenameDelete  ConflictKind = "rename/delete"
	ConflictRenameRename  ConflictKind = "rename/rename"
	ConflictRenameAdd     ConflictKind = "rename/add"
	ConflictFileDirectory ConflictKind = "file/directory"
	ConflictDirRename     ConflictKind = "directory rename"
	ConflictBinary        ConflictKind = "binary"
	ConflictMode          ConflictKind = "mode"
	ConflictSubmodule     ConflictKind = "submodule"
	ConflictSymlink       ConflictKind = "symlink"
	ConflictTypes         ConflictKind = "distinct types"
)

// Conflict is one path that cannot be merged without a person.
type Conflict struct {
	Path string
	Kind ConflictKind
	// Detail is a sentence that says what stands against what.
	Detail string
	// Hunks are the places in the file; empty when the conflict is about the
	// path as a whole.
	Hunks []ConflictHunk
	// Base, Ours and Theirs are the versions that were to be merged at Path,
	// wherever each came from; Mode is 0 where there is none.
	Base, Ours, Theirs Version
	// Unmerged says that no merge of the content stands ready, whatever else the
	// conflict is about: a binary file, or places that are told as Hunks.
	Unmerged bool
}

// Version is one side of a conflict.
type Version struct {
	// Path is the name by which that side knows the file.
	Path string
	Mode Mode
	Hash Hash
}

// Key names the conflict by what stands against what, so that a resolution can
// tell whether it still is the conflict that a person settled.
func (c Conflict) Key() string {
	sum := sha1.New()
	fmt.Fprintf(sum, "%s\x00%s\x00", c.Path, c.Kind)
	for _, v := range []Version{c.Base, c.Ours, c.Theirs} {
		fmt.Fprintf(sum, "%s %s\x00", v.Mode, v.Hash)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// ConflictHunk is one place where both sides changed the base differently.
// The texts are exact bytes with their line endings.
type ConflictHunk struct {
	// OursLine and TheirsLine are the first line of the place on each side,
	// from 1; BaseLine likewise in the common base.
	BaseLine, OursLine, TheirsLine int
	Base, Ours, Theirs             string
	// Before and After are up to three lines of context around it, as ours
	// has them.
	Before, After string
}
