package treediff

import (
	"bytes"
	"math"
	"math/bits"
	"slices"
)

// MaxScore is the score of two identical files. Scores count in 1/60000, as
// git's do, so that a threshold in percent is exact.
const MaxScore = 60000

// DefaultScore is git's threshold for a rename: half of the larger file.
const DefaultScore = MaxScore / 2

// sniffLength is how far git looks for a NUL byte before it calls a file text.
const sniffLength = 8000

// IsBinary reports whether git treats the content as binary where no
// attribute says otherwise: a NUL byte among the first 8000.
func IsBinary(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), sniffLength)], 0) >= 0
}

// chunkLimit and chunkBuckets are the two numbers of git's estimate: content
// is cut after each line feed and after 64 bytes, and chunks are told apart by
// a hash below this prime. Both show in the scores, so both must be the same.
const (
	chunkLimit   = 64
	chunkBuckets = 107927
)

// chunk is how many bytes of a file fall on one hash value.
type chunk struct{ hash, bytes uint32 }

// fingerprint is what similarity needs to know of a file: its size in bytes
// and its chunks in the order of their hashes.
type fingerprint struct {
	size   int
	chunks []chunk
	// crlf says that a line ends in a carriage return and a line feed.
	crlf bool
}

// fingerprinter cuts files into chunks. Its table is reused from file to file
// and is all zero between two of them.
type fingerprinter struct {
	table   []uint32
	touched []uint32
	// dropTail leaves out what follows the last line feed (git before 2.44).
	dropTail bool
}

// take is the inner loop of a search for renames. The hash of a chunk is a 64
// bit word in two halves: turned left by seven bits for each byte, which is then
// added to the lower half alone.
func (f *fingerprinter) take(data []byte, as Reading) fingerprint {
	if f.table == nil {
		f.table = make([]uint32, chunkBuckets)
	}
	f.touched = f.touched[:0]
	text, crlf := as == ReadAsText || as == ReadByContent && !IsBinary(data), false
	var word uint64
	var length uint32
	for i, c := range data {
		if c == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			if crlf = true; text {
				continue
			}
		}
		word = bits.RotateLeft64(word, 7)
		word = word&^math.MaxUint32 | uint64(uint32(word)+uint32(c))
		length++
		if c == '\n' || length == chunkLimit {
			f.count(word, length)
			word, length = 0, 0
		}
	}
	if length > 0 && !f.dropTail {
		f.count(word, length)
	}
	return fingerprint{size: len(data), chunks: f.drain(), crlf: crlf}
}

func (f *fingerprinter) count(word uint64, length uint32) {
	slot := (uint32(word) + uint32(word>>32)*0x61) % chunkBuckets
	if f.table[slot] == 0 {
		f.touched = append(f.touched, slot)
	}
	f.table[slot] += length
}

func (f *fingerprinter) drain() []chunk {
	slices.Sort(f.touched)
	chunks := make([]chunk, len(f.touched))
	for i, slot := range f.touched {
		chunks[i] = chunk{hash: slot, bytes: f.table[slot]}
		f.table[slot] = 0
	}
	return chunks
}

// similarity scores two files: the bytes in common against the larger of the
// two. Files whose sizes alone rule out the threshold score 0.
func similarity(a, b fingerprint, threshold int) int {
	larger, smaller := max(a.size, b.size), min(a.size, b.size)
	if larger*(MaxScore-threshold) < (larger-smaller)*MaxScore {
		return 0
	}
	if b.size == 0 {
		return 0
	}
	return commonBytes(a.chunks, b.chunks) * MaxScore / larger
}

func commonBytes(a, b []chunk) int {
	total := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		switch {
		case x.hash < y.hash:
			i++
		case x.hash > y.hash:
			j++
		default:
			total += int(min(x.bytes, y.bytes))
			i++
			j++
		}
	}
	return total
}
