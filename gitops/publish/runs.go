package publish

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"runtime/debug"
	"strings"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

func (g *Git) journal() *journal.Journal { return journal.In(g.commonDir, g.sharing(), redact) }

// sharing is who else has a part in what is kept in the git directory. A
// setting that cannot be read shares nothing.
func (g *Git) sharing() journal.Sharing {
	g.sharedOnce.Do(func() {
		if value, err := g.text(context.Background(), "config", "--get", "core.sharedRepository"); err == nil {
			g.shared = journal.ParseSharing(value)
		}
	})
	return g.shared
}

// Runs are the publications that are not over, oldest first: those that were
// broken off, those that wait for a merge, and the one that is under way. It
// reads the disk only. With an error it gives the runs that can be read all
// the same.
func (g *Git) Runs(context.Context) ([]gitops.Run, error) { return g.journal().Open() }

// CloseRun gives a run up: it is over then, for the reason why. The remote is
// not touched; what it holds stays there.
func (g *Git) CloseRun(ctx context.Context, run gitops.Run, why string) error {
	me := g.me()
	lock, err := g.journal().Lock(ctx, me, "the end of "+publicationName(run.Plan))
	if err != nil {
		return err
	}
	defer lock.Release()
	return g.journal().End(run.ID, fmt.Sprintf("closed by %s: %s", me.User, why), g.clock())
}

// unfinished is the error of a branch that another run was broken off on. The
// lock must be held, so that none of the open runs can be under way. One that
// waits for a merge is in nobody's way.
func (g *Git) unfinished(plan gitops.Plan) error {
	runs, err := g.journal().Open()
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.State != gitops.RunWaiting && run.Plan.Remote == plan.Remote && run.Plan.Branch == plan.Branch {
			return &gitops.Error{
				Code: gitops.CodeUnfinished,
				What: fmt.Sprintf("%s has not ended: it was begun by %s at %s UTC and broken off",
					publicationName(run.Plan), run.By.User, run.Receipt.StartedAt.UTC().Format("15:04:05")),
				Hint: "see what the remote holds of it, and carry on or close it, with: ahead resume " + run.ID,
			}
		}
	}
	return nil
}

// publicationName is what a publication is called when it is spoken of.
func publicationName(p gitops.Plan) string {
	if p.Tag.Name == "" {
		return fmt.Sprintf("a commit to %s on %s", p.Branch, p.Remote)
	}
	return fmt.Sprintf("%s to %s on %s", p.Tag.Name, p.Branch, p.Remote)
}

// me is this process, as the journal and the lock name it.
func (g *Git) me() gitops.Actor {
	a := gitops.Actor{User: "somebody", PID: os.Getpid(), StartedAt: g.clock()}
	if u, err := user.Current(); err == nil && u.Username != "" {
		a.User = u.Username
	} else if name := envValue(g.env, "USER"); name != "" {
		a.User = name
	}
	if host, err := os.Hostname(); err == nil {
		a.Host = host
	}
	return a
}

// programVersion is what the go tool stamped into this program.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	words := []string{info.Main.Version}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			words = append(words, s.Value)
		}
	}
	return strings.Join(words, " ")
}
