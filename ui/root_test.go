package ui

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// openGate walks to the gate for the commit under the cursor.
func openGate(l *loop) {
	l.until("a timeline", settled)
	l.key("enter")
	gate(l)
}

// gate goes on from a preview as soon as git agrees.
func gate(l *loop) {
	l.t.Helper()
	l.until("git's opinion", shows("the same as git's merge"))
	for l.m.screen != keys.Confirm {
		l.key("c")
		if l.m.screen == keys.Confirm {
			break
		}
		select {
		case msg := <-l.msgs:
			l.send(msg)
		case <-time.After(20 * time.Second):
			l.t.Fatalf("no gate:\n%s", l.m.View())
		}
	}
	l.time.add(time.Second)
}

func TestShipsWhatWasConfirmedAndFollowsItUntilLive(t *testing.T) {
	w := newWorld()
	l := start(t, w, Options{NoFetch: true, Drill: &DrillInfo{Title: "x"}})
	openGate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if len(w.shipped) != 1 || w.shipped[0].Selection[0] != hash(3) {
		t.Fatalf("shipped %v", w.shipped)
	}
	l.until("asked once", func(m Model) bool { return m.follow.on && !m.follow.asking })
	w.mu.Lock()
	w.live = true
	w.mu.Unlock()
	l.time.add(2 * time.Second)
	l.send(tick{})
	l.until("live", func(m Model) bool { return !m.follow.on })
	l.until("said so", shows("live after"))
	l.key("enter")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	if !shows("v1.42.1 live after 2 s")(l.m) {
		t.Errorf("it is forgotten on the way home:\n%s", ansi.Strip(l.m.View()))
	}
	l.time.add(followTold)
	l.send(tick{})
	l.until("old news", func(m Model) bool { return !shows("live after")(m) })
}

// TestWhatComesOfAReleaseIsToldOnTheTimeline: who goes back while it is on its way is
// told there what the sources say, and at the end how long it took.
func TestWhatComesOfAReleaseIsToldOnTheTimeline(t *testing.T) {
	w := newWorld()
	w.sources.states = []gitops.SourceState{{Name: gitops.SourceGitHub, Condition: gitops.SourceFresh, AnsweredAt: noon}}
	l := start(t, w, Options{NoFetch: true, Drill: &DrillInfo{Title: "x"}})
	l.until("settled", settled)
	l.m.suspects.evidence.At = noon.Add(-20 * time.Minute)
	openGate(l)
	l.key("v1.42.1", "enter")
	l.until("asked once", func(m Model) bool { return m.screen == keys.Outcome && m.follow.on && !m.follow.asking })
	l.key("esc")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline && shows("v1.42.1 is on its way, ")(m) })
	w.mu.Lock()
	w.live = true
	w.mu.Unlock()
	l.time.add(2 * time.Second)
	l.send(tick{})
	l.until("live", shows("v1.42.1 live after "))
	if !shows("after the trouble began")(l.m) {
		t.Errorf("how long did it take?\n%s", ansi.Strip(l.m.View()))
	}
}

func TestALatePlanForANeverReachesB(t *testing.T) {
	w := newWorld()
	late := make(chan struct{})
	w.planGate[hash(3)] = late
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("enter")
	l.until("the preview of A", func(m Model) bool { return m.screen == keys.Preview })
	l.until("A's plan asked for", func(Model) bool { w.mu.Lock(); defer w.mu.Unlock(); return w.planned == 1 })
	first := l.m.session.id
	l.key("esc")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	l.key("down", "enter")
	l.until("the preview of B", func(m Model) bool { return m.screen == keys.Preview && m.session.id != first })
	l.until("B's plan", shows(hash(4).Short()))
	close(late)
	l.until("A's plan came, late", func(Model) bool { return l.late[first] })
	openGate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if got := w.shipped[0].Selection[0]; got != hash(4) {
		t.Errorf("shipped %s, confirmed %s", got.Short(), hash(4).Short())
	}
}

