package ui

import (
	"context"
	"slices"

	"ahead/gitops"
	"ahead/ui/confirm"
	"ahead/ui/keys"
	"ahead/ui/outcome"
	"ahead/ui/preview"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

func (m Model) newSession() Model {
	m.session.stopPlan()
	m.session.stopRehearsal()
	m.session.cancel()
	ctx, cancel := context.WithCancel(m.ctx)
	m.session = session{id: m.session.id + 1, ctx: ctx, cancel: cancel, stopPlan: func() {}, stopRehearsal: func() {}}
	m.help = false
	return m
}

// home goes back to the timeline.
func (m Model) home() (Model, tea.Cmd) {
	m = m.newSession()
	m.screen, m.replacing = keys.Timeline, nil
	return m, nil
}

// fromScreen takes what the open screen wants, and brings it its answers.
func (m Model) fromScreen(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case preview.PlanWanted:
		return m.plan(msg)
	case preview.DiffWanted:
		return m, m.diff(msg)
	case preview.CheckWanted:
		return m, m.check(msg)
	case preview.ConfirmWanted:
		return m.openConfirm(msg)
	case preview.PlanReady, preview.DiffReady, preview.CheckReady:
		// The preview learns behind an open gate too: a person may go back.
		if m.screen != keys.Preview && m.screen != keys.Confirm {
			return m, nil
		}
		if ready, ok := msg.(preview.PlanReady); ok {
			m.session.names = append(slices.Clip(m.session.names), ready.Names...)
		}
		var cmd tea.Cmd
		m.preview, cmd = m.preview.Update(msg)
		return m, address(m.session.id, cmd)
	case preview.Closed:
		m.keepDraft()
		return m.home()
	case outcome.Closed:
		if m.publish.failed && !m.publish.onward {
			m.keepDraft()
		}
		return m.home()
	case confirm.Closed:
		m.screen = m.behindGate()
		return m, nil
	case confirm.Confirmed:
		return m.confirmed(msg.Plan)
	case confirm.OnwardConfirmed:
		return m.shipOnward(msg.Standing)
	case confirm.NewPlanWanted:
		return m.newPlan(msg.Plan)
	case outcome.PlanAgain:
		return m.planAgain(msg.Remedy)
	case outcome.AskAgain:
		if !m.publish.onward {
			m.keepDraft()
		}
		return m.readRuns(true, msg.ID)
	case outcome.BringBack:
		return m.bringBack(msg.Remedy)
	}
	if m, cmd, ok := m.toGate(msg); ok {
		return m, cmd
	}
	if m, cmd, ok := m.fromLeftover(msg); ok {
		return m, cmd
	}
	if m, cmd, ok := m.fromEvidence(msg); ok {
		return m, cmd
	}
	return m.toScreen(msg)
}

// toScreen hands a fact or a raw key to the open screen.
func (m Model) toScreen(msg tea.Msg) (Model, tea.Cmd) {
	var cmd tea.Cmd
	switch m.screen {
	case keys.Timeline:
		m.timeline, cmd = m.timeline.Update(msg)
		return m, cmd
	case keys.Preview:
		m.preview, cmd = m.preview.Update(msg)
	case keys.Confirm:
		m.confirm, cmd = m.confirm.Update(msg)
	case keys.Outcome:
		m.outcome, cmd = m.outcome.Update(msg)
	case keys.Leftover:
		m.leftover, cmd = m.leftover.Update(msg)
	case keys.Evidence:
		m.suspects.form, cmd = m.suspects.form.Update(msg)
	}
	return m, address(m.session.id, cmd)
}

// act hands an intent to the open screen.
func (m Model) act(a keys.Action) (Model, tea.Cmd) {
	var cmd tea.Cmd
	switch m.screen {
	case keys.Timeline:
		if a == keys.OpenRuns {
			return m.readRuns(true, "")
		}
		if a == keys.EditEvidence {
			return m.openEvidence()
		}
		m.timeline, cmd = m.timeline.Act(a)
		return m, cmd
	case keys.Preview:
		m.preview, cmd = m.preview.Act(a)
	case keys.Confirm:
		m.confirm, cmd = m.confirm.Act(a)
	case keys.Outcome:
		m.outcome, cmd = m.outcome.Act(a)
	case keys.Leftover:
		m.leftover, cmd = m.leftover.Act(a)
	case keys.Evidence:
		m.suspects.form, cmd = m.suspects.form.Act(a)
	}
	return m, address(m.session.id, cmd)
}

func (m Model) capturing() bool {
	switch m.screen {
	case keys.Timeline:
		return m.timeline.Capturing()
	case keys.Preview:
		return m.preview.Capturing()
	case keys.Confirm:
		return m.confirm.Capturing()
	case keys.Leftover:
		return m.leftover.Capturing()
	case keys.Evidence:
		return true
	default:
		return false
	}
}

// plan asks for a plan; the one asked for before is no longer worth computing.
func (m Model) plan(w preview.PlanWanted) (Model, tea.Cmd) {
	m.session.stopPlan()
	m.session.stopRehearsal()
	ctx, stop := context.WithCancel(m.session.ctx)
	m.session.stopPlan = stop
	m.session.remedy = w.Remedy
	snap, svc := wording.Naming(m.session.snap, m.session.names), m.svc
	return m, address(m.session.id, func() tea.Msg {
		if w.Fetch {
			if err := svc.FetchMissing(ctx, snap, w.Remedy); err != nil {
				return preview.PlanReady{ID: w.ID, Err: err}
			}
		}
		p, err := svc.Plan(ctx, snap, w.Remedy)
		return preview.PlanReady{ID: w.ID, Plan: p, Err: err, Names: wording.Unlisted(snap, p, svc.Commit)}
	})
}

func (m Model) diff(w preview.DiffWanted) tea.Cmd {
	ctx, svc := m.session.ctx, m.svc
	return address(m.session.id, func() tea.Msg {
		d, err := svc.Diff(ctx, w.Plan, w.File)
		return preview.DiffReady{ID: w.ID, File: w.File, Diff: d, Err: err}
	})
}

func (m Model) check(w preview.CheckWanted) tea.Cmd {
	ctx, svc := m.session.ctx, m.svc
	return address(m.session.id, func() tea.Msg {
		return preview.CheckReady{ID: w.ID, Err: svc.Check(ctx, w.Plan)}
	})
}

func stale(p gitops.Plan, s gitops.Snapshot) bool {
	return p.Onto != s.Tip && p.Remedy.Onto.IsZero()
}

func (m Model) lookAgain(p gitops.Plan) (Model, tea.Cmd) {
	m, cmd := m.reopenPreview(p.Remedy)
	m.session.handled = true
	m.said = m.look.snap.Branch + " moved to " + m.look.snap.Tip.Short() + " while you looked: this is the new result"
	return m, cmd
}

func (m Model) planAgain(r gitops.Remedy) (Model, tea.Cmd) {
	// What moved is only known after a fetch: look at the disk now, for the
	// refusal came from the remote, and fetch beside it.
	m, cmd := m.reopenPreview(r)
	m, fetch := m.fetch()
	return m, tea.Batch(cmd, fetch)
}

// bringBack opens a preview that takes back what was just released. The look
// that knows the new commit may still be under way; the plan needs its objects
// only.
func (m Model) bringBack(r gitops.Remedy) (Model, tea.Cmd) {
	m, cmd := m.openPreview(r)
	m, fetch := m.fetch()
	m.said = "there is no way back but forward: this reverts the revert, and nothing ships before you confirm it"
	return m, tea.Batch(cmd, fetch)
}
