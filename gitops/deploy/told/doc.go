// Package told is what the rooms that ask forges for deployments share: it
// reads what a server tells without believing more than can be, decides which
// deployment is in force, and remembers answers so that a server is spared.
//
// Promise: nothing is read out of an answer that does not stand in it. What
// cannot be read is not known; it is never repaired or guessed.
//
// Rules it keeps:
//   - each field is read by itself: a wrong type costs that field, not the row,
//     and a nonsensical row costs that row, not the list;
//   - a row that cannot be read still counts: it may be the one that is in
//     force, so none below it is called live on the strength of others;
//   - what is remembered is what was read, never the answer as it came: it is
//     small, and no token that a server echoes gets to a disk.
package told
