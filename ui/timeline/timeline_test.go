package timeline_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/timeline"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func typed(m timeline.Model, s string) timeline.Model {
	for _, r := range s {
		m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	return m
}

func act(m timeline.Model, actions ...keys.Action) timeline.Model {
	for _, a := range actions {
		m, _ = m.Act(a)
	}
	return m
}

func shows(t *testing.T, m timeline.Model, want string) {
	t.Helper()
	if got := ansi.Strip(m.View(100, 26)); !strings.Contains(got, want) {
		t.Errorf("want %q in\n%s", want, got)
	}
}

func TestCursorStartsInWhatIsDeployed(t *testing.T) {
	if got := ready(100, 26).Cursor(); got != hash(3) {
		t.Errorf("cursor on %s, want the newest commit of the live deployment", got.Short())
	}
}

func TestEnterPreviewsTheRowOrTheSelection(t *testing.T) {
	m := ready(100, 26)
	one := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{hash(4)}}
	wants(t, act(m, keys.Down), keys.Open, timeline.PreviewWanted{Remedy: one})
	two := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{hash(3), hash(4)}}
	wants(t, act(m, keys.Select, keys.Select, keys.Down), keys.Open, timeline.PreviewWanted{Remedy: two})
	wants(t, m, keys.RevertDeployment, timeline.PreviewWanted{Remedy: gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v1.42.0"}})
	older := act(m, keys.Left, keys.Down)
	wants(t, older, keys.RestoreDeployment, timeline.PreviewWanted{Remedy: gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1.41.3"}})
	wants(t, older, keys.Open, nil)
	wants(t, m, keys.Refresh, timeline.RefreshWanted{})
}

func wants(t *testing.T, m timeline.Model, a keys.Action, want tea.Msg) {
	t.Helper()
	_, cmd := m.Act(a)
	var got tea.Msg
	if cmd != nil {
		got = cmd()
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("action %d gives %#v, want %#v", a, got, want)
	}
}

func TestUnreleasedCannotBeRevertedAsADeployment(t *testing.T) {
	m := act(ready(100, 26), keys.Left, keys.Up)
	wants(t, m, keys.RevertDeployment, nil)
	shows(t, act(m, keys.RevertDeployment), "unreleased commits are no deployment")
}

func TestRefreshKeepsCursorAndSelectionByHash(t *testing.T) {
	m := act(ready(100, 26), keys.Select, keys.Down)
	at := m.Cursor()
	s := shop()
	live := deployment(20, "v1.43.0", gitops.StatusLive, time.Minute)
	s.Deployed = &live
	s.Commits = append([]gitops.Commit{commit(20, "Web", "New", time.Minute)}, s.Commits...)
	s.Batches = append([]gitops.Batch{{Deployment: live, Commits: []gitops.Hash{hash(20)}}}, s.Batches...)
	m = m.SetSnapshot(s)
	if m.Cursor() != at || !reflect.DeepEqual(m.Selected(), []gitops.Hash{hash(3)}) {
		t.Errorf("cursor %s, selected %v", m.Cursor().Short(), m.Selected())
	}
	fresh := ready(100, 26).SetSnapshot(s)
	if fresh.Cursor() != hash(20) {
		t.Error("as long as nobody moved, the cursor follows the newest deployment")
	}
}

func TestRefreshWithoutTheCommitStaysAtItsPlace(t *testing.T) {
	m := act(ready(100, 26), keys.Down, keys.Down)
	s := shop()
	b := &s.Batches[0]
	b.Commits = append(append([]gitops.Hash{}, b.Commits[:2]...), b.Commits[3:]...)
	if got := m.SetSnapshot(s).Cursor(); got != hash(6) {
		t.Errorf("cursor on %s, want the commit that took the place", got.Short())
	}
}

func TestStaleVerdictsAreDropped(t *testing.T) {
	s := shop()
	s.Tip = hash(77)
	m := ready(100, 26).SetSnapshot(s)
	if !m.NeedsVerdict(hash(3)) {
		t.Fatal("verdicts for the old tip are kept")
	}
	m, _ = m.Update(timeline.Judged{Tip: hash(0), Commit: hash(3), Judgement: gitops.Judgement{Verdict: gitops.VerdictClean}})
	if !m.NeedsVerdict(hash(3)) {
		t.Error("a late verdict for the old tip was taken")
	}
}

func TestFilterFindsSubjectAuthorAndHash(t *testing.T) {
	for text, want := range map[string]gitops.Hash{
		"CACHE": hash(4), "checkout": hash(6), hash(8).Short(): hash(8),
	} {
		m := typed(act(ready(100, 26), keys.Filter), text)
		if !m.Capturing() || m.Cursor() != want {
			t.Errorf("/%s stands on %s", text, m.Cursor().Short())
		}
	}
	m := typed(act(ready(100, 26), keys.Select, keys.Filter), "banner")
	shows(t, m, "1 commit elsewhere, the first in unreleased")
	if len(m.Selected()) != 1 {
		t.Error("a filter must not let the selection go")
	}
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyEsc})
	if m.Capturing() || m.Cursor() != hash(4) {
		t.Errorf("esc gives the rows back, cursor on %s", m.Cursor().Short())
	}
}

func TestFailuresAreSaid(t *testing.T) {
	m, _ := ready(100, 26).Update(timeline.Judged{Tip: hash(0), Commit: hash(3), Err: &gitops.Error{
		Code: gitops.CodeMissingObject, What: "tree is missing", Hint: "git fetch --refetch",
	}})
	shows(t, m, "tree is missing — git fetch --refetch")
	m, _ = m.Update(timeline.Touched{Commit: hash(3), Err: errors.New("pack is damaged")})
	shows(t, m, "pack is damaged")
}

func TestShippedBeginsAnew(t *testing.T) {
	m := typed(act(ready(100, 26), keys.Select, keys.Left, keys.Up, keys.Filter), "banner")
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyEnter})
	m = m.Shipped().SetSnapshot(shop())
	if len(m.Selected()) != 0 || m.Cursor() != hash(3) {
		t.Errorf("selected %v, cursor %s", m.Selected(), m.Cursor().Short())
	}
}

