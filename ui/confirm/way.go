package confirm

import (
	tea "github.com/charmbracelet/bubbletea"

	"ahead/ui/keys"
	"ahead/ui/term"
)

// Means reports whether an action leads anywhere now. How a run goes on, and
// what is on its way, is decided.
func (m Model) Means(a keys.Action) bool {
	switch a {
	case keys.Back:
		return !m.sent
	case keys.ByRequest, keys.SkipHooks:
		return !m.sent && !m.left && m.onward == nil && m.outdated == ""
	default:
		return false
	}
}

// otherWay has the way asked about anew. What was typed was for this one.
func (m Model) otherWay(a keys.Action) (Model, tea.Cmd) {
	if a == keys.ByRequest && m.plan.Passage.ByPullRequest() && !m.plan.Remedy.Wishes.PullRequest {
		m.notice = term.Clean(m.plan.Branch) + " takes pull requests only, so there is no other way"
		return m, nil
	}
	// Keys that follow at once were typed for the gate that is to come.
	m.typed, m.notice, m.left = "", "", true
	return m, send(OtherWayWanted{By: a})
}
