package release

import (
	"cmp"
	"slices"
	"strings"
)

// Less orders tag names as the scheme does, older first; names that are no
// release of it come before all that are, in the order of their texts with
// numbers compared as numbers. It is a strict weak order.
func (s Scheme) Less(a, b string) bool {
	ra, okA := s.read(a)
	rb, okB := s.read(b)
	return rank(a, b, ra, rb, okA && s.comparable(ra, component(ra.prefix)), okB && s.comparable(rb, component(rb.prefix))) < 0
}

// rank compares two names, of which ok says that the scheme can read them.
func rank(a, b string, ra, rb reading, okA, okB bool) int {
	switch {
	case okA && !okB:
		return 1
	case okB && !okA:
		return -1
	case okA:
		return cmp.Or(compare(ra, rb), cmp.Compare(a, b))
	default:
		return compareText(a, b)
	}
}

// comparable is holds with pre-releases, which have their place in the order.
func (s *Scheme) comparable(r reading, of string) bool {
	if !s.Found() {
		return false
	}
	if s.Kind == KindVersion {
		r.pre = ""
		if s.onlyPre {
			r.pre = "x"
		}
	}
	return s.holdsIn(&r, of)
}

// compare orders two readings of one form: SemVer's precedence for versions,
// with missing numbers as 0.
func compare(a, b reading) int {
	if c := a.day.Compare(b.day); c != 0 {
		return c
	}
	if a.form == formCalendar {
		return compareSequence(a, b)
	}
	for i := range max(len(a.numbers), len(b.numbers)) {
		if c := cmp.Compare(at(a.numbers, i), at(b.numbers, i)); c != 0 {
			return c
		}
	}
	return comparePre(a.pre, b.pre)
}

// compareSequence puts a bare date before the date with any sequence.
func compareSequence(a, b reading) int {
	if len(a.numbers) != len(b.numbers) {
		return cmp.Compare(len(a.numbers), len(b.numbers))
	}
	return slices.Compare(a.numbers, b.numbers)
}

func at(numbers []uint64, i int) uint64 {
	if i < len(numbers) {
		return numbers[i]
	}
	return 0
}

// comparePre is SemVer 2.0.0, clause 11: a version without a pre-release is
// the greater; identifiers are compared one by one, numbers below words. A
// word with a number in it ("rc10") is compared by its parts, beyond SemVer,
// because people count so.
func comparePre(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		if c := compareIdentifier(x[i], y[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}

func compareIdentifier(a, b string) int {
	na, nb := isNumber(a), isNumber(b)
	if na != nb {
		if na {
			return -1
		}
		return 1
	}
	return compareText(a, b)
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// compareText compares runs of digits as numbers and everything else
// bytewise.
func compareText(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		if digit(x[0]) && digit(y[0]) {
			var m, n string
			m, x = number(x)
			n, y = number(y)
			if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)); c != 0 {
				return c
			}
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// number cuts the leading digits of s off and gives them without leading
// zeros, so that their length compares first.
func number(s string) (digits, rest string) {
	end := 0
	for end < len(s) && digit(s[end]) {
		end++
	}
	return strings.TrimLeft(s[:end], "0"), s[end:]
}
