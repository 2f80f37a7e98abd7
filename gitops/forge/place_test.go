package forge_test

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops/forge"
)

func TestLocate(t *testing.T) {
	t.Parallel()
	known := forge.Hosts{
		"code.example.com": forge.KindGitHub, "src.example.com:8443": forge.KindGitLab, "plain.example.com": forge.KindGitea,
		"all.example.com/dev/gitlab": forge.KindGitLab, "all.example.com/bitbucket": forge.KindBitbucketServer, "low.example.com:8443/gitlab": forge.KindGitLab,
	}
	cases := map[string]string{
		"https://github.com/acme/shop.git":                   "github github.com acme/shop",
		"https://github.com/acme/shop":                       "github github.com acme/shop",
		"https://github.com/acme/shop/":                      "github github.com acme/shop",
		"https://GitHub.com:443/acme/shop.git":               "github github.com acme/shop",
		"https://ada:hunter2@github.com/acme/shop.git":       "github github.com acme/shop",
		"git@github.com:acme/shop.git":                       "github github.com acme/shop",
		"github.com:acme/shop":                               "github github.com acme/shop",
		"org-77@github.com:acme/shop.git":                    "github github.com acme/shop",
		"git@github.com:/acme/shop.git":                      "github github.com acme/shop",
		"ssh://git@ssh.github.com:443/acme/shop.git":         "github github.com acme/shop",
		"git+ssh://git@github.com/acme/shop.git":             "github github.com acme/shop",
		"git://github.com/acme/shop.git":                     "github github.com acme/shop",
		"http://github.com/acme/shop.git":                    "github github.com acme/shop plain",
		"https://github.com/acme/dots.in.git.git":            "github github.com acme/dots.in.git",
		"https://acme.ghe.com/acme/shop":                     "github acme.ghe.com acme/shop",
		"git@github.example.com:acme/shop.git":               "github github.example.com acme/shop",
		"ssh://git@code.example.com:2222/acme/shop.git":      "github code.example.com acme/shop",
		"git@code.example.com:acme/shop/too/deep":            " code.example.com acme/shop/too/deep",
		"git@github.com:acme/shop?x=1":                       " github.com acme/shop?x=1",
		"git@gitlab.com:acme/web/front/shop.git":             "gitlab gitlab.com acme/web/front/shop",
		"ssh://git@altssh.gitlab.com:443/acme/shop.git":      "gitlab gitlab.com acme/shop",
		"https://gitlab.example.com:8443/acme/shop.git":      "gitlab gitlab.example.com:8443 acme/shop",
		"ssh://git@src.example.com:2222/acme/web/shop.git":   "gitlab src.example.com:8443 acme/web/shop",
		"https://src.example.com:8443/acme/shop":             "gitlab src.example.com:8443 acme/shop",
		"git@bitbucket.org:acme/shop.git":                    "bitbucket bitbucket.org acme/shop",
		"https://bitbucket.example.com/scm/ACME/shop.git":    "bitbucket-server bitbucket.example.com ACME/shop",
		"ssh://git@bitbucket.example.com:7999/~ada/shop.git": "bitbucket-server bitbucket.example.com ~ada/shop",
		"https://codeberg.org/acme/shop":                     "gitea codeberg.org acme/shop",
		"git@plain.example.com:acme/shop":                    "gitea plain.example.com acme/shop",
		"https://ada@dev.azure.com/acme/web/_git/shop":       "azure dev.azure.com acme/web/_git/shop",
		"git@ssh.dev.azure.com:v3/acme/web/shop":             "azure dev.azure.com acme/web/_git/shop",
		"https://acme.visualstudio.com/web/_git/shop":        "azure acme.visualstudio.com web/_git/shop",
		"https://tfs.example.com/tfs/Default/web/_git/shop":  "azure tfs.example.com tfs/Default/web/_git/shop",
		"https://git.example.com/acme/shop.git":              " git.example.com acme/shop",
		"ssh://git@[::1]/acme/shop.git":                      "none",
		"/srv/git/shop.git":                                  "none",
		"../shop.git":                                        "none",
		"./odd:name":                                         "none",
		"file:///srv/git/shop.git":                           "none",
		`C:\work\shop`:                                       "none",
		"C:/work/shop":                                       "none",
		"ext::sh -c evil":                                    "none",
		"codecommit::eu-west-1://shop":                       "none",
		"https://github.com/../../etc/passwd":                "none",
		"https://github.com/":                                "none",
		"https://-oProxyCommand=evil/acme/shop":              "none",
		"git@github.com\nhost=evil:acme/shop":                "none",
		"https://github.com%0ahost=evil.example/acme/shop":   "none",
		"": "none",
		"https://all.example.com/dev/gitlab/acme/web/shop.git":  "gitlab all.example.com/dev/gitlab acme/web/shop",
		"https://all.example.com/bitbucket/scm/ACME/shop.git":   "bitbucket-server all.example.com/bitbucket ACME/shop",
		"https://all.example.com/dev/other/shop":                " all.example.com dev/other/shop",
		"https://all.example.com/dev/gitlab/shop":               " all.example.com/dev/gitlab shop",
		"http://low.example.com:8443/gitlab/acme/shop":          "gitlab low.example.com:8443/gitlab acme/shop plain",
		"git@low.example.com:acme/shop.git":                     "gitlab low.example.com:8443/gitlab acme/shop",
		"git@low.example.com:gitlab/shop.git":                   "gitlab low.example.com:8443/gitlab gitlab/shop",
		"https://github.com@evil.example/acme/shop":             " evil.example acme/shop",
		"https://evil.example/github.com/acme/shop":             " evil.example github.com/acme/shop",
		"https://github.com.evil.example/acme/shop":             "github github.com.evil.example acme/shop",
		"https://github.com/acme/shop.git?token=hunter2#secret": "github github.com acme/shop",
	}
	for remote, want := range cases {
		p, ok := forge.Locate(remote, known)
		got := "none"
		if ok {
			got = string(p.Kind) + " " + strings.TrimSuffix(p.String(), "/"+p.Path) + " " + p.Path
			if p.Plain {
				got += " plain"
			}
		}
		if got != want {
			t.Errorf("%q\n got %q\nwant %q", remote, got, want)
		}
	}
}

