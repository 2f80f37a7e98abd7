// Package leftover shows what an earlier run left: one that was broken off,
// that waits for its pull request, or that somebody else is at.
//
// Promise: a person who starts the program after something went wrong learns
// first what the remote holds of it, and nothing goes on but at their word.
//
// Rules it keeps:
//   - what the remote holds is asked of the remote; until it has answered, or
//     where it does not, the screen says that it is not known;
//   - answers are numbered: one for another run, or for an earlier question, is
//     dropped;
//   - closing a run takes a reason in words, which goes into its record, and
//     never touches the remote;
//   - going on with a run that sends anything leads through the gate.
package leftover

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

// StandingWanted asks what the remote holds of a run.
type StandingWanted struct {
	ID  int
	Run gitops.Run
}

// StandingReady answers StandingWanted.
type StandingReady struct {
	ID       int
	Standing gitops.Standing
	Err      error
}

// CarryOnWanted asks for the way that the standing says.
type CarryOnWanted struct{ Standing gitops.Standing }

// CloseWanted asks for the run to be given up, for the reason Why.
type CloseWanted struct {
	ID  int
	Run gitops.Run
	Why string
}

// CloseFailed answers CloseWanted where it did not work.
type CloseFailed struct {
	ID  int
	Err error
}

// Closed says that the person leaves it for later; nothing happened.
type Closed struct{}

// maxWhy bounds a reason, in bytes.
const maxWhy = 400

// Model is the screen. The zero Model is not usable; see New.
type Model struct {
	th   *theme.Theme
	now  func() time.Time
	runs []gitops.Run
	at   int

	// id numbers the questions; an answer to an earlier one is void.
	id     int
	asking bool
	asked  time.Time
	// known says that st answers for the run that is shown.
	known bool
	st    gitops.Standing
	err   error

	// closing is the field for the reason, why what stands in it, sent that the
	// run is being closed.
	closing bool
	why     string
	sent    bool

	notice                string
	scroll, width, height int
}

// New opens the screen on runs, of which there is at least one, at the one with
// that place. ask says whether the remote may be asked at once.
func New(th *theme.Theme, runs []gitops.Run, at int, ask bool, now func() time.Time) (Model, tea.Cmd) {
	m := Model{th: th, now: now, runs: runs, at: max(0, min(at, len(runs)-1)), width: 80, height: 24}
	if !ask {
		return m, nil
	}
	return m.ask()
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

func (m Model) run() gitops.Run { return m.runs[m.at] }

// ask puts the question to the remote. A run that is under way is not asked
// about: whoever is at it may be in the middle of its push.
func (m Model) ask() (Model, tea.Cmd) {
	m.id++
	m.known, m.err, m.st = false, nil, gitops.Standing{}
	m.asking, m.asked = m.run().State != gitops.RunUnderWay, m.now()
	if !m.asking {
		return m, nil
	}
	return m, tea.Batch(send(StandingWanted{ID: m.id, Run: m.run()}), m.beat())
}

func (m Model) beat() tea.Cmd {
	id := m.id
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return ticked{id} })
}

// ticked belongs to one question, so that a new one does not double the beat.
type ticked struct{ id int }

// Capturing reports whether raw keys go to Update.
func (m Model) Capturing() bool { return m.closing && !m.sent }

// Update takes facts, and raw keys while Capturing.
func (m Model) Update(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case StandingReady:
		if msg.ID == m.id && m.asking {
			m.asking, m.known, m.st, m.err = false, msg.Err == nil, msg.Standing, msg.Err
		}
	case CloseFailed:
		if msg.ID == m.id {
			m.closing, m.sent = false, false
			m.notice = "not closed: " + term.Clean(msg.Err.Error())
		}
	case ticked:
		if msg.id == m.id && m.asking {
			return m, m.beat()
		}
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyMsg:
		if m.Capturing() {
			return m.typed(msg)
		}
	}
	return m, nil
}

