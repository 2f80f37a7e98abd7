package preview

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
	"ahead/ui/theme"
)

// stage plays the root: it keeps what the screen asked for, so that a test can
// answer it, late or at once.
type stage struct {
	m     Model
	clock *screentest.Clock
	said  []tea.Msg
	// answered counts what work has seen of said.
	answered int
}

func open(th *theme.Theme, snap gitops.Snapshot, r gitops.Remedy) *stage {
	s := &stage{clock: screentest.NewClock()}
	m, cmd := start(th, snap, r, s.clock.Now, func() tea.Cmd { return nil })
	s.take(m, cmd)
	return s
}

func story() *stage { return open(screentest.Mono(), screentest.Snapshot(), screentest.Remedy()) }

func (s *stage) take(m Model, cmd tea.Cmd) {
	s.m = m
	s.said = append(s.said, screentest.Messages(cmd)...)
}

func (s *stage) tell(msgs ...tea.Msg) {
	for _, msg := range msgs {
		s.take(s.m.Update(msg))
	}
}

func (s *stage) act(as ...keys.Action) {
	for _, a := range as {
		s.take(s.m.Act(a))
	}
}

func (s *stage) keys(names ...string) {
	for _, n := range names {
		s.tell(screentest.Key(n))
	}
}

// sized does in a window of a size what the root does on a resize.
func (s *stage) sized(w, h int) string {
	s.tell(tea.WindowSizeMsg{Width: w, Height: h})
	return s.m.View(w, h)
}

// last gives the newest message of a kind.
func last[T any](s *stage) (msg T, ok bool) {
	for i := len(s.said) - 1; i >= 0; i-- {
		if m, is := s.said[i].(T); is {
			return m, true
		}
	}
	return msg, false
}

// answer gives the plan for the newest request, and whatever it leads to.
func (s *stage) answer(plan func(gitops.Remedy) gitops.Plan) {
	want, _ := last[PlanWanted](s)
	s.tell(PlanReady{ID: want.ID, Plan: plan(want.Remedy)})
	s.lines()
}

func (s *stage) lines() {
	if d, ok := last[DiffWanted](s); ok {
		s.tell(DiffReady{ID: d.ID, File: d.File, Diff: screentest.Diff(d.File)})
	}
}

func (s *stage) agree() {
	c, _ := last[CheckWanted](s)
	s.tell(CheckReady{ID: c.ID})
}

func clean() *stage {
	s := story()
	s.answer(screentest.Clean)
	s.agree()
	return s
}

var disagreement = &gitops.Error{
	Code: gitops.CodeDisagreement, What: "git's merge gives tree 1111111, this plan 8c1d44e",
	Hint:   "report this with the output of: ahead plan a01be77 --json",
	Detail: "app/price/total.go: differs at line 40\n\x1b[31mnot ours\x1b[0m",
}

func TestGoldenWorking(t *testing.T) {
	s := story()
	s.clock.Add(3 * time.Second)
	screentest.Golden(t, "working", s.sized)
}

func TestGoldenClean(t *testing.T) {
	s := story()
	s.answer(screentest.Clean)
	screentest.Golden(t, "checking", s.sized)
	s.agree()
	screentest.Golden(t, "clean", s.sized)
	s.act(keys.NextFile)
	s.lines()
	s.act(keys.ChangeView)
	screentest.Golden(t, "diff-only", s.sized)
	s.act(keys.ChangeView, keys.ChangeView)
	screentest.Golden(t, "list-only", s.sized)
}

func TestGoldenConflict(t *testing.T) {
	s := story()
	s.answer(screentest.Conflicted)
	s.act(keys.Continue)
	screentest.Golden(t, "conflict", s.sized)
	s.act(keys.Remedy2)
	s.answer(screentest.Clean)
	screentest.Golden(t, "with-dependants", s.sized)
}

// TestWaysOutOfAWholeDeployment: the dependants are the suspect's, and stand by
// name only where it alone is on the screen.
func TestWaysOutOfAWholeDeployment(t *testing.T) {
	s := story()
	s.answer(screentest.Conflicted)
	s.act(keys.Remedy3)
	s.answer(screentest.Conflicted)
	frame := screentest.Plain(s.sized(140, 45))
	if !strings.Contains(frame, "2 reverts the suspect with 1 dependant ") || strings.Contains(frame, "stands in the way:") {
		t.Errorf("the second way out is not said for what it is:\n%s", frame)
	}
	r := screentest.Remedy()
	r.Commits = append(r.Commits, screentest.Deployed)
	s = open(screentest.Mono(), screentest.Snapshot(), r)
	s.answer(screentest.Conflicted)
	s.act(keys.Remedy4)
	s.answer(screentest.Conflicted)
	if frame = screentest.Plain(s.sized(140, 45)); !strings.Contains(frame, "2 reverts the 2 suspects with 1 dependant ") {
		t.Errorf("of several suspects one is meant:\n%s", frame)
	}
}

// edited is the clean plan of which one path keeps later edits.
func edited(r gitops.Remedy) gitops.Plan {
	p := screentest.Clean(r)
	p.FromRelease = ""
	p.Exactness = gitops.Exactness{
		Deployment: "v1.41.3", Identical: []string{"app/price/total_test.go"},
		Edited: []gitops.LaterEdits{{Path: "app/price/total.go", Commits: []gitops.Hash{screentest.Tip, screentest.Dependant}}},
	}
	return p
}

