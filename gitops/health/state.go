package health

import (
	"math/bits"
	"time"
)

// Phase is what is known of production now.
type Phase uint8

// The phases. Recovered is up again, seen twice in a row: one good answer of a
// service that restarts, or of one healthy machine among sick ones, is no
// recovery. Unsteady is down again soon after a good answer.
const (
	Unknown Phase = iota
	Up
	Down
	Unsteady
	Recovered
)

const (
	// steady is how many good samples in a row are a recovery.
	steady = 2
	// Relapse is how soon after a recovery the next bad sample belongs to the
	// same outage.
	Relapse = 2 * time.Minute
	// window is how many samples Looks counts over: at most 16, the bits of
	// State.looks.
	window = 12
)

// String gives the word that a person reads.
func (p Phase) String() string {
	switch p {
	case Up:
		return "up"
	case Down:
		return "down"
	case Unsteady:
		return "unsteady"
	case Recovered:
		return "recovered"
	default:
		return "unknown"
	}
}

// State is what the samples so far come to. The zero State knows nothing.
type State struct {
	Phase Phase
	// Since is the sample that began the phase.
	Since time.Time
	// DownSince is the first sample of the newest outage and RecoveredAt the
	// first good one of those that ended it; both stay after recovery,
	// RecoveredAt is zero while the outage lasts. A relapse goes on with the
	// outage before it.
	DownSince   time.Time
	RecoveredAt time.Time
	LastSample  Sample

	// good counts the good samples since the last bad one, up to steady, from
	// goodAt on.
	good   uint8
	goodAt time.Time
	// looks are the newest samples, the last one in the lowest bit, 1 for
	// down; seen counts them, up to window.
	looks uint16
	seen  uint8
}

// Next adds a sample. One that is older than the last, the late answer of a
// slow probe, changes nothing.
func (s State) Next(sample Sample) State {
	if s.Phase != Unknown && sample.At.Before(s.LastSample.At) {
		return s
	}
	s.LastSample = sample
	s.looks = s.looks << 1 & (1<<window - 1)
	s.seen = min(s.seen+1, window)
	if !sample.Up {
		s.looks |= 1
		return s.bad(sample.At)
	}
	if s.good == 0 {
		s.goodAt = sample.At
	}
	s.good = min(s.good+1, steady)
	switch {
	case s.Phase == Unknown:
		s.Phase, s.Since = Up, sample.At
	case s.Trouble() && s.good == steady:
		s.Phase, s.Since, s.RecoveredAt = Recovered, s.goodAt, s.goodAt
	}
	return s
}

// bad adds a sample that is not up.
func (s State) bad(at time.Time) State {
	relapse := s.Trouble() && s.good > 0 || s.Phase == Recovered && at.Sub(s.RecoveredAt) <= Relapse
	s.good = 0
	switch down, of := s.Looks(); {
	case relapse && s.Phase != Unsteady:
		s.Phase, s.Since, s.RecoveredAt = Unsteady, at, time.Time{}
	case s.Phase == Unsteady && down == of:
		s.Phase, s.Since = Down, at
	case !s.Trouble():
		s.Phase, s.Since = Down, at
		s.DownSince, s.RecoveredAt = at, time.Time{}
	}
	return s
}

// Trouble reports whether an outage lasts.
func (s State) Trouble() bool { return s.Phase == Down || s.Phase == Unsteady }

// Looks says how many of the newest samples, of the order of a dozen, were not
// up.
func (s State) Looks() (down, of int) { return bits.OnesCount16(s.looks), int(s.seen) }

// DownFor is the length of the newest outage: until recovery, or until now
// while it lasts; 0 when none was seen.
func (s State) DownFor(now time.Time) time.Duration {
	switch {
	case s.DownSince.IsZero():
		return 0
	case s.RecoveredAt.IsZero():
		return max(0, now.Sub(s.DownSince))
	default:
		return s.RecoveredAt.Sub(s.DownSince)
	}
}
