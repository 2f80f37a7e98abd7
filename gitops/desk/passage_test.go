package desk

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
	"ahead/gitops/gittest"
	"ahead/gitops/publish"
)

// hosted is a shop whose remote lies on a forge: git and the forge's API answer
// by TLS under its own name.
func hosted(t *testing.T, s *forgetest.Server, host, path, password string) (here, there *gittest.Repo) {
	t.Helper()
	r, origin := shop(t)
	origin.Git("config", "http.receivepack", "true")
	program, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	origin.Git("clone", "-q", "--bare", ".", filepath.Join(root, path))
	bare := r.At(filepath.Join(root, path))
	bare.Git("config", "http.receivepack", "true")
	s.ServeGit(host, program, root, password, origin.Env())
	r.Git("remote", "set-url", "origin", "https://"+host+"/"+path)
	r.Git("config", "http.proxy", s.ProxyURL())
	r.Git("config", "http.sslCAInfo", s.CAFile())
	r.Git("config", "credential.helper", "!f() { test $1 = get && echo username=ada && echo password="+password+"; }; f")
	return r, bare
}

func onGitHub(t *testing.T) (*forgetest.GitHub, *gittest.Repo) {
	t.Helper()
	g := forgetest.NewGitHub(t, "github.com", "acme", "shop")
	r, _ := hosted(t, g.Server, "github.com", "acme/shop.git", g.Token)
	return g, r
}

// planned is a plan as the desk makes it.
func planned(t *testing.T, d *Desk) gitops.Plan {
	t.Helper()
	snap := look(t, d)
	plan, err := d.Plan(context.Background(), snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{snap.Commits[1].Hash}, Reason: "totals are wrong"})
	if err != nil || !plan.Publishable() {
		t.Fatalf("%v, %s", err, plan.Reason)
	}
	return plan
}

func needsPullRequest() forgetest.JSON {
	return forgetest.JSON{"type": "pull_request", "ruleset_id": 7, "ruleset_source": "acme/shop", "ruleset_source_type": "Repository", "parameters": forgetest.JSON{
		"dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
		"required_approving_review_count": 1, "required_review_thread_resolution": false,
	}}
}

func ruleset(bypass string) forgetest.JSON {
	return forgetest.JSON{"id": 7, "name": "production", "target": "branch", "enforcement": "active", "current_user_can_bypass": bypass}
}

