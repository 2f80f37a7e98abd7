package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// disputed is a world in which one source contradicts another and a third does
// not answer.
func disputed() *world {
	w := newWorld()
	live := shop(0).Batches[0].Deployment
	live.Source = gitops.SourceGitHub
	failed := live
	failed.Source, failed.Status = gitops.SourceArgo, gitops.StatusFailed
	w.sources.states = []gitops.SourceState{
		{Name: gitops.SourceGitHub, Place: "github.com/acme/shop", Condition: gitops.SourceFresh, Rows: 1, AnsweredAt: noon.Add(-20 * time.Second)},
		{Name: gitops.SourceArgo, Place: "deploy.acme.example/shop", Condition: gitops.SourceFresh, Rows: 1, AnsweredAt: noon.Add(-3 * time.Minute)},
		{
			Name: gitops.SourceNewRelic, Condition: gitops.SourceOld, Rows: 4, AnsweredAt: noon.Add(-2 * time.Hour),
			Trouble: "429, too many questions", Hint: "it is asked again by then", RetryAt: noon.Add(4 * time.Minute),
		},
		{Name: gitops.SourceGitLab, Condition: gitops.SourceIdle, Trouble: "no token", Hint: "GITLAB_TOKEN brings it"},
	}
	w.sources.claims = []gitops.Deployment{live, failed}
	w.sources.adjust = func(s *gitops.Snapshot) {
		s.Notices = append(s.Notices, gitops.Notice{Code: "sources-disagree", Text: "v1.42.0: github says live, argocd says failed"})
		s.Batches[0].Deployment.Source, s.Batches[1].Deployment.Source = gitops.SourceGitHub, gitops.SourceNewRelic
		s.Deployed.Source = gitops.SourceGitHub
		s.Environment, s.Environments = "production", []string{"production", "staging"}
		s.Drift = gitops.Drift{Ahead: 3, Aside: 2, Tag: "v1.43.0", TagAhead: 5}
	}
	return w
}

var rooms = [][2]int{{60, 16}, {80, 24}, {100, 30}, {200, 50}}

func TestGoldenDisagreement(t *testing.T) {
	for _, size := range rooms {
		l := start(t, disputed(), Options{NoFetch: true})
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		l.until("settled", settled)
		if size[0] >= 80 {
			l.key("h")
		}
		golden(t, fmt.Sprintf("disputed-%dx%d", size[0], size[1]), l.m)
		if size[0] == 100 {
			l.key("?")
			golden(t, "disputed-help", l.m)
		}
	}
}

func TestGoldenRolledBack(t *testing.T) {
	for _, size := range rooms {
		w := disputed()
		w.sources.adjust = func(s *gitops.Snapshot) {
			left := s.Batches[0].Deployment
			left.Status = gitops.StatusSuperseded
			s.Batches[0].Deployment = left
			s.Batches[1].Deployment.Status = gitops.StatusLive
			s.Deployed = &s.Batches[1].Deployment
			s.Rollback = &gitops.Rollback{Left: left, Lost: 5, Pending: 5}
			s.Drift = gitops.Drift{Ahead: 8}
		}
		w.sources.claims, w.sources.states = nil, w.sources.states[:1]
		l := start(t, w, Options{NoFetch: true})
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		l.until("settled", settled)
		golden(t, fmt.Sprintf("rolled-back-%dx%d", size[0], size[1]), l.m)
	}
}

