package threeway_test

import (
	"math/rand/v2"

	"pgregory.net/rapid"
)

// dice makes the choices of a generator: roll gives a number from 0 to most.
type dice interface{ roll(most int) int }

// rapidDice lets rapid choose, and shrink what it chose.
type rapidDice struct{ *rapid.T }

func (d rapidDice) roll(most int) int { return rapid.IntRange(0, most).Draw(d.T, "choice") }

// byteDice takes its choices from bytes, which a fuzzer changes one by one, and
// from a seed once they are used up. The same bytes and seed choose the same.
type byteDice struct {
	choices []byte
	rest    *rand.Rand
}

func newByteDice(seed uint64, choices []byte) *byteDice {
	return &byteDice{choices: choices, rest: rand.New(rand.NewPCG(seed, 1))}
}

func (d *byteDice) roll(most int) int {
	if len(d.choices) == 0 {
		return d.rest.IntN(most + 1)
	}
	c := d.choices[0]
	d.choices = d.choices[1:]
	return int(c) % (most + 1)
}
