// Package gittest builds real git repositories for tests, by script.
//
// Promise: the same script gives the same object ids on every machine, and no
// configuration, identity, clock or prompt of the person who runs the tests
// reaches it.
//
// Rules it keeps:
//   - for tests only; nothing outside of tests imports it (the drill builds its
//     sandbox by itself);
//   - real git on real folders, never a mock;
//   - the clock starts at Start and moves by one minute with each act that may
//     create a commit or a tag; repositories made from one another share it, so
//     that dates rise across clones;
//   - any problem ends the test at once, with what git said;
//   - folders are removed when the test ends.
package gittest
