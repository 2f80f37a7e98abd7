package health

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ahead/gitops"
)

var noon = time.Date(2024, time.May, 17, 12, 0, 0, 0, time.UTC)

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

func ask(t *testing.T, url string) Sample {
	t.Helper()
	// Long enough for any machine; what must time out has its own client.
	return Probe(context.Background(), NewClient(time.Minute), url, noon)
}

func TestStatus(t *testing.T) {
	for status, up := range map[int]bool{200: true, 204: true, 304: true, 301: true, 401: false, 404: false, 500: false, 503: false} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		got := ask(t, s.URL)
		if got.Up != up || got.Status != status || got.Err != "" || !got.At.Equal(noon) {
			t.Errorf("%d: %+v", status, got)
		}
	}
}

func TestPolite(t *testing.T) {
	var header http.Header
	var method string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		header, method = r.Header.Clone(), r.Method
		fmt.Fprint(w, "fine\n")
	})
	got := ask(t, s.URL+"/healthz")
	if got.Body != "fine\n" || method != http.MethodGet || header.Get("User-Agent") != "ahead-health" {
		t.Errorf("%+v, %s, %v", got, method, header)
	}
	if header.Get("Connection") != "close" || header.Get("Authorization") != "" || header.Get("Cookie") != "" {
		t.Errorf("sent %v", header)
	}
}

func TestSlow(t *testing.T) {
	release := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	client := NewClient(50 * time.Millisecond)
	got := Probe(context.Background(), client, s.URL, noon)
	if got.Up || got.Status != 0 || got.Err != "no answer within 50ms" {
		t.Errorf("no headers: %+v", got)
	}
	got = Probe(context.Background(), client, s.URL+"/body", noon)
	// On a busy machine even the headers may come too late.
	if got.Up || !strings.HasSuffix(got.Err, "no answer within 50ms") || strings.HasPrefix(got.Err, "the answer broke off: ") != (got.Status == 200) {
		t.Errorf("no body: %+v", got)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if got := Probe(ctx, NewClient(time.Minute), s.URL, noon); got.Up || got.Err != "cancelled" {
		t.Errorf("%+v", got)
	}
}

func TestRefused(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	url := s.URL
	s.Close()
	got := ask(t, url)
	if got.Up || got.Status != 0 || got.Err == "" || strings.Contains(got.Err, "Get ") {
		t.Errorf("%+v", got)
	}
}

func TestHugeBody(t *testing.T) {
	var sent atomic.Int64
	done := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(done)
		chunk := []byte(strings.Repeat("x", 32<<10))
		for {
			n, err := w.Write(chunk)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	got := ask(t, s.URL)
	if !got.Up || len(got.Body) != MaxKept {
		t.Errorf("up %v, %d bytes kept, %s", got.Up, len(got.Body), got.Err)
	}
	// The server sees the connection close: the rest is not read.
	<-done
}

func TestRedirects(t *testing.T) {
	var strangerAsked atomic.Bool
	stranger := serve(t, func(http.ResponseWriter, *http.Request) { strangerAsked.Store(true) })
	var asked atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, stranger.URL, http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/here":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/hostname")
			w.WriteHeader(http.StatusFound)
		}
	})
	if got := ask(t, s.URL+"/here"); !got.Up || got.Status != 200 {
		t.Errorf("within the host: %+v", got)
	}
	if got := ask(t, s.URL+"/away"); got.Up || got.Err != "redirects to another host" || strangerAsked.Load() {
		t.Errorf("to another host: %+v", got)
	}
	if got := ask(t, s.URL+"/file"); got.Up || got.Err != "redirects to another host" {
		t.Errorf("to a file: %+v", got)
	}
	asked.Store(0)
	if got := ask(t, s.URL+"/loop"); got.Up || got.Err != "redirects in circles" || asked.Load() > maxRedirects+1 {
		t.Errorf("in circles: %+v after %d requests", got, asked.Load())
	}
}

func TestNoStepDownFromTLS(t *testing.T) {
	plain := &http.Request{URL: mustURL(t, "http://shop.example/x")}
	secure := &http.Request{URL: mustURL(t, "https://shop.example/x")}
	if sameHost(plain, []*http.Request{secure}) == nil {
		t.Error("a redirect from https to http is followed")
	}
	if err := sameHost(secure, []*http.Request{plain}); err != nil {
		t.Errorf("a redirect from http to https: %v", err)
	}
}

func TestHostileAnswers(t *testing.T) {
	bytes := "\x1b]0;owned\x07\x00\xff\u202e" + strings.Repeat("\x1b[2J", 10)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, bytes) })
	if got := ask(t, s.URL); !got.Up || got.Body != bytes {
		t.Errorf("bytes were changed: %q", got.Body)
	}
	for name, answer := range map[string]string{
		"no HTTP":        "SSH-2.0-OpenSSH_9.6\r\n",
		"broken off":     "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
		"endless header": "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n",
		"bad chunk":      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"nothing":        "",
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		})
		if got := ask(t, s.URL); got.Up || got.Err == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestCheckURL(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://shop.example/healthz": true, "http://127.0.0.1:8080": true, "http://[::1]:80/x?y=1": true,
		"": false, "shop.example": false, "ftp://shop.example": false, "file:///etc/hostname": false, "https://": false,
		"https://user:secret@shop.example": false, "https://user@shop.example": false, "http://a b": false, "http://secret%zz": false,
	} {
		err := CheckURL(url)
		if (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && (gitops.CodeOf(err) != gitops.CodeUsage || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", url, err)
		}
		if ok {
			continue
		}
		if got := Probe(context.Background(), nil, url, noon); got.Up || got.Err == "" {
			t.Errorf("%q was asked: %+v", url, got)
		}
	}
}

func mustURL(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
