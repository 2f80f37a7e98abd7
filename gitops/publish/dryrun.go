package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
)

// reachTimeout bounds the question whether a remote can be written to: a person
// waits for it before the confirm screen.
const reachTimeout = 30 * time.Second

// PushURL is where a push to the remote goes, as git reports it, with no
// credentials in it.
func (g *Git) PushURL(ctx context.Context, remote string) (string, error) {
	urls, err := g.remoteURLs(ctx, remote)
	if err != nil {
		return "", err
	}
	if n := len(urls.push); n != 1 {
		return "", manyAddresses(remote, n)
	}
	return redact(urls.push[0]), nil
}

// Reach is what a remote told about pushes to it.
type Reach struct {
	// Atomic says that the remote takes several refs together or not at all.
	Atomic bool
}

// rehearsedRef is a ref that is said to be made. A push of the branch as it is
// would be nothing to do, and over http git then ends without asking whether the
// server can do it at once.
const rehearsedRef = "refs/tags/ahead-rehearsal"

// Reach asks the remote whether it can be pushed to with what git knows here:
// by a push without the sending (--dry-run) of the branch as it is and of a tag
// that never comes about. It changes nothing and runs no hook, here or there. Servers check who may write when a push connects; rules on
// branches and hooks they check when it arrives, which this does not find out.
// tip must be a commit of this repository. The errors have the codes no-remote,
// not-publishable and remote-unreachable.
func (g *Git) Reach(ctx context.Context, remote, branch string, tip gitops.Hash) (Reach, error) {
	urls, err := g.remoteURLs(ctx, remote)
	if err != nil {
		return Reach{}, err
	}
	if n := len(urls.push); n != 1 {
		return Reach{}, manyAddresses(remote, n)
	}
	var reach Reach
	for _, atomic := range []bool{true, false} {
		out, err := g.run(ctx, g.dryRun(remote, branch, tip, atomic))
		switch {
		case err != nil && atomic && saysNoAtomic(said(out)):
			// Over http git gives rows all the same.
			continue
		case err == nil || len(parsePorcelain(out.stdout, "refs/heads/"+branch)) > 0:
			// Even a refusal, since the branch has moved, is an answer.
			reach.Atomic = atomic
			return reach, nil
		}
		return Reach{}, g.unwritable(remote, urls.push[0], err)
	}
	return reach, nil
}

func (g *Git) reachTimeout() time.Duration { return min(g.timeout, reachTimeout) }

func (g *Git) dryRun(remote, branch string, tip gitops.Hash, atomic bool) call {
	args := []string{"push", "--dry-run", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed"}
	if atomic {
		args = append(args, "--atomic")
	}
	return call{
		args: append(args, "--", remote, tip.String()+":refs/heads/"+branch, tip.String()+":"+rehearsedRef), network: true, chatty: true,
		settings: []setting{{"remote." + remote + ".mirror", "false"}}, timeout: g.reachTimeout(),
	}
}

// unwritable is the error of a remote that gives no answer to a push.
func (g *Git) unwritable(remote, url string, err error) error {
	problem := g.unreached(remote, url, err)
	var e *gitops.Error
	if !errors.As(problem, &e) {
		return problem
	}
	e.What = fmt.Sprintf("%s cannot be pushed to", remote)
	// The hint speaks of the time that other commands have.
	e.Hint = strings.Replace(e.Hint, "within "+g.timeout.String(), "within "+g.reachTimeout().String(), 1)
	switch transport(url) {
	case "ssh":
		e.Hint += "; or this key may only read there"
	case "http":
		e.Hint += "; or what it knows may only read there"
	}
	return problem
}
