package objstore

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"

	"ahead/gitops/inflate"
)

// inflater keeps a decompressor with its window, for loose objects: how long
// they are stands in what is compressed. Reset takes one back from any state, so
// all of them go back to their pool.
type inflater struct {
	src bytes.Reader
	zr  io.ReadCloser
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

func (f *inflater) reset(src []byte) error {
	f.src.Reset(src)
	if f.zr == nil {
		zr, err := zlib.NewReader(&f.src)
		if err != nil {
			return err
		}
		f.zr = zr
		return nil
	}
	return f.zr.(zlib.Resetter).Reset(&f.src, nil)
}

// putBack lets go of what was read, which would otherwise stay reachable.
func (f *inflater) putBack() {
	f.src.Reset(nil)
	inflaters.Put(f)
}

// inflated decompresses exactly size bytes; more or fewer are damage.
func inflated(src []byte, size int) ([]byte, error) {
	out := make([]byte, size)
	return out, inflate.Zlib(out, src)
}

// atEnd makes the decompressor compare its checksum, which it does at the end
// of the stream only.
func (f *inflater) atEnd() error {
	var one [1]byte
	n, err := io.ReadFull(f.zr, one[:])
	switch {
	case n > 0:
		return errors.New("decompress: more bytes than the header says")
	case err != io.EOF:
		return fmt.Errorf("decompress: %w", noEOF(err))
	}
	return nil
}

// noEOF keeps the end of a cut-off object from looking like the regular end
// of something further up.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
