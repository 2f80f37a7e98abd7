package suspects

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
)

var noon = time.Date(2024, 5, 6, 14, 31, 0, 0, time.UTC)

func screen(share bool) Model {
	th, _ := theme.New(theme.Dark, theme.Options{Share: share, Depth: term.DepthTrue})
	return New(th, func() time.Time { return noon })
}

// A sheet holds what the same edits make of a plain text with a cursor.
func TestSheetIsTheTextThatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, text, at := newSheet(false), []rune{}, 0
		for range rapid.IntRange(1, 40).Draw(t, "edits") {
			switch rapid.IntRange(0, 5).Draw(t, "edit") {
			case 0, 1:
				put := rapid.SampledFrom([]string{"a", "line one\nline two\n", "\n", "日本", "\tx", "", "b c"}).Draw(t, "put")
				s, _ = s.insert(put)
				text = append(text[:at:at], append([]rune(put), text[at:]...)...)
				at += len([]rune(put))
			case 2:
				s, _ = s.key(tea.KeyMsg{Type: tea.KeyBackspace})
				if at > 0 {
					text = append(text[:at-1:at-1], text[at:]...)
					at--
				}
			case 3:
				s, _ = s.key(tea.KeyMsg{Type: tea.KeyLeft})
				at = max(0, at-1)
			case 4:
				s, _ = s.key(tea.KeyMsg{Type: tea.KeyRight})
				at = min(len(text), at+1)
			case 5:
				s, _ = s.key(tea.KeyMsg{Type: tea.KeyDelete})
				if at < len(text) {
					text = append(text[:at:at], text[at+1:]...)
				}
			}
			if s.text() != string(text) {
				t.Fatalf("%q, want %q", s.text(), string(text))
			}
			if s.size != len(text) {
				t.Fatalf("size %d of %d characters", s.size, len(text))
			}
		}
	})
}

func TestASheetTakesTextOnly(t *testing.T) {
	s, whole := newSheet(false).insert("\x1b[31mpanic\x1b[0m: nil\r\n\tat x\r\x07\x00\u009b31mend\u2028more")
	if got := s.text(); !whole || got != "panic: nil\n\tat x\n31mend\nmore" && got != "panic: nil\n\tat x\nend\nmore" {
		t.Errorf("%q, whole %v", got, whole)
	}
	one, _ := newSheet(true).insert("a\nb\r\nc")
	if one.text() != "a b c" {
		t.Errorf("%q in one line", one.text())
	}
	long, whole := newSheet(false).insert(strings.Repeat("x", longest) + "more")
	if whole || long.size != longest {
		t.Errorf("%d characters, whole %v", long.size, whole)
	}
	if again, whole := long.insert("y"); whole || again.size != longest || !strings.HasSuffix(again.text(), "morey") {
		t.Error("a full sheet does not keep the end")
	}
	line, whole := newSheet(true).insert(strings.Repeat("x", longestLine) + "more")
	if whole || line.size != longestLine {
		t.Errorf("a line of %d characters, whole %v", line.size, whole)
	}
}

