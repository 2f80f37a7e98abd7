package inflate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
)

var (
	// ErrCorrupt is the error of a stream that breaks its format's rules.
	ErrCorrupt = errors.New("the compressed stream is damaged")
	// ErrLonger is the error of a stream that holds more than was asked for.
	ErrLonger = errors.New("the compressed stream holds more than it should")
	// ErrChecksum is the error of content that is not what was compressed.
	ErrChecksum = errors.New("the checksum of the compressed stream differs")
)

// Zlib decompresses a stream to exactly len(dst) bytes and compares its
// checksum. Bytes of src behind the stream do not matter. Errors wrap
// ErrCorrupt, ErrLonger, ErrChecksum, or io.ErrUnexpectedEOF for a stream that
// ends early or holds less; dst has no meaning then.
func Zlib(dst, src []byte) error {
	body, err := zlibBody(src)
	if err != nil {
		return err
	}
	d := decoders.Get().(*decoder)
	defer d.putBack()
	d.start(dst, body)
	if err := d.run(); err != nil {
		return fmt.Errorf("decompress: %w", err)
	}
	if d.out < len(dst) {
		return fmt.Errorf("decompress: %w", io.ErrUnexpectedEOF)
	}
	rest := d.rest()
	if len(rest) < adler32.Size {
		return fmt.Errorf("decompress: %w", io.ErrUnexpectedEOF)
	}
	if binary.BigEndian.Uint32(rest) != adler32.Checksum(dst) {
		return fmt.Errorf("decompress: %w", ErrChecksum)
	}
	return nil
}

// ZlibHead decompresses the beginning of a stream and gives its length:
// len(dst), or less where the stream holds less or src ends. No checksum is
// compared. Errors wrap ErrCorrupt.
func ZlibHead(dst, src []byte) (int, error) {
	body, err := zlibBody(src)
	if err != nil {
		return 0, err
	}
	d := decoders.Get().(*decoder)
	defer d.putBack()
	d.start(dst, body)
	switch err := d.run(); err {
	case nil, ErrLonger, io.ErrUnexpectedEOF:
		return d.out, nil
	default:
		return 0, fmt.Errorf("decompress: %w", err)
	}
}

// zlibBody cuts the two bytes of a header (RFC 1950) off. A stream with a preset
// dictionary is none that git writes.
func zlibBody(src []byte) ([]byte, error) {
	const deflate, window, dictionary = 8, 7, 32
	if len(src) < 2 {
		return nil, fmt.Errorf("decompress: %w", io.ErrUnexpectedEOF)
	}
	if src[0]&15 != deflate || src[0]>>4 > window || src[1]&dictionary != 0 || binary.BigEndian.Uint16(src)%31 != 0 {
		return nil, fmt.Errorf("decompress: not a zlib stream: %w", ErrCorrupt)
	}
	return src[2:], nil
}
