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
		// One good answer is no recovery yet; two are, from the first on.
		{20, true, Down, 10, 10 * time.Second},
		{25, true, Recovered, 20, 10 * time.Second},
		// Soon after it: the same outage, and unsteady.
		{30, false, Unsteady, 30, 20 * time.Second},
		{35, true, Unsteady, 30, 25 * time.Second},
		{40, false, Unsteady, 30, 30 * time.Second},
		{45, true, Unsteady, 30, 35 * time.Second},
		{50, true, Recovered, 45, 35 * time.Second},
		// Long after it: another one.
		{170, false, Down, 170, 0},
		{230, true, Down, 170, time.Minute},
		{231, true, Recovered, 230, time.Minute},
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

func TestFlappingIsUnsteadyUntilItIsDownForGood(t *testing.T) {
	s := State{}
	for i, up := range []bool{false, true, false, true, false} {
		s = s.Next(Sample{At: after(i), Up: up})
	}
	if down, of := s.Looks(); s.Phase != Unsteady || down != 3 || of != 5 || !s.DownSince.Equal(after(0)) {
		t.Fatalf("%s, down %d of the last %d, since %s", s.Phase, down, of, s.DownSince)
	}
	for i := range window {
		s = s.Next(Sample{At: after(10 + i)})
	}
	if down, of := s.Looks(); s.Phase != Down || down != window || of != window || !s.DownSince.Equal(after(0)) {
		t.Errorf("%s, down %d of the last %d, since %s", s.Phase, down, of, s.DownSince)
	}
}

func TestStatesAreConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		var ups []bool
		wasDown := false
		for i := range rapid.IntRange(1, 60).Draw(t, "samples") {
			up := rapid.Bool().Draw(t, "up")
			before := s
			s = s.Next(Sample{At: after(i * rapid.IntRange(1, 3).Draw(t, "pace")), Up: up})
			if s == before {
				continue // a late answer
			}
			ups, wasDown = append(ups, up), wasDown || !up
			n := len(ups)
			twice := n > 1 && up && ups[n-2]
			switch {
			case !wasDown && s.Phase != Up, !up && !s.Trouble(), wasDown && twice && s.Phase != Recovered:
				t.Fatalf("sample %d: %+v after %v", i, s, ups)
			case before.Trouble() && s.Phase == Recovered && !twice:
				t.Fatalf("sample %d: recovered after %v", i, ups)
			}
			if s.Since.After(s.LastSample.At) || s.DownFor(s.LastSample.At) < 0 {
				t.Fatalf("sample %d: %+v", i, s)
			}
			if s.Trouble() != (wasDown && s.RecoveredAt.IsZero()) || wasDown == s.DownSince.IsZero() {
				t.Fatalf("sample %d: %+v", i, s)
			}
			down, of := s.Looks()
			want := 0
			for _, u := range ups[max(0, n-window):] {
				if !u {
					want++
				}
			}
			if down != want || of != min(n, window) {
				t.Fatalf("sample %d: down %d of %d after %v", i, down, of, ups)
			}
		}
	})
}
