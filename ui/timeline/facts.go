package timeline

import (
	"ahead/gitops"

	tea "github.com/charmbracelet/bubbletea"
)

// Update takes facts, and raw keys while the filter is being typed.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case Judged:
		delete(m.working, msg.Commit)
		if msg.Tip == m.snap.Tip {
			m.verdicts[msg.Commit] = verdict{judgement: msg.Judgement, err: msg.Err}
		}
	case Touched:
		m.touches[msg.Commit] = touch{files: msg.Files, hazards: msg.Hazards, err: msg.Err}
	case BatchUnread:
		m.unread[deploymentKey{msg.Deployment.Commit, msg.Deployment.Tag}] = msg.Err
	case Ranked:
		return m.ranked(msg), nil
	case tea.KeyMsg:
		if m.editing {
			return m.typed(msg)
		}
	}
	return m, nil
}

// Shipped begins anew after a remedy has shipped: what was selected for it is
// done with, the suspects are of a production that is on its way out, and the
// cursor follows the newest deployment again.
func (m Model) Shipped() Model {
	m.selected, m.filter, m.moved, m.rank = nil, "", false, ranking{}
	m.cursor = map[groupKey]gitops.Hash{}
	m = m.regroup()
	if m.at(m.chosen) < 0 {
		m.chosen = m.suspectGroup()
	}
	return m
}

// Stay says that a preview is open: whoever comes back from it finds the
// highlight on the commit that it was on, whatever was deployed meanwhile.
func (m Model) Stay() Model {
	if m.phase != phaseReady {
		return m
	}
	m.moved = true
	if h := m.Cursor(); !h.IsZero() {
		return m.standOn(h)
	}
	return m
}

// CutOff gives the chosen deployment's batch where the look ended before it
// did.
func (m Model) CutOff() (gitops.Batch, bool) {
	g := m.current()
	return g.batch, g.isDeployment() && g.batch.Truncated
}

// Working says that a verdict is being computed.
func (m Model) Working(h gitops.Hash) Model {
	m.working[h] = true
	return m
}

// Idle says that nobody computes a verdict any more and none was found.
func (m Model) Idle(h gitops.Hash) Model {
	delete(m.working, h)
	return m
}

// NeedsVerdict reports whether nothing is known of a commit and nobody is
// looking.
func (m Model) NeedsVerdict(h gitops.Hash) bool {
	_, known := m.verdicts[h]
	return !known && !m.working[h]
}

// NeedsTouches reports whether the paths of a commit are not known.
func (m Model) NeedsTouches(h gitops.Hash) bool {
	_, known := m.touches[h]
	return !known
}

// Visible gives the commits on the page, the one under the cursor first.
func (m Model) Visible() []gitops.Hash {
	g, row := m.current(), m.row()
	if row < 0 {
		return nil
	}
	top, end := page(row, len(g.shown), m.layout(m.width, m.height).rows())
	out := []gitops.Hash{g.shown[row]}
	for i := top; i < end; i++ {
		if i != row {
			out = append(out, g.shown[i])
		}
	}
	return out
}

// Listed gives all commits in the order in which verdicts are wanted: the
// chosen group, then the others from the newest on.
func (m Model) Listed() []gitops.Hash {
	out := append([]gitops.Hash(nil), m.current().batch.Commits...)
	for _, g := range m.groups {
		if g.key != m.chosen {
			out = append(out, g.batch.Commits...)
		}
	}
	return out
}

// page gives the half-open range of rows that is shown when the cursor is on
// row: whole pages, the last one filled up from above.
func page(row, n, rows int) (top, end int) {
	if rows <= 0 || n == 0 {
		return 0, 0
	}
	top = row / rows * rows
	top = max(0, min(top, n-rows))
	return top, min(n, top+rows)
}
