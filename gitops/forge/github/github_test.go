package github_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
	"ahead/gitops/forge/github"
)

func token(host string) forge.Token {
	return forge.Token{Host: host, Source: "GH_TOKEN", Secret: gitops.NewSecret("ghp_right")}
}

// start gives a fake of github.com and a client of it.
func start(t *testing.T, change ...func(*forgetest.GitHub)) (*forgetest.GitHub, *github.Client) {
	t.Helper()
	g := forgetest.NewGitHub(t, "github.com", "acme", "shop")
	for _, c := range change {
		c(g)
	}
	return g, client(t, g, token("github.com"))
}

func client(t *testing.T, g *forgetest.GitHub, tok forge.Token) *github.Client {
	t.Helper()
	p, ok := forge.Locate("git@"+g.Host+":acme/shop.git", forge.Hosts{g.Host: forge.KindGitHub})
	if !ok {
		t.Fatal("no place")
	}
	c, err := github.New(p, tok, g.Transport(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func rule(kind string, set int, parameters forgetest.JSON) forgetest.JSON {
	r := forgetest.JSON{"type": kind, "ruleset_source_type": "Repository", "ruleset_source": "acme/shop", "ruleset_id": set}
	if parameters != nil {
		r["parameters"] = parameters
	}
	return r
}

func pullRequestRule(set, reviews int) forgetest.JSON {
	return rule("pull_request", set, forgetest.JSON{
		"dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
		"required_approving_review_count": reviews, "required_review_thread_resolution": false,
	})
}

func set(id int, name, target, bypass string, rules ...any) forgetest.JSON {
	return forgetest.JSON{
		"id": id, "name": name, "target": target, "enforcement": "active", "source": "acme/shop", "source_type": "Repository",
		"current_user_can_bypass": bypass, "rules": append([]any{}, rules...),
		"conditions": forgetest.JSON{"ref_name": forgetest.JSON{"include": []any{"~ALL"}, "exclude": []any{}}},
	}
}

func tags(s forgetest.JSON, include, exclude []any) forgetest.JSON {
	s["conditions"] = forgetest.JSON{"ref_name": forgetest.JSON{"include": include, "exclude": append([]any{}, exclude...)}}
	return s
}

func protected(contexts ...any) forgetest.JSON {
	level := "off"
	if len(contexts) > 0 {
		level = "non_admins"
	}
	return forgetest.JSON{"protected": true, "protection": forgetest.JSON{"enabled": true, "required_status_checks": forgetest.JSON{
		"enforcement_level": level, "contexts": append([]any{}, contexts...), "checks": []any{},
	}}}
}

func TestRules(t *testing.T) {
	t.Parallel()
	type G = *forgetest.GitHub
	cases := map[string]struct {
		prepare     func(G)
		branch, tag forge.Ruling
	}{
		"nothing": {func(G) {}, forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Allowed}},
		"a ruleset": {
			func(g G) {
				g.Rules["main"] = []forgetest.JSON{rule("deletion", 7, nil), rule("non_fast_forward", 7, nil), pullRequestRule(7, 2)}
				g.Rulesets = []forgetest.JSON{set(7, "production", "branch", "never")}
			},
			forge.Ruling{Verdict: forge.ByRequest, Why: "changes to main must come by a pull request with 2 approvals (ruleset production)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"a ruleset that may be bypassed": {
			func(g G) {
				g.Rules["main"] = []forgetest.JSON{pullRequestRule(7, 0)}
				g.Rulesets = []forgetest.JSON{set(7, "production", "branch", "always")}
			},
			forge.Ruling{Verdict: forge.Allowed, Bypass: true, Why: "changes to main must come by a pull request (ruleset production)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"bypassed only for pull requests": {
			func(g G) {
				g.Rules["main"] = []forgetest.JSON{pullRequestRule(7, 0)}
				g.Rulesets = []forgetest.JSON{set(7, "production", "branch", "pull_requests_only")}
			},
			forge.Ruling{Verdict: forge.ByRequest, Why: "changes to main must come by a pull request (ruleset production)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"one of two may be bypassed": {
			func(g G) {
				g.Rules["main"] = []forgetest.JSON{pullRequestRule(7, 0), rule("required_status_checks", 8, forgetest.JSON{
					"strict_required_status_checks_policy": true, "required_status_checks": []any{forgetest.JSON{"context": "ci/test"}},
				})}
				g.Rulesets = []forgetest.JSON{set(7, "production", "branch", "always")}
			},
			forge.Ruling{Verdict: forge.ByRequest, Why: "status checks must pass before main changes: ci/test (ruleset 8 of acme/shop)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"signatures and messages": {
			func(g G) {
				g.Rules["main"] = []forgetest.JSON{rule("required_signatures", 7, nil), rule("commit_message_pattern", 7, forgetest.JSON{"operator": "starts_with", "pattern": "SHOP-", "negate": false})}
				g.Rulesets = []forgetest.JSON{set(7, "production", "branch", "never")}
			},
			forge.Ruling{Verdict: forge.Allowed, Needs: []string{"commits must be signed (ruleset production)", `the commit message must start with "SHOP-" (ruleset production)`}},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"a kind that nobody knows yet": {
			func(g G) { g.Rules["main"] = []forgetest.JSON{rule("creation", 7, nil)} },
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"older protection, hidden": {
			func(g G) { g.Branches["main"] = protected() },
			forge.Ruling{Why: "main is protected, and this token may not read how; the push will tell"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"older protection with checks": {
			func(g G) { g.Branches["main"] = protected("ci/test", "ci/lint", "ci/e2e") },
			forge.Ruling{Verdict: forge.ByRequest, Why: "status checks must pass before main changes: ci/test, ci/lint and 1 more (branch protection)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"older protection, for an administrator": {
			func(g G) {
				g.Admin, g.Branches["main"] = true, protected()
				g.Protection["main"] = forgetest.JSON{"required_pull_request_reviews": forgetest.JSON{"required_approving_review_count": 1}, "enforce_admins": forgetest.JSON{"enabled": false}}
			},
			forge.Ruling{Verdict: forge.Allowed, Bypass: true, Why: "changes to main must come by a pull request with 1 approval (branch protection)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"older protection, administrators included": {
			func(g G) {
				g.Admin, g.Branches["main"] = true, protected()
				g.Protection["main"] = forgetest.JSON{"required_pull_request_reviews": forgetest.JSON{}, "enforce_admins": forgetest.JSON{"enabled": true}}
			},
			forge.Ruling{Verdict: forge.ByRequest, Why: "changes to main must come by a pull request (branch protection)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"locked": {
			func(g G) {
				g.Admin, g.Branches["main"] = true, protected()
				g.Protection["main"] = forgetest.JSON{"lock_branch": forgetest.JSON{"enabled": true}, "enforce_admins": forgetest.JSON{"enabled": true}}
			},
			forge.Ruling{Verdict: forge.Refused, Why: "main is locked (branch protection)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"archived": {
			func(g G) { g.Archived = true },
			forge.Ruling{Verdict: forge.Refused, Why: "acme/shop is archived and takes no pushes"},
			forge.Ruling{Verdict: forge.Refused, Why: "acme/shop is archived and takes no pushes"},
		},
		"a token that may only read": {
			func(g G) { g.Push = false },
			forge.Ruling{Why: "the token's user may only read, so what you may push is not known"},
			forge.Ruling{Why: "the token's user may only read, so what you may push is not known"},
		},
		"tags": {
			func(g G) {
				g.Rulesets = []forgetest.JSON{
					tags(set(1, "nightlies", "tag", "never", rule("creation", 1, nil)), []any{"refs/tags/nightly/**/*"}, []any{}),
					tags(set(2, "releases", "tag", "never", rule("creation", 2, nil)), []any{"refs/tags/v*"}, []any{}),
				}
			},
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Refused, Why: "the tag v1.4.2 may not be made (ruleset releases)"},
		},
		"tags that are excluded, or only watched": {
			func(g G) {
				watched := set(2, "watched", "tag", "never", rule("creation", 2, nil))
				watched["enforcement"] = "evaluate"
				g.Rulesets = []forgetest.JSON{tags(set(1, "all", "tag", "never", rule("creation", 1, nil)), []any{"~ALL"}, []any{"refs/tags/v[0-9]*"}), watched}
			},
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"tags, and you may": {
			func(g G) {
				g.Rulesets = []forgetest.JSON{set(1, "releases", "tag", "exempt", rule("creation", 1, nil))}
			},
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Allowed, Bypass: true, Why: "the tag v1.4.2 may not be made (ruleset releases)"},
		},
		"names of tags": {
			func(g G) {
				g.Rulesets = []forgetest.JSON{set(1, "names", "tag", "never", rule("tag_name_pattern", 1, forgetest.JSON{"operator": "regex", "pattern": `^release-\d+$`}))}
			},
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Refused, Why: `a tag's name must match "^release-\\d+$" (ruleset names)`},
		},
		"tags by a ruleset without conditions": {
			func(g G) {
				s := set(1, "odd", "tag", "never", rule("creation", 1, nil))
				delete(s, "conditions")
				g.Rulesets = []forgetest.JSON{s}
			},
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Why: "ruleset odd is about tags, and which ones is not known"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, cl := start(t, c.prepare)
			got, err := cl.Rules(context.Background(), "main", "v1.4.2")
			if err != nil {
				t.Fatal(err)
			}
			same(t, "branch", got.Branch, c.branch)
			same(t, "tag", got.Tag, c.tag)
			for _, a := range g.Asked() {
				if a.Host != "api.github.com" {
					t.Errorf("asked %s", a.Host)
				}
			}
		})
	}
}

func same(t *testing.T, what string, got, want forge.Ruling) {
	t.Helper()
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("%s: got  %+v\nwant %+v", what, got, want)
	}
}

func TestMayCreate(t *testing.T) {
	t.Parallel()
	_, cl := start(t, func(g *forgetest.GitHub) {
		g.Rulesets = []forgetest.JSON{set(7, "names", "branch", "never"), set(8, "open", "branch", "always")}
		pattern := forgetest.JSON{"operator": "starts_with", "pattern": "feature/", "negate": false}
		g.Rules["revert/a"] = []forgetest.JSON{rule("branch_name_pattern", 7, pattern)}
		g.Rules["feature/a"] = g.Rules["revert/a"]
		g.Rules["closed/a"] = []forgetest.JSON{rule("creation", 7, nil)}
		g.Rules["open/a"] = []forgetest.JSON{rule("creation", 8, nil)}
	})
	for branch, want := range map[string]forge.Ruling{
		"other/a":   {Verdict: forge.Allowed},
		"feature/a": {Verdict: forge.Allowed},
		"revert/a":  {Verdict: forge.Refused, Why: `a branch's name must start with "feature/" (ruleset names)`},
		"closed/a":  {Verdict: forge.Refused, Why: "a branch named closed/a may not be made (ruleset names)"},
		"open/a":    {Verdict: forge.Allowed, Bypass: true, Why: "a branch named open/a may not be made (ruleset open)"},
	} {
		got, err := cl.MayCreate(context.Background(), branch)
		if err != nil {
			t.Fatal(err)
		}
		same(t, branch, got, want)
	}
}

// TestRulesComeInPages: the rule that matters is on the last of several.
func TestRulesComeInPages(t *testing.T) {
	t.Parallel()
	_, cl := start(t, func(g *forgetest.GitHub) {
		g.PageSize = 3
		for i := range 10 {
			g.Rules["release/1.x"] = append(g.Rules["release/1.x"], rule("deletion", i, nil))
			g.Rulesets = append(g.Rulesets, set(i, fmt.Sprint("set ", i), "branch", "never"), tags(set(100+i, "tags", "tag", "never"), []any{"~ALL"}, nil))
		}
		g.Rules["release/1.x"] = append(g.Rules["release/1.x"], pullRequestRule(9, 1))
		g.Rulesets = append(g.Rulesets, set(200, "last", "tag", "never", rule("creation", 200, nil)))
	})
	got, err := cl.Rules(context.Background(), "release/1.x", "v1")
	if err != nil || got.Branch.Verdict != forge.ByRequest || !strings.Contains(got.Branch.Why, "set 9") || got.Tag.Verdict != forge.Refused {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEnterprise(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"code.example.com", "acme.ghe.com"} {
		g := forgetest.NewGitHub(t, host, "acme", "shop")
		g.Rules["main"] = []forgetest.JSON{pullRequestRule(7, 0)}
		got, err := client(t, g, token(host)).Rules(context.Background(), "main", "")
		if err != nil || got.Branch.Verdict != forge.ByRequest {
			t.Errorf("%s: %+v, %v", host, got, err)
		}
	}
}

func TestOpenPullRequestOnce(t *testing.T) {
	t.Parallel()
	g, cl := start(t, func(g *forgetest.GitHub) {
		g.Pulls = []*forgetest.Pull{
			{Number: 1, Head: "revert/abc", Base: "main", State: "closed"},
			{Number: 2, Head: "revert/abc", Base: "main", State: "open", Fork: "mallory"},
			{Number: 3, Head: "revert/abc", Base: "develop", State: "open"},
		}
	})
	what := forge.Proposal{Head: "revert/abc", Base: "main", Title: `Revert "Round totals"`, Body: "Because."}
	for range 3 {
		got, err := cl.OpenPullRequest(context.Background(), what)
		if err != nil {
			t.Fatal(err)
		}
		if want := (forge.PullRequest{Number: 4, Page: "https://github.com/acme/shop/pull/4", State: forge.PullRequestOpen}); got != want {
			t.Errorf("%+v", got)
		}
	}
	if len(g.Pulls) != 4 || g.Pulls[3].Title != what.Title || g.Pulls[3].Body != what.Body {
		t.Errorf("%d pull requests", len(g.Pulls))
	}
}

// TestOpenPullRequestLostAnswer: it was opened, and the answer never came.
func TestOpenPullRequestLostAnswer(t *testing.T) {
	t.Parallel()
	g, cl := start(t)
	cut := false
	g.SetFault(func(_ http.ResponseWriter, in *http.Request) bool {
		if in.Method != http.MethodPost || cut {
			return false
		}
		cut = true
		g.Lock()
		g.Pulls = append(g.Pulls, &forgetest.Pull{Number: 9, Head: "revert/abc", Base: "main", State: "open"})
		g.Unlock()
		panic(http.ErrAbortHandler)
	})
	got, err := cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "revert/abc", Base: "main", Title: "x"})
	if err != nil || got.Number != 9 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPullRequestState(t *testing.T) {
	t.Parallel()
	merged := strings.Repeat("b", 40)
	for state, p := range map[forge.PullRequestState]*forgetest.Pull{
		forge.PullRequestOpen:   {State: "open"},
		forge.PullRequestClosed: {State: "closed", MergeCommit: merged},
		forge.PullRequestMerged: {State: "closed", Merged: true, MergeCommit: merged},
	} {
		p.Number, p.Head, p.Base = 5, "revert/abc", "main"
		_, cl := start(t, func(g *forgetest.GitHub) { g.Pulls = []*forgetest.Pull{p} })
		got, err := cl.PullRequest(context.Background(), "revert/abc", "main")
		if err != nil || got.State != state || (got.Merged.String() == merged) != (state == forge.PullRequestMerged) {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
		if none, err := cl.PullRequest(context.Background(), "other", "main"); err != nil || none.State != "" {
			t.Errorf("%+v, %v", none, err)
		}
	}
}

// TestTrouble: whatever a server does, the answer is a sentence without a
// secret, and never a panic.
func TestTrouble(t *testing.T) {
	t.Parallel()
	say := func(status int, header, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(out http.ResponseWriter, in *http.Request) bool {
			for _, line := range strings.Split(header, "\n") {
				if name, value, ok := strings.Cut(line, ": "); ok {
					out.Header().Set(name, value)
				}
			}
			out.WriteHeader(status)
			_, _ = io.WriteString(out, strings.ReplaceAll(body, "TOKEN", in.Header.Get("Authorization")))
			return true
		}
	}
	soon := fmt.Sprint(time.Now().Add(time.Hour).Unix())
	cases := map[string]struct {
		fault func(http.ResponseWriter, *http.Request) bool
		kind  forge.TroubleKind
		until bool
		says  string
	}{
		"401":                {say(401, "", `{"message":"Bad credentials TOKEN"}`), forge.NotAccepted, false, "does not accept the token of GH_TOKEN"},
		"401 with a code":    {say(401, "X-GitHub-OTP: required; app", `{"message":"x"}`), forge.NotAccepted, false, "GH_TOKEN"},
		"403":                {say(403, "", `{"message":"Resource not accessible TOKEN"}`), forge.Forbidden, false, "Resource not accessible"},
		"404":                {say(404, "", `{"message":"Not Found"}`), forge.NotFound, false, "hides it"},
		"rate":               {say(403, "X-RateLimit-Remaining: 0\nX-RateLimit-Limit: 60\nX-RateLimit-Reset: "+soon, `{"message":"API rate limit exceeded"}`), forge.Limited, true, "asked again at"},
		"rate, second limit": {say(403, "Retry-After: 60", `{"message":"secondary","documentation_url":"https://docs.github.com/x#secondary-rate-limits"}`), forge.Limited, true, "asked again at"},
		"rate without time":  {say(429, "", `{}`), forge.Limited, false, "limits how often"},
		"rate until 2200":    {say(429, "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 7258118400", `{}`), forge.Limited, false, "limits how often"},
		"500":                {say(500, "", `<html>TOKEN`), forge.Broken, false, "trouble of its own"},
		"502, huge":          {say(502, "", strings.Repeat("x", 1<<20)), forge.Broken, false, "trouble of its own"},
		"no JSON":            {say(200, "", `<html>TOKEN</html>`), forge.Nonsense, false, "cannot be read"},
		"another type":       {say(200, "", `"a string"`), forge.Nonsense, false, "cannot be read"},
		"too long":           {say(200, "", `["`+strings.Repeat("x", 9<<20)+`"]`), forge.Nonsense, false, "longer than"},
		"too deep":           {say(200, "", strings.Repeat("[", 100_000)), forge.Nonsense, false, "cannot be read"},
		"truncated":          {say(200, "Content-Length: 500", `[{"type":`), forge.Nonsense, false, "cannot be read"},
		"accepted":           {say(202, "", `{}`), forge.Nonsense, false, "come back later"},
		"hangs up":           {func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, forge.Unreached, false, "cannot be asked"},
		"to another host":    {say(302, "Location: https://evil.example/?TOKEN", ``), forge.Nonsense, false, "another host"},
		"to no TLS":          {say(301, "Location: http://api.github.com/x", ``), forge.Nonsense, false, "another host"},
		"in circles":         {say(301, "Location: /repos/acme/shop", ``), forge.Nonsense, false, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, cl := start(t)
			g.SetFault(c.fault)
			rules, err := cl.Rules(context.Background(), "main", "v1")
			var trouble *forge.Trouble
			if !errors.As(err, &trouble) || trouble.Kind != c.kind || trouble.Until.IsZero() == c.until || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v", err)
			}
			if rules.Branch.Verdict != forge.Unknown || rules.Tag.Verdict != forge.Unknown || rules.Branch.Why == "" {
				t.Errorf("%+v", rules)
			}
			if r, err := cl.MayCreate(context.Background(), "a"); err == nil || r.Verdict != forge.Unknown {
				t.Errorf("%+v, %v", r, err)
			}
			_, err2 := cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "a", Base: "main"})
			if err2 == nil {
				t.Error("it opened")
			}
			silent(t, rules, err, err2, trouble, cl)
			for _, a := range g.Asked() {
				if a.Host != "api.github.com" {
					t.Errorf("%s was asked", a.Host)
				}
			}
		})
	}
}

// TestNulls: a null where there should be an object is no reason to panic.
func TestNulls(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`null`, `[null]`, `{}`, `[{}]`, `[[]]`, `{"permissions":null,"protection":null}`, `[{"type":"pull_request","parameters":null}]`} {
		g, cl := start(t)
		g.SetFault(func(out http.ResponseWriter, _ *http.Request) bool {
			_, _ = io.WriteString(out, body)
			return true
		})
		rules, err := cl.Rules(context.Background(), "main", "v1")
		_, err2 := cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "a", Base: "main"})
		_, err3 := cl.PullRequest(context.Background(), "a", "main")
		_, _ = cl.MayCreate(context.Background(), "a")
		silent(t, rules, err, err2, err3)
	}
}

// silent holds that no way of printing gives the token away.
func silent(t *testing.T, values ...any) {
	t.Helper()
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if strings.Contains(fmt.Sprintf(verb, v), "ghp_right") {
				t.Errorf("%s of %T shows the token", verb, v)
			}
		}
		if _, isErr := v.(error); isErr {
			data, _ := json.Marshal(v)
			if strings.Contains(string(data), "ghp_right") {
				t.Errorf("JSON of %T shows the token", v)
			}
		}
	}
}

// TestSlow: a person's patience, or the context's, ends it.
func TestSlow(t *testing.T) {
	t.Parallel()
	g, cl := start(t)
	ctx, cancel := context.WithCancel(context.Background())
	g.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		out.WriteHeader(200)
		_ = http.NewResponseController(out).Flush()
		cancel()
		<-in.Context().Done()
		return true
	})
	_, err := cl.PullRequest(ctx, "a", "main")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestTokenStaysHome: a token of another host never makes a client.
func TestTokenStaysHome(t *testing.T) {
	t.Parallel()
	for _, remote := range []string{"https://github.example.com/acme/shop", "http://github.com/acme/shop"} {
		p, _ := forge.Locate(remote, nil)
		if _, err := github.New(p, token("github.com"), nil, time.Now); err == nil || strings.Contains(err.Error(), "ghp") {
			t.Errorf("%s: %v", remote, err)
		}
	}
}

// TestBadCertificate: what answers for the host must prove that it is it.
func TestBadCertificate(t *testing.T) {
	t.Parallel()
	g := forgetest.NewGitHub(t, "elsewhere.example.com", "acme", "shop")
	p, _ := forge.Locate("https://github.com/acme/shop", nil)
	c, err := github.New(p, token("github.com"), g.Transport(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.PullRequest(context.Background(), "a", "main")
	if err == nil || !strings.Contains(err.Error(), "certificate") || len(g.Asked()) > 0 {
		t.Errorf("%v, %d questions", err, len(g.Asked()))
	}
}
