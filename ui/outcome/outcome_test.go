package outcome

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

type stage struct {
	m     Model
	clock *screentest.Clock
	plan  gitops.Plan
	said  []tea.Msg
}

func open(p gitops.Plan) *stage {
	clock := screentest.NewClock()
	return &stage{m: New(screentest.Mono(), p, screentest.Snapshot(), clock.Now), clock: clock, plan: p}
}

func story() *stage { return open(screentest.Clean(screentest.Remedy())) }

func (s *stage) tell(msgs ...tea.Msg) {
	for _, msg := range msgs {
		s.m, _ = s.m.Update(msg)
	}
}

func (s *stage) act(a keys.Action) {
	var cmd tea.Cmd
	s.m, cmd = s.m.Act(a)
	s.said = append(s.said, screentest.Messages(cmd)...)
}

func (s *stage) sized(w, h int) string {
	s.tell(tea.WindowSizeMsg{Width: w, Height: h})
	return s.m.View(w, h)
}

func (s *stage) text() string { return screentest.Plain(s.sized(140, 40)) }

// steps plays publishing as the publisher tells it, up to and with the named
// step, which ends as state says.
func (s *stage) steps(until string, state gitops.StepState, detail string) []gitops.StepResult {
	details := map[string]string{
		"preflight": "git 2.39.5", "fetch": "origin/main is d93b0c4", "check": "git computes the same tree",
		"objects": "3 objects written", "commit": "b7f02c9 on d93b0c4", "tag": "v1.42.1 → b7f02c9, signature good",
		"push":   "main d93b0c4 → b7f02c9, v1.42.1 new",
		"verify": "origin holds both", "local": "origin/main and v1.42.1 are here",
	}
	var out []gitops.StepResult
	for _, name := range []string{"preflight", "fetch", "check", "objects", "commit", "tag", "push", "verify", "local"} {
		r := gitops.StepResult{Name: name, State: gitops.StepRunning, At: s.clock.Now()}
		s.tell(StepSeen{Step: r})
		s.clock.Add(400 * time.Millisecond)
		r.State, r.At, r.Detail = gitops.StepDone, s.clock.Now(), details[name]
		if name == until {
			r.State, r.Detail = state, detail
		}
		out = append(out, r)
		s.tell(StepSeen{Step: r})
		if name == until {
			break
		}
	}
	return out
}

func (s *stage) receipt(steps []gitops.StepResult) gitops.Receipt {
	return gitops.Receipt{
		ID: "p1", Commit: screentest.Shipped, Commits: []gitops.Hash{screentest.Shipped},
		Tag: gitops.TagMade{Name: "v1.42.1", Object: screentest.Hash("7e57ab1")},
		Refs: []gitops.RefUpdate{
			{Ref: "refs/heads/main", Old: screentest.Tip, New: screentest.Shipped, Status: "updated", Evidence: "ls-remote says b7f02c9"},
			{Ref: "refs/tags/v1.42.1", New: screentest.Hash("7e57ab1"), Status: "created", Evidence: "ls-remote says 7e57ab1"},
		},
		Route: gitops.RouteDirect, Steps: steps, StartedAt: screentest.Now, FinishedAt: s.clock.Now(),
	}
}

func shipped() *stage {
	s := story()
	s.tell(HealthSeen{State: health.State{Phase: health.Down, DownSince: screentest.Now.Add(-31 * time.Minute)}})
	steps := s.steps("local", gitops.StepDone, "origin/main and v1.42.1 are here")
	s.tell(Finished{Receipt: s.receipt(steps)})
	return s
}

func seenIn(source string, status gitops.Status, commit gitops.Hash, at time.Time) DeploymentsSeen {
	return DeploymentsSeen{Deployments: []gitops.Deployment{{
		Source: source, Status: status, Commit: commit, Tag: "v1.42.1", FinishedAt: at,
	}}}
}

