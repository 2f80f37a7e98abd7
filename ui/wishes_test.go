package ui

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"

	"github.com/charmbracelet/x/ansi"
)

// otherWay presses a key in the open gate and waits until it opens again.
func (l *loop) otherWay(key string) {
	l.t.Helper()
	// Whoever types on without looking types into no gate that is not seen yet.
	l.key(key, "v1.42.1", "enter")
	l.until("another gate", func(m Model) bool { return atGate(m) && !shows("asking how that goes")(m) })
	l.time.add(confirm.Settle)
}

// TestAnotherWayIsAskedAboutAnew: in the gate, by the keys that its bar names;
// what ships is what the gate that was typed into says.
func TestAnotherWayIsAskedAboutAnew(t *testing.T) {
	w := newWorld()
	l := atPreview(t, w)
	gate(l)
	l.key("v1.42.")
	l.otherWay("ctrl+r")
	for _, s := range []string{"PROPOSE THIS?", "by a pull request from revert/3f9c2ab-change", "you asked for a", "it is v1.42.1"} {
		if !shows(s)(l.m) {
			t.Errorf("the gate lacks %q:\n%s", s, ansi.Strip(l.m.View()))
		}
	}
	l.otherWay("ctrl+x")
	l.goldens("gate-wishes")
	for _, s := range []string{"PROPOSE THIS?", "without hooks (--no-verify): it skips commit-msg and pre-push", "git push --no-verify"} {
		if frame := strings.Join(strings.Fields(ansi.Strip(l.m.View())), " "); !strings.Contains(frame, s) {
			t.Errorf("the gate lacks %q:\n%s", s, frame)
		}
	}
	l.otherWay("ctrl+r")
	if frame := ansi.Strip(l.m.View()); !strings.Contains(frame, "SHIP THIS?") || !strings.Contains(frame, "straight to main, without hooks") {
		t.Errorf("the way back:\n%s", frame)
	}
	l.goldens("gate-bare")
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if len(w.shipped) != 1 || w.shipped[0].Remedy.Wishes != (gitops.Wishes{NoVerify: true}) || !w.shipped[0].Passage.NoVerify || w.shipped[0].Passage.ByPullRequest() {
		t.Errorf("shipped %+v", w.shipped)
	}
}

// TestWishesComeAlong: to the preview of another plan, and back to the timeline
// and into it again; and what a person sees says so.
func TestWishesComeAlong(t *testing.T) {
	l := atPreview(t, newWorld())
	gate(l)
	l.otherWay("ctrl+x")
	l.key("esc")
	l.until("the preview", func(m Model) bool { return m.screen == keys.Preview })
	if !shows("WAY without hooks")(l.m) {
		t.Errorf("the preview does not say it:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("4")
	l.until("another remedy", shows("the very tree of"))
	l.key("c")
	l.until("its gate", atGate)
	l.time.add(confirm.Settle)
	if !shows("straight to main, without hooks")(l.m) {
		t.Errorf("the other remedy forgot it:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("esc")
	l.until("the preview", func(m Model) bool { return m.screen == keys.Preview })
	l.key("esc")
	l.until("home", atTimeline)
	l.key("enter")
	gate(l)
	if !shows("straight to main, without hooks")(l.m) {
		t.Errorf("the draft forgot it:\n%s", ansi.Strip(l.m.View()))
	}
	l.otherWay("ctrl+x")
	l.until("its taking back", func(m Model) bool { return !shows("without hooks")(m) })
}

// TestAKeyForTheScreenBeforeChangesNoWay: the gate is deaf at first, and one
// whose branch moved has no other way.
func TestAKeyForTheScreenBeforeChangesNoWay(t *testing.T) {
	l := atPreview(t, newWorld())
	l.key("c")
	l.until("the gate", atGate)
	l.key("ctrl+r", "ctrl+x")
	if !atGate(l.m) {
		t.Error("a gate that opened just now hears")
	}
	l.time.add(confirm.Settle)
	l.m.confirm, _ = l.m.confirm.Update(confirm.Outdated{Why: "main moved"})
	l.time.add(confirm.Settle)
	l.key("ctrl+r")
	if !atGate(l.m) {
		t.Error("a closed gate leads elsewhere")
	}
	if strings.Contains(ansi.Strip(l.m.keyBar()), "ctrl+r") {
		t.Error("it offers what it does not do")
	}
}

// TestARefusalOfTheOtherWayIsSaid in the place where the person is: what stands
// in the way of it, and the way back to the first.
func TestARefusalOfTheOtherWayIsSaid(t *testing.T) {
	w := newWorld()
	w.rehearseErr = &gitops.Error{Code: gitops.CodeHook, What: "the commit-msg hook refused the message", Detail: "no ticket"}
	l := atPreview(t, w)
	l.key("c")
	l.until("the refusal", shows("ctrl+x goes on without hooks"))
	w.mu.Lock()
	w.rehearseErr = nil
	w.mu.Unlock()
	l.key("ctrl+x")
	l.until("the gate", atGate)
	l.time.add(confirm.Settle)
	w.mu.Lock()
	w.rehearseErr = &gitops.Error{Code: gitops.CodeHook, What: "the commit-msg hook refused the message", Detail: "no ticket"}
	w.mu.Unlock()
	l.key("ctrl+x")
	l.until("the refusal", shows("THEY SAID"))
}

// TestTheKeysAreEchoed for whoever looks on, from the one table.
func TestTheKeysAreEchoed(t *testing.T) {
	l := atPreview(t, newWorld())
	l.m.opts.Share = true
	gate(l)
	l.key("ctrl+x")
	b, _ := l.m.opts.Keys.Lookup(keys.Confirm, "ctrl+x")
	if l.m.echo != "ctrl+x "+b.Help {
		t.Errorf("the echo is %q", l.m.echo)
	}
	l.until("the gate", atGate)
	l.key("v")
	if l.m.echo != "" {
		t.Errorf("what is typed is echoed: %q", l.m.echo)
	}
}

// TestNoAtomicIsNoLoop: the refusal leads to a new plan, and the person sees
// the other way before anything ships.
func TestNoAtomicIsNoLoop(t *testing.T) {
	w := newWorld()
	w.shipErr = &gitops.Error{
		Code: gitops.CodeRejected, What: "origin cannot take branch and tag together", Err: &gitops.NoAtomic{Remote: "origin"},
		Hint: "nothing was pushed", Detail: "fatal: the receiving end does not support --atomic push",
	}
	l := atPreview(t, w)
	gate(l)
	l.key("v1.42.1", "enter")
	l.until("the refusal", shows("NOT TOGETHER"))
	l.goldens("not-together")
	w.mu.Lock()
	w.shipErr, w.passage = nil, gitops.Passage{Route: gitops.RouteDirect, Apart: true, Why: "origin cannot take branch and tag together: the branch goes first"}
	w.mu.Unlock()
	l.key("enter")
	gate(l)
	if !shows("the branch goes first")(l.m) {
		t.Errorf("it is not said:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("v1.42.1", "enter")
	l.until("the end", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	if n := len(w.shipped); n != 2 || !w.shipped[1].Passage.Apart {
		t.Errorf("shipped %d times", n)
	}
}
