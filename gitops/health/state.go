package health

import "time"

// Phase is what is known of production now.
type Phase uint8

// The phases. Recovered is up after having been seen down.
const (
	Unknown Phase = iota
	Up
	Down
	Recovered
)

// String gives the word that a person reads.
func (p Phase) String() string {
	switch p {
	case Up:
		return "up"
	case Down:
		return "down"
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
	// first good one after it; both stay after recovery, RecoveredAt is zero
	// while down.
	DownSince   time.Time
	RecoveredAt time.Time
	LastSample  Sample
}

// Next adds a sample. One that is older than the last, the late answer of a
// slow probe, changes nothing.
func (s State) Next(sample Sample) State {
	if s.Phase != Unknown && sample.At.Before(s.LastSample.At) {
		return s
	}
	s.LastSample = sample
	switch {
	case !sample.Up && s.Phase != Down:
		s.Phase, s.Since = Down, sample.At
		s.DownSince, s.RecoveredAt = sample.At, time.Time{}
	case sample.Up && s.Phase == Down:
		s.Phase, s.Since = Recovered, sample.At
		s.RecoveredAt = sample.At
	case sample.Up && s.Phase == Unknown:
		s.Phase, s.Since = Up, sample.At
	}
	return s
}

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
