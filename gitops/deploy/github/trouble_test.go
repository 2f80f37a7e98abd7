package github_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/github"
	"ahead/gitops/forge"
)

type fault = func(http.ResponseWriter, *http.Request) bool

// say answers everything with this; TOKEN in it is what was sent.
func say(status int, header, body string) fault {
	return func(out http.ResponseWriter, in *http.Request) bool {
		for _, line := range strings.Split(header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				out.Header().Set(name, value)
			}
		}
		out.WriteHeader(status)
		_, _ = io.WriteString(out, strings.ReplaceAll(body, "TOKEN", strings.TrimPrefix(in.Header.Get("Authorization"), "Bearer ")))
		return true
	}
}

// again lets every page lead to another one.
func again(w world, rel string) fault {
	one := fmt.Sprintf(`[{"id":1000,"sha":%q,"environment":"production","created_at":"2026-03-02T12:00:00Z"}]`, sha(1))
	return func(out http.ResponseWriter, in *http.Request) bool {
		out.Header().Set("Link", fmt.Sprintf(`<https://api.github.com%s?page=9>; %s`, in.URL.Path, rel))
		_, _ = io.WriteString(out, one)
		return true
	}
}

// zipped is what a server sends that compresses.
func zipped(body string) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, body)
	_ = z.Close()
	return b.String()
}

func hangUp(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }

// TestTrouble: whatever a server does, the answer is a sentence with a hint,
// without a secret, and never a panic; the rows that were known stand.
func TestTrouble(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(time.Hour).Truncate(time.Second)
	reset := fmt.Sprint(soon.Unix())
	cases := map[string]struct {
		fault      fault
		kind       forge.TroubleKind
		until      bool
		says, hint string
	}{
		"401":                {say(401, "", `{"message":"Bad credentials TOKEN"}`), forge.NotAccepted, false, "does not accept the token of GH_TOKEN", "renew the token of GH_TOKEN"},
		"403":                {say(403, "", `{"message":"Resource not accessible by personal access token TOKEN"}`), forge.Forbidden, false, "Resource not accessible", "read access to the deployments of acme/shop"},
		"404":                {say(404, "", `{"message":"Not Found"}`), forge.NotFound, false, "hides it from the token of GH_TOKEN", "Deployments (read)"},
		"rate":               {say(403, "X-RateLimit-Remaining: 0\nX-RateLimit-Limit: 5000\nX-RateLimit-Reset: "+reset, `{"message":"API rate limit exceeded"}`), forge.Limited, true, "asked again at", "nothing need be done"},
		"rate, second limit": {say(403, "Retry-After: 60", `{"message":"You have exceeded a secondary rate limit","documentation_url":"https://docs.github.com/x#secondary-rate-limits"}`), forge.Limited, true, "asked again at", ""},
		"429":                {say(429, "Retry-After: 60", `{}`), forge.Limited, true, "asked again at", ""},
		"rate without time":  {say(429, "", `{}`), forge.Limited, true, "limits how often", ""},
		"rate until 2200":    {say(429, "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 7258118400", `{}`), forge.Limited, true, "limits how often", ""},
		"500":                {say(500, "", `<html>TOKEN`), forge.Broken, false, "trouble of its own", "nothing need be done"},
		"502, huge":          {say(502, "", strings.Repeat("x", 9<<20)), forge.Broken, false, "trouble of its own", ""},
		"no JSON":            {say(200, "", `<html>TOKEN</html>`), forge.Nonsense, false, "cannot be read", "a proxy or a sign-in page"},
		"null":               {say(200, "", `null`), forge.Nonsense, false, "no list", ""},
		"an object":          {say(200, "", `{"message":"hello TOKEN"}`), forge.Nonsense, false, "no list", ""},
		"a list of others":   {say(200, "", `[1,"TOKEN",null,{"name":"x"}]`), forge.Nonsense, false, "none of its entries is a deployment", ""},
		"nothing":            {say(200, "", ``), forge.Nonsense, false, "cannot be read", ""},
		"nothing, 204":       {say(204, "", ``), forge.Nonsense, false, "cannot be read", ""},
		"too long":           {say(200, "", `["`+strings.Repeat("x", 9<<20)+`"]`), forge.Nonsense, false, "longer than", ""},
		"a bomb":             {say(200, "Content-Encoding: gzip", zipped(`["`+strings.Repeat("x", 12<<20)+`"]`)), forge.Nonsense, false, "longer than", ""},
		"no gzip":            {say(200, "Content-Encoding: gzip", `[]`), forge.Nonsense, false, "cannot be read", ""},
		"too deep":           {say(200, "", strings.Repeat("[", 100_000)), forge.Nonsense, false, "cannot be read", ""},
		"truncated":          {say(200, "Content-Length: 500", `[{"id":`), forge.Nonsense, false, "cannot be read", ""},
		"ends in a row":      {say(200, "", `[{"id":1`), forge.Nonsense, false, "cannot be read", ""},
		"accepted":           {say(202, "", `[]`), forge.Nonsense, false, "come back later", ""},
		"unasked 304":        {say(304, "", ``), forge.Nonsense, false, "cannot be read", ""},
		"hangs up":           {hangUp, forge.Unreached, false, "cannot be asked", "the network and the proxy"},
		"to another host":    {say(302, "Location: https://evil.example/?TOKEN", ``), forge.Nonsense, false, "another host", ""},
		"to the pages":       {say(302, "Location: https://github.com/login", ``), forge.Nonsense, false, "another host", ""},
		"to no TLS":          {say(301, "Location: http://api.github.com/x", ``), forge.Nonsense, false, "another host", ""},
		"in circles":         {say(301, "Location: /repos/acme/shop/deployments", ``), forge.Nonsense, false, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.at = time.Now()
			w.deploy("production", 1, 0, "success")
			w.deploy("production", 2, 1, "success")
			s := w.source(token("github.com"), github.Options{})
			known := w.look(s)
			fresh := w.source(token("github.com"), github.Options{})
			w.SetFault(c.fault)
			rows, err := fresh.Deployments(context.Background())
			var trouble *forge.Trouble
			var said *gitops.Error
			if !errors.As(err, &trouble) || trouble.Kind != c.kind || !errors.As(err, &said) || len(rows) > 0 {
				t.Fatalf("%d rows, %#v", len(rows), err)
			}
			if !strings.Contains(err.Error(), c.says) || said.Hint == "" || !strings.Contains(said.Hint, c.hint) || said.Code != gitops.CodeForge {
				t.Errorf("%v; %s", err, said.Hint)
			}
			at := retry(err)
			if at.IsZero() == c.until || c.until && (at.Before(time.Now()) || at.After(soon)) {
				t.Errorf("again at %s", at)
			}
			// The statuses: the rows are given back as they were.
			for i := range known {
				known[i].Actor = "as it was"
			}
			w.pass(2 * time.Minute)
			// With an ETag that was sent, a 304 is an answer.
			detailed, err2 := s.Detail(context.Background(), known)
			if err2 == nil && name != "unasked 304" || tell(detailed) != tell(known) || detailed[0].Actor != "as it was" {
				t.Errorf("%s, %v", tell(detailed), err2)
			}
			silent(t, err, err2, s, fresh, string(s.State()), string(fresh.State()))
			for _, a := range w.Asked() {
				if a.Host != "api.github.com" {
					t.Errorf("%s was asked", a.Host)
				}
			}
		})
	}
}

