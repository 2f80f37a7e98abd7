package release

import (
	"slices"
	"time"

	"ahead/gitops"
)

// Catalog is all tags of a repository with what their names say, read once for
// several questions. It is safe for use by one goroutine at a time.
type Catalog struct {
	tags     []gitops.Tag
	readable []seen
	// at is the index in readable of each tag, negative where it is not there.
	at []int
	// floats are the floating names once they were asked for, see floating.
	floats map[string]bool
	// part says that this holds some of the tags of a repository; sizes are then
	// how many releases, or pre-releases, each component has in all.
	part  bool
	sizes [2]map[string]int
	// sorted are the answers of newest without options.
	sorted [2][]*seen
}

// Read reads the names. Commits and times of the tags may be filled in until the
// first question, but for that of Likely; then they must not change any more.
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
	return c
}

// floating tells the names that are moved along with releases.
func (c *Catalog) floating() map[string]bool {
	if c.floats == nil {
		c.floats = floatingNames(c.readable, nil)
	}
	return c.floats
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
	for i := range c.tags {
		if t := &c.tags[i]; c.isRelease(i, &s) || s.WasRelease(t.Name) {
			r := &ranked{tag: t}
			if at := c.at[i]; at >= 0 {
				r.reading = s.as.apply(c.readable[at].reading)
				r.ok = s.comparable(r.reading, c.readable[at].of)
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

// Others gives what Releases leaves out, among which another scheme may be
// inferred, and the time of the newest that it does not.
func (c *Catalog) Others(s Scheme) (others *Catalog, newest time.Time) {
	others = &Catalog{}
	for i := range c.tags {
		t := &c.tags[i]
		switch {
		case c.isRelease(i, &s) || s.WasRelease(t.Name):
			if t.Tagger.When.After(newest) {
				newest = t.Tagger.When
			}
		case c.at[i] >= 0:
			others.at = append(others.at, len(others.readable))
			others.readable = append(others.readable, c.readable[c.at[i]])
		}
	}
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
func (c *Catalog) isRelease(i int, s *Scheme) bool {
	if c.at[i] < 0 {
		return s.IsRelease(c.tags[i].Name)
	}
	if !s.Found() || s.floating[c.tags[i].Name] {
		return false
	}
	r := s.as.apply(c.readable[c.at[i]].reading)
	return s.holdsIn(&r, c.readable[c.at[i]].of)
}

// newest lists the releases, or the pre-releases, newest first.
func (c *Catalog) newest(onlyPre bool, opt Options) []*seen {
	slot, whole := &c.sorted[0], &c.sizes[0]
	if onlyPre {
		slot, whole = &c.sorted[1], &c.sizes[1]
	}
	everyone := opt.Component == "" && !opt.AsOne
	if everyone && *slot != nil {
		return *slot
	}
	sizes := make(map[string]int)
	var all []*seen
	for i := range c.readable {
		s := &c.readable[i]
		if (s.pre != "") == onlyPre && !c.floating()[s.name] && opt.admits(s) {
			sizes[s.of]++
			all = append(all, s)
		}
	}
	if c.part && everyone {
		sizes = *whole
	}
	newestFirst(all, sizes)
	all = withoutStrays(all, sizes)
	if everyone {
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
// among limits the commits that are looked at, unless it is nil.
func floatingNames(all []seen, among map[gitops.Hash]bool) map[string]bool {
	type place struct {
		commit gitops.Hash
		prefix string
	}
	floating := make(map[string]bool)
	size := len(all)
	if among != nil {
		size = len(among)
	}
	first := make(map[gitops.Hash]*seen, size)
	at := make(map[place][]*seen)
	add := func(s *seen) {
		p := place{s.tag.Commit, s.prefix}
		if !slices.Contains(at[p], s) {
			at[p] = append(at[p], s)
		}
	}
	for i := range all {
		s := &all[i]
		if among != nil && !among[s.tag.Commit] {
			continue
		}
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
