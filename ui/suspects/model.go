package suspects

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// field is one of the places to write in.
type field uint8

const (
	fieldTrace field = iota
	fieldWords
	fieldPaths
	fieldBegan
	fieldRuns
	fieldFile
	fields
)

// Model is the screen. The zero Model is not usable; see New.
type Model struct {
	th  *theme.Theme
	now func() time.Time

	snap   gitops.Snapshot
	sheets [fields]sheet
	at     field
	// answers are what was found out by trying so far.
	answers []gitops.Answer

	// lookup numbers what production runs as somebody says; seeking says that it is
	// being found.
	lookup  int
	seeking bool

	// load numbers the file that is wanted.
	load    int
	loading string

	// says is what production answers.
	says string
	// typedAt is when text was last typed into the trace, key by key.
	typedAt time.Time
	// places is how many places in code the trace names; unread says that it was
	// not read since changedAt.
	places    int
	unread    bool
	changedAt time.Time

	width, height int
	notice        string
}

// New makes an empty screen.
func New(th *theme.Theme, now func() time.Time) Model {
	m := Model{th: th, now: now, width: 80, height: 20}
	for f := range fields {
		m.sheets[f] = newSheet(f != fieldTrace)
	}
	return m
}

// Open shows it again as it was left, with the answers that were given since.
// says is what production itself answers, empty where it is well or nobody asks.
func (m Model) Open(snap gitops.Snapshot, answers []gitops.Answer, says string) Model {
	m.snap, m.answers, m.notice, m.loading, m.says, m.seeking = snap, answers, "", "", says, false
	m.at = fieldTrace
	return m.seen()
}

// Elsewhere leaves behind what production was said to run: another environment is
// looked at.
func (m Model) Elsewhere() Model {
	m.sheets[fieldRuns], m.answers = newSheet(true), nil
	return m
}

// Means reports whether a key leads anywhere now.
func (m Model) Means(a keys.Action) bool {
	switch a {
	case keys.TakeAnswer:
		return m.says != ""
	case keys.ForgetAnswers:
		return len(m.answers) > 0
	default:
		return true
	}
}

// Update takes facts and raw keys.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case Loaded:
		return m.loaded(msg), nil
	case Rested:
		return m.rested()
	case RunsFound:
		return m.found(msg)
	case Recalled:
		if len(m.answers) == 0 {
			m.answers = msg.Answers
		}
	case NotForgotten:
		m.notice = "forgotten here, but it counts again the next time: " + wording.Problem(msg.Err)
	case tea.KeyMsg:
		return m.typed(msg)
	}
	return m, nil
}

// Act takes what a person wants.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	m.notice, m.seeking = "", false
	switch a {
	case keys.Rank:
		return m.rank()
	case keys.NextField:
		if m.bursting() {
			return m.insert("\t", true)
		}
		m.at = (m.at + 1) % fields
	case keys.PrevField:
		m.at = (m.at + fields - 1) % fields
	case keys.ClearAll:
		for f := range fields {
			m.sheets[f] = newSheet(f != fieldTrace)
		}
		m.at, m.places, m.unread = fieldTrace, 0, false
		m, cmd := m.forget()
		m.notice = "all cleared, the answers too; ctrl+s ranks without them"
		return m, cmd
	case keys.ForgetAnswers:
		return m.forget()
	case keys.TakeAnswer:
		if m.says == "" {
			m.notice = "production says nothing that could be taken"
			return m, nil
		}
		m.at = fieldTrace
		return m.insert(m.says, false)
	case keys.Back:
		return m, send(Closed{})
	}
	return m, nil
}

