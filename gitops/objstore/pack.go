package objstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"ahead/gitops"
)

// pack is one pack with its index. The pack itself is mapped on first use.
type pack struct {
	path string
	idx  index
	file mapping
	// opening guards the first use; data does not change once ready is set.
	opening sync.Mutex
	ready   atomic.Bool
	failed  atomic.Bool
	data    mapping
}

// The types of a pack entry, as its header numbers them.
const (
	entryCommit   = 1
	entryTree     = 2
	entryBlob     = 3
	entryTag      = 4
	entryOfsDelta = 6
	entryRefDelta = 7
)

const (
	packHeader = 12
	// maxChain bounds a chain of deltas. git never writes more than 4095;
	// what is longer is a circle.
	maxChain = 1 << 13
	// deflateRatio is the most that deflate can compress: a larger claim in a
	// header is damage, and no reason to reserve memory.
	deflateRatio = 1040
)

// baseKey names an entry that deltas build on.
type baseKey struct {
	pack   *pack
	offset uint64
}

// openPack maps and checks the index of the pack at path.
func openPack(path string) (*pack, error) {
	m, err := mapFile(strings.TrimSuffix(path, ".pack") + ".idx")
	if err != nil {
		return nil, err
	}
	p := &pack{path: path, file: m}
	err = guard(func() (err error) {
		p.idx, err = parseIndex(m.bytes)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, m.close())
	}
	return p, nil
}

// open maps the pack and checks that it belongs to its index. A pack that does
// not open may have been repacked since its index was read: the next scan
// takes it from disk anew.
func (p *pack) open() error {
	if p.ready.Load() {
		return nil
	}
	p.opening.Lock()
	defer p.opening.Unlock()
	if p.ready.Load() {
		return nil
	}
	m, err := mapFile(p.path)
	if err != nil {
		p.failed.Store(true)
		return err
	}
	p.data = m
	if err := guard(p.check); err != nil {
		p.failed.Store(true)
		p.data = mapping{}
		return errors.Join(err, m.close())
	}
	p.ready.Store(true)
	return nil
}

func (p *pack) check() error {
	b := p.data.bytes
	if len(b) < packHeader+idLen || string(b[:4]) != "PACK" {
		return errors.New("not a pack")
	}
	if v := binary.BigEndian.Uint32(b[4:]); v != 2 && v != 3 {
		return fmt.Errorf("pack version %d is not known", v)
	}
	if n := binary.BigEndian.Uint32(b[8:]); int(n) != p.idx.count {
		return fmt.Errorf("pack of %d objects has an index of %d", n, p.idx.count)
	}
	if !bytes.Equal(b[len(b)-idLen:], p.idx.packSum()) {
		return errors.New("pack and index have different checksums")
	}
	return nil
}

func (p *pack) close() error { return errors.Join(p.file.close(), p.data.close()) }

// entry is the header of one object in a pack.
type entry struct {
	kind   byte
	size   uint64
	offset uint64
	// body is where the compressed bytes begin.
	body uint64
	// base is the offset of what a delta builds on.
	base uint64
}

// end is where the entries stop and the checksum begins.
func (p *pack) end() uint64 { return uint64(len(p.data.bytes) - idLen) }

// header reads the entry at offset: type and size in groups of 7 bits, then
// for deltas what they build on.
func (p *pack) header(offset uint64) (entry, error) {
	if offset < packHeader || offset >= p.end() {
		return entry{}, fmt.Errorf("offset %d lies outside of the pack", offset)
	}
	b := p.data.bytes[offset:p.end()]
	e := entry{kind: b[0] >> 4 & 7, size: uint64(b[0] & 15), offset: offset}
	n := 1
	for shift := uint(4); b[n-1]&0x80 != 0; shift += 7 {
		if n >= len(b) || shift > 57 {
			return entry{}, fmt.Errorf("entry at %d has no end of its size", offset)
		}
		e.size |= uint64(b[n]&0x7f) << shift
		n++
	}
	var err error
	switch e.kind {
	case entryCommit, entryTree, entryBlob, entryTag:
	case entryOfsDelta:
		n, err = e.readDistance(b, n)
	case entryRefDelta:
		n, err = p.readBaseID(&e, b, n)
	default:
		err = fmt.Errorf("entry at %d has type %d", offset, e.kind)
	}
	e.body = offset + uint64(n)
	return e, err
}

