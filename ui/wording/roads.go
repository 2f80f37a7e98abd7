package wording

import (
	"errors"
	"fmt"

	"ahead/gitops"
	"ahead/ui/term"
)

// Road is what a person needs to know when something stopped: what happened,
// whether anything shipped, what to do, and what others said about it.
type Road struct {
	Code gitops.Code
	// Title is a word or two for the head line.
	Title string
	// What is the error's own sentence, Shipped says what the remote holds as
	// far as that is known, Next what to do.
	What    string
	Shipped string
	Next    string
	// Detail is the text of a hook, a server or git, line by line, cleaned.
	Detail []string
	// Again says that planning anew on the present tip is the way on.
	Again bool
}

// RoadOf reads an error of publishing. The code decides, never the text.
func RoadOf(err error, p gitops.Plan) Road {
	r := Road{Code: gitops.CodeOf(err), What: term.Clean(err.Error())}
	hint := ""
	var e *gitops.Error
	if errors.As(err, &e) {
		r.What = term.Clean(e.Error())
		hint = term.Clean(e.Hint)
		r.Detail = term.CleanBlock(e.Detail, TabStop)
	}
	r.shape(term.Clean(p.Remote), term.Clean(p.Branch), term.Clean(p.Tag.Name))
	if hint != "" && !r.Again {
		r.Next = hint
	}
	return r
}

const nothing = "nothing was shipped"

func (r *Road) shape(remote, branch, tag string) {
	if remote == "" {
		remote = "the remote"
	}
	switch r.Code {
	case gitops.CodeTipMoved:
		r.Title, r.Shipped, r.Again = "TIP MOVED", nothing, true
		r.Next = "enter plans again on the new tip of " + branch + ", and you see it before anything ships"
	case gitops.CodeTagTaken:
		r.Title, r.Shipped, r.Again = "TAG TAKEN", nothing, true
		r.Next = "enter plans again with the next free name after " + tag
	case gitops.CodeRejected:
		r.Title, r.Shipped = "REJECTED", nothing
		r.Next = "read what " + remote + " said; a protected branch needs somebody with the right to push, or a pull request"
	case gitops.CodeRemoteUnreached:
		r.Title, r.Shipped = "NOT REACHED", nothing
		r.Next = "check network, VPN and credentials with: git ls-remote " + remote + "; then ship again from the timeline"
	case gitops.CodeOutcomeUnknown:
		r.Title, r.Shipped = "OUTCOME UNKNOWN", "it is not known whether it shipped"
		r.Next = fmt.Sprintf("look before you act: git ls-remote %s %s %s; then: ahead resume", remote, branch, tag)
	case gitops.CodeDisagreement:
		r.Title, r.Shipped = "GIT DISAGREES", nothing
		r.Next = "do not ship this by force: revert by hand with git on a checkout, or restore an earlier deployment"
	case gitops.CodeInterrupted:
		r.Title, r.Shipped = "INTERRUPTED", "it is not known whether it shipped"
		r.Next = "ahead resume says what " + remote + " holds, and carries on or closes it"
	case gitops.CodeStillDown:
		r.Title, r.Shipped = "STILL DOWN", "it shipped, and production is not well yet"
		r.Next = "look for a second cause: the timeline shows the other suspects"
	default:
		r.Title, r.Shipped = "STOPPED", "see the steps for how far it came"
		r.Next = "ahead resume says what " + remote + " holds"
	}
}
