package github

import (
	"context"
	"errors"
	"strings"

	api "github.com/google/go-github/v92/github"

	"ahead/gitops"
	"ahead/gitops/forge"
)

// OpenPullRequest implements forge.Client.
func (c *Client) OpenPullRequest(ctx context.Context, what forge.Proposal) (forge.PullRequest, error) {
	if found, err := c.find(ctx, what.Head, what.Base, "open"); err != nil || found.State != "" {
		return found, err
	}
	made, _, err := c.api.PullRequests.Create(ctx, c.place.Owner(), c.place.Name(), api.CreatePullRequest{
		Title: &what.Title, Head: what.Head, Base: what.Base, Body: &what.Body,
	})
	if err == nil {
		return c.read(made), nil
	}
	trouble := c.Trouble(err)
	// Somebody, or an earlier run whose answer was lost, may have been faster.
	var t *forge.Trouble
	if errors.As(trouble, &t) && (t.Kind == forge.Invalid || t.Kind == forge.Broken || t.Kind == forge.Unreached) {
		if found, err := c.find(ctx, what.Head, what.Base, "open"); err == nil && found.State != "" {
			return found, nil
		}
	}
	return forge.PullRequest{}, trouble
}

// PullRequest implements forge.Client.
func (c *Client) PullRequest(ctx context.Context, head, base string) (forge.PullRequest, error) {
	return c.find(ctx, head, base, "all")
}

// find gives the newest pull request between two branches of this repository.
func (c *Client) find(ctx context.Context, head, base, state string) (forge.PullRequest, error) {
	list, _, err := c.api.PullRequests.List(ctx, c.place.Owner(), c.place.Name(), &api.PullRequestListOptions{
		State: state, Head: c.place.Owner() + ":" + head, Base: base, Sort: "created", Direction: "desc",
		ListOptions: api.ListOptions{PerPage: pageSize},
	})
	if err != nil {
		return forge.PullRequest{}, c.Trouble(err)
	}
	for _, p := range list {
		// A server that does not know the filter gives all of them.
		if p.GetHead().GetRef() == head && p.GetBase().GetRef() == base && c.ours(p) {
			return c.read(p), nil
		}
	}
	return forge.PullRequest{}, nil
}

// ours reports whether the branch is one of this repository and not of a fork
// that has one of the same name.
func (c *Client) ours(p *api.PullRequest) bool {
	full := p.GetHead().GetRepo().GetFullName()
	return full == "" || full == p.GetBase().GetRepo().GetFullName() || strings.EqualFold(full, c.place.Path)
}

func (c *Client) read(p *api.PullRequest) forge.PullRequest {
	out := forge.PullRequest{Number: int64(p.GetNumber()), Page: c.place.OwnPage(p.GetHTMLURL()), State: forge.PullRequestClosed}
	switch {
	case p.GetState() == "open":
		out.State = forge.PullRequestOpen
	case p.GetMerged(), !p.GetMergedAt().IsZero():
		out.State = forge.PullRequestMerged
		out.Merged, _ = gitops.ParseHash(p.GetMergeCommitSHA())
	}
	return out
}