func TestEnterOnADeploymentGoesToItsCommits(t *testing.T) {
	m := act(ready(100, 26), keys.Left, keys.Down, keys.Open, keys.Down)
	if m.Cursor() != hash(11) {
		t.Errorf("cursor on %s", m.Cursor().Short())
	}
}

var actions = []keys.Action{
	keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Top, keys.Bottom, keys.Left, keys.Right, keys.NextPane,
	keys.Select, keys.Open, keys.Back, keys.Filter, keys.RevertDeployment, keys.RestoreDeployment, keys.Sort, keys.Works, keys.Broken, keys.NextEnvironment,
}

// TestNothingBreaksTheFrame drives the screen with random sizes, keys, facts
// and hostile text.
func TestNothingBreaksTheFrame(t *testing.T) {
	hostile := []string{
		"ok", "\x1b[2J\x1b]0;x\x07", "日本語の件名 👨‍👩‍👧", "a\tb\u202etxt", strings.Repeat("long ", 80), "", "\xff\xfe", "z\u0300\u0301\u0302\u0303\u0304",
	}
	rapid.Check(t, func(t *rapid.T) {
		m := timeline.New(plain(rapid.Bool().Draw(t, "share")), noon)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 7).Draw(t, "what") {
			case 6:
				m, _ = m.Update(randomRanking(t, hostile))
			case 7:
				m = m.Ranking(noon, rapid.SampledFrom(hostile).Draw(t, "note"))
			case 0:
				m = m.SetSnapshot(randomSnapshot(t, hostile))
			case 1:
				m, _ = m.Update(timeline.Judged{Tip: hash(0), Commit: hash(rapid.IntRange(0, 60).Draw(t, "n")), Judgement: gitops.Judgement{
					Verdict: gitops.Verdict(rapid.IntRange(0, 4).Draw(t, "v")), Conflicts: 3, Reason: rapid.SampledFrom(hostile).Draw(t, "reason"),
				}})
			case 2:
				m, _ = m.Update(timeline.Touched{Commit: hash(rapid.IntRange(0, 60).Draw(t, "n")), Files: []gitops.FileChange{
					{Path: rapid.SampledFrom(hostile).Draw(t, "path")}, {Path: "b", Binary: true}, {Path: strings.Repeat("d/", 60)},
				}})
			case 3:
				m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rapid.SampledFrom(hostile).Draw(t, "text")), Paste: true})
			default:
				m, _ = m.Act(rapid.SampledFrom(actions).Draw(t, "action"))
			}
			w, h := rapid.IntRange(1, 130).Draw(t, "w"), rapid.IntRange(1, 45).Draw(t, "h")
			m = m.SetSize(w, h).SetNow(noon.Add(time.Hour))
			if err := term.CheckFrame(m.View(w, h), w, h); err != nil {
				t.Fatal(err)
			}
			if c := m.Cursor(); !c.IsZero() && len(m.Visible()) > 0 && m.Visible()[0] != c {
				t.Fatal("the cursor is not on the page")
			}
		}
	})
}

