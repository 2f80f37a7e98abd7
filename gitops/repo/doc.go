// Package repo opens a git repository as it lies on disk and tells what its
// refs, tags, remotes and configuration say.
//
// Promise: looking changes nothing. No file of the repository is written, no
// ref, index or working tree touched, whatever state the checkout is in.
//
// Rules it keeps:
//   - it finds and refuses repositories as git does: from any folder below,
//     through linked worktrees, bare, with GIT_DIR; not those that belong to
//     somebody else (safe.directory), nor formats it cannot read;
//   - it reads refs by itself, loose ones over packed ones, each look fresh,
//     since git may run beside it;
//   - it never guesses between candidates in silence: what is ambiguous is an
//     error that lists them and names the flag that decides;
//   - URLs leave this package without credentials;
//   - it never runs git.
//
// A Repository is safe for concurrent use.
package repo
