package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

const trace = "panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.total(...)\n\t/build/shop/app/price/total.go:41 +0x1d\nmail to ann@shop.example token=abcdefgh\n"

// order ranks the commits of v1.42.0, the last one first, without those that
// answers rule out.
func order(e gitops.Evidence) (gitops.Suspects, error) {
	s := gitops.Suspects{Deployed: hash(3), Why: "drill says that v1.42.0 is live", Suspect: "v1.42.0", Frames: 1, Unplaced: 1}
	for n := 7; n >= 3; n-- {
		if slices.Contains(e.Good, hash(8)) && n > 5 {
			continue
		}
		s.Ranked = append(s.Ranked, gitops.Suspicion{
			Commit: hash(n), Rank: len(s.Ranked) + 1, Deployment: "v1.42.0",
			Reasons: []gitops.Reason{{Kind: gitops.ReasonLine, Text: fmt.Sprintf("changed app/price/total.go:%d, the line that fails, in v1.42.0", 34+n)}},
		})
	}
	s.Undecided = e.Trace == ""
	s.Try = gitops.Halving{Commit: hash(8), Name: "v1.41.3", Good: 2, Bad: 1}
	return s, nil
}

func ranker() *world {
	w := newWorld()
	w.sources.ranking = order
	return w
}

func paste(text string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}
}

func ctrl(t tea.KeyType) tea.KeyMsg { return tea.KeyMsg{Type: t} }

// accuse goes through the evidence to the ranked list.
func accuse(l *loop, text string) {
	l.t.Helper()
	l.until("settled", settled)
	l.key("s")
	l.send(paste(text))
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", func(m Model) bool { return m.screen == keys.Timeline && shows("sort: suspects")(m) })
}

