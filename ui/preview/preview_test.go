package preview

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

func wants(t *testing.T, s *stage) []PlanWanted {
	t.Helper()
	var out []PlanWanted
	for _, m := range s.said {
		if w, ok := m.(PlanWanted); ok {
			out = append(out, w)
		}
	}
	return out
}

func TestALatePlanNeverReachesTheGateOfAnother(t *testing.T) {
	s := story()
	first, _ := last[PlanWanted](s)
	s.act(keys.Remedy3)
	second, _ := last[PlanWanted](s)
	if first.ID == second.ID || second.Remedy.Kind != gitops.RevertDeployment || second.Remedy.Deployment != "v1.42.0" {
		t.Fatalf("first request %+v, second %+v", first, second)
	}
	s.tell(PlanReady{ID: first.ID, Plan: screentest.Clean(first.Remedy)})
	if s.act(keys.Continue); s.m.ready || !strings.Contains(s.m.notice, "still being worked out") {
		t.Fatalf("the late plan was taken: %q", s.m.notice)
	}
	s.tell(PlanReady{ID: second.ID, Plan: screentest.Clean(second.Remedy)})
	check, _ := last[CheckWanted](s)
	s.tell(CheckReady{ID: first.ID}, DiffReady{ID: first.ID, File: screentest.Clean(screentest.Remedy()).Files[0]})
	if s.m.check != checkPending || len(s.m.diffs) != 0 {
		t.Fatal("an answer to the first request counted for the second")
	}
	s.tell(CheckReady{ID: check.ID})
	s.press(screentest.Clean, keys.Continue)
	got, ok := last[ConfirmWanted](s)
	if !ok || got.Plan.Remedy.Kind != gitops.RevertDeployment {
		t.Errorf("the gate got %+v (%v)", got.Plan.Remedy, ok)
	}
}

func TestTheGateOpensOnlyForWhatGitConfirmed(t *testing.T) {
	for name, c := range map[string]struct {
		plan func(gitops.Remedy) gitops.Plan
		err  error
		want string
	}{
		"conflict":     {plan: screentest.Conflicted, want: "a conflict cannot ship"},
		"empty":        {plan: screentest.Empty, want: "nothing to ship"},
		"refused":      {plan: screentest.Refused, want: "nothing to ship"},
		"disagreement": {plan: screentest.Clean, err: disagreement, want: "must not ship"},
		"no git":       {plan: screentest.Clean, err: &gitops.Error{Code: gitops.CodeGitMissing, What: "git is not here"}, want: "1 asks it again"},
		"not the tip": {plan: func(r gitops.Remedy) gitops.Plan {
			p := screentest.Clean(r)
			p.Onto = screentest.Hash("fffffff")
			return p
		}, want: "not for the tip"},
		"no remote": {plan: func(r gitops.Remedy) gitops.Plan {
			p := screentest.Clean(r)
			p.Remote = ""
			return p
		}, want: "no remote"},
	} {
		s := story()
		s.answer(c.plan)
		if s.act(keys.Continue); c.err != nil && !strings.Contains(s.m.notice, "still computing") {
			t.Errorf("%s: before git answered: %q", name, s.m.notice)
		}
		if w, ok := last[CheckWanted](s); ok {
			s.tell(CheckReady{ID: w.ID, Err: c.err})
		}
		s.act(keys.Continue)
		if _, ok := last[ConfirmWanted](s); ok || !strings.Contains(s.m.notice, c.want) {
			t.Errorf("%s: gate %v, notice %q, want %q", name, ok, s.m.notice, c.want)
		}
	}
	s := clean()
	if s.act(keys.Continue); !s.m.rehearsal.running {
		t.Fatal("nobody asks how it would go")
	}
	s.work(screentest.Clean)
	if _, ok := last[ConfirmWanted](s); !ok {
		t.Error("a clean, confirmed plan does not reach the gate")
	}
}

