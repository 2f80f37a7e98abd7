package gitops

import "time"

// Run is one publication as the journal holds it.
type Run struct {
	// ID is the receipt's.
	ID string
	// Plan is what was confirmed. Its Objects are left out: what the run has
	// written is in the repository, and the rest can be computed anew.
	Plan     Plan
	NoVerify bool
	By       Actor
	// Receipt is how far the run came, with every step that it began.
	Receipt Receipt
	State   RunState
	// Ended says what became of a run that is over, for a person.
	Ended string
}

// Actor is the process that runs, or ran, a publication.
type Actor struct {
	User, Host string
	PID        int
	StartedAt  time.Time
}

// RunState is where a run stands, as far as this repository knows.
type RunState string

// The states. Only RunInterrupted and RunWaiting are anything to come back to.
const (
	// RunUnderWay is a run whose process still holds the lock.
	RunUnderWay RunState = "under-way"
	// RunInterrupted is a run that nobody works on and that has not ended.
	RunInterrupted RunState = "interrupted"
	// RunWaiting is a run whose pull request is open as far as is known.
	RunWaiting RunState = "waiting"
	RunEnded   RunState = "ended"
)

// Reached is how much of a run the remote holds.
type Reached string

// What the remote may hold.
const (
	// ReachedUnknown: the remote could not be asked.
	ReachedUnknown Reached = "unknown"
	ReachedNothing Reached = "nothing"
	// ReachedBranch: the commit is on the production branch, the tag is lacking.
	ReachedBranch Reached = "branch"
	// ReachedTag: the tag is there and the branch does not hold its commit. No
	// run of ours comes to this; somebody else may.
	ReachedTag Reached = "tag"
	// ReachedVia: the branch of the pull request is there, and not merged.
	ReachedVia Reached = "via"
	// ReachedMerged: the pull request's change is on the production branch, as
	// Standing.Landed, and the tag is lacking.
	ReachedMerged Reached = "merged"
	ReachedAll    Reached = "all"
)

// Onward is what can be done about an open run.
type Onward string

// The ways on.
const (
	// OnwardNothing: only closing is left, or waiting.
	OnwardNothing Onward = ""
	// OnwardPlan: nothing was sent, and what was confirmed has to be planned
	// again, since its objects are not here or the remote has moved.
	OnwardPlan Onward = "plan"
	// OnwardPush: nothing was sent; the confirmed commit and tag are here, and
	// the remote is as the person saw it.
	OnwardPush Onward = "push"
	// OnwardTag: the commit is on the production branch and the tag can follow.
	OnwardTag Onward = "tag"
	// OnwardOpen: the branch is there and its pull request is not open yet.
	OnwardOpen Onward = "open"
	// OnwardSettle: all has arrived; local refs and journal are to follow.
	OnwardSettle Onward = "settle"
)

// Standing is what became of an open run, by what the remote says.
type Standing struct {
	Run     Run
	Reached Reached
	// Tip is the production branch on the remote, zero where it is not known.
	Tip Hash
	// Landed is the commit on the production branch that holds the change.
	Landed Hash
	// LandedAs are the commits that a squash or a rebase made of the run's own,
	// oldest first; empty where the branch holds those themselves.
	LandedAs []Hash
	// LandedMerges are those of LandedAs that are merges, as a merge queue makes
	// them.
	LandedMerges []Hash
	// Tag is the release that carrying on would make. It is another name than
	// the run's own where that one was taken meanwhile.
	Tag    TagPlan
	Onward Onward
	// Words say what the remote holds, Next what carrying on will do; whole
	// sentences for a person.
	Words string
	Next  string
}
