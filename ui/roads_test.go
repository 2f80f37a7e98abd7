package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// windows are the sizes in which whole frames of these roads are kept.
var windows = [][2]int{{60, 16}, {80, 24}, {100, 30}, {140, 45}}

func (l *loop) goldens(name string) {
	l.t.Helper()
	for _, size := range windows {
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		golden(l.t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), l.m)
	}
	l.send(tea.WindowSizeMsg{Width: 100, Height: 30})
}

// atPreview is a preview of the first commit that git agrees with.
func atPreview(t *testing.T, w *world) *loop {
	t.Helper()
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("enter")
	l.until("git's opinion", shows("the same as git's merge"))
	l.until("its lines", shows("- old"))
	return l
}

func atGate(m Model) bool { return m.screen == keys.Confirm }

func TestGoldenRehearsal(t *testing.T) {
	w := newWorld()
	w.rehearseGate = make(chan struct{})
	l := atPreview(t, w)
	l.key("c")
	l.time.add(2 * time.Second)
	l.until("asking", shows("asking origin, 2 s; esc stops"))
	l.goldens("asking")
	l.until("the question", func(m Model) bool { return m.session.rehearsing })
	w.mu.Lock()
	w.rehearseErr = &gitops.Error{
		Code: gitops.CodeHook, What: "the commit-msg hook refused the message", Hint: "change it",
		Detail: "\x1b[2J\x1b]0;owned\x07which issue is this?\n" + strings.Repeat("a rule of the contributing guide\n", 20),
	}
	w.mu.Unlock()
	l.key("esc")
	close(w.rehearseGate)
	l.until("the answer that nobody waits for", func(Model) bool { return l.answers > 0 })
	l.key("c")
	l.until("the refusal", shows("the commit-msg hook refused the message"))
	l.goldens("hook-refused")
	l.key("G")
	if !shows("e edits the message")(l.m) && !shows("contributing guide")(l.m) {
		t.Errorf("the end of it:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("esc")
	if l.m.screen != keys.Preview || !shows("FILES")(l.m) {
		t.Errorf("esc does not lead back to the plan:\n%s", ansi.Strip(l.m.View()))
	}
}

func TestGoldenSigning(t *testing.T) {
	w := newWorld()
	w.rehearseErr = &gitops.Error{
		Code: gitops.CodeSigning, What: "the commit could not be signed", Hint: "give the key to the agent: ssh-add ~/.ssh/id_ed25519",
		Detail: "error: incorrect passphrase supplied to decrypt private key",
	}
	l := atPreview(t, w)
	l.key("c")
	l.until("locked", shows("the commit could not be signed"))
	l.goldens("locked")
	l.key("u")
	l.until("what else", shows("the key was not unlocked: the key cannot be unlocked from here; start an agent"))
	w.mu.Lock()
	w.rehearseErr = nil
	w.mu.Unlock()
	l.key("c")
	l.until("the gate", atGate)
}

func TestGoldenGates(t *testing.T) {
	w := newWorld()
	w.passage = gitops.Passage{
		Route: gitops.RoutePullRequest, Via: "revert/3f9c2ab-change", Forge: "github.com",
		Link: "https://github.com/acme/shop/compare/main...revert/3f9c2ab-change?quick_pull=1",
		Why:  "changes to main must come by a pull request with 1 approval (ruleset production)",
	}
	w.heard = []gitops.Notice{
		{Code: "hook-said", Text: "the commit-msg hook changed the message"},
		{Code: "unsigned", Text: "commits must be signed (ruleset production), and nothing signs them here"},
	}
	l := atPreview(t, w)
	l.key("c")
	l.until("the gate", atGate)
	l.time.add(confirm.Settle)
	l.goldens("gate-request")
	l.key("esc")
	l.until("back", func(m Model) bool { return m.screen == keys.Preview })
	w.passage = gitops.Passage{
		Route: gitops.RouteDirect, Apart: true,
		Why: "origin cannot take branch and tag together: the branch goes first, and the tag once it is seen there",
	}
	l.key("c")
	l.until("the gate", atGate)
	l.time.add(confirm.Settle)
	l.goldens("gate-apart")
}

// TestAGateClosesWhenTheBranchMoves: the name that was typed half, and enter,
// ship nothing; enter leads to the new plan.
func TestAGateClosesWhenTheBranchMoves(t *testing.T) {
	w := newWorld()
	w.tip, w.fetchTip = 1, 1
	l := start(t, w, Options{})
	l.until("settled", settled)
	l.key("enter")
	gate(l)
	l.key("v1.42.1")
	w.mu.Lock()
	w.fetchTip = 0
	w.mu.Unlock()
	l.time.add(tipPace)
	l.send(tick{})
	l.until("the new tip", func(m Model) bool { return m.look.snap.Tip == hash(0) && !m.look.fetching && !m.look.reading })
	if l.m.screen != keys.Confirm || !shows("main moved to "+hash(0).Short()+": enter shows the new plan")(l.m) {
		t.Fatalf("the gate says nothing:\n%s", ansi.Strip(l.m.View()))
	}
	l.goldens("gate-moved")
	l.key("v1.42.1", "enter")
	if l.m.screen != keys.Confirm || len(w.shipped) != 0 {
		t.Fatal("a gate that closed hears keys at once")
	}
	l.time.add(confirm.Settle)
	l.key("enter")
	l.until("the new plan", shows("while you looked"))
	gate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if len(w.shipped) != 1 || w.shipped[0].Onto != hash(0) {
		t.Errorf("shipped %v", w.shipped)
	}
}

// TestAGateClosesWhenItsTagIsTaken: and the new plan has another name.
func TestAGateClosesWhenItsTagIsTaken(t *testing.T) {
	w := newWorld()
	l := start(t, w, Options{NoFetch: true})
	openGate(l)
	l.key("v1.42.1")
	snap := l.m.look.snap
	snap.Tags = append(snap.Tags, gitops.Tag{Name: "v1.42.1", Commit: hash(0)})
	l.send(snapshotRead{id: l.m.look.id, snap: snap})
	if !shows("v1.42.1 is taken by now: enter shows the new plan")(l.m) {
		t.Fatalf("the gate says nothing:\n%s", ansi.Strip(l.m.View()))
	}
	l.time.add(confirm.Settle)
	l.key("enter")
	l.until("the new plan", shows("this has the next name that is free"))
	if len(w.shipped) != 0 {
		t.Error("it shipped")
	}
}

// TestTheRemoteIsAskedPolitely: while a plan is looked at, not on the timeline,
// not without leave, and once a pace.
func TestTheRemoteIsAskedPolitely(t *testing.T) {
	for name, c := range map[string]struct {
		opts Options
		keys []string
		err  error
		wait time.Duration
		asks bool
	}{
		"preview":         {Options{}, []string{"enter"}, nil, tipPace, true},
		"too early":       {Options{}, []string{"enter"}, nil, tipPace - time.Second, false},
		"timeline":        {Options{}, nil, nil, time.Hour, false},
		"without leave":   {Options{NoFetch: true}, []string{"enter"}, nil, time.Hour, false},
		"offline":         {Options{}, []string{"enter"}, errors.New("deaf"), tipPace, false},
		"offline, longer": {Options{}, []string{"enter"}, errors.New("deaf"), tipPaceDeaf, true},
	} {
		w := newWorld()
		w.fetchErr = c.err
		l := start(t, w, c.opts)
		l.until("settled", settled)
		l.key(c.keys...)
		if len(c.keys) > 0 {
			l.until("git's opinion", shows("the same as git's merge"))
		}
		l.time.add(c.wait)
		l.m.now = l.time.now()
		if m, _ := l.m.tipDue(); m.look.fetching != c.asks {
			t.Errorf("%s: asks %v", name, m.look.fetching)
		} else if c.asks && strings.Contains(ansi.Strip(m.titleRow()), "asking") {
			t.Errorf("%s: the head moves for it", name)
		}
	}
}

// TestALateRehearsalOpensNoGate: neither after it was stopped, nor for another
// remedy, nor for another commit.
func TestALateRehearsalOpensNoGate(t *testing.T) {
	for name, leave := range map[string]func(l *loop){
		"stopped":         func(l *loop) { l.key("esc") },
		"another remedy":  func(l *loop) { l.key("4"); l.until("its plan", shows("FILES")) },
		"a message":       func(l *loop) { l.key("e") },
		"another commit":  func(l *loop) { l.key("esc", "esc"); l.until("home", atTimeline); l.key("down", "enter") },
		"left for good":   func(l *loop) { l.key("esc", "esc"); l.until("home", atTimeline) },
		"stopped, again?": func(l *loop) { l.key("esc", "v") },
	} {
		w := newWorld()
		w.rehearseGate = make(chan struct{})
		l := atPreview(t, w)
		l.key("c")
		l.until("asked", func(Model) bool { w.mu.Lock(); defer w.mu.Unlock(); return w.rehearsals == 1 })
		leave(l)
		close(w.rehearseGate)
		l.until("the late answer", func(Model) bool { return l.answers > 0 })
		for !drained(l) {
		}
		if atGate(l.m) {
			t.Errorf("%s: the gate is open:\n%s", name, ansi.Strip(l.m.View()))
		}
	}
}

func atTimeline(m Model) bool { return m.screen == keys.Timeline }

// drained handles what is waiting.
func drained(l *loop) bool {
	select {
	case msg := <-l.msgs:
		l.send(msg)
		return false
	default:
		return true
	}
}
