package confirm

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

type stage struct {
	m     Model
	clock *screentest.Clock
	said  []tea.Msg
}

func gate(p gitops.Plan, snap gitops.Snapshot) *stage {
	clock := screentest.NewClock()
	return &stage{m: New(screentest.Mono(), p, snap, clock.Now), clock: clock}
}

func story() *stage {
	r := screentest.Remedy()
	r.Reason, r.Incident = "totals off by a cent since 14:02", "inc-204"
	snap := screentest.Snapshot()
	snap.Unpushed = 2
	s := gate(screentest.Clean(r), snap)
	s.clock.Add(Settle)
	return s
}

func (s *stage) tell(msg tea.Msg) {
	var cmd tea.Cmd
	s.m, cmd = s.m.Update(msg)
	s.said = append(s.said, screentest.Messages(cmd)...)
}

func (s *stage) typed(text string) {
	for _, r := range text {
		s.tell(screentest.Key(string(r)))
	}
}

func (s *stage) shipped() int {
	n := 0
	for _, m := range s.said {
		if _, ok := m.(Confirmed); ok {
			n++
		}
	}
	return n
}

func TestGoldenFrames(t *testing.T) {
	s := story()
	screentest.Golden(t, "gate", s.m.View)
	s.typed("v1.42.")
	screentest.Golden(t, "typing", s.m.View)
	s.typed("2")
	screentest.Golden(t, "wrong", s.m.View)
	s.tell(screentest.Key("backspace"))
	s.typed("1")
	screentest.Golden(t, "armed", s.m.View)
	long := screentest.Long(screentest.Remedy())
	long.Commits = append(long.Commits, long.Commits[0], long.Commits[0])
	screentest.Golden(t, "long", gate(long, screentest.Snapshot()).m.View)
	screentest.Golden(t, "hostile", gate(screentest.Hostile(screentest.Remedy()), screentest.HostileSnapshot()).m.View)
	none := screentest.Remedy()
	none.NoTag = true
	screentest.Golden(t, "no-tag", gate(screentest.Clean(none), screentest.Snapshot()).m.View)
	screentest.Golden(t, "partial", gate(partly(), screentest.Snapshot()).m.View)
}

func TestOnlyTheWholeNameShips(t *testing.T) {
	for _, text := range []string{"", "v1.42.", "v1.42.11", "V1.42.1", " v1.42.1", "v1.42.1 ", "main", "v1.42.0"} {
		s := story()
		s.typed(text)
		s.tell(screentest.Key("enter"))
		if s.shipped() != 0 {
			t.Errorf("%q ships", text)
		}
		if s.m.notice == "" {
			t.Errorf("after %q enter does not say what is missing", text)
		}
	}
	s := story()
	s.typed("v1.42.1")
	if s.shipped() != 0 {
		t.Fatal("the name alone ships")
	}
	s.tell(screentest.Key("enter"))
	got, ok := s.said[0].(Confirmed)
	if !ok || got.Plan.ID != "p1" {
		t.Fatalf("said %v", s.said)
	}
	s.tell(screentest.Key("enter"))
	s.tell(screentest.Key("esc"))
	if s.shipped() != 1 || len(s.said) != 1 {
		t.Errorf("after shipping it also said %v", s.said[1:])
	}
}

func TestWithoutATagTheBranchIsNamed(t *testing.T) {
	r := screentest.Remedy()
	r.NoTag = true
	s := gate(screentest.Clean(r), screentest.Snapshot())
	s.clock.Add(Settle)
	s.typed("main")
	s.tell(screentest.Key("enter"))
	if s.shipped() != 1 {
		t.Error("the branch's name does not ship")
	}
	p := screentest.Clean(r)
	p.Branch = ""
	s = gate(p, screentest.Snapshot())
	s.clock.Add(Settle)
	if s.tell(screentest.Key("enter")); s.shipped() != 0 {
		t.Error("a plan without any name ships on enter")
	}
}

func TestTheGateIsDeafAtFirst(t *testing.T) {
	s := gate(screentest.Clean(screentest.Remedy()), screentest.Snapshot())
	s.clock.Add(Settle - time.Millisecond)
	s.typed("v1.42.1")
	s.tell(screentest.Key("enter"))
	if s.m.typed != "" || s.shipped() != 0 {
		t.Fatalf("it heard %q", s.m.typed)
	}
	if s.tell(screentest.Key("esc")); len(s.said) != 1 || s.said[0] != (Closed{}) {
		t.Error("going back must always be possible")
	}
	s.clock.Add(time.Millisecond)
	if s.typed("v"); s.m.typed != "v" {
		t.Error("it stays deaf")
	}
}

func TestTheSmallestWindowStillWarns(t *testing.T) {
	snap := screentest.Snapshot()
	snap.Unpushed = 2
	r := screentest.Remedy()
	r.Reason = "why"
	for height := 10; height <= 50; height++ {
		view := screentest.Plain(gate(screentest.Long(r), snap).m.View(60, height))
		for _, want := range []string{"migration", "security", "503 unreleased", "2 ", "v1.42.1"} {
			if !strings.Contains(view, want) {
				t.Errorf("60×%d lacks %q:\n%s", height, want, view)
			}
		}
	}
}

