package preview

import (
	"fmt"

	"ahead/gitops"
	"ahead/ui/partial"
	"ahead/ui/term"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// aim is the half of the screen that x acts on: where a person moved last.
type aim uint8

const (
	aimFile aim = iota
	aimHunk
)

// allOut is what stands before the gate when nothing is left to ship.
const allOut = "everything is left out: x takes back in what is chosen, X takes back all"

// learnt are the plans that a partial one is shown against. They come from the
// requests before it, so nothing here is older than the remedy on the screen.
type learnt struct {
	// have says that whole is known, based that base is, for what based names.
	have        bool
	whole, base gitops.Plan
	based       bool
	settled     partial.Set
}

// from adds what the plan of a remedy taught.
func (l learnt) from(r gitops.Remedy, p gitops.Plan) learnt {
	left := partial.Of(r)
	if len(left) == 0 {
		l = learnt{have: true, whole: p}
	}
	if l.have && left.Equal(left.Settling(l.whole)) {
		l.based, l.base, l.settled = true, p, left
	}
	return l
}

// next is what the next request leaves out: nothing at first, then what settles
// conflicts, so that it is known what there is to choose from; then all that a
// person left out.
func (m Model) next() partial.Set {
	left := m.left[m.current]
	settling := left.Settling(m.learnt.whole)
	switch {
	case !m.learnt.have:
		return nil
	case !m.learnt.based || !m.learnt.settled.Equal(settling):
		return settling
	default:
		return left
	}
}

// arrange lists the rows anew and keeps the chosen path chosen.
func (m Model) arrange() (Model, tea.Cmd) {
	path := ""
	if m.chosen < len(m.shown) {
		path = m.shown[m.chosen].Path
	}
	m.shown = partial.Rows(partial.Plans{Whole: m.learnt.whole, Base: m.learnt.base, Now: m.plan, Stale: m.renewing}, m.left[m.current])
	at := m.chosen
	for i, r := range m.shown {
		if r.Path == path {
			at = i
			break
		}
	}
	return m.choose(at)
}

// leaveOut leaves out what the person points at, or takes it back in.
func (m Model) leaveOut() (Model, tea.Cmd) {
	r, ok := m.row()
	switch {
	case m.cannotLeave() != "":
		m.notice = m.cannotLeave()
		return m, nil
	case !ok:
		m.notice = "there is nothing here to leave out"
		return m, nil
	case m.aimsAtHunk() && r.Conflict == nil && len(m.unread()) > 0:
		// Falling back to the whole file would leave out what nobody meant.
		m.notice = "its lines are still being read; then x leaves out a hunk"
		return m, nil
	}
	left := m.left[m.current]
	name := term.Clean(r.Path)
	full, whole := m.aimed(r)
	if full < 0 && !whole {
		m.notice = "this hunk cannot be told from its neighbours; tab and x leave out the whole file"
		return m, nil
	}
	was := r.Out
	if whole {
		m.left[m.current] = left.Path(r.Path)
	} else {
		was = m.lines(r).Stays[m.pane.Hunk()]
		names := m.diffs[r.Full].diff.HunkNames()
		m.left[m.current] = left.Hunk(r.Path, names, full)
		name += fmt.Sprintf(", hunk %d of %d", full+1, len(names))
	}
	m.notice = "left out: " + name + "; x takes it back in"
	if was {
		m.notice = "taken back in: " + name
	}
	return m.renew()
}

// aimed says what x means for a row: all of it, or the hunk by its number in
// the whole diff.
func (m Model) aimed(r partial.Row) (hunk int, whole bool) {
	if r.Full.Path == "" || m.pointsAtFile() || m.pane.Hunk() < 0 {
		return 0, true
	}
	l := m.lines(r)
	if len(l.Full) <= 1 || m.pane.Hunk() >= len(l.Full) {
		return 0, true
	}
	return l.Full[m.pane.Hunk()], false
}

// pointsAtFile reports whether x acts on the whole of the chosen path. A
// conflict is left out as a whole: its places are not hunks that ship; and a
// file of one hunk goes with it.
func (m Model) pointsAtFile() bool {
	r, ok := m.row()
	switch {
	case ok && r.Conflict != nil, m.view == viewList:
		return true
	default:
		return !m.aimsAtHunk() || m.view == viewSplit && m.pane.Hunks() < 2
	}
}

// aimsAtHunk reports whether the person moved in the lines last, or sees
// nothing else.
func (m Model) aimsAtHunk() bool {
	return m.view != viewList && (m.view != viewSplit || m.aim == aimHunk)
}

// pointed puts the marker where x acts.
func (m Model) pointed() Model {
	r, _ := m.row()
	m.pane = m.pane.Marked(r.Conflict != nil || !m.pointsAtFile())
	return m
}

// takeBack leaves nothing out any more. After an error this is the way back.
func (m Model) takeBack() (Model, tea.Cmd) {
	if len(m.left[m.current]) == 0 {
		m.notice = "nothing is left out"
		return m, nil
	}
	m.left[m.current] = nil
	m.notice = "all is taken back in"
	if m.err != nil {
		return m.ask()
	}
	return m.renew()
}

// cannotLeave says why no part can be left out, or nothing.
func (m Model) cannotLeave() string {
	r := m.remedy()
	switch {
	case r.Each:
		return "a part can be left out of one new commit only, and this makes one for each suspect (--each)"
	case !m.ready:
		return "the plan is still being worked out; then x leaves out a part of it"
	default:
		return ""
	}
}

// renew asks for the plan of what is left out now. The frame stands meanwhile,
// with the marks as they will be.
func (m Model) renew() (Model, tea.Cmd) {
	ticking := m.waiting()
	m.renewing, m.asked = true, m.now()
	m, ask := m.request()
	m, read := m.arrange()
	if ticking {
		return m, tea.Batch(ask, read)
	}
	return m, tea.Batch(ask, read, m.beat())
}

// unread are the changes whose lines the chosen row needs and lacks.
func (m Model) unread() []gitops.FileChange {
	r, ok := m.row()
	if !ok || r.Conflict != nil {
		return nil
	}
	var out []gitops.FileChange
	need := func(f gitops.FileChange) {
		if _, have := m.diffs[f]; !have && f.Path != "" {
			out = append(out, f)
		}
	}
	if f, ok := r.Change(); ok {
		need(f)
	}
	if r.Partly() && !m.renewing && r.File != r.Full {
		need(r.File)
	}
	return out
}

// planOf is the plan that makes a change.
func (m Model) planOf(f gitops.FileChange) gitops.Plan {
	for _, g := range m.plan.Files {
		if g == f {
			return m.plan
		}
	}
	return m.learnt.base
}

// lines lays the hunks of a row that stay among those that ship.
func (m Model) lines(r partial.Row) partial.Lines {
	whole, out := m.left[m.current].At(r.Path)
	f, _ := r.Change()
	var now *gitops.FileDiff
	if got, have := m.diffs[r.File]; have && got.err == nil && r.Partly() && !m.renewing {
		now = &got.diff
	}
	return partial.LinesOf(m.diffs[f].diff, now, whole, out)
}

// allOut reports whether nothing ships because all of it is left out.
func (m Model) allOut() bool {
	return m.ready && m.err == nil && m.plan.Verdict == gitops.VerdictEmpty && len(m.left[m.current]) > 0 && len(m.shown) > 0
}

// leftOut is what the plan on the screen leaves out, in its own words; while it
// is being worked out, what was asked for.
func (m Model) leftOut() []gitops.LeftOut {
	if m.ready && m.err == nil && !m.renewing && m.plan.Partial() {
		return m.plan.LeftOut
	}
	var out []gitops.LeftOut
	for _, l := range m.left[m.current] {
		one := gitops.LeftOut{Path: l.Path, Hunks: len(l.Hunks)}
		if len(l.Hunks) > 0 {
			one.Of = m.hunksOf(l.Path)
		}
		out = append(out, one)
	}
	return out
}

// hunksOf counts the hunks of a path in the whole plan, as far as they were
// read.
func (m Model) hunksOf(path string) int {
	for _, l := range m.plan.LeftOut {
		if l.Path == path && l.Of > 0 {
			return l.Of
		}
	}
	for f, got := range m.diffs {
		if f.Path == path && got.err == nil && m.isFull(f) {
			return len(got.diff.Hunks)
		}
	}
	return 0
}

func (m Model) isFull(f gitops.FileChange) bool {
	for _, r := range m.shown {
		if r.Full == f {
			return true
		}
	}
	return false
}

// partialWords is the sentence that marks a partial plan, in at most room
// cells where it can be said in them.
func (m Model) partialWords(room int) string {
	if m.allOut() && !m.renewing {
		return "all is left out: x takes one back in, X all"
	}
	if m.ready && !m.renewing && m.err == nil && wording.UntoldParts(m.plan) {
		tail := ", " + wording.NotToldParts
		return wording.LeavesOut(m.leftOut(), max(1, room-term.Width(tail))) + tail
	}
	return wording.LeavesOut(m.leftOut(), room)
}