// readDistance reads how far before the entry its base lies. Each further
// byte adds one, so that no distance has two spellings.
func (e *entry) readDistance(b []byte, n int) (int, error) {
	var distance uint64
	for i := 0; ; i++ {
		if n >= len(b) || i > 8 {
			return n, fmt.Errorf("entry at %d has no end of its base", e.offset)
		}
		c := b[n]
		n++
		if i > 0 {
			distance = (distance + 1) << 7
		}
		distance |= uint64(c & 0x7f)
		if c&0x80 == 0 {
			break
		}
	}
	if distance == 0 || distance >= e.offset {
		return n, fmt.Errorf("entry at %d has its base %d before it", e.offset, distance)
	}
	e.base = e.offset - distance
	return n, nil
}

// readBaseID reads a base that is named by id. A stored pack is whole in
// itself, so the base is in the same pack.
func (p *pack) readBaseID(e *entry, b []byte, n int) (int, error) {
	if len(b) < n+idLen {
		return n, fmt.Errorf("entry at %d is cut off", e.offset)
	}
	base := gitops.Hash(b[n : n+idLen])
	offset, ok, err := p.idx.find(base)
	if err != nil {
		return n, err
	}
	if !ok {
		return n, fmt.Errorf("entry at %d builds on %s, which the pack lacks", e.offset, base)
	}
	e.base = offset
	return n + idLen, nil
}

func (e entry) objectKind() gitops.ObjectKind {
	switch e.kind {
	case entryCommit:
		return gitops.KindCommit
	case entryTree:
		return gitops.KindTree
	case entryBlob:
		return gitops.KindBlob
	default:
		return gitops.KindTag
	}
}

func (e entry) isDelta() bool { return e.kind == entryOfsDelta || e.kind == entryRefDelta }

// readEntry gives the whole object at offset: down the chain of deltas to
// something whole (or remembered), and up again. Its Hash is not set and its
// content not checked: that is the caller's part.
func (s *Store) readEntry(p *pack, offset uint64) (gitops.Object, error) {
	obj, chain, err := s.descend(p, offset)
	if err != nil {
		return gitops.Object{}, err
	}
	for i := len(chain) - 1; i >= 0; i-- {
		delta, err := s.inflateEntry(p, chain[i])
		if err != nil {
			return gitops.Object{}, err
		}
		data, err := applyDelta(obj.Data, delta, s.opts.MaxObject)
		if err != nil {
			return gitops.Object{}, fmt.Errorf("entry at %d: %w", chain[i].offset, err)
		}
		obj = gitops.Object{Kind: obj.Kind, Data: data}
		s.bases.Put(baseKey{p, chain[i].offset}, obj, len(data)+1)
	}
	return obj, nil
}

// descend collects the deltas from the entry at offset down to the base that
// they build on, the last of them next to the base.
func (s *Store) descend(p *pack, offset uint64) (base gitops.Object, chain []entry, err error) {
	for len(chain) < maxChain {
		if obj, ok := s.bases.Get(baseKey{p, offset}); ok {
			return obj, chain, nil
		}
		e, err := p.header(offset)
		if err != nil {
			return gitops.Object{}, nil, err
		}
		if e.isDelta() {
			chain = append(chain, e)
			offset = e.base
			continue
		}
		data, err := s.inflateEntry(p, e)
		if err != nil {
			return gitops.Object{}, nil, err
		}
		obj := gitops.Object{Kind: e.objectKind(), Data: data}
		if len(chain) > 0 {
			s.bases.Put(baseKey{p, offset}, obj, len(data)+1)
		}
		return obj, chain, nil
	}
	return gitops.Object{}, nil, errors.New("chain of deltas without an end")
}

func (s *Store) inflateEntry(p *pack, e entry) ([]byte, error) {
	body := p.data.bytes[e.body:p.end()]
	if e.size > uint64(len(body))*deflateRatio {
		return nil, fmt.Errorf("entry at %d claims %d bytes", e.offset, e.size)
	}
	if e.size > uint64(s.opts.MaxObject) {
		return nil, fmt.Errorf("entry at %d has %d bytes, more than the limit of %d", e.offset, e.size, s.opts.MaxObject)
	}
	data, err := inflated(body, int(e.size))
	if err != nil {
		return nil, fmt.Errorf("entry at %d: %w", e.offset, err)
	}
	return data, nil
}
