package forgetest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// JSON is an object of an answer.
type JSON = map[string]any

// GitHub plays one repository of github.com, or of a server of one's own. Its
// fields may be changed between questions; Lock does where questions may be
// under way.
type GitHub struct {
	*Server
	sync.Mutex
	t testing.TB
	// Host is that of the pages, API that of the API, Prefix what comes before
	// its paths.
	Host, api, prefix string
	Owner, Name       string
	// Token is the only one that is accepted.
	Token string
	// Push, Admin and Archived are what the repository says.
	Push, Admin, Archived bool
	// Rules are those of …/rules/branches/{branch}, by branch.
	Rules map[string][]JSON
	// Rulesets are given by …/rulesets whole only one by one.
	Rulesets []JSON
	// Branches are the answers of …/branches/{branch}, Protection those of
	// …/branches/{branch}/protection for administrators.
	Branches, Protection map[string]JSON
	// Pulls are the pull requests, oldest first.
	Pulls []*Pull
	// Deployments are those of the repository, oldest first.
	Deployments []*Deployment
	// PageSize overrides what is asked for, where it is smaller.
	PageSize int
	// Public lets strangers read, Limit is how many questions they and the token
	// have until Reset (0: 60 and 5,000), and Spent how many were counted.
	Public       bool
	Limit, Spent int
	Reset        time.Time
	mux          *http.ServeMux
}

// Pull is a pull request of the fake.
type Pull struct {
	Number                  int
	Title, Body, Head, Base string
	State                   string
	Merged                  bool
	MergeCommit             string
	// Fork is the owner of the head's repository, empty for this one.
	Fork string
}

// NewGitHub starts a GitHub with one repository, at host (github.com, or any
// other for a server of one's own).
func NewGitHub(t testing.TB, host, owner, name string) *GitHub {
	t.Helper()
	g := &GitHub{
		t: t, Host: host, api: "api." + host, Owner: owner, Name: name, Token: "ghp_right", Push: true,
		Rules: map[string][]JSON{}, Branches: map[string]JSON{}, Protection: map[string]JSON{}, mux: http.NewServeMux(),
	}
	if host != "github.com" && !strings.HasSuffix(host, ".ghe.com") {
		g.api, g.prefix = host, "/api/v3"
	}
	g.Server = New(t, host, g.api)
	g.Play(g.api, http.HandlerFunc(g.serve))
	repo := "/repos/{owner}/{repo}"
	g.Handle("GET", repo, g.repository)
	g.Handle("GET", repo+"/rules/branches/{branch}", g.branchRules)
	g.Handle("GET", repo+"/branches/{branch}", g.branch)
	g.Handle("GET", repo+"/branches/{branch}/protection", g.protection)
	g.Handle("GET", repo+"/rulesets", g.listRulesets)
	g.Handle("GET", repo+"/rulesets/{ruleset_id}", g.ruleset)
	g.Handle("GET", repo+"/pulls", g.listPulls)
	g.Handle("POST", repo+"/pulls", g.createPull)
	g.Handle("GET", repo+"/deployments", g.listDeployments)
	g.Handle("GET", repo+"/deployments/{deployment_id}/statuses", g.listStatuses)
	return g
}

// Answer is what a handler gives: a status and a value for its body.
type Answer struct {
	Status int
	Body   any
	Header http.Header
}

// Handle adds an operation. template is its path as GitHub's description has
// it, against which the answer is held.
func (g *GitHub) Handle(method, template string, h func(*http.Request) Answer) {
	g.mux.HandleFunc(method+" "+template, func(out http.ResponseWriter, in *http.Request) {
		if in.PathValue("owner") != g.Owner || in.PathValue("repo") != g.Name {
			g.write(out, in, "", NotFound())
			return
		}
		gitHubAPI.question(g.t, method, template, in.URL.Query(), bodyOf(in))
		g.write(out, in, template, h(in))
	})
}

