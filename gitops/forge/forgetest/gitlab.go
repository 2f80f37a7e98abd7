package forgetest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// GitLab plays one project of gitlab.com or of a server of one's own. Its
// fields may be changed between questions.
type GitLab struct {
	*Server
	sync.Mutex
	t testing.TB
	// Host is that of pages and API, Base where they are below it (empty for the
	// host itself), Path the project's, with its groups.
	Host, Base, Path string
	// Token is the only one that is accepted.
	Token string
	// User is whom it belongs to, Level what they are in the project; GroupLevel
	// what they are by way of a group.
	User, Level, GroupLevel int
	Archived                bool
	// CanPush answers …/repository/branches/{branch} for branches that
	// ProtectedBranches names; others can be pushed to by developers.
	CanPush                          bool
	ProtectedBranches, ProtectedTags []JSON
	// Requests are the merge requests, oldest first.
	Requests []*Pull
	// Deployments are those of the project, oldest first.
	Deployments []*Deployment
	PageSize    int
	// Keyset leaves the number of the next page out, as large lists do.
	Keyset bool
	mux    *http.ServeMux
}

// NewGitLab starts a GitLab with one project.
func NewGitLab(t testing.TB, host, path string) *GitLab {
	t.Helper()
	g := &GitLab{t: t, Host: host, Path: path, Token: "glpat_right", User: 7, Level: 40, CanPush: true, mux: http.NewServeMux()}
	g.Server = New(t, host)
	g.Play(host, http.HandlerFunc(g.serve))
	project := "/api/v4/projects/{id}"
	g.Handle("GET", "/api/v4/user", func(*http.Request) Answer { return ok(JSON{"id": g.User, "username": "ada"}) })
	g.Handle("GET", project, g.project)
	g.Handle("GET", project+"/repository/branches/{branch}", g.branch)
	g.Handle("GET", project+"/protected_branches", func(in *http.Request) Answer { return g.Page(in, anys(g.ProtectedBranches)) })
	g.Handle("GET", project+"/protected_tags", func(in *http.Request) Answer { return g.Page(in, anys(g.ProtectedTags)) })
	g.Handle("GET", project+"/merge_requests", g.listRequests)
	g.Handle("POST", project+"/merge_requests", g.createRequest)
	g.Handle("GET", project+"/deployments", g.listDeployments)
	return g
}

func ok(body any) Answer { return Answer{Status: http.StatusOK, Body: body} }

func anys(list []JSON) []any {
	out := []any{}
	for _, v := range list {
		out = append(out, v)
	}
	return out
}

// Handle adds an operation.
func (g *GitLab) Handle(method, path string, h func(*http.Request) Answer) {
	g.mux.HandleFunc(method+" "+path, func(out http.ResponseWriter, in *http.Request) {
		if id := in.PathValue("id"); id != "" && id != g.Path {
			g.write(out, in, path, Answer{Status: http.StatusNotFound, Body: JSON{"message": "404 Project Not Found"}})
			return
		}
		gitLabAPI.question(g.t, method, path, in.URL.Query(), bodyOf(in))
		g.write(out, in, path, h(in))
	})
}

// root is where its pages begin.
func (g *GitLab) root() string {
	if g.Base == "" {
		return "https://" + g.Host
	}
	return "https://" + g.Host + "/" + g.Base
}

func (g *GitLab) serve(out http.ResponseWriter, in *http.Request) {
	if base := strings.TrimPrefix(g.root(), "https://"+g.Host); base != "" {
		path, below := strings.CutPrefix(in.URL.EscapedPath(), base)
		if !below {
			http.NotFound(out, in) // something else is there
			return
		}
		in.URL.RawPath, in.URL.Path = path, strings.TrimPrefix(in.URL.Path, base)
	}
	out.Header().Set("RateLimit-Limit", "2000")
	out.Header().Set("RateLimit-Remaining", "1999")
	out.Header().Set("RateLimit-Reset", "4102444800")
	if in.Header.Get("Authorization") != "Bearer "+g.Token {
		g.write(out, in, "", Answer{Status: http.StatusUnauthorized, Body: JSON{"message": "401 Unauthorized"}})
		return
	}
	g.Lock()
	defer g.Unlock()
	g.mux.ServeHTTP(out, in)
}