func TestGoldenRoad(t *testing.T) {
	s := story()
	s.tell(StepSeen{Step: gitops.StepResult{Name: "preflight", State: gitops.StepDone, At: s.clock.Now(), Detail: "git 2.39.5"}})
	s.tell(StepSeen{Step: gitops.StepResult{Name: "fetch", State: gitops.StepRunning, At: s.clock.Now()}})
	s.clock.Add(3 * time.Second)
	s.act(keys.Back)
	screentest.Golden(t, "running", s.sized)
	s = shipped()
	s.clock.Add(41 * time.Second)
	screentest.Golden(t, "shipped", s.sized)
	done := s.m.watch.Since
	s.tell(seenIn("github", gitops.StatusLive, screentest.Shipped, done.Add(40*time.Second)))
	s.tell(HealthSeen{State: health.State{
		Phase: health.Recovered, DownSince: screentest.Now.Add(-31 * time.Minute), RecoveredAt: s.clock.Now(),
	}})
	screentest.Golden(t, "live", s.sized)
}

// TestGoldenPartial: what shipped is not taken for the whole revert.
func TestGoldenPartial(t *testing.T) {
	r := screentest.Remedy()
	r.LeaveOut = []gitops.LeaveOut{
		{Path: "app/price/total_test.go"},
		{Path: "app/price/total.go", Hunks: screentest.Diff(gitops.FileChange{}).HunkNames()[:1]},
	}
	s := open(screentest.Less(screentest.Clean)(r))
	s.tell(Finished{Receipt: s.receipt(s.steps("local", gitops.StepDone, "origin/main and v1.42.1 are here"))})
	screentest.Golden(t, "partial", s.sized)
	s.act(keys.Bottom)
	for _, want := range []string{"SHIPPED v1.42.1", "PARTIAL", "left out app/price/total_test.go", "app/price/total.go (1 of 2 hunks)"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("no %q in\n%s", want, s.text())
		}
	}
}

func TestGoldenFailures(t *testing.T) {
	for name, c := range map[string]struct {
		step  string
		state gitops.StepState
		err   *gitops.Error
	}{
		"tip-moved": {"check", gitops.StepFailed, &gitops.Error{
			Code: gitops.CodeTipMoved, What: "main moved on origin",
			Err:  &gitops.TipMoved{Branch: "main", Seen: screentest.Tip, Now: screentest.Hash("5e5e5e5"), Arrived: 2},
			Hint: "plan again on the new tip and look at what arrived; nothing was pushed",
		}},
		"tag-taken": {"push", gitops.StepFailed, &gitops.Error{
			Code: gitops.CodeTagTaken, What: "the tag \"v1.42.1\" is taken",
			Err: &gitops.TagTaken{Name: "v1.42.1", Object: screentest.Hash("5e5e5e5"), Where: "origin"},
		}},
		"rejected": {"push", gitops.StepFailed, &gitops.Error{
			Code: gitops.CodeRejected, What: "origin refused the push", Hint: "ask for the right to push to main, or open a pull request",
			Detail: "remote: GH006: Protected branch update failed for refs/heads/main.\n" +
				strings.Repeat("remote: \x1b[31m- Changes must be made through a pull request.\x1b[0m\n", 12),
		}},
		"unreachable": {"preflight", gitops.StepFailed, &gitops.Error{
			Code: gitops.CodeRemoteUnreached, What: "origin cannot be reached", Hint: "check the network and VPN",
			Detail: "ssh: Could not resolve hostname git.shop.example",
		}},
		"unknown": {"push", gitops.StepUnknown, &gitops.Error{
			Code: gitops.CodeOutcomeUnknown, What: "the push gave no answer within 60 s, and origin does not answer",
		}},
		"disagrees": {"check", gitops.StepFailed, &gitops.Error{
			Code: gitops.CodeDisagreement, What: "git's merge gives tree 1111111, this plan 8c1d44e",
		}},
	} {
		s := story()
		steps := s.steps(c.step, c.state, c.err.Error())
		r := s.receipt(steps)
		r.Refs = nil
		s.tell(Finished{Receipt: r, Err: c.err})
		screentest.Golden(t, name, s.sized)
	}
}

