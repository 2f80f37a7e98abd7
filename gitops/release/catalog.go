package release

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// Catalog is all tags of a repository with what their names say, read once for
// several questions. It is safe for use by one goroutine at a time.
type Catalog struct {
	tags     []gitops.Tag
	readable []seen
	// at is the index in readable of each tag, negative where it is not there.
	at       []int
	floating map[string]bool
	// order is that of greater versions first within each component, once
	// Likely has found it; what is in order already is sorted in one pass.
	order []int
	// sorted are the answers of newest without options.
	sorted [2][]*seen
}

// Read reads the names. The tags must not change while the catalog is in use.
func Read(tags []gitops.Tag) *Catalog {
	c := &Catalog{tags: tags, readable: make([]seen, 0, len(tags)), at: make([]int, len(tags))}
	components := map[string]seen{}
	for i := range tags {
		t := &tags[i]
		c.at[i] = -1
		r, ok := read(t.Name)
		if !ok || t.Commit.IsZero() && !t.Object.IsZero() {
			continue
		}
		// Thousands of tags share a few prefixes.
		known, ok := components[r.prefix]
		if !ok {
			known.of = component(r.prefix)
			known.aside = channel(known.of)
			components[r.prefix] = known
		}
		known.reading, known.tag = r, t
		c.at[i] = len(c.readable)
		c.readable = append(c.readable, known)
	}
	c.floating = floatingNames(c.readable)
	return c
}

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
	descending := func(i, j int) int { return compareAny(c.readable[c.at[j]].reading, c.readable[c.at[i]].reading) }
	share := n/2/max(1, len(byComponent)) + 1
	var picks []Pick
	var heads []int
	c.order = make([]int, 0, len(c.tags))
	for _, of := range slices.Sorted(maps.Keys(byComponent)) {
		all := byComponent[of]
		slices.SortFunc(all, descending)
		c.order = append(c.order, all...)
		greatest, others := all[:min(share, len(all))], all[min(share, len(all)):]
		for _, i := range greatest {
			picks = append(picks, Pick{Tag: i, Component: of})
		}
		heads = append(heads, c.heads(others)...)
	}
	for i, at := range c.at {
		if at < 0 || c.readable[at].aside {
			c.order = append(c.order, i)
		}
	}
	slices.SortFunc(heads, descending)
	for _, i := range heads[:min(n/2, len(heads))] {
		picks = append(picks, Pick{Tag: i, Component: c.readable[c.at[i]].of, Head: true})
	}
	return picks
}

