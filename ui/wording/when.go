package wording

import (
	"strconv"
	"strings"
	"time"
)

// aheadSlack is how far ahead of this clock a moment may be that has come: the time is
// read off another machine's log.
const aheadSlack = 10 * time.Minute

// When reads a moment as people say it: "14:02", "yesterday 14:02", "2024-05-06 14:02",
// "20 min ago", "2h". Times of day are UTC, as everywhere on the screen, and of the last
// 24 hours. A moment that is yet to come is none. Empty text is the zero time.
func When(text string, now time.Time) (time.Time, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	text = strings.TrimSpace(strings.TrimSuffix(text, "utc"))
	now = now.UTC()
	switch text {
	case "":
		return time.Time{}, true
	case "now":
		return now, true
	}
	at, ok := moment(text, now)
	return at, ok && !at.After(now.Add(aheadSlack))
}

func moment(text string, now time.Time) (time.Time, bool) {
	clock, yesterday := strings.CutPrefix(text, "yesterday ")
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, clock); err == nil {
			at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
			if yesterday || at.After(now) {
				at = at.AddDate(0, 0, -1)
			}
			return at, true
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02t15:04:05", "2006-01-02t15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return t.UTC(), true
		}
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return ago(text, now)
}

// ago reads "20 min ago", "20m" and "1h30m".
func ago(text string, now time.Time) (time.Time, bool) {
	text = strings.TrimSpace(strings.TrimSuffix(text, "ago"))
	if d, err := time.ParseDuration(strings.ReplaceAll(text, " ", "")); err == nil && d > 0 {
		return now.Add(-d), true
	}
	digits := strings.TrimLeft(text, "0123456789")
	n, err := strconv.Atoi(strings.TrimSuffix(text, digits))
	if err != nil || n < 0 || n > 1e6 {
		return time.Time{}, false
	}
	unit, ok := map[string]time.Duration{
		"s": time.Second, "sec": time.Second, "second": time.Second, "m": time.Minute, "min": time.Minute, "minute": time.Minute,
		"h": time.Hour, "hour": time.Hour, "d": 24 * time.Hour, "day": 24 * time.Hour, "w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour,
	}[strings.TrimSuffix(strings.TrimSpace(digits), plural(digits))]
	return now.Add(-time.Duration(n) * unit), ok
}

// plural is the s of "minutes", but not the one that means seconds.
func plural(unit string) string {
	if u := strings.TrimSpace(unit); len(u) > 1 && strings.HasSuffix(u, "s") {
		return "s"
	}
	return ""
}