func TestShippedStandsOnlyForWhatWasVerified(t *testing.T) {
	for _, c := range []struct {
		until string
		state gitops.StepState
		err   error
		want  string
	}{
		{"local", gitops.StepDone, nil, "SHIPPED v1.42.1 in 3 s"},
		{"local", gitops.StepFailed, nil, "SHIPPED v1.42.1 in 3 s"},
		{"verify", gitops.StepUnknown, nil, "PUSHED, NOT VERIFIED: v1.42.1"},
		{"push", gitops.StepDone, nil, "PUSHED, NOT VERIFIED: v1.42.1"},
		{"verify", gitops.StepDone, &gitops.Error{Code: gitops.CodeOutcomeUnknown, What: "x"}, "OUTCOME UNKNOWN"},
	} {
		s := story()
		steps := s.steps(c.until, c.state, "as it went")
		if strings.Contains(s.text(), "SHIPPED") {
			t.Error("SHIPPED before the end")
		}
		s.tell(Finished{Receipt: s.receipt(steps), Err: c.err})
		if !strings.Contains(s.text(), c.want) {
			t.Errorf("after %s %s (%v): %s", c.until, c.state, c.err, s.text())
		}
	}
	s := story()
	r := s.receipt(s.steps("verify", gitops.StepDone, ""))
	r.Route, r.URL = gitops.RoutePullRequest, "https://git.shop.example/pr/7"
	if s.tell(Finished{Receipt: r}); !strings.Contains(s.text(), "PROPOSED, NOT SHIPPED") || s.m.Watching() {
		t.Errorf("a pull request reads:\n%s", s.text())
	}
}

func TestEachStepHasOneRow(t *testing.T) {
	p := screentest.Clean(screentest.Remedy())
	p.Commits = append(p.Commits, p.Commits[0])
	s := open(p)
	for i, name := range []string{"preflight", "commit", "commit", "tag", "push"} {
		s.tell(StepSeen{Step: gitops.StepResult{Name: name, State: gitops.StepRunning, At: s.clock.Now()}})
		r := gitops.StepResult{Name: name, State: gitops.StepDone, At: s.clock.Now(), Detail: fmt.Sprint("did ", i)}
		s.tell(StepSeen{Step: r}, StepSeen{Step: r})
	}
	var got []string
	for _, st := range s.m.steps {
		got = append(got, st.result.Name+" "+string(st.result.State))
	}
	want := "[preflight done commit done commit done tag done push done verify waiting local waiting]"
	if fmt.Sprint(got) != want {
		t.Errorf("rows %v\nwant %s", got, want)
	}
	// The receipt says the same again; no row may double.
	var all []gitops.StepResult
	for _, st := range s.m.steps {
		all = append(all, st.result)
	}
	s.tell(Finished{Receipt: gitops.Receipt{Steps: all}, Err: errors.New("x")})
	if len(s.m.steps) != 7 {
		t.Errorf("%d rows after the receipt, want 7", len(s.m.steps))
	}
}

