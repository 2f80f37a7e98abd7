package linediff

// compact settles where the runs of changed lines of one side stand, as
// Michael Haggerty describes it in git's history ("recs_match", "xdl_change_
// compact: introduce the concept of a change group", 2016): a run whose first
// line equals the line behind it may as well be one line further down, and
// likewise up. A run slides to the lowest place at which the other side has a
// run too; with none, to the place with the best score, or without a scorer as
// far down as it goes. A run that slides into another becomes one with it, and
// then may slide on.
//
// ids are the lines of the side, gap its runs and other those of the opposite
// side, indexed alike (see gaps).
func compact(ids []int32, gap, other []int, scorer *splitScorer) {
	s := slider{ids: ids, gap: gap}
	pos := 0
	for k := 0; k < len(gap); k++ {
		if gap[k] == 0 {
			pos++
			continue
		}
		s.k, s.start, s.end = k, pos, pos+gap[k]
		s.settle(other, scorer)
		k, pos = s.k, s.end+1
	}
}

// slider is a run of changed lines [start, end), which is gap[k], on the move.
type slider struct {
	ids        []int32
	gap        []int
	k          int
	start, end int
}

// up moves the run past the unchanged line above it, and joins it with the run
// it meets there.
func (s *slider) up() bool {
	if s.start == 0 || s.ids[s.start-1] != s.ids[s.end-1] {
		return false
	}
	size := s.gap[s.k]
	s.gap[s.k] = 0
	s.k--
	s.end--
	s.gap[s.k] += size
	s.start = s.end - s.gap[s.k]
	return true
}

// down is up the other way.
func (s *slider) down() bool {
	if s.end == len(s.ids) || s.ids[s.start] != s.ids[s.end] {
		return false
	}
	size := s.gap[s.k]
	s.gap[s.k] = 0
	s.k++
	s.start++
	s.gap[s.k] += size
	s.end = s.start + s.gap[s.k]
	return true
}

func (s *slider) settle(other []int, scorer *splitScorer) {
	top, opposed := s.sweep(other)
	switch {
	case s.end == top:
	case opposed:
		for other[s.k] == 0 && s.up() {
		}
	case scorer != nil:
		end := scorer.best(s.ids, top, s.end, s.end-s.start)
		for s.end > end && s.up() {
		}
	}
}

// sweep slides the run to the top of its range and then to the bottom, again
// for as long as that joins it with others. top is the end of the run at the
// top; opposed says that somewhere in the range the other side has a run.
func (s *slider) sweep(other []int) (top int, opposed bool) {
	for size := 0; size != s.end-s.start; {
		size = s.end - s.start
		for s.up() {
		}
		top, opposed = s.end, other[s.k] > 0
		for s.down() {
			opposed = opposed || other[s.k] > 0
		}
	}
	return top, opposed
}