// TestLocateAnything: no address makes it fall over or hand on a host that is
// more than a host.
func TestLocateAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		remote := rapid.OneOf(rapid.String(), rapid.StringMatching(`(https://|ssh://|git@)?[a-z@:/.%\[\]-]{0,30}`)).Draw(t, "remote")
		p, ok := forge.Locate(remote, nil)
		if !ok {
			return
		}
		if u, err := url.Parse("https://" + p.Host + "/"); err != nil || u.Host != p.Host || u.User != nil || strings.ContainsAny(p.Host, "/@?# \n") {
			t.Fatalf("%q gives host %q", remote, p.Host)
		}
	})
}

func TestThrough(t *testing.T) {
	t.Parallel()
	known := forge.Hosts{"src.example.com": forge.KindGitLab}
	for _, c := range [][3]string{
		{"git@work:acme/shop", "github.com", "github github.com"},
		{"git@github-work:acme/shop", "github.com", "github github.com"},
		{"git@github.com-work:acme/shop", "github.com", "github github.com"},
		{"git@github.com-work:acme/shop", "ssh.github.com", "github github.com"},
		{"git@work:acme/shop", "SRC.example.com", "gitlab src.example.com"},
		{"git@github.com:acme/shop", "10.0.0.1", "github github.com"},
		{"git@src.example.com:acme/shop", "ssh.internal.example.com", "gitlab src.example.com"},
		{"git@gitlab.example.com:acme/shop", "ssh.internal.example.com", "gitlab gitlab.example.com"},
		{"git@gitlab.example.com:acme/shop", "", "gitlab gitlab.example.com"},
		{"git@work:acme/shop", "a b", " work"},
	} {
		p, _ := forge.Locate(c[0], known)
		p = p.Through(c[1], known)
		if got := string(p.Kind) + " " + p.Host; got != c[2] || p.Path != "acme/shop" {
			t.Errorf("%s through %s: %s", c[0], c[1], got)
		}
	}
}

