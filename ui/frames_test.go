package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/screentest"
	"ahead/ui/term"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func golden(t *testing.T, name string, m Model) {
	t.Helper()
	frame := m.View()
	screentest.Frame(t, frame, m.width, m.height)
	screentest.File(t, name, screentest.Plain(frame))
}

func shows(s string) func(Model) bool {
	return func(m Model) bool { return strings.Contains(ansi.Strip(m.View()), s) }
}

// settled is the timeline with nothing left to find out.
func settled(m Model) bool {
	if !m.look.have || m.look.fetching || m.look.reading || len(m.judging.running) > 0 || len(m.judging.touching) > 0 {
		return false
	}
	for _, h := range m.timeline.Listed() {
		if m.timeline.NeedsVerdict(h) {
			return false
		}
	}
	return true
}

func down() *world {
	w := newWorld()
	w.watched = true
	w.sample = health.Sample{At: noon.Add(-31 * time.Second), Status: 500, Body: "template: cart.tmpl:12: nil map\nmore"}
	return w
}

func TestGoldenFrames(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {100, 30}, {200, 50}} {
		l := start(t, down(), Options{Drill: &DrillInfo{Title: "template", Story: "the cart page is gone"}})
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		l.until("settled", settled)
		l.until("the band", shows("PRODUCTION DOWN"))
		golden(t, fmt.Sprintf("root-%dx%d", size[0], size[1]), l.m)
	}
	w := newWorld()
	w.fetchErr = &gitops.Error{Code: gitops.CodeRemoteUnreached, What: "origin does not answer", Hint: "check the network"}
	l := start(t, w, Options{})
	l.until("offline", shows("offline"))
	l.until("settled", settled)
	golden(t, "offline", l.m)
	l.key("?")
	golden(t, "help", l.m)
	d := start(t, down(), Options{Drill: &DrillInfo{Title: "template", Story: "the cart page is gone"}})
	d.until("settled", settled)
	d.until("the band", shows("PRODUCTION DOWN"))
	d.key("?")
	golden(t, "help-down", d.m)
	l.send(tea.WindowSizeMsg{Width: 60, Height: 16})
	l.key("j", "j", "j")
	golden(t, "help-60x16", l.m)
	l.key("esc")
	if l.m.help {
		t.Error("esc does not leave the help")
	}
}

func TestNothingBreaksTheFrame(t *testing.T) {
	w := disputed()
	w.watched, w.sample, w.sources.ranking = true, down().sample, order
	base := start(t, w, Options{NoFetch: true, Drill: &DrillInfo{Title: "x\x1b[2J"}})
	base.until("settled", settled)
	names := []string{"j", "k", "l", "h", " ", "enter", "esc", "?", "/", "x", "X", "D", "R", "c", "v", "e", "t", "i", "1", "2", "n", "G", "g", "ctrl+c", "r", "o", "u", "b", "s", "t", "w", "ctrl+r", "ctrl+x"}
	rapid.Check(t, func(rt *rapid.T) {
		m := base.m
		var pending []tea.Cmd
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			var cmd tea.Cmd
			switch {
			case len(pending) > 0 && rapid.Bool().Draw(rt, "answer"):
				m, cmd = feed(m, pending)
				pending = nil
			case rapid.IntRange(0, 9).Draw(rt, "paste") == 0:
				m, cmd = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rapid.SampledFrom(pastes).Draw(rt, "text")), Paste: true})
			case rapid.IntRange(0, 9).Draw(rt, "control") == 0:
				m, cmd = m.Update(tea.KeyMsg{Type: rapid.SampledFrom([]tea.KeyType{
					tea.KeyCtrlS, tea.KeyTab, tea.KeyShiftTab, tea.KeyCtrlL, tea.KeyUp, tea.KeyEnd, tea.KeyBackspace, tea.KeyCtrlW, tea.KeyCtrlK, tea.KeyDelete,
				}).Draw(rt, "ctrl")})
			case rapid.IntRange(0, 9).Draw(rt, "resize") == 0:
				m, cmd = m.Update(tea.WindowSizeMsg{Width: rapid.IntRange(0, 130).Draw(rt, "w"), Height: rapid.IntRange(0, 45).Draw(rt, "h")})
			default:
				m, cmd = m.Update(keyMsg(rapid.SampledFrom(names).Draw(rt, "key")))
			}
			pending = append(pending, cmd)
			if err := term.CheckFrame(m.View(), m.width, max(1, m.height)); err != nil && m.height > 0 {
				rt.Fatal(err)
			}
		}
	})
}

var pastes = []string{trace, hostile, strings.Repeat("日本語 ", 60) + "\r\n\tat x\n", "14:02", ""}

