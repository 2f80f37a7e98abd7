// Package term is the border between ahead and the terminal.
//
// Promise: nothing that a repository, a remote or a server wrote can make the
// terminal do anything but show it, and what ahead believes to be n cells wide
// is n cells wide.
//
// Rules it keeps:
//   - foreign text passes Clean or CleanBlock once, before it is styled;
//     afterwards the only escape sequences in a frame are our own;
//   - the terminal is never asked anything: facts come from the environment
//     and from isatty;
//   - applied bytes are never cleaned: this is for eyes only.
package term

// The answer must be given before Bubble Tea asks; see that package.
import _ "ahead/ui/term/startup"
