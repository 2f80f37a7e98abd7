package story

import (
	"slices"
	"time"
)

// The story ends on Tuesday, 17 March 2026, at 14:09 UTC: seven minutes after
// the bad release went live.
var (
	badTagged = time.Date(2026, time.March, 17, 13, 58, 20, 0, time.UTC)
	badLive   = time.Date(2026, time.March, 17, 14, 2, 5, 0, time.UTC)
	present   = time.Date(2026, time.March, 17, 14, 9, 0, 0, time.UTC)
	founded   = time.Date(2026, time.February, 16, 8, 30, 0, 0, time.UTC)
)

// releaseDays are the days of the releases before the bad one, counted back
// from it: Tuesdays and Thursdays.
var releaseDays = []int{26, 21, 19, 14, 12, 7, 5}

// People commit on working days, from opens to closes (minutes of the day,
// UTC).
const (
	opens  = 7*60 + 30
	closes = 17*60 + 30
)

// moments gives n moments in order, strictly between from and to, in working
// hours where there are enough of them, else evenly spread.
func moments(r *random, from, to time.Time, n int) []time.Time {
	var open []time.Time
	for t := from.Truncate(time.Minute).Add(time.Minute); t.Add(time.Minute).Before(to); t = t.Add(time.Minute) {
		minute := t.Hour()*60 + t.Minute()
		weekend := t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
		if !weekend && minute >= opens && minute < closes {
			open = append(open, t)
		}
	}
	if len(open) < n {
		return evenly(from, to, n)
	}
	chosen := make(map[int]bool, n)
	for len(chosen) < n {
		chosen[r.below(len(open))] = true
	}
	var out []time.Time
	for i, t := range open {
		if chosen[i] {
			out = append(out, t.Add(time.Duration(r.below(60))*time.Second))
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

func evenly(from, to time.Time, n int) []time.Time {
	step := to.Sub(from) / time.Duration(n+1)
	var out []time.Time
	for i := range n {
		out = append(out, from.Add(step*time.Duration(i+1)).Truncate(time.Second))
	}
	return out
}
