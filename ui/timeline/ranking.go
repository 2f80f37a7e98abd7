package timeline

import (
	"slices"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// suspectsKey names the list of all suspects, which stands above the
// deployments while they are in order of suspicion.
var suspectsKey = groupKey{nth: -1}

// ranking is the order of suspicion, as far as it is known.
type ranking struct {
	have     bool
	suspects gitops.Suspects
	by       map[gitops.Hash]gitops.Suspicion
	// names are suspects that the snapshot does not list.
	names []gitops.Commit
	// on says that lists are in this order, not in that of time.
	on     bool
	asking bool
	began  time.Time
	// moved says that a person moved since they asked: then the answer does not
	// take them away from where they are.
	moved bool
	// note says what was asked for, for the answer.
	note string
}

// Ranking says that suspects are being put into order since a moment. note says
// what a person told last, such as "v1.41.0 works".
func (m Model) Ranking(since time.Time, note string) Model {
	m.rank.asking, m.rank.began, m.rank.moved, m.rank.note = true, since, false, note
	return m
}

// Suspects is the order of suspicion that is known.
func (m Model) Suspects() (gitops.Suspects, bool) { return m.rank.suspects, m.rank.have }

// BySuspicion says that lists are in that order now.
func (m Model) BySuspicion() bool { return m.rank.on }

// ranked takes a new order. Whoever asked for it goes to the first suspect,
// unless they moved meanwhile; one that came by itself moves nobody.
func (m Model) ranked(msg Ranked) Model {
	note := m.rank.note
	m.rank.asking, m.rank.note, m.said = false, "", ""
	if msg.Err != nil {
		m.said = "suspects cannot be ranked: " + wording.Problem(msg.Err)
		return m
	}
	before := len(m.rank.suspects.Answers)
	h, go1st := m.Cursor(), msg.Anew && !m.rank.moved
	m.rank.have, m.rank.suspects, m.rank.names = true, msg.Suspects, msg.Commits
	m.rank.by = make(map[gitops.Hash]gitops.Suspicion, len(msg.Suspects.Ranked))
	for _, s := range msg.Suspects.Ranked {
		m.rank.by[s.Commit] = s
	}
	if msg.Anew {
		m.rank.on = true
	}
	m = m.reindex().regroup()
	switch {
	case len(msg.Suspects.Ranked) == 0 && len(msg.Suspects.Answers) > 0:
		m.said = "no suspect is left: one of the answers is wrong, or it lies further back; u takes the last one back"
		return m.goTo(h)
	case len(msg.Suspects.Ranked) == 0:
		m.said = "no suspect: production holds no commit that this could be about"
		return m.goTo(h)
	case go1st:
		m.chosen, m.moved, m.focus = suspectsKey, true, paneCommits
		m = m.standOn(msg.Suspects.Ranked[0].Commit)
	default:
		m = m.goTo(h)
	}
	if note != "" && msg.Anew {
		m.said = term.Clean(note) + ": " + wording.Count(len(msg.Suspects.Ranked), "suspect") + " left"
		if n := len(msg.Suspects.Answers); n > 0 && n >= before {
			m.said += "; u takes it back"
		}
	}
	return m
}

// resort changes between the order of suspicion and that of time. The highlight
// stays on its commit where that is a suspect, else it goes to the first one.
func (m Model) resort() Model {
	if !m.rank.have {
		m.said = "nothing is ranked yet: s asks for what you know"
		return m
	}
	h := m.Cursor()
	m.rank.on = !m.rank.on
	m = m.regroup()
	if !m.rank.on {
		return m.goTo(h)
	}
	if len(m.rank.by) == 0 {
		m.said = "there is no suspect to put into order"
		return m.goTo(h)
	}
	m.chosen, m.moved = suspectsKey, true
	if _, ok := m.rank.by[h]; !ok {
		h = m.rank.suspects.Ranked[0].Commit
	}
	return m.standOn(h)
}

// goTo keeps the highlight on a commit after the groups have changed.
func (m Model) goTo(h gitops.Hash) Model {
	switch {
	case m.chosen == suspectsKey && m.at(suspectsKey) >= 0:
		// Who looks through the suspects goes on with them, whoever is none any more.
		if _, ok := m.rank.by[h]; !ok {
			return m.standOn(m.rank.suspects.Ranked[0].Commit)
		}
		return m
	case m.at(m.chosen) >= 0:
		return m.followCommit(h)
	}
	m.chosen = m.suspectGroup()
	m = m.followCommit(h)
	if place(m.current().batch.Commits, h) >= 0 {
		return m.standOn(h)
	}
	return m
}

// byTime are the groups without the list of suspects.
func (m Model) byTime() []group {
	return slices.DeleteFunc(slices.Clone(m.groups), func(g group) bool { return g.key == suspectsKey })
}

// regroup puts the list of suspects above the deployments, or takes it away.
func (m Model) regroup() Model {
	m.groups = m.byTime()
	if m.rank.on && len(m.rank.suspects.Ranked) > 0 {
		all := group{key: suspectsKey}
		for _, s := range m.rank.suspects.Ranked {
			all.batch.Commits = append(all.batch.Commits, s.Commit)
		}
		m.groups = append([]group{all}, m.groups...)
	}
	return m.refilter()
}

// inOrder gives commits of one list as they are shown: those that are suspects
// first, by rank, where that is the order.
func (m Model) inOrder(commits []gitops.Hash) []gitops.Hash {
	if !m.rank.on || len(m.rank.by) == 0 {
		return commits
	}
	out := slices.Clone(commits)
	slices.SortStableFunc(out, func(a, b gitops.Hash) int { return m.place(a) - m.place(b) })
	return out
}

// place is a commit's rank, with those that are no suspects last.
func (m Model) place(h gitops.Hash) int {
	if s, ok := m.rank.by[h]; ok {
		return s.Rank
	}
	return len(m.rank.by) + 1
}

// answer says of the highlighted deployment, else of the one that is proposed,
// whether it works. What a person points at goes before what is proposed.
func (m Model) answer(good bool) (Model, func() Answered) {
	g := m.current()
	switch try := m.rank.suspects.Try; {
	case m.focus == paneGroups && g.isDeployment():
		d := g.batch.Deployment
		return m, func() Answered { return Answered{Commit: d.Commit, Name: d.Name(), Good: good} }
	case m.rank.have && m.rank.suspects.Undecided && !try.Commit.IsZero():
		return m, func() Answered { return Answered{Commit: try.Commit, Name: try.Name, Good: good} }
	}
	m.said = "say it of a deployment: go to one with ← first"
	return m, nil
}

// takeBack takes the newest answer back, so that a slip does not clear the culprit.
func (m Model) takeBack() (Model, func() AnswerTakenBack) {
	all := m.rank.suspects.Answers
	if len(all) == 0 {
		m.said = "nothing was said to work or to be broken"
		return m, nil
	}
	last := all[len(all)-1]
	return m, func() AnswerTakenBack {
		return AnswerTakenBack{Commit: last.Commit, Name: wording.NameOf(m.snap, last.Commit)}
	}
}

// Proposes reports whether there is a question whose answer halves the suspects.
func (m Model) Proposes() bool {
	s := m.rank.suspects
	return m.rank.have && m.rank.on && s.Undecided && !s.Try.Commit.IsZero()
}

// Means reports whether a key of the ranking, or of the pane that has the keys,
// leads anywhere now.
func (m Model) Means(a keys.Action) bool {
	switch a {
	case keys.Sort:
		return m.rank.have
	case keys.Works, keys.Broken:
		return m.Proposes()
	case keys.TakeBackAnswer:
		return m.rank.on && len(m.rank.suspects.Answers) > 0
	case keys.Select:
		return m.focus == paneCommits
	case keys.NextEnvironment:
		return len(m.snap.Environments) > 1
	default:
		return true
	}
}

// AwaitsRanking reports whether a person waits for an order, and RankingNote what
// they told for it.
func (m Model) AwaitsRanking() bool { return m.rank.asking }

// RankingNote is empty where nobody waits.
func (m Model) RankingNote() string { return m.rank.note }
