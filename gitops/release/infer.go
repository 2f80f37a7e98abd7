package release

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// Options narrow the inference.
type Options struct {
	// Component names the part of the repository that is released (the "api"
	// of api/v1.2.3), or a whole tag prefix. Empty: the one with the newest
	// release.
	Component string
	// AsOne leaves out all components but the repository as a whole.
	AsOne bool
	// Whole completes a tag of which only the commit, the tagger and whether it
	// is annotated were read. It is asked about the few newest releases; nil
	// where tags are complete.
	Whole func(gitops.Tag) gitops.Tag
}

// newest is how many releases show how the next one is made.
const newest = 3

// habit is how many of the newest releases are looked at for a habit.
const habit = 10

// seen is a tag that reads like a release.
type seen struct {
	reading
	tag *gitops.Tag
	// of is the component of the prefix, aside says that it names a channel.
	of    string
	aside bool
}

// Infer finds the scheme of the releases that reachable holds for (all when it
// is nil): those that the deployed release, or the tip, contains. It is asked
// about some hundred of the newest tags at most. Pass every tag: those that
// cannot be reached still say which names are not releases.
func Infer(tags []gitops.Tag, reachable func(gitops.Tag) bool, opt Options) Scheme {
	return Read(tags).Infer(reachable, opt)
}

// Infer is the function of that name for tags that were read before.
func (c *Catalog) Infer(reachable func(gitops.Tag) bool, opt Options) Scheme {
	group := c.choose(reachable, opt, enough)
	if len(group) == 0 {
		return Scheme{}
	}
	return c.withFormer(c.begin(group).settle(group, opt), opt)
}

// Recognize is Infer of what tells which tags are releases, now and formerly,
// and with what prefix: all that Releases, Others and IsRelease need. The newest
// release says it alone, unless its name begins like a year. How the next one is
// called it does not say, nor what the last ones were like.
func (c *Catalog) Recognize(reachable func(gitops.Tag) bool, opt Options) Scheme {
	group := c.choose(reachable, opt, 1)
	if len(group) == 0 {
		return Scheme{}
	}
	if _, ok := likeYear(group[0]); ok {
		group = c.choose(reachable, opt, habit)
	}
	s := c.begin(group)
	s.Kind, s.last, s.Prefix = kindOf(group[0].form), group[0].reading, group[0].prefix
	opt.complete(group[:1])
	return c.withFormer(s, opt)
}

// begin decides how the names of a component's newest releases are read, and
// reads them so.
func (c *Catalog) begin(group []*seen) Scheme {
	s := Scheme{floating: c.floating(), Component: group[0].of}
	s.onlyPre = group[0].pre != ""
	s.as = decideYear(group[:min(habit, len(group))])
	for i := range group {
		group[i].reading = s.as.apply(group[i].reading)
	}
	return s
}

// withFormer adds the releases of schemes that were given up.
func (c *Catalog) withFormer(s Scheme, opt Options) Scheme {
	s.former = make(map[string]bool)
	for i := range c.readable {
		r := &c.readable[i]
		if r.of != s.Component || r.pre != "" || !opt.admits(r) || c.floating()[r.name] {
			continue
		}
		if meant := s.as.apply(r.reading); !s.holdsIn(&meant, r.of) {
			s.former[r.name] = true
		}
	}
	return s
}

// admits tells the tags that are looked at for a scheme.
func (o Options) admits(s *seen) bool {
	if o.AsOne {
		return s.of == ""
	}
	if o.Component == "" {
		return !s.aside
	}
	return s.of == component(o.Component) || s.prefix == o.Component
}

// Asking what can be reached may mean a walk through history, so only the
// newest tags are asked about: until enough releases are found, or patience
// many in all could not be reached.
const (
	enough   = 25
	patience = 250
)

// choose gives the tags, newest first, of the component with the newest release
// that can be reached, or where nothing but pre-releases exists, with the
// newest of those; of those that can be reached at most the given number. The
// caller may change what it is given.
func (c *Catalog) choose(reachable func(gitops.Tag) bool, opt Options, most int) []*seen {
	for _, onlyPre := range []bool{false, true} {
		var group []*seen
		for _, s := range reached(c.newest(onlyPre, opt), reachable, most) {
			own := *s
			group = append(group, &own)
		}
		if len(group) > 0 {
			return group
		}
	}
	return nil
}

// reached picks from all, newest first, what can be reached of the first
// component that can.
func reached(all []*seen, reachable func(gitops.Tag) bool, most int) []*seen {
	var group []*seen
	missed := 0
	for _, s := range all {
		if len(group) > 0 && s.of != group[0].of {
			continue
		}
		switch {
		case reachable == nil:
			group = append(group, s)
		case missed >= patience || len(group) >= most:
			return group
		case reachable(*s.tag):
			group = append(group, s)
		default:
			missed++
		}
	}
	return group
}

func withoutStrays(all []*seen, sizes map[string]int) []*seen {
	series := false
	for _, size := range sizes {
		series = series || size >= 3
	}
	if !series {
		return all
	}
	return slices.DeleteFunc(all, func(s *seen) bool { return s.stray(sizes[s.of]) })
}

// stray tells a lone number behind a word ("java-17", "ticket-1234"): no reason
// to leave a series of releases. size is that of its component.
func (s *seen) stray(size int) bool { return size == 1 && s.form == formCounter && s.of != "" }

