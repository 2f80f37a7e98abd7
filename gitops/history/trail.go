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
	// met holds what the commit contains; true says that the parents are met,
	// too.
	met  map[gitops.Hash]bool
	dive dive
	// milestone is where the trail was steps commits ago; the next one is set
	// after lap.
	milestone  *link
	steps, lap int
}

func newTrail(r *reader, from gitops.Hash) (*trail, error) {
	c, err := r.read(from)
	t := &trail{reader: r, next: c, met: map[gitops.Hash]bool{from: false}, lap: 1}
	t.dive = dive{seen: map[gitops.Hash]bool{from: true}, left: purse}
	if c != nil {
		t.dive.queue = oldestFirst{c}
	}
	return t, err
}

// reaches goes down to what is dated until, or to h.
func (t *trail) reaches(ctx context.Context, h gitops.Hash, until int64) (bool, error) {
	for !t.has(h) && t.next != nil && t.next.When >= until {
		if err := ctx.Err(); err != nil {
			return false, fmt.Errorf("walk history: %w", err)
		}
		var err error
		if t.next, err = t.pass(t.next); err != nil {
			return false, err
		}
		t.endCircle()
	}
	return t.has(h), nil
}

// endCircle ends a trail that comes back to where it was, which only links that
// lie can make it do (Brent's algorithm).
func (t *trail) endCircle() {
	if t.steps++; t.next != nil && t.next == t.milestone {
		t.next = nil
	} else if t.steps == t.lap {
		t.milestone, t.steps, t.lap = t.next, 0, 2*t.lap
	}
}

func (t *trail) has(h gitops.Hash) bool {
	_, met := t.met[h]
	return met
}

// pass meets the parents of a commit, and gives the first of them.
func (t *trail) pass(c *link) (*link, error) {
	t.met[c.hash] = true
	if len(c.Parents) == 0 {
		return nil, nil
	}
	for _, p := range c.Parents {
		t.meet(p)
	}
	return t.reader.read(c.Parents[0])
}

// meet notes a commit, and keeps what is known of its parents.
func (t *trail) meet(h gitops.Hash) {
	if !t.has(h) {
		t.met[h] = false
	}
}

// branch goes down the first parents of what was met beside the mainline: a
// maintenance release was merged, and with it those that were merged into it
// shortly before.
func (t *trail) branch(from *link) error {
	if t.next == from {
		return nil // the mainline itself, not yet gone down
	}
	const shortly = 60 * slack
	for until := from.When - shortly; from != nil && from.When >= until && !t.met[from.hash]; {
		var err error
		if from, err = t.pass(from); err != nil {
			return err
		}
	}
	return nil
}