func randomSnapshot(t *rapid.T, hostile []string) gitops.Snapshot {
	s := gitops.Snapshot{Tip: hash(0), Branch: rapid.SampledFrom(hostile).Draw(t, "branch")}
	n := rapid.IntRange(0, 60).Draw(t, "commits")
	for i := range n {
		s.Commits = append(s.Commits, commit(i, rapid.SampledFrom(hostile).Draw(t, "author"), rapid.SampledFrom(hostile).Draw(t, "subject"), time.Duration(i)*time.Hour))
	}
	batch := gitops.Batch{}
	for i := range n + rapid.IntRange(0, 3).Draw(t, "unknown") {
		batch.Commits = append(batch.Commits, hash(i))
		if rapid.IntRange(0, 5).Draw(t, "cut") == 0 {
			batch = addBatch(t, &s, batch, i, hostile)
		}
	}
	randomSources(t, &s, hostile)
	return s
}

// randomSources tell of the snapshot's rows what they like.
func randomSources(t *rapid.T, s *gitops.Snapshot, hostile []string) {
	conditions := []gitops.SourceCondition{gitops.SourceAsking, gitops.SourceFresh, gitops.SourceOld, gitops.SourceFailed, gitops.SourceIdle}
	statuses := []gitops.Status{gitops.StatusLive, gitops.StatusFailed, gitops.StatusSuperseded, gitops.StatusUnknown}
	for range rapid.IntRange(0, 3).Draw(t, "sources") {
		name := rapid.SampledFrom(hostile).Draw(t, "source")
		s.Sources = append(s.Sources, gitops.SourceState{
			Name: name, Place: rapid.SampledFrom(hostile).Draw(t, "place"), Condition: rapid.SampledFrom(conditions).Draw(t, "condition"),
			AnsweredAt: noon, Trouble: rapid.SampledFrom(hostile).Draw(t, "trouble"),
		})
		for i := range s.Batches {
			s.Batches[i].Deployment.Source = name
			claim := s.Batches[i].Deployment
			claim.Source, claim.Status = rapid.SampledFrom(hostile).Draw(t, "teller"), rapid.SampledFrom(statuses).Draw(t, "status")
			s.Claims = append(s.Claims, s.Batches[i].Deployment, claim)
		}
	}
	s.Environments = hostile[:rapid.IntRange(0, 3).Draw(t, "environments")]
}

