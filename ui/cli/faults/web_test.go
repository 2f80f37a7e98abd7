package faults

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// webServer is git's own http backend behind a server that asks who comes.
type webServer struct {
	// wants is the credential, as user:password, that everybody has to bring.
	wants atomic.Pointer[string]
	// answer, when set, may answer a request in the backend's place.
	answer atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
}

// overWeb puts origin behind http, with the proxy in between.
func (w *world) overWeb() {
	w.t.Helper()
	git, err := exec.LookPath("git")
	w.must(err)
	w.origin.Git("config", "http.receivepack", "true")
	backend := &cgi.Handler{
		Path: git, Args: []string{"http-backend"}, Stderr: discard{},
		Env: append(w.serverEnv(), "GIT_PROJECT_ROOT="+filepath.Dir(w.origin.Dir), "GIT_HTTP_EXPORT_ALL=1"),
	}
	s := &webServer{}
	w.web = s
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		user, password, _ := in.BasicAuth()
		if wants := s.wants.Load(); wants != nil && user+":"+password != *wants {
			out.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
			http.Error(out, "who are you?", http.StatusUnauthorized)
			return
		}
		if f := s.answer.Load(); f != nil && (*f)(out, in) {
			return
		}
		// git's backend spins for ever on a body that ends early, which no server
		// that buffers requests lets it see.
		body, err := io.ReadAll(in.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		in.Body, in.ContentLength, in.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
		backend.ServeHTTP(out, in)
	}))
	w.t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	w.proxy = newProxy(w.t, func() (net.Conn, error) { return net.Dial("tcp", server.Listener.Addr().String()) })
	w.remote("http://" + w.proxy.addr() + "/" + filepath.Base(w.origin.Dir))
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// answers puts an answer of its own before the backend.
func (s *webServer) answers(f func(http.ResponseWriter, *http.Request) bool) { s.answer.Store(&f) }

// mend takes the own answers away.
func (s *webServer) mend() { s.answer.Store(nil) }

// forPush reports whether a request belongs to a push.
func forPush(in *http.Request) bool {
	return strings.Contains(in.URL.Path+"?"+in.URL.RawQuery, pushing)
}

// refusesPush answers requests of a push with a status and a text.
func (s *webServer) refusesPush(status int, text string) {
	s.answers(func(out http.ResponseWriter, in *http.Request) bool {
		if !forPush(in) {
			return false
		}
		http.Error(out, text, status)
		return true
	})
}

// refusesAll answers everything with a status and a page.
func (s *webServer) refusesAll(status int, kind, page string) {
	s.answers(func(out http.ResponseWriter, in *http.Request) bool {
		out.Header().Set("Content-Type", kind)
		out.WriteHeader(status)
		_, _ = out.Write([]byte(page))
		return true
	})
}

// withUser makes the server ask for a name and a password.
func (w *world) withUser() {
	wants := "ada:hunter2"
	w.web.wants.Store(&wants)
}

// knowsPassword gives git a credential helper of the person's own.
func (w *world) knowsPassword(password string) {
	script := w.write(w.room("helper"), "#!/bin/sh\n[ \"$1\" = get ] && printf 'username=ada\\npassword="+password+"\\n'\nexit 0\n")
	w.ownSetting("credential.helper", script)
}
