package forgetest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Asked is one question that a server got.
type Asked struct {
	Method, Host, Path, Query string
	Header                    http.Header
	Body                      string
}

// Server is a server with a certificate for the hosts that it plays.
type Server struct {
	t     testing.TB
	http  *httptest.Server
	proxy *httptest.Server
	roots *x509.CertPool
	ca    []byte
	hosts map[string]http.Handler

	mu    sync.Mutex
	asked []Asked
	fault func(http.ResponseWriter, *http.Request) bool
}

// New starts a server that plays no host yet.
func New(t testing.TB, hosts ...string) *Server {
	t.Helper()
	s := &Server{t: t, hosts: map[string]http.Handler{}}
	cert := s.certify(hosts)
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.http.StartTLS()
	s.proxy = httptest.NewServer(http.HandlerFunc(s.tunnel))
	t.Cleanup(func() {
		s.proxy.CloseClientConnections()
		s.http.CloseClientConnections()
		s.proxy.Close()
		s.http.Close()
	})
	return s
}

// Play lets a handler answer for a host, in place of any other.
func (s *Server) Play(host string, h http.Handler) { s.hosts[host] = h }

// Wrap puts something before what answers for a host.
func (s *Server) Wrap(host string, around func(http.Handler) http.Handler) {
	s.hosts[host] = around(s.hosts[host])
}

// Transport reaches this server whatever host is asked for; the certificate
// must fit that host.
func (s *Server) Transport() http.RoundTripper {
	address := s.http.Listener.Addr().String()
	t := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	s.t.Cleanup(t.CloseIdleConnections)
	return t
}

// CAFile is a file with the certificate of the authority, for programs.
func (s *Server) CAFile() string {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, s.ca, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return file
}

// ProxyURL is a proxy that leads every tunnel to this server.
func (s *Server) ProxyURL() string { return s.proxy.URL }

// Environment leads a program of its own, and the git that it runs, to this
// server.
func (s *Server) Environment() []string {
	s.t.Helper()
	file := s.CAFile()
	return []string{
		"HTTPS_PROXY=" + s.proxy.URL, "https_proxy=" + s.proxy.URL, "NO_PROXY=", "no_proxy=",
		"SSL_CERT_FILE=" + file, "SSL_CERT_DIR=" + s.t.TempDir(), "GIT_SSL_CAINFO=" + file,
	}
}

// ServeGit lets git's own server program (at path program) answer for host with
// the repositories below root, to those who give this password. env is git's.
func (s *Server) ServeGit(host, program, root, password string, env []string) {
	backend := &cgi.Handler{
		Path: program, Args: []string{"http-backend"}, Stderr: io.Discard,
		Env: append(slices.Clone(env), "GIT_PROJECT_ROOT="+root, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=ada"),
	}
	api := s.hosts[host]
	s.Play(host, http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		// Where the API has no host of its own, it keeps its paths.
		if api != nil && strings.HasPrefix(in.URL.Path, "/api/") {
			api.ServeHTTP(out, in)
			return
		}
		if _, given, _ := in.BasicAuth(); given != password {
			out.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(out, "who are you?", http.StatusUnauthorized)
			return
		}
		in.Body = io.NopCloser(bytes.NewReader(bodyOf(in)))
		backend.ServeHTTP(out, in)
	}))
}

// SetFault lets f answer first; it reports whether it did. Nil ends that.
func (s *Server) SetFault(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Asked gives the questions so far.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Asked(nil), s.asked...)
}

func (s *Server) serve(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(io.LimitReader(in.Body, 64<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	s.asked = append(s.asked, Asked{in.Method, in.Host, in.URL.EscapedPath(), in.URL.RawQuery, in.Header.Clone(), string(body)})
	fault := s.fault
	s.mu.Unlock()
	if fault != nil && fault(out, in) {
		return
	}
	handler, ok := s.hosts[in.Host]
	if !ok {
		http.Error(out, "no such host here", http.StatusMisdirectedRequest)
		return
	}
	handler.ServeHTTP(out, in.WithContext(context.WithValue(in.Context(), bodyKey{}, body)))
}

type bodyKey struct{}

// bodyOf is the question's body, which serve has read.
func bodyOf(in *http.Request) []byte {
	body, _ := in.Context().Value(bodyKey{}).([]byte)
	return body
}

// tunnel is a proxy (RFC 9110, CONNECT) that leads everywhere to this server.
func (s *Server) tunnel(out http.ResponseWriter, in *http.Request) {
	if in.Method != http.MethodConnect {
		http.Error(out, "tunnels only", http.StatusMethodNotAllowed)
		return
	}
	there, err := new(net.Dialer).DialContext(in.Context(), "tcp", s.http.Listener.Addr().String())
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadGateway)
		return
	}
	here, _, err := http.NewResponseController(out).Hijack()
	if err != nil {
		_ = there.Close()
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(there, here)
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
	_ = here.Close()
}

// certify makes an authority and a certificate for hosts.
func (s *Server) certify(hosts []string) tls.Certificate {
	s.t.Helper()
	must := func(err error) {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "forgetest"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	must(err)
	s.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(s.ca)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "forgetest leaf"}, NotBefore: root.NotBefore, NotAfter: root.NotAfter,
		DNSNames: hosts, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, root, key.Public(), key)
	must(err)
	return tls.Certificate{Certificate: [][]byte{signed, der}, PrivateKey: key}
}
