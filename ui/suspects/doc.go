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

// RunsWanted asks which commit a person means by what production runs.
type RunsWanted struct {
	ID   int
	Name string
}

// RunsFound brings it; an answer to an earlier question is dropped.
type RunsFound struct {
	ID     int
	Commit gitops.Hash
	Err    error
}

// Recalled brings the answers that an earlier run was given.
type Recalled struct{ Answers []gitops.Answer }

// ForgetWanted says that what was tried counts no longer.
type ForgetWanted struct{}

// NotForgotten says that it will count again the next time.
type NotForgotten struct{ Err error }

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
	// Cut says that it is the end of a longer file.
	Cut bool
	Err error
}

// Closed says that the person went back; what they wrote is kept.
type Closed struct{}
