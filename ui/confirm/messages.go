package confirm

import "ahead/gitops"

// Confirmed says that a person typed the name: ship this plan. It is sent at
// most once by a gate.
type Confirmed struct{ Plan gitops.Plan }

// Closed says that the person went back; nothing happened.
type Closed struct{}
