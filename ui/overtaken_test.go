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
