package objstore

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
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

var deflaters = sync.Pool{New: func() any { return new(deflater) }}

// zlibBody cuts the two bytes of a zlib header (RFC 1950) off; false for a
// header that no git writes.
func zlibBody(src []byte) ([]byte, bool) {
	if len(src) < 2 || src[0]&15 != 8 || src[0]>>4 > 7 || src[1]&32 != 0 || (int(src[0])<<8|int(src[1]))%31 != 0 {
		return nil, false
	}
	return src[2:], true
}

// inflate decompresses exactly size bytes; more or fewer are damage.
func inflate(src []byte, size int) ([]byte, error) {
	if out, ok := inflateFast(src, size); ok {
		return out, nil
	}
	return inflateSlow(src, size)
}

// inflateFast gives up on everything that is not in perfect order.
func inflateFast(src []byte, size int) ([]byte, bool) {
	body, ok := zlibBody(src)
	if !ok {
		return nil, false
	}
	d := deflaters.Get().(*deflater)
	defer deflaters.Put(d)
	out := make([]byte, size)
	n, rest, ok := d.inflate(body, out)
	if !ok || n != size || len(rest) < 4 || binary.BigEndian.Uint32(rest) != adler32.Checksum(out) {
		return nil, false
	}
	return out, true
}

// inflateHead decompresses at most the first len(out) bytes, whose checksum
// nobody compared.
func inflateHead(src, out []byte) (int, error) {
	if body, ok := zlibBody(src); ok {
		d := deflaters.Get().(*deflater)
		defer deflaters.Put(d)
		if n, _, ok := d.inflate(body, out); ok {
			return n, nil
		}
	}
	f := inflaters.Get().(*inflater)
	if err := f.reset(src); err != nil {
		return 0, fmt.Errorf("decompress: %w", err)
	}
	n, err := io.ReadFull(f.zr, out)
	if err != nil && err != io.ErrUnexpectedEOF {
		return 0, fmt.Errorf("decompress: %w", noEOF(err))
	}
	return n, nil
}

func inflateSlow(src []byte, size int) ([]byte, error) {
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