func TestTheGateOpensOnlyForTheNewestTip(t *testing.T) {
	w := newWorld()
	w.tip = 1
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("enter")
	l.until("a plan", shows("v1.42.1"))
	// Somebody works on it: otherwise it would simply be made anew.
	l.key("v")
	before := l.m.session.id
	w.mu.Lock()
	w.tip = 0
	w.mu.Unlock()
	m, cmd := l.m.again()
	l.m = m
	l.run(cmd)
	l.until("the new tip", func(m Model) bool { return m.look.snap.Tip == hash(0) && m.session.id == before })
	if !shows("main moved to " + hash(0).Short())(l.m) {
		t.Error("nobody says that the tip moved")
	}
	// Another look at the same remedy does not make it newer.
	l.key("1")
	l.until("git's opinion", shows("the same as git's merge"))
	l.key("c")
	l.until("a new preview instead of the gate", func(m Model) bool { return m.screen == keys.Preview && m.session.id != before })
	if !shows("while you looked")(l.m) {
		t.Error("nobody says why the preview is made anew")
	}
	gate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if got := w.shipped[0].Onto; got != hash(0) {
		t.Errorf("shipped onto %s", got.Short())
	}
}

func TestBurstsAreKeysAndPastesAreNot(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true})
	l.until("settled", settled)
	l.key("jj")
	if got := l.m.timeline.Cursor(); got != hash(5) {
		t.Errorf("jj moved to %s", got.Short())
	}
	l.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("qqq"), Paste: true})
	if l.quit || l.m.timeline.Cursor() != hash(5) {
		t.Error("a paste acted")
	}
	l.key("/9q")
	if !l.m.timeline.Capturing() {
		t.Error("the filter took its burst as keys")
	}
	l.key("esc", "q")
	l.until("quit", func(Model) bool { return drainedQuit(l) })
}

// drainedQuit handles what is waiting and reports whether the program ended.
func drainedQuit(l *loop) bool {
	if l.quit {
		return true
	}
	select {
	case msg := <-l.msgs:
		l.send(msg)
	default:
	}
	return l.quit
}

func TestPublishingIsNotLeftByAStrayKey(t *testing.T) {
	w := newWorld()
	w.shipGate = make(chan struct{})
	l := start(t, w, Options{NoFetch: true})
	openGate(l)
	l.key("v1.42.1", "enter")
	l.until("publishing", func(m Model) bool { return m.publish.running })
	l.key("q", "esc", "ctrl+z", "q")
	if l.m.screen != keys.Outcome {
		t.Fatal("left while publishing")
	}
	l.key("ctrl+c")
	if !shows("press ctrl+c again to stop watching; the push may still arrive")(l.m) {
		t.Error("nobody says what leaving means")
	}
	l.key("down")
	_, cmd := l.m.Update(keyMsg("ctrl+c"))
	if quits(cmd) {
		t.Error("a key in between and it still counts as twice")
	}
	l.key("ctrl+c")
	l.m, cmd = l.m.Update(keyMsg("ctrl+c"))
	if !quits(cmd) {
		t.Error("twice does not end it")
	}
	end := (&program{model: l.m, graces: graces{stop: 20 * time.Second}}).farewell(nil)
	if gitops.CodeOf(end) != gitops.CodeOutcomeUnknown || !strings.Contains(end.Error(), "v1.42.1") {
		t.Errorf("Run says %v", end)
	}
}

func TestTheEndSaysWhatIsKnownOfAPublish(t *testing.T) {
	crash := &crashed{value: "boom"}
	for name, c := range map[string]struct {
		returned bool
		err      error
		crash    *crashed
		want     gitops.Code
		says     string
	}{
		"shipped":           {returned: true},
		"shipped, a fault":  {returned: true, crash: crash, want: gitops.CodeInternal, says: "was shipped"},
		"not returned":      {want: gitops.CodeOutcomeUnknown, says: "git ls-remote origin main v1.42.1"},
		"unknown":           {returned: true, err: &gitops.Error{Code: gitops.CodeOutcomeUnknown}, want: gitops.CodeOutcomeUnknown, says: "git ls-remote origin main v1.42.1"},
		"bare":              {returned: true, err: errors.New("x"), want: gitops.CodeOutcomeUnknown, says: "git ls-remote origin main v1.42.1"},
		"stopped":           {returned: true, err: &gitops.Error{Code: gitops.CodeInterrupted, What: "stopped before the push"}, want: gitops.CodeInterrupted, says: "was not shipped"},
		"refused meanwhile": {returned: true, err: &gitops.Error{Code: gitops.CodeRejected, What: "frozen"}, want: gitops.CodeInterrupted, says: "frozen"},
	} {
		out, err := os.CreateTemp(t.TempDir(), "out")
		if err != nil {
			t.Fatal(err)
		}
		l := &link{done: make(chan struct{}), cancel: func() {}, result: published{err: c.err}}
		if c.returned {
			close(l.done)
		}
		plan := gitops.Plan{Remote: "origin", Branch: "main", Tag: gitops.TagPlan{Name: "v1.42.1"}}
		p := &program{out: out, crash: c.crash, model: Model{publish: publishing{running: true, plan: plan, link: l}}}
		end := p.farewell(nil)
		said, _ := os.ReadFile(out.Name())
		var e *gitops.Error
		if !errors.As(end, &e) {
			if c.want != "" || !strings.Contains(string(said), "v1.42.1 was shipped") {
				t.Errorf("%s: Run says %v and writes %q", name, end, said)
			}
			continue
		}
		if e.Code != c.want || !strings.Contains(e.Error()+e.Hint, c.says) {
			t.Errorf("%s: %s, %v (%s)", name, e.Code, e, e.Hint)
		}
	}
}

