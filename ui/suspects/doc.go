// Package suspects is the screen on which a person says what they know of the
// trouble: a stack trace, an error's words, paths, a time.
//
// Promise: whatever is pasted is text. It never acts, it is bounded, and it is
// shown cleaned; nothing of it leaves the machine.
//
// Rules it keeps:
//   - any of the fields is enough, and none is needed;
//   - what was told stays until it is cleared: coming back shows it as it was;
//   - where others watch, secrets are masked before lines are cut or scrolled,
//     since half of a token is not recognised as one.
package suspects

import "ahead/gitops"

// RankWanted asks for the suspects by this evidence.
type RankWanted struct{ Evidence gitops.Evidence }

// LoadWanted asks for the text of a file that a person named.
type LoadWanted struct {
	ID   int
	Path string
}

// Loaded brings it; an answer to an earlier question is dropped.
type Loaded struct {
	ID   int
	Path string
	Text string
	Err  error
}

// Closed says that the person went back; what they wrote is kept.
type Closed struct{}
