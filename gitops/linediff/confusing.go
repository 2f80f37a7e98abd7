package linediff

// Limits on what is set aside before the search.
const (
	maxFrequent  = 1024 // occurrences on the other side that always are "frequent"
	siftWindow   = 100  // lines on either side in which company is looked for
	siftMajority = 3    // unmatched lines a frequent one that drown it
)

// What the other side has of a line.
type presence uint8

const (
	absent presence = iota
	present
	frequent
)

// sift leaves out of the search the lines that cannot match, and the ones that
// match so often that matching them among nothing but unmatched lines would
// only tear apart what belongs together (the idea of GNU diff's "discarding
// confusing lines"). What is left out within the region is marked as changed.
func (t *Table) sift(a, b []int32, r region, m marks) (x, y sieved) {
	// Counted over the whole of both sides: git decides by the files, not by
	// what is left of them between equal ends.
	for _, id := range a {
		t.count[id]++
	}
	for _, id := range b {
		t.countB[id]++
	}
	x = siftSide(a, r.a0, r.a1, t.countB, m.a)
	y = siftSide(b, r.b0, r.b1, t.count, m.b)
	for _, id := range a {
		t.count[id] = 0
	}
	for _, id := range b {
		t.countB[id] = 0
	}
	return x, y
}

func siftSide(ids []int32, from, to int, elsewhere []int32, changed []bool) sieved {
	limit := int32(min(maxFrequent, roughRoot(len(ids))))
	kinds := make([]presence, to-from)
	for i, id := range ids[from:to] {
		switch n := elsewhere[id]; {
		case n == 0:
			kinds[i] = absent
		case n >= limit:
			kinds[i] = frequent
		default:
			kinds[i] = present
		}
	}
	s := sieved{changed: changed, ids: make([]int32, 0, to-from), line: make([]int, 0, to-from)}
	for i, kind := range kinds {
		if kind == absent || kind == frequent && drowned(kinds, i) {
			changed[from+i] = true
			continue
		}
		s.ids = append(s.ids, ids[from+i])
		s.line = append(s.line, from+i)
	}
	return s
}

// drowned reports whether the frequent line i stands, between the nearest
// ordinary lines, among unmatched lines on both sides, and these outnumber the
// frequent ones several times.
func drowned(kinds []presence, i int) bool {
	unmatchedUp, frequentUp := company(kinds, i, -1)
	if unmatchedUp == 0 {
		return false
	}
	unmatchedDown, frequentDown := company(kinds, i, +1)
	if unmatchedDown == 0 {
		return false
	}
	// The line itself counts once for either direction.
	frequents := frequentUp + frequentDown + 2
	return unmatchedUp+unmatchedDown > siftMajority*frequents
}

func company(kinds []presence, i, step int) (unmatched, frequents int) {
	for n := 1; n <= siftWindow; n++ {
		j := i + n*step
		if j < 0 || j >= len(kinds) || kinds[j] == present {
			break
		}
		if kinds[j] == absent {
			unmatched++
		} else {
			frequents++
		}
	}
	return unmatched, frequents
}
