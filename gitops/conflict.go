package gitops

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
