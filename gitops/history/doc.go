// Package history answers questions about the commit graph: what each
// deployment brought, what is merged and not yet live, what came after a
// suspect.
//
// Promise: an answer about two commits (IsAncestor, Between, Count, MergeBase)
// is exact whatever the clocks of the committers said, and in an ordinary
// history costs about as many reads as git needs for it.
//
// Rules it keeps:
//   - pure: it reads commits through gitops.Objects and nothing else;
//   - an object that is not here (a shallow clone, a partial one) ends the walk
//     at that place and is reported, never guessed around;
//   - committer dates only ever decide the order of reading and of showing,
//     never whether a commit belongs to an answer.
//
// All walks are one algorithm: marks flow from seeds to parents, newest commit
// first. When a commit that was already walked gets a new mark (a child had an
// older date than its parent), the mark flows on at once through everything
// walked before, so the order of the walk never decides the outcome.
package history
