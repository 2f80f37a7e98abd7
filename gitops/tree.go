package gitops

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
)

// Mode is the mode of a tree entry, in the few values that git stores.
type Mode uint32

// The modes that git writes.
const (
	ModeTree       Mode = 0o040000
	ModeFile       Mode = 0o100644
	ModeExecutable Mode = 0o100755
	ModeSymlink    Mode = 0o120000
	ModeSubmodule  Mode = 0o160000
)

// String gives the six digit octal form of `git ls-tree`.
func (m Mode) String() string { return fmt.Sprintf("%06o", uint32(m)) }

// IsRegular reports whether the entry is a plain or executable file. Old
// histories hold group-writable files (100664), which are regular too.
func (m Mode) IsRegular() bool { return m&0o170000 == 0o100000 }

// TreeEntry is one row of a tree object.
type TreeEntry struct {
	Name string
	Mode Mode
	Hash Hash
}

// IsTree reports whether the entry is a directory.
func (e TreeEntry) IsTree() bool { return e.Mode == ModeTree }

// SortEntries puts entries into the order that git demands inside a tree:
// bytewise, directories as if their name ended in a slash.
func SortEntries(entries []TreeEntry) {
	sort.Slice(entries, func(i, j int) bool { return entryKey(entries[i]) < entryKey(entries[j]) })
}

func entryKey(e TreeEntry) string {
	if e.IsTree() {
		return e.Name + "/"
	}
	return e.Name
}

// EncodeTree gives the content of the tree object that holds entries, which
// must be in the order of SortEntries.
func EncodeTree(entries []TreeEntry) []byte {
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(strconv.FormatUint(uint64(e.Mode), 8))
		b.WriteByte(' ')
		b.WriteString(e.Name)
		b.WriteByte(0)
		b.Write(e.Hash[:])
	}
	return b.Bytes()
}

// minEntry is the least that an entry takes: a digit, a space, a letter, a zero
// byte and the hash.
const minEntry = 4 + len(Hash{})

// DecodeTree reads the content of a tree object. A damaged tree gives an error
// that names the offset, never a partial list.
func DecodeTree(data []byte) ([]TreeEntry, error) {
	// The names share one copy of the content, which is half the time that a
	// copy each would take.
	text := string(data)
	var entries []TreeEntry
	// As many entries as there can be, which hashes with a zero byte in them
	// make a tenth too many at most.
	if n := min(bytes.Count(data, []byte{0}), len(data)/minEntry); n > 0 {
		entries = make([]TreeEntry, 0, n)
	}
	for pos := 0; pos < len(data); {
		space := bytes.IndexByte(data[pos:], ' ')
		if space <= 0 {
			return nil, fmt.Errorf("tree entry at byte %d: no mode", pos)
		}
		mode, err := strconv.ParseUint(text[pos:pos+space], 8, 32)
		if err != nil {
			return nil, fmt.Errorf("tree entry at byte %d: mode: %w", pos, err)
		}
		start := pos + space + 1
		nul := bytes.IndexByte(data[start:], 0)
		end := start + nul + 1 + len(Hash{})
		if nul <= 0 || len(data) < end {
			return nil, fmt.Errorf("tree entry at byte %d: cut off", pos)
		}
		e := TreeEntry{Name: text[start : start+nul], Mode: Mode(mode)}
		copy(e.Hash[:], data[start+nul+1:])
		entries = append(entries, e)
		pos = end
	}
	return entries, nil
}

// EmptyTree is the id of the tree without entries. Git knows it even where no
// repository stores it.
var EmptyTree = HashObject(KindTree, nil)
