package release_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/release"
)

func schemeOf(names []string) release.Scheme {
	tags := make([]gitops.Tag, len(names))
	for i, name := range names {
		tags[i] = gitops.Tag{Name: name, Tagger: gitops.Signature{When: time.Date(2025, 3, 4-i, 9, 0, 0, 0, time.UTC)}}
	}
	return release.Infer(tags, nil, release.Options{})
}

func TestPredecessors(t *testing.T) {
	for name, c := range map[string]struct {
		names []string
		want  []int
	}{
		"one line":               {[]string{"v1.2.1", "v1.2.0", "v1.1.9", "v1.1.8"}, []int{1, 2, 3, -1}},
		"two lines in turn":      {[]string{"v7.1.5", "v6.4.12", "v7.1.4", "v6.4.11", "v7.1.3"}, []int{2, 3, 4, 4, -1}},
		"the first of a line":    {[]string{"v6.4.13", "v7.2.0", "v6.4.12", "v7.1.9", "v7.1.8"}, []int{2, 3, 3, 4, -1}},
		"a fix of an older line": {[]string{"v1.3.1", "v1.2.1", "v1.3.0", "v1.2.0"}, []int{2, 3, 3, -1}},
		"begun anew":             {[]string{"v0.2.0", "v0.1.0", "v3.0.0", "v2.9.0"}, []int{1, 2, 3, -1}},
		"dates":                  {[]string{"2025.03.04", "2025.03.01", "2025.02.28"}, []int{1, 2, -1}},
		"numbers":                {[]string{"release-12", "release-11", "release-10"}, []int{1, 2, -1}},
		"one":                    {[]string{"v1.0.0"}, []int{-1}},
		"none":                   {nil, []int{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := schemeOf(c.names).Predecessors(c.names); !slices.Equal(got, c.want) {
				t.Errorf("%v: %v, want %v", c.names, got, c.want)
			}
		})
	}
}

// TestPredecessorsByComparison holds the short cut to the rule it stands for.
func TestPredecessorsByComparison(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		var names []string
		var numbers [][3]int
		for range n {
			v := [3]int{rapid.IntRange(1, 2).Draw(t, "major"), rapid.IntRange(0, 2).Draw(t, "minor"), rapid.IntRange(0, 3).Draw(t, "patch")}
			if slices.Contains(numbers, v) {
				continue
			}
			numbers = append(numbers, v)
			names = append(names, fmt.Sprintf("v%d.%d.%d", v[0], v[1], v[2]))
		}
		got := schemeOf(names).Predecessors(names)
		for i, v := range numbers[:len(numbers)-1] {
			want := -1
			for j := i + 1; j < len(numbers); j++ {
				if slices.Compare(numbers[j][:], v[:]) < 0 && (want < 0 || slices.Compare(numbers[j][:], numbers[want][:]) > 0) {
					want = j
				}
			}
			for j := len(numbers) - 1; j > i; j-- {
				// Its own line counts by dates: the last that was released.
				if slices.Equal(numbers[j][:2], v[:2]) && numbers[j][2] < v[2] && !allBelow(numbers[i+1:], v) {
					want = j
				}
			}
			if want < 0 {
				want = i + 1
			}
			if got[i] != want {
				t.Fatalf("%v: %s follows %s, want %s", names, names[i], names[got[i]], names[want])
			}
		}
	})
}

func allBelow(older [][3]int, v [3]int) bool {
	return !slices.ContainsFunc(older, func(o [3]int) bool { return slices.Compare(o[:], v[:]) > 0 })
}
