package linegen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Triple is a text with two versions that were edited from it.
type Triple struct {
	Name               string
	Base, Ours, Theirs string
}

// Batch makes n triples, fewer of large texts; the same seed and round give the same ones.
func (g Generator) Batch(n int, seed, round uint64) []Triple {
	r := rand.New(rand.NewPCG(seed, round))
	if g.Large() {
		n /= 5
	}
	out := make([]Triple, n)
	for i := range out {
		out[i] = g.triple(r)
		out[i].Name = fmt.Sprintf("%s/%d/%d/%d", g.Name, seed, round, i)
	}
	return out
}

// Large says that the texts have thousands of lines or hundreds of edits.
func (g Generator) Large() bool { return g.edits >= 300 }

// Huge makes n triples of texts so large that git no longer looks for shortest
// answers, with edits all over.
func Huge(n int, seed uint64) []Triple {
	r := rand.New(rand.NewPCG(seed, 0))
	out := make([]Triple, n)
	for i := range out {
		letters := 2 + r.IntN([]int{6, 40, 40_000}[i%3])
		base := make([]string, 34_000+r.IntN(8_000))
		for k := range base {
			base[k] = fmt.Sprintf("l%d", r.IntN(letters))
		}
		spacing := 8 + r.IntN(80)
		out[i] = Triple{
			Name: fmt.Sprintf("huge/%d/%d", seed, i), Base: written(r, base),
			Ours: written(r, sprinkled(r, base, spacing)), Theirs: written(r, sprinkled(r, base, spacing)),
		}
	}
	return out
}

// sprinkled changes about one line in so many, in one pass.
func sprinkled(r *rand.Rand, lines []string, spacing int) []string {
	out := make([]string, 0, len(lines)+len(lines)/spacing)
	for _, l := range lines {
		switch r.IntN(3 * spacing) {
		case 0:
		case 1:
			out = append(out, l, lines[r.IntN(len(lines))])
		case 2:
			out = append(out, lines[r.IntN(len(lines))])
		default:
			out = append(out, l)
		}
	}
	return out
}

func (g Generator) triple(r *rand.Rand) Triple {
	base := g.lines(r)
	common := base
	if r.IntN(3) == 0 { // both sides made the same edits first
		common = g.edited(r, base, g.edits/2)
	}
	// Mostly few edits a side: with many nearly everything conflicts, and a
	// clean merge shows more than a conflict does.
	most := g.edits
	if r.IntN(4) > 0 {
		most = 1 + g.edits/6
	}
	ours, theirs := g.edited(r, common, most), g.edited(r, common, most)
	if r.IntN(30) == 0 {
		theirs = g.lines(r)
	}
	return Triple{Base: written(r, base), Ours: written(r, ours), Theirs: written(r, theirs)}
}

// edit changes lines in one random way.
func edit(r *rand.Rand, lines []string, fresh func(*rand.Rand) []string) []string {
	at := func() int { return r.IntN(len(lines) + 1) }
	from := at()
	longest := 6
	if r.IntN(12) == 0 {
		longest = 200
	}
	to := min(len(lines), from+r.IntN(1+min(longest, len(lines))))
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

func (g Generator) edited(r *rand.Rand, lines []string, most int) []string {
	for range r.IntN(most + 1) {
		lines = edit(r, lines, g.lines)
	}
	return lines
}

// written joins lines, mostly in the ordinary way.
func written(r *rand.Rand, lines []string) string {
	var b strings.Builder
	style := r.IntN(40)
	for i, l := range lines {
		b.WriteString(l)
		if i == len(lines)-1 && r.IntN(20) == 0 {
			break
		}
		if style == 0 || style == 1 && r.IntN(2) == 0 {
			b.WriteByte('\r')
		}
		b.WriteByte('\n')
	}
	return b.String()
}