// TestGoldenExact: to which release the paths go back, and which later edits
// stay in the others.
func TestGoldenExact(t *testing.T) {
	s := story()
	s.answer(edited)
	s.agree()
	screentest.Golden(t, "exact-edited", s.sized)
	for s.m.view != viewList {
		s.act(keys.ChangeView)
	}
	screentest.Golden(t, "exact-edited-list", s.sized)
	for _, size := range [][2]int{{60, 16}, {100, 30}} {
		if frame := screentest.Plain(s.sized(size[0], size[1])); !strings.Contains(frame, "1 of 2 paths is identical to v1.41.3; edits since") {
			t.Errorf("%v: the list does not say what is exact:\n%s", size, frame)
		}
	}
	s = story()
	s.answer(screentest.Clean)
	s.agree()
	if frame := screentest.Plain(s.sized(100, 30)); !strings.Contains(frame, "reverted paths are identical to") {
		t.Errorf("the whole goes back to a release, and nothing says so:\n%s", frame)
	}
}

// decided is the plan of which one path has hunks left out, one was settled by
// hand, and one keeps later edits.
func decided(r gitops.Remedy) gitops.Plan {
	p := edited(r)
	p.LeftOut = []gitops.LeftOut{{Path: "app/price/tax.go", Hunks: 1, Of: 2}}
	p.Resolved = []string{"app/price/sum.go"}
	p.Exactness.Edited = append(p.Exactness.Edited,
		gitops.LaterEdits{Path: "app/price/tax.go"}, gitops.LaterEdits{Path: "app/price/sum.go"})
	return p
}

// TestGoldenExactOfDecisions: what a person left out or settled is not called
// an edit of somebody else.
func TestGoldenExactOfDecisions(t *testing.T) {
	s := story()
	s.answer(decided)
	s.agree()
	for s.m.view != viewList {
		s.act(keys.ChangeView)
	}
	screentest.Golden(t, "exact-decided-list", s.sized)
}

// TestGoldenExactOfNone: not one path goes back to the release before.
func TestGoldenExactOfNone(t *testing.T) {
	s := story()
	s.answer(func(r gitops.Remedy) gitops.Plan {
		p := edited(r)
		p.Exactness.Identical = nil
		p.Exactness.Edited = append(p.Exactness.Edited, gitops.LaterEdits{Path: "app/price/total_test.go"})
		return p
	})
	s.agree()
	screentest.Golden(t, "exact-none", s.sized)
}

func TestGoldenRestore(t *testing.T) {
	s := story()
	s.answer(screentest.Clean)
	s.act(keys.Remedy4)
	s.answer(screentest.Clean)
	s.agree()
	screentest.Golden(t, "restore", s.sized)
}

func TestGoldenSentences(t *testing.T) {
	for name, plan := range map[string]func(gitops.Remedy) gitops.Plan{
		"empty": screentest.Empty, "refused": screentest.Refused,
	} {
		s := story()
		s.answer(plan)
		screentest.Golden(t, name, s.sized)
	}
	s := story()
	s.tell(PlanReady{ID: s.m.id, Err: &gitops.Error{
		Code: gitops.CodeMissingObject, What: "the tree 1234567 is not in this clone", Hint: "git fetch --unshallow origin",
	}})
	screentest.Golden(t, "no-plan", s.sized)
}

func TestGoldenDisagreement(t *testing.T) {
	s := story()
	s.answer(screentest.Clean)
	c, _ := last[CheckWanted](s)
	s.tell(CheckReady{ID: c.ID, Err: disagreement})
	s.act(keys.Continue)
	screentest.Golden(t, "disagreement", s.sized)
}

func TestGoldenLongAndHostile(t *testing.T) {
	s := story()
	s.answer(screentest.Long)
	s.agree()
	for range 250 {
		s.act(keys.NextFile)
	}
	s.lines()
	screentest.Golden(t, "long", s.sized)
	s = open(screentest.Mono(), screentest.HostileSnapshot(), screentest.Remedy())
	s.answer(screentest.Hostile)
	screentest.Golden(t, "hostile", s.sized)
}

func TestGoldenFields(t *testing.T) {
	s := clean()
	s.act(keys.EditMessage)
	s.keys("!", "down", "down", "x")
	screentest.Golden(t, "edit-message", s.sized)
	s.keys("esc")
	s.act(keys.EditTag)
	s.keys("backspace", "0", "backspace", "backspace", "backspace", "2", ".", "0")
	screentest.Golden(t, "edit-tag-free", s.sized)
	for range 10 {
		s.keys("backspace")
	}
	screentest.Golden(t, "edit-tag-none", s.sized)
	s.keys("v", "1", ".", "4", "2", ".", "0")
	screentest.Golden(t, "edit-tag-taken", s.sized)
	s.keys("esc")
	s.act(keys.EditReason)
	s.keys("totals off by a cent", "tab", "inc-204")
	screentest.Golden(t, "edit-reason", s.sized)
}
