package suspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/history"
	"ahead/gitops/repo"
)

// inquire lists all that HEAD contains as candidates.
func inquire(t gittest.TB, r *gittest.Repo, e gitops.Evidence) (gitops.Objects, Inquiry) {
	t.Helper()
	opened, err := repo.Open(context.Background(), r.Dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	line, err := history.Walk(context.Background(), opened.Graph(), r.Head(), nil, nil, 0)
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
	q := Inquiry{Deployed: r.Head(), Evidence: e}
	for _, c := range line.Commits {
		q.Candidates = append(q.Candidates, Candidate{Commit: c, Deployment: "v2"})
	}
	return opened.Objects(), q
}

func rank(t gittest.TB, r *gittest.Repo, e gitops.Evidence) gitops.Suspects {
	t.Helper()
	objs, q := inquire(t, r, e)
	c, err := Gather(context.Background(), objs, q)
	if err != nil {
		t.Fatalf("gather: %v", err)
	}
	return Rank(c)
}

func place1(t *testing.T, s gitops.Suspects, h gitops.Hash) gitops.Suspicion {
	t.Helper()
	for _, r := range s.Ranked {
		if r.Commit == h {
			return r
		}
	}
	t.Fatalf("%s is not ranked", h)
	return gitops.Suspicion{}
}

// numbered is a file of n lines.
func numbered(n int, change ...int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if slices.Contains(change, i) {
			fmt.Fprintf(&b, "changed %d\n", i)
		} else {
			fmt.Fprintf(&b, "line %d\n", i)
		}
	}
	return b.String()
}

func TestEvidenceStandsInItsOrder(t *testing.T) {
	r := gittest.New(t)
	start := r.Commit("start", map[string]string{"app/price.go": numbered(60), "app/cart.go": "x\n", "doc/a.txt": "a\n"})
	line := r.Commit("one", map[string]string{"app/price.go": numbered(60, 41)})
	beside := r.Commit("two", map[string]string{"app/price.go": numbered(60, 41, 43)})
	file := r.Commit("three", map[string]string{"app/price.go": numbered(60, 41, 43, 5)})
	folder := r.Commit("four", map[string]string{"app/cart.go": "y\n"})
	words := r.Commit("an unusual frobnication", map[string]string{"doc/a.txt": "b\n"})
	plain := r.Commit("five", map[string]string{"doc/a.txt": "c\n"})
	s := rank(t, r, gitops.Evidence{Trace: "frobnication went wrong\n\tat /srv/app/price.go:41\n"})
	var got []gitops.Hash
	for _, x := range s.Ranked {
		if x.Commit != start {
			got = append(got, x.Commit)
		}
	}
	if want := []gitops.Hash{line, beside, file, folder}; !slices.Equal(got[:3], want[:3]) {
		t.Fatalf("got %v, want %v first", got, want)
	}
	for h, want := range map[gitops.Hash]gitops.ReasonKind{
		line: gitops.ReasonLine, beside: gitops.ReasonPath, file: gitops.ReasonPath, folder: gitops.ReasonDirectory,
		words: gitops.ReasonWords, plain: gitops.ReasonRecency,
	} {
		if r := place1(t, s, h).Reasons[0]; r.Kind != want {
			t.Errorf("%s: %v, want %s first", h.Short(), r, want)
		}
	}
	for h, want := range map[gitops.Hash]string{
		line:   "changed `app/price.go:41`, the line that fails, in v2",
		beside: "changed the code beside `app/price.go:41`, the line that fails, in v2",
		file:   "changed `app/price.go`, the file that fails, in v2",
		folder: "changed `app/`, the folder of `app/price.go`, in v2",
		words:  "has words in common: frobnication",
		plain:  "the newest that came with v2",
	} {
		if r := place1(t, s, h).Reasons[0]; r.Text != want {
			t.Errorf("%q, want %q", r.Text, want)
		}
	}
	if s.Undecided || s.Frames != 1 || s.Unplaced != 0 {
		t.Errorf("undecided %v, %d frames, %d not", s.Undecided, s.Frames, s.Unplaced)
	}
}

