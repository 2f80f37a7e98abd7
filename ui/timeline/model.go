package timeline

import (
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"

	"github.com/charmbracelet/bubbles/textinput"
)

// pane says which of the two lists has the keys.
type pane uint8

const (
	paneCommits pane = iota
	paneGroups
)

// phase is how far the first look at the repository has come.
type phase uint8

const (
	phaseReading phase = iota
	phaseReady
	phaseFailed
)

// groupKey names a batch across refreshes. The zero value is what is
// unreleased; nth, from 1, tells redeployments of the same commit apart.
type groupKey struct {
	commit gitops.Hash
	tag    string
	nth    int
}

// group is one row on the left: a batch and those of its commits that the
// filter lets through.
type group struct {
	key   groupKey
	batch gitops.Batch
	shown []gitops.Hash
	// word is what its commits are called where it stands for no deployment.
	word string
}

// verdict is what is known of one row.
type verdict struct {
	judgement gitops.Judgement
	err       error
}

// touch is what one commit changed.
type touch struct {
	files   []gitops.FileChange
	hazards []string
	err     error
}

// Model is the screen. Methods have value receivers; the maps of verdicts and
// touches are shared by the copies, since only the newest copy is ever used.
type Model struct {
	th    *theme.Theme
	now   time.Time
	began time.Time

	phase phase
	err   error
	snap  gitops.Snapshot
	index map[gitops.Hash]int
	// voices are what each source says of each row.
	voices wording.Voices
	// codes are the marks of the sources.
	codes map[string]string
	rank  ranking

	width, height int

	groups []group
	// longest is the width of the longest name of a deployment.
	longest int
	chosen  groupKey
	// cursor remembers the row of each group; a group without one stands on
	// its first row.
	cursor map[groupKey]gitops.Hash
	focus  pane
	// moved says that a person has moved or looked at a preview: until then the
	// cursor follows the newest deployment over refreshes.
	moved    bool
	selected []gitops.Hash

	editing  bool
	input    textinput.Model
	filter   string
	haystack []string

	verdicts map[gitops.Hash]verdict
	working  map[gitops.Hash]bool
	touches  map[gitops.Hash]touch
	// unread says why the commits of a deployment beyond the look are not here.
	unread map[deploymentKey]error
	said   string
}

// deploymentKey is a deployment whichever of its rows it is.
type deploymentKey struct {
	commit gitops.Hash
	tag    string
}

// New gives the screen as it is before anything is known.
func New(th *theme.Theme, now time.Time) Model {
	in := textinput.New()
	in.CharLimit = 200
	return Model{
		th: th, now: now, began: now, input: in,
		cursor:   map[groupKey]gitops.Hash{},
		verdicts: map[gitops.Hash]verdict{}, working: map[gitops.Hash]bool{}, touches: map[gitops.Hash]touch{},
		unread: map[deploymentKey]error{},
	}
}

// SetNow moves the clock by which ages are shown.
func (m Model) SetNow(now time.Time) Model { m.now = now; return m }

// SetSize tells the size that View will be asked for: pages depend on it.
func (m Model) SetSize(width, height int) Model {
	m.width, m.height = width, height
	return m
}

// SetFailed says that the repository could not be read. A timeline that was
// read before stays.
func (m Model) SetFailed(err error) Model {
	if m.phase != phaseReady {
		m.phase, m.err = phaseFailed, err
	}
	return m
}

// SetSnapshot shows a new look at the repository, keeping cursor, selection and
// filter. Verdicts hold only for the tip that they were computed on.
func (m Model) SetSnapshot(s gitops.Snapshot) Model {
	m.forgetFailures()
	return m.Renew(s)
}

// Renew is SetSnapshot for a look that nobody asked for: what failed stands, and
// is not tried again every few seconds.
func (m Model) Renew(s gitops.Snapshot) Model {
	if s.Tip != m.snap.Tip {
		m.verdicts = map[gitops.Hash]verdict{}
		m.working = map[gitops.Hash]bool{}
	}
	old, stood := m.groups, m.Cursor()
	m.snap, m.phase, m.err = s, phaseReady, nil
	m = m.reindex()
	m.groups = []group{{batch: s.Unreleased, word: wording.Waiting(s)}}
	m.groups = append(m.groups, groupsOf(s.Batches)...)
	m.longest = 0
	for _, g := range m.groups[1:] {
		m.longest = max(m.longest, term.Width(g.name()))
	}
	m.voices, m.codes = wording.Hear(s), wording.SourceCodes(s.Sources)
	m = m.regroup()
	if !m.moved || m.at(m.chosen) < 0 {
		m.chosen = m.suspectGroup()
	}
	if m.moved {
		m = m.followCommit(stood)
	}
	m = m.keepRows(old)
	var kept []gitops.Hash
	for _, h := range m.selected {
		if _, ok := m.index[h]; ok {
			kept = append(kept, h)
		}
	}
	m.selected = kept
	return m
}

