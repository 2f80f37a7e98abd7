package objstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ahead/gitops"
)

var errClosed = errors.New("the object store is closed")

// maxLooks bounds how often the folders are looked at for one object while
// repacks keep moving it.
const maxLooks = 5

// find reads one object from wherever a whole copy of it is, looking at the
// folders again before it gives up: at least once, and for as long as that
// brings anything new.
func (s *Store) find(h gitops.Hash) (gitops.Object, error) {
	obj, err := s.look(h)
	for i := 0; i < maxLooks && err != nil && !errors.Is(err, errClosed); i++ {
		fresh, scanErr := s.scan()
		if scanErr != nil {
			return gitops.Object{}, fmt.Errorf("look for object %s: %w", h, scanErr)
		}
		// A scan after a look also lets go of packs that vanished during it,
		// so one that changes nothing twice is the end.
		if i > 0 && !fresh {
			break
		}
		obj, err = s.look(h)
	}
	return obj, err
}

// look tries every place that is known now. Damage found on the way is told
// only when no whole copy turns up.
func (s *Store) look(h gitops.Hash) (gitops.Object, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return gitops.Object{}, errClosed
	}
	obj, ok, harm := s.fromPacks(h)
	if ok {
		return obj, nil
	}
	for _, dir := range s.dirs {
		obj, ok, err := readLoose(dir, h, s.opts.MaxObject)
		if ok {
			return obj, nil
		}
		if err != nil {
			harm = damaged(h, "a loose object", err)
		}
	}
	if harm != nil {
		return gitops.Object{}, harm
	}
	for name, err := range s.broken {
		return gitops.Object{}, damaged(h, name+", if it is there at all", err)
	}
	return gitops.Object{}, missing(h, s.promisor)
}

// fromPacks asks the pack of the last hit first.
func (s *Store) fromPacks(h gitops.Hash) (obj gitops.Object, ok bool, harm error) {
	recent := s.recent.Load()
	if recent != nil {
		if obj, ok, harm = s.fromPack(recent, h); ok {
			return obj, true, nil
		}
	}
	for _, p := range s.packs {
		if p == recent {
			continue
		}
		obj, ok, err := s.fromPack(p, h)
		if ok {
			s.recent.Store(p)
			return obj, true, nil
		}
		if err != nil {
			harm = err
		}
	}
	return gitops.Object{}, false, harm
}

// fromPack reads h from p: ok with the object, or neither ok nor an error when
// p does not hold it.
func (s *Store) fromPack(p *pack, h gitops.Hash) (obj gitops.Object, ok bool, err error) {
	var found bool
	err = guard(func() error {
		offset, here, err := p.idx.find(h)
		if err != nil || !here {
			return err
		}
		found = true
		if err := p.open(); err != nil {
			return err
		}
		obj, err = s.readEntry(p, offset)
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// The pack was repacked away between its index and itself: the object
		// is elsewhere by now, and the next scan finds it.
		return gitops.Object{}, false, nil
	case err != nil:
		return gitops.Object{}, false, damaged(h, filepath.Base(p.path), err)
	case !found:
		return gitops.Object{}, false, nil
	case gitops.HashObject(obj.Kind, obj.Data) != h:
		return gitops.Object{}, false, damaged(h, filepath.Base(p.path), errors.New("its content has another id"))
	}
	return obj, true, nil
}

// stored reports whether an index or a loose file names h.
func (s *Store) stored(h gitops.Hash) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.packs {
		var here bool
		_ = guard(func() (err error) {
			_, here, err = p.idx.find(h)
			return err
		})
		if here {
			return true
		}
	}
	for _, dir := range s.dirs {
		if _, err := os.Stat(loosePath(dir, h)); err == nil {
			return true
		}
	}
	return false
}

// scan looks at the object folders and takes in what is new; fresh says that
// there was something. Packs that are gone from disk stay for a while: their
// memory is mapped and their content is checked.
func (s *Store) scan() (fresh bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, errClosed
	}
	if _, err := os.Stat(s.opts.ObjectDir); err != nil {
		return false, err
	}
	known, kept := s.dropFailed()
	had := len(s.packs) - s.dropVanished(&kept)
	packs := kept
	s.dirs = objectDirs(s.opts)
	s.broken = map[string]error{}
	for _, dir := range s.dirs {
		packs = append(packs, s.scanDir(filepath.Join(dir, "pack"), known)...)
	}
	fresh = len(kept) < had || len(kept) < len(packs)
	s.packs = packs
	return fresh, nil
}

// dropFailed lets go of packs that could not be opened, so that they are tried
// again, and gives the paths of the others. It needs the lock for writing.
func (s *Store) dropFailed() (known map[string]bool, kept []*pack) {
	known = make(map[string]bool, len(s.packs))
	for _, p := range s.packs {
		if p.failed.Load() {
			s.recent.CompareAndSwap(p, nil)
			_ = p.close()
			continue
		}
		known[p.path] = true
		kept = append(kept, p)
	}
	return known, kept
}

// maxVanished is how many packs are kept that a repack has deleted. Each holds
// its space on disk for as long as it is mapped.
const maxVanished = 8

// dropVanished closes the oldest of the packs that are gone from disk, and tells
// how many. It needs the lock for writing.
func (s *Store) dropVanished(packs *[]*pack) (dropped int) {
	var gone []*pack
	for _, p := range *packs {
		if _, err := os.Stat(p.path); errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, p)
		}
	}
	for _, p := range gone[:max(0, len(gone)-maxVanished)] {
		s.recent.CompareAndSwap(p, nil)
		_ = p.close()
		*packs = slices.DeleteFunc(*packs, func(other *pack) bool { return other == p })
		dropped++
	}
	return dropped
}

// scanDir opens the indexes of one pack folder that are not known yet.
func (s *Store) scanDir(dir string, known map[string]bool) []*pack {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var fresh []*pack
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".promisor") {
			s.promisor = true
		}
		base, isIndex := strings.CutSuffix(name, ".idx")
		path := filepath.Join(dir, base+".pack")
		if !isIndex || !strings.HasPrefix(name, "pack-") || known[path] {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			continue
		}
		p, err := openPack(path)
		switch {
		case err == nil:
			known[path] = true
			fresh = append(fresh, p)
		case !errors.Is(err, fs.ErrNotExist):
			s.broken[filepath.Base(path)] = err
		}
	}
	return fresh
}
