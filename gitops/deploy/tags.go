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
	releases, _ := release.Read(tags).Releases(scheme)
	return FromReleases(releases, scheme)
}

// FromReleases is FromTags where the releases are known already.
func FromReleases(releases []gitops.Tag, scheme release.Scheme) []gitops.Deployment {
	order := make([]*gitops.Tag, 0, len(releases))
	for i := range releases {
		if !releases[i].Commit.IsZero() {
			order = append(order, &releases[i])
		}
	}
	slices.SortFunc(order, func(a, b *gitops.Tag) int {
		if c := b.Tagger.When.Compare(a.Tagger.When); c != 0 {
			return c
		}
		switch {
		case scheme.Less(a.Name, b.Name):
			return 1
		case scheme.Less(b.Name, a.Name):
			return -1
		default:
			return cmp.Compare(a.Name, b.Name)
		}
	})
	rows := make([]gitops.Deployment, len(order))
	for i, t := range order {
		rows[i] = gitops.Deployment{
			Source:      gitops.SourceTags,
			Environment: Production,
			Commit:      t.Commit,
			Ref:         "refs/tags/" + t.Name,
			Tag:         t.Name,
			Status:      gitops.StatusReleased,
			StartedAt:   t.Tagger.When,
			Actor:       t.Tagger.Name,
		}
	}
	return rows
}
