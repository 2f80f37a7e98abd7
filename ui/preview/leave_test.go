package preview

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/partial"
	"ahead/ui/screentest"
)

// work answers all that the screen asks for, as a planner would that can leave
// parts out.
func (s *stage) work(plan func(gitops.Remedy) gitops.Plan) {
	for s.answered < len(s.said) {
		msg := s.said[s.answered]
		s.answered++
		switch w := msg.(type) {
		case PlanWanted:
			s.tell(PlanReady{ID: w.ID, Plan: screentest.Less(plan)(w.Remedy)})
		case DiffWanted:
			s.tell(DiffReady{ID: w.ID, File: w.File, Diff: screentest.DiffOf(w.Plan, w.File)})
		case CheckWanted:
			s.tell(CheckReady{ID: w.ID})
		case RehearsalWanted:
			s.tell(RehearsalReady{ID: w.ID, Try: w.Try, Rehearsal: gitops.Rehearsal{Plan: w.Plan}})
		}
	}
}

// press acts and lets the planner answer.
func (s *stage) press(plan func(gitops.Remedy) gitops.Plan, as ...keys.Action) {
	for _, a := range as {
		s.act(a)
		s.work(plan)
	}
}

func leaving(plan func(gitops.Remedy) gitops.Plan, as ...keys.Action) *stage {
	s := story()
	s.work(plan)
	s.sized(100, 30)
	s.press(plan, as...)
	return s
}

func TestGoldenPartial(t *testing.T) {
	s := leaving(screentest.Clean, keys.NextFile, keys.LeaveOut)
	screentest.Golden(t, "partial-file", s.sized)
	s = leaving(screentest.Clean, keys.NextHunk, keys.LeaveOut)
	screentest.Golden(t, "partial-hunk", s.sized)
	s.act(keys.PrevHunk, keys.LeaveOut)
	screentest.Golden(t, "partial-renewing", s.sized)
	s = leaving(screentest.Clean, keys.LeaveOut, keys.NextFile, keys.LeaveOut)
	screentest.Golden(t, "partial-all-out", s.sized)
	s = leaving(screentest.Conflicted, keys.LeaveOut)
	screentest.Golden(t, "partial-conflict", s.sized)
	s.press(screentest.Conflicted, keys.NextFile, keys.LeaveOut)
	screentest.Golden(t, "partial-settled", s.sized)
	s = leaving(screentest.Clean, keys.LeaveOut)
	s.act(keys.Remedy1)
	s.m.left[optRevert] = partial.Set{{Path: "app/price/total.go", Hunks: []string{"abcde"}}}
	s.act(keys.NextFile, keys.LeaveOut)
	w, _ := last[PlanWanted](s)
	s.tell(PlanReady{ID: w.ID, Err: gone})
	screentest.Golden(t, "partial-gone", s.sized)
}

var gone = &gitops.Error{
	Code: gitops.CodeUnknownPart, What: "hunk abcde of app/price/total.go is not there",
	Hint: "the tip moved and this hunk is gone: choose again",
	Err:  &gitops.PartGone{Path: "app/price/total.go", Hunk: "abcde"},
}

func leftOut(s *stage) []gitops.LeaveOut {
	w, _ := last[PlanWanted](s)
	return w.Remedy.LeaveOut
}

func TestOneKeyLeavesOutAndTakesBackIn(t *testing.T) {
	s := leaving(screentest.Clean)
	total := s.m.plan.Files[0]
	names := screentest.Diff(total).HunkNames()
	for _, c := range []struct {
		acts []keys.Action
		want []gitops.LeaveOut
	}{
		{[]keys.Action{keys.LeaveOut}, []gitops.LeaveOut{{Path: total.Path}}},
		{[]keys.Action{keys.LeaveOut}, nil},
		{[]keys.Action{keys.NextHunk, keys.LeaveOut}, []gitops.LeaveOut{{Path: total.Path, Hunks: names[1:]}}},
		{[]keys.Action{keys.PrevHunk, keys.LeaveOut}, []gitops.LeaveOut{{Path: total.Path}}},
		{[]keys.Action{keys.LeaveOut}, []gitops.LeaveOut{{Path: total.Path, Hunks: names[1:]}}},
		{[]keys.Action{keys.NextFile, keys.LeaveOut}, []gitops.LeaveOut{{Path: total.Path, Hunks: names[1:]}, {Path: "app/price/total_test.go"}}},
		{[]keys.Action{keys.TakeBack}, nil},
	} {
		s.press(screentest.Clean, c.acts...)
		if got := leftOut(s); !partial.Of(gitops.Remedy{LeaveOut: got}).Equal(c.want) || len(got) != len(c.want) {
			t.Errorf("after %v: leaves out %+v, want %+v", c.acts, got, c.want)
		}
		if s.m.renewing || s.m.check != checkAgreed {
			t.Errorf("after %v: renewing %v, check %v", c.acts, s.m.renewing, s.m.check)
		}
	}
}

