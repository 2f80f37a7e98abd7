package objstore

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ahead/gitops"
)

// prefix is the beginning of an id, in half bytes.
type prefix struct {
	from gitops.Hash
	n    int
}

func parsePrefix(s string) (prefix, error) {
	s = strings.ToLower(s)
	p := prefix{n: len(s)}
	if len(s) < 2 || len(s) > 2*idLen {
		return p, fmt.Errorf("abbreviation %q has %d digits", s, len(s))
	}
	padded := s + strings.Repeat("0", 2*idLen-len(s))
	if _, err := hex.Decode(p.from[:], []byte(padded)); err != nil {
		return p, fmt.Errorf("abbreviation %q: %w", s, err)
	}
	return p, nil
}

func (p prefix) matches(h gitops.Hash) bool {
	whole := p.n / 2
	if string(h[:whole]) != string(p.from[:whole]) {
		return false
	}
	return p.n%2 == 0 || h[whole]>>4 == p.from[whole]>>4
}

// Abbreviated lists the objects whose ids begin with the given hexadecimal
// digits (at least two), in the order of their ids, each once.
func (s *Store) Abbreviated(digits string) ([]gitops.Hash, error) {
	p, err := parsePrefix(digits)
	if err != nil {
		return nil, err
	}
	if _, err := s.scan(); err != nil {
		return nil, fmt.Errorf("look for %q: %w", digits, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []gitops.Hash
	add := func(h gitops.Hash) { found = append(found, h) }
	for _, pk := range s.packs {
		err := guard(func() error {
			pk.idx.withPrefix(p, add)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for %q in %q: %w", digits, filepath.Base(pk.path), err)
		}
	}
	for _, dir := range s.dirs {
		looseWithPrefix(dir, p, add)
	}
	slices.SortFunc(found, func(a, b gitops.Hash) int { return strings.Compare(string(a[:]), string(b[:])) })
	return slices.Compact(found), nil
}

func looseWithPrefix(dir string, p prefix, yield func(gitops.Hash)) {
	first := hex.EncodeToString(p.from[:1])
	entries, err := os.ReadDir(filepath.Join(dir, first))
	if err != nil {
		return
	}
	for _, e := range entries {
		if h, err := gitops.ParseHash(first + e.Name()); err == nil && p.matches(h) {
			yield(h)
		}
	}
}