func TestDependantsAreOfferedNeverAssumed(t *testing.T) {
	s := story()
	if s.act(keys.Remedy2); len(wants(t, s)) != 1 {
		t.Fatal("remedy 2 was planned before anything was known of dependants")
	}
	s.answer(screentest.Conflicted)
	if len(wants(t, s)) != 1 {
		t.Fatal("the dependants were taken along unasked")
	}
	s.act(keys.Remedy2)
	if w, _ := last[PlanWanted](s); !w.Remedy.WithDependants || w.Remedy.Commits[0] != screentest.Suspect {
		t.Errorf("remedy 2 asked for %+v", w.Remedy)
	}
	s.act(keys.Remedy4)
	if w, _ := last[PlanWanted](s); w.Remedy.Kind != gitops.RestoreDeployment || w.Remedy.Deployment != "v1.41.3" || w.Remedy.WithDependants {
		t.Errorf("remedy 4 asked for %+v", w.Remedy)
	}
	s.act(keys.Remedy1)
	if w, _ := last[PlanWanted](s); w.Remedy.Kind != gitops.RevertCommits || w.Remedy.WithDependants {
		t.Errorf("back to remedy 1 asked for %+v", w.Remedy)
	}
}

func TestWhatIsOfferedDependsOnWhereTheSuspectIs(t *testing.T) {
	snap := screentest.Snapshot()
	for name, c := range map[string]struct {
		remedy         gitops.Remedy
		current        int
		whole, restore string
	}{
		"released":   {screentest.Remedy(), optRevert, "v1.42.0", "v1.41.3"},
		"unreleased": {gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{screentest.Tip}}, optRevert, "", "v1.42.0"},
		"deployment": {gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v1.42.0"}, optWhole, "v1.42.0", "v1.41.3"},
		"restore":    {gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1.41.3"}, optRestore, "", "v1.41.3"},
		"unknown":    {gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{screentest.Hash("fffffff")}}, optRevert, "", ""},
	} {
		o, current := optionsFor(snap, c.remedy)
		if current != c.current || o[optWhole].remedy.Deployment != c.whole || o[optRestore].remedy.Deployment != c.restore {
			t.Errorf("%s: current %d, whole %q, restore %q", name, current, o[optWhole].remedy.Deployment, o[optRestore].remedy.Deployment)
		}
	}
}

func TestEditsGoThroughANewPlan(t *testing.T) {
	s := clean()
	s.act(keys.EditMessage)
	if !s.m.Capturing() {
		t.Fatal("no field is open")
	}
	s.keys(" ", "n", "o", "w", "ctrl+s")
	w, _ := last[PlanWanted](s)
	if !strings.HasPrefix(w.Remedy.Message, "Revert \"Round totals per line\" now\n\nThis reverts") || s.m.ready || s.m.Capturing() {
		t.Fatalf("asked for %q, ready %v", w.Remedy.Message, s.m.ready)
	}
	s.answer(screentest.Clean)
	s.act(keys.EditTag)
	s.keys("backspace", "2", "enter")
	if w, _ := last[PlanWanted](s); w.Remedy.Tag != "v1.42.2" || w.Remedy.Message == "" {
		t.Errorf("asked for tag %q, message %q", w.Remedy.Tag, w.Remedy.Message)
	}
	s.answer(screentest.Clean)
	s.act(keys.EditTag)
	for range 10 {
		s.keys("backspace")
	}
	s.keys("enter")
	if w, _ := last[PlanWanted](s); !w.Remedy.NoTag || w.Remedy.Tag != "" {
		t.Errorf("an empty name asked for %+v", w.Remedy)
	}
	s.act(keys.EditReason)
	s.keys("t", "o", "o", " ", "l", "o", "w", "tab", "i", "n", "c", "-", "7", "enter")
	if w, _ := last[PlanWanted](s); w.Remedy.Reason != "too low" || w.Remedy.Incident != "inc-7" || !w.Remedy.NoTag {
		t.Errorf("asked for %+v", w.Remedy)
	}
}

func TestAMessageBelongsToItsRemedy(t *testing.T) {
	s := clean()
	s.act(keys.EditMessage)
	s.keys("!", "ctrl+s")
	s.act(keys.Remedy4)
	if w, _ := last[PlanWanted](s); w.Remedy.Message != "" {
		t.Errorf("the restore carries the revert's message %q", w.Remedy.Message)
	}
	s.act(keys.Remedy1)
	if w, _ := last[PlanWanted](s); !strings.Contains(w.Remedy.Message, "!") {
		t.Error("the revert's message was forgotten")
	}
}

