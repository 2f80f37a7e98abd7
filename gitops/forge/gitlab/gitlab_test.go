package gitlab_test

import (
	"context"
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
	"ahead/gitops/forge/gitlab"
)

type fake = *forgetest.GitLab

func start(t *testing.T, change ...func(fake)) (fake, *gitlab.Client) {
	t.Helper()
	g := forgetest.NewGitLab(t, "git.example.com", "acme/web/shop.api")
	for _, c := range change {
		c(g)
	}
	p, ok := forge.Locate("ssh://git@git.example.com:2222/acme/web/shop.api.git", forge.Hosts{"git.example.com": forge.KindGitLab})
	if !ok {
		t.Fatal("no place")
	}
	token := forge.Token{Host: p.Host, Source: "GITLAB_TOKEN", Secret: gitops.NewSecret("glpat_right")}
	c, err := gitlab.New(p, token, g.Transport(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return g, c
}

func grants(levels ...forgetest.JSON) []any {
	out := []any{}
	for _, l := range levels {
		out = append(out, l)
	}
	return out
}

func level(n int) forgetest.JSON {
	return forgetest.JSON{"id": 1, "access_level": n, "access_level_description": "", "user_id": nil, "group_id": nil, "deploy_key_id": nil}
}

func TestRules(t *testing.T) {
	t.Parallel()
	user := forgetest.JSON{"access_level": 40, "user_id": 7, "access_level_description": "Ada"}
	group := forgetest.JSON{"access_level": 40, "group_id": 5, "access_level_description": "Releasers"}
	tag := func(name string, who ...forgetest.JSON) func(fake) {
		return func(g fake) {
			g.Level = 30
			g.ProtectedTags = append(g.ProtectedTags, forgetest.JSON{"name": "other*", "create_access_levels": grants(level(0))},
				forgetest.JSON{"name": name, "create_access_levels": grants(who...)})
		}
	}
	cases := map[string]struct {
		prepare     func(fake)
		branch, tag forge.Ruling
	}{
		"nothing": {func(fake) {}, forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Allowed}},
		"protected": {
			func(g fake) {
				g.Level, g.CanPush = 30, false
				g.ProtectedBranches = []forgetest.JSON{{"name": "ma*", "push_access_levels": grants(level(40))}}
			},
			forge.Ruling{Verdict: forge.ByRequest, Why: "main is protected: only maintainers may push to it (you are a developer)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"nobody pushes": {
			func(g fake) {
				g.CanPush = false
				g.ProtectedBranches = []forgetest.JSON{{"name": "main", "push_access_levels": grants(level(0))}}
			},
			forge.Ruling{Verdict: forge.ByRequest, Why: "main is protected: nobody may push to it (you are a maintainer)"},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"protected, and you may": {
			func(g fake) {
				g.ProtectedBranches = []forgetest.JSON{{"name": "main", "push_access_levels": grants(level(40))}}
			},
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Allowed},
		},
		"a reader": {
			func(g fake) { g.Level = 20 },
			forge.Ruling{Why: "the token's user may not push to this project (you are a reporter)"},
			forge.Ruling{Why: "whether you may make tags is not known (you are a reporter)"},
		},
		"by a group": {func(g fake) { g.Level, g.GroupLevel = 10, 40 }, forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Allowed}},
		"archived": {
			func(g fake) { g.Archived = true },
			forge.Ruling{Verdict: forge.Refused, Why: "acme/web/shop.api is archived and takes no pushes"},
			forge.Ruling{Verdict: forge.Refused, Why: "acme/web/shop.api is archived and takes no pushes"},
		},
		"tags for others": {
			tag("v*", level(40)),
			forge.Ruling{Verdict: forge.Allowed},
			forge.Ruling{Verdict: forge.Refused, Why: "tags named v* are protected: only maintainers may make them (you are a developer)"},
		},
		"tags for nobody":    {tag("v1.*.*", level(0)), forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Refused, Why: "tags named v1.*.* are protected: nobody may make them (you are a developer)"}},
		"tags for you":       {tag("v*", level(40), user), forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Allowed}},
		"tags for a group":   {tag("v*", level(40), group), forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Why: "tags named v* are protected: only maintainers and Releasers may make them, and whether you do is not known"}},
		"tags of your level": {tag("*", level(30)), forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Allowed}},
		"another name":       {tag("v*-rc", level(0)), forge.Ruling{Verdict: forge.Allowed}, forge.Ruling{Verdict: forge.Allowed}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, cl := start(t, c.prepare)
			got, err := cl.Rules(context.Background(), "main", "v1.4.2")
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprintf("%+v", got.Branch) != fmt.Sprintf("%+v", c.branch) || fmt.Sprintf("%+v", got.Tag) != fmt.Sprintf("%+v", c.tag) {
				t.Errorf("\ngot  %+v\nwant %+v", got, forge.Rules{Branch: c.branch, Tag: c.tag})
			}
			for _, a := range g.Asked() {
				if a.Header.Get("Private-Token") != "" || !strings.Contains(a.Path, "/acme%2Fweb%2Fshop%2Eapi") && a.Path != "/api/v4/user" {
					t.Errorf("asked %s", a.Path)
				}
			}
		})
	}
}

