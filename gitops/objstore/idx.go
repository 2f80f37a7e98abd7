package objstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"sort"

	"ahead/gitops"
)

const (
	idLen      = len(gitops.Hash{})
	idxHeader  = 8
	fanoutLen  = 256 * 4
	idxTrailer = 2 * idLen
	bigOffset  = 1 << 31
	idxMagic   = "\xfftOc"
)

// index is a pack index over mapped memory. Version 2 holds a header, the
// fanout, the sorted ids, their checksums, 31 bit offsets, and 64 bit offsets
// for what lies beyond 2 GiB. Version 1, from before 2007, has no header and
// rows of an offset and an id.
type index struct {
	data  []byte
	count int
	// fan is where the fanout begins, ids the first id, stride the distance
	// between two ids.
	fan, ids, stride int
}

func parseIndex(data []byte) (index, error) {
	x := index{data: data, ids: fanoutLen + 4, stride: 4 + idLen}
	row := x.stride
	if len(data) >= idxHeader && string(data[:4]) == idxMagic {
		if v := binary.BigEndian.Uint32(data[4:]); v != 2 {
			return index{}, fmt.Errorf("index version %d is not known", v)
		}
		x.fan, x.ids, x.stride = idxHeader, idxHeader+fanoutLen, idLen
		row = idLen + 4 + 4
	}
	least := x.fan + fanoutLen + idxTrailer
	if len(data) < least {
		return index{}, fmt.Errorf("index of %d bytes is cut off", len(data))
	}
	previous := 0
	for i := range 256 {
		n := x.fanout(i)
		if n < previous {
			return index{}, fmt.Errorf("index fanout falls at %d", i)
		}
		previous = n
	}
	x.count = previous
	if need := least + x.count*row; len(data) < need {
		return index{}, fmt.Errorf("index of %d objects needs %d bytes and has %d", x.count, need, len(data))
	}
	return x, nil
}

func (x index) fanout(i int) int {
	return int(binary.BigEndian.Uint32(x.data[x.fan+4*i:]))
}

func (x index) id(i int) []byte {
	at := x.ids + i*x.stride
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
	low, high = x.narrow(h, low, high)
	// Eight bytes decide nearly always.
	key := binary.BigEndian.Uint64(h[:])
	for low < high {
		middle := int(uint(low+high) / 2)
		id := x.id(middle)
		order := cmp.Compare(binary.BigEndian.Uint64(id), key)
		if order == 0 {
			order = bytes.Compare(id, h[:])
		}
		switch order {
		case 0:
			offset, err = x.offset(middle)
			return offset, err == nil, err
		case -1:
			low = middle + 1
		default:
			high = middle
		}
	}
	return 0, false, nil
}

// narrow guesses where in its bucket an id is: ids are spread evenly, so it is
// within a few rows of its share. That keeps a lookup in a large index to one
// or two pages of it. Whatever the ids are, the answer holds the row of h if
// low to high did.
func (x index) narrow(h gitops.Hash, low, high int) (int, int) {
	const near = 32
	if high-low < 4*near {
		return low, high
	}
	share := uint64(high-low) * uint64(binary.BigEndian.Uint32(h[1:])) >> 32
	guess := low + int(share)
	if from := guess - near; from > low {
		if bytes.Compare(x.id(from), h[:]) > 0 {
			return low, from
		}
		low = from
	}
	if to := guess + near; to < high {
		if bytes.Compare(x.id(to), h[:]) <= 0 {
			return to, high
		}
		high = to
	}
	return low, high
}

func (x index) offset(row int) (uint64, error) {
	if x.fan == 0 {
		return uint64(binary.BigEndian.Uint32(x.data[x.ids+row*x.stride-4:])), nil
	}
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
