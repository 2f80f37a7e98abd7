// Package patch turns changed files into hunks, and hunks into the text of a
// patch.
//
// Promise: for ordinary files the text is that of `git diff` byte for byte, and
// `git apply` takes it.
//
// Rules it keeps:
//   - pure over gitops.Objects;
//   - lines keep their bytes, carriage returns too; only the line feed at the
//     end of a line is left out of gitops.DiffLine.Text;
//   - ids are cut to seven digits, and diff attributes and drivers are not
//     looked at: the text is for people and for git apply, not for hashing.
package patch
