package desk_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/gitops/gittest"
)

func suspectDesk(t gittest.TB, dir string, opts desk.Options) (*desk.Desk, gitops.Snapshot) {
	t.Helper()
	opts.Dir = dir
	d, err := desk.Open(context.Background(), opts)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = d.Close() })
	snap, err := d.Snapshot(context.Background())
	if err != nil {
		t.Fatalf("look: %v", err)
	}
	return d, snap
}

func among(t gittest.TB, d *desk.Desk, snap gitops.Snapshot, e gitops.Evidence, opt desk.SuspectOptions) gitops.Suspects {
	t.Helper()
	s, err := d.SuspectsAmong(context.Background(), snap, e, opt)
	if err != nil {
		t.Fatalf("suspects: %v", err)
	}
	return s
}

func rankedIn(s gitops.Suspects) []string {
	var out []string
	for _, r := range s.Ranked {
		out = append(out, r.Commit.String())
	}
	slices.Sort(out)
	return out
}

func revList(t gittest.TB, r *gittest.Repo, args ...string) []string {
	t.Helper()
	out := strings.Fields(r.Git(append([]string{"rev-list"}, args...)...))
	slices.Sort(out)
	return out
}

func noticed(s gitops.Suspects, code string) bool {
	return slices.ContainsFunc(s.Notices, func(n gitops.Notice) bool { return n.Code == code })
}

// releases is a repository with v1 (2 commits), v2 (3 more) and one commit that is
// not released.
func releases(t gittest.TB) (r *gittest.Repo, commits []gitops.Hash) {
	r = gittest.New(t)
	for i, name := range []string{"start", "cart", "banner", "tax", "tea", "later"} {
		commits = append(commits, r.Commit(name, map[string]string{name + ".go": "package x\n// " + name + "\n"}))
		switch i {
		case 1:
			r.AnnotatedTag("v1.0.0")
		case 4:
			r.AnnotatedTag("v1.1.0")
		}
	}
	return r, commits
}

