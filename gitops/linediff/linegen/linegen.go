// Package linegen makes texts for tests: the kinds in which lines repeat, so
// that a diff of them has more than one right answer and only one is git's.
//
// Promise: the same random source gives the same texts.
package linegen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A Generator makes the lines of a text; other versions of it are edited from
// that.
type Generator struct {
	Name  string
	lines func(*rand.Rand) []string
	// edits is the largest number of edits of a version.
	edits int
}

// All are the generators, ordinary sources first, then those that drive one
// rule of git's to its limits.
func All() []Generator {
	return []Generator{
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
		{"threshold", threshold, 4},
		{"drowned", drowned, 60},
		{"vast", vast, 300},
		{"patchwork", patchwork, 500},
		{"doubled", doubled, 3},
	}
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

// threshold has a line about as often as histogram tolerates at most.
func threshold(r *rand.Rand) []string {
	out := make([]string, 0, 100)
	for range 61 + r.IntN(7) {
		out = append(out, "common")
		if r.IntN(30) == 0 {
			out = append(out, fmt.Sprintf("rare %d", r.IntN(4)))
		}
	}
	return out
}

// drowned has stretches that no other version shares, with lines between them
// that all versions have very often.
func drowned(r *rand.Rand) []string {
	out := make([]string, 0, 400)
	for range 70 + r.IntN(60) {
		for range r.IntN(10) {
			out = append(out, fmt.Sprintf("own %d", r.IntN(1_000_000)))
		}
		for range 1 + r.IntN(2) {
			out = append(out, []string{"", "}"}[r.IntN(2)])
		}
	}
	return out
}

// vast is more text than an exact search would be worth, in few letters.
func vast(r *rand.Rand) []string {
	letters := 3 + r.IntN(9)
	out := make([]string, 700+r.IntN(900))
	for i := range out {
		out[i] = fmt.Sprintf("l%d", r.IntN(letters))
	}
	return out
}

// patchwork is large, with long equal stretches between many edits, of lines
// that all versions have in several places.
func patchwork(r *rand.Rand) []string {
	out := make([]string, 3000+r.IntN(2000))
	for i := range out {
		out[i] = fmt.Sprintf("l%d", r.IntN(1500))
	}
	return out
}

// doubled is one long block a few times over.
func doubled(r *rand.Rand) []string {
	var block []string
	for size := 30 + r.IntN(110); len(block) < size; {
		block = append(block, code(r)...)
	}
	var out []string
	for range 1 + r.IntN(4) {
		out = append(out, block...)
	}
	return out
}
