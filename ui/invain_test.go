package ui

import (
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"
)

// TestLiveInVainLeadsOnToTheSuspects: with production down after the release is
// live, one key is the way to what else it may be, and back is the timeline.
func TestLiveInVainLeadsOnToTheSuspects(t *testing.T) {
	w, l := liveInVain(t)
	l.time.add(10 * time.Second)
	at := l.time.now()
	w.mu.Lock()
	w.sample = health.Sample{At: at, Status: 503}
	w.mu.Unlock()
	l.send(tick{})
	l.until("the answer", func(m Model) bool { return !m.health.probing && m.health.state.LastSample.At.Equal(at) })
	if !shows("s looks for the other suspects")(l.m) {
		t.Fatalf("it does not lead on:\n%s", l.m.View())
	}
	l.key("s")
	l.until("the evidence", func(m Model) bool { return m.screen == keys.Evidence })
	// When it began is the person's to say: of a remedy that runs in vain the
	// ranking knows by itself.
	if !shows("14:02 (UTC), or 20 min ago")(l.m) {
		t.Errorf("somebody else said when it began:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("esc")
	l.until("the timeline", func(m Model) bool { return m.screen == keys.Timeline })
}

// liveInVain ships a release that a source calls live, while production stays down.
func liveInVain(t *testing.T) (*world, *loop) {
	t.Helper()
	w := down()
	return w, untilLive(t, w)
}

// untilLive ships a release and waits until a source calls it live.
func untilLive(t *testing.T, w *world) *loop {
	t.Helper()
	w.sources.states = []gitops.SourceState{{Name: gitops.SourceGitHub, Condition: gitops.SourceFresh, AnsweredAt: noon}}
	w.live = true
	l := start(t, w, Options{NoFetch: true, Drill: &DrillInfo{Title: "x"}})
	openGate(l)
	l.key("v1.42.1", "enter")
	l.until("live", shows("live after"))
	return l
}
