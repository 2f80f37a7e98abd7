package objstore

import (
	"bytes"

	"ahead/gitops"
)

// Origin is who made a tag and when: of an annotated tag its tagger, of a
// lightweight one the committer of its commit.
type Origin struct {
	Commit    gitops.Hash
	Annotated bool
	By        gitops.Signature
}

// Origin reads the beginning of what a tag's ref names. A repository may have
// tens of thousands of tags, which must be brought into the order of their
// dates before anybody looks at one. Like Links it compares nothing with the
// id. ok is false for all that is not in plain order (nested tags, tags without
// a tagger, loose objects, a target that is not here): read that as a whole.
func (g Graph) Origin(h gitops.Hash) (o Origin, ok bool) {
	head := beginnings.Get().(*beginning)
	defer beginnings.Put(head)
	for _, size := range heads {
		n, kind, ok := g.peek(g.substitute(h), head[:size])
		if !ok {
			return o, false
		}
		switch kind {
		case entryTag:
			o, ok = tagOrigin(head[:n])
		case entryCommit:
			o, ok = commitOrigin(head[:n])
			o.Commit = h
		default:
			return o, false
		}
		if ok {
			return o, kind == entryCommit || g.stored(o.Commit)
		}
	}
	return o, false
}

func tagOrigin(head []byte) (o Origin, ok bool) {
	o.Annotated = true
	if o.Commit, head, ok = idLine(head, "object "); !ok {
		return o, false
	}
	head, ok = bytes.CutPrefix(head, []byte("type commit\ntag "))
	_, head, more := bytes.Cut(head, []byte{'\n'})
	o.By, more = signedLine(head, "tagger ", more)
	return o, ok && more
}

func commitOrigin(head []byte) (o Origin, ok bool) {
	_, head, ok = idLine(head, "tree ")
	for more := ok; more; {
		_, head, more = idLine(head, "parent ")
	}
	author, head, more := bytes.Cut(head, []byte{'\n'})
	o.By, more = signedLine(head, "committer ", more)
	return o, ok && more && bytes.HasPrefix(author, []byte("author "))
}

// signedLine reads a whole signature line with an ordinary date.
func signedLine(head []byte, key string, ok bool) (gitops.Signature, bool) {
	line, _, whole := bytes.Cut(head, []byte{'\n'})
	value, found := bytes.CutPrefix(line, []byte(key))
	if _, plain := plainSeconds(line); !ok || !whole || !found || !plain {
		return gitops.Signature{}, false
	}
	return DecodeSignature(string(value)), true
}
