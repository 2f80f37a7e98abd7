package publish

import (
	"context"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
)

// serve lets git's own server program answer for the remote over http, behind
// a password; refuse picks requests that are answered with 403.
func (w *world) serve(refuse func(*http.Request) bool) string {
	w.t.Helper()
	program, err := exec.LookPath("git")
	if err != nil {
		w.t.Fatal(err)
	}
	w.origin.Git("config", "http.receivepack", "true")
	backend := &cgi.Handler{
		Path: program, Args: []string{"http-backend"}, Stderr: os.Stderr,
		Env: append(w.origin.Env(), "GIT_PROJECT_ROOT="+filepath.Dir(w.origin.Dir), "GIT_HTTP_EXPORT_ALL=1"),
	}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		user, password, _ := in.BasicAuth()
		switch {
		case user != "ada" || password != "hunter2":
			out.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
			http.Error(out, "who are you?", http.StatusUnauthorized)
		case refuse != nil && refuse(in):
			http.Error(out, "not you", http.StatusForbidden)
		default:
			backend.ServeHTTP(out, in)
		}
	}))
	w.t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "http://ada:hunter2@", 1) + "/" + filepath.Base(w.origin.Dir)
}

func receivePack(in *http.Request) bool {
	return strings.Contains(in.URL.Path+in.URL.RawQuery, "git-receive-pack")
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.mine.Git("remote", "set-url", "origin", w.serve(nil))
	w.readBack(p, w.ship(w.git(w.mine), p))
}

func TestHTTPRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("remote", "set-url", "origin", w.serve(nil))
	w.origin.Hook("pre-receive", "echo frozen; exit 1")
	_, err := w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeRejected)
	if !strings.Contains(detailOf(err), "frozen") || strings.Contains(detailOf(err), "hunter2") {
		t.Errorf("%q", detailOf(err))
	}
}

// TestHTTPMayNotPush: reading is allowed, writing is not.
func TestHTTPMayNotPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("remote", "set-url", "origin", w.serve(receivePack))
	r, err := w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeRemoteUnreached)
	if last := r.Steps[len(r.Steps)-1]; last.Name != StepPush || !strings.Contains(err.Error(), "holds nothing of it") || !strings.Contains(detailOf(err), "403") {
		t.Errorf("%+v, %q", last, detailOf(err))
	}
	for _, f := range w.git(w.mine).Doctor(context.Background(), "origin", "main") {
		if strings.Contains(f.Text+f.Hint, "hunter2") {
			t.Errorf("a password in %+v", f)
		}
		if f.Name == FindPush && f.OK {
			t.Errorf("%+v", f)
		}
	}
}

// TestHTTPWrongPassword must end at once, since nobody can be asked.
func TestHTTPWrongPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	url := strings.Replace(w.serve(nil), "hunter2", "sesame7", 1)
	w.mine.Git("remote", "set-url", "origin", url)
	r, err := w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeRemoteUnreached)
	if all := err.Error() + detailOf(err) + steps(r); strings.Contains(all, "sesame7") {
		t.Errorf("%s", all)
	}
}

// TestHTTPLostAnswer: the server does all of it, and its answer gets lost.
func TestHTTPLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	url := w.serve(nil)
	inner, rest, _ := strings.Cut(strings.TrimPrefix(url, "http://ada:hunter2@"), "/")
	lossy := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		again, err := http.NewRequestWithContext(in.Context(), in.Method, "http://"+inner+in.URL.RequestURI(), in.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		again.Header, again.ContentLength = in.Header, in.ContentLength
		answer, err := http.DefaultClient.Do(again)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer func() { _ = answer.Body.Close() }()
		// To its end, so that the server has done what it was asked.
		body, err := io.ReadAll(answer.Body)
		if err != nil || in.Method == http.MethodPost && receivePack(in) && in.ContentLength != 4 {
			panic(http.ErrAbortHandler)
		}
		for key, values := range answer.Header {
			out.Header()[key] = values
		}
		out.WriteHeader(answer.StatusCode)
		_, _ = out.Write(body)
	}))
	t.Cleanup(lossy.Close)
	w.mine.Git("remote", "set-url", "origin", strings.Replace(lossy.URL, "http://", "http://ada:hunter2@", 1)+"/"+rest)
	r := w.ship(w.git(w.mine), p)
	w.readBack(p, r)
	if !strings.Contains(stepOf(r, StepPush).Detail, "could not tell") {
		t.Errorf("%q", stepOf(r, StepPush).Detail)
	}
}
