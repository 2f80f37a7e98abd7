package rest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/rest"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

const secret = "NRAK-0123456789abcdef"

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func client(t *testing.T, s *forgetest.Server, header string) *rest.Client {
	t.Helper()
	c, err := rest.New(rest.Options{
		Server: "argocd.example.com/argo/", Secret: gitops.NewSecret(secret), From: "ARGOCD_AUTH_TOKEN", Header: header,
		Transport: s.Transport(), Now: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheTokenGoesWhereItBelongs(t *testing.T) {
	s := forgetest.New(t, "argocd.example.com")
	s.Play("argocd.example.com", http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, `{"a":1}`) }))
	var into map[string]int
	if err := client(t, s, "").Ask(context.Background(), http.MethodGet, "/api/x%2Fy", nil, &into); err != nil || into["a"] != 1 {
		t.Fatal(err)
	}
	if err := client(t, s, "API-Key").Ask(context.Background(), http.MethodPost, "/graphql", map[string]string{"q": "1"}, &into); err != nil {
		t.Fatal(err)
	}
	asked := s.Asked()
	if a := asked[0]; a.Path != "/argo/api/x%2Fy" || a.Header.Get("Authorization") != "Bearer "+secret || a.Header.Get("API-Key") != "" || a.Header.Get("User-Agent") != "ahead" {
		t.Errorf("%+v", a)
	}
	if a := asked[1]; a.Header.Get("Authorization") != "" || a.Header.Get("API-Key") != secret || a.Body != `{"q":"1"}` {
		t.Errorf("%+v", a)
	}
}

// whole answers with these.
func whole(status int, header, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(out http.ResponseWriter, _ *http.Request) bool {
		if name, value, ok := strings.Cut(header, ": "); ok {
			out.Header().Set(name, value)
		}
		out.WriteHeader(status)
		fmt.Fprint(out, body)
		return true
	}
}

func TestTroubles(t *testing.T) {
	s := forgetest.New(t, "argocd.example.com", "evil.example.com")
	s.Play("evil.example.com", http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, `{}`) }))
	c := client(t, s, "API-Key")
	for _, f := range []struct {
		name  string
		fault func(http.ResponseWriter, *http.Request) bool
		kind  forge.TroubleKind
		until time.Time
	}{
		{"401", whole(401, "", `{"errors":[{"message":"your key `+secret+` is wrong"}]}`), forge.NotAccepted, time.Time{}},
		{"403", whole(403, "", `{"error":"permission denied for `+secret+`","code":7}`), forge.Forbidden, time.Time{}},
		{"404", whole(404, "", `{"message":"not found"}`), forge.NotFound, time.Time{}},
		{"429", whole(429, "Retry-After: 90", ``), forge.Limited, noon.Add(90 * time.Second)},
		{"429 until", whole(429, "Retry-After: Mon, 09 Mar 2026 12:05:00 GMT", `x`), forge.Limited, noon.Add(5 * time.Minute)},
		{"503", whole(503, "", `<html>`), forge.Broken, time.Time{}},
		{"nonsense", whole(200, "", `<html>`+secret), forge.Nonsense, time.Time{}},
		{"another JSON", whole(200, "", `[1,2]`), forge.Nonsense, time.Time{}},
		{"truncated", whole(200, "Content-Length: 1000", `{"a":`), forge.Nonsense, time.Time{}},
		{"huge", whole(200, "", `{"a":"`+strings.Repeat("x", 9<<20)+`"}`), forge.Nonsense, time.Time{}},
		{"deep", whole(200, "", strings.Repeat(`{"a":`, 200_000)), forge.Nonsense, time.Time{}},
		{"elsewhere", whole(307, "Location: https://evil.example.com/", ``), forge.Nonsense, time.Time{}},
		{"in the clear", whole(307, "Location: http://argocd.example.com/", ``), forge.Nonsense, time.Time{}},
		{"to a neighbour", whole(307, "Location: https://argocd.example.com/evil/", ``), forge.Nonsense, time.Time{}},
		{"to a neighbour, by dots", whole(307, "Location: /argo/%2e%2e/evil/", ``), forge.Nonsense, time.Time{}},
		{"hangs up", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, forge.Unreached, time.Time{}},
	} {
		s.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
			return in.Host != "evil.example.com" && f.fault(out, in)
		})
		var into struct{ A string }
		err := c.Ask(context.Background(), http.MethodPost, "/graphql", struct{}{}, &into)
		var got *forge.Trouble
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		if got.Kind != f.kind && !(f.name == "truncated" && got.Kind == forge.Unreached) || !got.Until.Equal(f.until) {
			t.Errorf("%s: %s (%s) until %s", f.name, got, got.Kind, got.Until)
		}
		if said := fmt.Sprintf("%s %+v %#v", err, err, got); strings.Contains(said, secret) || len(got.Error()) > 600 {
			t.Errorf("%s: the token is in it, or too much: %.200s", f.name, said)
		}
	}
	for _, a := range s.Asked() {
		if a.Host == "evil.example.com" || strings.HasSuffix(a.Path, "/evil/") {
			t.Errorf("another host was asked: %+v", a)
		}
	}
}

// TestAnEchoIsNoWayOut: what a server sends back of the token gets no further.
func TestAnEchoIsNoWayOut(t *testing.T) {
	s := forgetest.New(t, "argocd.example.com")
	s.Play("argocd.example.com", http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		fmt.Fprintf(out, `{"user":%q}`, "ada "+in.Header.Get("API-Key"))
	}))
	var into struct{ User string }
	if err := client(t, s, "API-Key").Ask(context.Background(), http.MethodGet, "/", nil, &into); err != nil || !strings.HasPrefix(into.User, "ada ") || strings.Contains(into.User, secret) {
		t.Errorf("%q, %v", into.User, err)
	}
}

func TestSlowIsGivenUp(t *testing.T) {
	s := forgetest.New(t, "argocd.example.com")
	s.SetFault(func(_ http.ResponseWriter, in *http.Request) bool { <-in.Context().Done(); return true })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := client(t, s, "").Ask(ctx, http.MethodGet, "/", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestServersThatGetNoToken(t *testing.T) {
	for _, name := range []string{"", "http://argocd.example.com", "ftp://x", "https://user:" + secret + "@argocd.example.com", "https://x/?q=1", "https://x/a/../b", "x y"} {
		_, err := rest.New(rest.Options{Server: name})
		if gitops.CodeOf(err) != gitops.CodeUsage || strings.Contains(fmt.Sprint(err), secret) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
