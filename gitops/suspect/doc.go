// Package suspect ranks commits by what is known of the trouble: a stack trace, a
// log, a person's words, paths, a time.
//
// Promise: a commit that last changed the line which fails stands above one that
// changed its file, that above one nearby, that above one with words in common,
// and each says in words why it stands where it does. What the suspect deployment
// changed in a file comes before a line of it that an older one brought. What
// cannot be read is left out, never guessed.
//
// Rules it keeps:
//   - pure: it reads objects through gitops.Objects and nothing else; no clock, no
//     configuration, the same answer each time;
//   - text of a trace is anybody's: every step is linear in it, bounded by
//     constants of this package, and free of panics (FuzzParse);
//   - a frame is laid to a file of the repository by the longest common end of
//     their paths, and to none where that is not enough;
//   - no suspect is hidden: what speaks against nothing comes last, it does not
//     go away;
//   - the size of a change, and that it is "docs only", are no evidence: both were
//     measured to mislead.
//
// Parse reads text, Place finds its frames in a tree, Gather reads what the
// candidates did, Rank puts them into order, Halve proposes what to try when that
// does not decide. docs/SUSPECTS.md has the measurements that the weights rest
// on, and how to repeat them.
package suspect
