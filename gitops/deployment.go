package gitops

import "time"

// Status is what a source says of a deployment.
type Status string

// The states a deployment can be in. A release tag alone never proves more
// than StatusReleased; what is not known is StatusUnknown, never guessed.
const (
	StatusUnknown    Status = "unknown"
	StatusReleased   Status = "released"
	StatusPending    Status = "pending"
	StatusLive       Status = "live"
	StatusSuperseded Status = "superseded"
	StatusFailed     Status = "failed"
)

// Names of the deployment sources.
const (
	SourceTags     = "tags"
	SourceDrill    = "drill"
	SourceGitHub   = "github"
	SourceGitLab   = "gitlab"
	SourceNewRelic = "newrelic"
	SourceArgo     = "argocd"
	SourceFile     = "file"
	SourceCommand  = "command"
)

// Deployment is one arrival of a commit in an environment, as one source
// tells it.
type Deployment struct {
	// Source names who says so (SourceTags, …).
	Source string
	// ID is the source's own name for it, by which it can be asked about again;
	// empty where the source gives none.
	ID          string
	Environment string
	Commit      Hash
	// Ref is the full ref name, Tag the short tag name; both may be empty.
	Ref        string
	Tag        string
	Status     Status
	StartedAt  time.Time
	FinishedAt time.Time
	// Actor is the person or robot, as the source names it.
	Actor string
	URL   string
}

// Name is what a person calls the deployment: its tag, else its commit.
func (d Deployment) Name() string {
	if d.Tag != "" {
		return d.Tag
	}
	return d.Commit.Short()
}

// At is the best known moment of the deployment: when it finished, else when
// it began.
func (d Deployment) At() time.Time {
	if !d.FinishedAt.IsZero() {
		return d.FinishedAt
	}
	return d.StartedAt
}

// Batch is a deployment with the commits that it brought and no earlier one
// had ("batch" as DORA uses the word). The batch of what is merged and not yet
// released has a zero Deployment.
type Batch struct {
	Deployment Deployment
	// Previous names the deployment that Commits are counted from; empty for
	// the oldest one that is known.
	Previous string
	// Commits are newest first.
	Commits []Hash
	// Truncated says that the walk ended before the batch did: there are more
	// commits than listed.
	Truncated bool
}
