package desk

import (
	"ahead/gitops"
	"ahead/gitops/release"
)

// followLines says of each release which one it follows. Only where tags are all
// that is known: a source that saw deployments knows their order.
func followLines(batches []gitops.Batch, scheme release.Scheme) {
	names := make([]string, len(batches))
	for i, b := range batches {
		if b.Deployment.Source != gitops.SourceTags {
			return
		}
		names[i] = b.Deployment.Tag
	}
	for i, before := range scheme.Predecessors(names) {
		if before >= 0 {
			batches[i].Previous = names[before]
		}
	}
}
