package gitops

import "errors"

// Code is the stable name of a kind of error, for scripts and for the exit
// code.
type Code string

// The codes.
const (
	CodeUsage            Code = "usage"
	CodeInternal         Code = "internal"
	CodeNotARepository   Code = "not-a-repository"
	CodeUnsafeRepository Code = "unsafe-repository"
	CodeUnsupported      Code = "unsupported-repository"
	CodeEmptyRepository  Code = "empty-repository"
	CodeNoBranch         Code = "no-branch"
	CodeNoRemote         Code = "no-remote"
	CodeUnknownCommit    Code = "unknown-commit"
	CodeAmbiguousCommit  Code = "ambiguous-commit"
	CodeUnknownRelease   Code = "unknown-deployment"
	CodeUnknownPart      Code = "unknown-part"
	CodeMissingObject    Code = "missing-object"
	CodeDamagedObject    Code = "damaged-object"
	CodeGitMissing       Code = "git-missing"
	CodeGitTooOld        Code = "git-too-old"
	CodeNoIdentity       Code = "no-identity"
	CodeNotPublishable   Code = "not-publishable"
	CodeBadTag           Code = "bad-tag"
	CodeNoTag            Code = "no-tag"
	CodeNoTerminal       Code = "no-terminal"
	CodeNotConfirmed     Code = "not-confirmed"
	CodeDisagreement     Code = "git-disagrees"
	CodeRemoteUnreached  Code = "remote-unreachable"
	CodeTipMoved         Code = "tip-moved"
	CodeTagTaken         Code = "tag-taken"
	CodeRejected         Code = "rejected"
	CodeOutcomeUnknown   Code = "outcome-unknown"
	CodeInterrupted      Code = "interrupted"
	CodeStillDown        Code = "still-down"
	// CodeBusy is the code of a repository in which another run is under way.
	CodeBusy Code = "busy"
	// CodeUnfinished is the code of a run that has to be carried on or closed
	// before another one begins.
	CodeUnfinished Code = "unfinished-run"
	// CodeJournal is the code of a record of a run that could not be written or
	// read; nothing is sent without one.
	CodeJournal Code = "journal"
	// CodeSigning is the code of a commit or tag that could not be signed.
	CodeSigning Code = "signing-failed"
	// CodeHook is the code of a message that the commit-msg hook refused.
	CodeHook Code = "hook-refused"
	// CodeForge is the code of a forge that could not be asked or said no.
	CodeForge Code = "forge"
)

// ErrMissing is wrapped by every error that says "this object is not here".
var ErrMissing = errors.New("object is missing")

// Error is an error that a person gets to read: what is wrong and what to do
// about it. Lower case, no full stop, no "failed to".
type Error struct {
	Code Code
	// What says what is wrong, Hint what to do next.
	What string
	Hint string
	// Detail is text of somebody else (git, a hook, a server), shown as it is
	// after sanitising.
	Detail string
	// Err is the cause, if any.
	Err error
}

// Error gives what is wrong, with the cause.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.What + ": " + e.Err.Error()
	}
	return e.What
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf finds the code of an error; CodeInternal when it carries none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
