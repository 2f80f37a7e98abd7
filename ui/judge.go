package ui

import (
	"context"
	"errors"
	"slices"

	"ahead/gitops"
	"ahead/gitops/hazard"
	"ahead/ui/keys"
	"ahead/ui/timeline"

	tea "github.com/charmbracelet/bubbletea"
)

// Bounds on what runs beside the person: they share the machine with git and
// with everything else that is going on at 3 a.m.
const (
	judgesAtOnce  = 2
	touchesAtOnce = 2
	judgedAhead   = 500
)

// judging hands out work on rows: the visible ones first, then the others.
type judging struct {
	// tip is what verdicts are for; a new one voids what is under way.
	tip gitops.Hash
	ctx context.Context
	// running are the verdicts under way, for an older tip too, each with what
	// ends it.
	running  map[question]context.CancelFunc
	touching map[gitops.Hash]bool
	// waiting are the rows that are not visible; next is the first that may
	// lack a verdict.
	waiting []gitops.Hash
	next    int
}

// question is what a verdict answers.
type question struct{ tip, commit gitops.Hash }

type judged struct{ timeline.Judged }

type touched struct{ timeline.Touched }

func newJudging(ctx context.Context) judging {
	return judging{ctx: ctx, running: map[question]context.CancelFunc{}, touching: map[gitops.Hash]bool{}}
}

// anew keeps what is under way when only the list changed.
func (j judging) anew(ctx context.Context, s gitops.Snapshot, listed []gitops.Hash) judging {
	if s.Tip != j.tip {
		j.stop(nil)
		running, touching := j.running, j.touching
		j = newJudging(ctx)
		// What a commit touched does not depend on the tip, so that work goes
		// on; a verdict that is void still works until its answer has come.
		j.tip, j.running, j.touching = s.Tip, running, touching
	}
	j.waiting, j.next = listed[:min(len(listed), judgedAhead)], 0
	return j
}

// stop ends what is under way for all but the rows of keep. A place is free
// only when its answer has come: until then somebody still works.
func (j judging) stop(keep []gitops.Hash) {
	for q, cancel := range j.running {
		if q.tip != j.tip || !slices.Contains(keep, q.commit) {
			cancel()
		}
	}
}

// schedule fills the free places. It runs after every message, so it looks at
// the page and a few more rows only. Beside an open preview nothing is judged,
// and what was begun ends: the plan has the machine to itself. For a row that
// came into view what was begun for one that left it ends.
func (m Model) schedule() (Model, tea.Cmd) {
	if !m.look.have {
		return m, nil
	}
	if m.screen != keys.Timeline {
		m.judging.stop(nil)
		return m, nil
	}
	var cmds []tea.Cmd
	visible := m.timeline.Visible()
	for _, h := range visible {
		if len(m.judging.touching) < touchesAtOnce && m.timeline.NeedsTouches(h) && !m.judging.touching[h] {
			m.judging.touching[h] = true
			cmds = append(cmds, m.touch(h))
		}
		if !m.timeline.NeedsVerdict(h) {
			continue
		}
		if len(m.judging.running) == judgesAtOnce {
			m.judging.stop(visible)
			continue
		}
		cmds = append(cmds, m.judge(h))
		m.timeline = m.timeline.Working(h)
	}
	// Rows that nobody sees keep nobody waiting who wants to know the suspects.
	for !m.timeline.AwaitsRanking() && len(m.judging.running) < judgesAtOnce && m.judging.next < len(m.judging.waiting) {
		h := m.judging.waiting[m.judging.next]
		m.judging.next++
		if m.timeline.NeedsVerdict(h) {
			cmds = append(cmds, m.judge(h))
			m.timeline = m.timeline.Working(h)
		}
	}
	return m, tea.Batch(cmds...)
}

func (m Model) judge(h gitops.Hash) tea.Cmd {
	ctx, cancel := context.WithCancel(m.judging.ctx)
	svc, snap := m.svc, m.look.snap
	m.judging.running[question{snap.Tip, h}] = cancel
	return func() tea.Msg {
		defer cancel()
		j, err := svc.Judge(ctx, snap, h)
		return judged{timeline.Judged{Tip: snap.Tip, Commit: h, Judgement: j, Err: err}}
	}
}

func (m Model) touch(h gitops.Hash) tea.Cmd {
	ctx, svc := m.ctx, m.svc
	return func() tea.Msg {
		files, err := svc.Touches(ctx, h)
		return touched{timeline.Touched{Commit: h, Files: files, Hazards: hazards(files), Err: err}}
	}
}

// hazards are the codes of all paths, each once.
func hazards(files []gitops.FileChange) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range files {
		for _, code := range hazard.Classify(f.Path) {
			if !seen[code] {
				seen[code] = true
				out = append(out, code)
			}
		}
	}
	return out
}

func (m Model) judged(msg judged) Model {
	delete(m.judging.running, question{msg.Tip, msg.Commit})
	if msg.Tip != m.judging.tip {
		return m
	}
	if errors.Is(msg.Err, context.Canceled) {
		// Nothing was found out, so the row's turn comes again.
		m.judging.next = 0
		m.timeline = m.timeline.Idle(msg.Commit)
		return m
	}
	m.timeline, _ = m.timeline.Update(msg.Judged)
	return m
}

func (m Model) touched(msg touched) Model {
	delete(m.judging.touching, msg.Commit)
	m.timeline, _ = m.timeline.Update(msg.Touched)
	return m
}
