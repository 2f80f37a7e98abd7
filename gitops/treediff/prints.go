package treediff

import (
	"fmt"
	"sync"

	"ahead/gitops"
	"ahead/gitops/lru"
)

// Prints carries the fingerprints of contents from one search for renames to
// the next. They are known by the ids of the contents and never change, so no
// answer depends on what is still there. It is safe for concurrent use.
type Prints struct {
	known *lru.Cache[printKey, fingerprint]
	// tables are those of fingerprinters at rest: each takes 400 kB.
	tables sync.Pool
}

type printKey struct {
	hash     gitops.Hash
	dropTail bool
}

// printOverhead is about what one fingerprint takes beside its chunks, and
// chunkBytes what each of these does.
const (
	printOverhead = 200
	chunkBytes    = 8
)

// NewPrints makes room for fingerprints of so many bytes in all. A content's is
// a fourth of its size, or so.
func NewPrints(bytes int) *Prints {
	return &Prints{known: lru.New[printKey, fingerprint](bytes)}
}

// Widen makes more room.
func (p *Prints) Widen(bytes int) { p.known.Widen(bytes) }

// prints are the fingerprints that one search has seen, on top of those that
// searches share.
type prints struct {
	objs   gitops.Objects
	shared *Prints
	// dropTail leaves out what follows the last line feed (git before 2.44).
	dropTail bool
	known    map[gitops.Hash]fingerprint
	table    *fingerprinter
}

func newPrints(objs gitops.Objects, shared *Prints, dropTail bool) prints {
	if shared == nil {
		shared = NewPrints(0)
	}
	return prints{objs: objs, shared: shared, dropTail: dropTail, known: make(map[gitops.Hash]fingerprint)}
}

// close gives back what was borrowed.
func (p *prints) close() {
	if p.table != nil {
		p.shared.tables.Put(p.table)
		p.table = nil
	}
}

func (p *prints) of(f File) (fingerprint, error) {
	if got, ok := p.known[f.Hash]; ok {
		return got, nil
	}
	key := printKey{f.Hash, p.dropTail}
	got, ok := p.shared.known.Get(key)
	if !ok {
		data, err := p.objs.Blob(f.Hash)
		if err != nil {
			return fingerprint{}, fmt.Errorf("read %q (blob %s): %w", f.Path, f.Hash, err)
		}
		got = p.take(data)
		p.shared.known.Put(key, got, printOverhead+chunkBytes*len(got.chunks))
	}
	p.known[f.Hash] = got
	return got, nil
}

// take borrows a table for as long as the search lasts. One that a fault left
// half counted is not given back.
func (p *prints) take(data []byte) fingerprint {
	f := p.table
	if p.table = nil; f == nil {
		f, _ = p.shared.tables.Get().(*fingerprinter)
	}
	if f == nil {
		f = &fingerprinter{}
	}
	f.dropTail = p.dropTail
	got := f.take(data)
	p.table = f
	return got
}

// all fills in the fingerprints of some of the files, by their index; one that
// is not regular has none.
func (p *prints) all(out []*fingerprint, files []File, indexes []int) error {
	for _, i := range indexes {
		if !files[i].Mode.IsRegular() {
			continue
		}
		got, err := p.of(files[i])
		if err != nil {
			return err
		}
		out[i] = &got
	}
	return nil
}

// score is the similarity of two files, 0 unless both are regular: links and
// submodules only ever pair when they are identical.
func (p *prints) score(from, to File, threshold int) (int, error) {
	if !from.Mode.IsRegular() || !to.Mode.IsRegular() {
		return 0, nil
	}
	a, err := p.of(from)
	if err != nil {
		return 0, err
	}
	b, err := p.of(to)
	if err != nil {
		return 0, err
	}
	return similarity(a, b, threshold), nil
}
