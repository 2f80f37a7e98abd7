package objstore

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
	"ahead/gitops/packedrefs"
)

// maxReplaceDepth is how many substitutes of substitutes git follows.
const maxReplaceDepth = 5

const replacePrefix = "refs/replace/"

// substitute gives the id under which the content of h is to be read.
func (s *Store) substitute(h gitops.Hash) gitops.Hash {
	for range maxReplaceDepth {
		other, ok := s.replaced[h]
		if !ok {
			break
		}
		h = other
	}
	return h
}

// readReplacements reads refs/replace, loose refs over packed ones. Nearly
// always there are none.
func readReplacements(commonDir string) map[gitops.Hash]gitops.Hash {
	found := map[gitops.Hash]gitops.Hash{}
	add := func(name, value string) {
		from, err1 := gitops.ParseHash(name)
		to, err2 := gitops.ParseHash(strings.TrimSpace(value))
		if err1 == nil && err2 == nil {
			found[from] = to
		}
	}
	for _, line := range strings.Split(packedReplacements(filepath.Join(commonDir, "packed-refs")), "\n") {
		value, ref, _ := strings.Cut(line, " ")
		if name, ok := strings.CutPrefix(ref, replacePrefix); ok {
			add(name, value)
		}
	}
	dir := filepath.Join(commonDir, filepath.FromSlash(replacePrefix))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return found
	}
	for _, e := range entries {
		if value, err := os.ReadFile(filepath.Join(dir, e.Name())); err == nil {
			add(e.Name(), string(value))
		}
	}
	return found
}

// packedReplacements gives the lines of packed-refs that may be of replacements.
// The file may be of megabytes, of which a few pages are looked at.
func packedReplacements(path string) (lines string) {
	sorted := false
	if m, err := mapFile(path); err == nil {
		err = guard(func() error {
			part, ok := packedrefs.Section(m.bytes, replacePrefix)
			lines, sorted = string(part), ok
			return nil
		})
		if closeErr := m.close(); sorted && err == nil && closeErr == nil {
			return lines
		}
	}
	packed, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(packed, []byte(" "+replacePrefix)) {
		return ""
	}
	return string(packed)
}
