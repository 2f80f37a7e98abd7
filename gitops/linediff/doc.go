// Package linediff finds the lines in which two texts differ, as git finds
// them.
//
// Promise: for the same two texts the changes are those that git reports,
// line for line, because a three-way merge built on other changes, however
// correct they are as a diff, conflicts elsewhere and merges to other bytes.
//
// Rules it keeps:
//   - pure: standard library only, no I/O, no clock, the same answer each time;
//   - lines are compared byte for byte with their ending, so that "x", "x\n"
//     and "x\r\n" are three different lines;
//   - memory is linear in the number of lines, and the Myers search gives up
//     the shortest answer for a good one where it would cost too much;
//   - nothing is ported: the algorithms are written from their published
//     descriptions (named at each of them) and held to git's observable
//     behaviour by differential tests.
//
// The stages: lines become small numbers (Table), an algorithm marks the
// changed ones (histogram, falling back to Myers), compaction slides each run
// of changed lines to where git puts it, and the marks are read off as Changes.
package linediff
