// Package partial holds what a person leaves out of a revert, and lays it
// beside what the revert would be without.
//
// Promise: what stays as it is can be seen and taken back in, wherever it is
// shown, and never looks as if it shipped.
//
// Rules it keeps:
//   - values only, no clock and no I/O: screens and plain mode share it;
//   - a set has one spelling: sorted by path, a path once, and a file of which
//     every hunk stays is a file that stays;
//   - what ships is drawn from the plan that ships; what stays from the plan
//     that leaves nothing out.
package partial

import (
	"slices"
	"strings"

	"ahead/gitops"
)

// Set is what stays as the branch has it. The empty set is nil. Sets are
// values: no method changes the one that it is called on.
type Set []gitops.LeaveOut

// Of gives what a remedy leaves out.
func Of(r gitops.Remedy) Set {
	var s Set
	for _, l := range r.LeaveOut {
		whole, hunks := s.At(l.Path)
		switch {
		case whole:
		case len(l.Hunks) == 0:
			s = s.with(l.Path, nil, true)
		default:
			for _, h := range l.Hunks {
				if !slices.Contains(hunks, h) {
					hunks = append(slices.Clone(hunks), h)
				}
			}
			s = s.with(l.Path, hunks, false)
		}
	}
	return s
}

// At says what is left out at a path: all of it, or hunks by name.
func (s Set) At(path string) (whole bool, hunks []string) {
	for _, l := range s {
		if l.Path == path {
			return len(l.Hunks) == 0, l.Hunks
		}
	}
	return false, nil
}

// Has reports whether the path, or a part of it, is left out.
func (s Set) Has(path string) bool {
	whole, hunks := s.At(path)
	return whole || len(hunks) > 0
}

// Path gives the set with a path left out as a whole, or taken back in where
// it was.
func (s Set) Path(path string) Set {
	whole, _ := s.At(path)
	return s.with(path, nil, !whole)
}

// Hunk gives the set with hunk i of a path left out, or taken back in. names
// are the names of all its hunks.
func (s Set) Hunk(path string, names []string, i int) Set {
	whole, out := s.At(path)
	var hunks []string
	for j, name := range names {
		if was := whole || slices.Contains(out, name); was != (i == j) {
			hunks = append(hunks, name)
		}
	}
	if len(hunks) == len(names) {
		return s.with(path, nil, true)
	}
	return s.with(path, hunks, false)
}

// Only gives the part of the set that lies at these paths.
func (s Set) Only(at func(path string) bool) Set {
	var out Set
	for _, l := range s {
		if at(l.Path) {
			out = append(out, l)
		}
	}
	return out
}

// Equal reports whether two sets leave out the same; the order of a path's
// hunks says nothing.
func (s Set) Equal(other Set) bool {
	return slices.EqualFunc(s, other, func(a, b gitops.LeaveOut) bool {
		return a.Path == b.Path && slices.Equal(slices.Sorted(slices.Values(a.Hunks)), slices.Sorted(slices.Values(b.Hunks)))
	})
}

// Remedy gives the remedy that leaves out this set and nothing else.
func (s Set) Remedy(r gitops.Remedy) gitops.Remedy {
	r.LeaveOut = s
	return r
}

// with replaces what is said of a path.
func (s Set) with(path string, hunks []string, whole bool) Set {
	out := make(Set, 0, len(s)+1)
	for _, l := range s {
		if l.Path != path {
			out = append(out, l)
		}
	}
	if whole || len(hunks) > 0 {
		l := gitops.LeaveOut{Path: path, Hunks: hunks}
		at, _ := slices.BinarySearchFunc(out, l, func(a, b gitops.LeaveOut) int { return strings.Compare(a.Path, b.Path) })
		out = slices.Insert(out, at, l)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
