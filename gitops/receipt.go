package gitops

import "time"

// StepState is how far a step has come.
type StepState string

// The states of a step. A step is done when there is evidence for it, not
// when a command exited with 0.
const (
	StepWaiting StepState = "waiting"
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
	StepSkipped StepState = "skipped"
	StepUnknown StepState = "unknown"
)

// StepResult is what became of one step.
type StepResult struct {
	Name   string
	State  StepState
	At     time.Time
	Detail string
}

// RefUpdate is one ref that publishing moved or made, with the evidence.
type RefUpdate struct {
	Ref      string
	Old, New Hash
	// Status is created, updated, unchanged or rejected.
	Status string
	// Evidence is what the remote said, as it said it.
	Evidence string
}

// TagMade is the tag of a receipt.
type TagMade struct {
	Name   string
	Object Hash
}

// Route is the road by which a remedy reached the branch.
type Route string

// The routes.
const (
	RouteDirect      Route = "direct"
	RoutePullRequest Route = "pull-request"
)

// Receipt is what publishing did, step by step, with evidence.
type Receipt struct {
	ID string
	// Commit is the newest new commit, Commits all of them, oldest first.
	Commit  Hash
	Commits []Hash
	// Merges are those of Commits that are merges: a server made them of the
	// run's own, and git reverts such a commit against its first parent only.
	Merges []Hash
	Tag    TagMade
	Refs   []RefUpdate
	Route  Route
	URL    string
	Steps  []StepResult
	// StartedAt is the moment of confirmation.
	StartedAt  time.Time
	FinishedAt time.Time
}
