package threeway

import "slices"

// gitOrder puts directories into the order in which git comes back to those it
// put off: the order of its hash table of their paths. Where several files of
// the same content went away, that order decides which of them is taken for
// the one that was renamed, and with it which path a conflict is reported at.
// The table is a chained one that puts new entries in front, hashes with FNV-1
// (Fowler, Noll, Vo) and grows fourfold when more than four fifths full.
func gitOrder(dirs []dirState) []dirState {
	table := make([][]dirState, 64)
	for n, d := range dirs {
		putFirst(table, d)
		if n+1 > len(table)*4/5 {
			grown := make([][]dirState, 4*len(table))
			for _, d := range slices.Concat(table...) {
				putFirst(grown, d)
			}
			table = grown
		}
	}
	return slices.Concat(table...)
}

func putFirst(table [][]dirState, d dirState) {
	at := int(fnv1(d.name()) & uint32(len(table)-1))
	table[at] = slices.Insert(table[at], 0, d)
}

func fnv1(s string) uint32 {
	h := uint32(0x811c9dc5)
	for i := range len(s) {
		h = h*0x01000193 ^ uint32(s[i])
	}
	return h
}
