package objstore

import (
	"bytes"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
)

// stored is an object whose content was checked against its id already, as
// go-git wants to be given it. plumbing.MemoryObject would hash it once more.
type stored struct {
	kind plumbing.ObjectType
	id   [20]byte
	data []byte
}

var _ plumbing.EncodedObject = stored{}

func (s stored) Hash() plumbing.Hash            { return s.id }
func (s stored) Type() plumbing.ObjectType      { return s.kind }
func (s stored) Size() int64                    { return int64(len(s.data)) }
func (s stored) Reader() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(s.data)), nil }
func (stored) SetType(plumbing.ObjectType)      {}
func (stored) SetSize(int64)                    {}
func (stored) Writer() (io.WriteCloser, error)  { return nil, ErrReadOnly }
