package history

import (
	"context"
	"fmt"

	"ahead/gitops"
)

// trail goes down the first parents of one commit, ahead of a walk. What it
// meets, and what is merged into that, the commit contains. Most of what a walk
// waits for is found so: releases and the points where branches began lie on
// the mainline or were merged into it directly. It only ever says yes.
type trail struct {
	reader *reader
	// next is where it goes on, nil at the end.
	next *link
	met  map[gitops.Hash]bool
	// line are those of met whose parents are met, too.
	line map[gitops.Hash]bool
}

func newTrail(r *reader, from gitops.Hash) (*trail, error) {
	c, err := r.read(from)
	return &trail{reader: r, next: c, met: map[gitops.Hash]bool{from: true}, line: map[gitops.Hash]bool{}}, err
}

// reaches goes down to what is dated until, or to h.
func (t *trail) reaches(ctx context.Context, h gitops.Hash, until int64) (bool, error) {
	for !t.met[h] && t.next != nil && t.next.When >= until {
		if err := ctx.Err(); err != nil {
			return false, fmt.Errorf("walk history: %w", err)
		}
		t.line[t.next.hash] = true
		parents := t.next.Parents
		t.next = nil
		for i, p := range parents {
			t.met[p] = true
			if i > 0 {
				continue
			}
			var err error
			if t.next, err = t.reader.read(p); err != nil {
				return false, err
			}
		}
	}
	return t.met[h], nil
}

// branch goes down the first parents of what was met beside the mainline: a
// maintenance release was merged, and with it those that were merged into it
// shortly before.
func (t *trail) branch(from *link) error {
	if t.next == from {
		return nil // the mainline itself, not yet gone down
	}
	const shortly = 60 * slack
	for until := from.When - shortly; from != nil && from.When >= until && !t.line[from.hash]; {
		t.line[from.hash] = true
		for _, p := range from.Parents {
			t.met[p] = true
		}
		if len(from.Parents) == 0 {
			return nil
		}
		var err error
		if from, err = t.reader.read(from.Parents[0]); err != nil {
			return err
		}
	}
	return nil
}
