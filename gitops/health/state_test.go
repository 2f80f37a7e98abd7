package health

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func after(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func TestAnOutage(t *testing.T) {
	var s State
	if s.Phase != Unknown || s.DownFor(noon) != 0 {
		t.Fatal("the zero state claims to know something")
	}
	for _, step := range []struct {
		at      int
		up      bool
		want    Phase
		since   int
		downFor time.Duration
	}{
		{0, true, Up, 0, 0},
		{5, true, Up, 0, 0},
		{10, false, Down, 10, 0},
		{15, false, Down, 10, 5 * time.Second},
		{20, true, Recovered, 20, 10 * time.Second},
		{25, true, Recovered, 20, 10 * time.Second},
		{30, false, Down, 30, 0},
		{90, true, Recovered, 90, time.Minute},
	} {
		s = s.Next(Sample{At: after(step.at), Up: step.up})
		if s.Phase != step.want || !s.Since.Equal(after(step.since)) || s.DownFor(after(step.at)) != step.downFor {
			t.Errorf("at %d: %s since %s, down for %s", step.at, s.Phase, s.Since, s.DownFor(after(step.at)))
		}
	}
}

func TestDownFromTheStart(t *testing.T) {
	s := State{}.Next(Sample{At: noon, Err: "connection refused"})
	if s.Phase != Down || !s.DownSince.Equal(noon) || s.LastSample.Err == "" || s.DownFor(after(60)) != time.Minute {
		t.Errorf("%+v", s)
	}
	// A clock that went back must not give a negative time.
	if s.DownFor(after(-60)) != 0 {
		t.Errorf("down for %s", s.DownFor(after(-60)))
	}
}

func TestALateAnswerChangesNothing(t *testing.T) {
	s := State{}.Next(Sample{At: after(10), Up: true})
	if late := s.Next(Sample{At: after(5)}); late != s {
		t.Errorf("%+v", late)
	}
}

func TestStatesAreConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		wasDown := false
		for i := range rapid.IntRange(1, 40).Draw(t, "samples") {
			up := rapid.Bool().Draw(t, "up")
			s = s.Next(Sample{At: after(i), Up: up})
			wasDown = wasDown || !up
			want := Down
			if up {
				want = Up
				if wasDown {
					want = Recovered
				}
			}
			if s.Phase != want || s.Since.After(s.LastSample.At) || s.DownFor(after(i)) < 0 {
				t.Fatalf("sample %d: %+v, want %s", i, s, want)
			}
			if s.Phase == Down != (wasDown && s.RecoveredAt.IsZero()) || wasDown == s.DownSince.IsZero() {
				t.Fatalf("sample %d: %+v", i, s)
			}
		}
	})
}
