// Package treediff compares two trees: which paths differ, which of them are
// renames, and how many lines each gained and lost.
//
// Promise: for the same two trees it names the paths, the statuses, the rename
// pairs and the line counts that `git diff` names.
//
// Rules it keeps:
//   - pure over gitops.Objects: no repository, no configuration, no clock;
//   - a subtree that is the same on both sides is never opened;
//   - paths are bytes, in the order in which git prints them;
//   - modes are compared as git compares them: the group-writable files of old
//     histories are plain files.
//
// How renames are found follows git's published description (gitdiffcore(7)
// and the notes of its authors on the basename heuristic of git 2.31):
// identical content first, then a file whose name is unique among what is
// left, then whatever pairs best by the bytes of content in common.
package treediff
