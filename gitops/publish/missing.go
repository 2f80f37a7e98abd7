package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
)

// FetchObjects brings single objects into a partial clone, in one request, the
// way in which git itself asks a promisor for what it misses: a tree brings the
// trees below it, contents come only where they are named. Ask for trees or for
// contents, never for both at once: a content that lies below a tree of the same
// request is filtered out with its neighbours. No ref changes, and a shallow
// history stays as short as it is. It is the one thing here that fills a partial
// clone, for a person who said so.
//
// What the remote gave is not looked at: whoever asked looks whether it has
// come. The errors have the codes no-remote, remote-unreachable, and
// missing-object where the remote answers and does not give them.
func (g *Git) FetchObjects(ctx context.Context, remote string, ids []gitops.Hash) error {
	urls, err := g.remoteURLs(ctx, remote)
	if err != nil {
		return err
	}
	var in strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&in, "%s\n", id)
	}
	_, err = g.run(ctx, call{
		args: []string{
			"fetch", "--quiet", "--no-tags", "--refmap=", "--no-write-fetch-head", "--no-recurse-submodules",
			"--no-auto-maintenance", "--no-write-commit-graph", "--filter=blob:none", "--stdin", "--", remote,
		},
		stdin: []byte(in.String()), network: true, timeout: g.pushTimeout,
		// Without it the remote is told all that is here first.
		settings: []setting{{"fetch.negotiationAlgorithm", "noop"}},
	})
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return g.unreached(remote, urls.fetch, err)
	}
	if _, asked := g.lsRemote(ctx, remote, "HEAD"); asked != nil {
		return g.unreached(remote, urls.fetch, err)
	}
	return &gitops.Error{
		Code: gitops.CodeMissingObject, What: fmt.Sprintf("%s answers, and did not give %s", remote, count(len(ids), "object")),
		Hint:   "see what it said; a server must allow single objects to be asked for (uploadpack.allowFilter, uploadpack.allowAnySHA1InWant)",
		Detail: strings.TrimSpace(stderrOf(err)),
	}
}
