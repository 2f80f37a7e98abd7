package ui

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"

	"github.com/charmbracelet/x/ansi"
)

// brokenOff is a run that was killed in its push.
func brokenOff(id string) gitops.Run {
	return gitops.Run{
		ID: id, State: gitops.RunInterrupted, By: gitops.Actor{User: "ada", Host: "laptop", PID: 4711, StartedAt: noon.Add(-20 * time.Minute)},
		Plan: gitops.Plan{
			Remote: "origin", Branch: "main", Onto: hash(0), Message: "Revert \"Round totals\"\n\nThis reverts it.\n",
			Remedy: gitops.Remedy{Commits: []gitops.Hash{hash(3)}, Reason: "totals are off", Incident: "INC-7"},
			Tag:    gitops.TagPlan{Name: "v1.42.1", Annotated: true},
		},
		Receipt: gitops.Receipt{
			ID: id, Commit: hash(900), Commits: []gitops.Hash{hash(900)}, StartedAt: noon.Add(-20 * time.Minute), Route: gitops.RouteDirect,
			Steps: []gitops.StepResult{
				{Name: "preflight", State: gitops.StepDone},
				{Name: "commit", State: gitops.StepDone},
				{Name: "tag", State: gitops.StepDone},
				{Name: "push", State: gitops.StepRunning},
			},
		},
	}
}

func stands() gitops.Standing {
	return gitops.Standing{
		Reached: gitops.ReachedBranch, Tip: hash(0), Landed: hash(900), Onward: gitops.OnwardTag, Tag: gitops.TagPlan{Name: "v1.42.1", Annotated: true},
		Words: "main on origin is at b7f02c9; the tag v1.42.1 is lacking.",
		Next:  "Tags b7f02c9 as v1.42.1 and pushes the tag, only if that name is still free.",
	}
}

func TestGoldenLeftover(t *testing.T) {
	w := newWorld()
	w.runs, w.stands, w.standingGate = []gitops.Run{brokenOff("20260314-141100")}, stands(), make(chan struct{})
	l := start(t, w, Options{})
	l.until("told at once", func(m Model) bool { return m.screen == keys.Leftover })
	l.until("nothing else", func(m Model) bool { return !m.look.fetching && !m.look.reading })
	l.goldens("leftover-asking")
	l.key("c")
	if !shows("wait for the answer")(l.m) {
		t.Error("it goes on before anything is known")
	}
	close(w.standingGate)
	l.until("what the remote holds", shows("the tag v1.42.1 is lacking"))
	l.key("down")
	l.goldens("leftover")
	l.key("x", "no longer wanted")
	l.goldens("leftover-closing")
	l.key("esc", "c")
	l.until("the gate", atGate)
	l.time.add(confirm.Settle)
	l.goldens("gate-onward")
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	l.until("nothing else", func(m Model) bool { return !m.look.reading && !m.follow.asking })
	l.goldens("carried-on")
	if len(w.carried) != 1 || len(w.shipped) != 0 {
		t.Errorf("carried on %d times, shipped %d", len(w.carried), len(w.shipped))
	}
	l.key("enter")
	l.until("home", atTimeline)
	l.until("no word of the run that has ended", func(m Model) bool { return !shows("o shows it")(m) })
}

func TestGoldenOtherLeftovers(t *testing.T) {
	busy, waits := brokenOff("1"), brokenOff("2")
	busy.State = gitops.RunUnderWay
	waits.State, waits.Receipt.URL = gitops.RunWaiting, "https://github.com/acme/shop/pull/7"
	w := newWorld()
	w.runs = []gitops.Run{busy, waits}
	w.stands = gitops.Standing{
		Reached: gitops.ReachedVia, Words: "origin holds the branch revert/x at b7f02c9, and it is not merged into main.",
		Next: "Have it merged: https://github.com/acme/shop/pull/7, then ahead resume sees it through.",
	}
	l := start(t, w, Options{NoFetch: true})
	l.until("told", shows("SOMEBODY IS PUBLISHING FROM HERE"))
	l.goldens("leftover-busy")
	l.key("c", "x")
	if l.m.capturing() || atGate(l.m) {
		t.Error("a run that somebody is at can be taken from under their hands")
	}
	l.key("tab")
	l.until("the other", shows("is not merged into main"))
	l.goldens("leftover-waits")
	l.key("c")
	if !shows("nothing can be carried on here")(l.m) || atGate(l.m) {
		t.Errorf("carrying on:\n%s", ansi.Strip(l.m.View()))
	}
	w.mu.Lock()
	w.standErr = &gitops.Error{Code: gitops.CodeRemoteUnreached, What: "origin does not answer", Hint: "see the VPN"}
	w.mu.Unlock()
	l.key("r")
	l.until("the failure", shows("not known: origin does not answer"))
	l.goldens("leftover-unknown")
}

