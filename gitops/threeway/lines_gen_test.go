package threeway_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// triple is one generated merge.
type triple struct {
	name               string
	base, ours, theirs string
}

// A generator makes the lines of a base text; the sides are edited from it.
type generator struct {
	name  string
	lines func(*rand.Rand) []string
	// edits is the largest number of edits a side.
	edits int
}

// The kinds of text in which diff algorithms are tempted to differ: where lines
// repeat there is more than one right answer, and only one is git's.
var generators = []generator{
	{"alphabet", alphabet(1, 6, 30), 5},
	{"letters", alphabet(3, 14, 60), 8},
	{"blanks", blankBlocks, 6},
	{"code", code, 6},
	{"twins", nearTwins, 8},
	{"frequent", alphabet(2, 5, 300), 12},
	{"crowded", crowded, 20},
	{"unique", alphabet(500, 5000, 80), 10},
	{"tiny", alphabet(1, 3, 6), 3},
	{"long", alphabet(40, 900, 900), 120},
}

func alphabet(least, most, length int) func(*rand.Rand) []string {
	return func(r *rand.Rand) []string {
		letters := least + r.IntN(most-least+1)
		out := make([]string, r.IntN(length+1))
		for i := range out {
			out[i] = fmt.Sprintf("l%d", r.IntN(letters))
		}
		return out
	}
}

func blankBlocks(r *rand.Rand) []string {
	var out []string
	for range r.IntN(10) {
		for range r.IntN(4) {
			out = append(out, fmt.Sprintf("item %d", r.IntN(12)))
		}
		for range 1 + r.IntN(3) {
			out = append(out, "")
		}
	}
	return out
}

func code(r *rand.Rand) []string {
	var out []string
	for range 1 + r.IntN(8) {
		out = append(out, fmt.Sprintf("func f%d() {", r.IntN(5)))
		out = append(out, body(r, 1)...)
		out = append(out, "}")
		if r.IntN(4) > 0 {
			out = append(out, "")
		}
	}
	return out
}

func body(r *rand.Rand, depth int) []string {
	tab := strings.Repeat("\t", depth)
	var out []string
	for range r.IntN(5) {
		switch r.IntN(5) {
		case 0:
			if depth < 4 {
				out = append(out, tab+"if ok {")
				out = append(out, body(r, depth+1)...)
				out = append(out, tab+"}")
			}
		case 1:
			out = append(out, tab+"return err")
		case 2:
			out = append(out, "")
		default:
			out = append(out, fmt.Sprintf("%scall(%d)", tab, r.IntN(6)))
		}
	}
	return out
}

// nearTwins are copies of one function that differ in a line or two.
func nearTwins(r *rand.Rand) []string {
	model := append([]string{"  def step", "    begin"}, body(r, 2)...)
	model = append(model, "    end", "  end", "")
	var out []string
	for range 2 + r.IntN(5) {
		twin := append([]string(nil), model...)
		twin[r.IntN(len(twin))] = fmt.Sprintf("    x = %d", r.IntN(3))
		out = append(out, twin...)
	}
	return out
}

// crowded has one line so often that histogram gives up on it, and now and
// then a rare one.
func crowded(r *rand.Rand) []string {
	out := make([]string, 60+r.IntN(240))
	for i := range out {
		out[i] = "same"
		switch r.IntN(12) {
		case 0:
			out[i] = fmt.Sprintf("rare %d", r.IntN(200))
		case 1, 2, 3:
			out[i] = "also"
		}
	}
	return out
}

// edit changes lines in one random way.
func edit(r *rand.Rand, lines []string, fresh func(*rand.Rand) []string) []string {
	at := func() int { return r.IntN(len(lines) + 1) }
	from := at()
	to := min(len(lines), from+r.IntN(1+min(6, len(lines))))
	cut := lines[from:to]
	without := splice(lines, from, to, nil)
	switch r.IntN(7) {
	case 0:
		return without
	case 1: // move
		return splice(without, r.IntN(len(without)+1), -1, cut)
	case 2: // copy
		return splice(lines, at(), -1, cut)
	case 3:
		return splice(lines, from, to, some(r, fresh(r)))
	case 4:
		return splice(lines, from, -1, some(r, fresh(r)))
	case 5: // indent
		deeper := make([]string, len(cut))
		for i, l := range cut {
			deeper[i] = "\t" + l
		}
		return splice(lines, from, to, deeper)
	default: // swap neighbours
		if to-from < 2 {
			return splice(lines, from, -1, []string{fmt.Sprintf("new %d", r.IntN(30))})
		}
		return splice(lines, from, to, []string{cut[len(cut)-1], cut[0]})
	}
}

// splice replaces [from, to) by mid; to < from inserts.
func splice(lines []string, from, to int, mid []string) []string {
	to = max(to, from)
	out := make([]string, 0, len(lines)+len(mid))
	out = append(out, lines[:from]...)
	out = append(out, mid...)
	return append(out, lines[to:]...)
}

func some(r *rand.Rand, lines []string) []string {
	if len(lines) == 0 {
		return []string{"only"}
	}
	from := r.IntN(len(lines))
	return lines[from:min(len(lines), from+1+r.IntN(4))]
}

func (g generator) edited(r *rand.Rand, lines []string, most int) []string {
	for range r.IntN(most + 1) {
		lines = edit(r, lines, g.lines)
	}
	return lines
}

func (g generator) triple(r *rand.Rand, name string) triple {
	base := g.lines(r)
	common := base
	if r.IntN(3) == 0 { // both sides made the same edits first
		common = g.edited(r, base, g.edits/2)
	}
	ours, theirs := g.edited(r, common, g.edits), g.edited(r, common, g.edits)
	if r.IntN(15) == 0 {
		theirs = g.lines(r)
	}
	return triple{name, written(r, base), written(r, ours), written(r, theirs)}
}

// written joins lines, mostly in the ordinary way.
func written(r *rand.Rand, lines []string) string {
	var b strings.Builder
	style := r.IntN(12)
	for i, l := range lines {
		b.WriteString(l)
		if i == len(lines)-1 && r.IntN(8) == 0 {
			break
		}
		if style == 0 || style == 1 && r.IntN(2) == 0 {
			b.WriteByte('\r')
		}
		b.WriteByte('\n')
	}
	return b.String()
}