func TestMergeStandsForWhatItBrought(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"app/price.go": numbered(20), "b.txt": "b\n"})
	r.CheckoutNew("feature")
	culprit := r.Commit("round", map[string]string{"app/price.go": numbered(20, 7)})
	r.Commit("more", map[string]string{"c.txt": "c\n"})
	r.Checkout("main")
	r.Commit("beside", map[string]string{"b.txt": "bb\n"})
	merge := r.Merge("feature")
	last := r.Commit("last", map[string]string{"b.txt": "bbb\n"})
	s := rank(t, r, gitops.Evidence{Trace: "\tat app/price.go:7\n"})
	if s.Ranked[0].Commit != culprit || s.Ranked[1].Commit != merge {
		t.Fatalf("got %v", s.Ranked[:2])
	}
	if got, want := s.Ranked[1].Reasons[0].Text, "merged "+culprit.Short()+", which changed `app/price.go:7`, the line that fails, in v2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if s.Undecided {
		t.Error("a merge and the commit that it brought are one suspect")
	}
	if s := rank(t, r, gitops.Evidence{}); s.Ranked[0].Commit != last {
		t.Errorf("without evidence %v is first", s.Ranked[0])
	}
}

func TestLinesAreFollowedThroughRenames(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"old/price.go": numbered(30)})
	culprit := r.Commit("round", map[string]string{"old/price.go": numbered(30, 9)})
	r.Remove("old/price.go")
	r.Commit("move", map[string]string{"new/price.go": numbered(30, 9)})
	r.Commit("last", map[string]string{"x": "x\n"})
	s := rank(t, r, gitops.Evidence{Trace: "\tat /srv/new/price.go:9\n"})
	if s.Ranked[0].Commit != culprit {
		t.Fatalf("got %v", s.Ranked[0])
	}
}

func TestWhatWasRevertedIsTakenBack(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a": "a\n"})
	bad := r.Commit("bad", map[string]string{"a": "b\n"})
	other := r.Commit("other", map[string]string{"a": "b\n", "c": "c\n"})
	revert := r.Commit("Revert \"bad\"\n\nThis reverts commit "+bad.String()+".\n", map[string]string{"a": "a\n"})
	s := rank(t, r, gitops.Evidence{Paths: []string{"a"}})
	reasons := fmt.Sprint(place1(t, s, bad).Reasons)
	if !strings.Contains(reasons, "was reverted since, by "+revert.Short()) {
		t.Errorf("reasons %s", reasons)
	}
	none := rank(t, r, gitops.Evidence{})
	if place1(t, none, bad).Rank < place1(t, none, other).Rank {
		t.Error("what was reverted stands before what was not")
	}
}

func TestWhatWasTakenAwayCanBeNamed(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"gone.go": "a\n", "kept.go": "a\n"})
	r.Remove("gone.go")
	culprit := r.Commit("tidy", nil)
	r.Commit("last", map[string]string{"kept.go": "b\n"})
	s := rank(t, r, gitops.Evidence{Paths: []string{"gone.go"}})
	if s.Ranked[0].Commit != culprit || len(s.Notices) > 0 {
		t.Errorf("got %v, notices %v", s.Ranked[0], s.Notices)
	}
}

func TestClearedAreNotRanked(t *testing.T) {
	r := gittest.New(t)
	first := r.Commit("start", map[string]string{"a": "a\n"})
	r.Commit("next", map[string]string{"a": "b\n"})
	objs, q := inquire(t, r, gitops.Evidence{})
	q.Cleared = map[gitops.Hash]bool{first: true}
	c, err := Gather(context.Background(), objs, q)
	if err != nil {
		t.Fatal(err)
	}
	if s := Rank(c); len(s.Ranked) != 1 || s.Undecided {
		t.Errorf("got %+v", s)
	}
}

