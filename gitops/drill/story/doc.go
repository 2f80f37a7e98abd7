// Package story writes the history of a drill: who did what to the shop, when,
// and which release broke it.
//
// Promise: a history is a pure function of scenario and seed. Every object id
// in it is computed here, and git, importing the same history, comes to the
// same ids.
//
// Rules it keeps:
//   - no clock, no I/O, no git, no global random numbers;
//   - every commit before the culprit leaves the shop sound, the culprit
//     breaks it, and undoing it on the tip makes it sound again (tested, not
//     trusted);
//   - a topic branch is merged exactly as git would merge it;
//   - subjects never give the culprit away.
package story
