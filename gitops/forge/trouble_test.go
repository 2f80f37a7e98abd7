package forge_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/forge"
)

func guard(t *testing.T) *forge.Guard {
	t.Helper()
	p, _ := forge.Locate("git@github.com:a/b", nil)
	g, err := forge.NewGuard(p, forge.Token{Host: "github.com", Source: "GH_TOKEN", Secret: gitops.NewSecret("ghp_right")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestLimits reads each way in which a forge says when it may be asked again.
func TestLimits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 23, 3, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return fmt.Sprint(now.Add(d).Unix()) }
	cases := []struct {
		status int
		header string
		kind   forge.TroubleKind
		until  time.Duration
	}{
		{403, "", forge.Forbidden, 0},
		{403, "X-RateLimit-Remaining: 12\nX-RateLimit-Reset: " + at(time.Hour), forge.Forbidden, 0},
		{403, "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: " + at(time.Hour), forge.Limited, time.Hour},
		{429, "RateLimit-Remaining: 0\nRateLimit-Reset: " + at(time.Minute), forge.Limited, time.Minute},
		{403, "Retry-After: 90", forge.Limited, 90 * time.Second},
		{429, "Retry-After: Mon, 23 Nov 2026 03:05:00 GMT", forge.Limited, 5 * time.Minute},
		// What nobody can mean is not believed.
		{429, "Retry-After: 99999999", forge.Limited, 0},
		{429, "Retry-After: 99999999999999999999999", forge.Limited, 0},
		{429, "Retry-After: -5", forge.Limited, 0},
		{429, "Retry-After: soon", forge.Limited, 0},
		{403, "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: " + at(-time.Hour), forge.Limited, 0},
		{403, "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: x", forge.Limited, 0},
		{401, "X-RateLimit-Remaining: 0", forge.NotAccepted, 0},
		{503, "Retry-After: 10", forge.Broken, 0},
	}
	for _, c := range cases {
		h := http.Header{}
		for _, line := range strings.Split(c.header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				h.Set(name, value)
			}
		}
		got := guard(t).Answered(&http.Response{StatusCode: c.status, Header: h}, "", now)
		want := time.Time{}
		if c.until > 0 {
			want = now.Add(c.until)
		}
		if got.Kind != c.kind || !got.Until.Equal(want) {
			t.Errorf("%d %q: %+v", c.status, c.header, got)
		}
		if c.until > 0 && !strings.Contains(got.Error(), want.Local().Format("15:04:05")) {
			t.Errorf("%s", got)
		}
	}
}

// TestSaid: what a server says is short, in one line, whole characters, and
// without the token.
func TestSaid(t *testing.T) {
	t.Parallel()
	g := guard(t)
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.String().Draw(t, "a") + "ghp_right" + rapid.StringN(0, 2000, -1).Draw(t, "b") + string(rapid.SliceOf(rapid.Byte()).Draw(t, "c"))
		for _, trouble := range []*forge.Trouble{
			g.Answered(&http.Response{StatusCode: 422, Header: http.Header{}}, said, time.Now()), g.Failed(errors.New(said)),
		} {
			text := trouble.Error()
			if strings.Contains(text, "ghp_right") || strings.Contains(text, "\n") || len(trouble.Said) > 310 || strings.ToValidUTF8(text, "") != text {
				t.Fatalf("%q", text)
			}
		}
	})
}

func TestProblem(t *testing.T) {
	t.Parallel()
	g := guard(t)
	err := g.Answered(&http.Response{StatusCode: 401, Header: http.Header{}}, "", time.Now()).Problem("open it by hand")
	var e *gitops.Error
	if !errors.As(err, &e) || e.Code != gitops.CodeForge || e.Hint != "renew the token of GH_TOKEN; open it by hand" {
		t.Errorf("%+v", err)
	}
	if err := g.Failed(fmt.Errorf("x: %w", context.DeadlineExceeded)); err.Error() != "github.com cannot be asked: it gave no answer in time" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	until := time.Now().Add(time.Minute)
	limited := g.Limit(until, time.Now()).Problem("wait")
	var t2 *forge.Trouble
	var retry interface{ RetryAt() time.Time }
	if !errors.As(limited, &t2) || !errors.As(limited, &retry) || !retry.RetryAt().Equal(until) || strings.Count(limited.Error(), "limits how often") != 1 {
		t.Errorf("%v, again at %v", limited, retry)
	}
	if err := g.Failed(context.Canceled).Problem("x"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