func TestPassage(t *testing.T) {
	type G = *forgetest.GitHub
	const why = "changes to main must come by a pull request with 1 approval (ruleset production)"
	cases := map[string]struct {
		prepare func(G, *gittest.Repo)
		desk    func(*Options)
		want    gitops.Passage
		notices string
	}{
		"open": {nil, nil, gitops.Passage{Route: gitops.RouteDirect}, ""},
		"protected": {
			func(g G, _ *gittest.Repo) {
				g.Rules["main"] = []forgetest.JSON{needsPullRequest()}
				g.Rulesets = []forgetest.JSON{ruleset("never")}
			}, nil,
			gitops.Passage{Route: gitops.RoutePullRequest, Forge: "github.com", Why: why},
			"",
		},
		"protected, and you may bypass it": {
			func(g G, _ *gittest.Repo) {
				g.Rules["main"] = []forgetest.JSON{needsPullRequest()}
				g.Rulesets = []forgetest.JSON{ruleset("always")}
			}, nil,
			gitops.Passage{Route: gitops.RouteDirect},
			"[{rule-bypass " + why + "; you may bypass it}]",
		},
		"protected, and so are other branches": {
			func(g G, r *gittest.Repo) {
				g.Rules["main"] = []forgetest.JSON{needsPullRequest()}
				g.Rulesets = []forgetest.JSON{ruleset("never")}
				g.Rules["revert/"+r.Rev("HEAD~1").Short()+"-round-totals"] = []forgetest.JSON{{"type": "creation", "ruleset_id": 7}}
			}, nil,
			gitops.Passage{Route: gitops.RoutePullRequest, Forge: "github.com", Why: why},
			"so the branch of the pull request may be refused, too",
		},
		"asked for": {
			nil, func(o *Options) { o.PullRequest = true },
			gitops.Passage{Route: gitops.RoutePullRequest, Forge: "github.com", Why: "you asked for a pull request"},
			"",
		},
		"signatures": {
			func(g G, _ *gittest.Repo) {
				g.Rules["main"] = []forgetest.JSON{{"type": "required_signatures", "ruleset_id": 7}}
				g.Rulesets = []forgetest.JSON{ruleset("never")}
			}, nil,
			gitops.Passage{Route: gitops.RouteDirect},
			"[{rule commits must be signed (ruleset production)}]",
		},
		"not atomic": {
			func(g G, _ *gittest.Repo) { dropAtomic(g.Server) }, nil,
			gitops.Passage{Route: gitops.RouteDirect, Apart: true, Why: "origin cannot take branch and tag together: the branch goes first, and the tag once it is seen there"},
			"",
		},
		"limited": {
			func(g G, _ *gittest.Repo) {
				g.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
					if in.Host != "api.github.com" {
						return false
					}
					out.WriteHeader(http.StatusTooManyRequests)
					return true
				})
			}, nil,
			gitops.Passage{Route: gitops.RouteDirect},
			"[{rules-unknown github.com limits how often it is asked (429); whether main takes the push, only the push will tell}]",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			g, r := onGitHub(t)
			if c.prepare != nil {
				c.prepare(g, r)
			}
			d := open(t, r, func(o *Options) {
				o.ForgeTransport = g.Transport()
				o.Getenv = func(string) string { return "" }
				if c.desk != nil {
					c.desk(o)
				}
			})
			plan := planned(t, d)
			before := r.Fingerprint()
			got, notices, err := d.passage(context.Background(), plan)
			if err != nil {
				t.Fatal(err)
			}
			if got.ByPullRequest() {
				if !strings.HasPrefix(got.Via, "revert/"+plan.Selection[0].Short()+"-round-totals") || !strings.HasPrefix(got.Link, "https://github.com/acme/shop/compare/main...revert/") || !strings.Contains(got.Link, "totals+are+wrong") {
					t.Errorf("%+v", got)
				}
				got.Via, got.Link = "", ""
			}
			if got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if text := fmt.Sprint(notices); !strings.Contains(text, c.notices) || (c.notices == "") != (len(notices) == 0) || len(notices) > 1 {
				t.Errorf("notices %s", text)
			}
			if r.Fingerprint() != before {
				t.Error("asking changed something here")
			}
			for _, a := range g.Asked() {
				if a.Host == "api.github.com" && a.Method != http.MethodGet {
					t.Errorf("%s %s", a.Method, a.Path)
				}
			}
		})
	}
}

// dropAtomic takes the word atomic out of what git's server offers.
func dropAtomic(s *forgetest.Server) {
	s.Wrap("github.com", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
			next.ServeHTTP(without{out, " atomic "}, in)
		})
	})
}

type without struct {
	http.ResponseWriter
	word string
}