func TestCancelledGatherEnds(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a.go": "a\n"})
	objs, q := inquire(t, r, gitops.Evidence{Trace: "\tat a.go:1\n"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Gather(ctx, objs, q); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestHalvingFindsTheCulprit answers every proposal as a culprit would have it: it
// is never ruled out, every answer rules somebody out, and in a line of commits no
// more questions are asked than halving needs.
func TestHalvingFindsTheCulprit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "commits")
		branching := rapid.Bool().Draw(t, "branching")
		q := Inquiry{Cleared: map[gitops.Hash]bool{}}
		for i := range n {
			c := gitops.Commit{Hash: gitops.Hash{byte(i + 1)}}
			for _, back := range []int{1, rapid.IntRange(2, 5).Draw(t, "back")} {
				if i+back < n && (back == 1 || branching) {
					c.Parents = append(c.Parents, gitops.Hash{byte(i + back + 1)})
				}
			}
			q.Candidates = append(q.Candidates, Candidate{Commit: c})
		}
		q.Deployed = q.Candidates[0].Commit.Hash
		culprit := rapid.IntRange(0, n-1).Draw(t, "culprit")
		most := 0
		for 1<<most < n {
			most++
		}
		for asked := 0; ; asked++ {
			c := related(q)
			s := Rank(c)
			at := slices.IndexFunc(s.Ranked, func(x gitops.Suspicion) bool { return x.Commit == q.Candidates[culprit].Commit.Hash })
			if at < 0 {
				t.Fatalf("the culprit was ruled out after %d answers", asked)
			}
			if s.Try.Commit.IsZero() {
				if !branching && len(s.Ranked) > 1 {
					t.Fatalf("%d are left in a line, and nothing is proposed", len(s.Ranked))
				}
				return
			}
			if !branching && asked >= most {
				t.Fatalf("%d questions for %d commits", asked+1, n)
			}
			tried := c.contains[c.index[s.Try.Commit]]
			bad := tried.has(culprit)
			for i, k := range q.Candidates {
				if tried.has(i) != bad {
					q.Cleared[k.Commit.Hash] = true
				}
			}
			if left := len(Rank(related(q)).Ranked); left >= len(s.Ranked) {
				t.Fatalf("an answer left %d of %d", left, len(s.Ranked))
			}
		}
	})
}

// related is a case of which nothing is known but who contains whom.
func related(q Inquiry) *Case {
	c := &Case{Inquiry: q, deeds: make([]deed, len(q.Candidates)), index: map[gitops.Hash]int{}}
	for i, k := range q.Candidates {
		c.index[k.Commit.Hash] = i
	}
	c.relate()
	c.markUndone()
	return c
}

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"HTTPServer getUserName":            "http httpserv server/serv user name getusernam",
		"snake_case_name":                   "snak cas name",
		"1234 deadbeef1 0x1f v2":            "",
		"The caches were broken by caching": "cach brok cach",
		"düsseldorf Straße":                 "düsseldorf straß",
	} {
		var got []string
		terms(text, func(stem, _ string) { got = append(got, stem) })
		joined := strings.Join(got, " ")
		for _, w := range strings.Fields(want) {
			ok := false
			for _, alternative := range strings.Split(w, "/") {
				ok = ok || strings.Contains(joined, alternative)
			}
			if !ok {
				t.Errorf("%q gives %q, without %q", text, joined, w)
			}
		}
		if want == "" && joined != "" {
			t.Errorf("%q gives %q", text, joined)
		}
	}
	for _, pair := range [][2]string{{"cache", "caching"}, {"break", "breaks"}, {"render", "rendered"}, {"migration", "migrations"}} {
		if stem(pair[0]) != stem(pair[1]) {
			t.Errorf("%q and %q: %q and %q", pair[0], pair[1], stem(pair[0]), stem(pair[1]))
		}
	}
}

