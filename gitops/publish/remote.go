package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
)

// Fetched is what a fetch brought.
type Fetched struct {
	// Tip is the branch as the remote holds it.
	Tip gitops.Hash
	// Notices tell of tags that stayed as they are here.
	Notices []gitops.Notice
	// SomeTags says that the remote may have tags that were not fetched.
	SomeTags bool
}

// NoticeTagDiffers is the code of the notice about tags that are not what the
// remote holds; a local tag is never overwritten.
const NoticeTagDiffers = "tag-differs"

// Fetch brings the remote's branch and tags: refs/remotes/<remote>/<branch>
// whatever the configured refspecs say (a bare clone has none), and tags that
// are new. No other ref changes, FETCH_HEAD included. A shallow clone gets the
// tags on what it has and what arrives only: older ones would bring the history
// along that it was cut off from. The errors have the codes no-remote,
// no-branch and remote-unreachable.
func (g *Git) Fetch(ctx context.Context, remote, branch string) (Fetched, error) {
	urls, err := g.remoteURLs(ctx, remote)
	if err != nil {
		return Fetched{}, err
	}
	ref := "refs/heads/" + branch
	tracking := trackingRef(remote, branch)
	tags, shallow := "--tags", g.shallow()
	if shallow {
		tags = ""
	}
	_, err = g.run(ctx, fetchCall(remote, tags, "+"+ref+":"+tracking))
	var notices []gitops.Notice
	if err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return Fetched{}, g.unreached(remote, urls.fetch, err)
		}
		if notices, err = g.fetchAgain(ctx, remote, branch, urls.fetch, err); err != nil {
			return Fetched{}, err
		}
	}
	tip, err := g.readRef(ctx, tracking)
	if err != nil {
		return Fetched{}, err
	}
	return Fetched{Tip: tip, Notices: notices, SomeTags: shallow}, nil
}

// shallow reports whether history is cut off here (gitrepository-layout).
func (g *Git) shallow() bool {
	info, err := os.Stat(filepath.Join(g.commonDir, "shallow"))
	return err == nil && info.Size() > 0
}

// fetchCall is a fetch without the side effects that configuration could give
// it: pruning, submodules, maintenance, refs beyond those that are named. Tags
// is git's option for them; empty follows those of what is here and arrives.
func fetchCall(remote string, tags string, refspecs ...string) call {
	args := []string{
		"fetch", "--quiet", "--no-prune", "--no-prune-tags", "--refmap=", "--no-write-fetch-head",
		"--no-recurse-submodules", "--no-auto-maintenance", "--no-write-commit-graph",
	}
	if tags != "" {
		args = append(args, tags)
	}
	args = append(args, "--", remote)
	return call{args: append(args, refspecs...), network: true}
}

// fetchAgain tells a remote that cannot be reached from a tag that exists here
// and there with different content, which makes git fail after it brought
// everything else. What the remote holds decides, not what git said.
func (g *Git) fetchAgain(ctx context.Context, remote, branch, url string, cause error) ([]gitops.Notice, error) {
	ref := "refs/heads/" + branch
	held, err := g.RemoteRefs(ctx, remote, ref, "refs/tags/*")
	if err != nil {
		return nil, g.unreached(remote, url, cause)
	}
	if held[ref].IsZero() {
		return nil, noBranch(remote, branch)
	}
	if _, err := g.run(ctx, fetchCall(remote, "--no-tags", "+"+ref+":"+trackingRef(remote, branch))); err != nil {
		if exitOf(err) < 0 {
			return nil, g.unreached(remote, url, err)
		}
		return nil, &gitops.Error{
			Code: gitops.CodeInternal, What: fmt.Sprintf("%s answers, and %s could not be fetched", remote, branch),
			Hint: "see what git said: a lock file, a full disk, missing rights?", Detail: strings.TrimSpace(stderrOf(err)),
		}
	}
	return g.tagNotices(ctx, remote, held)
}