// feed runs commands that answer at once and hands their messages over; ticks
// are left alone.
func feed(m Model, cmds []tea.Cmd) (Model, tea.Cmd) {
	var next []tea.Cmd
	for len(cmds) > 0 {
		c := cmds[0]
		cmds = cmds[1:]
		if c == nil {
			continue
		}
		got := make(chan tea.Msg, 1)
		go func() { got <- c() }()
		select {
		case msg := <-got:
			switch msg := msg.(type) {
			case tea.BatchMsg:
				cmds = append(cmds, msg...)
			case nil, tea.QuitMsg, tea.SuspendMsg:
			default:
				var cmd tea.Cmd
				m, cmd = m.Update(msg)
				next = append(next, cmd)
			}
		case <-time.After(2 * time.Millisecond):
		}
	}
	return m, tea.Batch(next...)
}

// hostile is text that a repository, a remote or a server may hold.
const hostile = "\x1b]0;owned\x07\x1b[2J\u202e\u200b\x9b31m\tx\ny"

func TestTheHeadShowsNothingThatATerminalObeys(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true, Drill: &DrillInfo{Title: hostile, Story: hostile}})
	l.until("settled", settled)
	m := l.m
	s := m.look.snap
	s.Location.Name, s.Branch, s.Remote = hostile, hostile, hostile
	s.Deployed = &gitops.Deployment{Source: hostile, Tag: hostile, Actor: hostile, Commit: hash(3), FinishedAt: noon, Status: hostile}
	s.Notices = []gitops.Notice{{Text: hostile}, {Text: hostile}, {Text: hostile}, {Text: hostile}}
	m.look.snap = s
	m.look.fetchErr = &gitops.Error{What: hostile, Hint: hostile}
	m.look.fetching = true
	m.health.state = m.health.state.Next(health.Sample{At: noon, Status: 500, Body: hostile})
	for _, width := range []int{30, 60, 100, 200} {
		m.width = width
		for _, help := range []bool{false, true} {
			m.help = help
			if err := term.CheckFrame(m.View(), m.width, m.height); err != nil {
				t.Errorf("at %d: %v", width, err)
			}
		}
	}
}

func TestLiveRowSaysNoMoreThanIsKnown(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true})
	l.until("settled", settled)
	for _, c := range []struct {
		d    *gitops.Deployment
		want string
	}{
		{nil, "LIVE unknown"},
		{&gitops.Deployment{Source: gitops.SourceTags, Tag: "v1", Status: gitops.StatusReleased}, "LATEST RELEASE v1"},
		{&gitops.Deployment{Source: gitops.SourceTags, Tag: "v1", Status: gitops.StatusUnknown}, "LATEST RELEASE v1"},
		{&gitops.Deployment{Source: "x", Tag: "v1", Status: gitops.StatusLive}, "LIVE v1"},
		{&gitops.Deployment{Source: "x", Tag: "v1", Status: gitops.StatusPending}, "BEING DEPLOYED v1"},
		{&gitops.Deployment{Source: "x", Tag: "v1", Status: gitops.StatusFailed}, "FAILED DEPLOYMENT v1"},
		{&gitops.Deployment{Source: "x", Tag: "v1"}, "LAST KNOWN DEPLOYMENT v1"},
	} {
		m := l.m
		m.look.snap.Deployed = c.d
		if got := ansi.Strip(m.liveRow()); !strings.HasPrefix(got, " "+c.want) {
			t.Errorf("%+v reads %q, want %q", c.d, got, c.want)
		}
	}
}

// TestTheHeadSaysWhoEvenWithoutATime: events need not have one.
func TestTheHeadSaysWhoEvenWithoutATime(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true})
	l.until("settled", settled)
	for want, d := range map[string]gitops.Deployment{
		"LIVE v1.42.0  says heroku":         {Source: "heroku"},
		"LIVE v1.42.0  by ada, says heroku": {Source: "heroku", Actor: "ada"},
	} {
		m := l.m
		d.Tag, d.Status = "v1.42.0", gitops.StatusLive
		m.look.snap.Deployed = &d
		if got := strings.Replace(ansi.Strip(m.liveRow()), "  "+d.Commit.Short(), "", 1); !strings.HasPrefix(got, " "+want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNoticesShareTheRoomAndHelpHasThemAll(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true})
	l.until("settled", settled)
	m := l.m
	for i := range 5 {
		m.look.snap.Notices = append(m.look.snap.Notices, gitops.Notice{Text: fmt.Sprintf("notice number %d", i)})
	}
	frame := ansi.Strip(m.View())
	if !strings.Contains(frame, "notice number 2") || strings.Contains(frame, "notice number 3") || !strings.Contains(frame, "+2 more: ?") {
		t.Errorf("three of five, and how many more:\n%s", frame)
	}
	m.help = true
	if frame = ansi.Strip(m.View()); !strings.Contains(frame, "notice number 4") {
		t.Errorf("help has them all:\n%s", frame)
	}
}

func BenchmarkKeyAndFrame(b *testing.B) {
	m := New(b.Context(), newWorld(), Options{NoFetch: true, Now: func() time.Time { return noon }})
	m, _ = m.Update(snapshotRead{id: 1, snap: shop(0)})
	m, _ = m.Update(tea.WindowSizeMsg{Width: 200, Height: 50})
	for b.Loop() {
		m, _ = m.Update(keyMsg("j"))
		_ = m.View()
	}
}