func TestRoadsLeadWhereTheySay(t *testing.T) {
	fail := func(code gitops.Code, tag string) *stage {
		r := screentest.Remedy()
		r.Tag, r.Reason = tag, "why"
		s := open(screentest.Clean(r))
		s.tell(Finished{Err: &gitops.Error{Code: code, What: "x"}})
		return s
	}
	s := fail(gitops.CodeTipMoved, "v1.42.9")
	s.act(keys.Open)
	if again, ok := s.said[0].(PlanAgain); !ok || again.Remedy.Tag != "v1.42.9" || again.Remedy.Reason != "why" {
		t.Errorf("after tip-moved: %+v", s.said)
	}
	s = fail(gitops.CodeTagTaken, "v1.42.9")
	s.act(keys.Open)
	if again, ok := s.said[0].(PlanAgain); !ok || again.Remedy.Tag != "" || again.Remedy.Reason != "why" {
		t.Errorf("after tag-taken: %+v", s.said)
	}
	for _, code := range []gitops.Code{
		gitops.CodeRejected, gitops.CodeRemoteUnreached, gitops.CodeOutcomeUnknown, gitops.CodeDisagreement, gitops.CodeInternal,
	} {
		s := fail(code, "v1.42.9")
		s.act(keys.Open)
		again, ok := s.said[0].(PlanAgain)
		// Where nobody knows what the remote holds, looking comes first.
		if ok != (code != gitops.CodeOutcomeUnknown) || ok && (again.Remedy.Tag != "v1.42.9" || again.Remedy.Reason != "why") {
			t.Errorf("after %s: %+v", code, s.said)
		}
		if s.act(keys.Back); s.said[1] != (Closed{}) {
			t.Errorf("esc after %s: %+v", code, s.said)
		}
		text := s.text()
		known := !strings.Contains(text, "not known whether")
		if known == (code == gitops.CodeOutcomeUnknown) {
			t.Errorf("%s reads:\n%s", code, text)
		}
	}
	s = story()
	s.tell(Finished{Err: errors.New("a bare error explains nothing")})
	if text := s.text(); strings.Contains(text, "nothing was shipped") || !strings.Contains(text, "not known") {
		t.Errorf("a bare error reads:\n%s", text)
	}
}

func TestNobodyLeavesWhileItPublishes(t *testing.T) {
	s := story()
	s.act(keys.Back)
	if s.act(keys.Open); len(s.said) != 0 || s.m.notice == "" || !s.m.Busy() {
		t.Errorf("it said %v", s.said)
	}
}

func TestTheWatchSaysWhoSaysSo(t *testing.T) {
	live := func(s *stage) time.Time { return s.m.watch.Since }
	for name, c := range map[string]struct {
		msg     func(*stage) DeploymentsSeen
		want    string
		settled bool
	}{
		"nothing yet": {func(s *stage) DeploymentsSeen {
			return seenIn("github", gitops.StatusLive, screentest.Deployed, live(s).Add(-time.Hour))
		}, "v1.42.1 not deployed yet, 55 s since you confirmed", false},
		"pending": {func(s *stage) DeploymentsSeen {
			return seenIn("github", gitops.StatusPending, screentest.Shipped, live(s))
		}, "v1.42.1 is on its way, 55 s since you confirmed, says github", false},
		"live": {func(s *stage) DeploymentsSeen {
			return seenIn("github", gitops.StatusLive, screentest.Shipped, live(s).Add(44*time.Second))
		}, "v1.42.1 live after 44 s, says github", true},
		"live by a clock that is behind": {func(s *stage) DeploymentsSeen {
			return seenIn("github", gitops.StatusLive, screentest.Shipped, live(s).Add(-time.Hour))
		}, "v1.42.1 live after 55 s, says github", true},
		"failed": {func(s *stage) DeploymentsSeen {
			return seenIn("github", gitops.StatusFailed, screentest.Shipped, live(s))
		}, "✗ watch     the deployment of v1.42.1 failed, says github", false},
		"tags only": {func(s *stage) DeploymentsSeen {
			return seenIn(gitops.SourceTags, gitops.StatusReleased, screentest.Shipped, live(s))
		}, "v1.42.1 released; no deployment source tells when it is live", true},
		"error": {func(*stage) DeploymentsSeen { return DeploymentsSeen{Err: errors.New("503")} }, "do not answer, 55 s since you confirmed: 503", false},
		"a tag is no deployment": {func(s *stage) DeploymentsSeen {
			d := seenIn(gitops.SourceTags, gitops.StatusLive, screentest.Shipped, live(s))
			d.Deployments = append(d.Deployments, gitops.Deployment{Source: "github", Commit: screentest.Deployed, Status: gitops.StatusLive})
			return d
		}, "v1.42.1 not deployed yet, 55 s since you confirmed", false},
	} {
		s := shipped()
		s.clock.Add(52 * time.Second)
		s.tell(c.msg(s))
		if text := s.text(); !strings.Contains(text, c.want) || s.m.Watching() == c.settled {
			t.Errorf("%s: watching %v, want %q in:\n%s", name, s.m.Watching(), c.want, text)
		}
	}
}

