package ui

import (
	"testing"

	"ahead/gitops"
	"ahead/ui/preview"
)

// TestAStopThatIsOvertakenEndsNoLaterRehearsal: commands run beside one another, so
// what they send comes in any order.
func TestAStopThatIsOvertakenEndsNoLaterRehearsal(t *testing.T) {
	ask := func(m Model, try int) Model {
		plan := gitops.Plan{Branch: m.look.snap.Branch, Onto: m.look.snap.Tip}
		m, _, _ = m.toGate(preview.RehearsalWanted{Try: try, Plan: plan})
		return m
	}
	stop := func(m Model, try int) Model {
		m, _, _ = m.toGate(preview.RehearsalStopped{Try: try})
		return m
	}
	m := atPreview(t, newWorld()).m
	m = ask(m, 2)
	if m = stop(ask(m, 1), 1); !m.session.rehearsing || m.session.try != 2 {
		t.Errorf("what was wanted and stopped before ends the one that runs: %+v", m.session.try)
	}
	if m = stop(m, 2); m.session.rehearsing {
		t.Error("its own stop does not end it")
	}
	if m = ask(stop(m, 3), 3); m.session.rehearsing {
		t.Error("what was stopped before it began is asked all the same")
	}
	if m = ask(m, 4); !m.session.rehearsing {
		t.Error("the next one is not asked")
	}
	if m, _ = m.rehearsed(rehearsed{session: m.session.id, answer: preview.RehearsalReady{Try: 2}}); !m.session.rehearsing {
		t.Error("an old answer passes for that of the one that runs")
	}
}

// TestAGateThatIsOvertakenStaysClosed: a second key asks twice, and the gate to the
// second answer may come when the person has asked for another way already.
func TestAGateThatIsOvertakenStaysClosed(t *testing.T) {
	l := atPreview(t, newWorld())
	gate(l)
	var late preview.ConfirmWanted
	late.ID, late.Try, late.Plan = 1, l.m.session.try, gitops.Plan{Branch: l.m.look.snap.Branch, Onto: l.m.look.snap.Tip}
	l.key("ctrl+x")
	l.until("the way is asked about", func(m Model) bool { return !atGate(m) })
	if l.send(addressed{session: l.m.session.id, msg: late}); atGate(l.m) {
		t.Error("a gate that nobody waits for opens")
	}
	if l.until("the gate", atGate); !shows("without hooks (--no-verify)")(l.m) {
		t.Errorf("the gate is not for the way that was asked for:\n%s", l.m.View())
	}
}
