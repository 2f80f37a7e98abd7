package planner

import (
	"bytes"
	"context"
	"sync"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// editCache remembers what changed between versions of files.
type editCache struct {
	mu    sync.Mutex
	known map[[2]gitops.Hash][]linediff.Change
}

// maxEdits bounds the cache; past it, it starts anew.
const maxEdits = 1 << 14

// edits compares two versions of a file, line by line.
func (t *trail) edits(objs gitops.Objects, old, now gitops.Hash) ([]linediff.Change, error) {
	key := [2]gitops.Hash{old, now}
	t.lines.mu.Lock()
	changes, ok := t.lines.known[key]
	t.lines.mu.Unlock()
	if ok {
		return changes, nil
	}
	a, err := objs.Blob(old)
	if err != nil {
		return nil, err
	}
	b, err := objs.Blob(now)
	if err != nil {
		return nil, err
	}
	changes = edits(a, b)
	t.lines.mu.Lock()
	defer t.lines.mu.Unlock()
	if len(t.lines.known) >= maxEdits || t.lines.known == nil {
		t.lines.known = make(map[[2]gitops.Hash][]linediff.Change)
	}
	t.lines.known[key] = changes
	return changes, nil
}

func edits(a, b []byte) []linediff.Change {
	front := commonFront(a, b)
	a, b = a[front.bytes:], b[front.bytes:]
	back := commonBack(a, b)
	changes := linediff.Diff(linediff.Split(a[:len(a)-back]), linediff.Split(b[:len(b)-back]), linediff.Histogram)
	for i := range changes {
		c := &changes[i]
		c.AStart, c.AEnd, c.BStart, c.BEnd = c.AStart+front.lines, c.AEnd+front.lines, c.BStart+front.lines, c.BEnd+front.lines
	}
	return changes
}

type front struct{ bytes, lines int }

// commonFront counts the whole lines with which both texts begin.
func commonFront(a, b []byte) front {
	n := 0
	for most := min(len(a), len(b)); n < most && a[n] == b[n]; {
		n++
	}
	n = bytes.LastIndexByte(a[:n], '\n') + 1
	return front{n, bytes.Count(a[:n], []byte{'\n'})}
}

// commonBack counts the bytes of the whole lines with which both texts end.
func commonBack(a, b []byte) int {
	n := 0
	for most := min(len(a), len(b)); n < most && a[len(a)-1-n] == b[len(b)-1-n]; {
		n++
	}
	if n == len(a) && n == len(b) {
		return n
	}
	// The line in which they differ goes with the middle.
	at := bytes.IndexByte(a[len(a)-n:], '\n')
	if at < 0 {
		return 0
	}
	return n - at - 1
}

// changesOf lists for each path the later commits that changed it, newest first.
// At most so many commits, the newest ones, are compared with their parents; the
// second answer is how many were. An index knows all of them.
func (s *since) changesOf(ctx context.Context, paths []string, most int) (map[string][]int32, int, error) {
	out := make(map[string][]int32, len(paths))
	if s.indexed {
		for _, p := range paths {
			found, err := s.changing(ctx, []string{p}, len(s.below))
			if err != nil {
				return nil, 0, err
			}
			out[p] = found
		}
		return out, 0, nil
	}
	wanted := newPathSet(paths...)
	nodes := s.sorted(s.all())
	nodes = nodes[:min(len(nodes), most)]
	for _, i := range nodes {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		changed, err := s.changed(i, wanted)
		if err != nil {
			return nil, 0, err
		}
		for _, p := range changed {
			out[p] = append(out[p], i)
		}
	}
	return out, len(nodes), nil
}
