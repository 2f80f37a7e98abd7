// Package publish brings a plan to the remote. It is the only package that
// runs git and the only one that changes a ref.
//
// Promise: branch and tag arrive together or not at all, what arrives is what
// the plan showed, and nothing is called done that the remote has not said
// itself.
//
// Rules it keeps:
//   - no ref is forced, moved backwards, deleted or reused; remote-tracking
//     refs follow the remote, tags are only ever created;
//   - working trees, indexes and checked-out branches are never written;
//   - until the push, nothing but unreachable objects is added, so that a
//     failure at any moment leaves nothing to clean up;
//   - success is read from the remote's refs, never from an exit status and
//     never from a text; texts only choose between kinds of failure;
//   - git runs without a shell, without a terminal, with a deadline, and with
//     every name from a person or a repository behind "--" or as a full ref;
//   - only commands that are about a remote can reach one: a partial clone is
//     never filled while something is computed;
//   - messages are finished and signatures tried before a person confirms, and
//     what was confirmed is committed byte for byte; a commit-msg hook works in a
//     throw-away repository that it may do anything with;
//   - credentials never leave in a text.
package publish
