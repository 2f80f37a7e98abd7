package objstore

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"
)

// inflater keeps a decompressor with its windows: making one costs more than
// reading a small object.
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

// inflate decompresses exactly size bytes; more or fewer are damage.
func inflate(src []byte, size int) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	if err := f.reset(src); err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	out := make([]byte, size)
	if _, err := io.ReadFull(f.zr, out); err != nil {
		return nil, fmt.Errorf("decompress: %w", noEOF(err))
	}
	if err := f.atEnd(); err != nil {
		return nil, err
	}
	// Only a decompressor that ended well is used again.
	inflaters.Put(f)
	return out, nil
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
