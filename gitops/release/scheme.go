package release

import (
	"time"

	"ahead/gitops"
)

// Kind is the sort of name that a scheme gives.
type Kind uint8

// The kinds. KindVersion is SemVer and its looser kin (v1.4, 1.2.3.4,
// REL_9_6_1), KindCalendar a date with an optional sequence (2024.05.17.1) or a
// month with one (2024.05.3), KindStamp a date with the time of day.
const (
	KindNone Kind = iota
	KindVersion
	KindCalendar
	KindStamp
	KindCounter
)

// String gives the word for the kind.
func (k Kind) String() string {
	switch k {
	case KindVersion:
		return "version"
	case KindCalendar:
		return "calendar"
	case KindStamp:
		return "timestamp"
	case KindCounter:
		return "counter"
	default:
		return "none"
	}
}

// Scheme is how a repository, or one component of it, names its releases. The
// zero Scheme is that of a repository without release tags. A Scheme is not
// changed once made and may be shared.
type Scheme struct {
	Kind Kind
	// Prefix stands before the version part of the newest release: "v",
	// "api/v", "release-".
	Prefix string
	// Component is the prefix without its separators, "v" and words like
	// "release"; empty where the repository is released as one.
	Component string
	// Last is the newest release, Annotated and Signed what the last ones were.
	Last      string
	Annotated bool
	Signed    bool

	last        reading
	lastMessage string
	// releases are all releases that the scheme was made from.
	releases []reading
	as       yearReading
	// onlyPre says that nothing but pre-releases exists, which then are the
	// releases.
	onlyPre bool
	// mixed says that versions of two and of three numbers are both in use.
	mixed bool
	// epoch says that the counter counts seconds since 1970.
	epoch bool
	// always says that calendar names carry a sequence even when they are the
	// first of their day; first is where the sequence begins.
	always bool
	first  uint64
	seqSep string
	layout string
	zone   *time.Location
	// floating are names that move from release to release (v4 beside v4.2.1),
	// former the releases of schemes that were given up.
	floating map[string]bool
	former   map[string]bool
}

// Found reports whether the repository has a scheme.
func (s Scheme) Found() bool { return s.Kind != KindNone }

// OnlyPre reports whether nothing but pre-releases was found, which then are the
// releases.
func (s Scheme) OnlyPre() bool { return s.onlyPre }

// IsRelease reports whether a tag of this name is a release of the scheme.
func (s Scheme) IsRelease(name string) bool {
	if !s.Found() || s.floating[name] {
		return false
	}
	r, ok := s.read(name)
	return ok && s.holds(&r)
}

// WasRelease reports whether the tag was a release of a scheme that the
// repository has since given up. Such a tag tells what was deployed, and
// nothing about the next name.
func (s Scheme) WasRelease(name string) bool { return s.former[name] }

func (s Scheme) read(name string) (reading, bool) {
	r, ok := read(name)
	if !ok {
		return r, false
	}
	return s.as.apply(r), true
}

func (s *Scheme) holds(r *reading) bool { return s.holdsIn(r, component(r.prefix)) }

// holdsIn is holds for a reading whose component is known.
func (s *Scheme) holdsIn(r *reading, of string) bool {
	switch {
	case of != s.Component || kindOf(r.form) != s.Kind:
		return false
	case s.Kind == KindVersion && r.sep != s.last.sep:
		return false
	case s.Kind == KindCounter && r.prefix != s.last.prefix:
		// Numbers under two words are two series: v3 may follow release_9000.
		return false
	default:
		return (r.pre != "") == s.onlyPre
	}
}

func kindOf(f form) Kind {
	switch f {
	case formVersion:
		return KindVersion
	case formCalendar:
		return KindCalendar
	case formStamp:
		return KindStamp
	case formCounter:
		return KindCounter
	default:
		return KindNone
	}
}

// Sentence says for a person how names come about, from the last one.
func (s Scheme) Sentence() string {
	switch s.Kind {
	case KindVersion:
		return s.versionWord() + " after " + s.Last
	case KindCalendar:
		return "date, after " + s.Last
	case KindStamp:
		return "date and time, after " + s.Last
	case KindCounter:
		return "next number after " + s.Last
	default:
		return noScheme
	}
}

const noScheme = "no release tags here: name one with --tag, or ship without"

func (s Scheme) versionWord() string {
	switch {
	case s.onlyPre:
		return "next pre-release"
	case len(s.last.numbers) == 3 || s.mixed:
		return "patch"
	default:
		return "next"
	}
}

func nothing() gitops.TagPlan { return gitops.TagPlan{Scheme: noScheme} }
