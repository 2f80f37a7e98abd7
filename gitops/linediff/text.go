package linediff

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Text is a text cut into lines that a Table has numbered. It is what Split
// and Intern give, in less memory and without pointers into the text.
type Text struct {
	// IDs are the numbers of the lines, in order.
	IDs  []int32
	data []byte
	// starts holds where each line begins and, last, where the text ends.
	starts []int
}

// Len is the number of lines.
func (t Text) Len() int { return len(t.IDs) }

// Size is the number of bytes.
func (t Text) Size() int { return len(t.data) }

// Lines gives the bytes of the lines [from, to). They share the text's memory,
// and an append to them does not reach into it.
func (t Text) Lines(from, to int) []byte {
	end := t.starts[to]
	return t.data[t.starts[from]:end:end]
}

// Read cuts and numbers a text. The Table refers to its memory, which must not
// change afterwards.
func (t *Table) Read(data []byte) Text { return t.ReadLike(data, Text{}) }

// resync is how many lines of the text expected are looked at for the place to
// go on after a line that was not the expected one.
const resync = 64

// ReadLike is Read for a text that is mostly the same as one read before: where
// it is, lines are compared, which is cheaper than to look for their number.
func (t *Table) ReadLike(data []byte, like Text) Text {
	n := bytes.Count(data, []byte{'\n'}) + 1
	out := Text{data: data, IDs: make([]int32, 0, n), starts: make([]int, 1, n+1)}
	if like.Len() == 0 {
		t.reserve(n)
	}
	expected := 0
	for pos := 0; pos < len(data); {
		if same := like.sameLines(expected, data[pos:]); same > 0 {
			shift := pos - like.starts[expected]
			out.IDs = append(out.IDs, like.IDs[expected:expected+same]...)
			for _, end := range like.starts[expected+1 : expected+same+1] {
				out.starts = append(out.starts, end+shift)
			}
			expected += same
			pos = like.starts[expected] + shift
			continue
		}
		end := bytes.IndexByte(data[pos:], '\n') + 1
		if end == 0 {
			end = len(data) - pos
		}
		known := len(t.text)
		id := t.id(data[pos : pos+end : pos+end])
		pos += end
		// A line that is new to the table is nowhere in the other text.
		if int(id) < known {
			expected = like.behind(id, expected)
		}
		out.IDs = append(out.IDs, id)
		out.starts = append(out.starts, pos)
	}
	return out
}

// sameLines counts the lines from line i on with which data begins. The last
// line of a text may lack its ending, and then is the beginning of others too.
func (t Text) sameLines(i int, data []byte) int {
	if i >= t.Len() {
		return 0
	}
	from := t.starts[i]
	common := from + commonLength(t.data[from:], data)
	n, found := slices.BinarySearch(t.starts[i+1:], common)
	if found {
		n++
	}
	if last := i + n; n > 0 && last == t.Len() && t.data[len(t.data)-1] != '\n' {
		n--
	}
	return n
}

// commonLength is the number of bytes with which both begin.
func commonLength(a, b []byte) int {
	const word = 8
	n, most := 0, min(len(a), len(b))
	for ; n+word <= most; n += word {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/word
		}
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// behind gives the line behind the next occurrence of id from line i on, and i
// itself where there is none nearby: then a line was put in.
func (t Text) behind(id int32, i int) int {
	ahead := t.IDs[i:min(i+resync, t.Len())]
	return i + slices.Index(ahead, id) + 1
}
