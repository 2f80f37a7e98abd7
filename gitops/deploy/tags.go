package deploy

import (
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
	return FromReleases(release.Read(tags).Releases(scheme))
}

// FromReleases is FromTags where the releases are known already, newest first.
func FromReleases(releases []*gitops.Tag) []gitops.Deployment {
	rows := make([]gitops.Deployment, 0, len(releases))
	for _, t := range releases {
		if t.Commit.IsZero() {
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
	return rows
}
