package release

import (
	"strings"
	"time"
)

// yearReading says how names that begin with a year are meant: "2024.05.17"
// may be a day, the 17th release of a month, or simply a version.
type yearReading uint8

const (
	asWritten yearReading = iota // a day wherever it can be one
	asMonthly
	asVersion
)

// apply turns a reading into the meaning that was decided on.
func (y yearReading) apply(r reading) reading {
	switch y {
	case asMonthly:
		if m, ok := monthly(r); ok {
			return m
		}
	case asVersion:
		if r.form == formCalendar {
			if v, ok := readVersion(strings.TrimPrefix(r.name, r.prefix)); ok && v.pre == "" {
				v.name, v.prefix = r.name, r.prefix
				return v
			}
		}
	}
	return r
}

// monthly reads YYYY.MM and YYYY.MM.MICRO.
func monthly(r reading) (reading, bool) {
	v := asVersion.apply(r)
	if v.form != formVersion || v.pre != "" || len(v.numbers) > 3 || !yearly(v) {
		return r, false
	}
	m := reading{name: r.name, prefix: r.prefix, form: formCalendar, sep: v.sep, suffix: v.suffix}
	m.day = time.Date(int(v.numbers[0]), time.Month(v.numbers[1]), 1, 0, 0, 0, 0, time.UTC)
	m.layout = "2006" + v.sep + "01"
	if v.widths[1] == 1 {
		m.layout = "2006" + v.sep + "1"
	}
	if len(v.numbers) == 3 {
		m.numbers, m.widths, m.seqSep = v.numbers[2:], v.widths[2:], v.sep
	}
	return m, true
}

func yearly(v reading) bool {
	return len(v.numbers) >= 2 && v.widths[0] == 4 &&
		v.numbers[0] >= 1990 && v.numbers[0] < 2100 &&
		v.numbers[1] >= 1 && v.numbers[1] <= 12
}

// likeYear reads a name as a version; ok says that it may be a year with what
// follows.
func likeYear(s *seen) (v reading, ok bool) {
	v = asVersion.apply(s.reading)
	return v, v.form == formVersion && v.sep != "" && yearly(v) && len(v.numbers) <= 3
}

// decideYear looks at the newest releases of a component. When the tags were
// made says what the numbers mean: a day agrees with the tagger's day, a month
// with the tagger's month. Without times, all that can be days are days.
func decideYear(newest []*seen) yearReading {
	var days, months, versions, impossible int
	for _, s := range newest {
		v, ok := likeYear(s)
		if !ok {
			return asWritten
		}
		when := s.tag.Tagger.When
		isDay := s.reading.form == formCalendar
		if !isDay && len(v.numbers) == 3 {
			impossible++
		}
		switch {
		case when.IsZero():
		case isDay && near(s.reading.day, when):
			days++
		case uint64(when.Year()) == v.numbers[0] && uint64(when.Month()) == v.numbers[1]:
			months++
		default:
			versions++
		}
	}
	return settleYear(days, months, versions, impossible, newest)
}

func settleYear(days, months, versions, impossible int, newest []*seen) yearReading {
	switch {
	case versions > days+months:
		return asVersion
	case impossible > 0 || months > days:
		return asMonthly
	case days > 0:
		return asWritten
	}
	for _, s := range newest {
		// Two numbers alone: only a padded month looks like one.
		if s.form == formVersion && s.widths[1] == 1 {
			return asVersion
		}
		if s.form == formVersion {
			return asMonthly
		}
	}
	return asWritten
}

// near allows for a day's difference: time zones, and releases around
// midnight.
func near(day, when time.Time) bool {
	y, m, d := when.Date()
	diff := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(day)
	return diff >= -24*time.Hour && diff <= 24*time.Hour
}
