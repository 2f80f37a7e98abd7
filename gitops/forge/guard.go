package forge

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Bounds on one question and its answer.
const (
	// Deadline is how long one question may take, its answer's body included.
	Deadline = 10 * time.Second
	// answerLimit bounds an answer, in bytes; a page of a hundred pull requests
	// is about two million.
	answerLimit = 8 << 20
	// headerLimit bounds an answer's header, in bytes.
	headerLimit  = 256 << 10
	redirectsMax = 3
	// idle is how long a connection is kept for the next question.
	idle = 30 * time.Second
)

var (
	errElsewhere = errors.New("it leads to another host")
	errTooLong   = fmt.Errorf("the answer is longer than %d MB", answerLimit>>20)
)

// Guard is the one way by which anything is sent to a forge. It sits below the
// client libraries: they build questions and read answers, and it alone knows
// the token.
type Guard struct {
	place Place
	// api is the host that is asked; for github.com it is another one than that
	// of the pages.
	api   string
	token Token
	base  http.RoundTripper
	// header carries the token alone; empty for the usual one of a bearer.
	header string
}

// ByHeader sends the token as the value of a header of its own, as services do
// that are no forges.
func (g *Guard) ByHeader(name string) *Guard {
	by := *g
	by.header = name
	return &by
}

// NewGuard watches over what is sent to a place. A token of another host is
// refused. base is what sends; nil means the network, with the proxies that the
// environment names.
func NewGuard(p Place, token Token, base http.RoundTripper) (*Guard, error) {
	if !token.IsZero() && (token.Host != p.Host || p.Plain) {
		return nil, fmt.Errorf("the token of %s does not belong to %s", token.Source, p.root())
	}
	if base == nil {
		base = &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: Deadline,
			MaxResponseHeaderBytes: headerLimit, IdleConnTimeout: idle,
		}
	}
	return &Guard{place: p, api: p.apiHost(), token: token, base: base}, nil
}

// apiHost is where the API of a host is: GitHub has a host of its own for it.
func (p Place) apiHost() string {
	if p.Kind == KindGitHub && (p.Host == "github.com" || strings.HasSuffix(p.Host, ".ghe.com")) {
		return "api." + p.Host
	}
	return p.Host
}

// API is the address below which a place's API is, with a slash at its end.
func (p Place) API() string {
	base := "https://" + p.apiHost() + "/"
	if p.Base != "" {
		base += p.Base + "/"
	}
	switch {
	case p.Kind == KindGitLab:
		return base + "api/v4/"
	case p.Kind == KindGitHub && p.apiHost() == p.Host:
		return base + "api/v3/"
	}
	return base
}

// HTTPClient is for a client library. It follows a redirect on the same host,
// as a renamed repository has, and no other.
func (g *Guard) HTTPClient() *http.Client {
	return &http.Client{
		Transport: g, Timeout: Deadline,
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			first := via[0]
			if next.URL.Scheme != "https" || next.URL.Host != first.URL.Host || next.Method != first.Method || len(via) > redirectsMax {
				return errElsewhere
			}
			return nil
		},
	}
}

// RoundTrip implements http.RoundTripper. Nothing goes out but to the place's
// own API, and only what is known to be protected.
func (g *Guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" || !strings.EqualFold(req.URL.Host, g.api) || !g.place.holds(req.URL.Path) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errElsewhere
	}
	req = req.Clone(req.Context())
	for _, name := range []string{"Authorization", "Private-Token", "Job-Token", "Cookie", "Referer"} {
		req.Header.Del(name)
	}
	switch {
	case g.token.IsZero():
	case g.header != "":
		req.Header.Set(g.header, g.token.Secret.Reveal())
	default:
		req.Header.Set("Authorization", "Bearer "+g.token.Secret.Reveal())
	}
	resp, err := g.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &boundedBody{body: resp.Body, left: answerLimit}
	return resp, nil
}

// Clean takes the token out of a text; a server may echo what it was sent.
func (g *Guard) Clean(s string) string {
	if g.token.IsZero() {
		return s
	}
	return strings.ReplaceAll(s, g.token.Secret.Reveal(), g.token.Secret.String())
}

// boundedBody is an answer that fails once it is too long, in place of one that
// just ends and could pass for whole.
type boundedBody struct {
	body io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// Close implements io.Closer.
func (b *boundedBody) Close() error { return b.body.Close() }
