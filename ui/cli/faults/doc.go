// Package faults breaks things on purpose while the built program publishes,
// and holds it to its word. It has no code of its own: all of it is tests.
//
// Promise: whatever networks, servers, colleagues, hostile repositories and
// sudden ends do, the remote holds branch and tag together or neither, the
// checkout is as it was, both repositories pass git fsck, the words are true,
// and the next run carries on or says what it needs.
//
// Rules it keeps:
//   - the program under test is the real binary, its git is the real git, and
//     its remotes are real bare repositories behind file://, git://, http:// and
//     ssh:// on the loopback address; nothing leaves the machine;
//   - a fault strikes at a place, never at a time: proxy and servers act at a
//     byte, a request or a hook, hooks wait on a pipe until they are let go, and
//     nothing sleeps;
//   - every cell of the matrix (matrix_test.go) is checked for the same things:
//     refs there and here, fsck there and here, what the journal has open, the
//     exit code, the words, and what the next run does;
//   - nobody's configuration reaches it: neither git's, nor ssh's, nor ours.
//
// `go test` plays the fast cells. All of them: AHEAD_FAULTS=all go test
// ./ui/cli/faults. AHEAD_FAULTS=known plays those that are known to fail.
package faults