func randomRanking(t *rapid.T, hostile []string) timeline.Ranked {
	r := timeline.Ranked{Anew: rapid.Bool().Draw(t, "anew"), Commits: []gitops.Commit{commit(70, "a", hostile[0], time.Hour)}}
	text := func(what string) string { return rapid.SampledFrom(hostile).Draw(t, what) }
	for i, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 80), 0, 20, rapid.ID).Draw(t, "suspects") {
		r.Suspects.Ranked = append(r.Suspects.Ranked, suspect(n, i+1, text("in"), text("why"), text("why too")))
	}
	r.Suspects.Suspect, r.Suspects.Why = text("suspect"), text("on whose word")
	r.Suspects.Undecided = rapid.Bool().Draw(t, "undecided")
	r.Suspects.Try = gitops.Halving{Commit: hash(3), Name: text("try")}
	r.Suspects.Notices = []gitops.Notice{{Text: text("notice")}}
	return r
}

func addBatch(t *rapid.T, s *gitops.Snapshot, b gitops.Batch, i int, hostile []string) gitops.Batch {
	if s.Unreleased.Commits == nil {
		s.Unreleased = b
		return gitops.Batch{}
	}
	b.Deployment = deployment(i%7, rapid.SampledFrom(hostile).Draw(t, "tag"), gitops.StatusLive, time.Hour)
	b.Previous = rapid.SampledFrom(hostile).Draw(t, "previous")
	s.Batches = append(s.Batches, b)
	s.Deployed = &s.Batches[0].Deployment
	return gitops.Batch{}
}

func large(n int) gitops.Snapshot {
	s := gitops.Snapshot{Tip: hash(0), Branch: "main"}
	b := gitops.Batch{Deployment: deployment(0, "v1", gitops.StatusLive, time.Hour)}
	for i := range n {
		s.Commits = append(s.Commits, commit(i, "Author", fmt.Sprintf("Subject number %d of a large history", i), time.Duration(i)*time.Minute))
		b.Commits = append(b.Commits, hash(i))
	}
	s.Batches = []gitops.Batch{b}
	return s
}

func BenchmarkMoveAndDraw20000(b *testing.B) {
	m := timeline.New(plain(false), noon).SetSize(100, 30).SetSnapshot(large(20000))
	for b.Loop() {
		m = act(m, keys.Down)
		m.View(100, 30)
	}
}

func BenchmarkFilter20000(b *testing.B) {
	m := typed(act(timeline.New(plain(false), noon).SetSize(100, 30).SetSnapshot(large(20000)), keys.Filter), "1")
	for b.Loop() {
		m = typed(m, "9")
		m.View(100, 30)
		m, _ = m.Update(tea.KeyMsg{Type: tea.KeyBackspace})
	}
}

// TestADeploymentBeyondTheLookIsAskedForOnce: its commits come later, and what
// could not be read says why.
func TestADeploymentBeyondTheLookIsAskedFor(t *testing.T) {
	s := shop()
	s.Batches[2].Truncated = true
	m := timeline.New(plain(false), noon).SetSize(100, 26).SetSnapshot(s)
	if _, cut := m.CutOff(); cut {
		t.Fatal("a batch that is whole is asked for")
	}
	m, _ = m.Act(keys.Left)
	m, _ = m.Act(keys.Bottom)
	b, cut := m.CutOff()
	if !cut || b.Deployment.Tag != "v1.41.2" {
		t.Fatalf("asked for %+v, %v", b.Deployment, cut)
	}
	if text := ansi.Strip(m.View(100, 26)); !strings.Contains(text, "reading the commits of v1.41.2") {
		t.Errorf("the wait is not told:\n%s", text)
	}
	failed, _ := m.Update(timeline.BatchUnread{Deployment: b.Deployment, Err: errors.New("the disk is gone")})
	if text := ansi.Strip(failed.View(100, 26)); !strings.Contains(text, "the disk is gone") {
		t.Errorf("the failure is not told:\n%s", text)
	}
	old := commit(12, "Web", "Oldest", 50*time.Hour)
	b.Commits, b.Truncated = []gitops.Hash{old.Hash}, false
	m = m.SetSnapshot(s.WithBatch(b, []gitops.Commit{old}))
	if text := ansi.Strip(m.View(100, 26)); !strings.Contains(text, "Oldest") {
		t.Errorf("what was read is not shown:\n%s", text)
	}
}

