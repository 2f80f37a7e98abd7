package outcome

import (
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

func standing(way gitops.Onward, passage gitops.Passage) gitops.Standing {
	p := screentest.Clean(screentest.Remedy())
	p.Passage = passage
	return gitops.Standing{
		Run: gitops.Run{ID: "p1", Plan: p, Receipt: gitops.Receipt{
			ID: "p1", Route: passage.Route, StartedAt: screentest.Now.Add(-3600e9), Commit: screentest.Shipped,
			Steps: []gitops.StepResult{{Name: "commit", State: gitops.StepDone}, {Name: "push", State: gitops.StepDone}, {Name: "verify", State: gitops.StepDone}},
		}},
		Onward: way, Tag: p.Tag, Landed: screentest.Shipped, Words: "main on origin holds it; the tag is lacking.",
	}
}

func onward(way gitops.Onward, passage gitops.Passage) *stage {
	clock := screentest.NewClock()
	st := standing(way, passage)
	return &stage{m: Onward(screentest.Mono(), st, screentest.Snapshot(), clock.Now), clock: clock, plan: st.Run.Plan}
}

// TestCarryingOnShowsWhatIsLeft: a step of the run's earlier life ticks nothing.
func TestCarryingOnShowsWhatIsLeft(t *testing.T) {
	request := gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x"}
	for _, c := range []struct {
		way     gitops.Onward
		passage gitops.Passage
		want    string
	}{
		{gitops.OnwardPush, gitops.Passage{}, "before tag push verify local"},
		{gitops.OnwardPush, gitops.Passage{Apart: true}, "before tag push verify push verify local"},
		{gitops.OnwardTag, request, "before tag push verify local"},
		{gitops.OnwardOpen, request, "before open land"},
		{gitops.OnwardSettle, gitops.Passage{}, "before verify local"},
	} {
		s := onward(c.way, c.passage)
		var names []string
		for i, st := range s.m.steps {
			names = append(names, st.result.Name)
			if i > 0 && st.result.State != gitops.StepWaiting {
				t.Errorf("%s: %s is %s before it began", c.way, st.result.Name, st.result.State)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.way, got, c.want)
		}
	}
}

// TestAMergedRequestThatIsTaggedIsShipped: it went by a pull request, and is
// live news all the same.
func TestAMergedRequestThatIsTaggedIsShipped(t *testing.T) {
	s := onward(gitops.OnwardTag, gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x"})
	r := standing(gitops.OnwardTag, gitops.Passage{Route: gitops.RoutePullRequest}).Run.Receipt
	for _, name := range []string{"preflight", "tag", "push", "verify", "local"} {
		step := gitops.StepResult{Name: name, State: gitops.StepDone, At: s.clock.Now(), Detail: "seen"}
		s.tell(StepSeen{Step: step})
		r.Steps = append(r.Steps, step)
	}
	r.Tag.Name = "v1.42.1"
	s.tell(Finished{Receipt: r})
	text := s.text()
	if !strings.Contains(text, "SHIPPED v1.42.1 in less than 1 s") || !s.m.Watching() || strings.Contains(text, "not begun") {
		t.Errorf("it reads:\n%s", text)
	}
	if n := strings.Count(text, "✓ push"); n != 1 {
		t.Errorf("%d pushes:\n%s", n, text)
	}
}

// TestPartWayIsNotNothing: with the branch there and the tag lacking, no word
// says that nothing was shipped.
func TestPartWayIsNotNothing(t *testing.T) {
	p := screentest.Clean(screentest.Remedy())
	p.Passage = gitops.Passage{Apart: true}
	s := open(p)
	r := s.receipt([]gitops.StepResult{{Name: "push", State: gitops.StepDone}, {Name: "verify", State: gitops.StepDone}, {Name: "push", State: gitops.StepFailed}})
	s.tell(Finished{Receipt: r, Err: &gitops.Error{Code: gitops.CodeRejected, What: "main on origin holds the commit b7f02c9, and the tag v1.42.1 is lacking: refused"}})
	screentest.Golden(t, "part-way", s.sized)
	if text := s.text(); strings.Contains(text, "nothing was shipped") || !strings.Contains(text, "the branch is there, the tag is lacking") {
		t.Errorf("it reads:\n%s", text)
	}
	s.act(keys.Open)
	if _, ok := s.said[0].(AskAgain); !ok {
		t.Errorf("enter says %v", s.said)
	}
}

// TestKeysLeadWhereTheyAreOffered: r and b only where they mean something.
func TestKeysLeadWhereTheyAreOffered(t *testing.T) {
	request := open(screentest.Clean(screentest.Remedy()))
	r := request.receipt(nil)
	r.Route, r.URL = gitops.RoutePullRequest, "https://git.shop.example/pr/7"
	request.tell(Finished{Receipt: r})
	screentest.Golden(t, "proposed", request.sized)
	unsure := story()
	unsure.tell(Finished{Receipt: gitops.Receipt{ID: "p1"}, Err: &gitops.Error{Code: gitops.CodeOutcomeUnknown, What: "x"}})
	refused := story()
	refused.tell(Finished{Err: &gitops.Error{Code: gitops.CodeRejected, What: "x"}})
	for name, c := range map[string]struct {
		s           *stage
		asks, takes bool
	}{
		"running": {story(), false, false}, "shipped": {shipped(), false, true}, "proposed": {request, true, false},
		"unsure": {unsure, true, false}, "refused": {refused, false, false},
	} {
		if c.s.m.Means(keys.Refresh) != c.asks || c.s.m.Means(keys.BringBack) != c.takes {
			t.Errorf("%s: r %v, b %v", name, c.s.m.Means(keys.Refresh), c.s.m.Means(keys.BringBack))
		}
		c.s.said = nil
		c.s.act(keys.Refresh)
		c.s.act(keys.BringBack)
		var asks, takes bool
		for _, m := range c.s.said {
			switch m := m.(type) {
			case AskAgain:
				asks = m.ID == "p1"
			case BringBack:
				takes = len(m.Remedy.Commits) == 1 && m.Remedy.Commits[0] == screentest.Shipped
			}
		}
		if asks != c.asks || takes != c.takes {
			t.Errorf("%s: it says %v", name, c.s.said)
		}
	}
}

// TestAfterAnErrorARunThatIsGoneOnWithIsStillOpen.
func TestAfterAnErrorARunThatIsGoneOnWithIsStillOpen(t *testing.T) {
	for _, code := range []gitops.Code{gitops.CodeTipMoved, gitops.CodeTagTaken, gitops.CodeRejected, gitops.CodeRemoteUnreached} {
		s := onward(gitops.OnwardPush, gitops.Passage{})
		r := standing(gitops.OnwardPush, gitops.Passage{}).Run.Receipt
		r.Steps = nil
		s.tell(Finished{Receipt: r, Err: &gitops.Error{Code: code, What: "x"}})
		if text := s.text(); !strings.Contains(text, "the run stays open") || strings.Contains(text, "enter plans again") {
			t.Errorf("%s reads:\n%s", code, text)
		}
		s.act(keys.Open)
		if got, ok := s.said[0].(AskAgain); !ok || got.ID != "p1" {
			t.Errorf("after %s: %v", code, s.said)
		}
	}
}

// TestLiveInVainLeadsToTheOtherSuspects: only a look at production that is later
// than the release being live says that it did not help.
func TestLiveInVainLeadsToTheOtherSuspects(t *testing.T) {
	s := shipped()
	s.tell(HealthSeen{State: health.State{}.Next(health.Sample{At: s.clock.Now(), Status: 503})})
	down := s.m.health
	if text := s.text(); strings.Contains(text, "was not the cause") || !s.m.Means(keys.EditEvidence) {
		t.Errorf("before it is live:\n%s", text)
	}
	s.tell(seenIn("github", gitops.StatusLive, screentest.Shipped, s.clock.Now()))
	if text := s.text(); strings.Contains(text, "was not the cause") {
		t.Errorf("before production was asked:\n%s", text)
	}
	s.clock.Add(5 * time.Second)
	good := down.Next(health.Sample{At: s.clock.Now(), Up: true})
	if s.tell(HealthSeen{State: good}); strings.Contains(s.text(), "was not the cause") {
		t.Errorf("after a good answer:\n%s", s.text())
	}
	s.tell(HealthSeen{State: down.Next(health.Sample{At: s.clock.Now(), Status: 503})})
	screentest.Golden(t, "in-vain", s.sized)
	for _, want := range []string{"NEXT", "was not the cause, or not all of it; s looks for the other suspects,", "LATER to bring the change back"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("no %q in\n%s", want, s.text())
		}
	}
	s.said = nil
	s.act(keys.EditEvidence)
	if len(s.said) != 1 || s.said[0] != (SuspectsWanted{}) {
		t.Errorf("s says %v", s.said)
	}
	s.tell(HealthSeen{State: good.Next(health.Sample{At: s.clock.Now(), Up: true})})
	s.said = nil
	if s.act(keys.EditEvidence); len(s.said) != 0 || s.m.Means(keys.EditEvidence) || strings.Contains(s.text(), "was not the cause") {
		t.Errorf("after the recovery: %v\n%s", s.said, s.text())
	}
}
