package story

import "hash/fnv"

// random is the SplitMix64 generator (Steele, Lea, Flood: "Fast splittable
// pseudorandom number generators", 2014). It is written out here because the
// object ids of a seed must stay the same for ever, which math/rand/v2 does
// not promise for what it derives from its sources.
type random struct {
	state uint64
}

// newRandom gives the numbers of a seed for one purpose, independent of those
// for another, so that a new use does not move the old ones.
func newRandom(seed uint64, purpose string) *random {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return &random{state: seed ^ h.Sum64()}
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives a number from 0 to n-1; n must be positive. The bias of the
// remainder is far below what a story of sixty commits could show.
func (r *random) below(n int) int { return int(r.next() % uint64(n)) }

// between gives a number from least to most.
func (r *random) between(least, most int) int { return least + r.below(most-least+1) }

// shuffle puts the items into a random order, in place (Fisher-Yates).
func shuffle[T any](r *random, items []T) {
	for i := len(items) - 1; i > 0; i-- {
		j := r.below(i + 1)
		items[i], items[j] = items[j], items[i]
	}
}

// pick chooses one item.
func pick[T any](r *random, items []T) T { return items[r.below(len(items))] }
