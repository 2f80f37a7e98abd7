package linediff

// promising looks for a diagonal that has come far for its cost and ends in a
// long unchanged stretch: very likely a good answer passes there. The forward
// search is asked first.
func (s *search) promising(r region, fwd, bwd *frontier, cost int) (point, bool) {
	best, p := progressRatio*cost, point{}
	for d := fwd.hi; d >= fwd.lo; d -= 2 {
		x := *fwd.at(d)
		y := x - d
		gain := (x - r.a0) + (y - r.b0) - distance(d, fwd.start)
		if gain > best && x >= r.a0+longSnake && x < r.a1 && y >= r.b0+longSnake && y < r.b1 &&
			s.sameRun(x-longSnake, y-longSnake) {
			best, p = gain, point{x, y, true, false}
		}
	}
	if p.exactBefore {
		return p, true
	}
	for d := bwd.hi; d >= bwd.lo; d -= 2 {
		x := *bwd.at(d)
		y := x - d
		gain := (r.a1 - x) + (r.b1 - y) - distance(d, bwd.start)
		if gain > best && x > r.a0 && x <= r.a1-longSnake && y > r.b0 && y <= r.b1-longSnake &&
			s.sameRun(x, y) {
			best, p = gain, point{x, y, false, true}
		}
	}
	return p, p.exactBehind
}

// sameRun reports whether longSnake lines from x and y on are equal.
func (s *search) sameRun(x, y int) bool {
	for k := range longSnake {
		if s.x.ids[x+k] != s.y.ids[y+k] {
			return false
		}
	}
	return true
}

func distance(d, e int) int {
	if d > e {
		return d - e
	}
	return e - d
}

// furthest ends a search that has become too expensive at the point that either
// direction got furthest to.
func (s *search) furthest(r region, fwd, bwd *frontier) point {
	reached, px := -1, 0
	for d := fwd.hi; d >= fwd.lo; d -= 2 {
		x := min(*fwd.at(d), r.a1, r.b1+d)
		if 2*x-d > reached {
			reached, px = 2*x-d, x
		}
	}
	left, qx := int(^uint(0)>>1), 0
	for d := bwd.hi; d >= bwd.lo; d -= 2 {
		x := max(*bwd.at(d), r.a0, r.b0+d)
		if 2*x-d < left {
			left, qx = 2*x-d, x
		}
	}
	if r.a1+r.b1-left < reached-(r.a0+r.b0) {
		return point{px, reached - px, true, false}
	}
	return point{qx, left - qx, false, true}
}