// TestSuspectsAreWhatProductionContains: whatever the tags say, and nothing else.
func TestSuspectsAreWhatProductionContains(t *testing.T) {
	r, commits := releases(t)
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	s := among(t, d, snap, gitops.Evidence{}, desk.SuspectOptions{})
	if got, want := rankedIn(s), revList(t, r, "v1.1.0"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !noticed(s, gitops.NoticeNotDeployed) || s.Suspect != "v1.1.0" {
		t.Errorf("notices %v, suspect %q", s.Notices, s.Suspect)
	}
	for i, want := range []string{"v1.1.0", "v1.1.0", "v1.1.0", "v1.0.0", "v1.0.0"} {
		if got := s.Ranked[i].Deployment; got != want {
			t.Errorf("rank %d came with %q, want %q", i+1, got, want)
		}
	}
	s = among(t, d, snap, gitops.Evidence{Runs: commits[5]}, desk.SuspectOptions{})
	if got, want := rankedIn(s), revList(t, r, "HEAD"); !slices.Equal(got, want) {
		t.Errorf("onto the tip got %v, want %v", got, want)
	}
	if noticed(s, gitops.NoticeNotDeployed) || s.Ranked[0].Commit != commits[5] {
		t.Errorf("notices %v, first %v", s.Notices, s.Ranked[0])
	}
}

// TestWindowsAgreeWithRevList holds windows and the answers of a bisection to
// git's own lists, over histories with merges.
func TestWindowsAgreeWithRevList(t *testing.T) {
	r := gittest.New(t)
	r.Commit("root", map[string]string{"root": "x\n"})
	var all []string
	for i := range 12 {
		name := string(rune('a' + i))
		if i%3 == 1 {
			r.CheckoutNew("b" + name)
			all = append(all, r.Commit(name+" beside", map[string]string{name + "1": "x\n"}).String())
			r.Checkout("main")
		}
		all = append(all, r.Commit(name, map[string]string{name: "x\n"}).String())
		if i%3 == 1 {
			all = append(all, r.Merge("b"+name).String())
		}
	}
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	pick := func(t *rapid.T, label string) gitops.Hash {
		return gitops.MustHash(rapid.SampledFrom(all).Draw(t, label))
	}
	rapid.Check(t, func(rt *rapid.T) {
		onto, after := pick(rt, "onto"), pick(rt, "after")
		s := among(rt, d, snap, gitops.Evidence{Runs: onto}, desk.SuspectOptions{After: after})
		if got, want := rankedIn(s), revList(t, r, onto.String(), "^"+after.String()); !slices.Equal(got, want) {
			rt.Fatalf("after: got %v, want %v", got, want)
		}
		good, bad := pick(rt, "good"), pick(rt, "bad")
		s = among(rt, d, snap, gitops.Evidence{Good: []gitops.Hash{good}, Bad: []gitops.Hash{bad}, Runs: onto}, desk.SuspectOptions{})
		var want []string
		inBad := revList(t, r, bad.String())
		for _, h := range revList(t, r, onto.String(), "^"+good.String()) {
			if slices.Contains(inBad, h) {
				want = append(want, h)
			}
		}
		if got := rankedIn(s); !slices.Equal(got, want) {
			rt.Fatalf("good and bad: got %v, want %v", got, want)
		}
	})
}

func TestSuspectsOfWhatWasInForce(t *testing.T) {
	r, commits := releases(t)
	second := r.Git("log", "-1", "--format=%cI", commits[2].String())
	at, err := time.Parse(time.RFC3339, second)
	if err != nil {
		t.Fatal(err)
	}
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	s := among(t, d, snap, gitops.Evidence{At: at}, desk.SuspectOptions{})
	if s.Deployed != commits[1] || s.Suspect != "v1.0.0" || !strings.Contains(s.Why, "in force when the trouble began") {
		t.Errorf("deployed %s, suspect %q, why %q", s.Deployed.Short(), s.Suspect, s.Why)
	}
	// What somebody says goes before what the tags do; what is younger than the
	// trouble is none.
	s = among(t, d, snap, gitops.Evidence{At: at, Runs: commits[5]}, desk.SuspectOptions{})
	if got, want := rankedIn(s), revList(t, r, commits[2].String()); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !noticed(s, gitops.NoticeTooNew) {
		t.Errorf("notices %v", s.Notices)
	}
	// Before anything was deployed, nothing is claimed of it.
	s = among(t, d, snap, gitops.Evidence{At: at.AddDate(-1, 0, 0)}, desk.SuspectOptions{})
	if !noticed(s, gitops.NoticeBelieved) {
		t.Errorf("notices %v", s.Notices)
	}
}

func TestDeployedCommitThatIsNotHere(t *testing.T) {
	r, _ := releases(t)
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	gone := gitops.Hash{1, 2, 3}
	snap.Deployed = &gitops.Deployment{Source: gitops.SourceGitHub, Commit: gone}
	snap.Drift = gitops.Drift{Missing: true, Fetch: "git fetch origin " + gone.String()}
	_, err := d.Suspects(context.Background(), snap, gitops.Evidence{})
	var e *gitops.Error
	if !errors.As(err, &e) || e.Code != gitops.CodeMissingObject || !strings.Contains(e.Hint, snap.Drift.Fetch) || err.Error() != "the deployed commit "+gone.Short()+" is not in this clone" {
		t.Errorf("got %v", err)
	}
	// Of what runs only a name is known that nothing here has.
	snap.Deployed, snap.Drift.Fetch = nil, ""
	if _, err = d.Suspects(context.Background(), snap, gitops.Evidence{}); !errors.As(err, &e) || e.Code != gitops.CodeMissingObject || strings.Contains(e.Hint, "``") {
		t.Errorf("got %v", err)
	}
	// Something older is known to have run, or somebody says what runs.
	tip := snap.Tip
	if s := among(t, d, snap, gitops.Evidence{Runs: tip}, desk.SuspectOptions{}); len(s.Ranked) != 6 || noticed(s, gitops.NoticeBelieved) {
		t.Errorf("%d ranked, %v", len(s.Ranked), s.Notices)
	}
	snap.Deployed = &gitops.Deployment{Source: gitops.SourceGitHub, Commit: tip}
	if s := among(t, d, snap, gitops.Evidence{}, desk.SuspectOptions{}); len(s.Ranked) != 6 || !noticed(s, gitops.NoticeBelieved) {
		t.Errorf("%d ranked, %v", len(s.Ranked), s.Notices)
	}
}

func TestSuspectsInAShallowClone(t *testing.T) {
	r, commits := releases(t)
	clone := r.Clone("--depth", "2")
	d, snap := suspectDesk(t, clone.Dir, desk.Options{})
	s := among(t, d, snap, gitops.Evidence{Trace: "\tat later.go:2\n\tat tea.go:2\n", Runs: commits[5]}, desk.SuspectOptions{})
	if len(s.Ranked) != 2 || s.Ranked[0].Commit != commits[5] {
		t.Fatalf("got %v", s.Ranked)
	}
	// The line of the last commit that is here may be older than it.
	for _, reason := range s.Ranked[1].Reasons {
		if reason.Kind == gitops.ReasonLine {
			t.Errorf("%v of a commit whose parent is not here", reason)
		}
	}
}

func TestSuspectsCanBeCancelled(t *testing.T) {
	r, _ := releases(t)
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.Suspects(ctx, snap, gitops.Evidence{Trace: "\tat tea.go:2\n"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestSuspectsAtOnce asks one desk from several goroutines, as a screen may.
func TestSuspectsAtOnce(t *testing.T) {
	r, _ := releases(t)
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	want := rankedIn(among(t, d, snap, gitops.Evidence{}, desk.SuspectOptions{}))
	results := make(chan []string)
	for range 4 {
		go func() {
			s, err := d.Suspects(context.Background(), snap, gitops.Evidence{Trace: "\tat tea.go:2\n", Text: "tea"})
			if err != nil {
				results <- []string{err.Error()}
				return
			}
			results <- rankedIn(s)
		}()
	}
	for range 4 {
		if got := <-results; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// TestWhatIsAheadOfTheTagsIsTold: production is often ahead of its tags, and then
// the culprit is among what is left out.
func TestWhatIsAheadOfTheTagsIsTold(t *testing.T) {
	r, commits := releases(t)
	d, snap := suspectDesk(t, r.Dir, desk.Options{})
	said := func(e gitops.Evidence, code string) string {
		t.Helper()
		for _, n := range among(t, d, snap, e, desk.SuspectOptions{}).Notices {
			if n.Code == code {
				return n.Text
			}
		}
		return ""
	}
	trace := gitops.Evidence{Trace: "\tat later.go:2\n\tat tea.go:2\n"}
	if got := said(trace, gitops.NoticeAheadHit); got != commits[5].Short()+", beyond v1.1.0, changed a line of the trace" {
		t.Errorf("of the line: %q", got)
	}
	if got := said(gitops.Evidence{Paths: []string{"later.go"}}, gitops.NoticeAheadHit); !strings.Contains(got, "a path that is named") {
		t.Errorf("of the path: %q", got)
	}
	other := gitops.Evidence{Trace: "\tat tea.go:2\n"}
	if said(other, gitops.NoticeAheadHit) != "" || said(other, gitops.NoticeTagsOnly) == "" {
		t.Error("what is ahead is suspected of a line that it did not touch, or nobody says that only tags tell")
	}
	trace.Runs = commits[5]
	if said(trace, gitops.NoticeAheadHit) != "" || said(trace, gitops.NoticeTagsOnly) != "" {
		t.Error("whoever says what runs is told that it may be otherwise")
	}
}

func TestNamesOfWhatProductionRuns(t *testing.T) {
	r, commits := releases(t)
	clone := r.Clone()
	clone.Commit("mine", map[string]string{"mine.go": "x\n"})
	d, snap := suspectDesk(t, clone.Dir, desk.Options{})
	for name, want := range map[string]gitops.Hash{
		"v1.0.0": commits[1], "main": commits[5], "HEAD~1": commits[5], commits[3].Short(): commits[3], "origin/main~1": commits[4],
	} {
		if got, err := d.ResolveFor(context.Background(), snap, name); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", name, got.Short(), err, want.Short())
		}
	}
	if _, err := d.ResolveFor(context.Background(), snap, "nothing"); gitops.CodeOf(err) != gitops.CodeUnknownCommit {
		t.Errorf("got %v", err)
	}
}
