package outcome

import (
	"time"

	"ahead/gitops"
)

// StepSeen tells how far one step of publishing has come.
type StepSeen struct{ Step gitops.StepResult }

// Finished tells that publishing has ended, well or not. The receipt holds
// what was done even when Err is not nil.
type Finished struct {
	Receipt gitops.Receipt
	Err     error
}

// DeploymentsSeen brings a fresh answer of the deployment sources.
type DeploymentsSeen struct {
	Deployments []gitops.Deployment
	Err         error
}

// PlanAgain asks for a new preview of the remedy on the branch as it is now.
type PlanAgain struct{ Remedy gitops.Remedy }

// Closed says that the person went back to the timeline.
type Closed struct{}

// SourcesSeen brings how the deployment sources stand, and since when there is
// trouble where a person said so.
type SourcesSeen struct {
	States []gitops.SourceState
	Began  time.Time
}
