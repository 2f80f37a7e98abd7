package health

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"ahead/gitops"
)

// Limits of one probe.
const (
	// Deadline is how long one probe may take in all.
	Deadline = 3 * time.Second
	// MaxRead bounds what is read of an answer, in bytes.
	MaxRead = 64 << 10
	// MaxKept bounds what a Sample keeps of it, in bytes.
	MaxKept = 4 << 10

	maxRedirects = 3
)

// Interval is how often production is asked.
const Interval = 5 * time.Second

// Sample is what production answered once.
type Sample struct {
	At time.Time
	Up bool
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Err says why there was no usable answer; empty when there was one.
	Err string
	// Body is the beginning of the answer, byte for byte.
	Body string
}

var (
	errOtherHost = errors.New("redirects to another host")
	errTooMany   = errors.New("redirects in circles")
)

// CheckURL refuses what cannot be watched. A password in the URL is refused
// too: the URL is shown on the screen.
func CheckURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's error repeats the URL, and with it any password.
		return badURL("cannot be read")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return badURL("is neither http nor https")
	case u.Hostname() == "":
		return badURL("names no host")
	case u.User != nil:
		return badURL("holds a user name or password, which the screen would show")
	}
	return nil
}

func badURL(why string) error {
	return &gitops.Error{
		Code: gitops.CodeUsage,
		What: "the health URL " + why,
		Hint: "give one like https://shop.example/healthz",
	}
}

// NewClient gives a client for Probe that gives up after deadline (Deadline
// when it is 0) and keeps no connection open: what a kept connection answers
// says nothing about whether a new customer gets through.
func NewClient(deadline time.Duration) *http.Client {
	if deadline <= 0 {
		deadline = Deadline
	}
	return &http.Client{
		Timeout: deadline,
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DisableKeepAlives:      true,
			MaxResponseHeaderBytes: MaxRead,
		},
		CheckRedirect: sameHost,
	}
}

func sameHost(next *http.Request, via []*http.Request) error {
	if next.URL.Host != via[0].URL.Host {
		return errOtherHost
	}
	if via[0].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return errOtherHost
	}
	if len(via) > maxRedirects {
		return errTooMany
	}
	return nil
}

// Probe asks production once. It never fails: what went wrong is in the
// sample. The client's redirect policy is replaced by the polite one; its
// Timeout is the deadline, Deadline where it has none. A nil client stands for
// NewClient(0).
func Probe(ctx context.Context, client *http.Client, target string, now time.Time) Sample {
	s := Sample{At: now}
	if err := CheckURL(target); err != nil {
		s.Err = err.Error()
		return s
	}
	if client == nil {
		client = NewClient(0)
	}
	polite := *client
	polite.CheckRedirect = sameHost
	if polite.Timeout <= 0 {
		polite.Timeout = Deadline
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		s.Err = "the health URL cannot be read"
		return s
	}
	req.Header.Set("User-Agent", "ahead-health")
	req.Header.Set("Cache-Control", "no-cache")
	resp, err := polite.Do(req)
	if err != nil {
		s.Err = reason(err, polite.Timeout)
		return s
	}
	defer resp.Body.Close()
	s.Status = resp.StatusCode
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxRead))
	s.Body = string(body[:min(len(body), MaxKept)])
	if err != nil {
		s.Err = "the answer broke off: " + reason(err, polite.Timeout)
		return s
	}
	s.Up = s.Status >= 200 && s.Status < 400
	return s
}

// reason puts an error into words without the URL that net/http repeats in
// front of each.
func reason(err error, deadline time.Duration) string {
	var u *url.Error
	switch {
	case errors.Is(err, errOtherHost), errors.Is(err, errTooMany):
		errors.As(err, &u)
		return u.Err.Error()
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case isTimeout(err):
		return fmt.Sprintf("no answer within %s", deadline)
	case errors.As(err, &u):
		return u.Err.Error()
	default:
		return err.Error()
	}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}