func TestATraceLeadsToItsCulprit(t *testing.T) {
	w := ranker()
	l := start(t, w, Options{NoFetch: true})
	accuse(l, trace)
	if got := l.m.timeline.Cursor(); got != hash(7) {
		t.Errorf("the highlight is on %s, the first suspect is %s", got.Short(), hash(7).Short())
	}
	if !shows("WHY FIRST  changed app/price/total.go:41")(l.m) {
		t.Errorf("no reason:\n%s", ansi.Strip(l.m.View()))
	}
	if got := w.sources.ranked[0]; got.Trace != strings.TrimSuffix(trace, "\n")+"\n" {
		t.Errorf("the trace was changed: %q", got.Trace)
	}
	// Back to the order of time, on the same commit, and forth again.
	l.key("t")
	if l.m.timeline.Cursor() != hash(7) || !shows("sort: time")(l.m) {
		t.Errorf("not in order of time, or elsewhere:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("t", "j")
	if l.m.timeline.Cursor() != hash(6) {
		t.Error("the order of suspicion did not come back")
	}
	// What was told is still there, and enter previews the suspect.
	l.key("s")
	if !shows("goroutine 1 [running]:")(l.m) {
		t.Errorf("the trace has gone:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("esc")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	l.key("enter")
	l.until("the preview of the suspect", func(m Model) bool { return m.screen == keys.Preview && m.asked.Commits[0] == hash(6) })
}

func TestNewEvidenceEndsTheRankingUnderWay(t *testing.T) {
	w := ranker()
	w.sources.rankGate = make(chan struct{})
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s")
	l.send(paste("first"))
	l.send(ctrl(tea.KeyCtrlS))
	l.until("asked", func(Model) bool { w.mu.Lock(); defer w.mu.Unlock(); return len(w.sources.ranked) == 1 })
	if !shows("ranking…")(l.m) {
		t.Errorf("nobody says so:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("s")
	l.send(paste(" second"))
	l.send(ctrl(tea.KeyCtrlD))
	l.until("the first one ended", func(Model) bool { w.mu.Lock(); defer w.mu.Unlock(); return w.sources.dropped == 1 })
	if shows("cannot be ranked")(l.m) {
		t.Error("a ranking that was given up is told as a failure")
	}
	close(w.sources.rankGate)
	l.until("ranked", shows("sort: suspects"))
	if got := w.sources.ranked[1].Trace; got != "first second" {
		t.Errorf("ranked by %q", got)
	}
}

func TestWhoeverMovedMeanwhileStays(t *testing.T) {
	w := ranker()
	w.sources.rankGate = make(chan struct{})
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s")
	l.send(ctrl(tea.KeyCtrlS))
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	l.key("j")
	at := l.m.timeline.Cursor()
	close(w.sources.rankGate)
	l.until("ranked", shows("sort: suspects"))
	if got := l.m.timeline.Cursor(); got != at {
		t.Errorf("taken from %s to %s", at.Short(), got.Short())
	}
}

func TestAnswersHalveTheSuspects(t *testing.T) {
	w := ranker()
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("w")
	if len(w.sources.ranked) != 0 {
		t.Error("an answer to no question was taken")
	}
	l.key("s")
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", shows("TRY  v1.41.3: it halves 3 suspects"))
	l.key("w")
	l.until("fewer", shows("v1.41.3 works: 3 suspects left; u takes it back"))
	if e := w.sources.ranked[1]; len(e.Good) != 1 || e.Good[0] != hash(8) {
		t.Errorf("told %+v", e)
	}
	l.key("s")
	if !shows("TRIED  v1.41.3 works")(l.m) {
		t.Errorf("the answer is not remembered:\n%s", ansi.Strip(l.m.View()))
	}
	// A deployment that is pointed at is answered about before the proposal.
	l.key("esc")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	l.key("h", "g", "j", "j", "b")
	l.until("bad", func(m Model) bool { return len(m.suspects.evidence.Bad) == 1 && !m.timeline.AwaitsRanking() })
	if got := l.m.suspects.evidence.Bad[0]; got != hash(3) {
		t.Errorf("the answer was about %s", got.Short())
	}
}

// TestAnswersOutliveTheScreen: those of an earlier run are told before anything
// is ranked, a slip is taken back, and forgetting reaches what is kept.
func TestAnswersOutliveTheScreen(t *testing.T) {
	w := ranker()
	w.sources.kept = []gitops.Answer{{Commit: hash(8), Good: true, At: noon.Add(-5 * time.Minute)}}
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s")
	l.until("told", shows("TRIED  v1.41.3 works, as you said 5 min ago"))
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", shows("sort: suspects"))
	if got := len(w.sources.kept); got != 1 || !shows("3 in v1.42.0 and before")(l.m) {
		t.Fatalf("%d kept:\n%s", got, ansi.Strip(l.m.View()))
	}
	l.key("b")
	l.until("changed their mind", func(m Model) bool { return len(m.suspects.evidence.Bad) == 1 && !m.timeline.AwaitsRanking() })
	l.key("u")
	l.until("taken back", shows("taken back what was said of v1.41.3: 5 suspects left"))
	if len(w.sources.kept) != 0 || len(l.m.suspects.answers) != 0 {
		t.Errorf("kept %v, on the screen %v", w.sources.kept, l.m.suspects.answers)
	}
	l.key("u")
	if !shows("nothing was said to work")(l.m) {
		t.Errorf("no word:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("w")
	l.until("again", func(m Model) bool { return len(m.suspects.answers) == 1 && !m.timeline.AwaitsRanking() })
	l.key("s")
	l.send(ctrl(tea.KeyCtrlX))
	l.until("forgotten", func(Model) bool { w.mu.Lock(); defer w.mu.Unlock(); return len(w.sources.kept) == 0 })
	if shows("TRIED")(l.m) || !shows("forgotten: 1 answer")(l.m) {
		t.Errorf("still there:\n%s", ansi.Strip(l.m.View()))
	}
	l.send(ctrl(tea.KeyCtrlS))
	l.until("all of them", func(m Model) bool { return shows("5 in v1.42.0 and before")(m) && !m.timeline.AwaitsRanking() })
}

// Where the answers leave nobody, what leads on is said, and leads on.
func TestAnswersThatRuleOutAll(t *testing.T) {
	w := ranker()
	w.sources.ranking = func(e gitops.Evidence) (gitops.Suspects, error) {
		s, err := order(e)
		if len(e.Bad) > 0 {
			s.Ranked, s.Notices = nil, []gitops.Notice{{Code: gitops.NoticeAllCleared, Text: "every suspect is ruled out"}}
		}
		return s, err
	}
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s")
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", shows("TRY"))
	l.key("b")
	l.until("nobody", shows("no suspect is left: one of the answers is wrong"))
	if !shows("every suspect is ruled out (u takes the last one back)")(l.m) {
		t.Errorf("no way on:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("u")
	l.until("back again", shows("taken back what was said of v1.41.3: 5 suspects left"))
}

func TestAnswersThatCannotBeForgottenAreTold(t *testing.T) {
	w := ranker()
	w.sources.kept = []gitops.Answer{{Commit: hash(8), Good: true, At: noon}}
	w.sources.forgetErr = errors.New("read-only file system")
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s")
	l.until("told", shows("TRIED"))
	l.send(ctrl(tea.KeyCtrlX))
	l.until("told", shows("it counts again the next time: read-only file system"))
}

func TestWhatProductionRunsIsASayOfThePerson(t *testing.T) {
	w := ranker()
	w.sources.named = map[string]gitops.Hash{"main": hash(1)}
	w.sources.ranking = func(e gitops.Evidence) (gitops.Suspects, error) {
		s, err := order(e)
		if e.Runs.IsZero() {
			s.Notices = []gitops.Notice{{Code: gitops.NoticeAheadHit, Text: "4381aa7 and 1 more, beyond v1.42.0, changed a line of the trace"}}
		}
		return s, err
	}
	l := start(t, w, Options{NoFetch: true})
	accuse(l, "the total is wrong")
	if !shows("4381aa7 and 1 more, beyond v1.42.0, changed a line of the trace (if it is live: s, RUNS)")(l.m) {
		t.Errorf("nobody says that it may be otherwise:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("s", "tab", "tab", "tab", "tab", "mian")
	l.send(tea.KeyMsg{Type: tea.KeyEnter})
	l.until("refused", shows("mian stands for no commit here — give a branch or a tag"))
	if l.m.screen != keys.Evidence {
		t.Error("it ranks by what it does not know")
	}
	l.send(ctrl(tea.KeyCtrlU))
	l.key("main")
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", func(m Model) bool { return m.screen == keys.Timeline && !m.timeline.AwaitsRanking() })
	w.mu.Lock()
	last := w.sources.ranked[len(w.sources.ranked)-1]
	w.mu.Unlock()
	if last.Runs != hash(1) || last.Trace != "the total is wrong" || shows("beyond v1.42.0")(l.m) {
		t.Errorf("ranked by %+v:\n%s", last, ansi.Strip(l.m.View()))
	}
	// Another environment runs something else, and was not tried.
	l.key("h", "j", "j", "w")
	l.until("answered", func(m Model) bool { return len(m.suspects.answers) == 1 && !m.timeline.AwaitsRanking() })
	m, _ := l.m.environment("staging")
	if e := m.suspects.evidence; !e.Runs.IsZero() || len(e.Good) > 0 || e.Trace != last.Trace {
		t.Errorf("taken along: %+v", e)
	}
}

func TestAFileOfEvidence(t *testing.T) {
	w := ranker()
	w.sources.excerpts = map[string]string{"/tmp/trace": "at a\nat b\nat c\n"}
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s", "tab", "tab", "tab", "tab", "tab", "/tmp/none", "enter")
	l.until("refused", shows("is not there"))
	l.send(ctrl(tea.KeyCtrlU))
	l.key("/tmp/trace", "enter")
	l.until("loaded", shows("4 lines of /tmp/trace"))
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", shows("sort: suspects"))
	if got := w.sources.ranked[0].Trace; got != "at a\nat b\nat c\n" {
		t.Errorf("ranked by %q", got)
	}
}

func TestSharedTracesAreMasked(t *testing.T) {
	th, _ := theme.New(theme.Dark, theme.Options{Share: true, Depth: term.DepthTrue})
	for _, width := range []int{60, 80, 100} {
		l := start(t, ranker(), Options{NoFetch: true, Share: true, Theme: th})
		l.send(tea.WindowSizeMsg{Width: width, Height: 30})
		l.until("settled", settled)
		l.key("s")
		l.send(paste(trace + strings.Repeat("x", width-14) + " token=abcdefghijkl\nAuthorization: Bearer abcdefghijkl\n-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdefghijkl\n-----END RSA PRIVATE KEY-----\n"))
		for range 12 {
			frame := ansi.Strip(l.m.View())
			for _, secret := range []string{"ann@", "abcdef", "ghijkl", "MIIE"} {
				if strings.Contains(frame, secret) {
					t.Fatalf("at %d %q is seen by all:\n%s", width, secret, frame)
				}
			}
			l.send(tea.KeyMsg{Type: tea.KeyUp})
			l.send(tea.KeyMsg{Type: tea.KeyEnd})
		}
	}
}

// A terminal that does not bracket pastes sends reads of many characters, line
// ends and tabs as keys between them.
func TestABareBurstIsTheSameTrace(t *testing.T) {
	w := ranker()
	l := start(t, w, Options{NoFetch: true})
	l.until("settled", settled)
	l.key("s", "panic: qq")
	l.send(tea.KeyMsg{Type: tea.KeyEnter})
	l.send(tea.KeyMsg{Type: tea.KeyTab})
	l.key("total.go:41 DR")
	l.send(ctrl(tea.KeyCtrlS))
	l.until("ranked", shows("sort: suspects"))
	if got := w.sources.ranked[0].Trace; got != "panic: qq\n\ttotal.go:41 DR" {
		t.Errorf("ranked by %q", got)
	}
}

func TestShippingEndsTheSuspicion(t *testing.T) {
	l := start(t, ranker(), Options{NoFetch: true})
	accuse(l, trace)
	l.key("enter")
	gate(l)
	l.key("v1.42.1", "enter")
	l.until("the outcome", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
	l.key("enter")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	if shows("SUSPECTS")(l.m) || shows("sort: suspects")(l.m) {
		t.Errorf("still suspected:\n%s", ansi.Strip(l.m.View()))
	}
	l.key("s")
	if !shows("goroutine 1 [running]:")(l.m) {
		t.Error("what was told is gone, should the remedy not have helped")
	}
}

func TestGoldenEvidence(t *testing.T) {
	for _, size := range rooms {
		l := start(t, ranker(), Options{NoFetch: true})
		l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		l.until("settled", settled)
		l.key("s")
		golden(t, fmt.Sprintf("evidence-empty-%dx%d", size[0], size[1]), l.m)
		l.send(paste(trace))
		l.key("tab", "totals off", "tab", "app/price", "tab", "14:02")
		golden(t, fmt.Sprintf("evidence-%dx%d", size[0], size[1]), l.m)
		l.send(ctrl(tea.KeyCtrlS))
		l.until("ranked", shows("sort: suspects"))
		l.until("settled", settled)
		golden(t, fmt.Sprintf("ranked-%dx%d", size[0], size[1]), l.m)
	}
}

// TestWhatIsLeftOutWithoutAWordOfThePersonIsSeen: a remedy that was shipped, answers
// of an earlier run. Who does not see it takes what is left for all there is.
func TestWhatIsLeftOutWithoutAWordOfThePersonIsSeen(t *testing.T) {
	for code, way := range map[string]string{
		gitops.NoticeRemedy: " (it began since? s, BEGAN)", gitops.NoticeRecalled: " (s, then ctrl+x forgets it)", gitops.NoticeBelieved: "",
		gitops.NoticeUnknownPath: "", gitops.NoticeNoFrames: "",
	} {
		w := ranker()
		w.sources.ranking = func(e gitops.Evidence) (gitops.Suspects, error) {
			s, err := order(e)
			s.Notices = []gitops.Notice{{Code: code, Text: "something is left out"}, {Code: gitops.NoticeNotDeployed, Text: "3 commits are not deployed"}}
			return s, err
		}
		l := start(t, w, Options{NoFetch: true})
		accuse(l, "the total is wrong")
		if !shows(" something is left out"+way+" ")(l.m) || shows("3 commits are not deployed")(l.m) {
			t.Errorf("%s:\n%s", code, ansi.Strip(l.m.View()))
		}
	}
}
