package preview

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// absent is what stands between the person and a plan, or git's opinion of it,
// in a partial clone; nil where nothing does.
func (m Model) absent() *gitops.Absent {
	if m.err != nil {
		return absentIn(m.err)
	}
	if m.check == checkFailed {
		return absentIn(m.checkErr)
	}
	return nil
}

func absentIn(err error) *gitops.Absent {
	var a *gitops.Absent
	if !errors.As(err, &a) {
		return nil
	}
	return a
}

// fetchMissing asks once more, and this time with the person's leave to fetch.
func (m Model) fetchMissing() (Model, tea.Cmd) {
	a := m.absent()
	if !m.ready || m.renewing || a == nil {
		m.notice = "nothing that this needs is known to be missing"
		return m, nil
	}
	m.fetching = a
	return m.anew()
}

func fetching(a *gitops.Absent) string {
	return "fetching " + wording.Count(len(a.Objects), "object") + " from " + term.Cut(term.Clean(a.Remote), 20)
}
