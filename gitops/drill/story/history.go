package story

import (
	"time"

	"ahead/gitops"
)

// History is a whole story: commits, releases, and what to look for in them.
type History struct {
	// Commits are all of them, parents before children.
	Commits []Commit
	// Tip is the newest commit of main.
	Tip gitops.Hash
	// Releases are oldest first; the last one is the bad one.
	Releases []Release
	// Culprit is the commit that broke the last release. CulpritParts are the
	// commits that it brought in when it is a merge, newest first.
	Culprit      gitops.Hash
	CulpritParts []gitops.Hash
	// BadBatch are the commits of the last release that the one before lacks,
	// Unreleased those of Tip that no release has; both newest first.
	BadBatch   []gitops.Hash
	Unreleased []gitops.Hash
	Exhibits   Exhibits
	// Now is the story's present.
	Now time.Time
}

// Commit is one commit with the files that it left.
type Commit struct {
	gitops.Commit
	// Files are all files at this commit, by path. Shared, never changed.
	Files map[string]string
}

// Release is a tag and its way to production.
type Release struct {
	Tag    string
	Commit gitops.Hash
	// Tagger made the annotated tag, at Tagger.When; LiveAt is when the
	// pipeline was done with it.
	Tagger  gitops.Signature
	Message string
	LiveAt  time.Time
}

// Exhibits are commits of the last release that show the marks of a screen.
type Exhibits struct {
	// Conflicting cannot be reverted alone, since Overlaid changed the same
	// lines later: reverting both is clean.
	Conflicting, Overlaid gitops.Hash
	// Undone was reverted by Undoing already.
	Undone, Undoing gitops.Hash
	// Merge merged a topic branch (never the culprit).
	Merge gitops.Hash
	// Migration, Lockfile and Pipeline changed files of that kind.
	Migration, Lockfile, Pipeline gitops.Hash
	// SameFiles are innocent, and touch a file that the culprit touches.
	SameFiles []gitops.Hash
}

// FilesAt gives the files at a commit; nil for one that is not of this history.
func (h *History) FilesAt(commit gitops.Hash) map[string]string {
	for i := range h.Commits {
		if h.Commits[i].Hash == commit {
			return h.Commits[i].Files
		}
	}
	return nil
}