// TestOfALongLogTheEndIsKept: what happened last stands there. Its lines are whole,
// and the cursor stays where it was in the text.
func TestOfALongLogTheEndIsKept(t *testing.T) {
	s, whole := newSheet(false).insert(strings.Repeat("INFO all is well\n", longest/16) + "panic: at the end\n\tat cart.go:30")
	if whole || s.size > longest || s.size < longest-17 || s.size != len([]rune(s.text())) {
		t.Fatalf("%d characters of %d, whole %v", s.size, len(s.text()), whole)
	}
	if got := s.text(); !strings.HasPrefix(got, "INFO all") || !strings.HasSuffix(got, "cart.go:30") {
		t.Errorf("from %q to %q", got[:20], got[len(got)-20:])
	}
	if s.row != len(s.lines)-1 || s.col != len(s.lines[s.row]) {
		t.Errorf("the cursor is at %d, %d of %d lines", s.row, s.col, len(s.lines))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := newSheet(false)
		for range rapid.IntRange(1, 3).Draw(t, "pastes") {
			line := strings.Repeat("x", rapid.SampledFrom([]int{0, 1, 1, 100, 100, longest / 3, longest + 5}).Draw(t, "length"))
			s, _ = s.insert(strings.Repeat(line+"\n", rapid.IntRange(0, 2).Draw(t, "lines")) + line)
			for range rapid.IntRange(0, 4).Draw(t, "up") {
				s, _ = s.vertical(-1)
			}
			if s.size > longest || s.size != len(s.text()) || s.row >= len(s.lines) || s.col > len(s.lines[s.row]) {
				t.Fatalf("size %d, text %d, cursor %d %d", s.size, len(s.text()), s.row, s.col)
			}
		}
	})
}

// TestATraceThatComesKeyByKeyIsReadOnce: a terminal that does not bracket pastes
// sends words and line ends; reading all of it for each would take minutes.
func TestATraceThatComesKeyByKeyIsReadOnce(t *testing.T) {
	now := noon
	m := screen(false)
	m.now = func() time.Time { return now }
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune(strings.Repeat("INFO all is well\n", atOnce/16))})
	waits := 0
	for range 200 {
		for _, k := range []tea.KeyMsg{{Type: tea.KeyRunes, Runes: []rune("\tat Cart.java")}, {Type: tea.KeyRunes, Runes: []rune("(Cart.java:30)")}, {Type: tea.KeyEnter}} {
			var cmd tea.Cmd
			if m, cmd = m.Update(k); cmd != nil {
				waits++
			}
		}
	}
	if waits != 1 || m.places != 0 || !strings.Contains(ansi.Strip(m.View(100, 26)), "reading…") {
		t.Fatalf("%d wait, %d places:\n%s", waits, m.places, ansi.Strip(m.View(100, 26)))
	}
	still, cmd := m.Update(Rested{})
	if cmd == nil || still.places != 0 {
		t.Error("it is read while it comes")
	}
	now = now.Add(rest)
	if read, cmd := still.Update(Rested{}); cmd != nil || read.places == 0 || read.unread {
		t.Errorf("%d places once it is there", read.places)
	}
	// Whoever ranks, or comes back, waits for nothing.
	if e := told(t, second(m.Act(keys.Rank))); e.Text != "" || e.Trace == "" {
		t.Errorf("ranked by %q as words", e.Text)
	}
	if again := m.Open(gitops.Snapshot{}, nil, ""); again.places == 0 {
		t.Error("not read when it is opened again")
	}
}

func second(_ Model, cmd tea.Cmd) tea.Cmd { return cmd }

// An earlier copy of the screen keeps its text, whatever is written later.
func TestEditsLeaveCopiesAlone(t *testing.T) {
	s, _ := newSheet(false).insert("one\ntwo")
	before := s.text()
	for _, k := range []tea.KeyMsg{{Type: tea.KeyBackspace}, {Type: tea.KeyCtrlU}, {Type: tea.KeyCtrlW}, {Type: tea.KeyUp}} {
		s.key(k)
		s.insert("zzz")
	}
	if s.text() != before {
		t.Errorf("%q", s.text())
	}
}

func told(t *testing.T, cmd tea.Cmd) gitops.Evidence {
	t.Helper()
	if cmd == nil {
		t.Fatal("nothing is asked for")
	}
	w, ok := cmd().(RankWanted)
	if !ok {
		t.Fatalf("got %#v", cmd())
	}
	return w.Evidence
}

func write(m Model, texts ...string) Model {
	for i, text := range texts {
		if i > 0 {
			m, _ = m.Act(keys.NextField)
		}
		m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
	}
	return m
}

