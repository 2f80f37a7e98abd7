package ui

import (
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

func TestRecoveryIsSeen(t *testing.T) {
	w := down()
	l := start(t, w, Options{NoFetch: true})
	l.until("down", shows("PRODUCTION DOWN since 14:30:29 or before, 31 s   health 500 template: cart.tmpl:12: nil map"))
	look := func(seconds int, up bool) {
		t.Helper()
		at := noon.Add(time.Duration(seconds) * time.Second)
		w.mu.Lock()
		w.sample = health.Sample{At: at, Up: up, Status: 503}
		w.mu.Unlock()
		l.time.add(at.Sub(l.time.now()))
		l.send(tick{})
		l.until("the answer", func(m Model) bool { return !m.health.probing && m.health.state.LastSample.At.Equal(at) })
	}
	look(221, true)
	if shows("RECOVERED")(l.m) || !shows("the last look was good; one more is a recovery")(l.m) {
		t.Errorf("one good look is taken for a recovery, or nobody says what it is:\n%s", ansi.Strip(l.m.View()))
	}
	look(231, true)
	if !shows("RECOVERED after 4 min 12 s or more")(l.m) {
		t.Errorf("no recovery:\n%s", ansi.Strip(l.m.View()))
	}
	look(250, false)
	if !shows("PRODUCTION UNSTEADY: down 2 of the last 4 looks")(l.m) {
		t.Errorf("a relapse looks like an outage of its own:\n%s", ansi.Strip(l.m.View()))
	}
	look(260, true)
	look(270, true)
	// An outage whose beginning was seen is exact.
	look(500, false)
	look(560, true)
	look(570, true)
	if !shows("RECOVERED after 1 min   production")(l.m) {
		t.Errorf("no second recovery:\n%s", ansi.Strip(l.m.View()))
	}
}

func TestTheMaskIsSeenInEveryWindow(t *testing.T) {
	th, _ := theme.New(theme.Dark, theme.Options{Share: true, Depth: term.DepthTrue})
	w := newWorld()
	l := start(t, w, Options{Share: true, Theme: th, NoFetch: true})
	l.until("settled", settled)
	for _, width := range []int{60, 70, 80, 100, 200} {
		l.send(tea.WindowSizeMsg{Width: width, Height: 16})
		if first, _, _ := strings.Cut(ansi.Strip(l.m.View()), "\n"); !strings.Contains(first, " masked") || !strings.Contains(first, "shop") {
			t.Errorf("%d wide: %q", width, first)
		}
	}
}

func TestAnEmptyRepositoryIsNotStillBeingRead(t *testing.T) {
	w := newWorld()
	w.snapErr = &gitops.Error{Code: gitops.CodeEmptyRepository, What: "main has no commits", Hint: "there is nothing to revert"}
	l := start(t, w, Options{})
	l.until("said", shows("main has no commits"))
	for _, size := range [][2]int{{60, 16}, {100, 30}} {
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		frame := ansi.Strip(l.m.View())
		bar := frame[strings.LastIndex(frame, "\n")+1:]
		if got := strings.Join(strings.Fields(bar), " "); got != "r refresh ? help q quit" {
			t.Errorf("the bar offers %q", got)
		}
		if strings.Contains(frame, "LIVE …") || !strings.Contains(frame, "commit and push once") {
			t.Errorf("%v:\n%s", size, frame)
		}
	}
	w.mu.Lock()
	w.snapErr = nil
	w.mu.Unlock()
	l.key("r")
	l.until("read", settled)
}

// TestNoFetchSaysThatNobodyIsAsked: r is not without a word.
func TestNoFetchSaysThatNobodyIsAsked(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true})
	l.send(tea.WindowSizeMsg{Width: 60, Height: 16})
	l.key("r")
	l.until("a word", func(m Model) bool { return m.said != "" && settled(m) })
	if frame := ansi.Strip(l.m.View()); !strings.Contains(frame, " nobody is asked, because of --no-fetch: read from the disk") {
		t.Errorf("it says nothing:\n%s", frame)
	}
	if l.m.look.fetching || !l.m.look.fetchEnded.IsZero() {
		t.Error("the remote was asked")
	}
}

// TestTheBarSaysWhatEnterDoes in either pane.
func TestTheBarSaysWhatEnterDoes(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true, Share: true})
	l.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	l.until("settled", settled)
	bar := func() string {
		lines := strings.Split(strings.TrimRight(ansi.Strip(l.m.View()), "\n"), "\n")
		return lines[len(lines)-1]
	}
	if got := bar(); !strings.Contains(got, "⏎ preview") || !strings.Contains(got, "space select") {
		t.Errorf("in the commits: %s", got)
	}
	l.key("h")
	if got := bar(); !strings.Contains(got, "⏎ its commits") || strings.Contains(got, "preview") || strings.Contains(got, "space") {
		t.Errorf("in the deployments: %s", got)
	}
	l.key("enter")
	if got := bar(); !strings.Contains(got, "⏎ preview") || l.m.screen != keys.Timeline {
		t.Errorf("after enter: %s", got)
	}
}

func TestASmallWindowShowsNoQuestionAndTakesNoAnswer(t *testing.T) {
	w := newWorld()
	l := start(t, w, Options{NoFetch: true, Drill: &DrillInfo{Title: "x"}})
	openGate(l)
	l.key("v1.42.1")
	for _, size := range [][2]int{{59, 16}, {60, 15}, {20, 5}, {59, 50}, {200, 15}} {
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if frame := ansi.Strip(l.m.View()); !strings.Contains(frame, "ahead needs 60×16") || strings.Contains(frame, "v1.42.1") {
			t.Errorf("%v:\n%s", size, frame)
		}
		l.key("enter", "x")
	}
	if l.m.publish.running || len(w.shipped) > 0 {
		t.Fatal("shipped unseen")
	}
	l.send(tea.WindowSizeMsg{Width: 60, Height: 16})
	frame := ansi.Strip(l.m.View())
	for _, want := range []string{"REVERT", hash(3).Short(), "type the new tag's name", "v1.42.1"} {
		if !strings.Contains(frame, want) {
			t.Errorf("60×16 lacks %q:\n%s", want, frame)
		}
	}
}
