package outcome

import (
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// AskAgain asks for the open runs, at the one of that id where it is among
// them.
type AskAgain struct{ ID string }

// BringBack asks for a preview that takes back what was just released.
type BringBack struct{ Remedy gitops.Remedy }

// SuspectsWanted asks for the place to look for what else it may be.
type SuspectsWanted struct{}

// Onward opens the screen on a run that is gone on with: with the steps that
// are left, below what was known of it before.
func Onward(th *theme.Theme, st gitops.Standing, snap gitops.Snapshot, now func() time.Time) Model {
	plan := st.Run.Plan
	plan.Tag = st.Tag
	m := New(th, plan, snap, now)
	m.onward, m.earlier = true, len(st.Run.Receipt.Steps)
	m.steps = []step{{result: gitops.StepResult{
		Name: "before", State: gitops.StepDone, At: st.Run.Receipt.StartedAt, Detail: st.Words,
	}}}
	for _, s := range left(plan, st.Onward) {
		m.steps = append(m.steps, step{words: s.Words(), result: gitops.StepResult{Name: s.Name(), State: gitops.StepWaiting}})
	}
	return m
}

// left are the steps that carrying on still has to do.
func left(p gitops.Plan, way gitops.Onward) []gitops.Step {
	verify := gitops.VerifyStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name}
	local := gitops.LocalStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name}
	switch way {
	case gitops.OnwardTag:
		return []gitops.Step{gitops.TagStep{Tag: p.Tag}, gitops.PushStep{Remote: p.Remote, Tag: p.Tag.Name}, verify, local}
	case gitops.OnwardOpen:
		return []gitops.Step{
			gitops.OpenStep{Via: p.Passage.Via, Into: p.Branch, Forge: p.Passage.Forge, Link: p.Passage.Link},
			gitops.LandStep{Tag: p.Tag.Name},
		}
	case gitops.OnwardSettle:
		return []gitops.Step{verify, local}
	}
	var steps []gitops.Step
	for _, s := range p.Publication() {
		if _, commit := s.(gitops.CommitStep); !commit {
			steps = append(steps, s)
		}
	}
	return steps
}

// news are the steps of a receipt that this screen has not heard of: a run that
// is gone on with brings those of its earlier life along.
func (m Model) news(r gitops.Receipt) []gitops.StepResult {
	return r.Steps[min(m.earlier, len(r.Steps)):]
}

// waits reports whether all is done but for the merge of a pull request.
func (m Model) waits() bool { return m.finished && m.err == nil && wording.Waits(m.receipt) }

// released reports whether something new is on the production branch.
func (m Model) released() bool {
	return m.finished && m.err == nil && !m.waits() && !m.receipt.Commit.IsZero()
}

// unsure reports whether the remote has to be asked what came of it.
func (m Model) unsure() bool {
	return m.finished && m.err != nil && m.road.Code == gitops.CodeOutcomeUnknown
}

// Means reports whether an action leads anywhere now.
func (m Model) Means(a keys.Action) bool {
	switch a {
	case keys.Refresh:
		return m.unsure() || m.waits()
	case keys.BringBack:
		return m.released()
	case keys.EditEvidence:
		return m.released() && m.health.Trouble()
	case keys.Open, keys.Back, keys.Quit:
		// Publishing ends by itself, and leaving would not stop it.
		return m.finished
	case keys.Up, keys.Down:
		return len(m.body(m.width)) > m.bodyRows()
	default:
		return true
	}
}

// takeBack is the revert of what was just released: there is no other way back.
func (m Model) takeBack() gitops.Remedy {
	r := gitops.Remedy{Kind: gitops.RevertCommits}
	for i := len(m.receipt.Commits) - 1; i >= 0; i-- {
		r.Commits = append(r.Commits, m.receipt.Commits[i])
	}
	if len(r.Commits) == 0 {
		r.Commits = []gitops.Hash{m.receipt.Commit}
	}
	return r
}

// roadKeys says which key leads on from an error.
func (m Model) roadKeys() string {
	switch {
	case m.unsure():
		return "r asks again what it holds, and goes on from there"
	case m.road.Runs:
		return "enter shows the open run"
	case m.onward && (m.road.Retry || m.road.Again):
		return "the run stays open: enter asks again what the remote holds of it"
	case m.road.Retry && m.road.Code == gitops.CodeRejected && !m.plan.Passage.ByPullRequest():
		return "enter opens the preview again: ctrl+r there asks for a pull request, ctrl+x for no hooks"
	case m.road.Retry:
		return "enter opens the preview again, your edits are kept"
	default:
		return ""
	}
}
