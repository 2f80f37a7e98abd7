package cli

import "ahead/gitops"

// The exit codes of the contract.
const (
	exitDone     = 0
	exitError    = 1
	exitUsage    = 2
	exitConflict = 3
	exitEmpty    = 4
	exitRefused  = 5
	exitRejected = 6
	exitUnknown  = 7
)

// exitCode maps the code of an error.
func exitCode(c gitops.Code) int {
	switch c {
	case gitops.CodeUsage:
		return exitUsage
	case gitops.CodeDisagreement, gitops.CodeNotPublishable, gitops.CodeNoTerminal, gitops.CodeNotConfirmed, gitops.CodeNoTag:
		return exitRefused
	case gitops.CodeRejected, gitops.CodeTipMoved, gitops.CodeTagTaken:
		return exitRejected
	case gitops.CodeOutcomeUnknown:
		return exitUnknown
	default:
		return exitError
	}
}

// verdictCode maps the verdict of a plan.
func verdictCode(v gitops.Verdict) int {
	switch v {
	case gitops.VerdictClean:
		return exitDone
	case gitops.VerdictConflict:
		return exitConflict
	case gitops.VerdictEmpty:
		return exitEmpty
	default:
		return exitRefused
	}
}
