// Package release reads a repository's habit of naming releases out of its
// tags and names the next one.
//
// Promise: the name it proposes is one that the team would have chosen, it
// orders after the release that it follows, and it is never one that exists.
//
// Rules it keeps:
//   - pure: tags, the clock and what is taken are passed in;
//   - the newest tags decide: a scheme that was given up is history;
//   - of several components the touched paths choose, and the choice is told;
//   - where nothing can be inferred it says so and proposes nothing;
//   - a name that git would refuse is never proposed.
package release
