package wording

import (
	"ahead/gitops"
	"ahead/ui/term"
)

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