// newestFirst orders by time. Where times tie (tags that an import made) the
// component with more releases comes first, a version is likelier a release
// than a number, and the greater version is the newer.
func newestFirst(all []*seen, sizes map[string]int) {
	slices.SortFunc(all, func(a, b *seen) int {
		if c := b.tag.Tagger.When.Compare(a.tag.Tagger.When); c != 0 {
			return c
		}
		if a.of != b.of {
			return cmp.Or(cmp.Compare(sizes[b.of], sizes[a.of]), cmp.Compare(a.of, b.of))
		}
		if a.form != b.form {
			return cmp.Compare(a.form, b.form)
		}
		return cmp.Or(compare(b.reading, a.reading), cmp.Compare(a.name, b.name))
	})
}

// settle makes the scheme out of a component's tags, newest first: the newest
// decides on the form, and what is written otherwise belongs to the past.
func (s Scheme) settle(group []*seen, opt Options) Scheme {
	s.Kind, s.last = kindOf(group[0].form), group[0].reading
	var current []*seen
	for _, g := range group {
		if s.holds(&g.reading) {
			current = append(current, g)
			s.releases = append(s.releases, g.reading)
		}
	}
	last := current[0]
	for _, g := range current {
		// A greater number that is years older belongs to a count that was begun
		// anew (v12.0.0 before v0.15.0).
		if g.prefix == last.prefix && compare(g.reading, last.reading) > 0 && !long(g, current[0]) {
			last = g
		}
	}
	s.last, s.Last, s.Prefix = last.reading, last.name, last.prefix
	opt.complete(append(slices.Clone(current[:min(newest, len(current))]), last))
	s.lastMessage = last.tag.Message
	s.Annotated = usual(current, func(t *gitops.Tag) bool { return t.Annotated })
	s.Signed = s.Annotated && usual(current, func(t *gitops.Tag) bool { return t.Signed })
	recent := current[:min(habit, len(current))]
	s.learnVersions(recent)
	s.learnSequence(recent)
	s.zone = zoneOf(recent)
	s.epoch = s.Kind == KindCounter && epoch(last)
	return s
}

// long reports whether a was made so long before b that it says nothing about
// what follows b.
func long(a, b *seen) bool {
	was, is := a.tag.Tagger.When, b.tag.Tagger.When
	return !was.IsZero() && !is.IsZero() && is.Sub(was) > dormant
}

func (o Options) complete(tags []*seen) {
	for _, s := range tags {
		if o.Whole != nil {
			whole := o.Whole(*s.tag)
			s.tag = &whole
		}
	}
}

// usual reports what most of the newest three releases were; of two that
// differ the newer decides.
func usual(releases []*seen, is func(*gitops.Tag) bool) bool {
	releases = releases[:min(newest, len(releases))]
	yes := 0
	for _, s := range releases {
		if is(s.tag) {
			yes++
		}
	}
	if 2*yes == len(releases) {
		return is(releases[0].tag)
	}
	return 2*yes > len(releases)
}

func epoch(s *seen) bool {
	when := s.tag.Tagger.When
	if when.IsZero() || len(s.numbers) != 1 {
		return false
	}
	diff := when.Sub(time.Unix(int64(s.numbers[0]), 0))
	return diff > -24*time.Hour && diff < 24*time.Hour
}

func (s *Scheme) learnVersions(recent []*seen) {
	for _, g := range recent {
		if s.Kind == KindVersion && len(g.numbers) != len(s.last.numbers) {
			s.mixed = true
		}
	}
}

// generic are words in a prefix that say "a release follows", not of what.
var generic = map[string]bool{
	"v": true, "ver": true, "version": true, "versions": true, "r": true,
	"rel": true, "release": true, "releases": true, "prod": true, "production": true,
}

const separators = "/-_@.+"

// component is what a tag prefix names: "api/v" and "api-release-" are of
// "api", "v" and "release/" of the repository as a whole.
func component(prefix string) string {
	for {
		prefix = strings.TrimRight(prefix, separators)
		start := strings.LastIndexAny(prefix, separators) + 1
		if prefix == "" || !generic[strings.ToLower(prefix[start:])] {
			return prefix
		}
		prefix = prefix[:start]
	}
}

// channels are names that say which stream a build belongs to; aside are those
// that mark a tag as kept for another reason, wherever they stand first.
var (
	channels = map[string]bool{
		"nightly": true, "latest": true, "stable": true, "edge": true, "canary": true,
		"snapshot": true, "dev": true, "daily": true, "preview": true, "alpha": true,
		"beta": true, "rc": true, "test": true, "tmp": true, "temp": true, "wip": true,
		"staging": true, "qa": true, "uat": true, "next": true,
	}
	aside = map[string]bool{
		"nightly": true, "backup": true, "bak": true, "archive": true, "archived": true,
		"before": true, "pre": true, "tmp": true, "wip": true, "old": true,
	}
)

func channel(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(separators, r) })
	if len(words) == 0 {
		return false
	}
	first, _, _ := strings.Cut(strings.ToLower(name), "/")
	return channels[first] || channels[words[len(words)-1]] || aside[words[0]] || aside[words[len(words)-1]]
}
