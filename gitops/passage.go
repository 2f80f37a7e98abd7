package gitops

// Passage is the way by which a plan gets to the production branch. It is
// decided before the confirm screen, by what remote and forge say they take,
// and is a part of what the person confirms. The zero Passage is the ordinary
// one: branch and tag in one atomic push.
type Passage struct {
	// Route is direct where it is empty.
	Route Route
	// Apart says that the remote cannot take branch and tag together: the
	// branch goes first and is verified, then the tag goes. Direct routes only.
	Apart bool
	// Via is the branch that a pull request asks to merge, without refs/heads/.
	Via string
	// Forge names the server that is asked to open the pull request; empty
	// where a person has to open it at Link.
	Forge string
	// Link is the page that opens the pull request, filled in; it may be empty
	// where the server's kind is not known.
	Link string
	// Why says in a sentence why the way is not the ordinary one.
	Why string
	// NoVerify says that no hook runs here, neither on the message nor before the
	// push; Skips names those that would have run, empty where there are none.
	NoVerify bool
	Skips    string
}

// ByPullRequest reports whether the plan waits for a merge on the server.
func (p Passage) ByPullRequest() bool { return p.Route == RoutePullRequest }

// Rehearsal is what could be found out before the confirm screen about how
// publishing a plan would go. Nothing was changed to find it out, here or there.
type Rehearsal struct {
	// Plan is the plan as it would be published: with its passage, and with the
	// messages as this repository's trailers and its commit-msg hook make them.
	Plan Plan
	// Notices are things to know before confirming, such as a hook that is
	// skipped, a rule that a person may bypass, a rule that could not be read.
	Notices []Notice
}