func TestNothingChangedAsksForNothing(t *testing.T) {
	s := open(screentest.Mono(), screentest.HostileSnapshot(), screentest.Remedy())
	s.answer(screentest.Hostile)
	n := len(wants(t, s))
	for _, a := range []keys.Action{keys.EditMessage, keys.EditTag, keys.EditReason} {
		s.act(a)
		s.keys("ctrl+s")
		s.act(a)
		s.keys("x", "esc")
	}
	if got := len(wants(t, s)); got != n || s.m.Capturing() {
		t.Errorf("%d requests after fields that changed nothing, want %d", got, n)
	}
}

func TestTagsThatCannotBeMadeStayOpen(t *testing.T) {
	for _, name := range []string{"v1.42.0", "-x", "a..b", "a b", "x~1", "HEAD"} {
		s := clean()
		n := len(wants(t, s))
		s.act(keys.EditTag)
		s.keys("ctrl+u")
		for _, r := range name {
			s.keys(string(r))
		}
		s.keys("enter")
		if !s.m.Capturing() || len(wants(t, s)) != n {
			t.Errorf("the name %q was kept", name)
		}
	}
}

func TestWhatCannotBeSeenCannotBeTyped(t *testing.T) {
	s := clean()
	s.act(keys.EditTag)
	s.keys("\u200b", "\u202e")
	s.tell(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\u200bb"), Paste: true})
	if got := s.m.editor.lines[0].Value(); got != "v1.42.1ab" {
		t.Errorf("the field holds %q", got)
	}
}

func TestAFailedPlanCanBeAskedForAgain(t *testing.T) {
	s := story()
	s.tell(PlanReady{ID: s.m.id, Err: errors.New("disk")})
	if s.act(keys.Remedy1); len(wants(t, s)) != 2 {
		t.Error("1 does not ask again after an error")
	}
	s.answer(screentest.Clean)
	s.agree()
	if s.act(keys.Remedy1); len(wants(t, s)) != 2 {
		t.Error("1 asks again though the plan stands")
	}
}

func TestTheTickEndsWithTheWork(t *testing.T) {
	ticks := 0
	m, _ := start(screentest.Mono(), screentest.Snapshot(), screentest.Remedy(), time.Now, func() tea.Cmd {
		ticks++
		return nil
	})
	s := &stage{m: m, clock: screentest.NewClock()}
	s.tell(Tick{})
	if ticks != 2 {
		t.Fatalf("%d ticks while working, want 2", ticks)
	}
	s.tell(PlanReady{ID: m.id, Plan: screentest.Clean(screentest.Remedy())})
	s.lines()
	s.agree()
	if s.tell(Tick{}); ticks != 2 {
		t.Error("it ticks on with nothing to wait for")
	}
}

func TestEveryFrameFits(t *testing.T) {
	acts := []keys.Action{
		keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Top, keys.Bottom, keys.Left, keys.Right, keys.NextHunk, keys.PrevHunk,
		keys.NextFile, keys.PrevFile, keys.EditMessage, keys.EditTag, keys.EditReason, keys.Continue, keys.ChangeView,
		keys.Remedy1, keys.Remedy2, keys.Remedy3, keys.Remedy4, keys.LeaveOut, keys.LeaveOut, keys.TakeBack,
	}
	plans := []func(gitops.Remedy) gitops.Plan{
		screentest.Clean, screentest.Conflicted, screentest.Empty, screentest.Refused, screentest.Long, screentest.Hostile,
		screentest.Less(screentest.Clean), screentest.Less(screentest.Conflicted), screentest.Less(screentest.Hostile),
	}
	names := []string{"a", "日", "\u202e", "e\u0301", " ", "enter", "backspace", "left", "right", "up", "down", "home", "end", "tab", "delete", "ctrl+s", "esc", "👩‍💻"}
	rapid.Check(t, func(t *rapid.T) {
		snap := screentest.Snapshot()
		if rapid.Bool().Draw(t, "hostile") {
			snap = screentest.HostileSnapshot()
		}
		s := open(screentest.Colour(), snap, screentest.Remedy())
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				s.answer(rapid.SampledFrom(plans).Draw(t, "plan"))
			case 1:
				s.tell(CheckReady{ID: s.m.id, Err: rapid.SampledFrom([]error{nil, disagreement, errors.New("x")}).Draw(t, "err")})
			case 2:
				if s.m.Capturing() {
					s.keys(rapid.SampledFrom(names).Draw(t, "key"))
				} else {
					s.act(rapid.SampledFrom(acts).Draw(t, "act"))
				}
			case 3:
				s.tell(PlanReady{ID: s.m.id - rapid.IntRange(0, 1).Draw(t, "late"), Err: errors.New(screentest.Nasty)})
			default:
				s.clock.Add(time.Second)
			}
			w, h := rapid.IntRange(1, 140).Draw(t, "width"), rapid.IntRange(1, 45).Draw(t, "height")
			screentest.Frame(t, s.sized(w, h), w, h)
		}
	})
}

