package wording

import (
	"ahead/gitops"
	"ahead/ui/term"
)

// Waiting is what the commits are called that the branch has and production lacks:
// "unreleased", or "undeployed" where some of them are in a release that is not
// what runs.
func Waiting(s gitops.Snapshot) string {
	told := len(s.Claims) > 0
	if d := s.Deployed; d != nil {
		told = d.Source != gitops.SourceTags
	}
	if told && heldByRelease(s) {
		return "undeployed"
	}
	return "unreleased"
}

// heldByRelease reports whether a release, or a deployment, may hold some of the
// commits that production lacks.
func heldByRelease(s gitops.Snapshot) bool {
	if s.Rollback != nil || s.Drift.TagAhead > 0 {
		return true
	}
	waits := make(map[gitops.Hash]bool, len(s.Unreleased.Commits))
	for _, h := range s.Unreleased.Commits {
		waits[h] = true
	}
	for _, b := range s.Batches {
		if b.Deployment.Tag != "" && waits[b.Deployment.Commit] {
			return true // it failed, and so brought nothing
		}
		for _, h := range b.Commits {
			if waits[h] {
				return true
			}
		}
	}
	return false
}

// AlongDoubt says why what ships along may be more than is counted: it is counted
// from what the environment that is looked at runs, while the release goes to
// production. It follows the count, and is empty where the count holds.
func AlongDoubt(s gitops.Snapshot) string {
	switch {
	case s.Drift.Missing:
		return "; but what " + term.Clean(s.Environment) + " runs is not here"
	case len(s.Environments) > 1 && s.Environment != s.Environments[0]:
		return "; by what " + term.Clean(s.Environment) + " runs"
	}
	return ""
}
