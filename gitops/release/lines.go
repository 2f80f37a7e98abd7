package release

import "slices"

// Predecessors tells of each release which one it follows, as an index into
// names, which are in the order of their dates, newest first; -1 where nothing
// older is there.
//
// Mostly that is the next in the list. But a repository may keep several lines
// of releases alive: v7.1.5 follows v7.1.4, though v6.4.12 came out between the
// two, and going back "to the one before" must not change the major version. So
// a version follows the last one of its own line, else the greatest below it.
// Where versions do not tell, because names are dates, belong to a scheme that
// was given up, or were begun anew, the dates do.
func (s Scheme) Predecessors(names []string) []int {
	out := make([]int, len(names))
	for i := range out {
		out[i] = i + 1
	}
	if len(names) == 0 {
		return out
	}
	out[len(out)-1] = -1
	if s.Kind != KindVersion {
		return out
	}
	v := s.versions(names)
	for i := range len(names) - 1 {
		if v[i].known {
			out[i] = before(v, i)
		}
	}
	return out
}

// version is one name of Predecessors.
type version struct {
	reading
	known bool
	// greatest is the index of the greatest version from here on, older ones.
	greatest int
}

func (s *Scheme) versions(names []string) []version {
	all := make([]version, len(names))
	greatest := -1
	for i := range slices.Backward(all) {
		v := &all[i]
		v.reading, v.known = s.read(names[i])
		v.known = v.known && s.comparable(v.reading, component(v.prefix))
		if v.known && (greatest < 0 || compare(v.reading, all[greatest].reading) > 0) {
			greatest = i
		}
		v.greatest = greatest
	}
	return all
}

// before finds what the version at i follows. While all older ones are below it,
// which is so in a repository with one line, that takes one comparison.
func before(all []version, i int) int {
	best := all[i+1].greatest
	if best < 0 {
		return i + 1
	}
	if compare(all[best].reading, all[i].reading) < 0 {
		return best
	}
	best = -1
	for j := i + 1; j < len(all); j++ {
		switch {
		case !all[j].known || compare(all[j].reading, all[i].reading) >= 0:
		case sameLine(all[j].numbers, all[i].numbers):
			return j
		case best < 0 || compare(all[j].reading, all[best].reading) > 0:
			best = j
		}
	}
	if best < 0 {
		return i + 1
	}
	return best
}

// sameLine: all numbers but the last are the same (v7.1.4 and v7.1.5).
func sameLine(a, b []uint64) bool {
	for k := range max(len(a), len(b)) - 1 {
		if at(a, k) != at(b, k) {
			return false
		}
	}
	return true
}
