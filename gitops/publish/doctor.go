package publish

import (
	"context"
	"fmt"
	"os"

	"ahead/gitops"
)

// Finding is one thing that publishing needs, and whether it is there.
type Finding struct {
	Name string
	OK   bool
	// Text says what was found, Hint what to do about it when it is not OK.
	Text, Hint string
}

// The names of the findings, in their order.
const (
	FindGit      = "git"
	FindIdentity = "identity"
	FindSigning  = "signing"
	FindHistory  = "history"
	FindHooks    = "hooks"
	FindRemote   = "remote"
	FindPush     = "push"
)

// Doctor looks at everything that publishing branch to remote needs. It
// changes nothing, here or there; where signing is configured it signs a
// throw-away commit, which may ask for a key to be touched.
func (g *Git) Doctor(ctx context.Context, remote, branch string) []Finding {
	found := []Finding{
		{Name: FindGit, OK: true, Text: g.version.String()},
		g.findIdentity(ctx),
		g.findSigning(ctx),
		g.findHistory(ctx),
		g.findHooks(ctx),
	}
	reached, tip := g.findRemote(ctx, remote, branch)
	found = append(found, reached)
	if reached.OK {
		found = append(found, g.findPush(ctx, remote, branch, tip))
	}
	return found
}

// finding turns a problem into a finding.
func finding(name string, err error) Finding {
	f := Finding{Name: name, Text: err.Error()}
	if e, ok := err.(*gitops.Error); ok {
		f.Text, f.Hint = e.What, e.Hint
		if e.Detail != "" {
			f.Text += ": " + e.Detail
		}
	}
	return f
}

func (g *Git) findIdentity(ctx context.Context) Finding {
	h, err := g.habits(ctx)
	if err != nil {
		return finding(FindIdentity, err)
	}
	return Finding{Name: FindIdentity, OK: true, Text: h.committer}
}

// findSigning proves the key by using it: a key that is listed can still be
// locked, expired or on a token that is at home.
func (g *Git) findSigning(ctx context.Context) Finding {
	commits, err := g.flag(ctx, "commit.gpgSign")
	if err != nil {
		return finding(FindSigning, err)
	}
	tags, err := g.flag(ctx, "tag.gpgSign")
	if err != nil {
		return finding(FindSigning, err)
	}
	key, _ := g.text(ctx, "config", "--get", "user.signingKey")
	if !commits && !tags && key == "" {
		return Finding{Name: FindSigning, OK: true, Text: "not configured"}
	}
	if err := g.trialSignature(ctx, "a trial commit"); err != nil {
		return finding(FindSigning, err)
	}
	return Finding{Name: FindSigning, OK: true, Text: "a trial commit could be signed"}
}

func (g *Git) findHistory(ctx context.Context) Finding {
	f := Finding{Name: FindHistory, OK: true, Text: "complete"}
	if shallow, _ := g.text(ctx, "rev-parse", "--is-shallow-repository"); shallow == "true" {
		return Finding{
			Name: FindHistory, Text: "cut off by a shallow clone: older commits and deployments are not known",
			Hint: "git fetch --unshallow",
		}
	}
	promised, _ := g.lines(ctx, "config", "--get-regexp", `^(remote\..*\.promisor|extensions\.partialclone)$`)
	if len(promised) > 0 {
		f.Text = "complete, but a partial clone: contents come from the remote when they are needed"
	}
	return f
}

func (g *Git) findHooks(ctx context.Context) Finding {
	f := Finding{Name: FindHooks, OK: true, Text: "no pre-push hook"}
	path, err := g.text(ctx, "rev-parse", "--path-format=absolute", "--git-path", "hooks/pre-push")
	if err != nil {
		return finding(FindHooks, err)
	}
	if info, err := os.Stat(path); err == nil {
		f.Text = fmt.Sprintf("a pre-push hook runs before anything is sent (%s); --no-verify skips it", path)
		if info.Mode()&0o111 == 0 {
			f.Text = fmt.Sprintf("the pre-push hook %s is not executable, git ignores it", path)
		}
	}
	return f
}

func (g *Git) findRemote(ctx context.Context, remote, branch string) (Finding, gitops.Hash) {
	urls, err := g.remoteURLs(ctx, remote)
	if err != nil {
		return finding(FindRemote, err), gitops.Hash{}
	}
	ref := "refs/heads/" + branch
	held, err := g.RemoteRefs(ctx, remote, ref)
	if err != nil {
		return finding(FindRemote, err), gitops.Hash{}
	}
	tip := held[ref]
	if tip.IsZero() {
		return finding(FindRemote, noBranch(remote, branch)), tip
	}
	return Finding{
		Name: FindRemote, OK: true,
		Text: fmt.Sprintf("%s answers at %s, %s is at %s", remote, redact(urls.fetch), branch, tip.Short()),
	}, tip
}

// findPush asks whether the remote takes pushes, by one that sends nothing.
func (g *Git) findPush(ctx context.Context, remote, branch string, tip gitops.Hash) Finding {
	if kind, _ := g.text(ctx, "cat-file", "-t", tip.String()); kind != string(gitops.KindCommit) {
		return Finding{Name: FindPush, OK: true, Text: "not known before a fetch", Hint: "git fetch " + remote}
	}
	reach, err := g.Reach(ctx, remote, branch, tip)
	switch {
	case err != nil:
		return finding(FindPush, err)
	case !reach.Atomic:
		return Finding{Name: FindPush, OK: true, Text: remote + " takes pushes from you, and cannot take branch and tag together: the branch goes first"}
	}
	return Finding{Name: FindPush, OK: true, Text: remote + " takes atomic pushes from you, as far as can be known without one"}
}
