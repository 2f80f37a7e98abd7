package linediff

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// Table gives every distinct line a small number, so that lines compare in one
// step, and keeps the working memory that diffs over those numbers share.
// Several texts interned in one Table can be diffed pairwise, in whole or in
// part. A Table is not safe for concurrent use.
type Table struct {
	seed   maphash.Seed
	slots  []int32 // open addressing; id+1, 0 is free
	hashes []uint64
	text   []Line // by id

	// By id, all zero between diffs: clearing them after each use costs the
	// size of the region, allocating them would cost the size of the texts.
	count, countB []int32
	head          []int32
}

// NewTable makes an empty Table.
func NewTable() *Table {
	return &Table{seed: maphash.MakeSeed(), slots: make([]int32, 64)}
}

// maxResetSlots bounds what is cleared for the next, perhaps small, text.
const maxResetSlots = 1 << 16

// Reset forgets all lines and keeps the memory, so that one Table can serve one
// merge after another. Texts that it read before are no longer its own.
func (t *Table) Reset() {
	if len(t.slots) > maxResetSlots {
		*t = *NewTable()
		return
	}
	clear(t.slots)
	clear(t.text)
	t.text, t.hashes = t.text[:0], t.hashes[:0]
}

// Intern gives the numbers of lines, in order. The Table refers to the lines'
// memory, which must not change afterwards.
func (t *Table) Intern(lines []Line) []int32 {
	ids := make([]int32, len(lines))
	for i, line := range lines {
		ids[i] = t.id(line)
	}
	return ids
}

func (t *Table) id(line Line) int32 {
	h := maphash.Bytes(t.seed, line)
	mask := uint64(len(t.slots) - 1)
	at := h & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		id := t.slots[at] - 1
		if t.hashes[id] == h && bytes.Equal(t.text[id], line) {
			return id
		}
	}
	id := int32(len(t.text))
	t.slots[at] = id + 1
	t.text = append(t.text, line)
	t.hashes = append(t.hashes, h)
	if 2*len(t.text) > len(t.slots) {
		t.grow()
	}
	return id
}

// reserve makes room for n more lines, all of them different.
func (t *Table) reserve(n int) {
	n += len(t.text)
	size := len(t.slots)
	for size < 2*n {
		size *= 2
	}
	if size > len(t.slots) {
		t.resize(size)
	}
	t.text = slices.Grow(t.text, n-len(t.text))
	t.hashes = slices.Grow(t.hashes, n-len(t.hashes))
}

func (t *Table) grow() { t.resize(4 * len(t.slots)) }

func (t *Table) resize(size int) {
	t.slots = make([]int32, size)
	mask := uint64(len(t.slots) - 1)
	for id, h := range t.hashes {
		at := h & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = int32(id) + 1
	}
}

// scratch makes the per-id arrays large enough for every id given so far.
func (t *Table) scratch() {
	if n := len(t.text); len(t.count) < n {
		t.count = make([]int32, n)
		t.countB = make([]int32, n)
		t.head = make([]int32, n)
	}
}
