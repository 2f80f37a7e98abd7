// Package packedrefs cuts packed-refs into its parts: hosts offer a ref or two
// for each pull request, tens of thousands, of which nobody asks for any.
//
// Promise: a part holds, byte for byte, the lines whose names begin with a
// prefix, each with the line of what it points at behind it.
//
// Rules it keeps:
//   - it only looks where git says that the file is sorted, and gives up at the
//     first line that is not as git writes it: then the caller reads everything.
package packedrefs

import (
	"bytes"
	"strings"
)

// nameAt is where the name begins in a line: behind an id and a space.
const nameAt = 41

// Header gives the first line, which says what the writer promised; empty where
// there is none.
func Header(data []byte) []byte {
	if len(data) == 0 || data[0] != '#' {
		return nil
	}
	return data[:lineEnd(data, 0)]
}

// Section gives the part of a sorted file whose names begin with prefix. ok is
// false where the file does not say that it is sorted, or is damaged where this
// looks.
func Section(data []byte, prefix string) (part []byte, ok bool) {
	header := Header(data)
	if !strings.Contains(strings.TrimRight(string(header), "\r\n")+" ", " sorted ") {
		return nil, false
	}
	refs := data[len(header):]
	from, ok := search(refs, func(name []byte) bool { return string(name) >= prefix })
	if !ok {
		return nil, false
	}
	to, ok := search(refs[from:], func(name []byte) bool { return !bytes.HasPrefix(name, []byte(prefix)) })
	return refs[from : from+to], ok
}

// search finds the first ref for which past holds, by halving.
func search(refs []byte, past func(name []byte) bool) (at int, ok bool) {
	low, high := 0, len(refs)
	for low < high {
		start := lineStart(refs, low, low+(high-low)/2)
		for start > low && refs[start] == '^' {
			start = lineStart(refs, low, start-1)
		}
		end := lineEnd(refs, start)
		if end-start <= nameAt || refs[start+nameAt-1] != ' ' {
			return 0, false
		}
		if past(bytes.TrimRight(refs[start+nameAt:end], "\r\n")) {
			high = start
			continue
		}
		for low = end; low < len(refs) && refs[low] == '^'; {
			low = lineEnd(refs, low)
		}
	}
	return low, true
}

// lineStart is where the line begins that at lies in, but not before low.
func lineStart(data []byte, low, at int) int {
	return low + bytes.LastIndexByte(data[low:at], '\n') + 1
}

// lineEnd is behind the line feed of the line that at lies in.
func lineEnd(data []byte, at int) int {
	if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(data)
}
