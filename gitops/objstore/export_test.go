package objstore

import "ahead/gitops"

// InCommitGraph reports whether the commit-graph answers for a commit.
func (g Graph) InCommitGraph(h gitops.Hash) bool {
	_, ok := g.linksInFile(h)
	return ok
}
