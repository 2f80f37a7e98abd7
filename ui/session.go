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
	for _, take := range [...]func(Model, tea.Msg) (Model, tea.Cmd, bool){
		Model.fromPreview, Model.fromGate, Model.fromOutcome, Model.toGate, Model.fromLeftover, Model.fromEvidence,
	} {
		if next, cmd, ok := take(m, msg); ok {
			return next, cmd
		}
	}
	return m.toScreen(msg)
}

// fromPreview takes what the preview wants. It learns behind an open gate too: a
// person may go back.
func (m Model) fromPreview(msg tea.Msg) (_ Model, cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case preview.PlanWanted:
		m, cmd = m.plan(msg)
	case preview.DiffWanted:
		cmd = m.diff(msg)
	case preview.CheckWanted:
		cmd = m.check(msg)
	case preview.ConfirmWanted:
		m, cmd = m.openConfirm(msg)
	case preview.PlanReady, preview.DiffReady, preview.CheckReady:
		m, cmd = m.toPreview(msg)
	case preview.Closed:
		m.keepDraft()
		m, cmd = m.home()
	default:
		return m, nil, false
	}
	return m, cmd, true
}

func (m Model) toPreview(msg tea.Msg) (Model, tea.Cmd) {
	if m.screen != keys.Preview && m.screen != keys.Confirm {
		return m, nil
	}
	if ready, ok := msg.(preview.PlanReady); ok {
		m.session.names = append(slices.Clip(m.session.names), ready.Names...)
	}
	var cmd tea.Cmd
	m.preview, cmd = m.preview.Update(msg)
	return m, address(m.session.id, cmd)
}

// fromGate takes what the person decided at the gate.
func (m Model) fromGate(msg tea.Msg) (_ Model, cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case confirm.Closed:
		m.screen = m.behindGate()
	case confirm.Confirmed:
		m, cmd = m.confirmed(msg.Plan)
	case confirm.OnwardConfirmed:
		m, cmd = m.shipOnward(msg.Standing)
	case confirm.NewPlanWanted:
		m, cmd = m.newPlan(msg.Plan)
	default:
		return m, nil, false
	}
	return m, cmd, true
}

// fromOutcome takes what follows from what came of publishing.
func (m Model) fromOutcome(msg tea.Msg) (_ Model, cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case outcome.Closed:
		if m.publish.failed && !m.publish.onward {
			m.keepDraft()
		}
		m, cmd = m.home()
	case outcome.PlanAgain:
		m, cmd = m.planAgain(msg.Remedy)
	case outcome.AskAgain:
		if !m.publish.onward {
			m.keepDraft()
		}
		m, cmd = m.readRuns(true, msg.ID)
	case outcome.SuspectsWanted:
		m, cmd = m.openEvidence()
	case outcome.BringBack:
		m, cmd = m.bringBack(msg.Remedy)
	default:
		return m, nil, false
	}
	return m, cmd, true
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
