package forge

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"ahead/gitops"
)

// Kind is what sort of server a repository lies on.
type Kind string

// The kinds. Only GitHub and GitLab can be asked; the others have a page that
// opens a pull request.
const (
	KindUnknown         Kind = ""
	KindGitHub          Kind = "github"
	KindGitLab          Kind = "gitlab"
	KindBitbucket       Kind = "bitbucket"
	KindBitbucketServer Kind = "bitbucket-server"
	KindGitea           Kind = "gitea"
	KindAzure           Kind = "azure"
)

// Title is the kind as people write it.
func (k Kind) Title() string {
	switch k {
	case KindGitHub:
		return "GitHub"
	case KindGitLab:
		return "GitLab"
	case KindBitbucket, KindBitbucketServer:
		return "Bitbucket"
	case KindGitea:
		return "Gitea"
	case KindAzure:
		return "Azure DevOps"
	}
	return "an unknown server"
}

// RequestNoun is what the kind calls a pull request.
func (k Kind) RequestNoun() string {
	if k == KindGitLab {
		return "merge request"
	}
	return "pull request"
}

// Place is where a repository lies on a forge.
type Place struct {
	Kind Kind
	// Host is that of pages and API, lower case, with a port where it is not
	// the usual one.
	Host string
	// Base is where the forge is below its host, where the person has named that,
	// without slashes around it; empty for the host itself.
	Base string
	// Path is the repository below that, without .git: owner/name, with GitLab
	// any number of groups, with Azure organisation/project/_git/name.
	Path string
	// Plain says that the remote is reached over unprotected http. No token is
	// ever sent there, and pages are linked as the remote is.
	Plain bool
}

// Name is the last part of the path.
func (p Place) Name() string { return p.Path[strings.LastIndexByte(p.Path, '/')+1:] }

// Owner is the path without the name; empty where there is none.
func (p Place) Owner() string {
	owner, _, _ := cutLast(p.Path, "/")
	return owner
}

// String is host/path, for a sentence.
func (p Place) String() string { return p.server() + "/" + p.Path }

// server is the host with the base.
func (p Place) server() string {
	if p.Base == "" {
		return p.Host
	}
	return p.Host + "/" + p.Base
}

// holds reports whether a path of the host belongs to the forge: where it has a
// base, the rest is somebody else's.
func (p Place) holds(asked string) bool {
	return p.Base == "" || strings.HasPrefix(path.Clean(asked)+"/", "/"+p.Base+"/")
}

// Hosts are servers that the person has named, by host (with a port where it is
// not the usual one, and a path where the forge is not at the host's root).
type Hosts map[string]Kind

// ParseHosts reads "git.example.com=gitlab, code.example.com=github,
// example.com/gitlab=gitlab", as the person's own settings have it.
func ParseHosts(s string) (Hosts, error) {
	hosts := Hosts{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		server, kind, ok := strings.Cut(part, "=")
		host, base, below := strings.Cut(strings.TrimSuffix(server, "/"), "/")
		host = strings.ToLower(host)
		switch k := Kind(kind); k {
		case KindGitHub, KindGitLab, KindBitbucket, KindBitbucketServer, KindGitea, KindAzure:
			if !ok || !validHost(host) || below && !validBase(base) {
				break
			}
			hosts[Place{Host: host, Base: base}.server()] = k
			continue
		}
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%q does not name a server and its kind", part),
			Hint: "write it as git.example.com=gitlab, or example.com/gitlab=gitlab; kinds: github, gitlab, bitbucket, bitbucket-server, gitea, azure",
		}
	}
	return hosts, nil
}

// Locate reads a remote's address, as git reports it (insteadOf applied), in
// any spelling that git takes. ok is false for what is on no server: a folder,
// a bundle, a helper's own scheme.
func Locate(remote string, known Hosts) (Place, bool) {
	host, path, plain, ok := split(remote)
	if !ok {
		return Place{}, false
	}
	scheme, _, _ := strings.Cut(remote, "://")
	return Place{Path: path, Plain: plain}.at(host, known, strings.HasPrefix(strings.ToLower(scheme), "http")), true
}

// Through gives the place that a remote by ssh is at when ssh connects to
// another host than the address names: an alias of ~/.ssh/config. An address
// that names a host of the web itself is left alone, since servers may take ssh
// elsewhere than they show pages.
func (p Place) Through(host string, known Hosts) Place {
	host = strings.ToLower(host)
	if !validHost(host) || p.famous(known) {
		return p
	}
	through := p.at(host, known, false)
	if through.famous(known) || !strings.Contains(p.Host, ".") && strings.Contains(host, ".") {
		return through
	}
	return p
}

// famous reports whether the host is one that everybody knows, or that the
// person has named.
func (p Place) famous(known Hosts) bool {
	switch p.Host {
	case "github.com", "gitlab.com", "bitbucket.org", "dev.azure.com", "codeberg.org":
		return true
	}
	return len(known.bases(p.Host)) > 0
}

// at puts the place on a host. Only addresses of the web have the base in their
// path: what ssh is given begins below it.
func (p Place) at(host string, known Hosts, web bool) Place {
	p.Host, p.Base = known.withPort(sshFronts(host)), ""
	for _, base := range known.bases(p.Host) {
		if rest, below := strings.CutPrefix(p.Path, base+"/"); !web || base == "" {
			p.Base = base
			break
		} else if below {
			p.Base, p.Path = base, rest
			break
		}
	}
	p.Kind = kindOf(p.Host, p.Base, known)
	if p.Kind == KindUnknown && strings.Contains("/"+p.Path, "/_git/") {
		p.Kind = KindAzure
	}
	return p.settle()
}

