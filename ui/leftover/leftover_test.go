package leftover

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

func run(id string, state gitops.RunState) gitops.Run {
	p := screentest.Clean(screentest.Remedy())
	return gitops.Run{
		ID: id, State: state, Plan: p, By: gitops.Actor{User: "ada", Host: "laptop", PID: 4711},
		Receipt: gitops.Receipt{ID: id, StartedAt: screentest.Now.Add(-time.Hour), Steps: []gitops.StepResult{{Name: "push", State: gitops.StepRunning}}},
	}
}

// stage is the screen with what it said; its own tick is left alone.
type stage struct {
	m     Model
	clock *screentest.Clock
	said  []tea.Msg
}

func open(ask bool, runs ...gitops.Run) *stage {
	s := &stage{clock: screentest.NewClock()}
	m, cmd := New(screentest.Mono(), runs, 0, ask, s.clock.Now)
	s.take(m, cmd)
	return s
}

// take keeps what is said at once: the beat comes a second later.
func (s *stage) take(m Model, cmd tea.Cmd) {
	s.m = m
	if cmd == nil {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	msg := <-got
	if batch, ok := msg.(tea.BatchMsg); ok {
		// The question is the first, the beat the second.
		msg = batch[0]()
	}
	s.said = append(s.said, msg)
}

func (s *stage) act(a keys.Action) { s.take(s.m.Act(a)) }

func (s *stage) tell(msg tea.Msg) { s.take(s.m.Update(msg)) }

func last[T any](s *stage) (msg T, ok bool) {
	for i := len(s.said) - 1; i >= 0; i-- {
		if m, is := s.said[i].(T); is {
			return m, true
		}
	}
	return msg, false
}

func TestAnAnswerToAnEarlierQuestionIsDropped(t *testing.T) {
	s := open(true, run("1", gitops.RunInterrupted), run("2", gitops.RunInterrupted))
	first, _ := last[StandingWanted](s)
	s.act(keys.NextPane)
	second, _ := last[StandingWanted](s)
	if first.Run.ID != "1" || second.Run.ID != "2" || first.ID == second.ID {
		t.Fatalf("asked %+v, then %+v", first, second)
	}
	s.tell(StandingReady{ID: first.ID, Standing: gitops.Standing{Run: first.Run, Onward: gitops.OnwardTag}})
	s.act(keys.CarryOn)
	if _, ok := last[CarryOnWanted](s); ok {
		t.Fatal("the answer for one run carries on another")
	}
	s.tell(StandingReady{ID: second.ID, Standing: gitops.Standing{Run: second.Run, Onward: gitops.OnwardTag}})
	s.act(keys.CarryOn)
	if got, ok := last[CarryOnWanted](s); !ok || got.Standing.Run.ID != "2" {
		t.Errorf("it carries on %+v (%v)", got, ok)
	}
}

func TestNothingGoesOnThatIsNotKnown(t *testing.T) {
	for name, c := range map[string]struct {
		state gitops.RunState
		tell  func(s *stage, id int)
		want  string
	}{
		"asking":     {gitops.RunInterrupted, func(*stage, int) {}, "wait for the answer"},
		"no answer":  {gitops.RunInterrupted, func(s *stage, id int) { s.tell(StandingReady{ID: id, Err: errors.New("x")}) }, "ask first"},
		"no way on":  {gitops.RunWaiting, func(s *stage, id int) { s.tell(StandingReady{ID: id}) }, "nothing can be carried on"},
		"under way":  {gitops.RunUnderWay, func(*stage, int) {}, "somebody is at it"},
		"asked anew": {gitops.RunInterrupted, func(s *stage, id int) { s.tell(StandingReady{ID: id}); s.act(keys.Refresh) }, "wait for the answer"},
	} {
		s := open(true, run("1", c.state))
		c.tell(s, s.m.id)
		if s.act(keys.CarryOn); !strings.Contains(s.m.notice, c.want) {
			t.Errorf("%s: it says %q, want %q", name, s.m.notice, c.want)
		}
		if _, ok := last[CarryOnWanted](s); ok {
			t.Errorf("%s: it goes on", name)
		}
		if _, ok := last[StandingWanted](s); ok == (c.state == gitops.RunUnderWay) {
			t.Errorf("%s: the remote is asked: %v", name, ok)
		}
	}
	s := open(false, run("1", gitops.RunInterrupted))
	if len(s.said) != 0 || !strings.Contains(screentest.Plain(s.m.View(100, 30)), "not asked yet") {
		t.Errorf("without leave it said %v", s.said)
	}
}

func TestARunIsClosedWithAReasonOnly(t *testing.T) {
	s := open(false, run("1", gitops.RunInterrupted))
	s.act(keys.GiveUp)
	for _, k := range []string{"enter", " ", "enter", "backspace"} {
		s.tell(screentest.Key(k))
	}
	if _, ok := last[CloseWanted](s); ok {
		t.Fatal("closed without a reason")
	}
	for _, k := range []string{"f", "i", "x", "e", "d", " ", "b", "y", " ", "B", "o", "x", "backspace", "b"} {
		s.tell(screentest.Key(k))
	}
	if s.tell(screentest.Key("enter")); s.m.why != "fixed by Bob" {
		t.Fatalf("typed %q", s.m.why)
	}
	got, ok := last[CloseWanted](s)
	if !ok || got.Why != "fixed by Bob" || got.Run.ID != "1" || s.m.Capturing() {
		t.Fatalf("it says %+v (%v)", got, ok)
	}
	s.tell(CloseFailed{ID: got.ID, Err: errors.New("the disk is full")})
	if !strings.Contains(screentest.Plain(s.m.View(60, 16)), "not closed: the disk is full") {
		t.Error("a failure is not told")
	}
	s = open(false, run("1", gitops.RunInterrupted))
	s.act(keys.GiveUp)
	s.tell(screentest.Key("x"))
	s.tell(screentest.Key("esc"))
	if s.tell(screentest.Key("enter")); s.m.Capturing() {
		t.Error("esc does not leave the field")
	}
	if _, ok := last[CloseWanted](s); ok {
		t.Error("closed after esc")
	}
}

func TestEveryFrameFits(t *testing.T) {
	acts := []keys.Action{keys.Down, keys.PageDown, keys.Bottom, keys.Top, keys.NextPane, keys.CarryOn, keys.GiveUp, keys.Refresh}
	rapid.Check(t, func(t *rapid.T) {
		var runs []gitops.Run
		for i := range rapid.IntRange(1, 3).Draw(t, "runs") {
			r := run("1", rapid.SampledFrom([]gitops.RunState{gitops.RunInterrupted, gitops.RunWaiting, gitops.RunUnderWay}).Draw(t, "state"))
			if rapid.Bool().Draw(t, "hostile") {
				r.Plan = screentest.Hostile(screentest.Remedy())
				r.Plan.Remedy.Reason, r.Receipt.URL, r.By.User, r.ID = screentest.Nasty, screentest.Nasty, screentest.Nasty, screentest.Nasty
				r.Receipt.Steps[0].Name, r.Plan.Tag.Name = screentest.Nasty, screentest.Nasty
			}
			r.By.PID = i
			runs = append(runs, r)
		}
		s := open(rapid.Bool().Draw(t, "ask"), runs...)
		s.m.th = screentest.Colour()
		for range rapid.IntRange(0, 8).Draw(t, "events") {
			w, h := rapid.IntRange(1, 150).Draw(t, "width"), rapid.IntRange(1, 45).Draw(t, "height")
			s.tell(tea.WindowSizeMsg{Width: w, Height: h})
			switch rapid.IntRange(0, 3).Draw(t, "event") {
			case 0:
				s.act(rapid.SampledFrom(acts).Draw(t, "act"))
			case 1:
				s.tell(StandingReady{ID: s.m.id, Standing: gitops.Standing{Words: strings.Repeat(screentest.Nasty, 3), Next: screentest.Nasty, Onward: gitops.OnwardTag}})
			case 2:
				s.tell(StandingReady{ID: s.m.id, Err: &gitops.Error{What: screentest.Nasty, Hint: screentest.Nasty}})
			case 3:
				s.tell(screentest.Key(rapid.SampledFrom([]string{"x", "日", "\u202e", "enter", "esc", " "}).Draw(t, "key")))
			}
			screentest.Frame(t, s.m.View(w, h), w, h)
		}
	})
}

// TestAMergedRequestDoesNotWait: the record says that the run waits for its
// merge; what the remote says is newer.
func TestAMergedRequestDoesNotWait(t *testing.T) {
	const waits, merged = "A PULL REQUEST WAITS", "A PULL REQUEST WAS MERGED"
	s := open(true, run("1", gitops.RunWaiting))
	see := func(want, not string) {
		t.Helper()
		frame := s.m.View(100, 30)
		if !strings.Contains(frame, want) || strings.Contains(frame, not) {
			t.Errorf("want %q and not %q in\n%s", want, not, frame)
		}
	}
	see(waits, merged)
	s.tell(StandingReady{ID: s.m.id, Standing: gitops.Standing{Reached: gitops.ReachedVia}})
	see(waits, merged)
	s.act(keys.Refresh)
	s.tell(StandingReady{ID: s.m.id, Standing: gitops.Standing{Reached: gitops.ReachedMerged, Onward: gitops.OnwardTag}})
	see(merged, "waits for its pull request")
	s.act(keys.Refresh)
	see(waits, merged)
}
