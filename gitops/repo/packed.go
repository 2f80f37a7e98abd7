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
// fraction of the time of a map.
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
	c.info, c.refs = info, parsePacked(string(data))
	return c.refs, nil
}

// parsePacked reads "ID NAME" a line, each annotated tag followed by "^ID" of
// what it points at. The first line says what the writer promised: with
// "fully-peeled" a ref without such a line is no tag object. Other lines are
// passed over.
func parsePacked(text string) packedRefs {
	refs := make(packedRefs, 0, strings.Count(text, "\n"))
	full, open := false, false
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
			full = full || strings.Contains(line+" ", " fully-peeled ")
		case strings.HasPrefix(line, "^"):
			if peeled, err := gitops.ParseHash(strings.TrimSpace(line[1:])); err == nil && open {
				last := &refs[len(refs)-1]
				last.peeled, last.known = peeled, true
			}
		default:
			open = false
			if len(line) < 42 || line[40] != ' ' {
				continue
			}
			hash, err := gitops.ParseHash(line[:40])
			if err != nil || hash.IsZero() {
				continue
			}
			open = true
			refs = append(refs, namedRef{strings.TrimSuffix(line[41:], "\r"), ref{hash: hash, known: full}})
		}
	}
	byName := func(a, b namedRef) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(refs, byName) {
		slices.SortStableFunc(refs, byName)
	}
	return refs
}
