package ui

import (
	"context"
	"slices"
	"time"

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
	// answers are those of the evidence, with the time when they were given.
	answers []gitops.Answer
	// unsaid are commits whose answers count no longer and may still be kept: the
	// next ranking drops them first. unsaidAll is for all there are.
	unsaid    []gitops.Hash
	unsaidAll bool
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

// outlived leaves out the answers that are too old to count.
func (s suspecting) outlived(now time.Time) suspecting {
	s.answers = slices.DeleteFunc(slices.Clone(s.answers), func(a gitops.Answer) bool {
		return !a.At.IsZero() && now.Sub(a.At) > gitops.AnswerLasts
	})
	s.evidence = s.evidence.Answered(s.answers)
	return s
}

// elsewhere keeps what is known of the trouble, and leaves behind what was said of
// one environment: what runs there, and what was tried there. The latter is kept,
// and recalled there.
func (s suspecting) elsewhere() suspecting {
	s.evidence = s.evidence.Answered(nil)
	s.evidence.Runs, s.answers = gitops.Hash{}, nil
	if s.opened {
		s.form = s.form.Elsewhere()
	}
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
	m.suspects = m.suspects.outlived(m.now)
	m.suspects.form = m.suspects.form.Open(m.look.snap, m.suspects.answers, m.complaint())
	if len(m.suspects.answers) > 0 || m.suspects.unsaidAll {
		return m, nil
	}
	svc, snap, e := m.svc, m.look.snap, m.suspects.evidence
	return m, address(m.session.id, func() tea.Msg { return suspects.Recalled{Answers: svc.Recalled(snap, e)} })
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
	case suspects.RunsWanted:
		return m, m.findRuns(msg), true
	case suspects.ForgetWanted:
		next, cmd := m.forgetAnswers()
		return next, cmd, true
	case suspects.Closed:
		next, cmd := m.home()
		return next, cmd, true
	}
	return m, nil, false
}

func (m Model) load(w suspects.LoadWanted) tea.Cmd {
	ctx, svc := m.session.ctx, m.svc
	return address(m.session.id, func() tea.Msg {
		text, cut, err := svc.Excerpt(ctx, w.Path)
		return suspects.Loaded{ID: w.ID, Path: w.Path, Text: text, Cut: cut, Err: err}
	})
}

func (m Model) findRuns(w suspects.RunsWanted) tea.Cmd {
	ctx, svc, snap := m.session.ctx, m.svc, m.look.snap
	return address(m.session.id, func() tea.Msg {
		h, err := svc.ResolveFor(ctx, snap, w.Name)
		return suspects.RunsFound{ID: w.ID, Commit: h, Err: err}
	})
}

// forgot says that the answers are dropped, or why they are not.
type forgot struct{ err error }

func (m Model) forgetAnswers() (Model, tea.Cmd) {
	m.suspects.unsaidAll, m.suspects.answers = true, nil
	m.suspects.evidence = m.suspects.evidence.Answered(nil)
	svc := m.svc
	return m, func() tea.Msg { return forgot{svc.Forget()} }
}

func (m Model) forgot(msg forgot) (Model, tea.Cmd) {
	m.suspects.unsaidAll = false
	if msg.err == nil || m.screen != keys.Evidence {
		return m, nil
	}
	return m.toScreen(suspects.NotForgotten{Err: msg.err})
}

// takenBack ranks without an answer that was a slip.
func (m Model) takenBack(t timeline.AnswerTakenBack) (Model, tea.Cmd) {
	m.suspects.unsaid = append(slices.Clip(m.suspects.unsaid), t.Commit)
	return m.rank(m.suspects.evidence.Without(t.Commit), true, "taken back what was said of "+t.Name)
}

// drop is what a ranking does first: answers that were taken back must not be
// recalled by it.
func (s suspecting) drop(svc Service) error {
	switch {
	case s.unsaidAll:
		return svc.Forget()
	case len(s.unsaid) > 0:
		return svc.Forget(s.unsaid...)
	default:
		return nil
	}
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
	now, svc, snap := m.suspects, m.svc, m.look.snap
	return m, func() tea.Msg {
		defer stop()
		var got gitops.Suspects
		err := now.drop(svc)
		if err == nil {
			got, err = svc.Suspects(ctx, snap, e)
		}
		return rankedBy{id: now.id, anew: anew, Ranked: timeline.Ranked{
			Suspects: got, Commits: wording.UnlistedSuspects(snap, got, svc.Commit), Err: err, Anew: anew,
		}}
	}
}

func (m Model) ranked(msg rankedBy) Model {
	if msg.id != m.suspects.id {
		return m
	}
	if msg.Err == nil {
		// What was recalled counts from now on as what was said just now.
		m.suspects.unsaid, m.suspects.answers = nil, msg.Suspects.Answers
		m.suspects.evidence = m.suspects.evidence.Answered(msg.Suspects.Answers)
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
	return m.rank(m.suspects.evidence.With(a.Commit, a.Good), true, wording.Answer(a.Name, a.Good))
}
