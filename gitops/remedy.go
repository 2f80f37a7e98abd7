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
	// LeaveOut makes it a partial revert: what is named here stays as the
	// branch has it.
	LeaveOut []LeaveOut
	// Resolutions settle conflicts by hand.
	Resolutions []Resolution
	// Wishes are about the way to production, and change nothing of what ships.
	Wishes Wishes
}

// Wishes are what a person asks of the way to production where there is a
// choice. What came of them is in the plan's Passage, after the rehearsal.
type Wishes struct {
	// PullRequest sends it by a pull request, whatever may be pushed.
	PullRequest bool
	// NoVerify skips the hooks here, commit-msg and pre-push.
	NoVerify bool
}

// LeaveOut names a part of a revert that is not to be done. A path that
// conflicts may be left out too, which settles its conflict.
type LeaveOut struct {
	// Path is the path as the plan's Files or Conflicts name it.
	Path string
	// Hunks are the names of single hunks (FileDiff.HunkNames); empty means
	// the whole path.
	Hunks []string
}

// Side is one of the versions that stand against one another in a conflict, or
// a text of a person's own.
type Side string

// The sides. Ours is the branch as it is, theirs is what was before the
// suspect, base is what the suspect made of it.
const (
	SideOurs   Side = "ours"
	SideTheirs Side = "theirs"
	SideBase   Side = "base"
	// SideMerged is what both sides' changes come to, for whole paths of which
	// only the place conflicts.
	SideMerged Side = "merged"
	// SideBoth is ours and then theirs, for hunks only.
	SideBoth Side = "both"
	// SideText is the text given beside it.
	SideText Side = "text"
	// SideDelete leaves the path out of the tree, for whole paths only.
	SideDelete Side = "delete"
)

// HunkChoice decides one ConflictHunk.
type HunkChoice struct {
	Take Side
	// Text are the exact bytes for SideText.
	Text string
}

// Resolution settles the conflict at one path: as a whole by Take, or hunk by
// hunk.
type Resolution struct {
	// Suspect is the commit whose revert conflicts; zero where only one
	// commit is reverted.
	Suspect Hash
	Path    string
	// Of is the Key of the conflict that the person saw. Another conflict at
	// the same path is not settled by it.
	Of string
	// Take settles the path as a whole; Text is the whole file for SideText.
	Take Side
	Text string
	// Hunks has one choice for each of the conflict's hunks, in order; unused
	// when Take is set.
	Hunks []HunkChoice
}
