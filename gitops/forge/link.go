package forge

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// linkLimit bounds a link, in bytes. Servers and browsers take 2,000 anywhere,
// and a person may have to copy it from a terminal.
const linkLimit = 1800

// Proposal is what a pull request asks: to merge Head into Base, two branches
// of one repository, without refs/heads/.
type Proposal struct {
	Head, Base  string
	Title, Body string
}

// Link is the page that opens the pull request, filled in as far as the kind
// of server allows; empty where the kind is not known. Where title and body
// make it too long, the body is cut first and says so; branches never are.
func (p Place) Link(what Proposal) string {
	link := p.link(what)
	for len(link) > linkLimit && what.Body != "" {
		what.Body = shorten(what.Body, len(link)-linkLimit)
		link = p.link(what)
	}
	for len(link) > linkLimit && what.Title != "" {
		what.Title = shorten(what.Title, len(link)-linkLimit)
		link = p.link(what)
	}
	return link
}

// shorten takes at least over escaped bytes off the end of s, and marks that.
// One byte of a text is at most three of a link, and the mark takes nine.
func shorten(s string, over int) string {
	const mark = "…"
	keep := len(strings.TrimSuffix(s, mark)) - max(over/3, 9)
	if keep <= 0 {
		return ""
	}
	for keep > 0 && !utf8.RuneStart(s[keep]) {
		keep--
	}
	return s[:keep] + mark
}

func (p Place) link(what Proposal) string {
	page := p.pages()
	switch p.Kind {
	case KindGitHub, KindGitea:
		return page + "/compare/" + escapeRef(what.Base) + "..." + escapeRef(what.Head) +
			"?" + query("quick_pull", "1", "title", what.Title, "body", what.Body)
	case KindGitLab:
		return page + "/-/merge_requests/new?" + query(
			"merge_request[source_branch]", what.Head, "merge_request[target_branch]", what.Base,
			"merge_request[title]", what.Title, "merge_request[description]", what.Body)
	case KindBitbucket:
		return page + "/pull-requests/new?" + query("source", what.Head, "dest", what.Base, "t", "1")
	case KindBitbucketServer:
		return p.bitbucketServer(what)
	case KindAzure:
		return page + "/pullrequestcreate?" + query("sourceRef", what.Head, "targetRef", what.Base)
	}
	return ""
}

func (p Place) bitbucketServer(what Proposal) string {
	owner := p.Owner()
	if owner == "" {
		return ""
	}
	holder := "projects/" + url.PathEscape(owner)
	if user, personal := strings.CutPrefix(owner, "~"); personal {
		holder = "users/" + url.PathEscape(user)
	}
	return p.site() + "/" + holder + "/repos/" + url.PathEscape(p.Name()) + "/pull-requests?create&" + query(
		"sourceBranch", "refs/heads/"+what.Head, "targetBranch", "refs/heads/"+what.Base,
		"title", what.Title, "description", what.Body)
}

func (p Place) root() string {
	if p.Plain {
		return "http://" + p.Host
	}
	return "https://" + p.Host
}

// site is where the forge's pages begin.
func (p Place) site() string {
	if p.Base == "" {
		return p.root()
	}
	return p.root() + "/" + p.Base
}

func (p Place) pages() string { return p.site() + "/" + escapeRef(p.Path) }

// OwnPage gives a page back that lies on this server, and nothing for any other
// address: what a server answers must not lead a person elsewhere.
func (p Place) OwnPage(page string) string {
	u, err := url.Parse(page)
	if err != nil || u.User != nil || u.Scheme != "https" || !strings.EqualFold(u.Host, p.Host) || !p.holds(u.Path) {
		return ""
	}
	return u.String()
}

// escapeRef escapes a name with slashes for a path; the slashes stay.
func escapeRef(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// query joins keys and values in the order given, without those that are empty.
func query(pairs ...string) string {
	var out []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
		}
	}
	return strings.Join(out, "&")
}
