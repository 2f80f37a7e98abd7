package ui

import (
	"context"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/term"
)

// Service is all that the screen needs of the world. The composition root
// hands one in; tests hand in one over a real repository.
//
// Every method may block and is called from commands only, never from Update
// or View. Methods are safe for concurrent use.
type Service interface {
	// Snapshot looks at the repository as it is on disk; no network.
	Snapshot(ctx context.Context) (gitops.Snapshot, error)
	// RecentSnapshot is Snapshot for a person who waits: where whole is false,
	// older deployments have no dates yet, and Snapshot has them.
	RecentSnapshot(ctx context.Context) (snap gitops.Snapshot, whole bool, err error)
	// Fetch asks the remote what it holds. What it says is in the next
	// Snapshot.
	Fetch(ctx context.Context) error
	// Judge tells what would come of reverting one commit onto the tip.
	Judge(ctx context.Context, snap gitops.Snapshot, commit gitops.Hash) (gitops.Judgement, error)
	// Touches lists what one commit changed against its first parent.
	Touches(ctx context.Context, commit gitops.Hash) ([]gitops.FileChange, error)
	// Batch reads a batch that the snapshot cut off.
	Batch(ctx context.Context, snap gitops.Snapshot, b gitops.Batch) (gitops.Batch, []gitops.Commit, error)
	// Plan computes what a remedy comes to.
	Plan(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) (gitops.Plan, error)
	// FetchMissing lets git fetch what a remedy needs and a partial clone
	// lacks. Only a person's own word leads here.
	FetchMissing(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) error
	// Commit reads a commit that the snapshot does not list.
	Commit(h gitops.Hash) (gitops.Commit, error)
	// Diff gives the hunks of one file of a plan.
	Diff(ctx context.Context, plan gitops.Plan, file gitops.FileChange) (gitops.FileDiff, error)
	// Check lets the system git compute the same merge; nil means it agrees.
	Check(ctx context.Context, plan gitops.Plan) error
	// Publish ships the plan. observe hears of every step as it begins and
	// ends, from another goroutine.
	Publish(ctx context.Context, plan gitops.Plan, observe func(gitops.StepResult)) (gitops.Receipt, error)
	// Rehearse finds out, before a person confirms, how publishing the plan would
	// go: it gives the plan as it would be published. It asks the remote and
	// changes nothing.
	Rehearse(ctx context.Context, snap gitops.Snapshot, plan gitops.Plan) (gitops.Rehearsal, error)
	// Unlock gives the program that asks for what the signing key needs, after
	// Rehearse ended with signing-failed.
	Unlock(ctx context.Context) (term.Asking, error)
	// Runs are the publications from this repository that are not over; disk
	// only. With an error it gives those that can be read.
	Runs(ctx context.Context) ([]gitops.Run, error)
	// Standing asks the remote what it holds of a run.
	Standing(ctx context.Context, run gitops.Run) (gitops.Standing, error)
	// CarryOn goes on with a run as its standing says.
	CarryOn(ctx context.Context, standing gitops.Standing, observe func(gitops.StepResult)) (gitops.Receipt, error)
	// CloseRun gives a run up; the remote is not touched.
	CloseRun(ctx context.Context, run gitops.Run, why string) error
	// Deployments asks the sources anew, newest first.
	Deployments(ctx context.Context) ([]gitops.Deployment, error)
	// RefreshSources asks the sources of deployments that are due, all that may be
	// asked where urgent: a person wants to know. It returns when they have
	// answered or given up; what came of it is in the next Snapshot.
	RefreshSources(ctx context.Context, urgent bool) error
	// SourcesVersion goes up with all that is learned of the sources; read it
	// before a Snapshot. SourcesChanged waits for another one than seen.
	SourcesVersion() uint64
	SourcesChanged(ctx context.Context, seen uint64) (uint64, error)
	// ShowDeployments says which deployments are on the screen, from the top.
	ShowDeployments(commits []gitops.Hash)
	// ChooseEnvironment makes later Snapshots be of another environment.
	ChooseEnvironment(name string)
	// MarkRecovered tells the sources that keep markers of the release by which
	// production recovered.
	MarkRecovered(ctx context.Context, release gitops.Deployment) []gitops.Notice
	// Suspects puts the commits that production runs into the order in which they
	// are suspected; disk only. Answers of the evidence are kept, and those kept
	// earlier count.
	Suspects(ctx context.Context, snap gitops.Snapshot, e gitops.Evidence) (gitops.Suspects, error)
	// ResolveFor finds the commit that a person names as what production runs.
	ResolveFor(ctx context.Context, snap gitops.Snapshot, name string) (gitops.Hash, error)
	// Recalled are the answers kept earlier that would count for this evidence.
	Recalled(snap gitops.Snapshot, e gitops.Evidence) []gitops.Answer
	// Forget drops the answers about these commits, all where none is named.
	Forget(commits ...gitops.Hash) error
	// Excerpt reads a text file that a person names, such as a saved trace.
	Excerpt(ctx context.Context, path string) (text string, cut bool, err error)
	// Probe asks production once whether it is well; ok is false where no
	// health URL is known.
	Probe(ctx context.Context) (sample health.Sample, ok bool)
}