func (g *GitHub) serve(out http.ResponseWriter, in *http.Request) {
	path, ok := strings.CutPrefix(in.URL.EscapedPath(), g.prefix)
	asked := in.Header.Get("Authorization")
	g.Lock()
	defer g.Unlock()
	g.limits(out.Header(), asked)
	switch {
	case asked != "" && asked != "Bearer "+g.Token:
		g.write(out, in, "", Answer{Status: http.StatusUnauthorized, Body: problem("Bad credentials")})
	case g.Spent >= g.limit(asked):
		g.write(out, in, "", Answer{Status: http.StatusForbidden, Body: problem("API rate limit exceeded")})
	case !ok, asked == "" && !g.Public:
		g.write(out, in, "", NotFound())
	default:
		in.URL.RawPath = path
		in.URL.Path = strings.TrimPrefix(in.URL.Path, g.prefix)
		g.mux.ServeHTTP(out, in)
	}
}

func (g *GitHub) limit(asked string) int {
	switch {
	case g.Limit > 0:
		return g.Limit
	case asked == "":
		return 60
	}
	return 5000
}

func (g *GitHub) limits(h http.Header, asked string) {
	reset := int64(4102444800)
	if !g.Reset.IsZero() {
		reset = g.Reset.Unix()
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(g.limit(asked)))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(g.limit(asked)-g.Spent, 0)))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(reset, 10))
}

// write sends an answer, or that it is the one which the question names. Such
// an answer is counted for strangers only.
func (g *GitHub) write(out http.ResponseWriter, in *http.Request, template string, a Answer) {
	body, err := json.Marshal(a.Body)
	if err != nil {
		g.t.Errorf("answer of %s: %v", template, err)
	}
	if template != "" {
		gitHubAPI.answer(g.t, in.Method, template, a.Status, body)
	}
	for name, values := range a.Header {
		out.Header()[name] = values
	}
	out.Header().Set("Content-Type", "application/json; charset=utf-8")
	asked := in.Header.Get("Authorization")
	if in.Method == http.MethodGet && a.Status == http.StatusOK {
		// Another one's answer has another name, even where it is the same.
		sum := sha256.Sum256(append(body, asked...))
		etag := fmt.Sprintf(`W/"%x"`, sum)
		out.Header().Set("ETag", etag)
		if in.Header.Get("If-None-Match") == etag {
			if asked == "" {
				g.Spent++
			}
			out.WriteHeader(http.StatusNotModified)
			return
		}
	}
	g.Spent++
	out.WriteHeader(a.Status)
	_, _ = out.Write(body)
}

func problem(message string) JSON {
	return JSON{"message": message, "documentation_url": "https://docs.github.com/rest", "status": "400"}
}

// NotFound is what GitHub says of what is not there, or not for the one who asks.
func NotFound() Answer { return Answer{Status: http.StatusNotFound, Body: problem("Not Found")} }

// Page gives one page of a list, with the Link header that leads to the next.
func (g *GitHub) Page(in *http.Request, all []any) Answer {
	number := func(key string, fallback int) int {
		if n, err := strconv.Atoi(in.URL.Query().Get(key)); err == nil && n > 0 {
			return n
		}
		return fallback
	}
	size, page := min(number("per_page", 30), 100), number("page", 1)
	if g.PageSize > 0 {
		size = min(size, g.PageSize)
	}
	from := min((page-1)*size, len(all))
	to := min(from+size, len(all))
	a := Answer{Status: http.StatusOK, Body: append([]any{}, all[from:to]...), Header: http.Header{}}
	if to < len(all) {
		next := in.URL.Query()
		next.Set("page", strconv.Itoa(page+1))
		a.Header.Set("Link", fmt.Sprintf(`<https://%s%s%s?%s>; rel="next"`, g.api, g.prefix, in.URL.EscapedPath(), next.Encode()))
	}
	return a
}

func (g *GitHub) repository(*http.Request) Answer {
	r := g.Repository(g.Owner)
	r["subscribers_count"], r["network_count"] = 0, 0
	r["permissions"] = JSON{"pull": true, "triage": g.Push, "push": g.Push, "maintain": g.Admin, "admin": g.Admin}
	return Answer{Status: http.StatusOK, Body: r}
}

