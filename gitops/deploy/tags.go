package deploy

import (
	"cmp"
	"slices"

	"ahead/gitops"
	"ahead/gitops/release"
)

// Production is the environment of deployments that are known from tags only.
const Production = "production"

// FromTags takes every release tag of the scheme, and of the schemes that it
// replaced, for a release: newest first by the time of tagging, and by the
// scheme's order where times tie, as they do after an import. Tags that point
// at no commit are left out.
func FromTags(tags []gitops.Tag, scheme release.Scheme) []gitops.Deployment {
	var rows []gitops.Deployment
	for _, t := range tags {
		if t.Commit.IsZero() || !scheme.IsRelease(t.Name) && !scheme.WasRelease(t.Name) {
			continue
		}
		rows = append(rows, gitops.Deployment{
			Source:      gitops.SourceTags,
			Environment: Production,
			Commit:      t.Commit,
			Ref:         "refs/tags/" + t.Name,
			Tag:         t.Name,
			Status:      gitops.StatusReleased,
			StartedAt:   t.Tagger.When,
			Actor:       t.Tagger.Name,
		})
	}
	slices.SortStableFunc(rows, func(a, b gitops.Deployment) int {
		if c := b.StartedAt.Compare(a.StartedAt); c != 0 {
			return c
		}
		switch {
		case scheme.Less(a.Tag, b.Tag):
			return 1
		case scheme.Less(b.Tag, a.Tag):
			return -1
		default:
			return cmp.Compare(a.Tag, b.Tag)
		}
	})
	return rows
}
