package objstore

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"sync"
)

// inflater keeps a decompressor with its window: making one costs more than
// reading a small object. Reset takes one back from any state, so all of them
// go back to their pool.
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

// headInflater decompresses beginnings, whose checksum nobody compares.
type headInflater struct {
	src bytes.Reader
	fr  io.ReadCloser
}

var headInflaters = sync.Pool{New: func() any {
	f := new(headInflater)
	f.fr = flate.NewReader(&f.src)
	return f
}}

// inflate decompresses exactly size bytes; more or fewer are damage.
func inflate(src []byte, size int) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer f.putBack()
	if err := f.reset(src); err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	out := make([]byte, size)
	if _, err := io.ReadFull(f.zr, out); err != nil {
		return nil, fmt.Errorf("decompress: %w", noEOF(err))
	}
	return out, f.atEnd()
}

// zlibBody cuts the two bytes of a zlib header (RFC 1950) off; false for a
// header that no git writes.
func zlibBody(src []byte) ([]byte, bool) {
	if len(src) < 2 || src[0]&15 != 8 || src[0]>>4 > 7 || src[1]&32 != 0 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return nil, false
	}
	return src[2:], true
}

// inflateHead decompresses at most the first len(out) bytes of what the first
// most compressed bytes hold. A decompressor works off a whole block, up to its
// window, before it gives anything: it gives the beginning early only where its
// input ends early.
func inflateHead(src, out []byte, most int) (int, error) {
	body, ok := zlibBody(src)
	if !ok {
		return 0, errors.New("decompress: not a zlib stream")
	}
	f := headInflaters.Get().(*headInflater)
	defer headInflaters.Put(f)
	f.src.Reset(body[:min(most, len(body))])
	if err := f.fr.(flate.Resetter).Reset(&f.src, nil); err != nil {
		return 0, fmt.Errorf("decompress: %w", err)
	}
	n, err := io.ReadFull(f.fr, out)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return 0, fmt.Errorf("decompress: %w", err)
	}
	return n, nil
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
