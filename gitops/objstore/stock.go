package objstore

import (
	"errors"
	"io"
	"sync"

	"ahead/gitops"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// stock is go-git's own storage, for packs whose format is not read here. It
// builds a map of all objects on first use and stands only one reader at a
// time, so it is asked last.
type stock struct {
	mu      sync.Mutex
	storage *filesystem.Storage
}

// askStock looks for h in the packs that were left unread, and in those that
// turned out to be of a format that is not read here. What it finds is checked
// like everything else.
func (s *Store) askStock(h gitops.Hash, failure error) (gitops.Object, bool) {
	s.mu.RLock()
	unread := len(s.unread)
	s.mu.RUnlock()
	if unread == 0 && !errors.Is(failure, errUnknownFormat) {
		return gitops.Object{}, false
	}
	s.stock.mu.Lock()
	defer s.stock.mu.Unlock()
	if s.stock.storage == nil {
		s.stock.storage = filesystem.NewStorage(osfs.New(s.commonDir), cache.NewObjectLRUDefault())
	}
	found, err := s.stock.storage.EncodedObject(plumbing.AnyObject, plumbing.Hash(h))
	if err != nil || found.Size() > s.opts.MaxObject {
		return gitops.Object{}, false
	}
	r, err := found.Reader()
	if err != nil {
		return gitops.Object{}, false
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(r)
	if err != nil {
		return gitops.Object{}, false
	}
	obj := gitops.NewObject(gitops.ObjectKind(found.Type().Bytes()), data)
	return obj, obj.Hash == h
}