// TestTheFrameStandsWhileThePlanIsMadeAnew: what changes is the marks, and no
// row moves; the gate is shut meanwhile.
func TestTheFrameStandsWhileThePlanIsMadeAnew(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {100, 30}, {200, 50}} {
		s := leaving(screentest.Clean)
		before := strings.Split(screentest.Plain(s.sized(size[0], size[1])), "\n")
		s.act(keys.NextHunk)
		s.act(keys.LeaveOut)
		mid := s.sized(size[0], size[1])
		if !strings.Contains(mid, "working") || !strings.Contains(mid, "stays as it is") {
			t.Errorf("%v: it does not say what it does:\n%s", size, mid)
		}
		s.act(keys.Continue)
		if _, ok := last[ConfirmWanted](s); ok || !strings.Contains(s.m.notice, "still being worked out") {
			t.Fatalf("%v: the gate opened to the plan before: %q", size, s.m.notice)
		}
		top := s.m.pane.Position()
		s.work(screentest.Clean)
		if s.m.pane.Position() != top {
			t.Errorf("%v: the pane moved from %q to %q", size, top, s.m.pane.Position())
		}
		s.press(screentest.Clean, keys.LeaveOut, keys.PrevHunk, keys.NextFile, keys.PrevFile)
		s.m.notice = ""
		after := strings.Split(screentest.Plain(s.sized(size[0], size[1])), "\n")
		if !slices.Equal(before, after) {
			t.Errorf("%v: taken back in, it is another frame:\n%s\nbefore:\n%s", size, strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	}
}

func TestALatePlanOfAnotherPartIsDropped(t *testing.T) {
	s := leaving(screentest.Clean)
	s.act(keys.LeaveOut)
	first, _ := last[PlanWanted](s)
	s.act(keys.LeaveOut)
	s.tell(PlanReady{ID: first.ID, Plan: screentest.Less(screentest.Clean)(first.Remedy)})
	if !s.m.renewing || s.m.plan.Partial() {
		t.Fatal("the late plan was taken")
	}
	s.work(screentest.Clean)
	s.press(screentest.Clean, keys.Continue)
	if got, ok := last[ConfirmWanted](s); !ok || got.Plan.Partial() {
		t.Errorf("the gate got %+v (%v)", got.Plan.LeftOut, ok)
	}
}

func TestAConflictIsSettledByLeavingItOut(t *testing.T) {
	s := leaving(screentest.Conflicted, keys.LeaveOut)
	if len(s.m.plan.Conflicts) != 1 || s.m.rows() != 2 || s.m.chosen != 0 {
		t.Fatalf("%d conflicts, %d rows, chosen %d", len(s.m.plan.Conflicts), s.m.rows(), s.m.chosen)
	}
	s.press(screentest.Conflicted, keys.NextFile, keys.LeaveOut)
	if !s.m.plan.Publishable() || s.m.rows() != 3 || s.m.chosen != 1 {
		t.Fatalf("%s with %d rows, chosen %d", s.m.plan.Verdict, s.m.rows(), s.m.chosen)
	}
	// What ships now can be left out in its turn, and everything be taken back.
	s.press(screentest.Conflicted, keys.NextFile, keys.LeaveOut)
	if !s.m.allOut() || len(leftOut(s)) != 3 {
		t.Errorf("%s, leaves out %+v", s.m.plan.Verdict, leftOut(s))
	}
	s.act(keys.Continue)
	if s.m.notice != allOut {
		t.Errorf("it says %q", s.m.notice)
	}
	s.act(keys.PrevFile, keys.LeaveOut)
	if s.m.rows() != 3 || s.m.chosen != 1 || s.m.shown[1].Conflict == nil || s.m.shown[1].Out {
		t.Errorf("taken back in, before the plan is here: %d rows, chosen %d: %+v", s.m.rows(), s.m.chosen, s.m.shown)
	}
	s.work(screentest.Conflicted)
	s.press(screentest.Conflicted, keys.TakeBack)
	if s.m.plan.Verdict != gitops.VerdictConflict || len(s.m.plan.Conflicts) != 2 || s.m.rows() != 2 {
		t.Errorf("%s with %d rows", s.m.plan.Verdict, s.m.rows())
	}
}

// TestWhatIsLeftOutComesAlong: a preview that is opened with parts left out
// learns first what there is to choose from.
func TestWhatIsLeftOutComesAlong(t *testing.T) {
	for name, plan := range map[string]func(gitops.Remedy) gitops.Plan{"clean": screentest.Clean, "conflict": screentest.Conflicted} {
		s := leaving(plan, keys.LeaveOut, keys.NextFile, keys.LeaveOut)
		if name == "conflict" {
			s.press(plan, keys.NextFile, keys.LeaveOut)
		}
		want := s.sized(100, 30)
		kept := s.m.Edits()
		if kept.Empty() {
			t.Fatalf("%s: what was left out is not kept", name)
		}
		m := ready(screentest.Mono(), screentest.Snapshot(), screentest.Remedy(), s.clock.Now, s.m.beat)
		m.edits, m.left = kept.e, kept.left
		again := &stage{clock: s.clock}
		again.take(m.ask())
		if len(leftOut(again)) != 0 {
			t.Errorf("%s: asked at once for %+v", name, leftOut(again))
		}
		again.work(plan)
		again.sized(100, 30)
		again.act(slices.Repeat([]keys.Action{keys.NextFile}, s.m.chosen)...)
		again.work(plan)
		again.m.notice = s.m.notice
		if got := again.sized(100, 30); got != want {
			t.Errorf("%s: it comes back as\n%s\nand was\n%s", name, screentest.Plain(got), screentest.Plain(want))
		}
	}
}

func TestWhatIsGoneCanBeChosenAnew(t *testing.T) {
	s := leaving(screentest.Clean, keys.LeaveOut)
	s.act(keys.NextFile, keys.LeaveOut)
	w, _ := last[PlanWanted](s)
	s.tell(PlanReady{ID: w.ID, Err: gone})
	frame := screentest.Plain(s.sized(100, 30))
	if !strings.Contains(frame, "X plans again with all taken back in") || !strings.Contains(frame, "is not there") {
		t.Errorf("the way out is not shown:\n%s", frame)
	}
	s.press(screentest.Clean, keys.TakeBack)
	if s.m.err != nil || s.m.plan.Partial() || s.m.rows() != 2 {
		t.Errorf("%v, %d rows", s.m.err, s.m.rows())
	}
}

func TestPartsBelongToTheirRemedy(t *testing.T) {
	s := leaving(screentest.Clean, keys.LeaveOut, keys.Remedy3)
	if len(leftOut(s)) != 0 {
		t.Errorf("the whole deployment leaves out %+v", leftOut(s))
	}
	s.press(screentest.Clean, keys.Remedy1)
	if len(leftOut(s)) != 1 || !s.m.plan.Partial() {
		t.Errorf("what was left out was forgotten: %+v", leftOut(s))
	}
}

func TestOneCommitEachLeavesNothingOut(t *testing.T) {
	r := screentest.Remedy()
	r.Each = true
	s := open(screentest.Mono(), screentest.Snapshot(), r)
	s.work(screentest.Clean)
	n := len(wants(t, s))
	s.press(screentest.Clean, keys.LeaveOut)
	if len(wants(t, s)) != n || !strings.Contains(s.m.notice, "--each") {
		t.Errorf("%d requests, it says %q", len(wants(t, s)), s.m.notice)
	}
}

func TestAMessageWrittenByHandStays(t *testing.T) {
	s := leaving(screentest.Clean)
	s.act(keys.EditMessage)
	s.keys("!", "ctrl+s")
	s.work(screentest.Clean)
	s.press(screentest.Clean, keys.LeaveOut)
	if w, _ := last[PlanWanted](s); !strings.Contains(w.Remedy.Message, `line"!`) || len(w.Remedy.LeaveOut) != 1 {
		t.Errorf("asked for %q, %+v", w.Remedy.Message, w.Remedy.LeaveOut)
	}
	// A message that hides the part is taken as it is, and it is said.
	if frame := screentest.Plain(s.sized(100, 30)); !strings.Contains(frame, "leaves out app/price/total.go, and the message does not say so") {
		t.Errorf("it does not say so:\n%s", frame)
	}
}

func TestNothingIsLeftOutOfNothing(t *testing.T) {
	s := story()
	s.act(keys.LeaveOut, keys.TakeBack)
	if s.m.notice == "" || len(wants(t, s)) != 1 {
		t.Errorf("before a plan: %q", s.m.notice)
	}
	s.tell(PlanReady{ID: s.m.id, Err: errors.New("disk")})
	s.act(keys.LeaveOut)
	if s.m.notice == "" || len(wants(t, s)) != 1 {
		t.Errorf("after an error: %q", s.m.notice)
	}
}

// TestAHunkThatIsNotReadYetIsNotTheFile: keys may come faster than lines.
func TestAHunkThatIsNotReadYetIsNotTheFile(t *testing.T) {
	s := leaving(screentest.Clean)
	s.act(keys.NextFile, keys.NextHunk, keys.LeaveOut)
	if len(leftOut(s)) != 0 || !strings.Contains(s.m.notice, "still being read") {
		t.Fatalf("leaves out %+v, it says %q", leftOut(s), s.m.notice)
	}
	s.work(screentest.Clean)
	s.press(screentest.Clean, keys.LeaveOut)
	if got := leftOut(s); len(got) != 1 || len(got[0].Hunks) != 1 {
		t.Errorf("leaves out %+v", got)
	}
}

// TestTheGateGetsWhatTheListShows: whatever was pressed, and however late the
// answers came, the plan at the gate leaves out what is marked, and no more.
func TestTheGateGetsWhatTheListShows(t *testing.T) {
	acts := []keys.Action{
		keys.NextFile, keys.PrevFile, keys.NextHunk, keys.PrevHunk, keys.Down, keys.ChangeView, keys.LeaveOut, keys.LeaveOut,
		keys.LeaveOut, keys.TakeBack, keys.Remedy1, keys.Remedy3, keys.Continue,
	}
	gates := 0
	rapid.Check(t, func(t *rapid.T) {
		plan := rapid.SampledFrom([]func(gitops.Remedy) gitops.Plan{screentest.Clean, screentest.Conflicted}).Draw(t, "plan")
		s := story()
		s.sized(100, 30)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before := len(s.said)
			if rapid.Bool().Draw(t, "answers") {
				s.work(plan)
			}
			for _, msg := range s.said[before:] {
				want, ok := msg.(ConfirmWanted)
				if !ok {
					continue
				}
				gates++
				out := partial.Of(want.Plan.Remedy)
				for _, r := range s.m.shown {
					whole, hunks := out.At(r.Path)
					if whole != r.Out || !r.Out && len(hunks) != r.Hunks {
						t.Fatalf("the gate gets %+v, the row shows %+v", out, r)
					}
				}
				if !out.Equal(s.m.left[s.m.current]) {
					t.Fatalf("the gate gets %+v, chosen was %+v", out, s.m.left[s.m.current])
				}
			}
			s.act(rapid.SampledFrom(acts).Draw(t, "act"))
		}
		s.work(plan)
		if s.m.waiting() {
			t.Fatalf("it still waits: ready %v, renewing %v, check %v, unread %v", s.m.ready, s.m.renewing, s.m.check, s.m.unread())
		}
		if !partial.Of(s.m.plan.Remedy).Equal(s.m.left[s.m.current]) {
			t.Fatalf("the plan leaves out %+v, chosen was %+v", s.m.plan.Remedy.LeaveOut, s.m.left[s.m.current])
		}
	})
	if gates == 0 {
		t.Error("the gate was never reached")
	}
}

// TestWhatShipsIsDrawnFromThePlanThatShips: only what stays comes from the plan
// that leaves nothing out.
func TestWhatShipsIsDrawnFromThePlanThatShips(t *testing.T) {
	s := leaving(screentest.Clean)
	s.act(keys.NextHunk, keys.LeaveOut)
	want, _ := last[PlanWanted](s)
	s.tell(PlanReady{ID: want.ID, Plan: screentest.Less(screentest.Clean)(want.Remedy)})
	d, _ := last[DiffWanted](s)
	if !d.Plan.Partial() || d.File != s.m.plan.Files[0] || !s.m.waiting() {
		t.Fatalf("asked for %+v of %+v", d.File, d.Plan.LeftOut)
	}
	got := screentest.DiffOf(d.Plan, d.File)
	got.Hunks[0].Lines[0].Text = "as it ships"
	s.tell(DiffReady{ID: d.ID, File: d.File, Diff: got})
	s.act(keys.PrevHunk)
	frame := screentest.Plain(s.sized(100, 30))
	if strings.Count(frame, "as it ships") != 1 || strings.Count(frame, "stays as it is") != 1 {
		t.Errorf("it shows:\n%s", frame)
	}
}
