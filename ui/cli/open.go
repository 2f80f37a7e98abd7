package cli

import (
	"context"
	"fmt"
	"strconv"
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
	asked := a.askSources(ctx, d, a.flags.wait.limit)
	err := a.fetchFirst(ctx, d)
	<-asked
	if err != nil {
		return gitops.Snapshot{}, err
	}
	return a.snapshot(ctx, d)
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

// askSources asks the sources of deployments while the remote is asked, and
// gives what to wait for: as long as it is worth it where limit is nil.
func (a *app) askSources(ctx context.Context, d *desk.Desk, limit *time.Duration) <-chan struct{} {
	asked := make(chan struct{})
	waiting := time.AfterFunc(silence, func() {
		a.notice(awaited(d.Sources()) + "…; --wait 0 goes by the last answers")
	})
	go func() {
		defer close(asked)
		defer waiting.Stop()
		// Its error is that of ctx; whom it did not wait for is told as being asked.
		_ = d.HearSources(ctx, limit)
	}()
	return asked
}

// awaited says what is waited for: the sources that are being asked, or the search
// for them, which asks git's credential helpers.
func awaited(states []gitops.SourceState) string {
	var names []string
	for _, s := range states {
		if s.Condition == gitops.SourceAsking {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return "looking for the sources of deployments and their tokens"
	}
	return "waiting for " + someOf(names)
}

// snapshot reads a snapshot, and says of sources that were not waited for how
// they would be.
func (a *app) snapshot(ctx context.Context, d *desk.Desk) (gitops.Snapshot, error) {
	snap, err := d.Snapshot(ctx)
	for i := range snap.Sources {
		if s := &snap.Sources[i]; s.Condition == gitops.SourceAsking && s.Hint == "" {
			s.Hint = "a longer --wait, or `wait` in your settings, hears it; the screen takes an answer whenever it comes"
		}
	}
	return snap, err
}

// waitFlag is --wait: how long to wait for sources, nil for as long as it is
// worth.
type waitFlag struct{ limit *time.Duration }

// String implements pflag.Value.
func (w *waitFlag) String() string {
	if w.limit == nil {
		return ""
	}
	return w.limit.String()
}

// Type implements pflag.Value.
func (w *waitFlag) Type() string { return "duration" }

// longestFlag bounds --wait: nobody means more.
const longestFlag = time.Hour

// Set implements pflag.Value. A number alone is seconds.
func (w *waitFlag) Set(text string) error {
	d, err := time.ParseDuration(text)
	if seconds, bare := strconv.ParseUint(text, 10, 16); bare == nil {
		d, err = time.Duration(seconds)*time.Second, nil
	}
	if err != nil || d < 0 || d > longestFlag {
		return &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("%q is no time to wait", text), Hint: "write it as 5s, 20s or 1m; 0 waits for no source"}
	}
	w.limit = &d
	return nil
}
