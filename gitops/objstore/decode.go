package objstore

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// DecodeCommit reads the content of a commit object, by go-git's own reading.
// As git does, it insists on the tree and on whole parent ids only: histories
// hold authors without an address, dates before 1970 and time zones that no
// land ever had. Those lines are read here.
func DecodeCommit(h gitops.Hash, data []byte) (gitops.Commit, error) {
	var read object.Commit
	if err := read.Decode(stored{kind: plumbing.CommitObject, id: h, data: data}); err != nil {
		return gitops.Commit{}, fmt.Errorf("commit: %w", err)
	}
	c := gitops.Commit{Hash: h, Tree: gitops.Hash(read.TreeHash), Message: read.Message}
	for _, parent := range read.ParentHashes {
		c.Parents = append(c.Parents, gitops.Hash(parent))
	}
	c.Author = signature(read.Author, data, "author ")
	c.Committer = signature(read.Committer, data, "committer ")
	return c, nil
}

// signature takes go-git's reading of an ordinary line, and reads the odd ones
// as git does.
func signature(read object.Signature, data []byte, key string) gitops.Signature {
	_, offset := read.When.Zone()
	seconds := read.When.Unix()
	if !read.When.IsZero() && seconds > 0 && seconds < maxSeconds && offset > -86400 && offset < 86400 &&
		read.Name == strings.TrimSpace(read.Name) && !strings.ContainsAny(read.Name, "<>") && !strings.ContainsAny(read.Email, "<> \t") {
		return gitops.Signature{Name: read.Name, Email: read.Email, When: inZone(read.When, offset)}
	}
	headers, _ := splitHeaders(data)
	for !headers.done() {
		if value, ok := strings.CutPrefix(headers.next(), key); ok {
			return DecodeSignature(value)
		}
	}
	return gitops.Signature{}
}

// inZone gives times in UTC the one location that compares equal.
func inZone(t time.Time, offset int) time.Time {
	if offset == 0 {
		return t.UTC()
	}
	return t
}

// TagObject is what an annotated tag's object says.
type TagObject struct {
	Target     gitops.Hash
	TargetKind gitops.ObjectKind
	Name       string
	Tagger     gitops.Signature
	Signed     bool
	// Message is without the signature.
	Message string
}

// DecodeTag reads the content of a tag object. Tags from before 2005 have no
// tagger.
func DecodeTag(data []byte) (TagObject, error) {
	var t TagObject
	headers, message := splitHeaders(data)
	value, ok := strings.CutPrefix(headers.next(), "object ")
	if !ok {
		return TagObject{}, errors.New("tag does not begin with its object")
	}
	var err error
	if t.Target, err = gitops.ParseHash(value); err != nil {
		return TagObject{}, fmt.Errorf("tag: %w", err)
	}
	for !headers.done() {
		key, value, _ := strings.Cut(headers.next(), " ")
		switch key {
		case "type":
			t.TargetKind = gitops.ObjectKind(value)
		case "tag":
			t.Name = value
		case "tagger":
			t.Tagger = DecodeSignature(value)
		case "gpgsig", "gpgsig-sha256":
			t.Signed = true
		}
	}
	t.Message = string(message)
	if at := signatureStart(t.Message); at >= 0 {
		t.Message, t.Signed = t.Message[:at], true
	}
	return t, nil
}

// signatureStart finds where the signature that ends a tag's message begins.
func signatureStart(message string) int {
	for _, mark := range []string{"-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----", "-----BEGIN SSH SIGNATURE-----", "-----BEGIN SIGNED MESSAGE-----"} {
		if strings.HasPrefix(message, mark) {
			return 0
		}
		if at := strings.LastIndex(message, "\n"+mark); at >= 0 {
			return at + 1
		}
	}
	return -1
}

// headerLines walks the lines before the message, continuation lines (which
// begin with a space) left out: none of them is needed.
type headerLines struct{ rest []byte }

func splitHeaders(data []byte) (*headerLines, []byte) {
	if bytes.HasPrefix(data, []byte{'\n'}) {
		return &headerLines{}, data[1:]
	}
	head, message, _ := bytes.Cut(data, []byte("\n\n"))
	return &headerLines{rest: head}, message
}

func (l *headerLines) done() bool { return len(l.rest) == 0 }

func (l *headerLines) next() string {
	line, rest, _ := bytes.Cut(l.rest, []byte{'\n'})
	for len(rest) > 0 && rest[0] == ' ' {
		_, rest, _ = bytes.Cut(rest, []byte{'\n'})
	}
	l.rest = rest
	return string(line)
}

// DecodeSignature reads "NAME <EMAIL> SECONDS ZONE" as git does: the address
// ends at the first '>', the date stands behind the last one, and what cannot
// be read as a date is the beginning of 1970.
func DecodeSignature(s string) gitops.Signature {
	sig := gitops.Signature{When: time.Unix(0, 0).UTC()}
	name, rest, ok := strings.Cut(s, "<")
	sig.Name = strings.TrimSpace(name)
	if !ok {
		return sig
	}
	sig.Email, _, _ = strings.Cut(rest, ">")
	sig.Email = strings.TrimSpace(sig.Email)
	fields := strings.Fields(rest[strings.LastIndexByte(rest, '>')+1:])
	if len(fields) == 0 {
		return sig
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil || seconds > maxSeconds || seconds < -maxSeconds {
		return sig
	}
	zone := time.UTC
	if len(fields) > 1 {
		zone = decodeZone(fields[1])
	}
	sig.When = time.Unix(seconds, 0).In(zone)
	return sig
}

// maxSeconds is the end of the year 9999: later times cannot be written down
// in any of the formats that the commands promise.
const maxSeconds = 253402300799

// decodeZone reads +hhmm. Offsets of more than a day are nonsense that some
// tools wrote; UTC is the honest reading.
func decodeZone(s string) *time.Location {
	n, err := strconv.Atoi(s)
	if err != nil || n == 0 {
		return time.UTC
	}
	offset := (n/100*60 + n%100) * 60
	if offset < -86400 || offset > 86400 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}