func (w without) Write(p []byte) (int, error) {
	// As many bytes as before: a packet says how long it is.
	clean := strings.Replace(string(p), w.word, " xtomic ", 1)
	if _, err := w.ResponseWriter.Write([]byte(clean)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// TestPassageWithoutAWay: what cannot be pushed to is known before anything is
// confirmed, with the way out.
func TestPassageWithoutAWay(t *testing.T) {
	g, r := onGitHub(t)
	r.Git("config", "credential.helper", "!f() { echo username=ada; echo password=wrong; }; f")
	d := open(t, r, func(o *Options) { o.ForgeTransport, o.Getenv = g.Transport(), func(string) string { return "" } })
	// What was fetched before is enough to plan.
	plan := planned(t, d)
	_, _, err := d.passage(context.Background(), plan)
	if gitops.CodeOf(err) != gitops.CodeRemoteUnreached || !strings.Contains(err.Error(), "cannot be pushed to") {
		t.Errorf("%v", err)
	}
}

// TestPassageByHand: nobody to ask, a link all the same where the server's kind
// is known, and none elsewhere.
func TestPassageByHand(t *testing.T) {
	r, origin := shop(t)
	for url, link := range map[string]string{
		"https://codeberg.org/acme/shop.git": "https://codeberg.org/acme/shop/compare/main...revert/",
		"https://git.example.com/acme/shop":  "",
		origin.Dir:                           "",
	} {
		r.Git("remote", "set-url", "origin", origin.Dir)
		d := open(t, r, func(o *Options) {
			o.PullRequest, o.Getenv = true, func(string) string { return "secret-of-another-host" }
			o.ForgeTransport = nobody{t}
		})
		plan := planned(t, d)
		r.Git("remote", "set-url", "origin", url)
		told := d.rules(context.Background(), plan)
		p := d.route(plan, publish.Reach{Atomic: true}, told)
		if p.Forge != "" || !strings.HasPrefix(p.Link, link) || (link == "") != (p.Link == "") || told.asked || p.Via == "" {
			t.Errorf("%s: %+v", url, p)
		}
	}
}

// nobody is a network on which nothing may be asked.
type nobody struct{ t *testing.T }

func (n nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("asked %s", r.URL)
	return nil, http.ErrServerClosed
}

// TestProtectedRoad goes the whole road on GitHub's and GitLab's protocols: the
// route is known beforehand, the branch is pushed, the request is opened once.
func TestProtectedRoad(t *testing.T) {
	t.Run("github", func(t *testing.T) {
		g, r := onGitHub(t)
		g.Rules["main"] = []forgetest.JSON{needsPullRequest()}
		g.Rulesets = []forgetest.JSON{ruleset("never")}
		road(t, r, g.Transport(), nil, g.Token)
		if len(g.Pulls) != 1 || g.Pulls[0].Base != "main" || !strings.Contains(g.Pulls[0].Body, "This reverts commit ") {
			t.Errorf("%+v", g.Pulls)
		}
		for _, a := range g.Asked() {
			if a.Host != "github.com" && a.Host != "api.github.com" || a.Host == "api.github.com" && a.Header.Get("Authorization") != "Bearer "+g.Token {
				t.Errorf("%s %s", a.Host, a.Header)
			}
		}
	})
	t.Run("gitlab", func(t *testing.T) {
		g := forgetest.NewGitLab(t, "src.example.com", "acme/web/shop")
		g.Level, g.CanPush = 30, false
		g.ProtectedBranches = []forgetest.JSON{{"name": "main", "push_access_levels": []any{forgetest.JSON{"access_level": 40}}}}
		r, _ := hosted(t, g.Server, "src.example.com", "acme/web/shop.git", g.Token)
		road(t, r, g.Transport(), forge.Hosts{"src.example.com": forge.KindGitLab}, g.Token)
		if len(g.Requests) != 1 || g.Requests[0].Base != "main" {
			t.Errorf("%+v", g.Requests)
		}
	})
}

// road ships a plan by a pull request, twice over for its last step.
func road(t *testing.T, r *gittest.Repo, transport http.RoundTripper, hosts forge.Hosts, token string) {
	t.Helper()
	d := open(t, r, func(o *Options) {
		o.ForgeTransport, o.Forges, o.Getenv = transport, hosts, func(string) string { return "" }
	})
	plan := planned(t, d)
	var notices []gitops.Notice
	var err error
	if plan.Passage, notices, err = d.passage(context.Background(), plan); err != nil || !plan.Passage.ByPullRequest() || len(notices) > 0 {
		t.Fatalf("%+v, %v, %v", plan.Passage, notices, err)
	}
	opening := d.requests(context.Background(), plan)
	git, err := d.system()
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := git.Execute(context.Background(), plan, publish.ExecuteOptions{Requests: opening})
	if err != nil {
		t.Fatalf("%v\n%+v", err, receipt.Steps)
	}
	title, body := publish.RequestText(plan)
	again, err := opening.Open(context.Background(), plan.Passage.Via, plan.Branch, title, body)
	if err != nil || again != receipt.URL || !strings.HasPrefix(receipt.URL, "https://"+plan.Passage.Forge+"/acme/") {
		t.Errorf("%q, %q, %v", again, receipt.URL, err)
	}
	run := gitops.Run{Plan: plan, Receipt: receipt}
	if words := d.requestState(context.Background(), run, plan.Passage.Via); !strings.Contains(words, "is open: "+receipt.URL) {
		t.Errorf("%q", words)
	}
	if all := fmt.Sprintf("%+v %#v %+v %#v", receipt, plan.Passage, opening, opening); strings.Contains(all, token) {
		t.Errorf("the token is in %s", all)
	}
	if records := recorded(t, r); len(records) == 0 || strings.Contains(records, token) {
		t.Errorf("the journal: %q", records)
	}
}

// TestProtectedRoadToItsEnd: rehearsed, published as a pull request, squashed by
// the server beside other work, found again, tagged.
func TestProtectedRoadToItsEnd(t *testing.T) {
	g := forgetest.NewGitHub(t, "github.com", "acme", "shop")
	r, there := hosted(t, g.Server, "github.com", "acme/shop.git", g.Token)
	g.Rules["main"] = []forgetest.JSON{needsPullRequest()}
	g.Rulesets = []forgetest.JSON{ruleset("never")}
	there.Hook("update", `test "$1" != refs/heads/main || { echo "main takes pull requests only" >&2; exit 1; }`)
	d := open(t, r, func(o *Options) { o.ForgeTransport, o.Getenv = g.Transport(), func(string) string { return "" } })
	ctx := context.Background()
	rehearsal, err := d.Rehearse(ctx, look(t, d), planned(t, d))
	if err != nil || !rehearsal.Plan.Passage.ByPullRequest() {
		t.Fatalf("%+v, %v", rehearsal, err)
	}
	plan := rehearsal.Plan
	receipt, err := d.Publish(ctx, plan, nil)
	if err != nil {
		t.Fatalf("%v\n%+v", err, receipt.Steps)
	}
	standing := func() gitops.Standing {
		t.Helper()
		runs, err := d.Runs(ctx)
		if err != nil || len(runs) != 1 {
			t.Fatalf("%d runs, %v", len(runs), err)
		}
		st, err := d.Standing(ctx, runs[0])
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	if st := standing(); st.Reached != gitops.ReachedVia || !strings.Contains(st.Words, "pull request 1 is open: https://github.com/acme/shop/pull/1") {
		t.Errorf("%+v", st)
	}
	server := r.At(filepath.Join(t.TempDir(), "server"))
	there.Git("clone", "-q", there.Dir, server.Dir)
	server.Commit("Meanwhile", map[string]string{"tax": "2\n"})
	server.Git("merge", "-q", "--squash", "origin/"+plan.Passage.Via)
	server.Git("commit", "-q", "-m", "Revert (#1)")
	squashed := server.Head()
	// The server's own hand is not bound by the rule.
	there.Git("fetch", "-q", server.Dir, "main:main")
	there.Git("branch", "-q", "-D", plan.Passage.Via)
	g.Lock()
	g.Pulls[0].State, g.Pulls[0].Merged, g.Pulls[0].MergeCommit = "closed", true, squashed.String()
	g.Unlock()
	st := standing()
	if st.Reached != gitops.ReachedMerged || st.Landed != squashed || st.Onward != gitops.OnwardTag {
		t.Fatalf("%+v", st)
	}
	if receipt, err = d.CarryOn(ctx, st, nil); err != nil {
		t.Fatalf("%v\n%+v", err, receipt.Steps)
	}
	if there.Rev("refs/tags/"+plan.Tag.Name+"^{commit}") != squashed || there.Rev("main") != squashed {
		t.Errorf("%s", there.Git("for-each-ref"))
	}
	if runs, err := d.Runs(ctx); len(runs) != 0 || err != nil {
		t.Errorf("%+v, %v", runs, err)
	}
}

// recorded is all that we keep of runs, as it is on disk.
func recorded(t *testing.T, r *gittest.Repo) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Join(r.GitDir(), "ahead"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestForgeFailsAfterThePush: the branch is there, and a person opens the
// request.
func TestForgeFailsAfterThePush(t *testing.T) {
	g, r := onGitHub(t)
	d := open(t, r, func(o *Options) {
		o.PullRequest, o.ForgeTransport, o.Getenv = true, g.Transport(), func(string) string { return "" }
	})
	plan := planned(t, d)
	var err error
	if plan.Passage, _, err = d.passage(context.Background(), plan); err != nil {
		t.Fatal(err)
	}
	g.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		if in.Host != "api.github.com" {
			return false
		}
		out.WriteHeader(http.StatusUnauthorized)
		return true
	})
	git, err := d.system()
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := git.Execute(context.Background(), plan, publish.ExecuteOptions{Requests: d.requests(context.Background(), plan)})
	if err != nil || receipt.URL != plan.Passage.Link {
		t.Fatalf("%q, %v", receipt.URL, err)
	}
	for _, s := range receipt.Steps {
		if s.Name == publish.StepOpen && (s.State != gitops.StepFailed || !strings.Contains(s.Detail, "does not accept the token of git's credential helper (401)") || !strings.Contains(s.Detail, plan.Passage.Link)) {
			t.Errorf("%+v", s)
		}
	}
}
