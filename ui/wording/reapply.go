package wording

import (
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
)

// AfterShipping says how the story goes on after a release. It is empty where
// the receipt names no commit.
func AfterShipping(snap gitops.Snapshot, p gitops.Plan, r gitops.Receipt) string {
	names := newCommits(r)
	switch {
	case len(names) == 0:
		return ""
	case Reapplies(snap, p):
		// Who brought a change back does not want to hear how to bring it back,
		// and reverting this commit would take it out again.
		return "the change is back: what " + shorts(p.Remedy.Commits) + " had taken out is on " + term.Clean(p.Branch) + " again"
	default:
		against := ""
		if len(r.Merges) > 0 {
			// Git takes it for those beside them, too, that are no merges.
			against = "-m 1 "
		}
		return "to bring the change back with its fix: on a new branch, git revert " + against +
			strings.Join(names, " ") + ", then the fix, then ship it as any other change"
	}
}

// newCommits are the commits of a receipt, newest first, as git revert wants
// them.
func newCommits(r gitops.Receipt) []string {
	var names []string
	for i := len(r.Commits) - 1; i >= 0; i-- {
		names = append(names, r.Commits[i].Short())
	}
	if len(names) == 0 && !r.Commit.IsZero() {
		names = []string{r.Commit.Short()}
	}
	return names
}

func shorts(hs []gitops.Hash) string {
	names := make([]string, 0, len(hs))
	for _, h := range hs {
		names = append(names, h.Short())
	}
	if len(names) == 0 {
		return "the revert"
	}
	return strings.Join(names, ", ")
}

// Reapplies reports whether a plan brings a change back rather than takes one
// out: its message says so, or all that it reverts are reverts themselves.
func Reapplies(snap gitops.Snapshot, p gitops.Plan) bool {
	if strings.HasPrefix(p.Message, `Reapply "`) {
		return true
	}
	if p.Remedy.Kind != gitops.RevertCommits || len(p.Remedy.Commits) == 0 {
		return false
	}
	for _, h := range p.Remedy.Commits {
		if c, ok := snap.CommitByHash(h); !ok || !takesOut(c.Message) {
			return false
		}
	}
	return true
}

// takesOut reads from a message whether the commit is a revert: an odd number
// of reverts of something, since two of them bring it back. Git writes
// "Reapply" for the second one since 2.43, and "Revert "Revert" before.
func takesOut(message string) bool {
	subject, _, _ := strings.Cut(message, "\n")
	odd, said := false, false
	for {
		rest, ok := strings.CutPrefix(subject, `Revert "`)
		if !ok {
			rest, ok = strings.CutPrefix(subject, "revert: ")
		}
		if !ok {
			break
		}
		subject, odd, said = rest, !odd, true
	}
	if strings.HasPrefix(subject, `Reapply "`) {
		said = true
	}
	return odd || !said && strings.Contains(message, "\nThis reverts commit ")
}
