// Package threeway merges three versions of a file, and three versions of a
// tree, as git's ort merge does.
//
// Promise: what git calls a conflict is never called clean here, what git
// merges is merged here, and the merged bytes are git's bytes.
//
// Rules it keeps:
//   - pure: no I/O of its own; trees and blobs come through an interface;
//   - bytes are kept exactly: line endings, a missing newline at the end and
//     text that is not UTF-8 pass through as they are;
//   - nothing is ported: the algorithms are written from their published
//     descriptions and held to git's observable behaviour by differential
//     tests.
//
// The lines half (lines*.go) merges one file; the trees half (trees*.go) finds
// the files to merge, follows renames, and settles whole paths.
package threeway
