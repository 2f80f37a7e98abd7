package preview

import (
	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/keys"
)

// wish changes what is asked of the way to production. Nothing that ships
// changes by it, so the plan stays; the rehearsal asks for it.
func (m Model) wish(a keys.Action) (Model, tea.Cmd) {
	m.edits.wishes = toggled(m.edits.wishes, a)
	if way := wished(m.edits.wishes); way != "" {
		m.notice = "asked for: " + way + "; c asks how that goes, and the same key takes it back"
		return m, nil
	}
	m.notice = "the ordinary way again"
	return m, nil
}

// toggled asks for something of the way, or no longer for it.
func toggled(w gitops.Wishes, a keys.Action) gitops.Wishes {
	switch a {
	case keys.ByRequest:
		w.PullRequest = !w.PullRequest
	case keys.SkipHooks:
		w.NoVerify = !w.NoVerify
	}
	return w
}

// wished says in a few words what is asked of the way.
func wished(w gitops.Wishes) string {
	switch {
	case w.PullRequest && w.NoVerify:
		return "by a pull request, without hooks"
	case w.PullRequest:
		return "by a pull request"
	case w.NoVerify:
		return "without hooks"
	}
	return ""
}
