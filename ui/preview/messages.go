package preview

import "ahead/gitops"

// PlanWanted asks for the plan of a remedy.
type PlanWanted struct {
	ID     int
	Remedy gitops.Remedy
	// Fetch says that the person lets git fetch first what the plan needs and
	// this partial clone lacks.
	Fetch bool
}

// PlanReady answers PlanWanted.
type PlanReady struct {
	ID   int
	Plan gitops.Plan
	Err  error
	// Names are commits of the plan that the snapshot does not list.
	Names []gitops.Commit
}

// DiffWanted asks for the hunks of one file of a plan.
type DiffWanted struct {
	ID   int
	Plan gitops.Plan
	File gitops.FileChange
}

// DiffReady answers DiffWanted.
type DiffReady struct {
	ID int
	// File is what was asked for: one path may be changed in one way by the
	// plan that ships and in another by the one that leaves nothing out.
	File gitops.FileChange
	Diff gitops.FileDiff
	Err  error
}

// CheckWanted asks the system git for the same merge.
type CheckWanted struct {
	ID   int
	Plan gitops.Plan
}

// CheckReady answers CheckWanted; a nil Err means that git agrees.
type CheckReady struct {
	ID  int
	Err error
}

// ConfirmWanted asks for the gate to this plan.
type ConfirmWanted struct{ Plan gitops.Plan }

// Closed says that the person went back.
type Closed struct{}
