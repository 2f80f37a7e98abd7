package planner

import "slices"

const (
	// maxPool bounds the commits out of which smaller sets are made.
	maxPool = 12
	// allPool is so few that every set of them is tried.
	allPool = 6
)

// smallest looks for a clean set smaller than found: all sets of one commit,
// then of two, and so on, out of those that were met and, where they are few,
// all that touched the paths, or all there are. A set that leaves a place of the
// suspects' own conflict untouched is tried last (see smallerYet), unless the pool
// is tiny: next to never it helps there. An empty found, where the pool is small,
// may still have an answer: what is in the way of what is in the way can lead too
// far.
//
// Where that is too much, it leaves out one commit after the other while the
// rest still reverts cleanly, over and over (delta debugging's 1-minimal set,
// Zeller 1999): none of the answer can be spared then.
func (s *search) smallest(found []int32) ([]int32, error) {
	if len(found) == 1 || len(found) == 0 && (len(s.met) > min(maxPool, s.share.set) || s.spent()) {
		return found, nil
	}
	pool, err := s.pool(found)
	if err != nil {
		return nil, err
	}
	whole := len(pool) <= maxPool && len(found) <= maxExhaustive
	below := len(found)
	if below == 0 {
		below = min(len(pool), maxExhaustive) + 1
	}
	for size := 1; whole && size < below; size++ {
		set, all, err := s.firstOf(pool, size, false)
		if err != nil {
			return nil, err
		}
		if whole = all; len(set) > 0 {
			found = set
			break
		}
	}
	if len(found) == 0 || whole && len(pool) <= allPool {
		return found, nil
	}
	return s.smallerYet(pool, found)
}

// smallerYet tries what meets left out, which holds all the same next to never: a
// commit that did not touch the place may take away the whole file that the place
// is in. Where the share does not go that far, at least none of the answer can be
// spared.
func (s *search) smallerYet(pool, found []int32) ([]int32, error) {
	whole := len(pool) <= maxPool
	for size := 1; whole && size < len(found); size++ {
		set, all, err := s.firstOf(pool, size, true)
		if err != nil || len(set) > 0 {
			return set, err
		}
		whole = all
	}
	if whole {
		return found, nil
	}
	return s.spare(found)
}

// maxExhaustive bounds the answers that are held against all smaller sets.
const maxExhaustive = 5

func (s *search) pool(found []int32) ([]int32, error) {
	pool := union(slices.Clone(found), s.met)
	near, err := s.nearby()
	if err != nil {
		return nil, err
	}
	if more := union(slices.Clone(pool), near); len(more) <= maxPool {
		pool = more
	}
	// A commit that met no place in conflict may be the way out all the same, where
	// it took away a whole file: few commits are simply all asked.
	if s.since.indexed {
		return s.since.sorted(pool), nil
	}
	if more := union(slices.Clone(pool), s.since.single()); len(more) <= maxPool {
		pool = more
	}
	return s.since.sorted(pool), nil
}

// firstOf tries the sets of one size, every one or those that are worth it; all is
// false when it had to stop.
func (s *search) firstOf(pool []int32, size int, every bool) (set []int32, all bool, err error) {
	pick := make([]int, size)
	for k := range pick {
		pick[k] = k
	}
	for more := len(pool) >= size; more; more = nextPick(pick, len(pool)) {
		set := make([]int32, size)
		for k, at := range pick {
			set[k] = pool[at]
		}
		if !every && len(pool) > allPool && !s.meets(set) {
			continue
		}
		if s.merges+size+len(s.suspects) > s.share.merges {
			return nil, false, nil
		}
		end, err := s.try(set)
		if err != nil {
			return nil, false, err
		}
		if end.clean {
			return set, true, nil
		}
	}
	return nil, true, nil
}

// nextPick goes on to the next choice of len(pick) out of n, in lexical order.
func nextPick(pick []int, n int) bool {
	for k := len(pick) - 1; k >= 0; k-- {
		if pick[k] < n-len(pick)+k {
			pick[k]++
			for j := k + 1; j < len(pick); j++ {
				pick[j] = pick[j-1] + 1
			}
			return true
		}
	}
	return false
}

// meets reports whether the set touches every place that it must.
func (s *search) meets(set []int32) bool {
	for _, need := range s.needs {
		if !slices.ContainsFunc(set, func(i int32) bool { return slices.Contains(need, i) }) {
			return false
		}
	}
	return true
}

// spare goes round until a whole round spared nothing: sets that revert cleanly
// are not closed upwards (a commit may only stand in the way while one after it
// stays), so one round leaves members that a later one can spare.
func (s *search) spare(keep []int32) ([]int32, error) {
	for spared := true; spared; {
		spared = false
		for i := len(keep) - 1; i >= 0 && len(keep) > 1; i-- {
			if s.merges > 2*s.share.merges {
				return keep, nil
			}
			without := slices.Delete(slices.Clone(keep), i, i+1)
			end, err := s.try(without)
			if err != nil {
				return nil, err
			}
			if end.clean {
				keep, spared = without, true
			}
		}
	}
	return keep, nil
}

// nearby are the commits that ever touched a place of the suspects' own
// conflicts; beside that it notes what a set needs to be worth a trial.
func (s *search) nearby() ([]int32, error) {
	var near []int32
	if err := s.prefetch(s.own); err != nil {
		return nil, err
	}
	for _, c := range s.own {
		near = union(near, s.allOn(c))
		for _, h := range c.Hunks {
			touched, whole, err := s.touchedBy(c, h)
			if err != nil {
				return nil, err
			}
			if whole {
				s.needs = append(s.needs, touched)
			}
		}
	}
	return near, nil
}
