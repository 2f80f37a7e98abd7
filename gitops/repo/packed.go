package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"ahead/gitops"
)

// packedCache remembers packed-refs for as long as the file is the same one:
// git replaces it as a whole, never writes into it.
type packedCache struct {
	mu   sync.Mutex
	info fs.FileInfo
	refs map[string]ref
}

func (c *packedCache) read(path string) (map[string]ref, error) {
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
func parsePacked(text string) map[string]ref {
	refs := make(map[string]ref, strings.Count(text, "\n"))
	full := false
	last := ""
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
			full = full || strings.Contains(line+" ", " fully-peeled ")
		case strings.HasPrefix(line, "^"):
			if peeled, err := gitops.ParseHash(strings.TrimSpace(line[1:])); err == nil && last != "" {
				one := refs[last]
				one.peeled, one.known = peeled, true
				refs[last] = one
			}
		default:
			last = ""
			if len(line) < 42 || line[40] != ' ' {
				continue
			}
			hash, err := gitops.ParseHash(line[:40])
			if err != nil || hash.IsZero() {
				continue
			}
			last = strings.TrimSuffix(line[41:], "\r")
			refs[last] = ref{hash: hash, known: full}
		}
	}
	return refs
}
