package preview

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

func rehearsing(t *testing.T) (*stage, RehearsalWanted) {
	t.Helper()
	s := clean()
	s.act(keys.Continue)
	want, ok := last[RehearsalWanted](s)
	if !ok {
		t.Fatal("nobody asks how it would go")
	}
	return s, want
}

func gates(s *stage) int {
	n := 0
	for _, m := range s.said {
		if _, ok := m.(ConfirmWanted); ok {
			n++
		}
	}
	return n
}

// TestTheGateGetsTheRehearsedPlan: with its message, its way and its notices,
// and nothing but a plan of the very tree on the very tip that was shown.
func TestTheGateGetsTheRehearsedPlan(t *testing.T) {
	s, want := rehearsing(t)
	p := want.Plan
	p.ID, p.Message, p.Rehearsed = "another", p.Message+"\nChange-Id: I1\n", true
	p.Passage = gitops.Passage{Apart: true}
	s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Rehearsal: gitops.Rehearsal{Plan: p, Notices: []gitops.Notice{{Code: "rule"}}}})
	got, ok := last[ConfirmWanted](s)
	if !ok || got.Plan.ID != "another" || !got.Plan.Passage.Apart || len(got.Notices) != 1 {
		t.Errorf("the gate gets %+v (%v)", got, ok)
	}
	for name, change := range map[string]func(*gitops.Plan){
		"another tree":   func(p *gitops.Plan) { p.Tree = screentest.Hash("fffffff") },
		"another tip":    func(p *gitops.Plan) { p.Onto = screentest.Hash("fffffff") },
		"fewer commits":  func(p *gitops.Plan) { p.Commits = nil },
		"another object": func(p *gitops.Plan) { *p = gitops.Plan{} },
	} {
		s, want := rehearsing(t)
		p := want.Plan
		change(&p)
		s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Rehearsal: gitops.Rehearsal{Plan: p}})
		if gates(s) != 0 || !strings.Contains(screentest.Plain(s.sized(100, 30)), "another plan") {
			t.Errorf("%s reaches the gate", name)
		}
	}
}

// TestWhatIsPressedMeanwhile: looking on goes on, what changes the plan stops
// the rehearsal, and its answer is void.
func TestWhatIsPressedMeanwhile(t *testing.T) {
	for _, c := range []struct {
		act   keys.Action
		stops bool
	}{
		{keys.Back, true},
		{keys.EditMessage, true},
		{keys.EditTag, true},
		{keys.EditReason, true},
		{keys.LeaveOut, true},
		{keys.Remedy4, true},
		{keys.NextHunk, false},
		{keys.Down, false},
		{keys.ChangeView, false},
		{keys.NextFile, false},
		{keys.Continue, false},
	} {
		s, want := rehearsing(t)
		s.act(c.act)
		_, said := last[RehearsalStopped](s)
		s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Rehearsal: gitops.Rehearsal{Plan: want.Plan}})
		if said != c.stops || (gates(s) == 0) != c.stops {
			t.Errorf("action %d: stopped %v, gates %d, want stopped %v", c.act, said, gates(s), c.stops)
		}
		if _, closed := last[Closed](s); closed {
			t.Errorf("action %d leaves the preview", c.act)
		}
	}
	s, first := rehearsing(t)
	s.act(keys.Back)
	s.act(keys.Continue)
	s.tell(RehearsalReady{ID: first.ID, Try: first.Try, Rehearsal: gitops.Rehearsal{Plan: first.Plan}})
	if gates(s) != 0 || !s.m.rehearsal.running {
		t.Error("the answer of the first try counts for the second")
	}
	s.tell(RehearsalReady{ID: first.ID, Try: first.Try + 1, Err: context.Canceled})
	if gates(s) != 0 || s.m.rehearsal.running || s.m.rehearsal.stuck != nil {
		t.Error("what was stopped is told as a failure")
	}
}

func TestRoadsOfTheRehearsal(t *testing.T) {
	for code, words := range map[gitops.Code][]string{
		gitops.CodeHook:            {"THE HOOK REFUSED", "e edits the message"},
		gitops.CodeSigning:         {"NOT SIGNED", "u hands the terminal over"},
		gitops.CodeRemoteUnreached: {"NOT REACHED", "the hint"},
		gitops.CodeNoIdentity:      {"NOBODY TO SIGN IT", "the hint"},
		gitops.CodeTagTaken:        {"TAG TAKEN", "t names another tag"},
		gitops.CodeNotPublishable:  {"CANNOT BE SENT", "the hint"},
		gitops.CodeForge:           {"THE SERVER SAID NO", "the hint"},
	} {
		s, want := rehearsing(t)
		s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Err: &gitops.Error{Code: code, What: "it does not go", Hint: "the hint", Detail: screentest.Nasty}})
		for _, size := range screentest.Sizes {
			screentest.Frame(t, s.sized(size[0], size[1]), size[0], size[1])
		}
		frame := screentest.Plain(s.sized(100, 30))
		for _, w := range append(words, "it does not go", "nothing was sent", "c tries again") {
			if !strings.Contains(frame, w) {
				t.Errorf("%s: no %q in\n%s", code, w, frame)
			}
		}
		if s.m.Means(keys.Unlock) != (code == gitops.CodeSigning) {
			t.Errorf("%s: u is offered: %v", code, s.m.Means(keys.Unlock))
		}
		if s.act(keys.Unlock); code != gitops.CodeSigning {
			if _, ok := last[UnlockWanted](s); ok {
				t.Errorf("%s: the terminal is handed over", code)
			}
		}
		s.act(keys.Back)
		if _, closed := last[Closed](s); closed || !s.m.showsFiles() {
			t.Errorf("%s: esc does not lead back to the plan", code)
		}
	}
}

