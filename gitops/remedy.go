package gitops

// RemedyKind says what the new commit is to be.
type RemedyKind string

// The remedies. RestoreDeployment is clean by construction; the others are
// three-way merges.
const (
	RevertCommits     RemedyKind = "revert"
	RevertDeployment  RemedyKind = "revert-deployment"
	RestoreDeployment RemedyKind = "restore"
)

// Remedy is what a person asks for. It says nothing of what will come of it:
// that is the Plan.
type Remedy struct {
	Kind RemedyKind
	// Commits are the suspects, in any order; the plan puts the newest first.
	Commits []Hash
	// Deployment names the deployment to revert or to restore.
	Deployment string
	// Mainline is the parent (from 1) that a merge commit is reverted
	// against. 0 means 1 for merges.
	Mainline int
	// Each asks for one new commit a suspect instead of one for all.
	Each bool
	// WithDependants also reverts the later commits that stand in the way.
	WithDependants bool
	// Onto overrides the commit that the remedy is made for; zero means the
	// snapshot's tip. A plan onto anything but the tip cannot be published.
	Onto Hash
	// Reason and Incident go into the message.
	Reason   string
	Incident string
	// Message and Tag override what would be inferred; NoTag asks for none.
	Message string
	Tag     string
	NoTag   bool
}
