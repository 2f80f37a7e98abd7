package wording

import (
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
)

// Road is what a person needs to know when something stopped: what happened,
// whether anything shipped, what to do, and what others said about it.
type Road struct {
	Code gitops.Code
	// Title is a word or two for the head line.
	Title string
	// What is the error's own sentence, Brief the same in a few words, for the
	// row of the step that failed; Shipped says what the remote holds as
	// far as that is known, Next what to do.
	What    string
	Brief   string
	Shipped string
	Next    string
	// Command is another way on from the shell, for where no key leads there;
	// mostly empty.
	Command string
	// Detail is the text of a hook, a server or git, line by line, cleaned.
	Detail []string
	// Again says that planning anew on the present tip is the way on.
	Again bool
	// Retry says that nothing is on the remote and nothing has moved, so that
	// the same plan may be sent again once the cause is gone.
	Retry bool
	// Runs says that an earlier run has to be looked at first.
	Runs bool
	// Locked says that a key may only want to be asked for its passphrase.
	Locked bool
}

// RoadOf reads an error of publishing. The code decides, never the text.
func RoadOf(err error, p gitops.Plan) Road {
	r := Road{Code: gitops.CodeOf(err), What: term.Clean(err.Error()), Shipped: "whether it shipped is not known"}
	hint := ""
	var e *gitops.Error
	if errors.As(err, &e) {
		r.What = term.Clean(e.Error())
		hint = term.Clean(e.Hint)
		r.Detail = serverFirst(term.CleanBlock(e.Detail, TabStop))
		// Publishing promises that whatever it explains is not on the remote,
		// but for the one code that says otherwise.
		r.Shipped = nothing
	}
	r.Brief = brief(err, p)
	r.shape(term.Clean(p.Remote), term.Clean(p.Branch), term.Clean(p.Tag.Name))
	r.Retry = r.Shipped == nothing && !r.Again && !r.Runs
	if hint != "" && !r.Again {
		r.Next = hint
	}
	var none *gitops.NoAtomic
	switch {
	case errors.As(err, &none):
		r.Title, r.Again, r.Retry = "NOT TOGETHER", true, false
		r.Next = "enter plans again with the branch first, and the tag once it is seen there; you see it before anything ships"
	case r.Code == gitops.CodeRejected && !p.Passage.ByPullRequest():
		r.Command = byRequest(p)
	}
	return r
}

// byRequest is the command for a branch that turned out to take pull requests
// only: where its rules could not be read, the push is what tells.
func byRequest(p gitops.Plan) string {
	if p.Remedy.Kind != gitops.RevertCommits || len(p.Remedy.Commits) == 0 {
		return ""
	}
	names := make([]string, 0, len(p.Remedy.Commits))
	for _, h := range p.Remedy.Commits {
		names = append(names, h.Short())
	}
	return "by a pull request: ahead revert " + strings.Join(names, " ") + " --pull-request --reason TEXT"
}

// RoadAfter is RoadOf for what stopped after something was sent: where the
// branch was seen on the remote, what is lacking is the tag.
func RoadAfter(err error, p gitops.Plan, r gitops.Receipt) Road {
	road := RoadOf(err, p)
	for _, s := range r.Steps {
		if s.Name == (gitops.VerifyStep{}).Name() && s.State == gitops.StepDone && road.Shipped == nothing {
			road.Title, road.Shipped = "PART WAY", "the branch is there, the tag is lacking"
			road.Runs, road.Again, road.Retry = true, false, false
			road.Next = "ahead resume says what is left to do, and does it"
		}
	}
	return road
}

// brief says what failed: of what moved or is taken its name, else the error
// without its cause.
func brief(err error, p gitops.Plan) string {
	var moved *gitops.TipMoved
	var taken *gitops.TagTaken
	var e *gitops.Error
	switch {
	case errors.As(err, &moved) && moved.Now.IsZero():
		return term.Clean(moved.Branch) + " is gone"
	case errors.As(err, &moved):
		return term.Clean(moved.Branch) + " moved to " + moved.Now.Short()
	case errors.As(err, &taken):
		return term.Clean(taken.Name) + " is taken"
	case gitops.CodeOf(err) == gitops.CodeTagTaken:
		return term.Clean(p.Tag.Name) + " is taken"
	case errors.As(err, &e):
		return term.Clean(e.What)
	default:
		return term.Clean(err.Error())
	}
}

