// Package deploy brings what several sources say about deployments into one
// list.
//
// Promise: a row never claims more than a source said. A tag alone proves a
// release, not that anything is live.
//
// Rules it keeps:
//   - what a real source says of status, actor and times beats what tags
//     suggest; the tag's name is kept, because that is what people say aloud;
//   - a source that does not know ("unknown") overrides nothing;
//   - sources that contradict one another are reported (Disagreements), not
//     silently settled.
package deploy

import (
	"context"

	"ahead/gitops"
)

// Source is one place that knows of deployments.
type Source interface {
	// Name is the stable name that its rows carry.
	Name() string
	// Deployments gives what the source knows, newest first.
	Deployments(ctx context.Context) ([]gitops.Deployment, error)
}
