package wording

import (
	"slices"

	"ahead/gitops"
)

// mostNamed bounds how many commits of each list of a plan are read for their
// names: as many as any window shows of it at once.
const mostNamed = 60

// Unlisted reads those commits of a plan that its snapshot lacks. A look reads
// some hundred commits, and what stands in the way of an older suspect, or all
// that a restore leaves out, may lie beyond; a bare id says nothing to the one
// who has to agree to it. What cannot be read stays one.
func Unlisted(snap gitops.Snapshot, p gitops.Plan, read func(gitops.Hash) (gitops.Commit, error)) []gitops.Commit {
	known := make(map[gitops.Hash]bool, len(snap.Commits))
	for _, c := range snap.Commits {
		known[c.Hash] = true
	}
	var more []gitops.Commit
	for _, list := range [][]gitops.Hash{p.Dependants, p.Selection, p.Collateral, p.Later} {
		for _, h := range list[:min(len(list), mostNamed)] {
			if known[h] {
				continue
			}
			known[h] = true
			if c, err := read(h); err == nil {
				more = append(more, c)
			}
		}
	}
	return more
}

// Naming gives the snapshot with more commits to name. Others hold the same
// snapshot, so theirs stays as it is.
func Naming(snap gitops.Snapshot, more []gitops.Commit) gitops.Snapshot {
	if len(more) > 0 {
		snap.Commits = slices.Concat(snap.Commits, more)
	}
	return snap
}