func TestEvidence(t *testing.T) {
	m := write(screen(false), "main.go:3 failed", "totals off", "app/price, docs", "14:02")
	_, cmd := m.Act(keys.Rank)
	e := told(t, cmd)
	if e.Trace != "main.go:3 failed" || e.Text != "totals off" || strings.Join(e.Paths, "|") != "app/price|docs" || !e.At.Equal(noon.Add(-29*time.Minute)) {
		t.Errorf("%+v", e)
	}
	// Enter ranks from a field of one line, and an error without a place in it
	// counts by its words.
	m = write(screen(false), "connection reset by peer", "")
	_, cmd = m.Update(tea.KeyMsg{Type: tea.KeyEnter})
	if e := told(t, cmd); e.Text != "connection reset by peer" {
		t.Errorf("%+v", e)
	}
	m = write(screen(false), "", "", "", "whenever")
	if next, cmd := m.Act(keys.Rank); cmd != nil || next.at != fieldBegan || next.notice == "" {
		t.Error("a time that cannot be read is taken")
	}
	// What follows esc too closely to be told from alt is no text.
	if next, _ := m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("e"), Alt: true}); next.sheets[fieldBegan].text() != "whenever" {
		t.Errorf("alt+e is text: %q", next.sheets[fieldBegan].text())
	}
	// Enter is a line of the trace.
	m = write(screen(false), "a")
	m, cmd = m.Update(tea.KeyMsg{Type: tea.KeyEnter})
	if m.sheets[fieldTrace].text() != "a\n" || cmd != nil {
		t.Errorf("enter in a trace: %q", m.sheets[fieldTrace].text())
	}
}

// A terminal that does not bracket a paste sends its tabs as the key that leads
// to the next field.
func TestTabsOfABareBurstAreText(t *testing.T) {
	now := noon
	m := screen(false)
	m.now = func() time.Time { return now }
	for _, r := range "x\n" {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
		if r == '\n' {
			k = tea.KeyMsg{Type: tea.KeyEnter}
		}
		m, _ = m.Update(k)
		now = now.Add(time.Millisecond)
	}
	m, _ = m.Act(keys.NextField)
	if got := m.sheets[fieldTrace].text(); got != "x\n\t" || m.at != fieldTrace {
		t.Errorf("%q", got)
	}
	now = now.Add(time.Second)
	if m, _ = m.Act(keys.NextField); m.at != fieldWords {
		t.Error("a tab that somebody pressed does not lead on")
	}
}

func TestClearForgetsTheAnswers(t *testing.T) {
	h := gitops.HashObject(gitops.KindBlob, []byte("x"))
	m := screen(false).Open(gitops.Snapshot{}, []gitops.Answer{{Commit: h, Good: true, At: noon.Add(-5 * time.Minute)}}, "boom")
	if !strings.Contains(ansi.Strip(m.View(80, 20)), h.Short()+" works, as you said 5 min ago") {
		t.Error("the answer is not shown")
	}
	m, _ = m.Act(keys.TakeAnswer)
	if m.sheets[fieldTrace].text() != "boom" {
		t.Errorf("%q", m.sheets[fieldTrace].text())
	}
	m, _ = m.Act(keys.ClearAll)
	if e, _ := m.Evidence(); !e.IsZero() {
		t.Errorf("%+v", e)
	}
}

func TestALateFileIsDropped(t *testing.T) {
	m := write(screen(false), "", "", "", "", "", "a")
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyEnter})
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyEnter})
	m, _ = m.Update(Loaded{ID: 1, Text: "first"})
	if !m.sheets[fieldTrace].empty() {
		t.Error("the answer to the question before was taken")
	}
	m, _ = m.Update(Loaded{ID: 2, Path: "a", Text: "second"})
	if m.sheets[fieldTrace].text() != "second" || !strings.Contains(m.notice, "1 line of a;") {
		t.Errorf("%q, %q", m.sheets[fieldTrace].text(), m.notice)
	}
	// Of a long file the end is read, and that is said.
	m = write(screen(false), "", "", "", "", "", "a")
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyEnter})
	if m, _ = m.Update(Loaded{ID: 1, Path: "a", Text: "x\ny", Cut: true}); !strings.HasPrefix(m.notice, "the last 2 lines of a;") {
		t.Errorf("%q", m.notice)
	}
}