// reindex makes the commits of the snapshot and the suspects beyond it known.
func (m Model) reindex() Model {
	m.haystack = nil
	m.index = make(map[gitops.Hash]int, len(m.snap.Commits))
	for i, c := range m.snap.Commits {
		m.index[c.Hash] = i
	}
	for _, c := range m.rank.names {
		if _, ok := m.index[c.Hash]; !ok {
			m.index[c.Hash] = len(m.snap.Commits)
			m.snap.Commits = append(m.snap.Commits[:len(m.snap.Commits):len(m.snap.Commits)], c)
		}
	}
	return m
}

// forgetFailures lets a refresh ask again for what failed: it may work now.
func (m Model) forgetFailures() {
	for h, v := range m.verdicts {
		if v.err != nil {
			delete(m.verdicts, h)
		}
	}
	for h, t := range m.touches {
		if t.err != nil {
			delete(m.touches, h)
		}
	}
}

// groupsOf counts redeployments from the oldest on, so that a new one leaves
// the keys of the others alone.
func groupsOf(batches []gitops.Batch) []group {
	out := make([]group, len(batches))
	seen := make(map[groupKey]int, len(batches))
	for i := len(batches) - 1; i >= 0; i-- {
		k := groupKey{commit: batches[i].Deployment.Commit, tag: batches[i].Deployment.Tag}
		seen[k]++
		k.nth = seen[k]
		out[i] = group{key: k, batch: batches[i]}
	}
	return out
}

// suspectGroup is where the suspect most likely is: in what production runs,
// not in what it does not have yet.
func (m Model) suspectGroup() groupKey {
	var newest groupKey
	for i := len(m.groups) - 1; i >= 0; i-- {
		if m.groups[i].isDeployment() {
			newest = m.groups[i].key
		}
	}
	d := m.snap.Deployed
	if back := m.snap.Rollback; back != nil && !back.Onward {
		// Production went back from it for a reason.
		d = &back.Left
	}
	if d != nil {
		for _, g := range m.groups {
			if g.isDeployment() && g.key.commit == d.Commit && (d.Tag == "" || g.key.tag == d.Tag) {
				return g.key
			}
		}
	}
	return newest
}

// keepRows moves each cursor whose commit has gone to the row at the same
// place.
func (m Model) keepRows(old []group) Model {
	cursor := make(map[groupKey]gitops.Hash, len(m.cursor))
	for _, g := range m.groups {
		h, ok := m.cursor[g.key]
		if !ok {
			continue
		}
		if place(g.batch.Commits, h) < 0 {
			h = neighbour(old, g, h)
		}
		if !h.IsZero() {
			cursor[g.key] = h
		}
	}
	m.cursor = cursor
	return m
}

// followCommit goes where the commit under the cursor has gone: what was
// unreleased may be in a deployment now, and a deployment may have got its tag.
func (m Model) followCommit(h gitops.Hash) Model {
	if h.IsZero() || place(m.current().batch.Commits, h) >= 0 {
		return m
	}
	for _, g := range m.groups {
		if place(g.batch.Commits, h) >= 0 {
			m.chosen = g.key
			return m.standOn(h)
		}
	}
	return m
}

func neighbour(old []group, now group, h gitops.Hash) gitops.Hash {
	for _, o := range old {
		if i := place(o.batch.Commits, h); o.key == now.key && i >= 0 && len(now.batch.Commits) > 0 {
			return now.batch.Commits[min(i, len(now.batch.Commits)-1)]
		}
	}
	return gitops.Hash{}
}

func place(list []gitops.Hash, h gitops.Hash) int {
	for i, x := range list {
		if x == h {
			return i
		}
	}
	return -1
}

// at is the row of a group on the left, -1 where there is none.
func (m Model) at(k groupKey) int {
	for i, g := range m.groups {
		if g.key == k {
			return i
		}
	}
	return -1
}

// current is the chosen group; a zero group before the first snapshot.
func (m Model) current() group {
	if i := m.at(m.chosen); i >= 0 {
		return m.groups[i]
	}
	return group{}
}

// row is the index of the cursor among the shown commits of the chosen group;
// -1 when none is shown.
func (m Model) row() int {
	g := m.current()
	if len(g.shown) == 0 {
		return -1
	}
	return max(0, place(g.shown, m.cursor[g.key]))
}

// Cursor is the commit under the cursor; zero when there is none.
func (m Model) Cursor() gitops.Hash {
	if i := m.row(); i >= 0 {
		return m.current().shown[i]
	}
	return gitops.Hash{}
}

// Selected are the commits that Enter would act on beyond the cursor.
func (m Model) Selected() []gitops.Hash { return m.selected }

func (m Model) commit(h gitops.Hash) (gitops.Commit, bool) {
	i, ok := m.index[h]
	if !ok {
		return gitops.Commit{Hash: h}, false
	}
	return m.snap.Commits[i], true
}
