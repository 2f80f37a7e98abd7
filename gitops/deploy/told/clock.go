package told

import (
	"math"
	"time"
)

// Wall is a clock of the wall, by the system's where now is nil. A reading that
// counts by the machine's uptime stands still while a laptop sleeps: an answer of
// yesterday would be young.
func Wall(now func() time.Time) func() time.Time {
	if now == nil {
		now = time.Now
	}
	return func() time.Time { return now().Round(0) }
}

// Age is how long ago something was. After a clock was set back what lies ahead of
// it is as old as can be: it must not be young until the clock gets there.
func Age(now, at time.Time) time.Duration {
	if at.After(now) {
		return math.MaxInt64
	}
	return now.Sub(at)
}
