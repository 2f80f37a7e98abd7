// Package blame finds the commits that lines were last changed by.
//
// Promise: for the lines asked about, the commits, paths and line numbers are
// those that `git blame` names, and a history of a hundred thousand commits is
// read only as far back as the lines need.
//
// Rules it keeps:
//   - pure over gitops.Objects: no repository, no configuration, no clock;
//   - all lines are followed in one walk, so that fifty lines of twenty files
//     cost little more than one;
//   - of a commit's trees only the way to the paths asked about is opened, and
//     nothing where it is the same on both sides;
//   - history that is not here (a shallow clone) ends the walk for the lines that
//     lead there, and they say so: a line is never laid to a commit that did not
//     change it.
//
// How it works is told in git-blame(1): a commit passes to its parents every
// line that it did not change, to a parent with the same content all of them,
// and is to blame for the rest. A file that a parent does not have is looked for
// among those that the commit took away, as renames are.
package blame
