package forge

import (
	"context"
	"fmt"

	"ahead/gitops"
)

// Client asks the server of one repository. Errors are *Trouble, or that of the
// context.
type Client interface {
	// Rules tells what stands in the way of pushing a new commit to branch and
	// making tag (empty for none), for the user that the token belongs to. An
	// error says why something in the answer is not known; the rest of it holds.
	Rules(ctx context.Context, branch, tag string) (Rules, error)
	// MayCreate tells what stands in the way of pushing a new branch of this name.
	// An error comes with the verdict Unknown.
	MayCreate(ctx context.Context, branch string) (Ruling, error)
	// OpenPullRequest finds the open pull request of these two branches, else
	// opens one: calling it twice opens one.
	OpenPullRequest(ctx context.Context, what Proposal) (PullRequest, error)
	// PullRequest finds the newest pull request from head into base, whatever
	// became of it; its State is empty where there is none.
	PullRequest(ctx context.Context, head, base string) (PullRequest, error)
}

// PullRequest is a pull request as its server has it.
type PullRequest struct {
	Number int64
	// Page is where a person looks at it, always on the server itself.
	Page  string
	State PullRequestState
	// Merged is the commit that the server says it became; zero unless merged.
	Merged gitops.Hash
}

// PullRequestState is what became of a pull request.
type PullRequestState string

// The states.
const (
	PullRequestOpen   PullRequestState = "open"
	PullRequestClosed PullRequestState = "closed"
	PullRequestMerged PullRequestState = "merged"
)

// Verdict says whether a push will be taken.
type Verdict string

// The verdicts.
const (
	// Unknown is no error: the push tells.
	Unknown Verdict = ""
	Allowed Verdict = "allowed"
	// ByRequest: only a pull request gets there.
	ByRequest Verdict = "pull-request"
	// Refused: no way that is known gets there, as with a tag that a rule
	// forbids.
	Refused Verdict = "refused"
)

// Ruling is what a server's rules say of one ref.
type Ruling struct {
	Verdict Verdict
	// Why names the rule in a sentence, without a full stop; empty where there
	// is nothing to tell.
	Why string
	// Bypass says that a rule stands there, and that the token's user may pass
	// over it; Verdict is Allowed then.
	Bypass bool
	// Needs is what the rules ask of a commit or name that is pushed, each in a
	// sentence such as "commits must be signed (ruleset main)".
	Needs []string
}

// Rules are the rulings on the two refs of one publication.
type Rules struct {
	Branch, Tag Ruling
}

// Together says several reasons in one sentence.
func Together(reasons []string) string {
	switch len(reasons) {
	case 0:
		return ""
	case 1:
		return reasons[0]
	case 2:
		return reasons[0] + " and " + reasons[1]
	}
	return fmt.Sprintf("%s, %s and %d more", reasons[0], reasons[1], len(reasons)-2)
}
