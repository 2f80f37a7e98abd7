package release

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"strings"

	"ahead/gitops"
)

// Pick is a tag that may be among the newest releases.
type Pick struct {
	// Tag is its index.
	Tag       int
	Component string
	// Head says that it was picked as the greatest of its line only: of tags
	// of its component that are smaller nothing may be known.
	Head bool
}

// Likely picks, by names alone, about n tags among which the newest releases
// are: half of them the greatest versions of each component, half the greatest
// of each line (v1.2 of v1.2.9), since an old line may get a release today.
func (c *Catalog) Likely(n int) []Pick {
	byComponent := map[string][]int{}
	for i, at := range c.at {
		if at >= 0 && !c.readable[at].aside {
			of := c.readable[at].of
			byComponent[of] = append(byComponent[of], i)
		}
	}
	share := n/2/max(1, len(byComponent)) + 1
	var picks []Pick
	var heads []int
	for _, of := range slices.Sorted(maps.Keys(byComponent)) {
		greatest := c.greatest(byComponent[of], share)
		for _, i := range greatest {
			picks = append(picks, Pick{Tag: i, Component: of})
		}
		if len(greatest) < len(byComponent[of]) {
			heads = append(heads, c.heads(byComponent[of], greatest)...)
		}
	}
	for _, i := range c.greatest(heads, n/2) {
		picks = append(picks, Pick{Tag: i, Component: c.readable[c.at[i]].of, Head: true})
	}
	return picks
}

// compare orders two tags by what their names say.
func (c *Catalog) compare(i, j int) int {
	return compareAny(&c.readable[c.at[i]].reading, &c.readable[c.at[j]].reading)
}

// ascending is a heap of tags, the smallest on top.
type ascending struct {
	*Catalog
	tags []int
}

func (h *ascending) Len() int           { return len(h.tags) }
func (h *ascending) Less(i, j int) bool { return h.compare(h.tags[i], h.tags[j]) < 0 }
func (h *ascending) Swap(i, j int)      { h.tags[i], h.tags[j] = h.tags[j], h.tags[i] }

// Push implements heap.Interface.
func (h *ascending) Push(x any) { h.tags = append(h.tags, x.(int)) }

// Pop implements heap.Interface.
func (h *ascending) Pop() any {
	last := h.tags[len(h.tags)-1]
	h.tags = h.tags[:len(h.tags)-1]
	return last
}

// greatest gives the n greatest, the greatest first. All of thousands to sort
// would take longer than all else that is done with them. Names are mostly in
// order, so those from the end leave few to be replaced.
func (c *Catalog) greatest(all []int, n int) []int {
	h := &ascending{Catalog: c, tags: slices.Clone(all[max(0, len(all)-n):])}
	heap.Init(h)
	for k := len(all) - n - 1; k >= 0 && n > 0; k-- {
		if c.compare(all[k], h.tags[0]) > 0 {
			h.tags[0] = all[k]
			heap.Fix(h, 0)
		}
	}
	slices.SortFunc(h.tags, func(i, j int) int { return c.compare(j, i) })
	return h.tags
}

// heads gives the greatest of each line, without those that are left out.
func (c *Catalog) heads(all, leaveOut []int) []int {
	left := make(map[int]bool, len(leaveOut))
	for _, i := range leaveOut {
		left[i] = true
	}
	place := map[string]int{}
	var heads []int
	for _, i := range all {
		if left[i] {
			continue
		}
		line := c.readable[c.at[i]].line()
		k, known := place[line]
		switch {
		case !known:
			place[line] = len(heads)
			heads = append(heads, i)
		case c.compare(i, heads[k]) > 0:
			heads[k] = i
		}
	}
	return heads
}

// line is what a release shares with those before and after it.
func (r reading) line() string {
	if r.form != formVersion {
		return r.prefix
	}
	version := strings.TrimPrefix(r.name, r.prefix)
	for range len(r.numbers) - 1 {
		version = version[digits(version)+1:]
	}
	return strings.TrimSuffix(r.name, version)
}

// compareAny orders readings of any two forms.
func compareAny(a, b *reading) int {
	if a.form != b.form {
		return cmp.Compare(b.form, a.form)
	}
	if c := compare(*a, *b); c != 0 {
		return c
	}
	return cmp.Compare(a.name, b.name)
}

// Dated is the catalog of those tags alone whose time is known. Which names are
// floating, and which component is the larger, it knows from all of them.
func (c *Catalog) Dated() *Catalog {
	d := &Catalog{part: true, sizes: [2]map[string]int{{}, {}}}
	var picked []int
	commits := map[gitops.Hash]bool{}
	for i := range c.tags {
		if !c.tags[i].Tagger.When.IsZero() {
			picked = append(picked, i)
			commits[c.tags[i].Commit] = true
		}
	}
	d.tags, d.at = make([]gitops.Tag, len(picked)), make([]int, len(picked))
	d.readable = make([]seen, 0, len(picked))
	for k, i := range picked {
		d.tags[k], d.at[k] = c.tags[i], -1
		if c.at[i] >= 0 {
			d.at[k] = len(d.readable)
			d.readable = append(d.readable, c.readable[c.at[i]])
			d.readable[d.at[k]].tag = &d.tags[k]
		}
	}
	d.floats = floatingNames(c.readable, commits)
	for i := range c.readable {
		s := &c.readable[i]
		if s.aside {
			continue
		}
		if s.pre == "" {
			d.sizes[0][s.of]++
		} else {
			d.sizes[1][s.of]++
		}
	}
	return d
}

// Len is the number of its tags.
func (c *Catalog) Len() int { return len(c.tags) }