func TestNothingBreaksTheFrame(t *testing.T) {
	texts := []string{
		"\x1b[2J\x1b]0;x\x07", "日本語の件名 👨‍👩‍👧\n", "a\tb\u202etxt", strings.Repeat("long ", 80), "\xff\xfe", "z\u0300\u0301\u0302\u0303\u0304",
		"-----BEGIN RSA PRIVATE KEY-----\nabc\n", "token=abcdefgh", "14:02", strings.Repeat("\n", 50),
	}
	actions := []keys.Action{keys.NextField, keys.PrevField, keys.Rank, keys.ClearAll, keys.TakeAnswer, keys.Back}
	typing := []tea.KeyType{tea.KeyEnter, tea.KeyBackspace, tea.KeyUp, tea.KeyDown, tea.KeyLeft, tea.KeyEnd, tea.KeyHome, tea.KeyPgUp, tea.KeyDelete, tea.KeyCtrlW, tea.KeyCtrlK}
	rapid.Check(t, func(t *rapid.T) {
		m := screen(rapid.Bool().Draw(t, "share")).Open(gitops.Snapshot{}, make([]gitops.Answer, 3), "x\x1b[2J")
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rapid.SampledFrom(texts).Draw(t, "text")), Paste: true})
			case 1:
				m, _ = m.Act(rapid.SampledFrom(actions).Draw(t, "action"))
			case 2:
				m, _ = m.Update(Loaded{ID: m.load, Path: "\x1b[2J", Text: rapid.SampledFrom(texts).Draw(t, "file")})
			default:
				m, _ = m.Update(tea.KeyMsg{Type: rapid.SampledFrom(typing).Draw(t, "key")})
			}
			w, h := rapid.IntRange(1, 130).Draw(t, "w"), rapid.IntRange(1, 45).Draw(t, "h")
			if err := term.CheckFrame(m.View(w, h), w, h); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// What is written goes before what is made of it.
func TestTheTimeIsReadWholeWhereItIsWritten(t *testing.T) {
	snap := gitops.Snapshot{Batches: []gitops.Batch{{Deployment: gitops.Deployment{Tag: "v1.42.0", FinishedAt: noon.Add(-time.Hour)}}}}
	m := write(screen(false).Open(snap, nil, ""), "", "", "", "20 min ago")
	for width, want := range map[int]string{80: "20 min ago, after v1.42.0", 60: "14:11 UTC, 20 min ago", 40: "14:11 UTC"} {
		frame := ansi.Strip(m.View(width, 14))
		if !strings.Contains(frame, "BEGAN  20 min ago") || !strings.Contains(frame, want) {
			t.Errorf("at %d:\n%s", width, frame)
		}
	}
}

// TestAMomentThatIsYetToCome: taken for now, a slip would hide nothing and say nothing.
func TestAMomentThatIsYetToCome(t *testing.T) {
	m := write(screen(false), "", "", "", "2024-05-07 14:02")
	if frame := ansi.Strip(m.View(100, 26)); !strings.Contains(frame, "yet to come") {
		t.Errorf("nobody says so:\n%s", frame)
	}
	m, cmd := m.Act(keys.Rank)
	if cmd != nil || m.at != fieldBegan {
		t.Error("it ranks by what has not been yet")
	}
	if frame := ansi.Strip(write(screen(false), "", "", "", "soon").View(100, 26)); !strings.Contains(frame, "not a time yet") {
		t.Errorf("of no time:\n%s", frame)
	}
}
