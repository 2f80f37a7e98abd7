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
	reading  Reading
}

// Reading says whether a content is read as text, of which a line may end in a
// carriage return and a line feed or in a line feed alone, with no difference to
// the estimate.
type Reading uint8

// The readings. The attribute diff of gitattributes(5) chooses one.
const (
	// ReadByContent: as text where no zero byte is near the beginning.
	ReadByContent Reading = iota
	ReadAsText
	ReadAsBinary
)

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
	// reading is asked about paths where it makes a difference; it may be nil.
	reading func(path string) (Reading, error)
	known   map[printKey]fingerprint
	table   *fingerprinter
}

func newPrints(objs gitops.Objects, opt PairOptions) prints {
	shared := opt.Prints
	if shared == nil {
		shared = NewPrints(0)
	}
	return prints{
		objs: objs, shared: shared, dropTail: opt.DropTail, reading: opt.Reading,
		known: make(map[printKey]fingerprint),
	}
}

// close gives back what was borrowed.
func (p *prints) close() {
	if p.table != nil {
		p.shared.tables.Put(p.table)
		p.table = nil
	}
}

func (p *prints) of(f File) (fingerprint, error) {
	key := printKey{hash: f.Hash, dropTail: p.dropTail}
	got, err := p.get(f, key)
	if err != nil || !got.crlf || p.reading == nil {
		return got, err
	}
	if key.reading, err = p.reading(f.Path); err != nil || key.reading == ReadByContent {
		return got, err
	}
	return p.get(f, key)
}

func (p *prints) get(f File, key printKey) (fingerprint, error) {
	if got, ok := p.known[key]; ok {
		return got, nil
	}
	got, ok := p.shared.known.Get(key)
	if !ok {
		data, err := p.objs.Blob(f.Hash)
		if err != nil {
			return fingerprint{}, fmt.Errorf("read %q (blob %s): %w", f.Path, f.Hash, err)
		}
		got = p.take(data, key.reading)
		p.shared.known.Put(key, got, printOverhead+chunkBytes*len(got.chunks))
	}
	p.known[key] = got
	return got, nil
}

// take borrows a table for as long as the search lasts. One that a fault left
// half counted is not given back.
func (p *prints) take(data []byte, as Reading) fingerprint {
	f := p.table
	if p.table = nil; f == nil {
		f, _ = p.shared.tables.Get().(*fingerprinter)
	}
	if f == nil {
		f = &fingerprinter{}
	}
	f.dropTail = p.dropTail
	got := f.take(data, as)
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