// serverFirst puts what the server wrote before what git wrote around it: in a
// low window the reason must not be the part that is scrolled away. It orders
// lines for the eye and decides nothing.
func serverFirst(lines []string) []string {
	var server, rest []string
	for _, l := range lines {
		if strings.HasPrefix(l, "remote:") {
			server = append(server, l)
		} else {
			rest = append(rest, l)
		}
	}
	return append(server, rest...)
}

// GitByHand is the way out that is left where this program's result must not
// ship; ByHand that of a conflict, which the screen shows and does not settle.
const (
	GitByHand = "git revert on a branch, then ship it as any other change"
	ByHand    = "ahead revert --resolve FILE, or git revert on a branch"
)

const nothing = "nothing was shipped"

func (r *Road) shape(remote, branch, tag string) {
	if remote == "" {
		remote = "the remote"
	}
	if r.shapeOwn(remote) {
		return
	}
	switch r.Code {
	case gitops.CodeTipMoved:
		r.Title, r.Again = "TIP MOVED", true
		r.Next = "enter plans again on the new tip of " + branch + ", and you see it before anything ships"
	case gitops.CodeTagTaken:
		r.Title, r.Again = "TAG TAKEN", true
		r.Next = "enter plans again with the next free name after " + tag
	case gitops.CodeRejected:
		r.Title = "REJECTED"
		r.Next = "read what " + remote + " said; a protected branch needs somebody with the right to push, or a pull request"
	case gitops.CodeRemoteUnreached:
		r.Title = "NOT REACHED"
		r.Next = "check network, VPN and credentials with: git ls-remote " + remote + "; then ship again"
	case gitops.CodeOutcomeUnknown:
		r.Title, r.Shipped = "OUTCOME UNKNOWN", "it is not known whether it shipped"
		r.Next = fmt.Sprintf("look before you act: ahead resume asks %s what it holds, and goes on from there; by hand: git ls-remote %s %s %s", remote, remote, branch, tag)
	case gitops.CodeDisagreement:
		r.Title = "GIT DISAGREES"
		r.Next = "do not ship this by force: revert by hand with git on a checkout, or restore an earlier deployment"
	case gitops.CodeMissingObject:
		// The preview offers the fetch; the outcome has no key of its own for it.
		r.Title, r.Again = "OBJECTS MISSING", true
		r.Next = "enter plans again; what git misses in this clone, f fetches there"
	case gitops.CodeDamagedObject:
		r.Title = "DAMAGED"
		r.Next = "git fsck --full says what is damaged; a fresh clone has a whole copy"
	case gitops.CodeInterrupted:
		r.Title = "STOPPED"
		r.Next = "ship again when you are ready"
	case gitops.CodeStillDown:
		r.Title, r.Shipped = "STILL DOWN", "it shipped, and production is not well yet"
		r.Next = "look for a second cause: the timeline shows the other suspects"
	default:
		r.Title = "STOPPED"
		r.Next = "what the timeline shows after r is what " + remote + " holds"
	}
}

// shapeOwn is for what stops on this side, before anything is sent.
func (r *Road) shapeOwn(remote string) bool {
	switch r.Code {
	case gitops.CodeBusy:
		r.Title, r.Runs = "UNDER WAY ELSEWHERE", true
		r.Next = "wait until the other one is done"
	case gitops.CodeUnfinished:
		r.Title, r.Runs = "AN EARLIER RUN IS OPEN", true
		r.Next = "carry it on, or close it, and ship this then: ahead resume"
	case gitops.CodeHook:
		r.Title = "THE HOOK REFUSED"
		r.Next = "change what it asks for"
	case gitops.CodeSigning:
		r.Title, r.Locked = "NOT SIGNED", true
		r.Next = "unlock the key, then try again"
	case gitops.CodeForge:
		r.Title = "THE SERVER SAID NO"
		r.Next = "what it said stands below; try again once that is put right"
	case gitops.CodeNoIdentity:
		r.Title = "NOBODY TO SIGN IT"
		r.Next = "git config user.name and git config user.email say who you are"
	case gitops.CodeJournal:
		r.Title = "NO RECORD"
		r.Next = "nothing is sent without a record of it: see the disk that holds the repository"
	case gitops.CodeNoRemote:
		r.Title = "NO REMOTE"
		r.Next = "git remote -v lists what there is"
	case gitops.CodeNotPublishable:
		r.Title = "CANNOT BE SENT"
		r.Next = "what " + remote + " is set up as stands in the way"
	default:
		return false
	}
	return true
}
