// Package hazard recognises what makes a revert risky beyond its lines: paths
// that others act upon, messages that switch a pipeline off, fixes that nobody
// should take back lightly.
//
// Promise: a warning is worth a look and silence is not a proof. Everything
// here goes by names and words, never by running or parsing what it finds.
//
// Rules it keeps:
//   - pure, and linear in its input: names and messages come from strangers;
//   - paths are those of git trees: slashes, relative to the root;
//   - codes are those of package gitops; the sentences are the caller's.
package hazard
