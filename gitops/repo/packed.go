package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"ahead/gitops"
	"ahead/gitops/packedrefs"
)

// packedCache remembers packed-refs for as long as the file is the same one:
// git replaces it as a whole, never writes into it.
type packedCache struct {
	mu   sync.Mutex
	info fs.FileInfo
	refs packedRefs
}

// packedRefs are in the order of their names. A repository may have tens of
// thousands, of which most runs look at a few: a sorted list is made in a
// fraction of the time of a map. Only branches, remote-tracking branches and
// tags are in it: hosts offer a ref or two for each pull request, and nobody
// asks for those.
type packedRefs []namedRef

type namedRef struct {
	name string
	ref
}

func (p packedRefs) get(name string) (ref, bool) {
	i, ok := slices.BinarySearchFunc(p, name, func(r namedRef, name string) int { return strings.Compare(r.name, name) })
	if !ok {
		return ref{}, false
	}
	return p[i].ref, true
}

func (c *packedCache) read(path string) (packedRefs, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read packed refs: %w", err)
	}
	if c.info != nil && os.SameFile(c.info, info) && c.info.Size() == info.Size() && c.info.ModTime().Equal(info.ModTime()) {
		return c.refs, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read packed refs: %w", err)
	}
	c.info, c.refs = info, parsePacked(usualPart(data), isUsual)
	return c.refs, nil
}

// usualPart leaves out of a sorted file most of what parsePacked would pass over.
func usualPart(data []byte) string {
	var part strings.Builder
	part.Write(packedrefs.Header(data))
	for _, prefix := range []string{branchPrefix, remotePrefix, tagPrefix} {
		section, ok := packedrefs.Section(data, prefix)
		if !ok {
			return string(data)
		}
		part.Grow(len(section))
		part.Write(section)
	}
	return part.String()
}

// readOne finds a ref that read leaves out.
func readOne(path, name string) (ref, bool, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ref{}, false, nil
	}
	if err != nil {
		return ref{}, false, fmt.Errorf("read packed refs: %w", err)
	}
	refs := parsePacked(string(data), func(other string) bool { return other == name })
	one, ok := refs.get(name)
	return one, ok, nil
}

// isUsual tells the refs that every look needs.
func isUsual(name string) bool {
	return strings.HasPrefix(name, tagPrefix) || strings.HasPrefix(name, branchPrefix) || strings.HasPrefix(name, remotePrefix)
}

// parsePacked reads "ID NAME" a line, each annotated tag followed by "^ID" of
// what it points at. The first line says what the writer promised: with
// "fully-peeled" a ref without such a line is no tag object. Other lines are
// passed over.
func parsePacked(text string, wanted func(name string) bool) packedRefs {
	var refs packedRefs
	full, open := false, false
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		switch {
		case line == "":
		case line[0] == '#':
			full = full || strings.Contains(line+" ", " fully-peeled ")
		case line[0] == '^':
			if !open {
				continue
			}
			if peeled, ok := parseID(strings.TrimSpace(line[1:])); ok {
				last := &refs[len(refs)-1]
				last.peeled, last.known = peeled, true
			}
		default:
			open = false
			if len(line) < 42 || line[40] != ' ' {
				continue
			}
			name := strings.TrimSuffix(line[41:], "\r")
			if !wanted(name) {
				continue
			}
			hash, ok := parseID(line[:40])
			if !ok || hash.IsZero() {
				continue
			}
			if refs == nil {
				refs = make(packedRefs, 0, 8+strings.Count(text, " "+tagPrefix))
			}
			open = true
			refs = append(refs, namedRef{name, ref{hash: hash, known: full}})
		}
	}
	byName := func(a, b namedRef) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(refs, byName) {
		slices.SortStableFunc(refs, byName)
	}
	return refs
}

// parseID is gitops.ParseHash without its error, of which thousands of refs
// have no need.
func parseID(s string) (h gitops.Hash, ok bool) {
	if len(s) != 2*len(h) {
		return h, false
	}
	for i := range h {
		high, low := halfByte[s[2*i]], halfByte[s[2*i+1]]
		if high|low > 15 {
			return gitops.Hash{}, false
		}
		h[i] = high<<4 | low
	}
	return h, true
}

// halfByte is the value of a hexadecimal digit, 255 for every other byte.
var halfByte = func() (table [256]byte) {
	for c := range table {
		table[c] = 255
	}
	for i, c := range []byte("0123456789abcdef") {
		table[c] = byte(i)
	}
	for i, c := range []byte("ABCDEF") {
		table[c] = byte(10 + i)
	}
	return table
}()
