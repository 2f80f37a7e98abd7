// Package rest asks services over JSON that are no forges, and keeps to them the
// rules of package forge: a token goes to its one host, over TLS and across no
// redirect to another; questions have a deadline and answers a bound; what goes
// wrong is a *forge.Trouble, in which there is no secret.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/forge"
)

// Options say whom to ask and as whom.
type Options struct {
	// Server is a host, with a port where it is not the usual one; an https
	// address with a path is taken, too.
	Server string
	// Secret is the token, From says where it is from, for a sentence, and Header
	// the name of the header that carries it; empty for a bearer's.
	Secret       gitops.Secret
	From, Header string
	// Transport is what sends (nil: the network), Now the clock.
	Transport http.RoundTripper
	Now       func() time.Time
}

// Client asks one service.
type Client struct {
	host, base, from string
	guard            *forge.Guard
	http             *http.Client
	now              func() time.Time
}

// New makes a client; nobody is asked yet.
func New(o Options) (*Client, error) {
	host, base, below, err := server(o.Server)
	if err != nil {
		return nil, err
	}
	place := forge.Place{Host: host, Base: below}
	guard, err := forge.NewGuard(place, forge.Token{Host: host, Source: o.From, Secret: o.Secret}, o.Transport)
	if err != nil {
		return nil, err
	}
	if o.Header != "" {
		guard = guard.ByHeader(o.Header)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Client{host: host, base: base, from: o.From, guard: guard, http: guard.HTTPClient(), now: o.Now}, nil
}

// server parts a host from a path below it, which is given escaped and without a
// slash at its end, and as it is.
func server(text string) (host, base, below string, err error) {
	address := text
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Contains("/"+u.Path+"/", "/../") {
		return "", "", "", &gitops.Error{
			Code: gitops.CodeUsage, What: "that is no server of which a token may be shown", // the text may hold a password
			Hint: "name it as argocd.example.com, reached by https, without user and password",
		}
	}
	return strings.TrimSuffix(strings.ToLower(u.Host), ":443"), strings.TrimSuffix(u.EscapedPath(), "/"), strings.Trim(u.Path, "/"), nil
}

// Host is the host that is asked.
func (c *Client) Host() string { return c.host }

// Page is the address of a page of the service for people.
func (c *Client) Page(path string) string { return "https://" + c.host + c.base + path }

// Ask sends a question and reads the answer's JSON into into. Path is escaped.
// Errors are *forge.Trouble.
func (c *Client) Ask(ctx context.Context, method, path string, question, into any) error {
	var body io.Reader
	if question != nil {
		text, err := json.Marshal(question)
		if err != nil {
			return fmt.Errorf("write a question: %w", err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "https://"+c.host+c.base+path, body)
	if err != nil {
		return fmt.Errorf("write a question: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "ahead")
	if question != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.guard.Failed(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	// A server that echoes the token must not bring it into a row.
	text = []byte(c.guard.Clean(string(text)))
	if resp.StatusCode != http.StatusOK {
		return c.guard.Answered(resp, message(text), c.now())
	}
	if err != nil {
		return c.guard.Failed(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return c.Trouble(forge.Nonsense, "it is not the JSON that was asked for")
	}
	return nil
}

// Trouble is one that was found in an answer's content. What the server said is
// shown without the token, bounded.
func (c *Client) Trouble(kind forge.TroubleKind, said string) *forge.Trouble {
	t := c.guard.Answered(&http.Response{StatusCode: http.StatusOK}, said, c.now())
	t.Kind = kind
	return t
}

// message finds a service's own words in the answer to a question that it
// refused.
func message(body []byte) string {
	var said struct {
		Message string `json:"message"`
		Error   any    `json:"error"`
		Errors  []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	// What is no such JSON has no words for people in it: a proxy's page.
	_ = json.Unmarshal(body, &said)
	if said.Message == "" && len(said.Errors) > 0 {
		said.Message = said.Errors[0].Message
	}
	if text, ok := said.Error.(string); ok && said.Message == "" {
		said.Message = text
	}
	return said.Message
}

// WebAddress gives an address that a service told, where it may be offered as a
// link, else nothing.
func WebAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// Explain makes trouble an error that a person gets to read, with what to do
// about it; hint may leave that to the usual words. Another error stays as it is.
func Explain(err error, hint func(forge.TroubleKind) string) error {
	var t *forge.Trouble
	if !errors.As(err, &t) {
		return err
	}
	what := hint(t.Kind)
	if what == "" {
		what = usual(t.Kind)
	}
	return t.Problem(what)
}

func usual(k forge.TroubleKind) string {
	switch k {
	case forge.Limited, forge.Broken:
		return "nothing need be done" // when it is asked again stands beside it
	case forge.Unreached:
		return "look at the network and the proxy; a certificate has to be one that this machine trusts"
	}
	return "a proxy or a sign-in page may answer in its place"
}