func TestPagesAreAsLongAsTheWindow(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {60, 13}, {100, 30}, {200, 50}} {
		s := clean()
		r, _ := s.m.row()
		f, _ := r.Change()
		s.sized(size[0], size[1])
		for range int(views) {
			s.tell(DiffReady{ID: s.m.id, File: f, Diff: screentest.BigDiff(400)})
			s.act(keys.Bottom)
			end := s.m.View(size[0], size[1])
			if s.m.view != viewList && !strings.Contains(end, "(199, after)") {
				t.Errorf("%v, view %d: the end is not in sight:\n%s", size, s.m.view, end)
			}
			if s.m.view != viewList {
				if s.act(keys.Up); s.m.View(size[0], size[1]) == end {
					t.Errorf("%v, view %d: one step up from the end moves nothing", size, s.m.view)
				}
			}
			s.act(keys.ChangeView)
		}
	}
}

func TestTheListFollowsTheChosenFile(t *testing.T) {
	s := story()
	s.answer(screentest.Long)
	s.agree()
	s.sized(100, 30)
	s.act(keys.ChangeView, keys.ChangeView, keys.ChangeView)
	for range 300 {
		s.act(keys.NextFile)
	}
	if view := s.m.View(100, 30); !strings.Contains(view, "▶ 301 ") {
		t.Errorf("file 301 is not in sight:\n%s", view)
	}
	s.act(keys.Bottom)
	if view := s.m.View(100, 30); !strings.Contains(view, "security: ") {
		t.Errorf("the end of the list is not in sight:\n%s", view)
	}
}

func BenchmarkViewOfManyFiles(b *testing.B) {
	s := open(screentest.Colour(), screentest.Snapshot(), screentest.Remedy())
	s.answer(func(r gitops.Remedy) gitops.Plan {
		p := screentest.Long(r)
		for len(p.Files) < 20_000 {
			p.Files = append(p.Files, p.Files...)
		}
		return p
	})
	s.sized(200, 50)
	for b.Loop() {
		_ = s.m.View(200, 50)
	}
}

func TestAReasonGoesIntoAMessageWrittenByHand(t *testing.T) {
	s := story()
	s.answer(screentest.Clean)
	s.act(keys.EditMessage)
	for range 200 {
		s.keys("delete")
	}
	s.keys("x", "ctrl+s")
	s.answer(screentest.Clean)
	s.act(keys.EditReason)
	s.keys("w", "h", "y", "tab", "i", "7", "enter")
	want, _ := last[PlanWanted](s)
	if want.Remedy.Message == "" || !strings.Contains(want.Remedy.Message, "\n\nwhy\n\nIncident: i7") {
		t.Errorf("asked for the message %q", want.Remedy.Message)
	}
	s.answer(screentest.Clean)
	if frame := screentest.Plain(s.sized(100, 30)); strings.Contains(frame, "not in the message") {
		t.Errorf("it says:\n%s", frame)
	}
	// A plan whose message lacks them must not look as if it did not.
	s.tell(PlanReady{})
	s.m.plan.Message = "x"
	s.m.plan.Remedy.Reason = "why"
	if frame := screentest.Plain(s.sized(100, 30)); !strings.Contains(frame, "not in the message: why") {
		t.Errorf("it does not say so:\n%s", frame)
	}
}
