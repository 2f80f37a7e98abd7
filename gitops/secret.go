package gitops

import (
	"fmt"
	"io"
)

// hiddenSecret is what every way of printing a Secret gives.
const hiddenSecret = "***"

// Secret is a text that must never be printed: a token, a password. The text
// lies behind a pointer, since fmt prints what it finds in unexported fields
// without asking the value; a pointer is the end of that road. Two secrets are
// never compared by ==.
type Secret struct {
	_    [0]func()
	text *string
}

// NewSecret hides text; an empty one is no secret at all.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// Reveal gives the text, for the one place that sends it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Format implements fmt.Formatter for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s.text == nil {
		return ""
	}
	return hiddenSecret
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// MarshalText implements encoding.TextMarshaler, for records and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