func TestWhatWasLiveStaysLive(t *testing.T) {
	s := shipped()
	s.clock.Add(time.Minute)
	s.tell(seenIn("github", gitops.StatusLive, screentest.Shipped, s.clock.Now()), DeploymentsSeen{Err: errors.New("gone")})
	s.clock.Add(time.Hour)
	if !strings.Contains(s.text(), "v1.42.1 live after 1 min") {
		t.Errorf("an hour later:\n%s", s.text())
	}
}

func TestLongServerTextScrollsToItsEnd(t *testing.T) {
	s := story()
	detail := strings.Repeat("remote: line\n", 200) + "remote: the end"
	s.tell(Finished{Err: &gitops.Error{Code: gitops.CodeRejected, What: "refused", Detail: detail}})
	s.sized(60, 16)
	s.act(keys.Bottom)
	if !strings.Contains(s.m.View(60, 16), "the end") {
		t.Errorf("the end is not in sight:\n%s", s.m.View(60, 16))
	}
	before := s.m.View(60, 16)
	if s.act(keys.Up); s.m.View(60, 16) == before {
		t.Error("one step up from the end moves nothing")
	}
	if s.act(keys.Top); !strings.Contains(s.m.View(60, 16), "refused") {
		t.Error("the top is gone")
	}
}

func TestEveryFrameFits(t *testing.T) {
	states := []gitops.StepState{
		gitops.StepWaiting, gitops.StepRunning, gitops.StepDone, gitops.StepFailed, gitops.StepSkipped, gitops.StepUnknown,
	}
	words := []string{"commit", "push", "verify", "x", screentest.Nasty, "", strings.Repeat("long ", 40)}
	rapid.Check(t, func(t *rapid.T) {
		word := func(name string) string { return rapid.SampledFrom(words).Draw(t, name) }
		s := open(screentest.Hostile(screentest.Remedy()))
		s.m.th = screentest.Colour()
		for range rapid.IntRange(1, 15).Draw(t, "events") {
			switch rapid.IntRange(0, 5).Draw(t, "event") {
			case 0, 1:
				s.tell(StepSeen{Step: gitops.StepResult{
					Name: word("step"), State: rapid.SampledFrom(states).Draw(t, "state"), At: s.clock.Now(), Detail: word("detail"),
				}})
			case 2:
				var err error
				if rapid.Bool().Draw(t, "fails") {
					err = &gitops.Error{Code: gitops.Code(word("code")), What: word("what"), Hint: word("hint"), Detail: word("text") + "\n" + word("more")}
				}
				r := s.receipt(nil)
				r.ID, r.Refs[0].Evidence, r.Tag.Name = word("id"), word("evidence"), word("tag")
				s.tell(Finished{Receipt: r, Err: err})
			case 3:
				s.tell(seenIn(word("source"), gitops.StatusPending, screentest.Shipped, s.clock.Now()))
			case 4:
				s.tell(HealthSeen{State: health.State{Phase: health.Phase(rapid.IntRange(0, 3).Draw(t, "phase")), DownSince: screentest.Now}})
			default:
				s.act(rapid.SampledFrom([]keys.Action{keys.Up, keys.Down, keys.PageDown, keys.Bottom, keys.Top, keys.PageUp}).Draw(t, "act"))
			}
			s.clock.Add(time.Second)
			w, h := rapid.IntRange(1, 140).Draw(t, "width"), rapid.IntRange(1, 45).Draw(t, "height")
			screentest.Frame(t, s.sized(w, h), w, h)
		}
	})
}
