package ui

import (
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"

	tea "github.com/charmbracelet/bubbletea"
)

func TestSnapshotFirstThenFetchKeepsSelection(t *testing.T) {
	w := newWorld()
	w.tip, w.fetchTip = 1, 0
	l := start(t, w, Options{})
	l.until("the first look", func(m Model) bool { return m.look.have })
	if l.m.look.snap.Tip != hash(1) {
		t.Fatal("the first look waited for the network")
	}
	l.key("down", " ")
	l.until("the fetched tip", func(m Model) bool { return m.look.snap.Tip == hash(0) })
	if got := l.m.timeline.Selected(); len(got) != 1 || got[0] != hash(4) || l.m.timeline.Cursor() != hash(5) {
		t.Errorf("selection %v, cursor %s", got, l.m.timeline.Cursor().Short())
	}
}

// TestAQuickLookIsFollowedByAWholeOne: the list is there before all dates are,
// and what a person did in between stays.
func TestAQuickLookIsFollowedByAWholeOne(t *testing.T) {
	w := newWorld()
	w.part, w.wholeGate = true, make(chan struct{})
	dated := func(m Model) bool { return m.look.have && !m.look.snap.Batches[1].Deployment.FinishedAt.IsZero() }
	l := start(t, w, Options{NoFetch: true})
	l.until("the quick look", func(m Model) bool { return m.look.have })
	if dated(l.m) || l.m.look.reading {
		t.Fatal("the first look waited for all dates, or tells of more to come")
	}
	l.key("down", " ")
	selected, cursor := l.m.timeline.Selected(), l.m.timeline.Cursor()
	l.send(tick{})
	close(w.wholeGate)
	l.until("the whole look", dated)
	if got := l.m.timeline.Selected(); len(selected) != 1 || !slices.Equal(got, selected) || l.m.timeline.Cursor() != cursor {
		t.Errorf("selection %v, cursor %s", got, l.m.timeline.Cursor().Short())
	}
	l.until("settled", settled)
	if w.looks != 2 {
		t.Errorf("%d looks", w.looks)
	}
}

// TestAWholeQuickLookIsEnough: where every date was read, nothing is read again.
func TestAWholeQuickLookIsEnough(t *testing.T) {
	w := newWorld()
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	if w.looks != 1 {
		t.Errorf("%d looks", w.looks)
	}
}

// TestAFetchVoidsTheWholeLook: what was asked for before is not shown after.
func TestAFetchVoidsTheWholeLook(t *testing.T) {
	w := newWorld()
	w.part, w.wholeGate = true, make(chan struct{})
	w.tip, w.fetchTip = 1, 0
	l := start(t, w, Options{})
	l.until("the fetch", func(m Model) bool { return m.look.have && !m.look.fetching && m.look.reading })
	l.send(tick{})
	close(w.wholeGate)
	l.until("the fetched tip", func(m Model) bool { return m.look.snap.Tip == hash(0) && !m.look.reading })
	l.until("settled", settled)
	if l.m.look.snap.Tip != hash(0) || l.m.look.snap.Batches[1].Deployment.FinishedAt.IsZero() {
		t.Error("an older look came back")
	}
}

func TestVerdictsTwoAtATimeAndForTheNewTipOnly(t *testing.T) {
	w := newWorld()
	w.fetchTip = 0
	w.tip = 2
	l := start(t, w, Options{})
	l.until("settled on the new tip", func(m Model) bool { return settled(m) && m.look.snap.Tip == hash(0) })
	if w.most > judgesAtOnce {
		t.Errorf("%d verdicts at once", w.most)
	}
	if n := len(l.m.judging.running); n != 0 {
		t.Errorf("%d counted as busy", n)
	}
}

// TestVerdictsEndWhenThePersonMovesOn opens a preview while verdicts are under
// way: the plan has the machine to itself, and back on the list the rows get
// their verdicts after all.
func TestVerdictsEndWhenThePersonMovesOn(t *testing.T) {
	w := newWorld()
	w.judgeHeld = true
	l := start(t, w, Options{NoFetch: true})
	l.until("verdicts under way", func(m Model) bool { return len(m.judging.running) == judgesAtOnce })
	l.key("enter")
	l.until("an end of them", func(m Model) bool { return m.screen == keys.Preview && len(m.judging.running) == 0 })
	w.mu.Lock()
	if w.ended != judgesAtOnce {
		t.Errorf("%d of %d verdicts ended", w.ended, judgesAtOnce)
	}
	w.judgeHeld = false
	w.mu.Unlock()
	l.key("esc")
	l.until("verdicts", func(m Model) bool { return settled(m) && strings.Contains(m.View(), "✓ clean") })
	if view := l.m.View(); strings.Contains(view, "working") || strings.Contains(view, "canceled") {
		t.Errorf("a row never got its turn again:\n%s", view)
	}
}

// TestNobodyWaitsForRowsThatNobodySees: while a person waits for the suspects only
// what is on the page is judged; the rest has its turn afterwards.
func TestNobodyWaitsForRowsThatNobodySees(t *testing.T) {
	w := ranker()
	gate := make(chan struct{})
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	w.mu.Lock()
	w.sources.rankGate = gate
	w.mu.Unlock()
	l.key("s")
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranking", func(m Model) bool { return m.screen == keys.Timeline && m.timeline.AwaitsRanking() })
	l.m.judging.waiting, l.m.judging.next = []gitops.Hash{hash(10)}, 0
	m, _ := l.m.schedule()
	if m.judging.next != 0 {
		t.Error("a row is judged that nobody sees")
	}
	close(gate)
	l.until("its turn", func(m Model) bool { return !m.timeline.AwaitsRanking() && m.judging.next == len(m.judging.waiting) })
}