func TestFilesThatAreNotShownAreCounted(t *testing.T) {
	m := ready(80, 13)
	if frame := ansi.Strip(m.View(80, 13)); !strings.Contains(frame, "2 files, +42 −4") || strings.Contains(frame, "2 more") {
		t.Errorf("no file is shown, and it says:\n%s", frame)
	}
}

// newerDeployment is the shop after its unreleased commits were deployed, with
// one more commit on the branch.
func newerDeployment() gitops.Snapshot {
	s := shop()
	s.Tip = hash(99)
	s.Commits = append([]gitops.Commit{commit(99, "Web", "Newest", time.Minute)}, s.Commits...)
	live := deployment(0, "v1.43.0", gitops.StatusLive, time.Minute)
	s.Deployed = &live
	s.Batches = append([]gitops.Batch{{Deployment: live, Previous: "v1.42.0", Commits: s.Unreleased.Commits}}, s.Batches...)
	s.Unreleased = gitops.Batch{Previous: "v1.43.0", Commits: []gitops.Hash{hash(99)}}
	return s
}

func TestTheHighlightStaysOnWhatWasPreviewed(t *testing.T) {
	m := ready(100, 30)
	m = m.Stay()
	if m = m.SetSnapshot(newerDeployment()); m.Cursor() != hash(3) {
		t.Errorf("after a newer deployment it is on %s", m.Cursor().Short())
	}
	// The first row of what is unreleased, which then was deployed.
	m = ready(100, 30)
	m, _ = m.Act(keys.Left)
	m, _ = m.Act(keys.Up)
	if m = m.Stay(); m.Cursor() != hash(0) {
		t.Fatalf("on %s", m.Cursor().Short())
	}
	if m = m.SetSnapshot(newerDeployment()); m.Cursor() != hash(0) {
		t.Errorf("it did not follow its commit into the deployment: %s", m.Cursor().Short())
	}
}

// TestFilesThatCannotBeCounted are named all the same, and no number is made up.
func TestFilesThatCannotBeCounted(t *testing.T) {
	m := ready(100, 30)
	m, _ = m.Update(timeline.Touched{Commit: m.Cursor(), Files: []gitops.FileChange{{Path: "app/total.go", Status: gitops.Modified, Uncounted: true}}})
	shows(t, m, "app/total.go  not here")
}

// TestTheSubjectGoesBeforeWhoWroteItWhen: on a narrow screen a long name left eight
// letters of it, and was not shown for all that.
func TestTheSubjectGoesBeforeWhoWroteItWhen(t *testing.T) {
	for want, c := range map[string]gitops.Commit{
		"Mask all of the control characters": commit(0, "Johannes Schindelin-Weber", "Mask all of the control characters", 24*261*time.Hour),
		"Mask it":                            commit(0, "Johannes Schindelin", "Mask it", 24*261*time.Hour),
	} {
		s := shop()
		s.Commits[0] = c
		m := act(timeline.New(plain(false), noon).SetSize(60, 12).SetSnapshot(s), keys.Left)
		lines := strings.Split(ansi.Strip(m.View(60, 12)), "\n")
		if got := lines[len(lines)-2]; !strings.Contains(got, want[:min(24, len(want))]) || !strings.Contains(got, "261 d ago") && !strings.Contains(got, "2023-08-19") {
			t.Errorf("%q of %s", got, want)
		}
	}
}
