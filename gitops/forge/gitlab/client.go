// Package gitlab asks GitLab, on gitlab.com or on a server of one's own, for
// forge.
//
// Promise: what it tells of rules is the server's own word on whether the
// token's user may push; protected names and levels only explain it.
//
// Rules it keeps:
//   - everything goes through a forge.Guard, which alone has the token: personal,
//     project and OAuth tokens all pass as a bearer's;
//   - the library asks once: it neither tries again nor waits by itself, since a
//     person waits for the answer;
//   - answers are decoded into types of our own, for which a null in a list is
//     nothing to fall over.
package gitlab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"ahead/gitops/forge"
)

// pagesMax bounds a list, in pages of pageSize.
const (
	pagesMax = 10
	pageSize = 100
)

// Client asks about one project. It is safe for concurrent use.
type Client struct {
	place forge.Place
	guard *forge.Guard
	api   *api.Client
	now   func() time.Time
}

var _ forge.Client = (*Client)(nil)

// New makes the client of a place of kind GitLab. base is what sends (nil: the
// network), now tells the time.
func New(p forge.Place, token forge.Token, base http.RoundTripper, now func() time.Time) (*Client, error) {
	if p.Kind != forge.KindGitLab {
		return nil, fmt.Errorf("%s is not on GitLab", p)
	}
	guard, err := forge.NewGuard(p, token, base)
	if err != nil {
		return nil, err
	}
	client, err := api.NewAuthSourceClient(api.Unauthenticated{},
		api.WithHTTPClient(guard.HTTPClient()), api.WithBaseURL(p.API()), api.WithUserAgent("ahead"),
		api.WithoutRetries(), api.WithCustomLimiter(atOnce{}), api.WithURLWarningLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("gitlab client: %w", err)
	}
	return &Client{place: p, guard: guard, api: client, now: now}, nil
}

// atOnce takes the place of the library's own limiter, which would wait.
type atOnce struct{}

// Wait implements the library's RateLimiter.
func (atOnce) Wait(ctx context.Context) error { return ctx.Err() }

// API is the library's client, for other rooms that ask the same server. What
// it sends goes through the same guard.
func (c *Client) API() *api.Client { return c.api }

// project is the part of an address that names the project.
func (c *Client) project() string { return "projects/" + api.PathEscape(c.place.Path) }

// do asks for an address below the API's root. opt is the query, or the body of
// a POST.
func (c *Client) do(ctx context.Context, method, path string, opt, into any) (*api.Response, error) {
	req, err := c.api.NewRequest(method, path, opt, []api.RequestOptionFunc{api.WithContext(ctx)})
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", c.place.Host, err)
	}
	resp, err := c.api.Do(req, into)
	return resp, c.Trouble(err)
}

// list reads all pages of a list, up to pagesMax.
func list[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	var all []T
	for page := int64(1); page <= pagesMax; page++ {
		var some []T
		resp, err := c.do(ctx, http.MethodGet, path, &api.ListOptions{Page: page, PerPage: pageSize}, &some)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		// Large lists come without a number of pages; a short page is the last.
		if resp.NextPage == 0 && len(some) < pageSize {
			break
		}
	}
	return all, nil
}

// Trouble turns an error of the library into one that holds no secret and says
// what is wrong; nil stays nil.
func (c *Client) Trouble(err error) error {
	var known *forge.Trouble
	var answer *api.ErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &answer) && answer.Response != nil:
		return c.guard.Answered(answer.Response, answer.Message, c.now())
	case errors.Is(err, api.ErrNotFound):
		// The library keeps nothing of such an answer but that it came.
		return c.guard.Answered(&http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}}, "", c.now())
	}
	return c.guard.Failed(err)
}
