package gitops

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strconv"
)

// Hash is the SHA-1 id of a git object. The zero Hash stands for "no object",
// as git's own all-zero id does.
type Hash [20]byte

// ParseHash reads a full, 40 digit hexadecimal object id.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) {
		return Hash{}, fmt.Errorf("object id %q: want 40 hexadecimal digits", s)
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return Hash{}, fmt.Errorf("object id %q: %w", s, err)
	}
	return h, nil
}

// MustHash is ParseHash for constants; it panics on a malformed id.
func MustHash(s string) Hash {
	h, err := ParseHash(s)
	if err != nil {
		panic(err)
	}
	return h
}

// String gives the 40 digit hexadecimal form.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short gives the seven digit form that people say aloud.
func (h Hash) Short() string { return hex.EncodeToString(h[:4])[:7] }

// IsZero reports whether h names no object.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes the 40 digit form, so that a Hash is a string in JSON.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(b []byte) error {
	parsed, err := ParseHash(string(b))
	if err != nil {
		return err
	}
	*h = parsed
	return nil
}

// ObjectKind is the type of a git object as its header spells it.
type ObjectKind string

// The kinds of object that git stores.
const (
	KindBlob   ObjectKind = "blob"
	KindTree   ObjectKind = "tree"
	KindCommit ObjectKind = "commit"
	KindTag    ObjectKind = "tag"
)

// Object is a git object that need not be stored anywhere yet.
type Object struct {
	Hash Hash
	Kind ObjectKind
	Data []byte
}

// NewObject names data as git would.
func NewObject(kind ObjectKind, data []byte) Object {
	return Object{Hash: HashObject(kind, data), Kind: kind, Data: data}
}

// HashObject computes the id that git gives to an object of this kind and
// content.
func HashObject(kind ObjectKind, data []byte) Hash {
	d := sha1.New()
	d.Write([]byte(kind))
	d.Write([]byte{' '})
	d.Write(strconv.AppendInt(nil, int64(len(data)), 10))
	d.Write([]byte{0})
	d.Write(data)
	var h Hash
	d.Sum(h[:0])
	return h
}
