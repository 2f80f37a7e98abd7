package linediff

// runBound tells how long runs can be at most, so that a search need not look
// at the rest of b once nothing there can win. It never changes an answer.
//
// Without it a file in which every second line changed costs the square of its
// length, as it does in git. Building it costs more than an ordinary diff, so
// that is put off until much has been spent.
type runBound struct {
	spent int // lines of b looked at so far
	built bool
	tree  []int32 // maxima: leaf len(b)+j is line j, node k covers 2k and 2k+1
}

// boundWorth is how often b may be gone through before a bound is built.
const boundWorth = 64

// none reports that no run through the lines [from, to) of b is longer than
// length. False means not known.
func (u *runBound) none(h *histogram, from, to, length int) bool {
	if !u.built {
		if u.spent < boundWorth*len(h.b) {
			return false
		}
		u.build(h.a, h.b)
	}
	for lo, hi := from+len(h.b), to+len(h.b); lo < hi; lo, hi = lo/2, hi/2 {
		if lo%2 == 1 {
			if int(u.tree[lo]) > length {
				return false
			}
			lo++
		}
		if hi%2 == 1 {
			hi--
			if int(u.tree[hi]) > length {
				return false
			}
		}
	}
	return true
}

// build cuts b into stretches in which every two neighbours are neighbours
// somewhere in a too: a run cannot reach over the end of one.
func (u *runBound) build(a, b []int32) {
	u.built = true
	pairs := make(map[[2]int32]struct{}, len(a))
	for i := 1; i < len(a); i++ {
		pairs[[2]int32{a[i-1], a[i]}] = struct{}{}
	}
	u.tree = make([]int32, 2*len(b))
	leaves := u.tree[len(b):]
	start := 0
	for j := 1; j <= len(b); j++ {
		if j < len(b) {
			if _, ok := pairs[[2]int32{b[j-1], b[j]}]; ok {
				continue
			}
		}
		for k := start; k < j; k++ {
			leaves[k] = int32(j - start)
		}
		start = j
	}
	for k := len(b) - 1; k > 0; k-- {
		u.tree[k] = max(u.tree[2*k], u.tree[2*k+1])
	}
}
