package cli

import (
	"context"

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
		HealthURL: a.flags.health, Now: a.now,
	}
}

// look fetches unless told not to, and reads a snapshot. An unreachable remote
// is a notice: what is on disk can still be looked at, and publishing asks the
// remote again in any case.
func (a *app) look(ctx context.Context, d *desk.Desk) (gitops.Snapshot, error) {
	if !a.flags.noFetch && d.Remote() != "" {
		if err := d.Fetch(ctx); err != nil {
			if ctx.Err() != nil {
				return gitops.Snapshot{}, ctx.Err()
			}
			a.notice("offline, this is as of the last fetch: " + err.Error())
		}
	}
	return d.Snapshot(ctx)
}
