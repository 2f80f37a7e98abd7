package forgetest

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// recorder is a test that only keeps what is wrong.
type recorder struct {
	testing.TB
	wrong []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// TestSchemaCatches: an answer that GitHub would not give is found out.
func TestSchemaCatches(t *testing.T) {
	t.Parallel()
	if !HasSchema() {
		t.Skip("GitHub's description is not here")
	}
	const deployments, statuses = "/repos/{owner}/{repo}/deployments", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses"
	const pulls, rules = "/repos/{owner}/{repo}/pulls", "/repos/{owner}/{repo}/rules/branches/{branch}"
	for _, c := range []struct {
		method, template, body string
		status                 int
		wrong                  bool
	}{
		{"GET", pulls, "[]", 200, false},
		{"GET", pulls, "[{}]", 200, true},
		{"GET", pulls, "{}", 200, true},
		{"GET", pulls, "[", 200, true},
		{"GET", pulls, "[]", 418, true},
		{"GET", rules, `[{"type":"pull_request","parameters":{}}]`, 200, true},
		{"GET", "/not/described", "x", 200, false},
		{"GET", deployments, "[]", 200, false},
		{"GET", deployments, `[{"id":1}]`, 200, true},
		{"GET", statuses, `[{"state":"superseded"}]`, 200, true},
		{"GET", statuses, `{"message":"Not Found"}`, 404, false},
		{"GET", statuses, `{"message":"Not Found","tier":"free"}`, 404, true},
		{"PUT", statuses, `[]`, 200, true},
	} {
		r := &recorder{TB: t}
		gitHubAPI.answer(r, c.method, c.template, c.status, []byte(c.body))
		if (len(r.wrong) > 0) != c.wrong {
			t.Errorf("%s %s %d %s: %q", c.method, c.template, c.status, c.body, r.wrong)
		}
	}
	r := &recorder{TB: t}
	gitHubAPI.question(r, "POST", pulls, nil, []byte(`{"title":"x"}`))
	if len(r.wrong) == 0 {
		t.Error("a question without a branch was taken")
	}
	for query, wrong := range map[string]bool{
		"state=all&per_page=100&page=2": false, "state=merged": true, "per_page=many": true, "environment=production": true,
	} {
		r := &recorder{TB: t}
		values, err := url.ParseQuery(query)
		gitHubAPI.question(r, "GET", pulls, values, nil)
		if err != nil || (len(r.wrong) > 0) != wrong {
			t.Errorf("%s: %q, %v", query, r.wrong, err)
		}
	}
}

// TestProxy leads a program that knows nothing of tests to the fake, by the
// name of the real one.
func TestProxy(t *testing.T) {
	t.Parallel()
	g := NewGitHub(t, "github.com", "acme", "shop")
	pem, err := os.ReadFile(g.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	proxy, err := url.Parse(g.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.github.com/repos/acme/shop", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+g.Token)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(body), `"full_name":"acme/shop"`) {
		t.Errorf("%s, %v", body, err)
	}
	if asked := g.Asked(); len(asked) != 1 || asked[0].Host != "api.github.com" {
		t.Errorf("%+v", asked)
	}
}
