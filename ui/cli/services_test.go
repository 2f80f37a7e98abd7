package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"ahead/gitops/forge/forgetest"
	"ahead/gitops/gittest"
)

// played is a service that tells of deployments, as a person's settings name it.
type played struct {
	settings, token string
	server          *forgetest.Server
	remote          string
}

// TestServices: the built binary with the settings that SOURCES.md shows, and each
// service as the real one speaks.
func TestServices(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("SSL_CERT_FILE does not lead there")
	}
	for name, start := range map[string]func(t *testing.T, shop *gittest.Repo, commit string) played{
		"argocd": func(t *testing.T, shop *gittest.Repo, commit string) played {
			g := forgetest.NewArgoCD(t, "argocd.example.com")
			g.Add("team-a", "shop", "https://git.example.com/acme/shop", `{"history":[{"id":1,"revision":"`+commit+`","source":{"repoURL":"https://git.example.com/acme/shop"},"deployedAt":"`+shop.Now().Format(time.RFC3339)+`"}]}`)
			return played{"[sources.argocd]\nserver = \"argocd.example.com\"\napplication = \"team-a/shop\"\n", "ARGOCD_AUTH_TOKEN=" + g.Token, g.Server, "ssh://git@git.example.com/acme/shop.git"}
		},
		"newrelic": func(t *testing.T, shop *gittest.Repo, commit string) played {
			g := forgetest.NewNerdGraph(t, shop.Now().Add(time.Hour), 77, forgetest.Entity{GUID: "MTIzNDU2fEFQTQ", Name: "shop", Account: 77})
			g.Events = []map[string]any{{"eventType()": "Deployment", "timestamp": shop.Now().UnixMilli(), "version": "v1.0.0", "entity.name": "shop"}}
			return played{"[sources.newrelic]\naccount = 77\napplication = \"shop\"\nregion = \"eu\"\nenvironment = \"production\"\n", "NEW_RELIC_API_KEY=" + g.Key, g.Server, "git@git.example.com:acme/shop.git"}
		},
		"gitlab": func(t *testing.T, shop *gittest.Repo, commit string) played {
			g := forgetest.NewGitLab(t, "git.example.com", "acme/web/shop")
			g.Base = "gitlab"
			d := g.Deploy("prod", "main", commit, "success", shop.Now())
			d.Finished = shop.Now()
			return played{"forges = \"git.example.com/gitlab=gitlab\"\n", "GITLAB_TOKEN=" + g.Token, g.Server, "https://git.example.com/gitlab/acme/web/shop.git"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop, _ := shopOnScreen(t)
			s := start(t, shop, shop.Rev("v1.0.0^{commit}").String())
			shop.Git("config", "remote.origin.pushurl", s.remote)
			config := filepath.Join(t.TempDir(), "config.toml")
			if err := os.WriteFile(config, []byte(s.settings), 0o600); err != nil {
				t.Fatal(err)
			}
			env := append(append(shop.Env(), s.server.Environment()...), s.token, "AHEAD_CONFIG="+config, "LC_ALL=C.UTF-8")
			run := func(args ...string) string {
				cmd := exec.Command(binary(t), args...)
				cmd.Dir, cmd.Env = shop.Dir, env
				out, err := cmd.CombinedOutput()
				if _, secret, _ := strings.Cut(s.token, "="); strings.Contains(string(out), secret) {
					t.Errorf("%v shows the token", args)
				}
				if err != nil && args[0] == "list" {
					t.Fatalf("%v: %v\n%s", args, err, out)
				}
				return string(out)
			}
			var list struct {
				Deployed struct{ Source, Tag, Status string }
				Sources  []struct{ Name, Condition, Trouble string }
			}
			if out := run("list", "--json"); json.Unmarshal([]byte(out), &list) != nil {
				t.Fatal(out)
			}
			if d := list.Deployed; d.Source != name || d.Tag != "v1.0.0" || d.Status != "live" || len(list.Sources) != 1 || list.Sources[0].Condition != "fresh" {
				t.Errorf("%+v", list)
			}
			if out := run("doctor"); !strings.Contains(out, name) {
				t.Errorf("doctor: %s", out)
			}
			// Without its token it says what brings it.
			env = append(env, strings.SplitAfter(s.token, "=")[0])
			if out := run("doctor"); !strings.Contains(out, strings.SplitN(s.token, "=", 2)[0]) {
				t.Errorf("doctor: %s", out)
			}
		})
	}
}
