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
	// A stack instead of recursion: a degenerate pair of files nests as deep
	// as it has lines.
	todo := []region{{0, len(a), 0, len(b)}}
	for len(todo) > 0 {
		r := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if r.a0 == r.a1 || r.b0 == r.b1 {
			m.part(r).all()
			continue
		}
		run, common := h.anchor(r)
		switch {
		case !common:
			m.part(r).all()
		case run.count > maxOccurrences:
			t.myers(a[r.a0:r.a1], b[r.b0:r.b1], m.part(r))
		default:
			todo = append(todo,
				region{r.a0, run.a0, r.b0, run.b0},
				region{run.a1, r.a1, run.b1, r.b1})
		}
	}
}

type histogram struct {
	t    *Table
	a, b []int32
	next []int32 // by line of a: the next equal line of the region, -1 for none
}

// run is a stretch of lines that both sides have; count is how often its
// rarest line occurs in the region of a.
type run struct {
	region
	count int32
}

// anchor finds the run to keep. common reports whether any line of the region
// is on both sides at all; then a count above maxOccurrences means that no run
// is fit to be kept.
func (h *histogram) anchor(r region) (best run, common bool) {
	h.index(r)
	defer h.clear(r)
	best.count = maxOccurrences + 1
	for j := r.b0; j < r.b1; {
		count := h.t.count[h.b[j]]
		common = common || count > 0
		if count == 0 || count > best.count {
			j++
			continue
		}
		j = h.consider(r, j, &best)
	}
	return best, common
}

// index counts and chains the lines of a in the region, first occurrence first.
func (h *histogram) index(r region) {
	for i := r.a1 - 1; i >= r.a0; i-- {
		id := h.a[i]
		h.next[i] = h.t.head[id] - 1
		h.t.head[id] = int32(i) + 1 //nolint:gosec // a line number
		h.t.count[id]++
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
	for i := h.t.head[h.b[j]] - 1; i >= 0; {
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
