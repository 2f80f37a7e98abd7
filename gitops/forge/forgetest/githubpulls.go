package forgetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

func (g *GitHub) listPulls(in *http.Request) Answer {
	q := in.URL.Query()
	all := []any{}
	for _, p := range slices.Backward(g.Pulls) {
		state := q.Get("state")
		owner := p.Fork
		if owner == "" {
			owner = g.Owner
		}
		switch {
		case state != "all" && p.State != state && (state != "" || p.State != "open"),
			q.Get("base") != "" && q.Get("base") != p.Base,
			q.Get("head") != "" && q.Get("head") != owner+":"+p.Head:
			continue
		}
		all = append(all, g.pull(p, false))
	}
	return g.Page(in, all)
}

func (g *GitHub) createPull(in *http.Request) Answer {
	var ask struct{ Title, Body, Head, Base string }
	if err := json.Unmarshal(bodyOf(in), &ask); err != nil {
		return Answer{Status: http.StatusUnprocessableEntity, Body: invalid("Problems parsing JSON")}
	}
	if !g.Push {
		return Answer{Status: http.StatusForbidden, Body: problem("Resource not accessible by personal access token")}
	}
	for _, p := range g.Pulls {
		if p.State == "open" && p.Head == ask.Head && p.Base == ask.Base && p.Fork == "" {
			return Answer{Status: http.StatusUnprocessableEntity, Body: invalid(fmt.Sprintf("A pull request already exists for %s:%s.", g.Owner, ask.Head))}
		}
	}
	p := &Pull{Number: len(g.Pulls) + 1, Title: ask.Title, Body: ask.Body, Head: ask.Head, Base: ask.Base, State: "open"}
	g.Pulls = append(g.Pulls, p)
	return Answer{Status: http.StatusCreated, Body: g.pull(p, true)}
}

func invalid(message string) JSON {
	return JSON{
		"message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
		"errors": []any{JSON{"resource": "PullRequest", "code": "custom", "message": message}},
	}
}

const when = "2024-03-01T12:00:00Z"

// pull is the whole of a pull request, as GitHub gives it; in lists some is
// left out.
func (g *GitHub) pull(p *Pull, whole bool) JSON {
	base := fmt.Sprintf("https://%s/%s/%s/pull/%d", g.Host, g.Owner, g.Name, p.Number)
	api := fmt.Sprintf("https://%s%s/repos/%s/%s/pulls/%d", g.api, g.prefix, g.Owner, g.Name, p.Number)
	side := func(owner, ref string) JSON {
		return JSON{"label": owner + ":" + ref, "ref": ref, "sha": strings.Repeat("a", 40), "user": g.User(owner), "repo": g.Repository(owner)}
	}
	owner := p.Fork
	if owner == "" {
		owner = g.Owner
	}
	out := JSON{
		"id": 1000 + p.Number, "node_id": "PR_x", "number": p.Number, "state": p.State, "locked": false, "title": p.Title, "body": p.Body,
		"user": g.User(g.Owner), "assignee": nil, "labels": []any{}, "milestone": nil, "author_association": "OWNER", "auto_merge": nil,
		"created_at": when, "updated_at": when, "closed_at": nil, "merged_at": nil, "merge_commit_sha": nil, "draft": false,
		"base": side(g.Owner, p.Base), "head": side(owner, p.Head), "url": api, "html_url": base, "diff_url": base + ".diff", "patch_url": base + ".patch",
	}
	links := JSON{"html": JSON{"href": base}}
	for _, key := range []string{"comments", "commits", "statuses", "issue", "review_comments", "review_comment", "self"} {
		links[key] = JSON{"href": api + "/" + key}
		if key != "self" {
			out[key+"_url"] = api + "/" + key
		}
	}
	out["_links"] = links
	if p.State == "closed" {
		out["closed_at"] = when
	}
	if p.MergeCommit != "" {
		out["merge_commit_sha"] = p.MergeCommit
	}
	if p.Merged {
		out["merged_at"] = when
	}
	if whole {
		for _, key := range []string{"additions", "changed_files", "comments", "commits", "deletions", "review_comments"} {
			out[key] = 1
		}
		out["merged"], out["merged_by"], out["mergeable"], out["mergeable_state"], out["maintainer_can_modify"] = p.Merged, nil, true, "clean", false
	}
	return out
}

// User is a user as GitHub gives one.
func (g *GitHub) User(login string) JSON {
	u := JSON{"login": login, "id": 1, "node_id": "U_x", "gravatar_id": "", "site_admin": false, "type": "User", "html_url": "https://" + g.Host + "/" + login}
	url := "https://" + g.api + g.prefix + "/users/" + login
	u["url"] = url
	for _, key := range []string{"avatar", "events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred", "subscriptions"} {
		u[key+"_url"] = url + "/" + key
	}
	return u
}

// Repository is a repository as GitHub gives one.
func (g *GitHub) Repository(owner string) JSON {
	url := "https://" + g.api + g.prefix + "/repos/" + owner + "/" + g.Name
	page := "https://" + g.Host + "/" + owner + "/" + g.Name
	r := JSON{
		"id": 1, "node_id": "R_x", "name": g.Name, "full_name": owner + "/" + g.Name, "owner": g.User(owner), "url": url, "html_url": page,
		"clone_url": page + ".git", "svn_url": page, "git_url": "git://" + g.Host + "/" + owner + "/" + g.Name + ".git",
		"ssh_url": "git@" + g.Host + ":" + owner + "/" + g.Name + ".git", "default_branch": "main", "archived": g.Archived,
		"created_at": when, "updated_at": when, "pushed_at": when,
	}
	for _, key := range []string{
		"archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents", "contributors", "deployments",
		"downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks", "issue_comment", "issue_events", "issues", "keys", "labels",
		"languages", "merges", "milestones", "notifications", "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags", "teams", "trees",
	} {
		r[key+"_url"] = url + "/" + key
	}
	for _, key := range []string{"fork", "private", "has_downloads", "has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions", "disabled"} {
		r[key] = false
	}
	for _, key := range []string{"forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count"} {
		r[key] = 0
	}
	for _, key := range []string{"description", "homepage", "language", "mirror_url", "license"} {
		r[key] = nil
	}
	return r
}