// forget drops what was tried, here and for whoever asks next.
func (m Model) forget() (Model, tea.Cmd) {
	m.notice = "nothing was tried that could be forgotten"
	if len(m.answers) > 0 {
		m.notice = "forgotten: " + wording.Count(len(m.answers), "answer") + "; ctrl+s ranks without"
	}
	m.answers = nil
	return m, send(ForgetWanted{})
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// typed takes a raw key for the open field.
func (m Model) typed(k tea.KeyMsg) (Model, tea.Cmd) {
	m.notice, m.seeking = "", false
	switch {
	case k.Alt && len(k.Runes) == 1 && !k.Paste:
		// esc and a key that followed at once, in one read: no text.
		return m, nil
	case k.Type == tea.KeyRunes || k.Type == tea.KeySpace:
		if !k.Paste {
			m.typedAt = m.now()
		}
		return m.insert(string(k.Runes), !k.Paste)
	case k.Type == tea.KeyEnter && m.at == fieldTrace:
		m.typedAt = m.now()
		return m.insert("\n", true)
	case k.Type == tea.KeyEnter && m.at == fieldFile:
		return m.wantFile()
	case k.Type == tea.KeyEnter:
		return m.rank()
	}
	next, done := m.sheets[m.at].key(k)
	edited := next.size != m.sheets[m.at].size
	m.sheets[m.at] = next
	if edited {
		return m.changed(true)
	}
	switch {
	case done:
	case k.Type == tea.KeyUp && m.at > fieldTrace:
		m.at--
	case k.Type == tea.KeyDown && m.at < fields-1:
		m.at++
	}
	return m, nil
}

func (m Model) insert(text string, typed bool) (Model, tea.Cmd) {
	next, whole := m.sheets[m.at].insert(text)
	m.sheets[m.at] = next
	switch {
	case whole:
	case next.single:
		m.notice = "too long: the first " + wording.Number(longestLine) + " characters are kept"
	default:
		m.notice = "too long: the last " + wording.Number(longest) + " characters are kept"
	}
	return m.changed(typed)
}

// bursting reports whether keys come faster into the trace than anybody types:
// a terminal that does not bracket pastes sends their tabs as keys, and a tab
// must not lead out of the field in the middle of a trace.
func (m Model) bursting() bool {
	const faster = 20 * time.Millisecond
	return m.at == fieldTrace && !m.typedAt.IsZero() && m.now().Sub(m.typedAt) < faster
}

// wantFile asks for the file that is named; with no name it ranks, as enter does
// in the other fields.
func (m Model) wantFile() (Model, tea.Cmd) {
	path := strings.TrimSpace(m.sheets[fieldFile].text())
	if path == "" {
		return m.rank()
	}
	m.load++
	m.loading = path
	return m, send(LoadWanted{ID: m.load, Path: path})
}

// loaded puts the file's text in the place of the trace, so that loading twice
// does not count it twice.
func (m Model) loaded(msg Loaded) Model {
	if msg.ID != m.load || m.loading == "" {
		return m
	}
	m.loading = ""
	if msg.Err != nil {
		m.notice = "not loaded: " + wording.Problem(msg.Err)
		return m
	}
	text, whole := m.sheets[fieldTrace].filled(msg.Text)
	m.sheets[fieldTrace], m.sheets[fieldFile], m.at = text, newSheet(true), fieldTrace
	m.sheets[fieldTrace].row, m.sheets[fieldTrace].col = 0, 0
	m = m.read()
	m.notice = wording.Count(len(text.lines), "line") + " of " + term.Clean(msg.Path) + "; ctrl+s ranks"
	if msg.Cut || !whole {
		m.notice = "the last " + m.notice
	}
	return m
}

// Evidence is what is written; ok is false where the time cannot be read.
func (m Model) Evidence() (e gitops.Evidence, ok bool) {
	e = e.Answered(m.answers)
	if !m.sheets[fieldTrace].empty() {
		e.Trace = m.sheets[fieldTrace].text()
	}
	e.Text = strings.TrimSpace(m.sheets[fieldWords].text())
	if m.places == 0 {
		// No trace: what was pasted is an error's text, and counts as that.
		e.Text = strings.TrimSpace(e.Text + "\n" + e.Trace)
	}
	e.Paths = strings.FieldsFunc(m.sheets[fieldPaths].text(), func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	e.At, ok = wording.When(m.sheets[fieldBegan].text(), m.now())
	return e, ok
}

func (m Model) rank() (Model, tea.Cmd) {
	m = m.seen()
	if path := strings.TrimSpace(m.sheets[fieldFile].text()); path != "" {
		m.at, m.notice = fieldFile, "the file is not loaded yet: ⏎ loads it, ctrl+u leaves it"
		return m, nil
	}
	e, ok := m.Evidence()
	if !ok {
		m.at, m.notice = fieldBegan, "when? such as 14:02 (UTC), 2024-05-06 14:02, 20 min ago"
		return m, nil
	}
	if name := m.runs(); name != "" {
		// Looked up each time: a branch may have moved since.
		m.lookup++
		m.seeking = true
		return m, send(RunsWanted{ID: m.lookup, Name: name})
	}
	return m, send(RankWanted{Evidence: e})
}

// runs is what production runs on the person's word, empty where they leave it to
// what is known.
func (m Model) runs() string { return strings.TrimSpace(m.sheets[fieldRuns].text()) }

// found ranks by what production is said to run.
func (m Model) found(msg RunsFound) (Model, tea.Cmd) {
	if !m.seeking || msg.ID != m.lookup {
		return m, nil
	}
	m.seeking = false
	if msg.Err != nil {
		m.at, m.notice = fieldRuns, wording.Problem(msg.Err)
		return m, nil
	}
	e, _ := m.Evidence()
	e.Runs = msg.Commit
	return m, send(RankWanted{Evidence: e})
}
