package outcome

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/screentest"
)

func TestAFailedStepSaysWhatFailed(t *testing.T) {
	for want, err := range map[string]error{
		"main moved to 15dc741": &gitops.Error{
			Code: gitops.CodeTipMoved, What: "main moved on origin",
			Err: &gitops.TipMoved{Branch: "main", Seen: screentest.Tip, Now: screentest.Hash("15dc741")},
		},
		"v1.42.1 is taken": &gitops.Error{
			Code: gitops.CodeTagTaken, What: "taken", Err: &gitops.TagTaken{Name: "v1.42.1", Where: "origin"},
		},
		"git gives another tree": &gitops.Error{Code: gitops.CodeDisagreement, What: "git gives another tree", Err: errors.New("a is not b")},
	} {
		s := story()
		steps := s.steps("check", gitops.StepFailed, err.Error())
		s.tell(Finished{Receipt: gitops.Receipt{Steps: steps}, Err: err})
		_, row, _ := strings.Cut(s.text(), "✗ check")
		row, _, _ = strings.Cut(row, "\n")
		if !strings.Contains(row, want) || strings.Contains(row, "let git compute") {
			t.Errorf("want %q: %q", want, row)
		}
	}
}

func TestAReapplyIsNotToldToRevert(t *testing.T) {
	r := screentest.Remedy()
	r.Message = "Reapply \"Round totals per line\"\n\nThis reverts commit a01be77.\n"
	s := open(screentest.Clean(r))
	steps := s.steps("local", gitops.StepDone, "here")
	s.tell(Finished{Receipt: s.receipt(steps)})
	if text := s.text(); strings.Contains(text, "git revert b7f02c9") || !strings.Contains(text, "the change is back") {
		t.Errorf("after bringing a change back:\n%s", text)
	}
}

func TestAProductionThatIsUpAndDownIsNotCalledRecovered(t *testing.T) {
	s := shipped()
	var state health.State
	for i, up := range []bool{false, true, false} {
		state = state.Next(health.Sample{At: screentest.Now.Add(time.Duration(i) * time.Second), Up: up})
	}
	s.tell(HealthSeen{State: state})
	if text := s.text(); !strings.Contains(text, "production unsteady: down 2 of the last 3 looks") {
		t.Errorf("it says:\n%s", text)
	}
}
