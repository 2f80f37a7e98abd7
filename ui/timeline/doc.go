// Package timeline is the screen on which a person finds the suspect:
// deployments on the left, the commits that each brought on the right, and
// what reverting each of them would come to.
//
// Promise: moving costs nothing. The screen does no I/O, renders only what is
// visible, and steps by pages, so that the frame stands still and only the
// highlight moves.
//
// Rules it keeps:
//   - rows, cursors and selections are held by commit hash, never by index: a
//     refresh does not change what Enter acts on;
//   - what has not been computed yet reads as such, never as an answer;
//   - foreign text is cleaned where it is shown, kept exact where it is matched.
package timeline
