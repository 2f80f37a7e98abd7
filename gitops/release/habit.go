package release

import (
	"strings"
	"time"
)

// learnSequence finds how several releases of one day, or month, are told
// apart: 2024.05.17.1, 20240517-2, 2024.05.0.
func (s *Scheme) learnSequence(recent []*seen) {
	if s.Kind != KindCalendar {
		return
	}
	s.layout, s.seqSep, s.first = layoutOf(recent), "-", 2
	if s.last.sep == "." {
		s.seqSep, s.first = ".", 1
	}
	s.always = true
	known := false
	for _, g := range recent {
		if len(g.numbers) == 0 {
			s.always = false
			continue
		}
		if !known {
			known, s.seqSep, s.first = true, g.seqSep, g.numbers[0]
		}
		s.first = min(s.first, g.numbers[0])
	}
	if s.always {
		// Only the later ones of a series may be left: nobody starts above 1.
		s.first = min(s.first, 1)
	}
}

// layoutOf takes the newest layout, and the one without padding as soon as any
// name shows it: 2024.10.17 alone looks the same in both.
func layoutOf(recent []*seen) string {
	layout := recent[0].layout
	for _, g := range recent {
		if g.sep == recent[0].sep && !strings.Contains(g.layout, "01") {
			return g.layout
		}
	}
	return layout
}

// zoneOf finds the time zone that dates in names are in, by comparing them
// with the moments at which the tags were made. Nil: it cannot be told.
func zoneOf(recent []*seen) *time.Location {
	var local, utc int
	var zone *time.Location
	for _, g := range recent {
		when := g.tag.Tagger.When
		if g.layout == "" || when.IsZero() {
			continue
		}
		inLocal, inUTC := agrees(g.reading, when), agrees(g.reading, when.UTC())
		switch {
		case inLocal && !inUTC:
			local++
			if zone == nil {
				zone = when.Location()
			}
		case inUTC && !inLocal:
			utc++
		}
	}
	switch {
	case utc > local:
		return time.UTC
	case local > utc:
		return zone
	default:
		return nil
	}
}

// agrees reports whether the name's wall clock is that of the moment, within
// the half hour that a pipeline may take.
func agrees(r reading, moment time.Time) bool {
	if r.form == formCalendar {
		return moment.Format(r.layout) == r.day.Format(r.layout)
	}
	y, m, d := moment.Date()
	h, min, sec := moment.Clock()
	diff := time.Date(y, m, d, h, min, sec, 0, time.UTC).Sub(r.day)
	return diff > -30*time.Minute && diff < 30*time.Minute
}
