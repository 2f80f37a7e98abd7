package confirm

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/screentest"
)

func standing() gitops.Standing {
	p := screentest.Clean(screentest.Remedy())
	return gitops.Standing{
		Run: gitops.Run{ID: "r1", Plan: p, By: gitops.Actor{User: "ada", Host: "laptop"}}, Tag: gitops.TagPlan{Name: "v1.42.2"},
		Onward: gitops.OnwardTag, Words: "main on origin holds it; the tag v1.42.1 is somebody else's.", Next: "Tags it as v1.42.2.",
	}
}

// TestARunIsCarriedOnByTheNameOfWhatComesOfIt: the name that is still free, not
// the one that was confirmed once.
func TestARunIsCarriedOnByTheNameOfWhatComesOfIt(t *testing.T) {
	clock := screentest.NewClock()
	s := &stage{m: Onward(screentest.Mono(), standing(), screentest.Snapshot(), clock.Now), clock: clock}
	clock.Add(Settle)
	screentest.Golden(t, "onward", s.m.View)
	s.typed("v1.42.1")
	if s.tell(screentest.Key("enter")); len(s.said) != 0 {
		t.Fatalf("the old name says %v", s.said)
	}
	s.tell(screentest.Key("backspace"))
	s.typed("2")
	s.tell(screentest.Key("enter"))
	s.tell(screentest.Key("enter"))
	if got, ok := s.said[0].(OnwardConfirmed); !ok || got.Standing.Run.ID != "r1" || len(s.said) != 1 {
		t.Errorf("it says %v", s.said)
	}
}

// TestAnOutdatedGateShipsNothing: whatever was typed before and after.
func TestAnOutdatedGateShipsNothing(t *testing.T) {
	s := story()
	s.typed("v1.42.1")
	s.tell(Outdated{Why: "main moved to 5e5e5e5"})
	s.tell(screentest.Key("enter"))
	if len(s.said) != 0 {
		t.Fatalf("an enter that was meant for the gate says %v", s.said)
	}
	s.clock.Add(Settle)
	screentest.Golden(t, "outdated", s.m.View)
	s.typed("v1.42.1")
	s.tell(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("v1.42.1"), Paste: true})
	s.tell(screentest.Key("enter"))
	if got, ok := s.said[0].(NewPlanWanted); !ok || got.Plan.ID != "p1" || s.shipped() != 0 {
		t.Errorf("it says %v", s.said)
	}
	s = story()
	s.typed("v1.42.1")
	s.tell(screentest.Key("enter"))
	if s.tell(Outdated{Why: "late"}); !s.m.sent || s.m.outdated != "" {
		t.Error("what is on its way is called back")
	}
}

// TestTheSmallestWindowSaysTheRouteAndTheNotes.
func TestTheSmallestWindowSaysTheRouteAndTheNotes(t *testing.T) {
	for name, c := range map[string]struct {
		way  gitops.Passage
		want string
	}{
		"request":       {gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x", Why: "main is protected"}, "by a pull request"},
		"bare":          {gitops.Passage{NoVerify: true, Skips: "commit-msg and pre-push"}, "without hooks"},
		"apart, bare":   {gitops.Passage{Apart: true, Why: "origin cannot take both", NoVerify: true}, "without hooks"},
		"request, bare": {gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x", NoVerify: true}, "without hooks"},
		"apart":         {gitops.Passage{Apart: true, Why: "origin cannot take both"}, "origin cannot take both"},
	} {
		p := screentest.Long(screentest.Remedy())
		p.Passage = c.way
		for height := 10; height <= 50; height++ {
			view := strings.Join(strings.Fields(screentest.Plain(gate(p, screentest.Snapshot()).m.Noting([]gitops.Notice{{Code: "unsigned", Text: "nobody signs"}}).View(60, height))), " ")
			for _, want := range []string{c.want, "migration", "503 unreleased"} {
				if !strings.Contains(view, want) {
					t.Errorf("%s, 60×%d lacks %q:\n%s", name, height, want, view)
				}
			}
			if !strings.Contains(view, "unsigned") && !strings.Contains(view, "nobody signs") {
				t.Errorf("%s, 60×%d lacks the note:\n%s", name, height, view)
			}
		}
	}
}

// TestTheMessageIsShownAsItWillBeCommitted: where there is room, all of it.
func TestTheMessageIsShownAsItWillBeCommitted(t *testing.T) {
	p := screentest.Clean(screentest.Remedy())
	p.Message += "\nChange-Id: I77\x1b[2J\n"
	view := screentest.Plain(gate(p, screentest.Snapshot()).m.View(100, 40))
	if !strings.Contains(view, "Change-Id: I77<1b>[2J") {
		t.Errorf("it lacks the trailer:\n%s", view)
	}
}
