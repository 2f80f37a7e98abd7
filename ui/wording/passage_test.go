package wording

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/screentest"
)

func TestRouteSaysTheWayFirstAndThenWhy(t *testing.T) {
	for _, c := range []struct {
		way  gitops.Passage
		want string
	}{
		{gitops.Passage{}, ""},
		{gitops.Passage{Route: gitops.RouteDirect}, ""},
		{gitops.Passage{Apart: true}, "the branch goes first, then the tag"},
		{gitops.Passage{Apart: true, Why: "origin cannot"}, "origin cannot"},
		{gitops.Passage{Route: gitops.RoutePullRequest, Via: "v", Forge: "f"}, "by a pull request from v, opened on f"},
		{gitops.Passage{Route: gitops.RoutePullRequest, Via: "v", Why: "main is protected"}, "by a pull request from v, which you open: main is protected"},
	} {
		if got := Route(gitops.Plan{Passage: c.way}); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.way, got, c.want)
		}
	}
}

// TestOnlyWhatWasTaggedNoLongerWaits: a run that goes by a pull request waits
// until its local refs were brought along.
func TestOnlyWhatWasTaggedNoLongerWaits(t *testing.T) {
	r := gitops.Receipt{Route: gitops.RoutePullRequest, Steps: []gitops.StepResult{{Name: "push"}, {Name: "verify"}, {Name: "land", State: gitops.StepWaiting}}}
	if !Waits(r) || Waits(gitops.Receipt{}) {
		t.Error("what waits and what does not")
	}
	r.Steps = append(r.Steps, gitops.StepResult{Name: "local", State: gitops.StepFailed})
	if Waits(r) {
		t.Error("it waits after its end")
	}
}

func TestMergeNamesThePageOrTheBranch(t *testing.T) {
	p := gitops.Plan{Branch: "main", Passage: gitops.Passage{Via: "revert/x"}, Tag: gitops.TagPlan{Name: "v2"}}
	for _, c := range []struct {
		url, tag, want string
	}{
		{"https://x/1", "v2", "have it merged: https://x/1; once it is merged, ahead resume tags it v2"},
		{"", "", "open a pull request from revert/x into main and have it merged; once it is merged, ahead resume sees it through"},
	} {
		p.Tag.Name = c.tag
		if got := Merge(p, gitops.Receipt{URL: c.url}, "ahead resume"); got != c.want {
			t.Errorf("it reads %q, want %q", got, c.want)
		}
	}
}

func TestRunsAreNamedByTheirReleaseAndState(t *testing.T) {
	run := gitops.Run{Plan: gitops.Plan{Branch: "main"}, By: gitops.Actor{User: "ada", Host: "laptop"}}
	for _, c := range []struct {
		change func(*gitops.Run)
		want   string
	}{
		{func(*gitops.Run) {}, "a commit to main: broken off before its first step"},
		{func(r *gitops.Run) { r.Receipt.Steps = []gitops.StepResult{{Name: "push"}} }, "a commit to main: broken off at the step push"},
		{func(r *gitops.Run) { r.Plan.Tag.Name = "v2" }, "v2: broken off at the step push"},
		{func(r *gitops.Run) { r.Receipt.Tag.Name = "v3" }, "v3: broken off at the step push"},
		{func(r *gitops.Run) { r.State = gitops.RunWaiting }, "v3: waits for its pull request to be merged"},
		{func(r *gitops.Run) { r.State = gitops.RunUnderWay }, "v3: under way, by ada on laptop"},
		{func(r *gitops.Run) { r.By.User = screentest.Nasty }, "v3: under way, by <1b>[2J"},
	} {
		c.change(&run)
		if got := RunName(run) + ": " + RunState(run); !strings.HasPrefix(got, c.want) {
			t.Errorf("it reads %q, want %q", got, c.want)
		}
	}
}

// TestEveryCodeHasARoad: a title, whether it shipped, and what to do; and what
// is on the remote in part is not called nothing.
func TestEveryCodeHasARoad(t *testing.T) {
	p := screentest.Clean(screentest.Remedy())
	for _, code := range []gitops.Code{
		gitops.CodeTipMoved, gitops.CodeTagTaken, gitops.CodeRejected, gitops.CodeRemoteUnreached, gitops.CodeOutcomeUnknown,
		gitops.CodeDisagreement, gitops.CodeMissingObject, gitops.CodeInterrupted, gitops.CodeBusy, gitops.CodeUnfinished,
		gitops.CodeHook, gitops.CodeSigning, gitops.CodeForge, gitops.CodeNoIdentity, gitops.CodeJournal, gitops.CodeNoRemote,
		gitops.CodeNotPublishable, gitops.CodeInternal,
	} {
		err := &gitops.Error{Code: code, What: "x"}
		r := RoadOf(err, p)
		if r.Title == "" || r.Next == "" || (r.Shipped == nothing) == (code == gitops.CodeOutcomeUnknown) {
			t.Errorf("%s: %+v", code, r)
		}
		ways := 0
		for _, way := range []bool{r.Again, r.Retry, r.Runs, code == gitops.CodeOutcomeUnknown} {
			if way {
				ways++
			}
		}
		if ways != 1 {
			t.Errorf("%s leads %d ways on: %+v", code, ways, r)
		}
		held := RoadAfter(err, p, gitops.Receipt{Steps: []gitops.StepResult{{Name: "verify", State: gitops.StepDone}}})
		if held.Shipped == nothing || held.Retry || held.Again {
			t.Errorf("%s, with the branch there: %+v", code, held)
		}
		unseen := RoadAfter(err, p, gitops.Receipt{Steps: []gitops.StepResult{{Name: "verify", State: gitops.StepFailed}}})
		if unseen.Shipped != r.Shipped {
			t.Errorf("%s, unverified: %+v", code, unseen)
		}
	}
}
