package linediff

// maxOccurrences is the number of times that a line may occur in a region of a
// and still anchor a match there (the "maximum chain length" of git and JGit).
const maxOccurrences = 64

// histogram marks the changed lines by the histogram diff, as described in the
// documentation of JGit's HistogramDiff (Shawn Pearce, 2010, after Bram Cohen's
// patience diff): of all runs of lines that the two sides have in common take
// one whose rarest line is the rarest in a, longer runs winning over shorter
// ones; it stays, and what is before and behind it is treated alike. A region
// whose common lines are all too frequent goes to Myers.
//
// Neither end is trimmed beforehand, because git does not: common lines at the
// ends take part in the counts, and so in the choice of runs.
func (t *Table) histogram(a, b []int32, m marks) {
	h := &histogram{t: t, a: a, b: b, next: make([]int32, len(a))}
	h.run(m)
}

func (h *histogram) run(m marks) {
	// A stack instead of recursion: a degenerate pair of files nests as deep
	// as it has lines.
	h.todo = append(h.todo, region{0, len(h.a), 0, len(h.b)})
	for len(h.todo) > 0 {
		r := h.todo[len(h.todo)-1]
		h.todo = h.todo[:len(h.todo)-1]
		rest, tooFrequent := h.narrow(r)
		if tooFrequent {
			h.t.myers(h.a[rest.a0:rest.a1], h.b[rest.b0:rest.b1], m.part(rest))
		} else {
			m.part(rest).all()
		}
	}
}

type histogram struct {
	t     *Table
	a, b  []int32
	next  []int32 // by line of a: the next equal line behind it, -1 for none
	todo  []region
	bound runBound
}

// run is a stretch of lines that both sides have; count is how often its
// rarest line occurs in the region of a.
type run struct {
	region
	count int32
}

// narrow splits a region at its anchor, keeps the part with more lines of a and
// puts the other one off, again and again until nothing can be split. It gives
// the last part, and whether its common lines are too frequent to decide.
//
// The larger part inherits the index instead of building its own, so that the
// index costs n log n altogether also when anchors come off the ends one by one.
func (h *histogram) narrow(r region) (rest region, tooFrequent bool) {
	h.index(r)
	defer h.clear(r)
	for r.a0 < r.a1 && r.b0 < r.b1 {
		anchor, common := h.anchor(r)
		if !common || anchor.count > maxOccurrences {
			return r, common
		}
		before := region{r.a0, anchor.a0, r.b0, anchor.b0}
		behind := region{anchor.a1, r.a1, anchor.b1, r.b1}
		if before.a1-before.a0 > behind.a1-behind.a0 {
			h.dropBehind(before.a1, r.a1)
			h.todo = append(h.todo, behind)
			r = before
		} else {
			h.dropBefore(r.a0, behind.a0)
			h.todo = append(h.todo, before)
			r = behind
		}
	}
	return r, false
}

// anchor finds the run to keep. common reports whether any line of the region
// is on both sides at all; then a count above maxOccurrences means that no run
// is fit to be kept.
func (h *histogram) anchor(r region) (best run, common bool) {
	best.count = maxOccurrences + 1
	from := r.b0
	for j := r.b0; j < r.b1; {
		count := h.t.count[h.b[j]]
		common = common || count > 0
		if count == 0 || count > best.count {
			j++
		} else {
			j = h.consider(r, j, &best)
		}
		// No later run can win over one with a unique line but a longer one.
		if best.count == 1 && h.bound.none(h, j, r.b1, best.a1-best.a0) {
			r.b1 = j
		}
	}
	h.bound.spent += r.b1 - from
	return best, common
}

// index counts and chains the lines of a in the region, first occurrence first.
func (h *histogram) index(r region) {
	for i := r.a1 - 1; i >= r.a0; i-- {
		id := h.a[i]
		h.next[i] = h.t.head[id] - 1
		h.t.head[id] = int32(i) + 1
		h.t.count[id]++
	}
}

// dropBefore takes the first lines out of the index; they head their chains.
func (h *histogram) dropBefore(from, to int) {
	for i, id := range h.a[from:to] {
		h.t.head[id] = h.next[from+i] + 1
		h.t.count[id]--
	}
}

// dropBehind takes the last lines out of the counts. They stay at the end of
// their chains, which is why consider stops at the region's end.
func (h *histogram) dropBehind(from, to int) {
	for _, id := range h.a[from:to] {
		h.t.count[id]--
	}
}

func (h *histogram) clear(r region) {
	for _, id := range h.a[r.a0:r.a1] {
		h.t.head[id] = 0
		h.t.count[id] = 0
	}
}

// consider weighs every run through line j of b and gives the line of b to go
// on with: behind the longest of them, since a run through a line inside it was
// seen already.
func (h *histogram) consider(r region, j int, best *run) int {
	onward := j + 1
	for i := h.t.head[h.b[j]] - 1; i >= 0 && int(i) < r.a1; {
		c := h.grow(r, int(i), j)
		onward = max(onward, c.b1)
		if c.a1-c.a0 > best.a1-best.a0 || c.count < best.count {
			*best = c
		}
		for i >= 0 && int(i) < c.a1 {
			i = h.next[i]
		}
	}
	return onward
}

// grow extends the match of line i with line j both ways, within the region.
func (h *histogram) grow(r region, i, j int) run {
	c := run{region: region{i, i + 1, j, j + 1}, count: h.t.count[h.a[i]]}
	for c.a0 > r.a0 && c.b0 > r.b0 && h.a[c.a0-1] == h.b[c.b0-1] {
		c.a0--
		c.b0--
		c.count = min(c.count, h.t.count[h.a[c.a0]])
	}
	for c.a1 < r.a1 && c.b1 < r.b1 && h.a[c.a1] == h.b[c.b1] {
		c.count = min(c.count, h.t.count[h.a[c.a1]])
		c.a1++
		c.b1++
	}
	return c
}
