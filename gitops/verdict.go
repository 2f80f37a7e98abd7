package gitops

// Verdict is what would come of reverting something.
type Verdict uint8

// The verdicts. VerdictUnknown is "not computed yet", never an answer.
const (
	VerdictUnknown Verdict = iota
	VerdictClean
	VerdictConflict
	VerdictEmpty
	VerdictRefused
)

// String gives the word of the command-line contract; empty for unknown.
func (v Verdict) String() string {
	switch v {
	case VerdictClean:
		return "clean"
	case VerdictConflict:
		return "conflict"
	case VerdictEmpty:
		return "empty"
	case VerdictRefused:
		return "refused"
	default:
		return ""
	}
}

// Judgement is a verdict with the little that a row of a list shows of it.
type Judgement struct {
	Verdict Verdict
	// Conflicts counts the conflicting paths.
	Conflicts int
	// Reason says in words why a verdict is empty or refused.
	Reason string
}
