package confirm

import (
	"ahead/gitops"
	"ahead/ui/keys"
)

// Confirmed says that a person typed the name: ship this plan. It is sent at
// most once by a gate.
type Confirmed struct{ Plan gitops.Plan }

// OnwardConfirmed says that a person typed the name: go on with this run. It is
// sent at most once by a gate.
type OnwardConfirmed struct{ Standing gitops.Standing }

// Outdated tells that the plan of the gate can no longer ship, and why.
type Outdated struct{ Why string }

// NewPlanWanted asks for the same remedy on what the branch is now.
type NewPlanWanted struct{ Plan gitops.Plan }

// OtherWayWanted asks how it would go by another way, or past the hooks, before
// anything is decided; By is the key that said which.
type OtherWayWanted struct{ By keys.Action }

// Closed says that the person went back; nothing happened.
type Closed struct{}