// TestRenamed: a repository with another name now is followed on the same host.
func TestRenamed(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	w.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		if rest, ok := strings.CutPrefix(in.URL.Path, "/repositories/7"); ok {
			in.URL.Path = "/repos/acme/shop" + rest
			return false
		}
		rest := strings.TrimPrefix(in.URL.RequestURI(), "/repos/acme/shop")
		return say(301, "Location: https://api.github.com/repositories/7"+rest, `{"message":"Moved Permanently"}`)(out, in)
	})
	s := w.source(token("github.com"), github.Options{})
	w.want(w.look(s), "1 production live")
	spent := w.spent()
	w.want(w.look(s), "1 production live")
	if w.spent() != spent {
		t.Error("the name of the answer did not come along")
	}
}

// TestSlow: a person's patience ends it, and what is said is that.
func TestSlow(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deploy("production", 1, 0, "success")
	s := w.source(token("github.com"), github.Options{})
	rows := w.look(s)
	ctx, cancel := context.WithCancel(context.Background())
	w.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		out.WriteHeader(200)
		_ = http.NewResponseController(out).Flush()
		cancel()
		<-in.Context().Done()
		return true
	})
	_, err := s.Deployments(ctx)
	got, err2 := s.Detail(ctx, rows)
	if !errors.Is(err, context.Canceled) || !errors.Is(err2, context.Canceled) || len(got) != 1 {
		t.Errorf("%v, %v", err, err2)
	}
	past, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := s.Deployments(past); err == nil || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("%v", err)
	}
}

// TestSomeFail: of four deployments one is gone, one nonsense; the others stand.
func TestSomeFail(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 4 {
		w.deploy(fmt.Sprint("e", i), i, i, "success")
	}
	s := w.source(token("github.com"), github.Options{})
	rows := w.list(s)
	w.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		switch {
		case strings.Contains(in.URL.Path, "/1001/"):
			return say(404, "", `{"message":"Not Found"}`)(out, in)
		case strings.Contains(in.URL.Path, "/1002/"):
			return say(200, "", `nonsense`)(out, in)
		}
		return false
	})
	got, err := s.Detail(context.Background(), rows)
	if err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("%v", err)
	}
	w.want(got, "3 e3 live, 2 e2 unknown, 1 e1 unknown, 0 e0 live")
	// Gone ones alone are no trouble, unless all are.
	if got, err = s.Detail(context.Background(), append(rows[:1:1], rows[2])); err != nil {
		t.Errorf("%v", err)
	}
	w.want(got, "3 e3 live, 1 e1 unknown")
	if _, err = s.Detail(context.Background(), rows[2:3]); err == nil {
		t.Error("all gone, and no trouble")
	}
}

// TestTroubleEndsTheRound: a server in trouble is not asked forty times.
func TestTroubleEndsTheRound(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault{"500": say(500, "", ""), "401": say(401, "", "{}"), "403": say(403, "", "{}"), "hangs up": hangUp} {
		w := start(t)
		for i := range 40 {
			w.deploy("production", i, i)
		}
		s := w.source(token("github.com"), github.Options{})
		rows := w.list(s)
		w.SetFault(f)
		before := len(w.Asked())
		if _, err := s.Detail(context.Background(), rows); err == nil || len(w.Asked())-before > 8 {
			t.Errorf("%s: %v after %d questions", name, err, len(w.Asked())-before)
		}
	}
}

// TestPageFails: the rows of the pages before stand.
func TestPageFails(t *testing.T) {
	t.Parallel()
	w := start(t)
	for i := range 30 {
		w.deploy("production", i, i)
	}
	w.PageSize = 10
	w.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		return in.URL.Query().Get("page") == "3" && say(502, "", "")(out, in)
	})
	rows, err := w.source(token("github.com"), github.Options{}).Deployments(context.Background())
	if len(rows) != 20 || err == nil {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}
