package gitops

// Plan is what a remedy comes to, bound to one tip and one resulting tree. It
// is plain data: the preview, the confirm screen, --dry-run and the JSON all
// show this value, and publishing does what it says or nothing.
type Plan struct {
	// ID names the plan: equal plans have equal ids.
	ID     string
	Remedy Remedy
	// Selection are the commits that are reverted, newest first, with the
	// dependants that were asked for.
	Selection []Hash
	Remote    string
	Branch    string
	// Onto is the commit that the new commit is made for, OntoTree its tree.
	Onto     Hash
	OntoTree Hash
	Verdict  Verdict
	// Reason says in words why the verdict is not clean.
	Reason string
	// ByGit says in words why the system git computed this plan and not our own
	// merge; empty where ours did.
	ByGit string
	// Tree is the tree that production gets. Zero unless the verdict is clean.
	Tree Hash
	// Commits are the new commits in the order in which they are made: one, or
	// one a suspect with Remedy.Each.
	Commits []NewCommit
	// Merges tells each merge that led to Tree, in order, so that git can be
	// asked to do the same.
	Merges []Merge
	// Objects are the blobs and trees that Tree needs and the repository may
	// lack, each after what it refers to.
	Objects   []Object
	Files     []FileChange
	Conflicts []Conflict
	// Dependants are later commits that stand in the way of a clean revert,
	// newest first; reverted along when Remedy.WithDependants.
	Dependants []Hash
	// Collateral are the unreleased commits that ship along, newest first.
	Collateral []Hash
	// Later are commits after the suspects that touch the same paths.
	Later    []Hash
	Warnings []Warning
	// Message is the message of the (last) new commit.
	Message string
	Tag     TagPlan
	// FromRelease names the deployment that the reverted paths are identical
	// to afterwards; empty when none is, or none is known.
	FromRelease string
	// Exactness compares the reverted paths with the deployment before the
	// suspects, one by one; zero when none is known.
	Exactness Exactness
	// LeftOut is what a partial revert does not do, in path order.
	LeftOut []LeftOut
	// Resolved are the paths that were settled by hand, in path order.
	Resolved []string
	// Passage is how it gets to the production branch.
	Passage Passage
	// Rehearsed says that the messages are final, as trailers, sign-off and the
	// commit-msg hook made them: publishing commits them byte for byte.
	Rehearsed bool
}

// Partial reports whether the plan leaves a part of its suspects in place.
func (p Plan) Partial() bool { return len(p.LeftOut) > 0 }

// Exactness says which paths of a plan end as an earlier deployment had them.
type Exactness struct {
	// Deployment is the newest one that held none of the suspects.
	Deployment string
	// Identical are the paths that end as Deployment had them.
	Identical []string
	// Edited are the others: later edits stay in them.
	Edited []LaterEdits
}

// LaterEdits are the edits of one path that a revert keeps.
type LaterEdits struct {
	Path string
	// Commits are those that made them, newest first; empty where no single
	// commit can be named (a merge's own change, history that is not here).
	Commits []Hash
}

// LeftOut is a path, or some hunks of it, that a partial revert leaves alone.
type LeftOut struct {
	Path string
	// OldPath is where a renamed file came from, else empty: both names are
	// left alone, or with single hunks both change.
	OldPath string
	// Hunks counts the hunks left out, of Of in all; 0 for the whole path.
	Hunks, Of int
}

// NewCommit is a commit to be made. Its parent is Plan.Onto, or the new
// commit before it.
type NewCommit struct {
	Tree    Hash
	Message string
	// Reverts are the commits that it undoes; empty for a restored tree.
	Reverts []Hash
}

// Merge is one three-way merge of trees: what turned Base into Theirs is done
// to Ours. For a revert Base is the suspect's tree and Theirs its parent's.
type Merge struct {
	Suspect            Hash
	Base, Ours, Theirs Hash
	// Result is zero when the merge conflicts.
	Result Hash
	// Settled are the paths that git calls conflicts and that Result has as a
	// person wanted them, in path order: settled by hand, or left out.
	Settled []string
}

// TagPlan is the release tag to be made.
type TagPlan struct {
	// Name is empty when no tag is wanted or none could be inferred.
	Name string
	// Scheme says in a sentence how the name came about.
	Scheme string
	// After is the tag that it follows.
	After     string
	Annotated bool
	Signed    bool
	// Message is the annotation.
	Message string
}

// Publishable reports whether the plan may be shipped as it is.
func (p Plan) Publishable() bool { return p.Verdict == VerdictClean && len(p.Commits) > 0 }

// Lines counts the added and deleted lines of all files.
func (p Plan) Lines() (additions, deletions int) {
	for _, f := range p.Files {
		additions += f.Additions
		deletions += f.Deletions
	}
	return additions, deletions
}