func (g *GitHub) branchRules(in *http.Request) Answer {
	all := []any{}
	for _, r := range g.Rules[in.PathValue("branch")] {
		all = append(all, r)
	}
	return g.Page(in, all)
}

func (g *GitHub) branch(in *http.Request) Answer {
	name := in.PathValue("branch")
	page := "https://" + g.Host + "/" + g.Owner + "/" + g.Name + "/tree/" + name
	body := JSON{
		"name": name, "protected": false, "protection": JSON{"enabled": false, "required_status_checks": JSON{"enforcement_level": "off", "contexts": []any{}, "checks": []any{}}},
		"commit": g.commit(), "_links": JSON{"html": page, "self": g.repo("/branches/", name)}, "protection_url": g.repo("/branches/", name, "/protection"),
	}
	for key, value := range g.Branches[name] {
		body[key] = value
	}
	return Answer{Status: http.StatusOK, Body: body}
}

// commit is a commit as GitHub gives one.
func (g *GitHub) commit() JSON {
	sha := strings.Repeat("a", 40)
	url := g.repo("/commits/", sha)
	who := JSON{"name": "Ada Lovelace", "email": "ada@example.com", "date": when}
	return JSON{
		"url": url, "sha": sha, "node_id": "C_x", "html_url": url, "comments_url": url + "/comments", "author": g.User("ada"), "committer": g.User("ada"), "parents": []any{},
		"commit": JSON{"url": url, "author": who, "committer": who, "message": "x", "comment_count": 0, "tree": JSON{"sha": sha, "url": g.repo("/git/trees/", sha)}},
	}
}

func (g *GitHub) protection(in *http.Request) Answer {
	p, ok := g.Protection[in.PathValue("branch")]
	switch {
	case !g.Admin:
		return NotFound()
	case !ok:
		return Answer{Status: http.StatusNotFound, Body: problem("Branch not protected")}
	}
	body := JSON{}
	for key, value := range p {
		body[key] = value
		part, ok := value.(JSON)
		if !ok {
			continue
		}
		whole := JSON{}
		switch key {
		case "enforce_admins":
			whole["url"] = g.repo("/branches/", in.PathValue("branch"), "/protection/enforce_admins")
		case "required_pull_request_reviews":
			whole["dismiss_stale_reviews"], whole["require_code_owner_reviews"] = false, false
		}
		maps.Copy(whole, part)
		body[key] = whole
	}
	return Answer{Status: http.StatusOK, Body: body}
}

func (g *GitHub) listRulesets(in *http.Request) Answer {
	all := []any{}
	for _, set := range g.Rulesets {
		if target := in.URL.Query().Get("targets"); target != "" && target != set["target"] {
			continue
		}
		short := JSON{"source_type": "Repository", "source": g.Owner + "/" + g.Name}
		for key, value := range set {
			if key != "rules" && key != "conditions" && key != "current_user_can_bypass" {
				short[key] = value
			}
		}
		all = append(all, short)
	}
	return g.Page(in, all)
}

func (g *GitHub) ruleset(in *http.Request) Answer {
	for _, set := range g.Rulesets {
		if fmt.Sprint(set["id"]) == in.PathValue("ruleset_id") {
			return Answer{Status: http.StatusOK, Body: g.ownRules(set)}
		}
	}
	return NotFound()
}

// ownRules gives a ruleset whose rules do not say which ruleset they are of, as
// they do where they are listed for a branch.
func (g *GitHub) ownRules(set JSON) JSON {
	body := JSON{"source_type": "Repository", "source": g.Owner + "/" + g.Name}
	for key, value := range set {
		body[key] = value
	}
	rules, _ := set["rules"].([]any)
	own := make([]any, len(rules))
	for i, r := range rules {
		rule := JSON{}
		for key, value := range r.(JSON) {
			if !strings.HasPrefix(key, "ruleset_") {
				rule[key] = value
			}
		}
		own[i] = rule
	}
	body["rules"] = own
	return body
}