// quits looks for the end in a command without running ticks.
func quits(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	select {
	case msg := <-got:
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				if quits(c) {
					return true
				}
			}
		}
		_, ok := msg.(tea.QuitMsg)
		return ok
	case <-time.After(5 * time.Second):
		return false
	}
}

func TestPanicInACommandEndsInOrder(t *testing.T) {
	w := newWorld()
	w.panics = true
	l := start(t, w, Options{NoFetch: true})
	l.until("the crash", func(m Model) bool { return m.crash != nil })
	err := (&program{model: l.m, crash: l.m.crash}).farewell(nil)
	var e *gitops.Error
	if !errors.As(err, &e) || e.Code != gitops.CodeInternal || e.Hint == "" || !strings.Contains(e.Detail, "Judge") {
		t.Errorf("Run says %#v", err)
	}
}

func TestPanicInViewEndsInOrder(t *testing.T) {
	p := &program{model: Model{width: 80, height: 24}}
	if frame := p.View(); frame != "" || p.crash == nil {
		t.Fatalf("a model that cannot be drawn gives %q", frame)
	}
	p.model = start(t, newWorld(), Options{NoFetch: true}).m
	if _, cmd := p.Update(tick{}); !quits(cmd) {
		t.Error("it goes on")
	}
	if gitops.CodeOf(p.farewell(nil)) != gitops.CodeInternal {
		t.Error("nobody says so")
	}
}

func TestSnapshotFailureIsSaidAndRetried(t *testing.T) {
	w := newWorld()
	w.tip = -1
	l := start(t, w, Options{})
	l.until("said", shows("cannot be read"))
	w.mu.Lock()
	w.tip = 0
	w.mu.Unlock()
	l.key("r")
	l.until("read", settled)
}

func TestShareMasksAndEchoes(t *testing.T) {
	th, _ := theme.New(theme.Dark, theme.Options{Share: true, Depth: term.DepthTrue})
	w := newWorld()
	w.fetchErr = errors.New("remote: hello ann@shop.example token=abcdefgh")
	l := start(t, w, Options{Share: true, Theme: th})
	l.until("offline", shows("offline"))
	if shows("ann@shop")(l.m) || shows("abcdefgh")(l.m) {
		t.Errorf("seen by all:\n%s", ansi.Strip(l.m.View()))
	}
	l.until("settled", settled)
	l.key("down")
	if !shows("↓ move down")(l.m) {
		t.Error("no echo")
	}
	golden(t, "share", l.m)
}

func TestASCIIForOldLocales(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true, ASCII: true})
	l.until("settled", settled)
	frame := l.m.View()
	if i := strings.IndexFunc(frame, func(r rune) bool { return r > 0x7e }); i >= 0 {
		t.Errorf("not ASCII at %q", frame[i:i+10])
	}
	if err := term.CheckFrame(frame, 100, 30); err != nil {
		t.Error(err)
	}
}

// TestASizeThatNobodyToldOfIsSeen: a window that is tiled while the program starts.
func TestASizeThatNobodyToldOfIsSeen(t *testing.T) {
	width := 100
	l := start(t, newWorld(), Options{NoFetch: true, window: func() (int, int, bool) { return width, 30, true }})
	l.until("settled", settled)
	if cmd := l.m.resized(); cmd != nil {
		t.Errorf("a size that is known is told again: %v", cmd())
	}
	width = 60
	l.send(tick{})
	l.until("the narrow frame", func(m Model) bool { return m.width == 60 && m.height == 30 })
}
