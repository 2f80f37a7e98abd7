package suspect

import (
	"math/bits"
	"slices"
	"strings"

	"ahead/gitops"
)

// kin is how a candidate hangs together with the others. Positions are those of
// the candidates, -1 for a commit that is none.
type kin struct {
	parents []int
	// brought are those that came by this merge and by no older one, by is the
	// merge that a candidate came by.
	brought  []int
	by       int
	mainline bool
	// unseen says that it is a merge of commits that are no candidates.
	unseen bool
	// arrival counts the units that came into production after it.
	arrival int
}

// below is a set of positions: the candidates that one of them contains.
type below []uint64

func newBelow(n int) below { return make(below, (n+63)/64) }

func (b below) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b below) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (b below) addAll(o below) {
	for i, w := range o {
		b[i] |= w
	}
}

func (b below) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// relate finds who is whose parent, which merge brought whom, and in which order
// they arrived.
func (c *Case) relate() {
	for i := range c.deeds {
		c.deeds[i].by, c.deeds[i].undone = -1, -1
		for _, p := range c.Candidates[i].Commit.Parents {
			at, ok := c.index[p]
			if !ok || at <= i {
				// A parent comes after its child, or else the list is not what it
				// should be: better no kinship than a circle.
				at = -1
			}
			c.deeds[i].parents = append(c.deeds[i].parents, at)
		}
	}
	for at, ok := c.index[c.Deployed]; ok && at >= 0; {
		d := &c.deeds[at]
		d.mainline = true
		if len(d.parents) == 0 {
			break
		}
		at = d.parents[0]
	}
	c.contains = ancestors(c.deeds)
	c.outside = map[gitops.Hash]int{}
	c.findUnits()
	for i := range c.deeds {
		// What a line of first parents leads to is not a merge's doing.
		if k := c.Candidates[i].Commit; len(k.Parents) > 0 {
			delete(c.outside, k.Parents[0])
		}
	}
	c.orderArrivals()
}

// ancestors are, for each candidate, all that it contains, itself included.
func ancestors(deeds []deed) []below {
	sets := make([]below, len(deeds))
	for i := len(deeds) - 1; i >= 0; i-- {
		sets[i] = newBelow(len(deeds))
		sets[i].add(i)
		for _, p := range deeds[i].parents {
			if p >= 0 {
				sets[i].addAll(sets[p])
			}
		}
	}
	return sets
}

// mostBrought is how many commits a merge brings as one piece of work. One with
// more carries a whole branch on, such as that of an older version, whose commits
// are pieces of work themselves.
const mostBrought = 12

// findUnits lays each commit to the oldest merge that brought it from beside the
// line that was merged into. Where branches of several versions are merged upwards,
// that is the merge into the first of them.
func (c *Case) findUnits() {
	for m := len(c.deeds) - 1; m >= 0; m-- {
		parents := c.deeds[m].parents
		if len(parents) < 2 {
			continue
		}
		c.deeds[m].unseen = c.mergesUnseen(m)
		had := newBelow(len(c.deeds))
		if parents[0] >= 0 {
			had = c.contains[parents[0]]
		}
		for i := m + 1; i < len(c.deeds); i++ {
			d := &c.deeds[i]
			if c.contains[m].has(i) && !had.has(i) && d.by < 0 && len(d.brought) == 0 && !c.carries(i) {
				d.by = m
				c.deeds[m].brought = append(c.deeds[m].brought, i)
			}
		}
	}
	c.releaseLarge()
	units, merged := 0, 0
	for i := range c.deeds {
		if d := &c.deeds[i]; len(d.brought) > 0 || d.unseen {
			merged++
		}
		if c.deeds[i].by < 0 && !c.carries(i) {
			units++
		}
	}
	c.mergeShare = c.Habit.mergeShare(float64(merged) / float64(max(1, units)))
}

// releaseLarge makes commits of their own of what came by a merge of too many.
func (c *Case) releaseLarge() {
	for m := range c.deeds {
		if len(c.deeds[m].brought) <= mostBrought {
			continue
		}
		for _, i := range c.deeds[m].brought {
			c.deeds[i].by = -1
		}
		c.deeds[m].brought = nil
	}
}

// carries reports whether a candidate is a merge that brought nothing of its own.
func (c *Case) carries(i int) bool {
	return len(c.deeds[i].parents) > 1 && len(c.deeds[i].brought) == 0 && !c.deeds[i].unseen
}

// mergesUnseen reports whether what a merge brought is older than the candidates.
// Beside the mainline such merges mostly bring it back in, and then say so.
func (c *Case) mergesUnseen(m int) bool {
	if slices.Max(c.deeds[m].parents[1:]) >= 0 {
		return false
	}
	subject := c.Candidates[m].Commit.Subject()
	if !c.deeds[m].mainline && (strings.HasPrefix(subject, "Merge branch ") || strings.HasPrefix(subject, "Merge remote-tracking ")) {
		return false
	}
	for _, p := range c.Candidates[m].Commit.Parents[1:] {
		c.outside[p] = m
	}
	return true
}

// orderArrivals counts units by when they came into the mainline, which for what
// was merged is later than it was written.
func (c *Case) orderArrivals() {
	var mainline []int
	for i := range c.deeds {
		if c.deeds[i].mainline {
			mainline = append(mainline, i)
		}
	}
	// Newest first; what the next one has, came no later than with that.
	units := 0
	done := newBelow(len(c.deeds))
	for k, m := range mainline {
		var next below
		if k+1 < len(mainline) {
			next = c.contains[mainline[k+1]]
		}
		for i := m; i < len(c.deeds); i++ {
			if !c.contains[m].has(i) || next != nil && next.has(i) || done.has(i) {
				continue
			}
			if head := &c.deeds[i]; head.by < 0 {
				c.arrive(i, units, done)
				units++
			}
		}
	}
	for i := range c.deeds {
		if !done.has(i) {
			c.deeds[i].arrival = max(units, i)
		}
	}
}

// arrive gives a unit its place.
func (c *Case) arrive(head, place int, done below) {
	c.deeds[head].arrival = place
	done.add(head)
	for _, i := range c.deeds[head].brought {
		c.deeds[i].arrival = place
		done.add(i)
	}
}

// inherit gives a merge the lines of what it brought.
func (c *Case) inherit() {
	for i := range c.deeds {
		for _, b := range c.deeds[i].brought {
			for _, h := range c.deeds[b].lines {
				h.via = b
				c.deeds[i].hit(h)
			}
		}
	}
}
