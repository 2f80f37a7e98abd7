package preview

import (
	"ahead/gitops"
	"ahead/ui/keys"
)

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

// RehearsalWanted asks how publishing the plan would go. Try numbers the
// attempts beside the request ID.
type RehearsalWanted struct {
	ID, Try int
	Plan    gitops.Plan
}

// RehearsalReady answers RehearsalWanted.
type RehearsalReady struct {
	ID, Try   int
	Rehearsal gitops.Rehearsal
	Err       error
}

// RehearsalStopped says that nobody waits for that rehearsal any more. It may come
// after the next one is wanted.
type RehearsalStopped struct{ ID, Try int }

// UnlockWanted asks for the terminal to be handed to the program that unlocks
// the signing key.
type UnlockWanted struct{ ID, Try int }

// Unlocked answers UnlockWanted. No error does not mean that the key is
// unlocked.
type Unlocked struct {
	ID, Try int
	Err     error
}

// ConfirmWanted asks for the gate to this plan, which is the one that the
// rehearsal gave, with what a person should know before. It may come after
// another way was asked for: Awaits tells.
type ConfirmWanted struct {
	ID, Try int
	Plan    gitops.Plan
	Notices []gitops.Notice
}

// Wished says that a person changed the way at the gate, by this key: how it
// goes then is asked about anew.
type Wished struct{ By keys.Action }

// GateOpened says that the gate stands open: nothing more is asked for it.
type GateOpened struct{}

// Closed says that the person went back.
type Closed struct{}
