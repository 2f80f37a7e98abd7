package gitlab

import (
	"context"
	"errors"
	"net/http"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"ahead/gitops"
	"ahead/gitops/forge"
)

// mergeRequest is what is read of one.
type mergeRequest struct {
	IID           int64  `json:"iid"`
	State         string `json:"state"`
	WebURL        string `json:"web_url"`
	Source        string `json:"source_branch"`
	Target        string `json:"target_branch"`
	SourceProject int64  `json:"source_project_id"`
	TargetProject int64  `json:"target_project_id"`
	MergeCommit   string `json:"merge_commit_sha"`
	SquashCommit  string `json:"squash_commit_sha"`
}

// OpenPullRequest implements forge.Client.
func (c *Client) OpenPullRequest(ctx context.Context, what forge.Proposal) (forge.PullRequest, error) {
	if found, err := c.find(ctx, what.Head, what.Base, "opened"); err != nil || found.State != "" {
		return found, err
	}
	var made mergeRequest
	_, err := c.do(ctx, http.MethodPost, c.project()+"/merge_requests", &api.CreateMergeRequestOptions{
		Title: &what.Title, Description: &what.Body, SourceBranch: &what.Head, TargetBranch: &what.Base,
	}, &made)
	if err == nil {
		return c.read(made), nil
	}
	// Somebody, or an earlier run whose answer was lost, may have been faster.
	var t *forge.Trouble
	if errors.As(err, &t) && (t.Kind == forge.Invalid || t.Kind == forge.Broken || t.Kind == forge.Unreached) {
		if found, err := c.find(ctx, what.Head, what.Base, "opened"); err == nil && found.State != "" {
			return found, nil
		}
	}
	return forge.PullRequest{}, err
}

// PullRequest implements forge.Client.
func (c *Client) PullRequest(ctx context.Context, head, base string) (forge.PullRequest, error) {
	return c.find(ctx, head, base, "all")
}

// find gives the newest merge request between two branches of this project.
func (c *Client) find(ctx context.Context, head, base, state string) (forge.PullRequest, error) {
	var some []mergeRequest
	order, direction := "created_at", "desc"
	_, err := c.do(ctx, http.MethodGet, c.project()+"/merge_requests", &api.ListProjectMergeRequestsOptions{
		State: &state, SourceBranch: &head, TargetBranch: &base,
		ListOptions: api.ListOptions{PerPage: pageSize, OrderBy: order, Sort: direction},
	}, &some)
	if err != nil {
		return forge.PullRequest{}, err
	}
	for _, m := range some {
		// A fork may have a branch of the same name.
		if m.Source == head && m.Target == base && m.SourceProject == m.TargetProject {
			return c.read(m), nil
		}
	}
	return forge.PullRequest{}, nil
}

func (c *Client) read(m mergeRequest) forge.PullRequest {
	out := forge.PullRequest{Number: m.IID, Page: c.place.OwnPage(m.WebURL), State: forge.PullRequestClosed}
	switch m.State {
	case "opened", "locked":
		// Locked is one that is being merged at this moment.
		out.State = forge.PullRequestOpen
	case "merged":
		out.State = forge.PullRequestMerged
		for _, id := range []string{m.MergeCommit, m.SquashCommit} {
			if hash, err := gitops.ParseHash(id); err == nil && out.Merged.IsZero() {
				out.Merged = hash
			}
		}
	}
	return out
}