// Means reports whether an action leads anywhere now.
func (m Model) Means(a keys.Action) bool {
	switch a {
	case keys.CarryOn:
		return m.known && m.st.Onward != gitops.OnwardNothing
	case keys.GiveUp:
		return m.run().State != gitops.RunUnderWay && !m.sent
	case keys.NextPane:
		return len(m.runs) > 1
	case keys.Up, keys.Down:
		return len(m.body(m.width)) > m.bodyRows()
	default:
		return true
	}
}

// Act takes what a person wants.
func (m Model) Act(a keys.Action) (Model, tea.Cmd) {
	m.notice = ""
	switch a {
	case keys.Back:
		return m, send(Closed{})
	case keys.Refresh:
		if m.run().State == gitops.RunUnderWay {
			// Only the disk tells when the other one is done.
			return m, send(LookAgain{ID: m.run().ID})
		}
		if m.asking {
			m.notice = "asking already"
			return m, nil
		}
		return m.ask()
	case keys.NextPane:
		if len(m.runs) > 1 {
			m.at, m.scroll = (m.at+1)%len(m.runs), 0
			return m.ask()
		}
	case keys.CarryOn:
		return m.carryOn()
	case keys.GiveUp:
		return m.giveUp(), nil
	default:
		m.scroll = m.scrolled(a)
	}
	return m, nil
}

// LookAgain asks for the runs as they are on disk now, at the one of that id.
type LookAgain struct{ ID string }

func (m Model) carryOn() (Model, tea.Cmd) {
	switch {
	case m.run().State == gitops.RunUnderWay:
		m.notice = "somebody is at it: " + wording.RunState(m.run())
	case m.asking:
		m.notice = "wait for the answer: nothing goes on before it is known what the remote holds"
	case !m.known:
		m.notice = "ask first: r asks the remote what it holds"
	case m.st.Onward == gitops.OnwardNothing:
		m.notice = "nothing can be carried on here: " + term.Clean(m.st.Next)
	default:
		return m, send(CarryOnWanted{Standing: m.st})
	}
	return m, nil
}

func (m Model) giveUp() Model {
	if m.run().State == gitops.RunUnderWay {
		m.notice = "somebody is at it: " + wording.RunState(m.run())
		return m
	}
	m.closing, m.why = true, ""
	return m
}

// typed takes one raw key for the reason.
func (m Model) typed(k tea.KeyMsg) (Model, tea.Cmd) {
	m.notice = ""
	switch k.Type {
	case tea.KeyEsc:
		m.closing = false
		m.notice = "not closed"
	case tea.KeyEnter:
		why := strings.TrimSpace(m.why)
		if why == "" {
			m.notice = "say why, in a few words: it goes into the record"
			return m, nil
		}
		m.sent = true
		return m, send(CloseWanted{ID: m.id, Run: m.run(), Why: why})
	case tea.KeyBackspace:
		if r := []rune(m.why); len(r) > 0 {
			m.why = string(r[:len(r)-1])
		}
	case tea.KeyCtrlU:
		m.why = ""
	case tea.KeyRunes, tea.KeySpace:
		if next := m.why + strings.Join(strings.Fields(" "+string(k.Runes)+" "), " "); !k.Alt && len(next) <= maxWhy {
			m.why = next
			if k.Type == tea.KeySpace {
				m.why += " "
			}
		}
	}
	return m, nil
}

func (m Model) scrolled(a keys.Action) int {
	page, last := m.bodyRows(), max(0, len(m.body(m.width))-m.bodyRows())
	to := m.scroll
	switch a {
	case keys.Up:
		to--
	case keys.Down:
		to++
	case keys.PageUp:
		to -= max(1, page-1)
	case keys.PageDown:
		to += max(1, page-1)
	case keys.Top:
		to = 0
	case keys.Bottom:
		to = last
	}
	return max(0, min(to, last))
}
