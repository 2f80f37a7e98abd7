package confirm

import (
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// Onward opens the gate to going on with an earlier run, as its standing says.
// The name is that of the release that this would make.
func Onward(th *theme.Theme, st gitops.Standing, snap gitops.Snapshot, now func() time.Time) Model {
	m := New(th, st.Run.Plan, snap, now)
	m.plan.Tag, m.onward = st.Tag, &st
	return m
}

// onwardBody says what the remote holds, what will be done about it, and what
// the run was to ship: the rest was seen when it was confirmed first.
func (m Model) onwardBody(width, height int) []string {
	st := m.onward
	out := m.folded("HOLDS", term.Clean(st.Words), m.th.Strong, width)
	out = append(out, m.folded("THEN", term.Clean(st.Next), m.th.Text, width)...)
	if len(out)+1 < height {
		out = append(out, "")
	}
	run := wording.RunName(st.Run) + " to " + term.Clean(st.Run.Plan.Branch) + ", begun " +
		wording.Ago(st.Run.Receipt.StartedAt, m.now()) + " by " + term.Clean(st.Run.By.User)
	out = append(out, m.th.Row(width, m.label("RUN"), theme.Seg{Text: run, Style: m.th.Text}))
	for _, f := range []forms{m.message(width), m.reason(width), m.leftOut(width)} {
		if len(f) > 0 && len(out)+len(f[0]) <= height {
			out = append(out, f[0]...)
		}
	}
	return out[:min(len(out), height)]
}

// Onwards reports whether this gate is to going on with an earlier run.
func (m Model) Onwards() bool { return m.onward != nil }
