package ui

import (
	"context"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/suspects"
	"ahead/ui/timeline"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// suspecting is what a person knows of the trouble, and the ranking by it.
type suspecting struct {
	// have says that a person asked for a ranking.
	have     bool
	evidence gitops.Evidence
	// id numbers the ranking that is wanted; stop ends the one under way.
	id   int
	stop context.CancelFunc
	// basis is what the newest ranking was made on.
	basis basis
	// form is the screen of the evidence as it was left.
	form   suspects.Model
	opened bool
}

// done ends the looking for suspects; the form keeps what was written, should the
// remedy not have helped.
func (s suspecting) done() suspecting {
	s.stop()
	s.id++
	s.have = false
	return s
}

// basis is what of a look a ranking depends on.
type basis struct {
	tip, deployed gitops.Hash
	environment   string
	batches       int
}

func basisOf(s gitops.Snapshot) basis {
	b := basis{tip: s.Tip, environment: s.Environment, batches: len(s.Batches)}
	if s.Deployed != nil {
		b.deployed = s.Deployed.Commit
	}
	return b
}

type rankedBy struct {
	id   int
	anew bool
	timeline.Ranked
}

// openEvidence shows what is known of the trouble, as it was left.
func (m Model) openEvidence() (Model, tea.Cmd) {
	if !m.look.have {
		return m, nil
	}
	m = m.newSession()
	m.screen = keys.Evidence
	if !m.suspects.opened {
		m.suspects.form, m.suspects.opened = suspects.New(m.opts.Theme, m.opts.Now), true
	}
	m.suspects.form = m.suspects.form.Open(m.look.snap, m.suspects.evidence, m.complaint())
	return m, nil
}

// complaint is what a production that is down says of itself: often the error
// that one is about to look for.
func (m Model) complaint() string {
	if h := m.health.state; h.Trouble() && !h.LastSample.Up {
		return h.LastSample.Body
	}
	return ""
}

// fromEvidence takes what the screen of the evidence wants.
func (m Model) fromEvidence(msg tea.Msg) (_ Model, _ tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case suspects.RankWanted:
		next, cmd := m.home()
		next, rank := next.rank(msg.Evidence, true, "")
		return next, tea.Batch(cmd, rank), true
	case suspects.LoadWanted:
		return m, m.load(msg), true
	case suspects.Closed:
		next, cmd := m.home()
		return next, cmd, true
	}
	return m, nil, false
}

func (m Model) load(w suspects.LoadWanted) tea.Cmd {
	ctx, svc := m.session.ctx, m.svc
	return address(m.session.id, func() tea.Msg {
		text, err := svc.Excerpt(ctx, w.Path)
		return suspects.Loaded{ID: w.ID, Path: w.Path, Text: text, Err: err}
	})
}

// rank puts the suspects into order beside everything else. The ranking by other
// evidence that is under way ends.
func (m Model) rank(e gitops.Evidence, anew bool, note string) (Model, tea.Cmd) {
	m.suspects.stop()
	ctx, stop := context.WithCancel(m.ctx)
	m.suspects.id++
	m.suspects.have, m.suspects.evidence, m.suspects.stop, m.suspects.basis = true, e, stop, basisOf(m.look.snap)
	if anew {
		m.timeline = m.timeline.Ranking(m.now, note)
	}
	id, svc, snap := m.suspects.id, m.svc, m.look.snap
	return m, func() tea.Msg {
		defer stop()
		got, err := svc.Suspects(ctx, snap, e)
		return rankedBy{id: id, anew: anew, Ranked: timeline.Ranked{
			Suspects: got, Commits: wording.UnlistedSuspects(snap, got, svc.Commit), Err: err, Anew: anew,
		}}
	}
}

func (m Model) ranked(msg rankedBy) Model {
	if msg.id != m.suspects.id {
		return m
	}
	if msg.Err != nil && !msg.anew {
		// The order that stands is of an earlier look, and still the best known.
		return m
	}
	m.timeline, _ = m.timeline.Update(msg.Ranked)
	m.judging = m.judging.anew(m.ctx, m.look.snap, m.timeline.Listed())
	return m
}

// rankAgain keeps the order true to what is deployed by now. One that a person
// waits for is asked for anew as what it was.
func (m Model) rankAgain() (Model, tea.Cmd) {
	if !m.suspects.have || m.suspects.basis == basisOf(m.look.snap) {
		return m, nil
	}
	return m.rank(m.suspects.evidence, m.timeline.AwaitsRanking(), m.timeline.RankingNote())
}

// answered remembers whether a deployment has the trouble, and ranks by it. A
// later answer about the same commit takes the place of the earlier one.
func (m Model) answered(a timeline.Answered) (Model, tea.Cmd) {
	e := m.suspects.evidence.Without(a.Commit)
	note := wording.Answer(a.Name, a.Good)
	if a.Good {
		e.Good = append(e.Good, a.Commit)
	} else {
		e.Bad = append(e.Bad, a.Commit)
	}
	return m.rank(e, true, note)
}
