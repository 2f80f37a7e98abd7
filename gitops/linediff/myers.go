package linediff

// Where the search gives up the shortest answer. The values and the two rules
// they belong to are those of GNU diff's published heuristics (Paul Eggert,
// diffseq), which git shares.
const (
	minBudget     = 256 // edits: searches cheaper than this are always exact
	longSnake     = 20  // lines: an unchanged stretch worth splitting at
	progressRatio = 4   // lines of progress an edit that make a diagonal promising
)

// myers marks the changed lines by Eugene Myers' "An O(ND) Difference Algorithm
// and Its Variations" (Algorithmica, 1986), in its linear-space form. Lines that
// are alike at both ends, and those that only confuse the search (see
// confusing.go), are set aside first.
func (t *Table) myers(a, b []int32, m marks) {
	head, tail := commonEnds(a, b)
	inner := region{head, len(a) - tail, head, len(b) - tail}
	x, y := t.sift(a, b, inner, m)
	diagonals := len(x.ids) + len(y.ids) + 3
	v := make([]int, 2*diagonals)
	s := &search{
		x: x, y: y,
		forward:  v[:diagonals],
		backward: v[diagonals:],
		zero:     len(y.ids) + 1,
		budget:   max(minBudget, roughRoot(diagonals)),
	}
	s.divide(region{0, len(x.ids), 0, len(y.ids)}, false)
}

func commonEnds(a, b []int32) (head, tail int) {
	n := min(len(a), len(b))
	for head < n && a[head] == b[head] {
		head++
	}
	for tail < n-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return head, tail
}

// roughRoot is a power of two near the square root of n, above it.
func roughRoot(n int) int {
	r := 1
	for ; n > 0; n >>= 2 {
		r <<= 1
	}
	return r
}

// sieved are the lines of one side that take part in the search.
type sieved struct {
	ids     []int32
	line    []int // by position in ids: the line it stands for
	changed []bool
}

func (s sieved) mark(from, to int) {
	for _, line := range s.line[from:to] {
		s.changed[line] = true
	}
}

// search holds the furthest reaching points of both directions, by diagonal
// x-y; index zero+d is diagonal d.
type search struct {
	x, y              sieved
	forward, backward []int
	zero              int
	budget            int
}

// divide marks the changed lines of the region by splitting it at a point that
// a shortest path passes. exact forbids giving up the shortest.
func (s *search) divide(r region, exact bool) {
	for {
		for r.a0 < r.a1 && r.b0 < r.b1 && s.x.ids[r.a0] == s.y.ids[r.b0] {
			r.a0++
			r.b0++
		}
		for r.a0 < r.a1 && r.b0 < r.b1 && s.x.ids[r.a1-1] == s.y.ids[r.b1-1] {
			r.a1--
			r.b1--
		}
		if r.a0 == r.a1 || r.b0 == r.b1 {
			s.x.mark(r.a0, r.a1)
			s.y.mark(r.b0, r.b1)
			return
		}
		p := s.split(r, exact)
		s.divide(region{r.a0, p.x, r.b0, p.y}, p.exactBefore)
		r = region{p.x, r.a1, p.y, r.b1}
		exact = p.exactBehind
	}
}

// point is where a region is split. A part that the search has already shown
// to be cheap is searched exactly, the other one need not be.
type point struct {
	x, y                     int
	exactBefore, exactBehind bool
}

// frontier is one direction's search within a region: its furthest points on
// the diagonals lo, lo+2, …, hi.
type frontier struct {
	v           []int
	zero        int
	lo, hi      int
	least, most int // the region's own diagonals
	unreached   int
	start       int // the diagonal of the corner it started from
	foundSnake  bool
}

func (f *frontier) at(d int) *int { return &f.v[f.zero+d] }

func (f *frontier) reaches(d int) bool { return f.lo <= d && d <= f.hi }

// widen lets the frontier reach one diagonal further on both sides, or draws it
// in where the region ends, so that lo and hi keep their parity.
func (f *frontier) widen() {
	if f.lo > f.least {
		f.lo--
		*f.at(f.lo - 1) = f.unreached
	} else {
		f.lo++
	}
	if f.hi < f.most {
		f.hi++
		*f.at(f.hi + 1) = f.unreached
	} else {
		f.hi--
	}
}

func (s *search) frontier(v []int, r region, x, d, unreached int) frontier {
	f := frontier{
		v: v, zero: s.zero, lo: d, hi: d, start: d,
		least: r.a0 - r.b1, most: r.a1 - r.b0, unreached: unreached,
	}
	*f.at(d) = x
	return f
}

// split searches from both corners in turns, one edit further each time, until
// the two meet.
func (s *search) split(r region, exact bool) point {
	fwd := s.frontier(s.forward, r, r.a0, r.a0-r.b0, -1)
	bwd := s.frontier(s.backward, r, r.a1, r.a1-r.b1, int(^uint(0)>>1))
	odd := (fwd.start-bwd.start)%2 != 0
	for cost := 1; ; cost++ {
		fwd.foundSnake, bwd.foundSnake = false, false
		fwd.widen()
		if p, met := s.advance(r, &fwd, &bwd, odd); met {
			return p
		}
		bwd.widen()
		if p, met := s.retreat(r, &fwd, &bwd, !odd); met {
			return p
		}
		if exact {
			continue
		}
		if cost > minBudget && (fwd.foundSnake || bwd.foundSnake) {
			if p, ok := s.promising(r, &fwd, &bwd, cost); ok {
				return p
			}
		}
		if cost >= s.budget {
			return s.furthest(r, &fwd, &bwd)
		}
	}
}

// advance takes the forward search one edit further. Of an equally far deletion
// and insertion the deletion wins, and higher diagonals are looked at first:
// both decide which of several shortest answers is found.
func (s *search) advance(r region, fwd, bwd *frontier, meet bool) (point, bool) {
	for d := fwd.hi; d >= fwd.lo; d -= 2 {
		x := max(*fwd.at(d - 1)+1, *fwd.at(d + 1))
		from := x
		for y := x - d; x < r.a1 && y < r.b1 && s.x.ids[x] == s.y.ids[y]; y++ {
			x++
		}
		fwd.foundSnake = fwd.foundSnake || x-from > longSnake
		*fwd.at(d) = x
		if meet && bwd.reaches(d) && *bwd.at(d) <= x {
			return point{x, x - d, true, true}, true
		}
	}
	return point{}, false
}

// retreat is advance from the other corner.
func (s *search) retreat(r region, fwd, bwd *frontier, meet bool) (point, bool) {
	for d := bwd.hi; d >= bwd.lo; d -= 2 {
		x := min(*bwd.at(d - 1), *bwd.at(d + 1)-1)
		from := x
		for y := x - d; x > r.a0 && y > r.b0 && s.x.ids[x-1] == s.y.ids[y-1]; y-- {
			x--
		}
		bwd.foundSnake = bwd.foundSnake || from-x > longSnake
		*bwd.at(d) = x
		if meet && fwd.reaches(d) && x <= *fwd.at(d) {
			return point{x, x - d, true, true}, true
		}
	}
	return point{}, false
}
