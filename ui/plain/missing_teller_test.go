package plain

import (
	"context"

	"ahead/gitops"
)

func (*teller) FetchMissing(context.Context, gitops.Snapshot, gitops.Remedy) error { return nil }
