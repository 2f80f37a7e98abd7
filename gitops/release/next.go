package release

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
)

// attempts bounds the search for a name that is free.
const attempts = 10000

// candidate is one possible name with the words for how it came about.
type candidate struct {
	name  string
	words string
}

// Next names the release that follows: the smallest step of the scheme for
// which taken is false (nothing is taken when it is nil). Ask taken about local
// and remote tags alike. now gives today's date; its zone counts only where the
// tags do not show one. Without a scheme the plan has no name and says so.
func (s Scheme) Next(taken func(name string) bool, now time.Time) (gitops.TagPlan, error) {
	if !s.Found() {
		return nothing(), nil
	}
	if taken == nil {
		taken = func(string) bool { return false }
	}
	var skipped []string
	for i := range attempts {
		c := s.candidate(uint64(i), now)
		if err := CheckName(c.name); err != nil {
			return gitops.TagPlan{}, err
		}
		if !taken(c.name) {
			return s.plan(c, skipped), nil
		}
		skipped = append(skipped, c.name)
	}
	return gitops.TagPlan{}, &gitops.Error{
		Code: gitops.CodeNoTag,
		What: fmt.Sprintf("the next %d names after %s are all taken", attempts, s.Last),
		Hint: "name the tag with --tag",
	}
}

func (s Scheme) plan(c candidate, skipped []string) gitops.TagPlan {
	words := c.words
	switch len(skipped) {
	case 0:
	case 1:
		words += ", " + skipped[0] + " is taken"
	default:
		words += ", " + skipped[0] + " to " + skipped[len(skipped)-1] + " are taken"
	}
	plan := gitops.TagPlan{
		Name: c.name, Scheme: words, After: s.Last,
		Annotated: s.Annotated, Signed: s.Signed,
	}
	if plan.Annotated {
		plan.Message = s.message(c.name)
	}
	return plan
}

// candidate is the i-th name that could follow, from 0.
func (s Scheme) candidate(i uint64, now time.Time) candidate {
	switch s.Kind {
	case KindVersion:
		return candidate{s.nextVersion(i), s.Sentence()}
	case KindCalendar:
		return s.nextDate(i, now)
	case KindStamp:
		return candidate{s.nextStamp(i, now), s.Sentence()}
	default:
		return s.nextNumber(i, now)
	}
}

func (s Scheme) nextVersion(i uint64) string {
	if s.onlyPre {
		return s.nextPre(i)
	}
	numbers, widths := append([]uint64(nil), s.last.numbers...), append([]int(nil), s.last.widths...)
	if len(numbers) == 2 && s.mixed {
		numbers, widths = append(numbers, 0), append(widths, 1)
	}
	numbers[len(numbers)-1] += 1 + i
	parts := make([]string, len(numbers))
	for k, n := range numbers {
		parts[k] = pad(n, widths[k])
	}
	return s.Prefix + strings.Join(parts, s.last.sep) + s.last.suffix
}

// nextPre counts up the last number of the pre-release: beta.2, rc10; where it
// has none, the next is the second.
func (s Scheme) nextPre(i uint64) string {
	name, _, _ := strings.Cut(s.last.name, "+")
	start := len(name)
	for start > 0 && digit(name[start-1]) {
		start--
	}
	n, err := strconv.ParseUint(name[start:], 10, 64)
	if err != nil || start <= len(name)-len(s.last.pre)-1 || len(name)-start > maxDigits {
		return name + "." + strconv.FormatUint(2+i, 10)
	}
	return name[:start] + pad(n+1+i, len(name)-start)
}

// pad keeps the width of a number that was written with leading zeros; a
// number without them is as wide as it is.
func pad(n uint64, width int) string { return fmt.Sprintf("%0*d", width, n) }

// nextDate is today, then today with a sequence. It never goes back before the
// last release, whatever the clock says.
func (s Scheme) nextDate(i uint64, now time.Time) candidate {
	text := s.moment(now).Format(s.layout)
	day, err := time.Parse(s.layout, text)
	if err != nil || day.Before(s.last.day) {
		day, text = s.last.day, s.last.day.Format(s.layout)
	}
	today, greatest, width := s.onDay(day)
	if today == 0 && !s.always {
		if i == 0 {
			return candidate{s.Prefix + text, s.dateWords(day, false)}
		}
		i--
	}
	n := s.first
	if greatest != nil {
		n = max(n, *greatest+1)
	}
	return candidate{s.Prefix + text + s.seqSep + pad(n+i, width), s.dateWords(day, today > 0)}
}

func (s Scheme) dateWords(day time.Time, again bool) string {
	words := "today's date"
	if s.as == asMonthly {
		words = "this month"
	}
	if again {
		words += " again"
	}
	return words + ", after " + s.Last
}

// onDay counts the releases of a day and gives the greatest sequence among
// them, nil where none has one.
func (s Scheme) onDay(day time.Time) (count int, greatest *uint64, width int) {
	width = 1
	for _, r := range s.releases {
		if len(r.widths) > 0 && r.numbers[0] < pow10(r.widths[0]-1) {
			width = max(width, r.widths[0])
		}
		if !r.day.Equal(day) {
			continue
		}
		count++
		if len(r.numbers) > 0 && (greatest == nil || r.numbers[0] > *greatest) {
			n := r.numbers[0]
			greatest = &n
		}
	}
	return count, greatest, width
}

// pow10 gives 10^n: a number below 10^(width-1) was written with leading zeros.
func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

func (s Scheme) moment(now time.Time) time.Time {
	if s.last.suffix == "Z" {
		return now.UTC()
	}
	if s.zone != nil {
		return now.In(s.zone)
	}
	return now
}

func (s Scheme) nextStamp(i uint64, now time.Time) string {
	unit := time.Minute
	if strings.HasSuffix(s.last.layout, "05") {
		unit = time.Second
	}
	at, err := time.Parse(s.last.layout, s.moment(now).Format(s.last.layout))
	if err != nil || !at.After(s.last.day) {
		at = s.last.day.Add(unit)
	}
	return s.Prefix + at.Add(time.Duration(i)*unit).Format(s.last.layout) + s.last.suffix
}

func (s Scheme) nextNumber(i uint64, now time.Time) candidate {
	n, words := s.last.numbers[0]+1, s.Sentence()
	if s.epoch {
		n, words = max(n, uint64(max(0, now.Unix()))), "seconds since 1970, after "+s.Last
	}
	width := s.last.widths[0]
	return candidate{s.Prefix + pad(n+i, width), words}
}

// message follows the last annotation where that is the name, or the version,
// with a word or two such as "Release"; what was said of that release alone is
// not repeated under a new name.
func (s Scheme) message(name string) string {
	last, _, _ := strings.Cut(strings.TrimSpace(s.lastMessage), "\n")
	was, is := s.Last, name
	if !strings.Contains(last, was) {
		was, is = strings.TrimPrefix(was, s.Prefix), strings.TrimPrefix(name, s.Prefix)
	}
	before, after, found := strings.Cut(last, was)
	if !found || !plain(before+" "+after) {
		return name
	}
	return before + is + after
}

func plain(words string) bool {
	return len(strings.Fields(words)) <= 3 && !strings.ContainsAny(words, "0123456789:;,#()")
}