func TestMayCreate(t *testing.T) {
	t.Parallel()
	_, cl := start(t, func(g fake) {
		g.Level = 30
		group := forgetest.JSON{"access_level": 40, "group_id": 5, "access_level_description": "Releasers"}
		g.ProtectedBranches = []forgetest.JSON{
			{"name": "main", "push_access_levels": grants(level(0))},
			{"name": "dev/*", "push_access_levels": grants(level(30))},
			{"name": "re*/*", "push_access_levels": grants(level(40))},
			{"name": "team/*", "push_access_levels": grants(group)},
		}
	})
	for branch, want := range map[string]forge.Ruling{
		"other/a":  {Verdict: forge.Allowed},
		"dev/a":    {Verdict: forge.Allowed},
		"revert/a": {Verdict: forge.Refused, Why: "branches named re*/* are protected: only maintainers may push to them (you are a developer)"},
		"team/a":   {Why: "branches named team/* are protected: only Releasers may push to them (you are a developer)"},
	} {
		if got, err := cl.MayCreate(context.Background(), branch); err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s: %+v, %v", branch, got, err)
		}
	}
}

func TestRulesComeInPages(t *testing.T) {
	t.Parallel()
	for _, keyset := range []bool{false, true} {
		_, cl := start(t, func(g fake) {
			g.Keyset, g.Level, g.CanPush = keyset, 30, false
			for i := range 250 {
				g.ProtectedBranches = append(g.ProtectedBranches, forgetest.JSON{"name": fmt.Sprint("release/", i)})
			}
			g.ProtectedBranches = append(g.ProtectedBranches, forgetest.JSON{"name": "hot/fix", "push_access_levels": grants(level(50))})
		})
		got, err := cl.Rules(context.Background(), "hot/fix", "")
		if err != nil || !strings.Contains(got.Branch.Why, "only owners may push") {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestOpenPullRequestOnce(t *testing.T) {
	t.Parallel()
	g, cl := start(t, func(g fake) {
		g.Requests = []*forgetest.Pull{
			{Number: 1, Head: "revert/abc", Base: "main", State: "closed"},
			{Number: 2, Head: "revert/abc", Base: "main", State: "opened", Fork: "mallory"},
		}
	})
	for range 3 {
		got, err := cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "revert/abc", Base: "main", Title: "Revert", Body: "Because."})
		if want := (forge.PullRequest{Number: 3, Page: "https://git.example.com/acme/web/shop.api/-/merge_requests/3", State: forge.PullRequestOpen}); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if len(g.Requests) != 3 || g.Requests[2].Body != "Because." {
		t.Errorf("%d requests", len(g.Requests))
	}
	g.Requests[2].State, g.Requests[2].MergeCommit = "merged", strings.Repeat("c", 40)
	got, err := cl.PullRequest(context.Background(), "revert/abc", "main")
	if err != nil || got.State != forge.PullRequestMerged || got.Merged.String() != strings.Repeat("c", 40) {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestBelowAPath: a GitLab that is not at its host's root is asked, and its pages
// are shown, where the person's settings say that it is.
func TestBelowAPath(t *testing.T) {
	t.Parallel()
	g := forgetest.NewGitLab(t, "git.example.com", "acme/web/shop.api")
	g.Base = "dev/gitlab"
	for _, remote := range []string{"https://git.example.com/dev/gitlab/acme/web/shop.api.git", "git@git.example.com:acme/web/shop.api.git"} {
		p, _ := forge.Locate(remote, forge.Hosts{"git.example.com/dev/gitlab": forge.KindGitLab})
		cl, err := gitlab.New(p, forge.Token{Host: p.Host, Source: "GITLAB_TOKEN", Secret: gitops.NewSecret("glpat_right")}, g.Transport(), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := cl.Rules(context.Background(), "main", "v1")
		if err != nil || rules.Branch.Verdict != forge.Allowed || rules.Tag.Verdict != forge.Allowed {
			t.Errorf("%s: %+v, %v", remote, rules, err)
		}
		got, err := cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "revert/abc", Base: "main", Title: "x"})
		if err != nil || got.Page != "https://git.example.com/dev/gitlab/acme/web/shop.api/-/merge_requests/1" {
			t.Errorf("%s: %+v, %v", remote, got, err)
		}
	}
	g.SetFault(func(out http.ResponseWriter, _ *http.Request) bool {
		out.Header().Set("Location", "https://git.example.com/dev/wiki/")
		out.WriteHeader(http.StatusFound)
		return true
	})
	p, _ := forge.Locate("git@git.example.com:acme/web/shop.api.git", forge.Hosts{"git.example.com/dev/gitlab": forge.KindGitLab})
	cl, err := gitlab.New(p, forge.Token{Host: p.Host, Secret: gitops.NewSecret("glpat_right")}, g.Transport(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cl.MayCreate(context.Background(), "x"); err == nil {
		t.Error("it followed a redirect to another application of the host")
	}
	for _, a := range g.Asked() {
		if !strings.HasPrefix(a.Path, "/dev/gitlab/api/v4/") {
			t.Errorf("asked %s", a.Path)
		}
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	say := func(status int, header, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(out http.ResponseWriter, in *http.Request) bool {
			if name, value, ok := strings.Cut(header, ": "); ok {
				out.Header().Set(name, value)
			}
			out.WriteHeader(status)
			_, _ = io.WriteString(out, strings.ReplaceAll(body, "TOKEN", in.Header.Get("Authorization")))
			return true
		}
	}
	// once says it of the project alone: five such answers at once are too much for
	// a machine that has other things to do, and a question has a deadline.
	once := func(huge func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
		return func(out http.ResponseWriter, in *http.Request) bool {
			if strings.HasSuffix(in.URL.Path, "shop.api") {
				return huge(out, in)
			}
			return say(404, "", `{}`)(out, in)
		}
	}
	cases := map[string]struct {
		fault func(http.ResponseWriter, *http.Request) bool
		kind  forge.TroubleKind
		until bool
	}{
		"401":             {say(401, "", `{"message":"401 Unauthorized"}`), forge.NotAccepted, false},
		"403":             {say(403, "", `{"message":"TOKEN"}`), forge.Forbidden, false},
		"404":             {say(404, "", `{}`), forge.NotFound, false},
		"rate":            {say(429, "Retry-After: 30", `Retry later`), forge.Limited, true},
		"500":             {say(500, "", `TOKEN`), forge.Broken, false},
		"503, huge":       {once(say(503, "", strings.Repeat("x", 9<<20))), forge.Broken, false},
		"no JSON":         {say(200, "", `<html>TOKEN`), forge.Nonsense, false},
		"too long":        {once(say(200, "", `["`+strings.Repeat("x", 9<<20)+`"]`)), forge.Nonsense, false},
		"truncated":       {say(200, "Content-Length: 99", `[{`), forge.Nonsense, false},
		"hangs up":        {func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, forge.Unreached, false},
		"to another host": {say(302, "Location: https://evil.example/", ``), forge.Nonsense, false},
		"to no TLS":       {say(302, "Location: http://git.example.com/", ``), forge.Nonsense, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, cl := start(t)
			g.SetFault(c.fault)
			rules, err := cl.Rules(context.Background(), "main", "v1")
			var trouble *forge.Trouble
			if !errors.As(err, &trouble) || trouble.Kind != c.kind || trouble.Until.IsZero() == c.until {
				t.Errorf("%#v", err)
			}
			_, err2 := cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "a", Base: "main"})
			if all := fmt.Sprintf("%+v %+v %#v %+v", rules, err, err2, cl); strings.Contains(all, "glpat") || err2 == nil || rules.Branch.Verdict != forge.Unknown {
				t.Errorf("%s", all)
			}
			for _, a := range g.Asked() {
				if a.Host != "git.example.com" {
					t.Errorf("%s was asked", a.Host)
				}
			}
		})
	}
}

func TestNulls(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`null`, `[null]`, `{}`, `[{}]`, `[[]]`, `{"permissions":null}`, `[{"create_access_levels":[null]}]`, `{"can_push":null}`} {
		g, cl := start(t)
		g.SetFault(func(out http.ResponseWriter, _ *http.Request) bool {
			_, _ = io.WriteString(out, body)
			return true
		})
		_, _ = cl.Rules(context.Background(), "main", "v1")
		_, _ = cl.OpenPullRequest(context.Background(), forge.Proposal{Head: "a", Base: "main"})
		_, _ = cl.PullRequest(context.Background(), "a", "main")
		_, _ = cl.MayCreate(context.Background(), "a")
	}
}

// TestOnce: the library's own patience is off; a server in trouble is asked
// once for each thing.
func TestOnce(t *testing.T) {
	t.Parallel()
	g, cl := start(t)
	g.SetFault(func(out http.ResponseWriter, _ *http.Request) bool {
		out.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	_, _ = cl.PullRequest(context.Background(), "a", "main")
	if n := len(g.Asked()); n != 1 {
		t.Errorf("asked %d times", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := cl.PullRequest(ctx, "a", "main"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
