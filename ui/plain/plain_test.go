package plain

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/screentest"
	"ahead/ui/term"
)

// teller answers with the story. Real repositories are in desk_test.go; here
// it is about what is said and asked.
type teller struct {
	snap      gitops.Snapshot
	plans     func(gitops.Remedy) gitops.Plan
	planErr   error
	checkErr  error
	publish   []error
	remedies  []gitops.Remedy
	published []gitops.Plan
	live      []gitops.Deployment

	rehearse []error
	passage  gitops.Passage
	// learns is the passage after the first try to publish.
	learns   gitops.Passage
	heard    []gitops.Notice
	unlocked int
	runs     []gitops.Run
	left     []gitops.Run
	stands   gitops.Standing
	carried  int
	closed   []string

	environment string
	marked      []gitops.Deployment
	// hangs says that a source does not answer.
	hangs bool
	// refreshed counts how often the sources were asked.
	refreshed atomic.Int64
	// up are the next answers of production; it is down after them.
	up []bool
	// looks counts them, each of which has its moment.
	looks int
}

func newTeller() *teller { return &teller{snap: screentest.Snapshot(), plans: screentest.Clean} }

func (w *teller) Snapshot(context.Context) (gitops.Snapshot, error) { return w.snap, nil }
func (w *teller) Fetch(context.Context) error                       { return nil }

func (w *teller) Batch(_ context.Context, _ gitops.Snapshot, b gitops.Batch) (gitops.Batch, []gitops.Commit, error) {
	return b, nil, nil
}

func (w *teller) Judge(_ context.Context, _ gitops.Snapshot, h gitops.Hash) (gitops.Judgement, error) {
	switch h {
	case screentest.Dependant:
		return gitops.Judgement{Verdict: gitops.VerdictConflict, Conflicts: 2}, nil
	case screentest.Merge:
		return gitops.Judgement{Verdict: gitops.VerdictEmpty, Reason: "undone by a01be77"}, nil
	}
	return gitops.Judgement{Verdict: gitops.VerdictClean}, nil
}

// Commit knows one that no look lists.
func (w *teller) Commit(h gitops.Hash) (gitops.Commit, error) {
	if h == beyond.Hash {
		return beyond, nil
	}
	return gitops.Commit{}, errors.New("no such commit")
}

var beyond = gitops.Commit{Hash: gitops.HashObject(gitops.KindCommit, []byte("beyond")), Message: "Beyond the look"}

func (w *teller) Plan(_ context.Context, _ gitops.Snapshot, r gitops.Remedy) (gitops.Plan, error) {
	w.remedies = append(w.remedies, r)
	return w.plans(r), w.planErr
}

func (w *teller) Diff(_ context.Context, _ gitops.Plan, f gitops.FileChange) (gitops.FileDiff, error) {
	return screentest.Diff(f), nil
}

func (w *teller) Check(context.Context, gitops.Plan) error { return w.checkErr }

func (w *teller) Publish(_ context.Context, p gitops.Plan, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	w.published = append(w.published, p)
	if len(w.publish) > 0 {
		err := w.publish[0]
		w.publish = w.publish[1:]
		if err != nil {
			// What was left of it is in the record from now on.
			w.runs = w.left
			return gitops.Receipt{ID: p.ID}, err
		}
	}
	r := gitops.Receipt{
		ID: p.ID, Commit: screentest.Shipped, Commits: []gitops.Hash{screentest.Shipped},
		Tag:       gitops.TagMade{Name: p.Tag.Name, Object: screentest.Hash("7e57ab1")},
		Refs:      []gitops.RefUpdate{{Ref: "refs/heads/main", Old: screentest.Tip, New: screentest.Shipped, Status: "updated", Evidence: "seen"}},
		StartedAt: screentest.Now, FinishedAt: screentest.Now.Add(4 * time.Second),
	}
	for _, name := range []string{"commit", "push", "verify"} {
		step := gitops.StepResult{Name: name, State: gitops.StepRunning, At: screentest.Now}
		observe(step)
		step.State, step.Detail = gitops.StepDone, "seen"
		observe(step)
		r.Steps = append(r.Steps, step)
	}
	return r, nil
}

func (w *teller) Deployments(context.Context) ([]gitops.Deployment, error) { return w.live, nil }
func (w *teller) Probe(context.Context) (health.Sample, bool) {
	w.looks++
	at := screentest.Now.Add(time.Duration(w.looks) * time.Second)
	if len(w.up) > 0 && w.up[0] {
		w.up = w.up[1:]
		return health.Sample{At: at, Up: true, Status: 200}, true
	}
	w.up = w.up[min(1, len(w.up)):]
	return health.Sample{At: at, Status: 503}, true
}

func converse(t *testing.T, w *teller, answers ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	in := ""
	if len(answers) > 0 {
		in = strings.Join(answers, "\n") + "\n"
	}
	err := Run(context.Background(), w, strings.NewReader(in), &out, Options{Now: screentest.NewClock().Now})
	return out.String(), err
}

