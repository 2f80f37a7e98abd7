package plain

import (
	"context"
	"io"

	"ahead/gitops"
	"ahead/ui/screentest"
	"ahead/ui/term"
)

func (*teller) FetchMissing(context.Context, gitops.Snapshot, gitops.Remedy) error { return nil }

// Rehearse adds what a commit-msg hook would.
func (w *teller) Rehearse(_ context.Context, _ gitops.Snapshot, p gitops.Plan) (gitops.Rehearsal, error) {
	if len(w.rehearse) > 0 {
		err := w.rehearse[0]
		w.rehearse = w.rehearse[1:]
		if err != nil {
			return gitops.Rehearsal{}, err
		}
	}
	p.Rehearsed, p.Passage = true, w.passage
	if len(w.published) > 0 {
		p.Passage = w.learns
	}
	if p.Remedy.Wishes.PullRequest {
		p.Passage = gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x", Forge: "github.com", Why: "you asked for a pull request"}
	}
	if p.Passage.NoVerify = p.Remedy.Wishes.NoVerify; p.Passage.NoVerify {
		p.Passage.Skips = "pre-push"
	}
	p.Message += "\nChange-Id: I1\n"
	return gitops.Rehearsal{Plan: p, Notices: w.heard}, nil
}

// asking is a program that asks for a key.
type asking struct {
	term.Asking
	ran *int
}

func (asking) Words() string       { return "ssh-add key" }
func (asking) SetStdin(io.Reader)  {}
func (asking) SetStdout(io.Writer) {}
func (asking) SetStderr(io.Writer) {}
func (a asking) Run() error        { *a.ran++; return nil }

func (w *teller) Unlock(context.Context) (term.Asking, error) { return asking{ran: &w.unlocked}, nil }

func (w *teller) Runs(context.Context) ([]gitops.Run, error) { return w.runs, nil }

func (w *teller) Standing(_ context.Context, run gitops.Run) (gitops.Standing, error) {
	st := w.stands
	st.Run = run
	return st, nil
}

func (w *teller) CarryOn(_ context.Context, st gitops.Standing, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	w.carried++
	w.runs = nil
	r := st.Run.Receipt
	for _, name := range []string{"push", "verify", "local"} {
		s := gitops.StepResult{Name: name, State: gitops.StepDone, At: screentest.Now, Detail: "seen"}
		observe(s)
		r.Steps = append(r.Steps, s)
	}
	r.Commit, r.Tag.Name = screentest.Shipped, st.Tag.Name
	return r, nil
}

func (w *teller) CloseRun(_ context.Context, run gitops.Run, why string) error {
	w.closed = append(w.closed, run.ID+": "+why)
	w.runs = nil
	return nil
}
