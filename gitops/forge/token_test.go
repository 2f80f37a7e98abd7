package forge_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/forge"
)

// TestTokenFromEnvironment: which variable's token goes where.
func TestTokenFromEnvironment(t *testing.T) {
	t.Parallel()
	cases := []struct {
		remote, env, named, want string
	}{
		{"git@github.com:a/b", "GH_TOKEN=1 GITHUB_TOKEN=2", "", "GH_TOKEN"},
		{"git@github.com:a/b", "GITHUB_TOKEN=2", "", "GITHUB_TOKEN"},
		{"git@github.com:a/b", "GH_ENTERPRISE_TOKEN=1", "", ""},
		{"git@github.com:a/b", "GITLAB_TOKEN=1", "", ""},
		{"git@github.com:a/b", "", "", ""},
		{"git@github.com:a/b", "GITHUB_TOKEN=2 GITHUB_SERVER_URL=https://github.com", "", "GITHUB_TOKEN"},
		// In a workflow of a server of one's own, the token is that server's.
		{"git@github.com:a/b", "GITHUB_TOKEN=2 GITHUB_SERVER_URL=https://github.example.com", "", ""},
		{"git@github.example.com:a/b", "GITHUB_TOKEN=2 GITHUB_SERVER_URL=https://github.example.com", "", "GITHUB_TOKEN"},
		// A host that only a remote's address names gets none.
		{"git@github.evil.example:a/b", "GH_TOKEN=1 GITHUB_TOKEN=2 GH_ENTERPRISE_TOKEN=3 GITHUB_ENTERPRISE_TOKEN=4", "", ""},
		{"git@github.com.evil.example:a/b", "GH_TOKEN=1 GITHUB_TOKEN=2 GH_ENTERPRISE_TOKEN=3", "", ""},
		{"git@evil.ghe.com:a/b", "GH_TOKEN=1 GITHUB_TOKEN=2", "", ""},
		{"git@acme.ghe.com:a/b", "GH_TOKEN=1 GH_HOST=acme.ghe.com", "", "GH_TOKEN"},
		{"git@github.com:a/b", "GH_TOKEN=1 GH_HOST=acme.ghe.com", "", ""},
		{"git@code.example.com:a/b", "GH_ENTERPRISE_TOKEN=3", "code.example.com=github", "GH_ENTERPRISE_TOKEN"},
		{"git@github.example.com:a/b", "GITHUB_ENTERPRISE_TOKEN=3 GH_HOST=github.example.com", "", "GITHUB_ENTERPRISE_TOKEN"},
		{"git@github.example.com:a/b", "GH_TOKEN=3 GH_HOST=github.example.com", "", ""},
		{"git@gitlab.com:a/b", "GITLAB_TOKEN=1", "", "GITLAB_TOKEN"},
		{"git@gitlab.evil.example:a/b", "GITLAB_TOKEN=1", "", ""},
		{"git@src.example.com:a/b", "GITLAB_TOKEN=1", "src.example.com=gitlab", "GITLAB_TOKEN"},
		{"git@gitlab.com:a/b", "GITLAB_TOKEN=1", "src.example.com=gitlab", ""},
		{"git@src.example.com:a/b", "GITLAB_TOKEN=1", "src.example.com=gitlab,two.example.com=gitlab", ""},
		{"git@gitlab.example.com:a/b", "GITLAB_TOKEN=1 GITLAB_HOST=https://gitlab.example.com", "", "GITLAB_TOKEN"},
		{"git@gitlab.com:a/b", "GITLAB_TOKEN=1 GITLAB_HOST=gitlab.example.com", "", ""},
		{"https://all.example.com/lab/a/b", "GITLAB_TOKEN=1", "all.example.com/lab=gitlab", "GITLAB_TOKEN"},
		{"https://all.example.com/lab/a/b", "GITLAB_TOKEN=1 GITLAB_HOST=https://all.example.com/lab", "all.example.com/lab=gitlab", "GITLAB_TOKEN"},
		{"https://gitlab.example.com/evil/a/b", "GITLAB_TOKEN=1", "gitlab.example.com/lab=gitlab", ""},
		{"https://code.example.com/hub/a/b", "GH_ENTERPRISE_TOKEN=3", "code.example.com/hub=github", "GH_ENTERPRISE_TOKEN"},
		{"git@bitbucket.org:a/b", "GITHUB_TOKEN=1 GITLAB_TOKEN=1", "", ""},
	}
	for _, c := range cases {
		named, err := forge.ParseHosts(c.named)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := forge.Locate(c.remote, named)
		env := map[string]string{}
		for _, kv := range strings.Fields(c.env) {
			key, value, _ := strings.Cut(kv, "=")
			env[key] = value
		}
		got := forge.TokenFromEnvironment(p, named, func(k string) string { return env[k] })
		if got.Source != c.want || got.IsZero() != (c.want == "") || !got.IsZero() && (got.Host != p.Host || got.Secret.Reveal() != env[c.want]) {
			t.Errorf("%s with %q, %q: %+v, want %q", c.remote, c.env, c.named, got, c.want)
		}
	}
	p, _ := forge.Locate("git@github.com:a/b", nil)
	for _, odd := range []string{"two\nlines", "a b", "ümlaut", "\x00"} {
		if got := forge.TokenFromEnvironment(p, nil, func(string) string { return odd }); !got.IsZero() {
			t.Errorf("%q was taken", odd)
		}
	}
}

type sender func(*http.Request) (*http.Response, error)

func (s sender) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// TestGuard: whatever a library asks for, the token goes to the API of its
// host over TLS, or nothing is sent at all.
func TestGuard(t *testing.T) {
	t.Parallel()
	p, _ := forge.Locate("git@github.com:a/b", nil)
	token := forge.Token{Host: "github.com", Source: "GH_TOKEN", Secret: gitops.NewSecret("ghp_right")}
	var sent []string
	g, err := forge.NewGuard(p, token, sender(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.URL.String()+" "+r.Header.Get("Authorization")+r.Header.Get("Private-Token")+r.Header.Get("Cookie"))
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("{}")), Header: http.Header{}}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{
		"https://api.github.com/x", "http://api.github.com/x", "https://github.com/x", "https://api.github.com:8443/x", "https://api.github.com.evil.example/x",
		"https://evil.example/x", "https://API.github.com/y",
	} {
		req, err := http.NewRequest(http.MethodGet, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Private-Token", "other")
		req.Header.Set("Cookie", "other")
		if resp, err := g.HTTPClient().Do(req); err == nil {
			_ = resp.Body.Close()
		}
		if req.Header.Get("Authorization") != "" {
			t.Error("the caller's request got the token")
		}
	}
	want := "https://api.github.com/x Bearer ghp_right\nhttps://API.github.com/y Bearer ghp_right"
	if got := strings.Join(sent, "\n"); got != want {
		t.Errorf("sent\n%s", got)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if all := fmt.Sprintf(verb+verb+verb, g, token, g.HTTPClient()); strings.Contains(all, "ghp_right") {
			t.Errorf("%s shows the token", verb)
		}
	}
	plain, _ := forge.Locate("http://github.com/a/b", nil)
	other, _ := forge.Locate("git@github.example.com:a/b", nil)
	for _, at := range []forge.Place{plain, other} {
		if _, err := forge.NewGuard(at, token, nil); err == nil {
			t.Errorf("%s got the token", at)
		}
	}
}