func (g *Git) tagNotices(ctx context.Context, remote string, held map[string]gitops.Hash) ([]gitops.Notice, error) {
	local, err := g.refs(ctx, "refs/tags")
	if err != nil {
		return nil, err
	}
	var notices []gitops.Notice
	for _, ref := range sortedKeys(held) {
		name, isTag := strings.CutPrefix(ref, "refs/tags/")
		if !isTag || strings.HasSuffix(ref, "^{}") || local[ref] == held[ref] {
			continue
		}
		text := fmt.Sprintf("the tag %s is %s on %s and %s here; it was left alone", name, held[ref].Short(), remote, local[ref].Short())
		if local[ref].IsZero() {
			text = fmt.Sprintf("the tag %s of %s could not be fetched", name, remote)
		}
		notices = append(notices, gitops.Notice{Code: NoticeTagDiffers, Text: text})
	}
	return notices, nil
}

// RemoteRefs asks the remote which of refs it holds (full names, or patterns
// of ls-remote). A ref that it does not hold is absent from the answer.
func (g *Git) RemoteRefs(ctx context.Context, remote string, refs ...string) (map[string]gitops.Hash, error) {
	urls, err := g.remoteURLs(ctx, remote)
	if err != nil {
		return nil, err
	}
	rows, err := g.lsRemote(ctx, remote, refs...)
	if err != nil {
		return nil, g.unreached(remote, urls.fetch, err)
	}
	held := make(map[string]gitops.Hash, len(rows))
	for _, row := range rows {
		held[row.ref] = row.hash
	}
	return held, nil
}

// remoteRow is one line of ls-remote, parsed and as it was.
type remoteRow struct {
	ref  string
	hash gitops.Hash
	line string
}

// errNoRefs is the error of a remote whose answer holds no refs at all.
var errNoRefs = errors.New("the answer holds no refs at all")

// lsRemote asks where for refs; where is a remote's name or a URL. That a ref is
// not in an answer counts only where the answer holds others: over http git takes
// a list that was cut short for an empty one. An answer without any is errNoRefs.
func (g *Git) lsRemote(ctx context.Context, where string, refs ...string) ([]remoteRow, error) {
	rows, err := g.listRefs(ctx, where, refs)
	if err != nil || len(rows) > 0 {
		return rows, err
	}
	others, err := g.listRefs(ctx, where, []string{"HEAD", "refs/heads/*"})
	switch {
	case err != nil:
		return nil, err
	case len(others) == 0:
		return nil, errNoRefs
	}
	// The first answer may have been the one that was cut short.
	return g.listRefs(ctx, where, refs)
}

func (g *Git) listRefs(ctx context.Context, where string, refs []string) ([]remoteRow, error) {
	out, err := g.run(ctx, call{args: append([]string{"ls-remote", "--quiet", "--", where}, refs...), network: true})
	if err != nil {
		return nil, err
	}
	var rows []remoteRow
	for _, line := range strings.Split(string(out.stdout), "\n") {
		id, ref, ok := strings.Cut(line, "\t")
		if !ok {
			continue
		}
		hash, err := gitops.ParseHash(id)
		if err != nil {
			return nil, fmt.Errorf("git ls-remote: %w", err)
		}
		rows = append(rows, remoteRow{ref: ref, hash: hash, line: line})
	}
	return rows, nil
}

// remoteURLs is where a remote is read from and written to.
type remoteURLs struct {
	fetch string
	push  []string
}

// remoteURLs reads the addresses after url.*.insteadOf and pushInsteadOf.
func (g *Git) remoteURLs(ctx context.Context, remote string) (remoteURLs, error) {
	none := &gitops.Error{
		Code: gitops.CodeNoRemote, What: fmt.Sprintf("there is no remote %q", remote),
		Hint: "name one of `git remote` with --remote NAME",
	}
	if remote == "" {
		none.What = "this repository has no remote to publish to"
		none.Hint = "add one: git remote add origin URL"
		return remoteURLs{}, none
	}
	fetch, err := g.lines(ctx, "remote", "get-url", "--", remote)
	if err == nil && len(fetch) > 0 {
		var push []string
		if push, err = g.lines(ctx, "remote", "get-url", "--push", "--all", "--", remote); err == nil {
			return remoteURLs{fetch: fetch[0], push: push}, nil
		}
	}
	if exitOf(err) < 0 {
		return remoteURLs{}, err
	}
	return remoteURLs{}, none
}

func trackingRef(remote, branch string) string { return "refs/remotes/" + remote + "/" + branch }