func TestUnlockingGoesOnToTheGate(t *testing.T) {
	locked := &gitops.Error{Code: gitops.CodeSigning, What: "locked"}
	s, want := rehearsing(t)
	s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Err: locked})
	s.act(keys.Unlock)
	u, ok := last[UnlockWanted](s)
	if !ok {
		t.Fatal("nobody is asked")
	}
	s.tell(Unlocked{ID: u.ID, Try: u.Try, Err: errors.New("exit status 1")})
	if s.m.rehearsal.running || !strings.Contains(s.m.notice, "was not unlocked") {
		t.Errorf("after a failure: %q", s.m.notice)
	}
	s.act(keys.Unlock)
	s.tell(Unlocked{ID: u.ID, Try: u.Try})
	again, _ := last[RehearsalWanted](s)
	if again.Try == want.Try {
		t.Fatal("it does not try again")
	}
	s.tell(Unlocked{ID: u.ID, Try: u.Try})
	s.tell(RehearsalReady{ID: again.ID, Try: again.Try, Rehearsal: gitops.Rehearsal{Plan: again.Plan}})
	if gates(s) != 1 {
		t.Errorf("%d gates", gates(s))
	}
}

// TestWishesAreAskedFor: they go with the question and change no plan; a key
// that is pressed while it is asked asks anew.
func TestWishesAreAskedFor(t *testing.T) {
	s := clean()
	plan, _ := last[PlanWanted](s)
	s.act(keys.ByRequest)
	if _, asked := last[RehearsalWanted](s); asked || !strings.Contains(screentest.Plain(s.sized(100, 30)), "asked for: by a pull request") {
		t.Errorf("it asks before it is told to, or says nothing:\n%s", screentest.Plain(s.sized(100, 30)))
	}
	s.act(keys.Continue)
	first, ok := last[RehearsalWanted](s)
	if !ok || first.Plan.Remedy.Wishes != (gitops.Wishes{PullRequest: true}) {
		t.Fatalf("asked for %+v", first.Plan.Remedy.Wishes)
	}
	s.act(keys.SkipHooks)
	second, _ := last[RehearsalWanted](s)
	if second.Try == first.Try || second.Plan.Remedy.Wishes != (gitops.Wishes{PullRequest: true, NoVerify: true}) {
		t.Errorf("asked anew for %+v", second)
	}
	s.tell(RehearsalReady{ID: first.ID, Try: first.Try, Rehearsal: gitops.Rehearsal{Plan: first.Plan}})
	if gates(s) != 0 {
		t.Error("the answer for another way opens the gate")
	}
	s.tell(RehearsalReady{ID: second.ID, Try: second.Try, Rehearsal: gitops.Rehearsal{Plan: second.Plan}})
	if after, _ := last[PlanWanted](s); gates(s) != 1 || after.ID != plan.ID {
		t.Error("no gate, or another plan")
	}
	s.tell(GateOpened{})
	s.tell(Wished{By: keys.ByRequest})
	third, _ := last[RehearsalWanted](s)
	if third.Try == second.Try || third.Plan.Remedy.Wishes != (gitops.Wishes{NoVerify: true}) {
		t.Errorf("from the gate: %+v", third)
	}
}

