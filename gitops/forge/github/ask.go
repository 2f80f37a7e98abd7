package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	api "github.com/google/go-github/v92/github"

	"ahead/gitops/forge"
)

// etagLimit bounds, in bytes, what is sent back to a server of its own words.
const etagLimit = 256

// Ask asks for path below the repository. Where etag names an answer that is
// known, the server may say that it still holds: such an answer costs nothing of
// the rate that a token has ("Use conditional requests", GitHub's best practices
// for the REST API). Errors are *forge.Trouble.
func (c *Client) Ask(ctx context.Context, path, etag string) (forge.Answer, error) {
	full := "repos/" + url.PathEscape(c.place.Owner()) + "/" + url.PathEscape(c.place.Name()) + path
	req, err := c.api.NewRequest(ctx, http.MethodGet, full, nil)
	if err != nil {
		return forge.Answer{}, fmt.Errorf("ask %s: %w", c.place.Host, err)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	var body bytes.Buffer
	resp, err := c.api.Do(req, &body)
	var answer *api.ErrorResponse
	if etag != "" && errors.As(err, &answer) && answer.Response != nil && answer.Response.StatusCode == http.StatusNotModified {
		return forge.Answer{Unchanged: true, ETag: etag, More: resp.NextPage != 0}, nil
	}
	if err != nil {
		return forge.Answer{}, c.Trouble(err)
	}
	a := forge.Answer{Body: []byte(c.guard.Clean(body.String())), ETag: resp.Header.Get("ETag"), More: resp.NextPage != 0}
	if len(a.ETag) > etagLimit {
		a.ETag = ""
	}
	return a, nil
}

// Clean takes the client's token out of a text that a server sent.
func (c *Client) Clean(s string) string { return c.guard.Clean(s) }

// Nonsense is the trouble of an answer that came and cannot be read.
func (c *Client) Nonsense(why error) error { return c.guard.Failed(why) }