// heads gives the first of each line.
func (c *Catalog) heads(all []int) []int {
	seen := map[string]bool{}
	var heads []int
	for _, i := range all {
		line := c.readable[c.at[i]].line()
		if !seen[line] {
			seen[line] = true
			heads = append(heads, i)
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
func compareAny(a, b reading) int {
	if a.form != b.form {
		return cmp.Compare(b.form, a.form)
	}
	return cmp.Or(compare(a, b), cmp.Compare(a.name, b.name))
}

// Releases gives the tags that are releases of the scheme, or were of one that
// it replaced: newest first by the time of tagging, and by the scheme's order
// where times tie.
func (c *Catalog) Releases(s Scheme) []*gitops.Tag {
	type ranked struct {
		tag *gitops.Tag
		reading
		ok bool
	}
	releases := make([]*ranked, 0, len(c.tags))
	for i := range c.each {
		if t := &c.tags[i]; c.isRelease(i, s) || s.WasRelease(t.Name) {
			r := &ranked{tag: t}
			if at := c.at[i]; at >= 0 {
				r.reading = s.as.apply(c.readable[at].reading)
				r.ok = s.comparable(r.reading)
			}
			releases = append(releases, r)
		}
	}
	slices.SortFunc(releases, func(a, b *ranked) int {
		if c := b.tag.Tagger.When.Compare(a.tag.Tagger.When); c != 0 {
			return c
		}
		return rank(b.tag.Name, a.tag.Name, b.reading, a.reading, b.ok, a.ok)
	})
	tags := make([]*gitops.Tag, len(releases))
	for i, r := range releases {
		tags[i] = r.tag
	}
	return tags
}

// each goes through the indices of the tags, in order where there is one.
func (c *Catalog) each(yield func(int) bool) {
	for k := range c.at {
		i := k
		if c.order != nil {
			i = c.order[k]
		}
		if !yield(i) {
			return
		}
	}
}

// Others gives what Releases leaves out, among which another scheme may be
// inferred, and the time of the newest that it does not.
func (c *Catalog) Others(s Scheme) (others *Catalog, newest time.Time) {
	others = &Catalog{}
	for i := range c.tags {
		t := &c.tags[i]
		switch {
		case c.isRelease(i, s) || s.WasRelease(t.Name):
			if t.Tagger.When.After(newest) {
				newest = t.Tagger.When
			}
		case c.at[i] >= 0:
			others.at = append(others.at, len(others.readable))
			others.readable = append(others.readable, c.readable[c.at[i]])
		}
	}
	others.floating = floatingNames(others.readable)
	return others, newest
}

// When is the time of a tag that reads like a release, zero for every other name.
func (c *Catalog) When(name string) time.Time {
	for i := range c.readable {
		if c.readable[i].name == name {
			return c.readable[i].tag.Tagger.When
		}
	}
	return time.Time{}
}

// isRelease is s.IsRelease of the i-th tag.
func (c *Catalog) isRelease(i int, s Scheme) bool {
	if c.at[i] < 0 {
		return s.IsRelease(c.tags[i].Name)
	}
	if !s.Found() || s.floating[c.tags[i].Name] {
		return false
	}
	return s.holds(s.as.apply(c.readable[c.at[i]].reading))
}

// newest lists the releases, or the pre-releases, newest first.
func (c *Catalog) newest(onlyPre bool, opt Options) []*seen {
	slot := &c.sorted[0]
	if onlyPre {
		slot = &c.sorted[1]
	}
	if opt.Component == "" && *slot != nil {
		return *slot
	}
	groups := make(map[string][]*seen)
	var all []*seen
	for i := range c.each {
		if c.at[i] < 0 {
			continue
		}
		s := &c.readable[c.at[i]]
		if (s.pre != "") == onlyPre && !c.floating[s.name] && opt.admits(s) {
			groups[s.of] = append(groups[s.of], s)
			all = append(all, s)
		}
	}
	newestFirst(all, groups)
	all = withoutStrays(all, groups)
	if opt.Component == "" {
		*slot = all
	}
	return all
}

// Newest is the newest tag that reads like a finished release, whatever can be
// reached and whatever the scheme turns out to be.
func (c *Catalog) Newest() (tag gitops.Tag, ok bool) {
	if all := c.newest(false, Options{}); len(all) > 0 {
		return *all[0].tag, true
	}
	return gitops.Tag{}, false
}

// floatingNames finds the tags that are moved along with releases: v4 and v4.2
// beside v4.2.1 on the same commit.
func floatingNames(all []seen) map[string]bool {
	type place struct {
		commit gitops.Hash
		prefix string
	}
	floating := make(map[string]bool)
	first := make(map[gitops.Hash]*seen, len(all))
	at := make(map[place][]*seen)
	add := func(s *seen) {
		p := place{s.tag.Commit, s.prefix}
		if !slices.Contains(at[p], s) {
			at[p] = append(at[p], s)
		}
	}
	for i := range all {
		s := &all[i]
		if s.tag.Commit.IsZero() || s.pre != "" || s.form != formVersion && s.form != formCounter {
			continue
		}
		// Nearly every commit has one tag.
		if other, taken := first[s.tag.Commit]; taken {
			add(other)
			add(s)
		} else {
			first[s.tag.Commit] = s
		}
	}
	for _, same := range at {
		for _, short := range same {
			for _, long := range same {
				n := len(short.numbers)
				if n < len(long.numbers) && slices.Equal(short.numbers, long.numbers[:n]) {
					floating[short.name] = true
				}
			}
		}
	}
	return floating
}
