package preview

import "ahead/gitops"

// PlanWanted asks for the plan of a remedy.
type PlanWanted struct {
	ID     int
	Remedy gitops.Remedy
}

// PlanReady answers PlanWanted.
type PlanReady struct {
	ID   int
	Plan gitops.Plan
	Err  error
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
	// Path is FileChange.Path of the file that was asked for.
	Path string
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
