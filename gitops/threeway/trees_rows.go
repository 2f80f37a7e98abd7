package threeway

import (
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// row is one name of a directory in three versions.
type row struct {
	entries     [3]gitops.TreeEntry
	files, dirs mask
}

func (r row) name() string {
	for _, e := range r.entries {
		if e.Mode != 0 {
			return e.Name
		}
	}
	return ""
}

// match is the set of versions in which the name is the same thing; an absence
// is never the same as another.
func (r row) match() mask {
	b, o, t := r.entries[inBase], r.entries[inOurs], r.entries[inTheirs]
	switch {
	case sameEntry(b, o) && sameEntry(o, t):
		return maskAll
	case sameEntry(b, o):
		return maskBase | maskOurs
	case sameEntry(b, t):
		return maskBase | maskTheirs
	case sameEntry(o, t):
		return maskSides
	default:
		return 0
	}
}

func sameEntry(a, b gitops.TreeEntry) bool {
	return a.Mode != 0 && a.Mode == b.Mode && a.Hash == b.Hash
}

// rows brings the names of three directories together, without those that are
// the same in all, in the order in which git comes to them.
func (m *treeMerge) rows(trees [3]gitops.Hash) ([]row, error) {
	var queues [3]entryQueue
	for v, tree := range trees {
		same := slices.Index(trees[:], tree)
		if same < v {
			queues[v] = queues[same]
			continue
		}
		var err error
		if queues[v].left, err = treediff.ReadTree(m.objs, tree); err != nil {
			return nil, err
		}
	}
	var rows []row
	for {
		skipSame(&queues)
		r, ok := nextRow(&queues)
		if !ok {
			return rows, nil
		}
		if r.match() != maskAll {
			rows = append(rows, r)
		}
	}
}

// skipSame takes off the queues what is on top of all three and the same there:
// nearly all of a directory. nextRow would come to the same names one by one, for
// rows that rows drops. What was taken before its turn is left to nextRow.
func skipSame(queues *[3]entryQueue) {
	a, b, c := &queues[0], &queues[1], &queues[2]
	if len(a.early)+len(b.early)+len(c.early) > 0 {
		return
	}
	n := 0
	for most := min(len(a.left), len(b.left), len(c.left)); n < most; n++ {
		if a.left[n] != b.left[n] || b.left[n] != c.left[n] {
			break
		}
	}
	a.left, b.left, c.left = a.left[n:], b.left[n:], c.left[n:]
}

// entryQueue is what is left of a directory.
type entryQueue struct {
	left []gitops.TreeEntry
	// early are names that were taken before their turn.
	early []string
}

// head gives the next entry; its mode is 0 at the end.
func (q *entryQueue) head() gitops.TreeEntry {
	for len(q.left) > 0 {
		if e := q.left[0]; !slices.Contains(q.early, e.Name) {
			return e
		}
		q.left = q.left[1:]
	}
	return gitops.TreeEntry{}
}

// take removes the entry of a name, also from behind others: a tree has the
// directory "a" behind "a-b", as if its name were "a/".
func (q *entryQueue) take(name string) gitops.TreeEntry {
	if len(q.left) == 0 {
		return gitops.TreeEntry{}
	}
	if q.left[0].Name == name {
		e := q.left[0]
		q.left = q.left[1:]
		return e
	}
	for _, e := range q.left {
		if e.Name == name {
			q.early = append(slices.Clone(q.early), name)
			return e
		}
		if !strings.HasPrefix(e.Name, name) {
			break
		}
	}
	return gitops.TreeEntry{}
}

// nextRow takes the first name off the queues: the least one of their heads
// by its bytes alone, where a tree would sort it as a directory. Which of two
// identical files git meets first, and so takes for the renamed one, depends
// on that.
func nextRow(queues *[3]entryQueue) (row, bool) {
	var first string
	found := false
	for v := range queues {
		if e := queues[v].head(); e.Mode != 0 && (!found || e.Name < first) {
			first, found = e.Name, true
		}
	}
	var r row
	if !found {
		return r, false
	}
	for v := range queues {
		e := queues[v].take(first)
		r.entries[v] = e
		switch {
		case e.Mode == 0:
		case e.IsTree():
			r.dirs |= maskOf(v)
		default:
			r.files |= maskOf(v)
		}
	}
	return r, true
}
