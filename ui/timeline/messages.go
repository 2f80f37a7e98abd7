package timeline

import "ahead/gitops"

// PreviewWanted asks for the preview of a remedy.
type PreviewWanted struct{ Remedy gitops.Remedy }

// RefreshWanted asks for a fetch and a new snapshot.
type RefreshWanted struct{}

// Judged brings what would come of reverting one commit. Tip is the tip that
// it was judged onto: an answer for another tip is dropped.
type Judged struct {
	Tip       gitops.Hash
	Commit    gitops.Hash
	Judgement gitops.Judgement
	Err       error
}

// Touched brings the paths that one commit changed, and the codes of the
// hazards among them (gitops.WarnMigration and its like).
type Touched struct {
	Commit  gitops.Hash
	Files   []gitops.FileChange
	Hazards []string
	Err     error
}

// BatchUnread says that the commits of a deployment beyond the look could not
// be read.
type BatchUnread struct {
	Deployment gitops.Deployment
	Err        error
}

// Ranked brings the order of suspicion. Commits are those that the snapshot does
// not list; Anew says that a person asked, and did not just get a newer look.
type Ranked struct {
	Suspects gitops.Suspects
	Commits  []gitops.Commit
	Err      error
	Anew     bool
}

// Answered says that a person knows of a deployment whether it has the trouble.
type Answered struct {
	Commit gitops.Hash
	Name   string
	Good   bool
}

// AnswerTakenBack says that what a person said last of a commit was wrong.
type AnswerTakenBack struct {
	Commit gitops.Hash
	Name   string
}

// EnvironmentWanted asks for the rows of another environment.
type EnvironmentWanted struct{ Name string }