func (g *GitLab) write(out http.ResponseWriter, in *http.Request, template string, a Answer) {
	body, err := json.Marshal(a.Body)
	if err != nil {
		g.t.Errorf("answer: %v", err)
	}
	if template != "" {
		gitLabAPI.answer(g.t, in.Method, template, a.Status, body)
	}
	for name, values := range a.Header {
		out.Header()[name] = values
	}
	out.Header().Set("Content-Type", "application/json")
	if a.Status == http.StatusOK {
		etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(body))
		out.Header().Set("ETag", etag)
		if in.Header.Get("If-None-Match") == etag {
			out.WriteHeader(http.StatusNotModified)
			return
		}
	}
	out.WriteHeader(a.Status)
	_, _ = out.Write(body)
}

// Page gives one page of a list, with GitLab's headers.
func (g *GitLab) Page(in *http.Request, all []any) Answer {
	number := func(key string, fallback int) int {
		if n, err := strconv.Atoi(in.URL.Query().Get(key)); err == nil && n > 0 {
			return n
		}
		return fallback
	}
	size, page := min(number("per_page", 20), 100), number("page", 1)
	if g.PageSize > 0 {
		size = min(size, g.PageSize)
	}
	from := min((page-1)*size, len(all))
	to := min(from+size, len(all))
	a := Answer{Status: http.StatusOK, Body: append([]any{}, all[from:to]...), Header: http.Header{}}
	set := func(key string, n int) { a.Header.Set(key, strconv.Itoa(n)) }
	set("X-Page", page)
	set("X-Per-Page", size)
	a.Header.Set("X-Next-Page", "")
	if to < len(all) && !g.Keyset {
		set("X-Next-Page", page+1)
	}
	return a
}

func (g *GitLab) project(*http.Request) Answer {
	access := func(level int) any {
		if level == 0 {
			return nil
		}
		return JSON{"access_level": level, "notification_level": 3}
	}
	return ok(JSON{
		"id": 1, "path_with_namespace": g.Path, "archived": g.Archived, "web_url": g.root() + "/" + g.Path,
		"permissions": JSON{"project_access": access(g.Level), "group_access": access(g.GroupLevel)},
	})
}

func (g *GitLab) branch(in *http.Request) Answer {
	name := in.PathValue("branch")
	protected := len(g.ProtectedBranches) > 0
	can := max(g.Level, g.GroupLevel) >= 30
	if protected {
		can = g.CanPush
	}
	return ok(JSON{"name": name, "protected": protected, "can_push": can, "merged": false, "default": true, "web_url": g.root()})
}

func (g *GitLab) listRequests(in *http.Request) Answer {
	q := in.URL.Query()
	all := []any{}
	for _, p := range slices.Backward(g.Requests) {
		if state := q.Get("state"); state != "" && state != "all" && state != p.State ||
			q.Get("source_branch") != "" && q.Get("source_branch") != p.Head || q.Get("target_branch") != "" && q.Get("target_branch") != p.Base {
			continue
		}
		all = append(all, g.request(p))
	}
	return g.Page(in, all)
}

func (g *GitLab) createRequest(in *http.Request) Answer {
	var ask struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Source      string `json:"source_branch"`
		Target      string `json:"target_branch"`
	}
	if err := json.Unmarshal(bodyOf(in), &ask); err != nil || ask.Title == "" || ask.Source == "" || ask.Target == "" {
		return Answer{Status: http.StatusBadRequest, Body: JSON{"error": "title, source_branch or target_branch is missing"}}
	}
	for _, p := range g.Requests {
		if p.State == "opened" && p.Head == ask.Source && p.Base == ask.Target && p.Fork == "" {
			return Answer{Status: http.StatusConflict, Body: JSON{"message": []any{fmt.Sprintf("Another open merge request already exists for this source branch: !%d", p.Number)}}}
		}
	}
	p := &Pull{Number: len(g.Requests) + 1, Title: ask.Title, Body: ask.Description, Head: ask.Source, Base: ask.Target, State: "opened"}
	g.Requests = append(g.Requests, p)
	return Answer{Status: http.StatusCreated, Body: g.request(p)}
}

func (g *GitLab) request(p *Pull) JSON {
	source := 1
	if p.Fork != "" {
		source = 2
	}
	out := JSON{
		"id": 100 + p.Number, "iid": p.Number, "title": p.Title, "description": p.Body, "state": p.State, "source_branch": p.Head, "target_branch": p.Base,
		"source_project_id": source, "target_project_id": 1, "project_id": 1, "created_at": when, "merge_commit_sha": nil, "squash_commit_sha": nil,
		"web_url": g.root() + "/" + strings.ReplaceAll(url.PathEscape(g.Path), "%2F", "/") + "/-/merge_requests/" + strconv.Itoa(p.Number),
	}
	if p.MergeCommit != "" {
		out["squash_commit_sha"] = p.MergeCommit
	}
	return out
}
