package publish

import (
	"context"

	"ahead/gitops"
)

// MarkedTree is MergeTree for a merge that conflicts and of which a person has
// decided: Objects then hold what is new in git's tree, with its markers, so
// that the decisions can be put in their place.
func (g *Git) MarkedTree(ctx context.Context, base, ours, theirs gitops.Hash, objects ...gitops.Object) (GitMerge, error) {
	s, err := g.newScratch()
	if err != nil {
		return GitMerge{}, err
	}
	defer s.remove()
	commits := mergeCommits(base, ours, theirs)
	if err := g.store(ctx, append(append([]gitops.Object{}, objects...), commits[:]...), s.env()); err != nil {
		return GitMerge{}, err
	}
	if err := s.takeAttributes(ctx, ours); err != nil {
		return GitMerge{}, err
	}
	m, err := s.merge(ctx, commits)
	if err != nil {
		return GitMerge{}, err
	}
	m.Objects, err = s.closure(ctx, m.Tree)
	return m, err
}