// TestOpenRunsTakeNothingFromUnderAPersonsHands: whoever pressed a key already
// reads a notice, and what is of another branch has its command.
func TestOpenRunsTakeNothingFromUnderAPersonsHands(t *testing.T) {
	w := newWorld()
	other := brokenOff("9")
	other.Plan.Branch = "release"
	w.runs = []gitops.Run{other}
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.until("told", shows("v1.42.1 to release on origin broken off at the step push: ahead resume 9"))
	if l.m.screen != keys.Timeline || l.m.means(keys.OpenRuns) {
		t.Error("a run to another branch is carried on from here")
	}
	w = newWorld()
	w.runs = []gitops.Run{brokenOff("9")}
	m := New(context.Background(), w, Options{NoFetch: true, Now: func() time.Time { return noon }})
	m, _ = m.Update(keyMsg("j"))
	m, _ = m.Update(snapshotRead{id: 1, snap: shop(0)})
	m, _ = m.Update(runsRead{id: 1, list: w.runs})
	if m.screen != keys.Timeline || !shows("o shows it")(m) {
		t.Errorf("after a key:\n%s", ansi.Strip(m.View()))
	}
}

// TestARunThatIsPlannedAgainIsClosedOnlyWhenTheNewPlanIsConfirmed.
func TestARunThatIsPlannedAgainIsClosedOnlyWhenTheNewPlanIsConfirmed(t *testing.T) {
	w := newWorld()
	w.runs = []gitops.Run{brokenOff("9")}
	w.stands = gitops.Standing{Reached: gitops.ReachedNothing, Onward: gitops.OnwardPlan, Words: "origin holds nothing of it.", Next: "Plans it again."}
	l := start(t, w, Options{})
	l.until("asked", shows("origin holds nothing of it"))
	l.key("c")
	l.until("a preview", shows("the same as git's merge"))
	if len(w.closed) != 0 {
		t.Fatal("closed before anything was confirmed")
	}
	gate(l)
	l.key("esc")
	l.until("back", func(m Model) bool { return m.screen == keys.Preview })
	l.key("esc")
	l.until("home", atTimeline)
	if l.m.replacing != nil || len(w.closed) != 0 {
		t.Fatal("whoever goes back has decided nothing")
	}
	l.key("o")
	l.until("asked again", shows("origin holds nothing of it"))
	l.key("c")
	l.until("a preview", shows("the same as git's merge"))
	gate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if fmt.Sprint(w.closed) != "[9: planned again: origin holds nothing of it.]" || len(w.shipped) != 1 {
		t.Errorf("closed %v, shipped %d", w.closed, len(w.shipped))
	}
}

// TestAnUnknownOutcomeIsAskedAboutRightThere.
func TestAnUnknownOutcomeIsAskedAboutRightThere(t *testing.T) {
	w := newWorld()
	w.shipErr = &gitops.Error{Code: gitops.CodeOutcomeUnknown, What: "the push gave no answer"}
	l := atPreview(t, w)
	gate(l)
	w.mu.Lock()
	w.runs, w.stands = []gitops.Run{brokenOff("1"), brokenOff("p")}, stands()
	w.mu.Unlock()
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if !shows("r asks again what it holds")(l.m) {
		t.Fatalf("it offers nothing:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("r")
	l.until("the standing", shows("the tag v1.42.1 is lacking"))
	w.mu.Lock()
	w.shipErr = nil
	w.mu.Unlock()
	l.key("c")
	l.until("the gate", atGate)
	l.time.add(confirm.Settle)
	l.key("v1.42.1", "enter")
	l.until("shipped", shows("SHIPPED v1.42.1"))
}

// TestWhatStandsInTheWayLeadsToTheOpenRun: busy and unfinished.
func TestWhatStandsInTheWayLeadsToTheOpenRun(t *testing.T) {
	for _, code := range []gitops.Code{gitops.CodeBusy, gitops.CodeUnfinished} {
		w := newWorld()
		w.shipErr = &gitops.Error{Code: code, What: "there is another one"}
		l := atPreview(t, w)
		gate(l)
		w.mu.Lock()
		w.runs, w.stands = []gitops.Run{brokenOff("1")}, stands()
		w.mu.Unlock()
		l.key("v1.42.1", "enter")
		l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
		l.key("enter")
		l.until("the run", func(m Model) bool { return m.screen == keys.Leftover })
	}
}

// TestUndoIsForward: what was released is taken back by a new plan.
func TestUndoIsForward(t *testing.T) {
	w := newWorld()
	l := atPreview(t, w)
	gate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if !shows("the only way is forward")(l.m) {
		t.Errorf("it does not say so:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("b")
	l.until("a preview of it", func(m Model) bool { return m.screen == keys.Preview })
	if got := l.m.session.remedy.Commits; len(got) != 1 || got[0] != hash(900) {
		t.Errorf("it takes back %v", got)
	}
	if len(w.shipped) != 1 {
		t.Error("it shipped unasked")
	}
}