func TestReverted(t *testing.T) {
	h := strings.Repeat("ab", 20)
	for message, want := range map[string]int{
		"Revert \"x\"\n\nThis reverts commit " + h + ".\n":                            1,
		"x\n\nThis reverts commit " + h + ", reversing\nchanges made to " + h + ".\n": 1,
		"x\n\nThis reverts commit " + h + ".\nThis reverts commit " + h + ".\n":       2,
		"x\n\nThis reverts commit abc.\n":                                             0,
		"it reverts nothing":                                                          0,
	} {
		if got := len(Reverted(message)); got != want {
			t.Errorf("%q: %d, want %d", message, got, want)
		}
	}
}

// TestAPartialCloneStillRanks: without contents nobody knows who changed a line;
// whoever changed the file is known.
func TestAPartialCloneStillRanks(t *testing.T) {
	r := gittest.New(t)
	r.Git("config", "uploadpack.allowFilter", "true")
	r.Commit("start", map[string]string{"price.go": numbered(9), "b": "b\n"})
	culprit := r.Commit("round", map[string]string{"price.go": numbered(9, 4)})
	r.Commit("last", map[string]string{"b": "bb\n"})
	clone := r.Clone("--no-checkout", "--filter=blob:none")
	s := rank(t, clone, gitops.Evidence{Trace: "\tat price.go:4\n", Text: "rounding"})
	if s.Ranked[0].Commit != culprit || s.Ranked[0].Reasons[0].Kind != gitops.ReasonPath {
		t.Errorf("got %v", s.Ranked[0])
	}
	if len(s.Notices) != 1 || s.Notices[0].Code != gitops.WarnMissingObjects {
		t.Errorf("notices %v", s.Notices)
	}
}

// TestFunctionsOfABareBacktraceCount: glibc names no lines.
func TestFunctionsOfABareBacktraceCount(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a.c": "int x;\n"})
	culprit := r.Commit("count anew", map[string]string{"a.c": "int x;\nint compute_total(void) { return 0; }\n"})
	for i := range 12 {
		r.Commit("more", map[string]string{"b.c": fmt.Sprintf("int y%d;\n", i)})
	}
	s := rank(t, r, gitops.Evidence{Trace: "./shop(compute_total+0x1d) [0x4005]\n/lib/libc.so.6(__libc_start_main+0xf0)\n"})
	if s.Ranked[0].Commit != culprit || s.Ranked[0].Reasons[0].Kind != gitops.ReasonWords {
		t.Errorf("got %v", s.Ranked[0])
	}
	if len(s.Notices) != 1 || s.Notices[0].Text != "the trace names no line of any file: only its words count" {
		t.Errorf("told %v", s.Notices)
	}
	s = rank(t, r, gitops.Evidence{Trace: "PHP Fatal error:  Uncaught Error: no compute_total() in /srv/vendor/acme/total/src/Total.php:41\n"})
	if s.Ranked[0].Commit != culprit || len(s.Notices) != 1 || s.Notices[0].Text != "no place that the trace names is in this repository: only its words count" {
		t.Errorf("a message beside a place: %v, told %v", s.Ranked[0], s.Notices)
	}
}

func TestACompiledScriptNamesItsSourceOnly(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"src/price.ts": numbered(60), "b.ts": "b\n"})
	culprit := r.Commit("one", map[string]string{"src/price.ts": numbered(60, 5)})
	r.Commit("two", map[string]string{"b.ts": "c\n"})
	s := rank(t, r, gitops.Evidence{Trace: "    at total (/app/dist/price.js:5:13)\n    at x (/app/node_modules/b/b.js:9:1)\n"})
	if got := s.Ranked[0]; got.Commit != culprit || got.Reasons[0].Text != "changed `src/price.ts`, the file that fails, in v2" || s.Frames != 1 || s.Unplaced != 1 {
		t.Errorf("%+v, %d frames, %d not", got, s.Frames, s.Unplaced)
	}
}
