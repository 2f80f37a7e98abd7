package linediff

// Algorithm says how the changed lines are found.
type Algorithm uint8

// The algorithms. Histogram is the zero value: it is what git's ort merge uses.
const (
	Histogram Algorithm = iota
	// Myers is what `git diff` uses unless told otherwise.
	Myers
)

// Options choose the algorithm and how sliding runs are placed.
type Options struct {
	Algorithm Algorithm
	// IndentHeuristic places a run of changed lines that could stand in
	// several places where a reader expects it. `git diff` does so by default;
	// git's merges do not, and a merge with it differs from git's.
	IndentHeuristic bool
}

// DisplayOptions are those of `git diff` with its defaults.
func DisplayOptions() Options { return Options{Algorithm: Myers, IndentHeuristic: true} }

// Change replaces the lines [AStart, AEnd) of a by [BStart, BEnd) of b, counted
// from 0. One of the two ranges may be empty, never both.
type Change struct {
	AStart, AEnd, BStart, BEnd int
}

// Diff gives the changes that lead from a to b as git's merge machinery sees
// them: ordered, disjoint, each as long as it can be, and everything between
// two changes equal in a and b.
func Diff(a, b []Line, alg Algorithm) []Change {
	return DiffWith(a, b, Options{Algorithm: alg})
}

// DiffWith is Diff with a choice of where sliding runs are placed.
func DiffWith(a, b []Line, opt Options) []Change {
	t := NewTable()
	return t.Diff(t.Intern(a), t.Intern(b), opt)
}

// Diff is the package's Diff over numbers that t.Intern gave.
func (t *Table) Diff(a, b []int32, opt Options) []Change {
	t.scratch()
	m := newMarks(len(a), len(b))
	switch opt.Algorithm {
	case Myers:
		t.myers(a, b, m)
	default:
		t.histogram(a, b, m)
	}
	g := gapsOf(m)
	var s *splitScorer
	if opt.IndentHeuristic {
		s = &splitScorer{text: t.text}
	}
	compact(a, g.a, g.b, s)
	compact(b, g.b, g.a, s)
	return g.changes()
}

// marks say which lines of either side are changed. The unmarked lines of both
// sides are equal in number and pairwise equal.
type marks struct {
	a, b []bool
}

func newMarks(a, b int) marks {
	both := make([]bool, a+b)
	return marks{a: both[:a:a], b: both[a:]}
}

func (m marks) part(r region) marks {
	return marks{a: m.a[r.a0:r.a1], b: m.b[r.b0:r.b1]}
}

func (m marks) all() {
	mark(m.a)
	mark(m.b)
}

func mark(lines []bool) {
	for i := range lines {
		lines[i] = true
	}
}

// region is a part of a beside a part of b.
type region struct {
	a0, a1, b0, b1 int
}

// gaps count the changed lines between the unchanged ones: a[k] and b[k] stand
// before the unchanged line k, the last ones behind all of them. In this form
// the runs of both sides correspond by index, whatever slides.
type gaps struct {
	a, b []int
}

func gapsOf(m marks) gaps {
	a := gapsIn(m.a)
	return gaps{a: a, b: gapsIn(m.b)}
}

func gapsIn(changed []bool) []int {
	kept := 0
	for _, c := range changed {
		if !c {
			kept++
		}
	}
	gap := make([]int, kept+1)
	k := 0
	for _, c := range changed {
		if c {
			gap[k]++
		} else {
			k++
		}
	}
	return gap
}

func (g gaps) changes() []Change {
	var out []Change
	i, j := 0, 0
	for k := range g.a {
		if g.a[k] > 0 || g.b[k] > 0 {
			out = append(out, Change{AStart: i, AEnd: i + g.a[k], BStart: j, BEnd: j + g.b[k]})
		}
		i += g.a[k] + 1
		j += g.b[k] + 1
	}
	return out
}
