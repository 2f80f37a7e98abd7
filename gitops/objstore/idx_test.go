package objstore

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"ahead/gitops"

	"pgregory.net/rapid"
)

// indexOf writes an index of version 2 over the ids, the row as the offset.
func indexOf(ids []gitops.Hash) []byte {
	b := []byte(idxMagic + "\x00\x00\x00\x02")
	for first := range 256 {
		n := 0
		for _, id := range ids {
			if int(id[0]) <= first {
				n++
			}
		}
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	for _, id := range ids {
		b = append(b, id[:]...)
	}
	b = append(b, make([]byte, 4*len(ids))...)
	for row := range ids {
		b = binary.BigEndian.AppendUint32(b, uint32(row))
	}
	return append(b, make([]byte, idxTrailer)...)
}

// TestEveryIDIsFoundHoweverTheyAreSpread: evenly as hashes are, all in a heap
// at one end, or differing only at their ends.
func TestEveryIDIsFoundHoweverTheyAreSpread(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 600).Draw(rt, "n")
		bytesSame := rapid.SampledFrom([]int{1, 1, 2, 3, 9, 19}).Draw(rt, "same")
		fill := rapid.SampledFrom([]byte{0, 0x80, 0xff}).Draw(rt, "fill")
		seed := rapid.Uint64().Draw(rt, "seed")
		var ids []gitops.Hash
		for i := range n {
			id := gitops.HashObject(gitops.KindBlob, binary.BigEndian.AppendUint64(nil, seed+uint64(i)))
			copy(id[:bytesSame], bytes.Repeat([]byte{fill}, bytesSame))
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b gitops.Hash) int { return bytes.Compare(a[:], b[:]) })
		ids = slices.Compact(ids)
		x, err := parseIndex(indexOf(ids))
		if err != nil {
			rt.Fatal(err)
		}
		for row, id := range ids {
			if at, ok, err := x.find(id); !ok || err != nil || at != uint64(row) {
				rt.Fatalf("row %d: found %v at %d, %v", row, ok, at, err)
			}
			id[19]++
			_, listed := slices.BinarySearchFunc(ids, id, func(a, b gitops.Hash) int { return bytes.Compare(a[:], b[:]) })
			if _, ok, _ := x.find(id); ok != listed {
				rt.Fatalf("%s: found %v, listed %v", id, ok, listed)
			}
		}
	})
}
