package journal

import (
	"errors"
	"fmt"

	"ahead/gitops"
)

// errNotBegun is the error of a file whose first line was not written to its
// end: nothing was done for that run.
var errNotBegun = errors.New("the run never began")

// history is what a file tells.
type history struct {
	run gitops.Run
	// last is the record that the run ended, waited or went on with.
	last record
	// size is how many bytes of the file are whole lines.
	size int
}

// parse reads a file; path is for errors only.
func parse(path string, data []byte) (history, error) {
	lines, size := wholeLines(data)
	if len(lines) == 0 {
		return history{}, errNotBegun
	}
	h := history{size: size}
	for i, text := range lines {
		r, err := decodeLine(text)
		if err == nil && i == 0 {
			// The version first: a later one may have changed all the rest.
			if r.Version != nil && r.Version.Major > major {
				return h, laterVersion(path, *r.Version, r.Program)
			}
			err = h.begin(r)
		} else if err == nil {
			err = h.follow(r)
		}
		if err != nil {
			return h, damaged(path, i+1, err)
		}
	}
	return h, nil
}

func (h *history) begin(r record) error {
	if r.Kind != kindRun || r.Version == nil || r.Version.Major != major || r.ID == "" || r.By == nil {
		return errors.New("it is not the beginning of a run")
	}
	plan, err := decodePlan(r.Plan)
	if err != nil {
		return err
	}
	h.last = r
	h.run = gitops.Run{
		ID: r.ID, Plan: plan, NoVerify: r.NoVerify, By: r.By.actor(), State: gitops.RunInterrupted,
		Receipt: gitops.Receipt{ID: r.ID, StartedAt: r.At, Route: plan.Passage.Route},
	}
	if h.run.Receipt.Route == "" {
		h.run.Receipt.Route = gitops.RouteDirect
	}
	return nil
}

// follow puts one more record into the run. A kind that it does not know is a
// later version's, which promises that the run can be read without it.
func (h *history) follow(r record) error {
	h.last = r
	receipt := &h.run.Receipt
	switch r.Kind {
	case kindBegin:
		receipt.Steps = append(receipt.Steps, gitops.StepResult{Name: r.Step, State: gitops.StepRunning, At: r.At})
		h.run.State = gitops.RunInterrupted
	case kindEnd:
		n := len(receipt.Steps)
		if n == 0 || receipt.Steps[n-1].Name != r.Step || receipt.Steps[n-1].State != gitops.StepRunning {
			return fmt.Errorf("it ends the step %q, which was not begun", r.Step)
		}
		detail, err := decodeString(r.Detail)
		if err != nil {
			return err
		}
		receipt.Steps[n-1] = gitops.StepResult{Name: r.Step, State: gitops.StepState(r.State), At: r.At, Detail: detail}
		if r.Made != nil {
			return r.Made.apply(receipt)
		}
	case kindAgain:
		if r.By == nil {
			return errors.New("it does not say who went on")
		}
		h.run.By, h.run.State = r.By.actor(), gitops.RunInterrupted
	case kindWaiting:
		h.run.State = gitops.RunWaiting
	case kindEnded:
		h.run.State, receipt.FinishedAt = gitops.RunEnded, r.At
		how, err := decodeString(r.How)
		h.run.Ended = how
		return err
	}
	return nil
}

// hasEnded looks at the last line alone, which is enough in every version.
func hasEnded(data []byte) bool {
	lines, _ := wholeLines(data)
	if len(lines) == 0 {
		return false
	}
	r, err := decodeLine(lines[len(lines)-1])
	return err == nil && r.Kind == kindEnded
}

func damaged(path string, line int, err error) error {
	return &gitops.Error{
		Code: gitops.CodeJournal, What: fmt.Sprintf("line %d of %s is damaged", line, path), Err: err,
		Hint: "ask the remote what it holds (git ls-remote), then move that file away",
	}
}

func laterVersion(path string, v version, program string) error {
	return &gitops.Error{
		Code: gitops.CodeJournal,
		What: fmt.Sprintf("%s was written by a later ahead (%s, format %d.%d) and cannot be read by this one", path, program, v.Major, v.Minor),
		Hint: "carry on with that version: ahead resume",
	}
}
