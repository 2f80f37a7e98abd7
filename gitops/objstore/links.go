package objstore

import (
	"bytes"
	"encoding/hex"
	"sync"

	"ahead/gitops"
	"ahead/gitops/inflate"
)

// Graph reads the same objects as its Store, and beside them only what a walk
// needs of a commit. A walk passes thousands of commits, of which a person sees
// a few.
type Graph struct {
	*Store
	// file says that git's commit-graph may answer.
	file bool
}

// Graph gives the view for walks. All that it says stands in the objects.
func (s *Store) Graph() Graph { return Graph{Store: s} }

// CommitGraph is Graph with the help of git's commit-graph file, where there is
// one. What it says may have been written wrongly, and of commits that are gone:
// it is for what a person looks at, never for what a plan rests on.
func (s *Store) CommitGraph() Graph { return Graph{Store: s, file: true} }

// heads are how much of a commit is decompressed to find its links: enough for
// a merge, and then for nearly all else. What does not fit is read whole.
var heads = [...]int{352, longHead}

const longHead = 1024

// beginning is what a beginning is decompressed into. A kilobyte made anew for
// each of thousands would be a third of all that a look takes from the heap.
type beginning [longHead]byte

var beginnings = sync.Pool{New: func() any { return new(beginning) }}

// Links reads the parents and the time of a commit. Unlike Commit it does not
// compare the content with its id, which would mean to decompress messages that
// nobody reads: take it for orientation, and Commit for what is shown or shipped.
// Errors are those of Commit.
func (g Graph) Links(h gitops.Hash) (gitops.Links, error) {
	if g.file {
		if l, ok := g.linksInFile(h); ok {
			return l, nil
		}
	}
	if l, ok := g.links.get(h); ok {
		return l, nil
	}
	l, ok := g.quickLinks(g.substitute(h))
	if !ok {
		c, err := g.Commit(h)
		if err != nil {
			return gitops.Links{}, err
		}
		l = gitops.Links{Parents: c.Parents, When: c.Committer.When.Unix()}
	}
	g.links.put(h, l)
	return l, nil
}

// linksInFile never fills the cache: what is remembered there comes from objects.
func (s *Store) linksInFile(h gitops.Hash) (gitops.Links, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return gitops.Links{}, false
	}
	s.graph.once.Do(s.loadGraph)
	return s.graph.links(h)
}

// ForgetCommitGraph ends the use of the commit-graph: somebody may have found it
// wrong. It reports whether there was one in use.
func (s *Store) ForgetCommitGraph() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return !s.graph.broken.Swap(true) && s.graph.index != nil
}

// quickLinks reads what is stored whole in a pack, in plain order.
func (s *Store) quickLinks(h gitops.Hash) (l gitops.Links, ok bool) {
	head := beginnings.Get().(*beginning)
	defer beginnings.Put(head)
	for _, size := range heads {
		n, kind, ok := s.peek(h, head[:size])
		if !ok || kind != entryCommit {
			return l, false
		}
		if l, ok = parseLinks(head[:n]); ok {
			return l, true
		}
	}
	return l, false
}

// peek decompresses the beginning of an object that lies in a pack and is no
// delta. What it cannot do easily it leaves to find.
func (s *Store) peek(h gitops.Hash, out []byte) (n int, kind byte, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return 0, 0, false
	}
	recent := s.recent.Load()
	if recent != nil {
		if n, kind, ok = recent.peek(h, out); ok {
			return n, kind, true
		}
	}
	for _, p := range s.packs {
		if p == recent {
			continue
		}
		if n, kind, ok = p.peek(h, out); ok {
			s.recent.Store(p)
			return n, kind, true
		}
	}
	return 0, 0, false
}

func (p *pack) peek(h gitops.Hash, out []byte) (n int, kind byte, ok bool) {
	err := guard(func() error {
		offset, here, err := p.idx.find(h)
		if err != nil || !here {
			return err
		}
		if err := p.open(); err != nil {
			return err
		}
		e, err := p.header(offset)
		if err != nil || e.isDelta() {
			return err
		}
		kind, out = e.kind, out[:min(uint64(len(out)), e.size)]
		n, err = inflate.ZlibHead(out, p.data.bytes[e.body:p.end()])
		ok = err == nil
		return err
	})
	return n, kind, ok && err == nil
}

// parseLinks reads the first lines of a commit as git writes them; anything
// else is for DecodeCommit.
func parseLinks(head []byte) (l gitops.Links, ok bool) {
	_, head, ok = idLine(head, "tree ")
	for ok {
		parent, rest, more := idLine(head, "parent ")
		if !more {
			break
		}
		l.Parents, head = append(l.Parents, parent), rest
	}
	author, head, _ := bytes.Cut(head, []byte{'\n'})
	committer, _, whole := bytes.Cut(head, []byte{'\n'})
	if !ok || !whole || !bytes.HasPrefix(author, []byte("author ")) || !bytes.HasPrefix(committer, []byte("committer ")) {
		return gitops.Links{}, false
	}
	l.When, ok = plainSeconds(committer)
	return l, ok
}

func idLine(head []byte, key string) (h gitops.Hash, rest []byte, ok bool) {
	if len(head) <= len(key)+2*idLen || string(head[:len(key)]) != key || head[len(key)+2*idLen] != '\n' {
		return h, head, false
	}
	_, err := hex.Decode(h[:], head[len(key):len(key)+2*idLen])
	return h, head[len(key)+2*idLen+1:], err == nil
}

// plainSeconds reads the date of an ordinary signature line; years of more
// than ten digits and everything odd are left to DecodeSignature.
func plainSeconds(line []byte) (seconds int64, ok bool) {
	at := bytes.LastIndexByte(line, '>')
	if at < 0 || at+2 >= len(line) || line[at+1] != ' ' {
		return 0, false
	}
	digits, zone, ok := bytes.Cut(line[at+2:], []byte{' '})
	if !ok || len(digits) == 0 || len(digits) > 10 || len(zone) != 5 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		seconds = seconds*10 + int64(c-'0')
	}
	return seconds, seconds > 0
}

// maxYoungLinks is how many links are remembered before the older half is
// forgotten: some 100 bytes each.
const maxYoungLinks = 32 << 10

// linkCache remembers the links that were read last. It forgets by halves,
// which needs no order among them.
type linkCache struct {
	mu         sync.Mutex
	young, old map[gitops.Hash]gitops.Links
}

func (c *linkCache) get(h gitops.Hash) (gitops.Links, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l, ok := c.young[h]; ok {
		return l, true
	}
	l, ok := c.old[h]
	if ok {
		c.add(h, l)
	}
	return l, ok
}

func (c *linkCache) put(h gitops.Hash, l gitops.Links) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(h, l)
}

func (c *linkCache) add(h gitops.Hash, l gitops.Links) {
	if len(c.young) >= maxYoungLinks {
		c.young, c.old = nil, c.young
	}
	if c.young == nil {
		c.young = make(map[gitops.Hash]gitops.Links)
	}
	c.young[h] = l
}
