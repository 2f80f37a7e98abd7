package treediff

import "slices"

// TableOrder puts items into the order in which git goes through its hash
// tables of names. Wherever git takes the first of several that are equally
// good, that order decides: which of several identical files is the one that
// was renamed, which of several directories another most likely became. The
// table is a chained one that puts new entries in front, hashes with FNV-1
// (Fowler, Noll, Vo) and grows fourfold when more than four fifths full.
// items are in the order in which they were put in; no two have one name.
func TableOrder[T any](items []T, name func(T) string) []T {
	if len(items) < 2 {
		return items
	}
	table := make([][]T, 64)
	for n, item := range items {
		putFirst(table, item, name)
		if n+1 > len(table)*4/5 {
			grown := make([][]T, 4*len(table))
			for _, old := range slices.Concat(table...) {
				putFirst(grown, old, name)
			}
			table = grown
		}
	}
	return slices.Concat(table...)
}

func putFirst[T any](table [][]T, item T, name func(T) string) {
	at := int(fnv1(name(item)) & uint32(len(table)-1))
	table[at] = slices.Insert(table[at], 0, item)
}

func fnv1(s string) uint32 {
	h := uint32(0x811c9dc5)
	for i := range len(s) {
		h = h*0x01000193 ^ uint32(s[i])
	}
	return h
}
