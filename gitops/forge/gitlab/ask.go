package gitlab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"ahead/gitops/forge"
)

// etagLimit bounds, in bytes, what is sent back to a server of its own words.
const etagLimit = 256

// Ask asks for path below the project, with a query as a URL has it. Where etag names an
// answer that is known, the server may say that it still holds, which saves
// sending it. Errors are *forge.Trouble.
func (c *Client) Ask(ctx context.Context, path, query, etag string) (forge.Answer, error) {
	req, err := c.api.NewRequest(http.MethodGet, c.project()+path, nil, []api.RequestOptionFunc{api.WithContext(ctx)})
	if err != nil {
		return forge.Answer{}, fmt.Errorf("ask %s: %w", c.place.Host, err)
	}
	req.URL.RawQuery = query
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	var body bytes.Buffer
	resp, err := c.api.Do(req, &body)
	if etag != "" && resp != nil && resp.Response != nil && resp.StatusCode == http.StatusNotModified {
		return forge.Answer{Unchanged: true, ETag: etag, More: resp.NextPage != 0}, nil
	}
	if err == nil && resp.StatusCode == http.StatusNotModified {
		// The library takes it for a success; nobody asked for it.
		err = errors.New("it names an answer that nobody has")
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
