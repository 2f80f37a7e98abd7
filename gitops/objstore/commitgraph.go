package objstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"ahead/gitops"

	"github.com/go-git/go-git/v5/plumbing"
	commitgraph "github.com/go-git/go-git/v5/plumbing/format/commitgraph/v2"
)

// graphFile is git's commit-graph: parents and dates of commits that were there
// when it was written. Commits do not change, so it never goes stale; what it
// lacks is read from the objects. Any doubt about it ends its use for good.
type graphFile struct {
	once   sync.Once
	index  commitgraph.Index
	files  []mapping
	broken atomic.Bool
}

// Layout of the header (gitformat-commit-graph): signature, version, hash
// version, chunks, base graphs. A checksum ends the file.
const (
	graphHeader   = 8
	graphBasesAt  = 7
	maxGraphBases = 64
)

var errGraphChain = errors.New("the files of the commit-graph do not belong together")

// links reads one commit's parents and date; false leaves it to the objects.
// It needs the lock of the store for reading.
func (g *graphFile) links(h gitops.Hash) (l gitops.Links, ok bool) {
	if g.index == nil || g.broken.Load() {
		return l, false
	}
	err := careful(func() error {
		at, err := g.index.GetIndexByHash(plumbing.Hash(h))
		if err != nil {
			return err
		}
		data, err := g.index.GetCommitDataByIndex(at)
		if err != nil {
			// Its own index leads nowhere.
			return errors.Join(errGraphChain, err)
		}
		// A date of 0 stands for those that the file cannot hold.
		if l.When = data.When.Unix(); l.When > 0 {
			ok = true
		}
		for _, p := range data.ParentHashes {
			l.Parents = append(l.Parents, gitops.Hash(p))
		}
		return nil
	})
	if err != nil && err != plumbing.ErrObjectNotFound {
		g.broken.Store(true)
	}
	return l, ok && err == nil
}

// careful turns every panic into an error: the file is read by a library that
// may trust it.
func careful(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read commit-graph: %v", p)
		}
	}()
	return guard(read)
}

// loadGraph opens the first commit-graph of the object folders, where git would
// use one: not with replaced, grafted or cut off parents.
func (s *Store) loadGraph() {
	if s.opts.NoCommitGraph || len(s.replaced) > 0 || filled(s.commonDir, "shallow") || filled(s.commonDir, "info", "grafts") {
		return
	}
	for _, dir := range s.dirs {
		g := &s.graph
		err := careful(func() error { return g.open(dir, s.dirs) })
		if err == nil {
			return
		}
		g.index = nil
		_ = g.close()
	}
}

func filled(parts ...string) bool {
	info, err := os.Stat(filepath.Join(parts...))
	return err == nil && info.Size() > 0
}

// open reads the single file of one folder, or else the chain: its files may
// lie in any of the folders.
func (g *graphFile) open(dir string, dirs []string) error {
	err := g.add(filepath.Join(dir, "info", "commit-graph"), "")
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "info", "commit-graphs", "commit-graph-chain"))
	if err != nil {
		return err
	}
	chain, err := commitgraph.OpenChainFile(bytes.NewReader(text))
	if err != nil || len(chain) == 0 || len(chain) > maxGraphBases {
		return errors.Join(errGraphChain, err)
	}
	for _, sum := range chain {
		err := fs.ErrNotExist
		for i := 0; i < len(dirs) && errors.Is(err, fs.ErrNotExist); i++ {
			err = g.add(filepath.Join(dirs[i], "info", "commit-graphs", "graph-"+sum+".graph"), sum)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add puts one file onto those that are open. sum is the checksum that it must
// end with, unless empty.
func (g *graphFile) add(path, sum string) error {
	m, err := mapFile(path)
	if err != nil {
		return err
	}
	g.files = append(g.files, m)
	if len(m.bytes) < graphHeader+idLen || int(m.bytes[graphBasesAt]) != len(g.files)-1 {
		return errGraphChain
	}
	if end := gitops.Hash(m.bytes[len(m.bytes)-idLen:]); sum != "" && end.String() != sum {
		return errGraphChain
	}
	index, err := commitgraph.OpenFileIndexWithParent(mappedReader{bytes.NewReader(m.bytes)}, g.index)
	if err != nil {
		return err
	}
	g.index = index
	return nil
}

func (g *graphFile) close() error {
	var errs []error
	for i := range g.files {
		errs = append(errs, g.files[i].close())
	}
	g.files, g.index = nil, nil
	return errors.Join(errs...)
}

// mappedReader is closed with its mapping, not by the library.
type mappedReader struct{ *bytes.Reader }

// Close implements io.Closer.
func (mappedReader) Close() error { return nil }
