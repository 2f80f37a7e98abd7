// Package gitops holds the nouns of ahead and the decisions that need nothing
// but those nouns.
//
// Promise: a value of this package means the same thing on every screen, in
// every JSON document and in every test.
//
// Rules it keeps:
//   - standard library only: no go-git types, no terminal, no I/O, no clock;
//   - values are plain data, safe to copy and to compare;
//   - a zero value is either useful or visibly empty, never half valid;
//   - text that came out of a repository is kept byte for byte (sanitising is
//     the border's work, see ui/term).
package gitops
