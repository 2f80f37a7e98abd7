package cli

import (
	"context"
	"time"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// open opens the desk that the global flags describe.
func (a *app) open(ctx context.Context) (*desk.Desk, error) {
	return desk.Open(ctx, a.deskOptions())
}

func (a *app) deskOptions() desk.Options {
	return desk.Options{
		Dir: a.flags.repo, Branch: a.flags.branch, Remote: a.flags.remote,
		HealthURL: a.flags.health, Forges: a.forges, Now: a.now,
		SourceSettings: a.sources, Environment: a.flags.environment, Offline: a.flags.noFetch,
	}
}

// look asks the remote and the sources of deployments unless told not to, and
// reads a snapshot. An unreachable remote is a notice: what is on disk can still
// be looked at, and publishing asks the remote again in any case.
func (a *app) look(ctx context.Context, d *desk.Desk) (gitops.Snapshot, error) {
	asked := a.askSources(ctx, d)
	err := a.fetchFirst(ctx, d)
	<-asked
	if err != nil {
		return gitops.Snapshot{}, err
	}
	return d.Snapshot(ctx)
}

// fetchFirst ends with an error only when ctx does.
func (a *app) fetchFirst(ctx context.Context, d *desk.Desk) error {
	if !a.flags.noFetch && d.Remote() != "" {
		err := a.fetch(ctx, d)
		switch code := gitops.CodeOf(err); {
		case err == nil, code == gitops.CodeEmptyRepository, code == gitops.CodeNoBranch:
			// The snapshot says what is not there.
		case ctx.Err() != nil:
			return ctx.Err()
		default:
			a.notice("offline, this is as of the last fetch: " + err.Error())
		}
	}
	return nil
}

// silence is how long a person waits without a word.
const silence = 2 * time.Second

// fetch asks the remote, and says so when that takes its time.
func (a *app) fetch(ctx context.Context, d *desk.Desk) error {
	waiting := time.AfterFunc(silence, func() {
		a.notice("asking " + d.Remote() + "…; --no-fetch does without it")
	})
	defer waiting.Stop()
	return d.Fetch(ctx)
}

// sourcesPatience is how long a command waits for sources of deployments. What
// has not answered by then is shown as of its last answer.
const sourcesPatience = 5 * time.Second

// askSources asks the sources of deployments while the remote is asked, and
// gives what to wait for.
func (a *app) askSources(ctx context.Context, d *desk.Desk) <-chan struct{} {
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		ctx, cancel := context.WithTimeout(ctx, sourcesPatience)
		defer cancel()
		// Its error is that of ctx; whom it did not wait for is told as old.
		_ = d.RefreshSources(ctx, true)
	}()
	return asked
}
