package drill

import (
	"cmp"
	"strconv"
	"strings"
)

// version is a release tag's version by SemVer 2.0.0.
type version struct {
	numbers [3]int
	pre     []string
}

// parseVersion reads v1.2.3 or v1.2.3-rc.1+build; anything else is no release.
func parseVersion(tag string) (version, bool) {
	text, ok := strings.CutPrefix(tag, "v")
	if !ok {
		return version{}, false
	}
	text, _, _ = strings.Cut(text, "+")
	core, pre, hasPre := strings.Cut(text, "-")
	parts := strings.Split(core, ".")
	var v version
	if len(parts) != len(v.numbers) || hasPre && pre == "" {
		return version{}, false
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 || strconv.Itoa(n) != part {
			return version{}, false
		}
		v.numbers[i] = n
	}
	if hasPre {
		v.pre = strings.Split(pre, ".")
	}
	return v, true
}

// compare orders by SemVer precedence (section 11 of its specification).
func (v version) compare(o version) int {
	for i := range v.numbers {
		if c := cmp.Compare(v.numbers[i], o.numbers[i]); c != 0 {
			return c
		}
	}
	if len(v.pre) == 0 || len(o.pre) == 0 {
		// A version without pre-release fields is the newer one.
		return cmp.Compare(boolInt(len(v.pre) == 0), boolInt(len(o.pre) == 0))
	}
	for i := 0; i < min(len(v.pre), len(o.pre)); i++ {
		if c := compareField(v.pre[i], o.pre[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(v.pre), len(o.pre))
}

// compareField orders numeric fields by value and before all others.
func compareField(a, b string) int {
	x, errA := strconv.ParseUint(a, 10, 64)
	y, errB := strconv.ParseUint(b, 10, 64)
	switch {
	case errA == nil && errB == nil:
		return cmp.Compare(x, y)
	case errA == nil || errB == nil:
		return cmp.Compare(boolInt(errA != nil), boolInt(errB != nil))
	default:
		return cmp.Compare(a, b)
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