// What a source says arrives by itself, and neither the highlight nor the frame
// moves for it.
func TestASourceThatAnswersLateMovesNothing(t *testing.T) {
	w := newWorld()
	w.sources.states = []gitops.SourceState{{Name: gitops.SourceGitHub, Condition: gitops.SourceAsking}}
	l := start(t, w, Options{})
	l.until("settled", settled)
	l.until("asked", func(Model) bool { w.mu.Lock(); defer w.mu.Unlock(); return w.sources.asked > 0 })
	if !shows("asking github…")(l.m) {
		t.Errorf("nobody says that the source is being asked:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("j", "j")
	at, before := l.m.timeline.Cursor(), strings.Count(l.m.View(), "\n")
	w.learn(func(s *sources) {
		s.states = []gitops.SourceState{{Name: gitops.SourceGitHub, Condition: gitops.SourceFresh, Rows: 1, AnsweredAt: noon}}
		s.adjust = func(snap *gitops.Snapshot) {
			snap.Batches[0].Deployment.Source = gitops.SourceGitHub
			newer := snap.Batches[0]
			newer.Deployment.Commit, newer.Deployment.Tag, newer.Commits = hash(1), "", []gitops.Hash{hash(1), hash(2)}
			snap.Batches = append([]gitops.Batch{newer}, snap.Batches...)
		}
	})
	l.time.add(2 * time.Second)
	l.until("the new look", func(m Model) bool { return len(m.look.snap.Batches) == 3 || tickOnce(l) })
	if got := l.m.timeline.Cursor(); got != at {
		t.Errorf("the highlight went from %s to %s", at.Short(), got.Short())
	}
	if got := strings.Count(l.m.View(), "\n"); got != before {
		t.Errorf("the frame has %d lines, it had %d", got, before)
	}
	if !shows("gh")(l.m) {
		t.Errorf("no mark in the row:\n%s", ansi.Strip(l.m.View()))
	}
}

// tickOnce lets the clock tick where a message is waited for; it is false, so
// that a condition may end in it.
func tickOnce(l *loop) bool {
	select {
	case msg := <-l.msgs:
		l.send(msg)
	default:
		l.send(tick{})
	}
	return false
}

func TestTheRemoteIsAskedAgainQuietly(t *testing.T) {
	w := newWorld()
	l := start(t, w, Options{})
	l.until("fetched", func(m Model) bool { return !m.look.fetchEnded.IsZero() && settled(m) })
	l.time.add(remotePace + time.Second)
	l.send(tick{})
	if !l.m.look.fetching || shows("asking origin")(l.m) {
		t.Errorf("fetching %v, and it must not be seen:\n%s", l.m.look.fetching, ansi.Strip(l.m.View()))
	}
	l.until("settled", settled)
	ended := l.m.look.fetchEnded
	l.time.add(calm + remotePace)
	l.send(tick{})
	l.until("settled", settled)
	if !l.m.look.fetchEnded.After(ended) {
		t.Error("not asked after a long time")
	}
	l.time.add(remotePace + time.Second)
	l.send(tick{})
	if l.m.look.fetching {
		t.Error("asked every minute though nobody has pressed a key for half an hour")
	}
}

func TestAnotherEnvironment(t *testing.T) {
	w := disputed()
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	if !shows("shop  production   main → origin")(l.m) {
		t.Errorf("the head does not say which:\n%s", ansi.Strip(l.m.View()))
	}
	adjust := w.sources.adjust
	w.mu.Lock()
	w.sources.adjust = func(s *gitops.Snapshot) {
		adjust(s)
		s.Environment = w.sources.environment
	}
	w.mu.Unlock()
	l.key("e")
	l.until("staging", func(m Model) bool {
		return m.look.snap.Environment == "staging" && shows("shop   staging")(m) && shows("LIVE IN STAGING v1.42.0")(m)
	})
}

// TestNoRecoveryIsToldWhileProductionIsDown: live is not recovered.
func TestNoRecoveryIsToldWhileProductionIsDown(t *testing.T) {
	w, l := liveInVain(t)
	look := func(up bool) {
		t.Helper()
		l.time.add(10 * time.Second)
		at := l.time.now()
		w.mu.Lock()
		w.sample = health.Sample{At: at, Up: up, Status: 503}
		w.mu.Unlock()
		l.send(tick{})
		l.until("the answer", func(m Model) bool { return !m.health.probing && m.health.state.LastSample.At.Equal(at) })
	}
	told := func() int { w.mu.Lock(); defer w.mu.Unlock(); return len(w.sources.marked) }
	for _, up := range []bool{false, true} {
		if look(up); l.m.watch.owed == nil || told() != 0 {
			t.Fatalf("told of %d recoveries while production is in trouble (owed: %v)", told(), l.m.watch.owed)
		}
	}
	look(true)
	l.until("marked", func(m Model) bool { return len(m.watch.marks) > 0 })
	if look(true); told() != 1 || l.m.watch.owed != nil {
		t.Errorf("told %d times", told())
	}
}

func TestRecoveryIsToldToTheSources(t *testing.T) {
	w := newWorld()
	l := untilLive(t, w)
	l.until("marked", func(m Model) bool { return len(m.watch.marks) > 0 })
	l.key("enter")
	l.until("said", func(m Model) bool { return m.screen == keys.Timeline && shows("newrelic has a marker for v1.42.1")(m) })
	if len(w.sources.marked) != 1 || w.sources.marked[0].Commit != hash(900) {
		t.Errorf("told of %+v", w.sources.marked)
	}
}