func TestTheWholeRoad(t *testing.T) {
	w := newTeller()
	w.live = []gitops.Deployment{{Source: "github", Commit: screentest.Shipped, Status: gitops.StatusLive}}
	w.up = []bool{false, false, true, true}
	text, err := converse(t, w, "1", "1", "totals off by a cent", "inc-204", "s", "v1.42.1", "", "", "")
	if err != nil || len(w.published) != 1 {
		t.Fatalf("%d published, %v, after:\n%s", len(w.published), err, text)
	}
	if r := w.published[0].Remedy; r.Reason != "totals off by a cent" || r.Incident != "inc-204" || r.Commits[0] != screentest.Suspect {
		t.Errorf("shipped %+v", r)
	}
	if len(w.marked) != 1 || w.marked[0].Commit != screentest.Shipped {
		t.Errorf("told of %+v", w.marked)
	}
	screentest.File(t, "road", text)
}

func TestAConflictOffersItsWaysOut(t *testing.T) {
	w := newTeller()
	w.plans = func(r gitops.Remedy) gitops.Plan {
		if r.WithDependants {
			return screentest.Clean(r)
		}
		return screentest.Conflicted(r)
	}
	text, err := converse(t, w, "1", "a01be77", "s", "a", "", "", "q")
	if err != nil || len(w.published) != 0 {
		t.Fatalf("%d published, %v", len(w.published), err)
	}
	if len(w.remedies) != 2 || !w.remedies[1].WithDependants {
		t.Errorf("planned %+v", w.remedies)
	}
	screentest.File(t, "conflict", text)
}

func TestOnlyTheNameShips(t *testing.T) {
	for _, answer := range []string{"", "y", "yes", "v1.42.", "V1.42.1", " v1.42.1", "v1.42.1 ", "main"} {
		w := newTeller()
		text, err := converse(t, w, "1", "1", "", "", "s", answer)
		if len(w.published) != 0 || err != nil || !strings.Contains(text, "That is not the name. Nothing was shipped.") {
			t.Errorf("%q: %d published, %v", answer, len(w.published), err)
		}
	}
}

func TestTheEndOfTheInputShipsNothing(t *testing.T) {
	all := []string{"1", "1", "why", "inc", "s"}
	for n := range len(all) + 1 {
		w := newTeller()
		text, err := converse(t, w, all[:n]...)
		if len(w.published) != 0 || err != nil || !strings.HasSuffix(text, "The input ended. Nothing was shipped.\n") {
			t.Errorf("after %v: %d published, %v, ends in %q", all[:n], len(w.published), err, text[max(0, len(text)-80):])
		}
	}
	w := newTeller()
	var out strings.Builder
	in := strings.Join(all, "\n") + "\nv1.42.1"
	if err := Run(context.Background(), w, strings.NewReader(in), &out, Options{}); err != nil || len(w.published) != 0 {
		t.Errorf("a name that was never sent: %d published, %v", len(w.published), err)
	}
}

type broken struct{ after int }

func (b *broken) Write(p []byte) (int, error) {
	if b.after--; b.after < 0 {
		return 0, errors.New("broken pipe")
	}
	return len(p), nil
}

func TestNobodyShipsUnseen(t *testing.T) {
	in := "1\n1\n\n\ns\nv1.42.1\n"
	whole := 0
	for {
		w := newTeller()
		err := Run(context.Background(), w, strings.NewReader(in), &broken{after: whole}, Options{})
		if len(w.published) > 0 {
			break
		}
		if err == nil {
			t.Fatalf("the output broke after %d lines, and nobody said so", whole)
		}
		whole++
	}
	var out strings.Builder
	w := newTeller()
	if err := Run(context.Background(), w, strings.NewReader(in), &out, Options{}); err != nil {
		t.Fatal(err)
	}
	asked := strings.Count(out.String()[:strings.Index(out.String(), "To ship, type")], "\n") + 1
	if whole != asked {
		t.Errorf("it shipped after %d lines, the gate's question is line %d", whole, asked)
	}
}

func TestWhatMovedIsPlannedAgain(t *testing.T) {
	for _, code := range []gitops.Code{gitops.CodeTipMoved, gitops.CodeTagTaken} {
		w := newTeller()
		w.publish = []error{&gitops.Error{Code: code, What: "main moved on origin"}}
		text, err := converse(t, w, "1", "1", "why", "", "t", "v1.50.0", "s", "v1.50.0", "q")
		if err != nil || len(w.published) != 1 || len(w.remedies) != 4 {
			t.Fatalf("%s: %v, %d plans, after:\n%s", code, err, len(w.remedies), text)
		}
		last := w.remedies[3]
		if last.Reason != "why" || (last.Tag == "") != (code == gitops.CodeTagTaken) {
			t.Errorf("%s: planned again %+v", code, last)
		}
		if !strings.Contains(text, "nothing was shipped") {
			t.Errorf("%s: it does not say that nothing was shipped", code)
		}
	}
}

