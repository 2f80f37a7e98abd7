package ui

import (
	"context"
	"slices"

	"ahead/gitops"
	"ahead/ui/term"
)

// Rehearse gives the plan with a message that says that it was rehearsed.
func (w *world) Rehearse(ctx context.Context, _ gitops.Snapshot, p gitops.Plan) (gitops.Rehearsal, error) {
	w.mu.Lock()
	w.rehearsals++
	gate, err, way := w.rehearseGate, w.rehearseErr, w.passage
	w.mu.Unlock()
	if gate != nil {
		// Deliberately deaf to ctx, as Plan is.
		<-gate
	}
	if err != nil {
		return gitops.Rehearsal{}, err
	}
	if p.Remedy.Wishes.PullRequest {
		way = gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/3f9c2ab-change", Forge: "github.com", Why: "you asked for a pull request"}
	}
	if way.NoVerify = p.Remedy.Wishes.NoVerify; way.NoVerify {
		way.Skips = "commit-msg and pre-push"
	}
	p.Rehearsed, p.Passage, p.ID = true, way, p.ID+"-rehearsed"
	p.Message += "\nChange-Id: I1\n"
	return gitops.Rehearsal{Plan: p, Notices: w.heard}, nil
}

func (w *world) Unlock(context.Context) (term.Asking, error) {
	return nil, &gitops.Error{Code: gitops.CodeSigning, What: "the key cannot be unlocked from here", Hint: "start an agent"}
}

func (w *world) Runs(context.Context) ([]gitops.Run, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.runs), nil
}

func (w *world) Standing(_ context.Context, run gitops.Run) (gitops.Standing, error) {
	w.mu.Lock()
	gate := w.standingGate
	w.mu.Unlock()
	if gate != nil {
		<-gate
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	st := w.stands
	st.Run = run
	return st, w.standErr
}

func (w *world) CarryOn(_ context.Context, st gitops.Standing, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := st.Run.Receipt
	for _, name := range []string{"preflight", "tag", "push", "verify", "local"} {
		s := gitops.StepResult{Name: name, State: gitops.StepDone, At: noon, Detail: "seen"}
		observe(s)
		r.Steps = append(r.Steps, s)
	}
	w.carried = append(w.carried, st)
	w.runs = nil
	r.Tag.Name, r.Commit = st.Tag.Name, hash(900)
	return r, w.shipErr
}

func (w *world) CloseRun(_ context.Context, run gitops.Run, why string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = append(w.closed, run.ID+": "+why)
	w.runs = slices.DeleteFunc(w.runs, func(r gitops.Run) bool { return r.ID == run.ID })
	return nil
}
