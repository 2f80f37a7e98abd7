package forge

import (
	"context"
	"errors"
	"time"

	"ahead/gitops"
)

// Problem is the trouble as an error that a person gets to read. It is a
// *gitops.Error and the *Trouble itself to errors.As, and tells by RetryAt when
// it makes sense to ask again.
func (t *Trouble) Problem(hint string) error {
	if t.Kind == NotAccepted && t.Source != "" {
		hint = "renew the token of " + t.Source + "; " + hint
	}
	e := &gitops.Error{Code: gitops.CodeForge, What: t.Error(), Hint: hint}
	if errors.Is(t.gaveUp, context.Canceled) {
		e.Err = t.gaveUp
	}
	return &problem{said: e, trouble: t}
}

// problem is what Problem gives. The sentence does not have the trouble for its
// cause, or it would be said twice.
type problem struct {
	said    *gitops.Error
	trouble *Trouble
}

// Error gives the sentence.
func (p *problem) Error() string { return p.said.Error() }

// Unwrap gives both: the words for a person, and what a caller decides on.
func (p *problem) Unwrap() []error { return []error{p.said, p.trouble} }

// RetryAt is when the server may be asked again; zero where it does not say.
func (p *problem) RetryAt() time.Time { return p.trouble.Until }
