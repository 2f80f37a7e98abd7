package gitops

import (
	"strings"
	"time"
)

// Signature says who did something, and when in their own time zone.
type Signature struct {
	Name  string
	Email string
	When  time.Time
}

// Commit is one commit as its object tells it, nothing inferred.
type Commit struct {
	Hash      Hash
	Tree      Hash
	Parents   []Hash
	Author    Signature
	Committer Signature
	// Message is the whole message, byte for byte.
	Message string
}

// Subject is the first paragraph of the message on one line, as git shows it.
func (c Commit) Subject() string {
	var words []string
	for line := range strings.Lines(c.Message) {
		fields := strings.Fields(line)
		// A line of nothing but blanks ends a paragraph, as a bare line ending
		// behind a carriage return does.
		if len(fields) == 0 && len(words) > 0 {
			break
		}
		words = append(words, fields...)
	}
	return strings.Join(words, " ")
}

// IsMerge reports whether the commit has more than one parent.
func (c Commit) IsMerge() bool { return len(c.Parents) > 1 }

// IsRoot reports whether the commit has no parent.
func (c Commit) IsRoot() bool { return len(c.Parents) == 0 }

// Links are what a walk through history needs of a commit: its parents and its
// committer's time, in seconds since 1970.
type Links struct {
	Parents []Hash
	When    int64
}

// Tag is one tag of the repository with what it finally points at.
type Tag struct {
	// Name is the short name, without refs/tags/.
	Name string
	// Object is what the ref holds: a tag object, or for a lightweight tag
	// the commit itself.
	Object Hash
	// Commit is the commit behind the tag, through nested tags too. Zero when
	// the tag names a tree or a blob.
	Commit Hash
	// Annotated and Signed describe the tag object, false for lightweight tags.
	Annotated bool
	Signed    bool
	// Tagger is the tag object's tagger, or the commit's committer for a
	// lightweight tag: the best that is known of who released it and when.
	Tagger Signature
	// Message is the tag object's message without its signature.
	Message string
}
