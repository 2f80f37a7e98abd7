package objstore

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ahead/gitops"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// ErrReadOnly answers every attempt to write through a Storer.
var ErrReadOnly = errors.New("objects are read only here")

// Storer gives a Store to go-git. Reading is as safe for concurrent use as the
// Store is; writing is refused.
type Storer struct{ store *Store }

var _ storer.EncodedObjectStorer = Storer{}

// Storer gives the store to go-git.
func (s *Store) Storer() Storer { return Storer{s} }

// NewEncodedObject implements storer.EncodedObjectStorer.
func (Storer) NewEncodedObject() plumbing.EncodedObject { return &plumbing.MemoryObject{} }

// SetEncodedObject refuses with ErrReadOnly.
func (Storer) SetEncodedObject(plumbing.EncodedObject) (plumbing.Hash, error) {
	return plumbing.ZeroHash, ErrReadOnly
}

// AddAlternate refuses with ErrReadOnly.
func (Storer) AddAlternate(string) error { return ErrReadOnly }

// EncodedObject reads one object; plumbing.ErrObjectNotFound when it is not
// there or of another type, as go-git expects.
func (s Storer) EncodedObject(want plumbing.ObjectType, h plumbing.Hash) (plumbing.EncodedObject, error) {
	obj, err := s.store.Object(gitops.Hash(h))
	if errors.Is(err, gitops.ErrMissing) {
		return nil, plumbing.ErrObjectNotFound
	}
	if err != nil {
		return nil, err
	}
	kind, err := plumbing.ParseObjectType(string(obj.Kind))
	if err != nil {
		return nil, err
	}
	if want != plumbing.AnyObject && want != kind {
		return nil, plumbing.ErrObjectNotFound
	}
	return stored{kind: kind, id: plumbing.Hash(h), data: obj.Data}, nil
}

// HasEncodedObject implements storer.EncodedObjectStorer.
func (s Storer) HasEncodedObject(h plumbing.Hash) error {
	if !s.store.Has(gitops.Hash(h)) {
		return plumbing.ErrObjectNotFound
	}
	return nil
}

// EncodedObjectSize implements storer.EncodedObjectStorer.
func (s Storer) EncodedObjectSize(h plumbing.Hash) (int64, error) {
	obj, err := s.EncodedObject(plumbing.AnyObject, h)
	if err != nil {
		return 0, err
	}
	return obj.Size(), nil
}

// IterEncodedObjects implements storer.EncodedObjectStorer.
func (s Storer) IterEncodedObjects(kind plumbing.ObjectType) (storer.EncodedObjectIter, error) {
	ids, err := s.store.All()
	if err != nil {
		return nil, err
	}
	var wanted []plumbing.Hash
	for _, id := range ids {
		if _, err := s.EncodedObject(kind, plumbing.Hash(id)); err == nil {
			wanted = append(wanted, plumbing.Hash(id))
		} else if !errors.Is(err, plumbing.ErrObjectNotFound) {
			return nil, err
		}
	}
	return storer.NewEncodedObjectLookupIter(s, kind, wanted), nil
}

// All lists every object of packs that are read here and every loose one, in
// the order of their ids, each once.
func (s *Store) All() ([]gitops.Hash, error) {
	if _, err := s.scan(); err != nil {
		return nil, fmt.Errorf("list objects: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var ids []gitops.Hash
	for _, p := range s.packs {
		err := guard(func() error {
			for row := range p.idx.count {
				ids = append(ids, gitops.Hash(p.idx.id(row)))
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("list objects of %q: %w", filepath.Base(p.path), err)
		}
	}
	for _, dir := range s.dirs {
		folders, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, f := range folders {
			if first, err := hex.DecodeString(f.Name()); err == nil && len(first) == 1 {
				all := prefix{n: 2}
				all.from[0] = first[0]
				looseWithPrefix(dir, all, func(h gitops.Hash) { ids = append(ids, h) })
			}
		}
	}
	slices.SortFunc(ids, func(a, b gitops.Hash) int { return strings.Compare(string(a[:]), string(b[:])) })
	return slices.Compact(ids), nil
}
