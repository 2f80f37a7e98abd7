package forge

import (
	"strings"

	"ahead/gitops"
)

// Token is what a forge knows a person by. It is bound to the host that it
// belongs to.
type Token struct {
	// Host is that of the Place.
	Host string
	// Source says where it comes from, for a sentence: an environment variable,
	// or git's credential helper.
	Source string
	Secret gitops.Secret
}

// IsZero reports whether there is no token.
func (t Token) IsZero() bool { return t.Secret.IsZero() }

// TokenFromEnvironment finds the token for a place among the variables that the
// forges' own tools read. named are the hosts of the person's own settings: no
// token of the environment goes to a host that nobody but a remote's address
// names, since that address may be somebody else's text.
func TokenFromEnvironment(p Place, named Hosts, env func(string) string) Token {
	var variables []string
	switch p.Kind {
	case KindGitHub:
		variables = gitHubVariables(p, named, env)
	case KindGitLab:
		if belongs(p, named, "gitlab.com", env("GITLAB_HOST"), env("CI_SERVER_URL")) {
			variables = []string{"GITLAB_TOKEN"}
		}
	}
	for _, name := range variables {
		if value := strings.TrimSpace(env(name)); value != "" && usable(value) {
			return Token{Host: p.Host, Source: name, Secret: gitops.NewSecret(value)}
		}
	}
	return Token{}
}

// gitHubVariables are, as with GitHub's own command, two sets: one for
// github.com and ghe.com, one for servers of one's own. In a workflow
// GITHUB_TOKEN belongs to the server that runs it.
func gitHubVariables(p Place, named Hosts, env func(string) string) []string {
	if p.Host == "github.com" || strings.HasSuffix(p.Host, ".ghe.com") {
		server := hostOf(env("GITHUB_SERVER_URL"))
		// A ghe.com tenant is a host of its own: the token of another one, or
		// of github.com, is none of its business.
		home := "github.com"
		if host := hostOf(env("GH_HOST")); strings.HasSuffix(host, ".ghe.com") {
			home = host
		}
		var variables []string
		if p.Host == home {
			variables = append(variables, "GH_TOKEN")
		}
		if server == "" && p.Host == home || server == p.Host {
			variables = append(variables, "GITHUB_TOKEN")
		}
		return variables
	}
	var variables []string
	if len(named.bases(p.Host)) > 0 || hostOf(env("GH_HOST")) == p.Host {
		variables = append(variables, "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
	}
	if hostOf(env("GITHUB_SERVER_URL")) == p.Host {
		variables = append(variables, "GITHUB_TOKEN")
	}
	return variables
}

// belongs reports whether the one token of the environment is for this place:
// the host that the environment names, else one that the settings name, else
// the well-known one.
func belongs(p Place, named Hosts, usual string, others ...string) bool {
	for _, other := range others {
		if host := hostOf(other); host != "" {
			return host == p.Host
		}
	}
	for server, kind := range named {
		if kind == p.Kind && server != usual {
			return server == p.server() && onlyOne(named, p.Kind)
		}
	}
	return p.Host == usual
}

// onlyOne: with two servers of one kind nobody knows whose the token is.
func onlyOne(named Hosts, kind Kind) bool {
	n := 0
	for _, k := range named {
		if k == kind {
			n++
		}
	}
	return n == 1
}

// hostOf reads a host that may be written as an address.
func hostOf(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	return strings.TrimSuffix(s, ":443")
}

// usable refuses what would not be one header's value.
func usable(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
