package wording_test

import (
	"testing"
	"time"

	"ahead/ui/wording"
)

func TestWhen(t *testing.T) {
	half := time.Date(2024, 5, 6, 14, 31, 0, 0, time.UTC)
	for _, c := range []struct{ text, want string }{
		{"14:02", "2024-05-06T14:02:00Z"},
		{"14:02 UTC", "2024-05-06T14:02:00Z"},
		{"14:02:33", "2024-05-06T14:02:33Z"},
		// Later than now is yesterday: trouble does not begin in the future.
		{"23:50", "2024-05-05T23:50:00Z"},
		{"now", "2024-05-06T14:31:00Z"},
		{"2024-05-04 09:00", "2024-05-04T09:00:00Z"},
		{"2024-05-04T09:00:00+02:00", "2024-05-04T07:00:00Z"},
		{"2024-05-04", "2024-05-04T00:00:00Z"},
		{"20 min ago", "2024-05-06T14:11:00Z"},
		{"20m", "2024-05-06T14:11:00Z"},
		{"2 hours ago", "2024-05-06T12:31:00Z"},
		{"90s", "2024-05-06T14:29:30Z"},
		{"1h30m", "2024-05-06T13:01:00Z"},
		{"3 d", "2024-05-03T14:31:00Z"},
		{"1 w ago", "2024-04-29T14:31:00Z"},
		{"  ", "0001-01-01T00:00:00Z"},
		{"yesterday 09:00", "2024-05-05T09:00:00Z"},
		{"Yesterday 23:50 utc", "2024-05-05T23:50:00Z"},
		// The clock of the log that it is read off may be ahead of this one.
		{"2024-05-06 14:40", "2024-05-06T14:40:00Z"},
		{"2024-05-06 15:40", ""},
		{"2030-01-01", ""},
		{"yesterday", ""},
		{"soon", ""},
		{"25:00", ""},
		{"-3m", ""},
		{"3 parsecs", ""},
		{"14", ""},
		{"99999999999999 d", ""},
		{"ago", ""},
	} {
		got, ok := wording.When(c.text, half)
		if ok != (c.want != "") || ok && got.Format(time.RFC3339) != c.want {
			t.Errorf("%q: %s %v, want %q", c.text, got.Format(time.RFC3339), ok, c.want)
		}
	}
}
