package forge

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// TroubleKind is what went wrong when a server was asked.
type TroubleKind string

// The kinds of trouble.
const (
	// Unreached: no answer, or none that ended in time.
	Unreached TroubleKind = "unreached"
	// NotAccepted: a token that the server does not know, or no longer.
	NotAccepted TroubleKind = "not-accepted"
	// Forbidden: known, and may not.
	Forbidden TroubleKind = "forbidden"
	// NotFound is also what forges answer to those who may not know.
	NotFound TroubleKind = "not-found"
	// Limited: too many questions; see Until.
	Limited TroubleKind = "limited"
	// Broken: the server says that it failed.
	Broken TroubleKind = "broken"
	// Invalid: the server understood and refuses what was asked for.
	Invalid TroubleKind = "invalid"
	// Nonsense: an answer that cannot be read.
	Nonsense TroubleKind = "nonsense"
)

// Trouble is a server that did not answer as it should. It holds no secret.
type Trouble struct {
	Kind TroubleKind
	Host string
	// Source says which token was sent; empty for none.
	Source string
	// Status is that of HTTP, 0 without an answer.
	Status int
	// Until is when a limited server may be asked again; zero where it does not
	// say.
	Until time.Time
	// Said is what the server said, bounded, as it is.
	Said string
	// gaveUp is the context's error, where that was the reason.
	gaveUp error
}

// Error says it in a sentence.
func (t *Trouble) Error() string {
	switch t.Kind {
	case NotAccepted:
		if t.Source == "" {
			return fmt.Sprintf("%s wants to know who asks (%d)", t.Host, t.Status)
		}
		return fmt.Sprintf("%s does not accept the token of %s (%d)", t.Host, t.Source, t.Status)
	case Forbidden:
		return fmt.Sprintf("%s does not allow it to %s (%d)", t.Host, t.who(), t.Status) + t.said()
	case NotFound:
		return fmt.Sprintf("%s knows no such thing, or hides it from %s (%d)", t.Host, t.who(), t.Status)
	case Limited:
		if t.Until.IsZero() {
			return fmt.Sprintf("%s limits how often it is asked (%d)", t.Host, t.Status)
		}
		return fmt.Sprintf("%s limits how often it is asked; it may be asked again at %s (%d)",
			t.Host, t.Until.UTC().Format("15:04:05 UTC"), t.Status)
	case Broken:
		return fmt.Sprintf("%s has trouble of its own (%d)", t.Host, t.Status)
	case Invalid:
		return fmt.Sprintf("%s refuses it (%d)", t.Host, t.Status) + t.said()
	case Nonsense:
		return t.Host + " answers what cannot be read" + t.said()
	}
	return t.Host + " cannot be asked" + t.said()
}

func (t *Trouble) who() string {
	if t.Source == "" {
		return "a stranger"
	}
	return "the token of " + t.Source
}

func (t *Trouble) said() string {
	if t.Said == "" {
		return ""
	}
	return ": " + t.Said
}

// Unwrap gives the context's error, where that was the reason.
func (t *Trouble) Unwrap() error { return t.gaveUp }

// Answered judges an answer that is not the one wanted; said is the server's
// own message as far as a client library found it.
func (g *Guard) Answered(resp *http.Response, said string, now time.Time) *Trouble {
	t := &Trouble{Host: g.place.Host, Source: g.token.Source, Status: resp.StatusCode, Said: g.bound(said)}
	limited, until := limitOf(resp.Header, now)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusForbidden && limited:
		t.Kind, t.Until = Limited, until
	case resp.StatusCode == http.StatusUnauthorized:
		t.Kind = NotAccepted
	case resp.StatusCode == http.StatusForbidden:
		t.Kind = Forbidden
	case resp.StatusCode == http.StatusNotFound, resp.StatusCode == http.StatusGone:
		t.Kind = NotFound
	case resp.StatusCode >= 500:
		t.Kind = Broken
	case resp.StatusCode >= 400:
		t.Kind = Invalid
	default:
		t.Kind = Nonsense
	}
	return t
}

// Limit is the trouble of a question that a client library did not send, since
// the server has said before when it may be asked again.
func (g *Guard) Limit(until, now time.Time) *Trouble {
	return &Trouble{
		Kind: Limited, Host: g.place.Host, Source: g.token.Source, Status: http.StatusForbidden, Until: believe(until, now),
	}
}

// Failed judges a question that got no answer, or one that could not be read.
// Of the cause only what names no address is kept: a redirect's target may hold
// anything.
func (g *Guard) Failed(err error) *Trouble {
	t := &Trouble{Kind: Unreached, Host: g.place.Host, Source: g.token.Source}
	var dns *net.DNSError
	var network *net.OpError
	var address *url.Error
	var unknownCA x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	switch {
	case errors.Is(err, context.Canceled):
		t.gaveUp, t.Said = context.Canceled, "it was stopped"
	case errors.Is(err, errElsewhere):
		t.Kind, t.Said = Nonsense, errElsewhere.Error()
	case errors.Is(err, errTooLong):
		t.Kind, t.Said = Nonsense, errTooLong.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &address) && address.Timeout():
		t.gaveUp, t.Said = context.DeadlineExceeded, "it gave no answer in time"
	case errors.As(err, &dns):
		t.Said = "its name cannot be resolved"
	case errors.As(err, &unknownCA), errors.As(err, &wrongName):
		t.Said = "its certificate is not one that this machine trusts"
	case errors.As(err, &network):
		t.Said = g.bound(network.Err.Error())
	case errors.As(err, &address):
		t.Said = g.bound(address.Err.Error())
	default:
		t.Kind, t.Said = Nonsense, g.bound(err.Error())
	}
	return t
}

// saidLimit bounds, in bytes, what is kept of a server's words.
const saidLimit = 300

func (g *Guard) bound(said string) string {
	said = strings.Join(strings.Fields(strings.ToValidUTF8(g.Clean(said), "�")), " ")
	if len(said) > saidLimit {
		said = strings.ToValidUTF8(said[:saidLimit], "") + "…"
	}
	return said
}

// patience is the longest wait that is believed.
const patience = 24 * time.Hour

// believe gives a moment back that a server may mean, and none for any other.
func believe(at, now time.Time) time.Time {
	if at.Before(now) || at.Sub(now) > patience {
		return time.Time{}
	}
	return at
}

// limitOf reads the headers by which GitHub and GitLab tell a limit of rate:
// Retry-After, and the moment of reset where nothing remains.
func limitOf(h http.Header, now time.Time) (bool, time.Time) {
	if after := h.Get("Retry-After"); after != "" {
		if seconds, err := strconv.ParseUint(after, 10, 31); err == nil {
			return true, believe(now.Add(time.Duration(seconds)*time.Second), now)
		}
		if at, err := http.ParseTime(after); err == nil {
			return true, believe(at, now)
		}
		return true, time.Time{}
	}
	for _, prefix := range []string{"X-RateLimit-", "RateLimit-"} {
		if h.Get(prefix+"Remaining") != "0" {
			continue
		}
		seconds, err := strconv.ParseInt(h.Get(prefix+"Reset"), 10, 64)
		if err != nil {
			return true, time.Time{}
		}
		return true, believe(time.Unix(seconds, 0), now)
	}
	return false, time.Time{}
}
