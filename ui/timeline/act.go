package timeline

import (
	"slices"

	"ahead/gitops"
	"ahead/ui/keys"

	tea "github.com/charmbracelet/bubbletea"
)

// Act does what a person wants.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	m.said = ""
	switch a {
	case keys.Refresh:
		return m, emit(RefreshWanted{})
	case keys.Back:
		return m.clear(), nil
	}
	if m.phase != phaseReady {
		return m, nil
	}
	switch a {
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Top, keys.Bottom:
		return m.step(a), nil
	case keys.Left, keys.Right, keys.NextPane:
		return m.across(a), nil
	case keys.Select:
		return m.toggle(), nil
	case keys.Filter:
		m.editing = true
		m.focus = paneCommits
		m.input.SetValue(m.filter)
		m.input.CursorEnd()
		return m, m.input.Focus()
	case keys.Open:
		return m.open()
	case keys.RevertDeployment:
		return m.deployment(gitops.RevertDeployment)
	case keys.RestoreDeployment:
		return m.deployment(gitops.RestoreDeployment)
	}
	return m.suspecting(a)
}

// suspecting does what a person wants of the suspects and the environments.
func (m Model) suspecting(a keys.Action) (Model, tea.Cmd) {
	switch a {
	case keys.Sort:
		return m.resort(), nil
	case keys.Works, keys.Broken:
		m, told := m.answer(a == keys.Works)
		if told == nil {
			return m, nil
		}
		return m, emit(told())
	case keys.TakeBackAnswer:
		m, told := m.takeBack()
		if told == nil {
			return m, nil
		}
		return m, emit(told())
	case keys.NextEnvironment:
		return m.nextEnvironment()
	}
	return m, nil
}

// nextEnvironment asks for the one after the one that is shown.
func (m Model) nextEnvironment() (Model, tea.Cmd) {
	all := m.snap.Environments
	if len(all) < 2 {
		m.said = "the sources know of one environment only"
		return m, nil
	}
	next := all[(slices.Index(all, m.snap.Environment)+1)%len(all)]
	return m, emit(EnvironmentWanted{Name: next})
}

func emit(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// clear takes away what hides or gathers, the last thing first.
func (m Model) clear() Model {
	switch {
	case m.filter != "":
		m.filter = ""
		return m.refilter()
	default:
		m.selected = nil
		return m
	}
}

// step moves within the list that has the keys.
func (m Model) step(a keys.Action) Model {
	m.moved, m.rank.moved = true, true
	if m.focus == paneGroups {
		i := moveTo(a, m.at(m.chosen), len(m.groups), m.layout(m.width, m.height).groupRows())
		m.chosen = m.groups[i].key
		return m
	}
	g := m.current()
	if len(g.shown) == 0 {
		return m
	}
	i := moveTo(a, m.row(), len(g.shown), m.layout(m.width, m.height).rows())
	return m.standOn(g.shown[i])
}

func (m Model) standOn(h gitops.Hash) Model {
	cursor := make(map[groupKey]gitops.Hash, len(m.cursor)+1)
	for k, v := range m.cursor {
		cursor[k] = v
	}
	cursor[m.chosen] = h
	m.cursor = cursor
	return m
}

func moveTo(a keys.Action, i, n, rows int) int {
	switch a {
	case keys.Up:
		i--
	case keys.Down:
		i++
	case keys.PageUp:
		i -= max(1, rows)
	case keys.PageDown:
		i += max(1, rows)
	case keys.Top:
		i = 0
	case keys.Bottom:
		i = n - 1
	}
	return max(0, min(i, n-1))
}

// across changes the pane; where deployments are a line of tabs there is one
// pane only, and left and right change the tab.
func (m Model) across(a keys.Action) Model {
	if m.layout(m.width, m.height).stacked {
		m.moved, m.rank.moved = true, true
		i := m.at(m.chosen)
		switch a {
		case keys.Left:
			i--
		case keys.Right:
			i++
		default:
			i = (i + 1) % len(m.groups)
		}
		m.chosen = m.groups[max(0, min(i, len(m.groups)-1))].key
		m.focus = paneCommits
		return m
	}
	switch {
	case a == keys.Left, a == keys.NextPane && m.focus == paneCommits:
		m.focus = paneGroups
	default:
		m.focus = paneCommits
	}
	return m
}

// toggle selects the row under the cursor, or lets it go, and moves on.
func (m Model) toggle() Model {
	h := m.Cursor()
	if h.IsZero() || m.focus != paneCommits {
		m.said = "space selects commits: go to them with →"
		return m
	}
	var kept []gitops.Hash
	for _, s := range m.selected {
		if s != h {
			kept = append(kept, s)
		}
	}
	if len(kept) == len(m.selected) {
		kept = append(kept, h)
	}
	m.selected = kept
	return m.step(keys.Down)
}

// open previews the selection, else the row under the cursor. On the left it
// goes to the commits: Enter on a deployment must not mean reverting it.
func (m Model) open() (Model, tea.Cmd) {
	if !m.OpensPreview() {
		m.focus = paneCommits
		return m, nil
	}
	commits := append([]gitops.Hash(nil), m.selected...)
	if len(commits) == 0 {
		h := m.Cursor()
		if h.IsZero() {
			m.said = "no commit here to preview"
			return m, nil
		}
		commits = []gitops.Hash{h}
	}
	return m, emit(PreviewWanted{Remedy: gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits}})
}

// OpensPreview reports whether Enter previews; else it goes to the commits.
func (m Model) OpensPreview() bool { return m.focus != paneGroups }

func (m Model) deployment(kind gitops.RemedyKind) (Model, tea.Cmd) {
	g := m.current()
	if g.key == suspectsKey {
		m.said = "suspects are of several deployments: choose one of those"
		return m, nil
	}
	if g.key == (groupKey{}) {
		m.said = g.name() + " commits are no deployment: choose one"
		return m, nil
	}
	name := g.key.tag
	if name == "" {
		name = g.key.commit.String()
	}
	return m, emit(PreviewWanted{Remedy: gitops.Remedy{Kind: kind, Deployment: name}})
}

func (m Model) isSelected(h gitops.Hash) bool { return place(m.selected, h) >= 0 }