func TestAPasteIsRefused(t *testing.T) {
	s := story()
	s.tell(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("v1.42.1"), Paste: true})
	if s.m.typed != "" || !strings.Contains(screentest.Plain(s.m.View(100, 30)), "a paste is not taken") {
		t.Error("the paste was taken, or nothing was said")
	}
	if s.tell(screentest.Key("enter")); s.shipped() != 0 {
		t.Error("a pasted name ships")
	}
}

func TestAWrongLetterShowsAtOnce(t *testing.T) {
	s := story()
	s.typed("v2")
	if hint, _ := s.m.hint("v1.42.1"); !strings.Contains(hint, "character 2") {
		t.Errorf("hint %q", hint)
	}
	s.tell(screentest.Key("ctrl+u"))
	if s.m.typed != "" {
		t.Error("ctrl+u does not clear the field")
	}
}

func TestIntentsOnlyGoBack(t *testing.T) {
	for a := keys.None; a <= keys.RestoreDeployment; a++ {
		s := story()
		s.typed("v1.42.1")
		_, cmd := s.m.Act(a)
		for _, msg := range screentest.Messages(cmd) {
			if msg != (Closed{}) || a != keys.Back {
				t.Errorf("action %d says %v", a, msg)
			}
		}
	}
}

func TestEveryFrameFits(t *testing.T) {
	plans := []func(gitops.Remedy) gitops.Plan{screentest.Clean, screentest.Long, screentest.Hostile, screentest.Empty}
	names := []string{"v", "1", ".", "日", "\u202e", "e\u0301", " ", "enter", "backspace", "tab", "👩‍💻", "日本語日本語日本語日本語"}
	rapid.Check(t, func(t *rapid.T) {
		r := screentest.Remedy()
		r.Reason = rapid.SampledFrom([]string{"", "short", screentest.Nasty, strings.Repeat("long ", 80)}).Draw(t, "reason")
		r.NoTag = rapid.Bool().Draw(t, "no tag")
		snap := screentest.HostileSnapshot()
		snap.Unpushed = rapid.IntRange(0, 2).Draw(t, "unpushed")
		s := gate(rapid.SampledFrom(plans).Draw(t, "plan")(r), snap)
		s.m.th = screentest.Colour()
		for range rapid.IntRange(0, 12).Draw(t, "keys") {
			s.clock.Add(200 * time.Millisecond)
			s.tell(screentest.Key(rapid.SampledFrom(names).Draw(t, "key")))
			w, h := rapid.IntRange(1, 140).Draw(t, "width"), rapid.IntRange(1, 45).Draw(t, "height")
			screentest.Frame(t, s.m.View(w, h), w, h)
		}
	})
}

func TestAReasonThatIsNotInTheMessageIsNotShownAsIfItWere(t *testing.T) {
	r := screentest.Remedy()
	r.Message, r.Reason, r.Incident = "Stop rounding", "totals off", "inc-204"
	for _, size := range screentest.Sizes[1:] {
		view := screentest.Plain(gate(screentest.Clean(r), screentest.Snapshot()).m.View(size[0], size[1]))
		if !strings.Contains(view, "not in the message: totals off") {
			t.Errorf("%v:\n%s", size, view)
		}
	}
}

// partly is a plan that leaves parts out, with everything else that wants room.
func partly() gitops.Plan {
	r := screentest.Remedy()
	r.Reason, r.Incident = "totals off by a cent since 14:02", "inc-204"
	r.LeaveOut = []gitops.LeaveOut{{Path: "app/price/total.go", Hunks: []string{"aaaaaaaaaa"}}, {Path: "app/price/total_test.go"}}
	p := screentest.Less(screentest.Clean)(r)
	p.Warnings = screentest.Long(r).Warnings
	return p
}

func TestTheGateSaysWhatIsLeftOut(t *testing.T) {
	p := partly()
	for i := range 30 {
		p.LeftOut = append(p.LeftOut, gitops.LeftOut{Path: strings.Repeat("x", i) + ".go"})
	}
	for _, size := range [][2]int{{60, 10}, {60, 11}, {60, 16}, {80, 20}, {100, 30}, {200, 50}} {
		for _, plan := range []gitops.Plan{partly(), p} {
			frame := screentest.Plain(gate(plan, screentest.Snapshot()).m.View(size[0], size[1]))
			if !strings.Contains(frame, "PARTIALLY REVERT") || !strings.Contains(frame, "leaves out") && !strings.Contains(frame, "these stay") {
				t.Errorf("%v: it does not say that this is a part:\n%s", size, frame)
			}
		}
	}
	p.Remedy.Message, p.Message = "mine", "mine"
	if frame := screentest.Plain(gate(p, screentest.Snapshot()).m.View(100, 30)); !strings.Contains(frame, "the message does not say so") {
		t.Errorf("a message that hides it:\n%s", frame)
	}
}

// TestAlongIsSaidWithItsDoubt: a release goes to production, whatever
// environment was looked at.
func TestAlongIsSaidWithItsDoubt(t *testing.T) {
	snap := screentest.Snapshot()
	snap.Environment, snap.Environments = "staging", []string{"production", "staging"}
	for _, some := range []bool{true, false} {
		p := screentest.Clean(screentest.Remedy())
		if !some {
			p.Collateral = nil
		}
		for _, size := range [][2]int{{60, 16}, {100, 30}} {
			frame := screentest.Plain(gate(p, snap).m.View(size[0], size[1]))
			if !strings.Contains(frame, "by what staging runs") {
				t.Errorf("no doubt in %v:\n%s", size, frame)
			}
		}
	}
}
