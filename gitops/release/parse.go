package release

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// form is the way in which a tag's version part is written.
type form uint8

const (
	formVersion form = iota + 1 // numbers with separators: SemVer and its looser kin
	formCalendar
	formStamp
	formCounter
)

// reading is one way of understanding a tag name.
type reading struct {
	name string
	// prefix is all that stands before the version part, with its "v".
	prefix string
	form   form
	// numbers are the parts of a version, the one number of a counter, or the
	// sequence within the day of a calendar date. widths are their digits,
	// so that leading zeros survive.
	numbers []uint64
	widths  []int
	// sep separates the numbers.
	sep string
	// pre is the pre-release part without its separator, suffix what a release
	// of this scheme always ends with (".RELEASE", "-prod", "Z").
	pre    string
	suffix string
	// day and layout are for calendar dates and stamps: layout in the terms of
	// package time. stamped has the time of day too.
	day    time.Time
	layout string
	// seqSep stands before the sequence of a calendar date; empty where the
	// date has none.
	seqSep string
}

// read takes the longest version part that the name ends in. It may begin
// where a digit follows something that is not one, but not behind another
// number: the "3" of "x-1.2_3" is no counter.
func read(name string) (reading, bool) {
	for i := range len(name) {
		if !digit(name[i]) || i > 0 && digit(name[i-1]) {
			continue
		}
		if i > 1 && digit(name[i-2]) && strings.IndexByte("._-+", name[i-1]) >= 0 {
			continue
		}
		for _, as := range []func(string) (reading, bool){readStamp, readCalendar, readVersion, readCounter} {
			if r, ok := as(name[i:]); ok {
				r.name, r.prefix = name, name[:i]
				return r, true
			}
		}
	}
	return reading{}, false
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

var (
	calendarPattern = regexp.MustCompile(`^(\d{4})([._-]?)(\d{1,2})([._-]?)(\d{1,2})(?:([._-])(\d{1,4}))?$`)
	stampPattern    = regexp.MustCompile(`^(\d{4})([._-]?)(\d{2})([._-]?)(\d{2})([T._-]?)(\d{2})([._h-]?)(\d{2})(?:([._m-]?)(\d{2}))?(Z?)$`)
	prePattern      = regexp.MustCompile(`^(?:-([0-9A-Za-z.-]+)|[._]?([A-Za-z][0-9A-Za-z.-]*))$`)
	finalPattern    = regexp.MustCompile(`(?i)^[.-](release|final|ga|prod|production|live|stable)$`)
	buildPattern    = regexp.MustCompile(`^\+[0-9A-Za-z.-]+$`)
)

// maxDigits keeps every number within a uint64.
const maxDigits = 18

func readCounter(s string) (reading, bool) {
	if digits(s) != len(s) || s == "" || len(s) > maxDigits {
		return reading{}, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return reading{form: formCounter, numbers: []uint64{n}, widths: []int{len(s)}}, err == nil
}

func readVersion(s string) (reading, bool) {
	end := versionEnd(s)
	if end == 0 {
		return reading{}, false
	}
	sep := s[digits(s):][:1]
	core, rest := splitCore(s[:end], sep, s[end:])
	// One piece of memory for both: there are tens of thousands of names.
	room := new(struct {
		numbers [4]uint64
		widths  [4]int
	})
	r := reading{form: formVersion, sep: sep, numbers: room.numbers[:0], widths: room.widths[:0]}
	for part := range strings.SplitSeq(core, r.sep) {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil || len(part) > maxDigits {
			return reading{}, false
		}
		r.numbers = append(r.numbers, n)
		r.widths = append(r.widths, len(part))
	}
	// "77-2" and "9_6" are too weak a sign of a version where a dot is not.
	if len(r.numbers) < 2 || r.sep == "-" && len(r.numbers) < 3 {
		return reading{}, false
	}
	return r, r.readRest(rest)
}

// digits counts the digits that s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

// versionEnd is where the numbers with separators between them end that s
// begins with, 0 where there are fewer than two.
func versionEnd(s string) int {
	end := digits(s)
	if end == 0 {
		return 0
	}
	for numbers := 1; ; numbers++ {
		more := 0
		if end < len(s) && strings.IndexByte("._-", s[end]) >= 0 {
			more = digits(s[end+1:])
		}
		if more == 0 {
			if numbers < 2 {
				return 0
			}
			return end
		}
		end += 1 + more
	}
}

// splitCore cuts the numbers where the separator changes: the "-1" of
// "1.2.3-1" is no fourth number but a pre-release.
func splitCore(numbers, sep, rest string) (core, after string) {
	for i := range len(numbers) {
		if !digit(numbers[i]) && numbers[i] != sep[0] {
			return numbers[:i], numbers[i:] + rest
		}
	}
	return numbers, rest
}

func (r *reading) readRest(rest string) bool {
	if i := strings.IndexByte(rest, '+'); i >= 0 {
		if !buildPattern.MatchString(rest[i:]) {
			return false
		}
		rest = rest[:i]
	}
	if rest == "" {
		return true
	}
	if finalPattern.MatchString(rest) {
		r.suffix = rest
		return true
	}
	m := prePattern.FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	r.pre = m[1] + m[2]
	return true
}

func readCalendar(s string) (reading, bool) {
	if len(s) < len("20060102") || digits(s) < 4 {
		return reading{}, false
	}
	m := calendarPattern.FindStringSubmatch(s)
	// Without separators only eight digits are a date.
	if m == nil || m[2] != m[4] || m[2] == "" && (len(m[3]) != 2 || len(m[5]) != 2) {
		return reading{}, false
	}
	month, dayOf := "01", "02"
	if len(m[3]) == 1 || len(m[5]) == 1 {
		month, dayOf = "1", "2"
	}
	r := reading{form: formCalendar, sep: m[2], layout: "2006" + m[2] + month + m[2] + dayOf, seqSep: m[6]}
	day, err := time.Parse(r.layout, m[1]+m[2]+m[3]+m[4]+m[5])
	if err != nil || !plausible(day) {
		return reading{}, false
	}
	r.day = day
	if m[6] != "" {
		n, err := strconv.ParseUint(m[7], 10, 64)
		if err != nil {
			return reading{}, false
		}
		r.numbers, r.widths = []uint64{n}, []int{len(m[7])}
	}
	return r, true
}

func readStamp(s string) (reading, bool) {
	if len(s) < len("200601021504") || digits(s) < 4 {
		return reading{}, false
	}
	m := stampPattern.FindStringSubmatch(s)
	if m == nil || m[2] != m[4] || m[11] != "" && m[8] != m[10] && m[8] != "h" {
		return reading{}, false
	}
	layout := "2006" + m[2] + "01" + m[4] + "02" + m[6] + "15" + m[8] + "04"
	text := strings.TrimSuffix(s, "Z")
	if m[11] != "" {
		layout += m[10] + "05"
	}
	at, err := time.Parse(layout, text)
	if err != nil || !plausible(at) {
		return reading{}, false
	}
	return reading{form: formStamp, day: at, layout: layout, suffix: m[12]}, true
}

// plausible keeps ordinary numbers of eight digits from being read as dates.
func plausible(day time.Time) bool { return day.Year() >= 1990 && day.Year() < 2100 }
