package objstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"

	"ahead/gitops"
)

var errUnknownFormat = errors.New("unknown format")

const (
	idLen       = len(gitops.Hash{})
	idxHeader   = 8
	fanoutLen   = 256 * 4
	idxTrailer  = 2 * idLen
	bigOffset   = 1 << 31
	idxMagic    = "\xfftOc"
	idxMinBytes = idxHeader + fanoutLen + idxTrailer
)

// index is a pack index of version 2 over mapped memory: fanout, sorted ids,
// checksums, 31 bit offsets, and 64 bit offsets for what lies beyond 2 GiB.
type index struct {
	data  []byte
	count int
}

func parseIndex(data []byte) (index, error) {
	if len(data) < idxMinBytes {
		return index{}, fmt.Errorf("index of %d bytes is cut off", len(data))
	}
	if string(data[:4]) != idxMagic {
		// Version 1 has no magic: it begins with its fanout.
		return index{}, fmt.Errorf("index version 1: %w", errUnknownFormat)
	}
	if v := binary.BigEndian.Uint32(data[4:]); v != 2 {
		return index{}, fmt.Errorf("index version %d: %w", v, errUnknownFormat)
	}
	x := index{data: data}
	previous := 0
	for i := range 256 {
		n := x.fanout(i)
		if n < previous {
			return index{}, fmt.Errorf("index fanout falls at %d", i)
		}
		previous = n
	}
	x.count = previous
	if need := idxMinBytes + x.count*(idLen+4+4); len(data) < need {
		return index{}, fmt.Errorf("index of %d objects needs %d bytes and has %d", x.count, need, len(data))
	}
	return x, nil
}

func (x index) fanout(i int) int {
	return int(binary.BigEndian.Uint32(x.data[idxHeader+4*i:]))
}

func (x index) id(i int) []byte {
	at := idxHeader + fanoutLen + i*idLen
	return x.data[at : at+idLen]
}

// bucket gives the rows whose ids begin with the byte first.
func (x index) bucket(first byte) (low, high int) {
	if first > 0 {
		low = x.fanout(int(first) - 1)
	}
	return low, x.fanout(int(first))
}

// find gives the offset of an object in the pack.
func (x index) find(h gitops.Hash) (offset uint64, ok bool, err error) {
	low, high := x.bucket(h[0])
	row := low + sort.Search(high-low, func(i int) bool { return bytes.Compare(x.id(low+i), h[:]) >= 0 })
	if row >= high || !bytes.Equal(x.id(row), h[:]) {
		return 0, false, nil
	}
	offset, err = x.offset(row)
	return offset, err == nil, err
}

func (x index) offset(row int) (uint64, error) {
	table := idxHeader + fanoutLen + x.count*(idLen+4)
	short := binary.BigEndian.Uint32(x.data[table+4*row:])
	if short < bigOffset {
		return uint64(short), nil
	}
	at := table + 4*x.count + 8*int(short-bigOffset)
	if at+8 > len(x.data)-idxTrailer {
		return 0, fmt.Errorf("index row %d points outside of the index", row)
	}
	return binary.BigEndian.Uint64(x.data[at:]), nil
}

// packSum is the checksum that the pack of this index ends in.
func (x index) packSum() []byte {
	at := len(x.data) - idxTrailer
	return x.data[at : at+idLen]
}

// withPrefix calls yield for each id that begins with the given half bytes.
func (x index) withPrefix(p prefix, yield func(gitops.Hash)) {
	low, high := x.bucket(p.from[0])
	row := low + sort.Search(high-low, func(i int) bool { return bytes.Compare(x.id(low+i), p.from[:]) >= 0 })
	for ; row < high; row++ {
		h := gitops.Hash(x.id(row))
		if !p.matches(h) {
			return
		}
		yield(h)
	}
}