// TestWhoTypesOnIntoAGateThatIsNotSeenYetChangesNothing: the digits of a tag's name
// would be other remedies.
func TestWhoTypesOnIntoAGateThatIsNotSeenYetChangesNothing(t *testing.T) {
	s, first := rehearsing(t)
	s.tell(RehearsalReady{ID: first.ID, Try: first.Try, Rehearsal: gitops.Rehearsal{Plan: first.Plan}})
	s.tell(GateOpened{})
	plan, _ := last[PlanWanted](s)
	for _, other := range []keys.Action{keys.SkipHooks, keys.ByRequest} {
		s.tell(Wished{By: keys.SkipHooks})
		s.act(other)
		s.act(keys.ChangeView, keys.Remedy1, keys.None, keys.Remedy4, keys.Remedy2, keys.Continue, keys.EditReason, keys.LeaveOut)
		asked, _ := last[RehearsalWanted](s)
		before := gates(s)
		s.tell(RehearsalReady{ID: asked.ID, Try: asked.Try, Rehearsal: gitops.Rehearsal{Plan: asked.Plan}})
		if after, _ := last[PlanWanted](s); gates(s) != before+1 || after.ID != plan.ID || s.m.Capturing() {
			t.Errorf("%d gates, %d before", gates(s), before)
		}
		s.tell(GateOpened{})
	}
	s.tell(Wished{By: keys.SkipHooks})
	s.act(keys.Back)
	if _, said := last[RehearsalStopped](s); !said {
		t.Error("esc does not end it")
	}
}

// TestAGateThatIsOvertakenIsNotAwaited: it is asked for by a message, and what a
// person presses may come before it.
func TestAGateThatIsOvertakenIsNotAwaited(t *testing.T) {
	for name, c := range map[string]struct {
		between func(*stage)
		awaited bool
	}{
		"nothing":             {func(*stage) {}, true},
		"the same key again":  {func(s *stage) { s.act(keys.Continue) }, true},
		"looking on":          {func(s *stage) { s.act(keys.NextHunk) }, true},
		"back":                {func(s *stage) { s.act(keys.Back) }, false},
		"another way":         {func(s *stage) { s.act(keys.SkipHooks) }, false},
		"another way and ask": {func(s *stage) { s.act(keys.Back, keys.SkipHooks, keys.Continue) }, false},
		"an editor":           {func(s *stage) { s.act(keys.EditReason) }, false},
		"another remedy":      {func(s *stage) { s.act(keys.Remedy1, keys.Remedy4) }, false},
		"the open gate":       {func(s *stage) { s.tell(GateOpened{}) }, false},
		"the gate's other way": {func(s *stage) {
			s.tell(GateOpened{})
			s.tell(Wished{By: keys.SkipHooks})
		}, false},
	} {
		s, asked := rehearsing(t)
		s.tell(RehearsalReady{ID: asked.ID, Try: asked.Try, Rehearsal: gitops.Rehearsal{Plan: asked.Plan}})
		gate, _ := last[ConfirmWanted](s)
		c.between(s)
		if got := s.m.Awaits(gate); got != c.awaited {
			t.Errorf("after %s: awaited %v", name, got)
		}
	}
}

// TestWhatWasSaidOnTheWayToTheGateIsOverBehindIt.
func TestWhatWasSaidOnTheWayToTheGateIsOverBehindIt(t *testing.T) {
	s, first := rehearsing(t)
	s.act(keys.Continue)
	if s.m.notice == "" {
		t.Fatal("a second key is not answered")
	}
	s.tell(RehearsalReady{ID: first.ID, Try: first.Try, Rehearsal: gitops.Rehearsal{Plan: first.Plan}})
	s.tell(GateOpened{})
	if s.m.notice != "" {
		t.Errorf("still says %q", s.m.notice)
	}
}

// TestAHookThatRefusesIsNoDeadEnd.
func TestAHookThatRefusesIsNoDeadEnd(t *testing.T) {
	s, want := rehearsing(t)
	if s.m.Means(keys.SkipHooks) || s.m.Means(keys.ByRequest) {
		t.Error("the gate is where the way is chosen")
	}
	s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Err: &gitops.Error{Code: gitops.CodeHook, What: "the hook refused"}})
	if !s.m.Means(keys.SkipHooks) {
		t.Error("the way past the hook is no offer")
	}
	s.act(keys.SkipHooks)
	if again, _ := last[RehearsalWanted](s); again.Try == want.Try || !again.Plan.Remedy.Wishes.NoVerify {
		t.Errorf("%+v", again)
	}
}

// TestAPassphraseThatIsTypedTooEarly is neither keys nor text.
func TestAPassphraseThatIsTypedTooEarly(t *testing.T) {
	s, want := rehearsing(t)
	s.tell(RehearsalReady{ID: want.ID, Try: want.Try, Err: &gitops.Error{Code: gitops.CodeSigning, What: "not signed"}})
	s.act(keys.Unlock)
	said := len(s.said)
	for _, a := range []keys.Action{keys.EditMessage, keys.EditTag, keys.EditReason, keys.Remedy4, keys.Continue, keys.LeaveOut, keys.Unlock} {
		s.act(a)
	}
	if s.m.Capturing() || len(s.said) != said {
		t.Errorf("it was taken: %v", s.said[said:])
	}
	asked, _ := last[UnlockWanted](s)
	s.tell(Unlocked{ID: asked.ID, Try: asked.Try})
	if again, _ := last[RehearsalWanted](s); again.Try == want.Try {
		t.Error("it does not go on afterwards")
	}
}