func TestParseHosts(t *testing.T) {
	t.Parallel()
	got, err := forge.ParseHosts("Git.Example.com=gitlab, code.example.com:8443=github, Example.com/GitLab/=gitlab")
	if err != nil || len(got) != 3 || got["example.com/GitLab"] != forge.KindGitLab || got["git.example.com"] != forge.KindGitLab || got["code.example.com:8443"] != forge.KindGitHub {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"git.example.com", "=gitlab", "a=b", "a/../b=gitlab", "a//b=gitlab", "a/b?c=gitlab", "a@b=github"} {
		if _, err := forge.ParseHosts(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	what := forge.Proposal{Head: "revert/abc-x", Base: "release/1.x", Title: `Revert "50% & more"`, Body: "Weil.\n\n#1"}
	const title, body = "Revert+%2250%25+%26+more%22", "Weil.%0A%0A%231"
	for remote, want := range map[string]string{
		"git@github.com:acme/shop":                     "https://github.com/acme/shop/compare/release/1.x...revert/abc-x?quick_pull=1&title=" + title + "&body=" + body,
		"https://gitlab.com:443/a/b/shop.git":          "https://gitlab.com/a/b/shop/-/merge_requests/new?merge_request%5Bsource_branch%5D=revert%2Fabc-x&merge_request%5Btarget_branch%5D=release%2F1.x&merge_request%5Btitle%5D=" + title + "&merge_request%5Bdescription%5D=" + body,
		"git@bitbucket.org:acme/shop.git":              "https://bitbucket.org/acme/shop/pull-requests/new?source=revert%2Fabc-x&dest=release%2F1.x&t=1",
		"ssh://git@bitbucket.corp.de:7999/~ada/s":      "https://bitbucket.corp.de/users/ada/repos/s/pull-requests?create&sourceBranch=refs%2Fheads%2Frevert%2Fabc-x&targetBranch=refs%2Fheads%2Frelease%2F1.x&title=" + title + "&description=" + body,
		"https://codeberg.org/acme/shop":               "https://codeberg.org/acme/shop/compare/release/1.x...revert/abc-x?quick_pull=1&title=" + title + "&body=" + body,
		"git@ssh.dev.azure.com:v3/acme/web%20x/shop":   "https://dev.azure.com/acme/web%2520x/_git/shop/pullrequestcreate?sourceRef=revert%2Fabc-x&targetRef=release%2F1.x",
		"https://dev.azure.com/acme/web%20x/_git/shop": "https://dev.azure.com/acme/web%20x/_git/shop/pullrequestcreate?sourceRef=revert%2Fabc-x&targetRef=release%2F1.x",
		"https://git.example.com/acme/shop":            "",
		"https://all.example.com/dev/bb/scm/a/s.git":   "https://all.example.com/dev/bb/projects/a/repos/s/pull-requests?create&sourceBranch=refs%2Fheads%2Frevert%2Fabc-x&targetBranch=refs%2Fheads%2Frelease%2F1.x&title=" + title + "&description=" + body,
		"https://all.example.com/lab/a/b/s.git":        "https://all.example.com/lab/a/b/s/-/merge_requests/new?merge_request%5Bsource_branch%5D=revert%2Fabc-x&merge_request%5Btarget_branch%5D=release%2F1.x&merge_request%5Btitle%5D=" + title + "&merge_request%5Bdescription%5D=" + body,
		"http://gitlab.example.com/acme/shop":          "http://gitlab.example.com/acme/shop/-/merge_requests/new?merge_request%5Bsource_branch%5D=revert%2Fabc-x&merge_request%5Btarget_branch%5D=release%2F1.x&merge_request%5Btitle%5D=" + title + "&merge_request%5Bdescription%5D=" + body,
	} {
		p, ok := forge.Locate(remote, forge.Hosts{"all.example.com/dev/bb": forge.KindBitbucketServer, "all.example.com/lab": forge.KindGitLab})
		if got := p.Link(what); !ok || got != want {
			t.Errorf("%s\n got %s\nwant %s", remote, got, want)
		}
	}
}

// TestLinkIsBounded: whatever it is asked to carry, it can be sent, and its
// branches are whole.
func TestLinkIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringN(0, 3000, -1), rapid.Map(rapid.IntRange(0, 3000), func(n int) string { return strings.Repeat("ü%", n) }))
		what := forge.Proposal{Head: "revert/abc", Base: "main", Title: text.Draw(t, "title"), Body: text.Draw(t, "body")}
		p, _ := forge.Locate(rapid.SampledFrom([]string{"git@github.com:acme/shop", "git@gitlab.com:acme/shop", "git@bitbucket.corp.de:a/b"}).Draw(t, "at"), nil)
		link := p.Link(what)
		u, err := url.Parse(link)
		if err != nil || len(link) > 1800 || !strings.Contains(link, "revert") {
			t.Fatalf("%d bytes, %v: %s", len(link), err, link)
		}
		for key, values := range u.Query() {
			if len(values) != 1 {
				t.Fatalf("%s has %d values", key, len(values))
			}
		}
		if len(what.Title) < 200 && !strings.Contains(strings.Join(values(u), "\n"), what.Title) {
			t.Fatalf("the title is cut: %s", link)
		}
	})
}

func values(u *url.URL) []string {
	var out []string
	for _, v := range u.Query() {
		out = append(out, v...)
	}
	return out
}

func TestOwnPage(t *testing.T) {
	t.Parallel()
	p, _ := forge.Locate("git@github.com:acme/shop", nil)
	if p.OwnPage("https://github.com/acme/shop/pull/1") == "" {
		t.Error("its own page is refused")
	}
	for _, page := range []string{"", "http://github.com/x", "https://evil.example/x", "https://github.com@evil.example/", "https://u:p@github.com/", "javascript:alert(1)", "https://github.com.evil.example/"} {
		if got := p.OwnPage(page); got != "" {
			t.Errorf("%q", got)
		}
	}
	p, _ = forge.Locate("https://all.example.com/lab/a/b", forge.Hosts{"all.example.com/lab": forge.KindGitLab})
	for page, own := range map[string]bool{
		"https://all.example.com/lab/a/b/-/merge_requests/1": true, "https://all.example.com/lab": true,
		"https://all.example.com/wiki": false, "https://all.example.com/labs/a": false, "https://all.example.com/lab/%2e%2e/wiki": false,
	} {
		if got := p.OwnPage(page); (got != "") != own {
			t.Errorf("%s: %q", page, got)
		}
	}
}