func TestOtherFailuresEndWithTheirReason(t *testing.T) {
	w := newTeller()
	refused := &gitops.Error{Code: gitops.CodeRejected, What: "origin refused the push", Detail: "remote: \x1b[31mprotected\x1b[0m", Hint: "ask the owners"}
	w.publish = []error{refused}
	text, err := converse(t, w, "1", "1", "", "", "s", "v1.42.1", "")
	if !errors.Is(err, refused) {
		t.Errorf("it ends with %v", err)
	}
	for _, want := range []string{"Rejected: nothing was shipped.", "they said: remote: <1b>[31mprotected", "What to do: ask the owners; by a pull request: ahead revert a01be77 --pull-request"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

func TestWhatGitDoesNotConfirmCannotShip(t *testing.T) {
	w := newTeller()
	w.checkErr = &gitops.Error{Code: gitops.CodeDisagreement, What: "other tree"}
	text, err := converse(t, w, "1", "1", "", "", "s", "v1.42.1", "g", "q")
	if err != nil || len(w.published) != 0 || len(w.remedies) != 1 || !strings.Contains(text, "GIT DISAGREES") {
		t.Errorf("%v, %d published:\n%s", err, len(w.published), text)
	}
	w = newTeller()
	w.checkErr = errors.New("git is not here")
	if _, err := converse(t, w, "1", "1", "", "", "s", "g", "q"); err != nil || len(w.published) != 0 || len(w.remedies) != 2 {
		t.Errorf("%v, %d plans, want 2", err, len(w.remedies))
	}
}

func TestEditsArePlanned(t *testing.T) {
	w := newTeller()
	_, err := converse(t, w, "1", "w", "", "", "m", "Stop rounding", "", "See inc-7.", ".", "t", "v1.42.0", "a..b", "-", "i", "new why", "inc-8", "q")
	if err != nil || len(w.remedies) != 4 {
		t.Fatalf("%v, %d plans", err, len(w.remedies))
	}
	last := w.remedies[3]
	if last.Kind != gitops.RevertDeployment || last.Message != "Stop rounding\n\nSee inc-7.\n\nnew why\n\nIncident: inc-8" || !last.NoTag ||
		last.Reason != "new why" || last.Incident != "inc-8" {
		t.Errorf("planned %+v", last)
	}
}

func TestAnswersThatNameCommits(t *testing.T) {
	s := &session{snap: screentest.Snapshot()}
	from := s.snap.Batches[0].Commits
	for answer, want := range map[string][]gitops.Hash{
		"1": from[:1], "1 3": {from[0], from[2]}, "2,4": {from[1], from[3]}, "2-4": from[1:4], "1 1": from[:1],
		"a01b": from[:1], "A01BE77": from[:1],
		"0": nil, "6": nil, "4-2": nil, "x": nil, "": nil, "a01": nil, "1 9": nil,
	} {
		got, problem := s.pick(answer, from)
		if (problem == "") != (want != nil) || len(got) != len(want) {
			t.Errorf("%q gives %v (%s), want %v", answer, got, problem, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q gives %v, want %v", answer, got, want)
			}
		}
	}
}

func TestACancelledConversationEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	never, _ := io.Pipe()
	var out strings.Builder
	cancel()
	err := Run(ctx, newTeller(), never, &out, Options{NoFetch: true})
	if gitops.CodeOf(err) != gitops.CodeInterrupted {
		t.Errorf("it ends with %v", err)
	}
}

func TestNothingButLinesIsWritten(t *testing.T) {
	words := []string{"0", "1", "2", "3", "1-3", "w", "r", "b", "m", "d", "t", "i", "a", "g", "s", "", ".", "-", "v1.42.1", "v1.42.1", screentest.Nasty, "x", "9"}
	plans := []func(gitops.Remedy) gitops.Plan{screentest.Clean, screentest.Conflicted, screentest.Empty, screentest.Refused, screentest.Hostile}
	rapid.Check(t, func(t *rapid.T) {
		w := newTeller()
		w.snap = rapid.SampledFrom([]gitops.Snapshot{screentest.Snapshot(), screentest.HostileSnapshot(), {}}).Draw(t, "snapshot")
		w.plans = rapid.SampledFrom(plans).Draw(t, "plan")
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 20).Draw(t, "answers"), "\n") + "\n"
		var out strings.Builder
		if err := Run(context.Background(), w, strings.NewReader(in), &out, Options{}); err != nil {
			t.Fatalf("it ends with %v", err)
		}
		for _, l := range strings.Split(out.String(), "\n") {
			if c := term.Clean(l); c != l {
				t.Fatalf("a line holds what a terminal may obey: %q", l)
			}
		}
	})
}

// TestCommitsBeyondTheLookAreNamed: what no look lists is read for its subject.
func TestCommitsBeyondTheLookAreNamed(t *testing.T) {
	w := newTeller()
	w.plans = func(r gitops.Remedy) gitops.Plan {
		p := screentest.Clean(r)
		p.Collateral = append(p.Collateral, beyond.Hash)
		return p
	}
	text, err := converse(t, w, "1", "1", "", "", "q")
	if err != nil || !strings.Contains(text, beyond.Hash.Short()+", Beyond the look") {
		t.Errorf("%v, after:\n%s", err, text)
	}
}