// split takes an address apart. Credentials in it are dropped.
func split(remote string) (host, path string, plain, ok bool) {
	if strings.ContainsFunc(remote, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "", "", false, false
	}
	scheme, _, isURL := strings.Cut(remote, "://")
	if !isURL {
		return splitScp(remote)
	}
	u, err := url.Parse(remote)
	if err != nil {
		return "", "", false, false
	}
	host, path = strings.ToLower(u.Host), u.Path
	switch strings.ToLower(scheme) {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host, plain = strings.TrimSuffix(host, ":80"), true
	case "ssh", "git+ssh", "ssh+git", "git":
		// The port is that of ssh, which says nothing about pages.
		host = strings.ToLower(u.Hostname())
	default:
		return "", "", false, false
	}
	path, ok = cleanPath(path)
	return host, path, plain, ok && validHost(host)
}

// splitScp reads [user@]host:path, which is ssh unless a slash comes first
// (git-clone(1)).
func splitScp(remote string) (host, path string, plain, ok bool) {
	before, path, found := strings.Cut(remote, ":")
	if !found || strings.Contains(before, "/") || strings.HasPrefix(path, ":") {
		return "", "", false, false
	}
	if _, after, isUser := cutLast(before, "@"); isUser {
		before = after
	}
	path, ok = cleanPath(path)
	host = strings.ToLower(before)
	// One letter is a drive of Windows, not a host.
	return host, path, false, ok && len(host) > 1 && validHost(host)
}

func cleanPath(path string) (string, bool) {
	path = strings.Trim(path, "/")
	path = strings.Trim(strings.TrimSuffix(path, ".git"), "/")
	for _, part := range strings.Split(path, "/") {
		if part == "" || part == "." || part == ".." {
			return "", false
		}
	}
	return path, true
}

// validHost refuses all that could be read as anything but one host, in an
// address or in a question to a credential helper.
func validHost(host string) bool {
	name, port, _ := strings.Cut(host, ":")
	return name != "" && !strings.HasPrefix(name, "-") && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
	}) && !strings.ContainsFunc(port, func(r rune) bool { return r < '0' || r > '9' })
}

// validBase refuses what is no plain path.
func validBase(base string) bool {
	for _, part := range strings.Split(base, "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return !strings.ContainsFunc(base, unusual)
}

// sshFronts are other names under which a forge takes ssh on port 443.
func sshFronts(host string) string {
	switch host {
	case "ssh.github.com", "www.github.com":
		return "github.com"
	case "altssh.gitlab.com":
		return "gitlab.com"
	case "altssh.bitbucket.org":
		return "bitbucket.org"
	case "ssh.dev.azure.com", "vs-ssh.visualstudio.com":
		return "dev.azure.com"
	}
	return host
}

// bases are where forges are below a host, the longest first; empty for the
// host itself. None is given for a host that nobody has named.
func (h Hosts) bases(host string) []string {
	var found []string
	for server := range h {
		if name, base, _ := strings.Cut(server, "/"); name == host {
			found = append(found, base)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return found
}

// withPort finds the one named host that is this one with a port, for remotes
// by ssh, which cannot tell the port of the pages.
func (h Hosts) withPort(host string) string {
	if len(h.bases(host)) > 0 || strings.Contains(host, ":") {
		return host
	}
	found := ""
	for server := range h {
		named, _, _ := strings.Cut(server, "/")
		if name, _, ok := strings.Cut(named, ":"); ok && name == host {
			if found != "" && found != named {
				return host
			}
			found = named
		}
	}
	if found != "" {
		return found
	}
	return host
}

// kindOf tells the kind by the server's name alone.
func kindOf(host, base string, known Hosts) Kind {
	if kind, ok := known[Place{Host: host, Base: base}.server()]; ok {
		return kind
	}
	name, _, _ := strings.Cut(host, ":")
	switch {
	case name == "dev.azure.com", strings.HasSuffix(name, ".visualstudio.com"):
		return KindAzure
	case name == "bitbucket.org":
		return KindBitbucket
	case strings.HasSuffix(name, ".ghe.com"):
		return KindGitHub
	}
	for _, label := range strings.Split(name, ".") {
		switch {
		case strings.Contains(label, "github"):
			return KindGitHub
		case strings.Contains(label, "gitlab"):
			return KindGitLab
		case strings.Contains(label, "bitbucket"), label == "stash":
			return KindBitbucketServer
		case strings.Contains(label, "gitea"), strings.Contains(label, "forgejo"), label == "codeberg":
			return KindGitea
		}
	}
	return KindUnknown
}

// settle brings the path into the form that the kind's pages have.
func (p Place) settle() Place {
	parts := strings.Split(p.Path, "/")
	switch p.Kind {
	case KindAzure:
		// ssh: v3/organisation/project/name; old hosts: project/_git/name.
		if len(parts) == 4 && parts[0] == "v3" {
			p.Path = strings.Join([]string{parts[1], parts[2], "_git", parts[3]}, "/")
		}
	case KindBitbucketServer:
		if parts[0] == "scm" && len(parts) == 3 {
			p.Path = parts[1] + "/" + parts[2]
		}
	case KindGitHub, KindGitLab:
		// A name that these forges do not give is none that they can be asked
		// about, and may be meant to end up in another question.
		if len(parts) < 2 || p.Kind == KindGitHub && len(parts) != 2 || strings.ContainsFunc(p.Path, unusual) {
			p.Kind = KindUnknown
		}
	}
	return p
}

func unusual(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-", r)
}

// cutLast cuts around the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}
