package timeline

import (
	"strings"

	"ahead/gitops"
	"ahead/ui/keys"

	tea "github.com/charmbracelet/bubbletea"
)

// Capturing reports whether keys are text.
func (m Model) Capturing() bool { return m.editing }

// typed takes a key while the filter is being typed. Arrows still move, so a
// person can look through the matches without leaving the field.
func (m Model) typed(k tea.KeyMsg) (Model, tea.Cmd) {
	switch k.Type {
	case tea.KeyEnter, tea.KeyTab:
		m.editing = false
		m.input.Blur()
		return m, nil
	case tea.KeyEsc:
		m.editing, m.filter = false, ""
		m.input.Blur()
		return m.refilter(), nil
	case tea.KeyUp:
		return m.step(keys.Up), nil
	case tea.KeyDown:
		return m.step(keys.Down), nil
	case tea.KeyPgUp:
		return m.step(keys.PageUp), nil
	case tea.KeyPgDown:
		return m.step(keys.PageDown), nil
	}
	// The cursor is drawn by View and does not blink, so the field's own
	// commands are of no use.
	m.input, _ = m.input.Update(k)
	if v := m.input.Value(); v != m.filter {
		m.filter = v
		m = m.refilter()
	}
	return m, nil
}

// refilter finds the commits that match, in every group: the left side then
// says where else there are matches.
func (m Model) refilter() Model {
	want := strings.ToLower(strings.TrimSpace(m.filter))
	groups := make([]group, len(m.groups))
	copy(groups, m.groups)
	if want != "" && m.haystack == nil {
		m.haystack = haystack(m.snap.Commits)
	}
	for i := range groups {
		g := &groups[i]
		if want == "" {
			g.shown = m.inOrder(g.batch.Commits)
			continue
		}
		g.shown = nil
		for _, h := range m.inOrder(g.batch.Commits) {
			if j, ok := m.index[h]; ok && strings.Contains(m.haystack[j], want) {
				g.shown = append(g.shown, h)
			}
		}
	}
	m.groups = groups
	return m
}

// haystack is what a filter looks in: subject, author and hash, made once a
// snapshot because 20,000 subjects take longer than a key press should.
func haystack(commits []gitops.Commit) []string {
	out := make([]string, len(commits))
	for i, c := range commits {
		out[i] = strings.ToLower(c.Subject() + "\n" + c.Author.Name + "\n" + c.Author.Email + "\n" + c.Hash.String())
	}
	return out
}

// elsewhere counts the matches outside the chosen group and names the first
// group that has one.
func (m Model) elsewhere() (n int, name string) {
	for _, g := range m.groups {
		if g.key == m.chosen || len(g.shown) == 0 {
			continue
		}
		if n == 0 {
			name = g.name()
		}
		n += len(g.shown)
	}
	return n, name
}
