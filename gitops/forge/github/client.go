// Package github asks GitHub, and GitHub Enterprise, for forge.
//
// Promise: what it tells of rules is what the API says to the token's user; a
// rule of a kind that is not known here is left to the push.
//
// Rules it keeps:
//   - everything goes through a forge.Guard, which alone has the token;
//   - answers about rules are decoded into types of our own: the library's read
//     one rule at a time, drop kinds that they do not know, and take a null in a
//     list for a rule;
//   - nothing is asked page after page without an end.
package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	api "github.com/google/go-github/v92/github"

	"ahead/gitops/forge"
)

// pagesMax bounds a list, in pages of pageSize.
const (
	pagesMax = 10
	pageSize = 100
)

// Client asks about one repository. It is safe for concurrent use.
type Client struct {
	place forge.Place
	guard *forge.Guard
	api   *api.Client
	now   func() time.Time
}

var _ forge.Client = (*Client)(nil)

// New makes the client of a place of kind GitHub. base is what sends (nil: the
// network), now tells the time.
func New(p forge.Place, token forge.Token, base http.RoundTripper, now func() time.Time) (*Client, error) {
	if p.Kind != forge.KindGitHub {
		return nil, fmt.Errorf("%s is not on GitHub", p)
	}
	guard, err := forge.NewGuard(p, token, base)
	if err != nil {
		return nil, err
	}
	address := p.API()
	client, err := api.NewClient(api.WithHTTPClient(guard.HTTPClient()), api.WithURLs(&address, &address), api.WithUserAgent("ahead"))
	if err != nil {
		return nil, fmt.Errorf("github client: %w", err)
	}
	return &Client{place: p, guard: guard, api: client, now: now}, nil
}

// API is the library's client, for other rooms that ask the same server. What
// it sends goes through the same guard.
func (c *Client) API() *api.Client { return c.api }

// get asks for path below the repository, or below the API's root where it
// begins with a slash.
func (c *Client) get(ctx context.Context, path string, into any) (*api.Response, error) {
	full := "repos/" + url.PathEscape(c.place.Owner()) + "/" + url.PathEscape(c.place.Name()) + path
	req, err := c.api.NewRequest(ctx, http.MethodGet, full, nil)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", c.place.Host, err)
	}
	resp, err := c.api.Do(req, into)
	return resp, c.Trouble(err)
}

// Trouble turns an error of the library into one that holds no secret and says
// what is wrong; nil stays nil.
func (c *Client) Trouble(err error) error {
	if err == nil {
		return nil
	}
	var known *forge.Trouble
	var limit *api.RateLimitError
	var abuse *api.AbuseRateLimitError
	var answer *api.ErrorResponse
	var otp *api.TwoFactorAuthError
	var elsewhere *api.RedirectionError
	var accepted *api.AcceptedError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &limit):
		return c.limited(limit.Response, limit.Message, limit.Rate.Reset.Time)
	case errors.As(err, &abuse):
		until := time.Time{}
		if abuse.RetryAfter != nil {
			until = c.now().Add(*abuse.RetryAfter)
		}
		return c.limited(abuse.Response, abuse.Message, until)
	case errors.As(err, &answer):
		return c.guard.Answered(answer.Response, words(answer), c.now())
	case errors.As(err, &otp):
		return c.guard.Answered(otp.Response, otp.Message, c.now())
	case errors.As(err, &elsewhere):
		return c.guard.Answered(elsewhere.Response, "it leads elsewhere", c.now())
	case errors.As(err, &accepted):
		return c.guard.Failed(errors.New("it asks to come back later"))
	}
	return c.guard.Failed(err)
}

// limited lets the headers of a real answer tell until when, and otherwise
// what the library remembers of an earlier one.
func (c *Client) limited(resp *http.Response, said string, until time.Time) error {
	if resp != nil && len(resp.Header) > 0 {
		if t := c.guard.Answered(resp, said, c.now()); t.Kind == forge.Limited && !t.Until.IsZero() {
			return t
		}
	}
	return c.guard.Limit(until, c.now())
}

// words are what the server says of a refusal, with its parts.
func words(e *api.ErrorResponse) string {
	said := e.Message
	for i, part := range e.Errors {
		if part.Message != "" && i < 3 {
			said += "; " + part.Message
		}
	}
	return said
}
