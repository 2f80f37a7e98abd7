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
	at       []int
	floating map[string]bool
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

// Releases gives the tags that are releases of the scheme, or were of one that
// it replaced, and the others, among which another scheme may be inferred.
func (c *Catalog) Releases(s Scheme) (releases []gitops.Tag, others *Catalog) {
	others = &Catalog{}
	for i := range c.tags {
		t := &c.tags[i]
		if c.isRelease(i, s) || s.WasRelease(t.Name) {
			releases = append(releases, *t)
			continue
		}
		if at := c.at[i]; at >= 0 {
			others.readable = append(others.readable, c.readable[at])
		}
	}
	others.floating = floatingNames(others.readable)
	return releases, others
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
	for i := range c.readable {
		s := &c.readable[i]
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
