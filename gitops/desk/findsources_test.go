package desk

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
	"ahead/gitops/gittest"
)

// stateOf is how a source of the snapshot stands.
func stateOf(s gitops.Snapshot, name string) gitops.SourceState {
	for _, state := range s.Sources {
		if state.Name == name {
			return state
		}
	}
	return gitops.SourceState{}
}

func TestTheForgeOfTheRemoteIsASourceByItself(t *testing.T) {
	g, r := onGitHub(t)
	v1 := r.Rev("v1.0.0^{commit}")
	at := r.Now()
	g.Say(g.Deploy("production", "v1.0.0", v1.String(), at), "success", at.Add(time.Minute))
	g.Say(g.Deploy("staging", "main", r.Rev("main").String(), at), "success", at.Add(time.Minute))
	d := open(t, r, func(o *Options) {
		o.ForgeTransport, o.Getenv = g.Transport(), func(string) string { return "" }
	})
	s := told(t, d)
	if s.Deployed == nil || s.Deployed.Commit != v1 || s.Deployed.Source != gitops.SourceGitHub || s.Deployed.Status != gitops.StatusLive {
		t.Fatalf("deployed %+v, sources %+v", s.Deployed, s.Sources)
	}
	state := stateOf(s, gitops.SourceGitHub)
	if state.Condition != gitops.SourceFresh || state.Place != "github.com/acme/shop" || state.Rows != 2 || strings.Join(s.Environments, " ") != "production staging" {
		t.Errorf("%+v, %v", state, s.Environments)
	}
	noSecretOnDisk(t, r, g.Token)
}

// noSecretOnDisk looks through all that the program keeps.
func noSecretOnDisk(t *testing.T, r *gittest.Repo, secrets ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.GitDir(), "ahead", "sources", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing is kept: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s holds a secret", file)
			}
		}
	}
}

func TestTwoSourcesThatDisagree(t *testing.T) {
	const token = "argo-token-0123456789"
	g := forgetest.NewGitHub(t, "github.com", "acme", "shop")
	r, _ := hosted(t, g.Server, "github.com", "acme/shop.git", g.Token)
	argo := forgetest.NewArgoCD(t, "argocd.example.com")
	v1, v2, at := r.Rev("v1.0.0^{commit}"), r.Rev("v1.1.0^{commit}"), r.Now()
	argo.Token = token
	argo.Add("argocd", "shop", "git@github.com:Acme/shop.git", fmt.Sprintf(
		`{"history":[{"id":1,"revision":%q,"deployedAt":%q,"source":{"repoURL":"git@github.com:Acme/shop.git"}}]}`, v1, at.Add(2*time.Hour).Format(time.RFC3339)))
	g.Say(g.Deploy("production", "v1.1.0", v2.String(), at), "success", at.Add(time.Minute))
	hosts := map[string]http.RoundTripper{"argocd.example.com": argo.Transport(), "api.github.com": g.Transport()}
	d := open(t, r, func(o *Options) {
		o.ForgeTransport = byHost(hosts)
		o.Getenv = func(name string) string {
			return map[string]string{"ARGOCD_AUTH_TOKEN": token, "NEW_RELIC_API_KEY": ""}[name]
		}
		o.SourceSettings = []SourceSetting{
			{Name: "newrelic", Account: "1", Entity: "MTIzNDU2fEFQTQ"},
			{Name: "argocd", Server: "argocd.example.com", Application: "shop", Environment: "prod"},
			{Name: "elsewhere", Kind: "file", Path: "/nowhere", Repositories: []string{"github.com/other/*"}},
		}
	})
	s := told(t, d)
	got := notice(s, "sources-disagree")
	if !strings.Contains(got, "argocd says v1.0.0 ("+v1.Short()+") is live in prod") || !strings.Contains(got, "github says v1.1.0 ("+v2.Short()+") is live in production") {
		t.Errorf("notice %q of %v", got, s.Notices)
	}
	if s.Deployed == nil || s.Deployed.Commit != v1 || s.Deployed.Source != gitops.SourceArgo || s.Deployed.Tag != "v1.0.0" {
		t.Errorf("deployed %+v", s.Deployed)
	}
	if idle := stateOf(s, "newrelic"); idle.Condition != gitops.SourceIdle || !strings.Contains(idle.Hint, "NEW_RELIC_API_KEY") {
		t.Errorf("%+v", idle)
	}
	if len(s.Sources) != 3 || s.Sources[0].Name != "argocd" {
		t.Errorf("sources %+v", s.Sources)
	}
	noSecretOnDisk(t, r, g.Token, token)
	for _, asked := range g.Asked() {
		if strings.Contains(fmt.Sprint(asked.Header), token) {
			t.Error("the token of Argo CD went to GitHub")
		}
	}
}

// byHost sends each question to the server that plays its host.
type byHost map[string]http.RoundTripper

// RoundTrip implements http.RoundTripper.
func (b byHost) RoundTrip(in *http.Request) (*http.Response, error) {
	if to, ok := b[in.URL.Host]; ok {
		return to.RoundTrip(in)
	}
	return nil, fmt.Errorf("nobody plays %s", in.URL.Host)
}

func TestSourcesOfSettings(t *testing.T) {
	r, _ := shop(t)
	file := filepath.Join(t.TempDir(), "deployments.jsonl")
	if err := os.WriteFile(file, []byte(`{"tag":"v1.0.0","time":"2030-01-01T00:00:00Z"}`+"\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := SourceSetting{Name: "heroku", Kind: "command", Command: []string{"sh", "-c", `git log -1 --format='{"commit":"%H","status":"live","time":%ct}' v1.1.0`}, Environment: "staging"}
	s := told(t, open(t, r, func(o *Options) {
		o.SourceSettings = []SourceSetting{{Name: "file", Path: file, Environment: "production"}, command, {Name: "argocd", Server: "x.example.com"}, {Name: "github", Off: true}}
	}))
	if s.Deployed == nil || s.Deployed.Tag != "v1.0.0" || s.Deployed.Source != gitops.SourceFile {
		t.Errorf("deployed %+v", s.Deployed)
	}
	if state := stateOf(s, "file"); state.Condition != gitops.SourceFresh || state.Trouble != "line 2: it is no JSON object" {
		t.Errorf("%+v", state)
	}
	if state := stateOf(s, "heroku"); state.Condition != gitops.SourceFresh || state.Rows != 1 || state.Place != "sh" {
		t.Errorf("%+v", state)
	}
	if state := stateOf(s, "argocd"); state.Condition != gitops.SourceIdle || state.Hint == "" {
		t.Errorf("%+v", state)
	}
	if strings.Join(s.Environments, " ") != "production staging" {
		t.Errorf("environments %v", s.Environments)
	}
}

func TestAForgeThatIsSwitchedOffIsNotAsked(t *testing.T) {
	g, r := onGitHub(t)
	s := told(t, open(t, r, func(o *Options) {
		o.ForgeTransport, o.SourceSettings = g.Transport(), []SourceSetting{{Name: "github", Off: true}}
	}))
	if len(s.Sources) != 0 {
		t.Errorf("%+v", s.Sources)
	}
	s = told(t, open(t, r, func(o *Options) { o.ForgeTransport, o.Offline = g.Transport(), true }))
	for _, asked := range g.Asked() {
		if asked.Host == "api.github.com" {
			t.Errorf("asked %s", asked.Path)
		}
	}
	if len(s.Sources) != 0 {
		t.Errorf("%+v", s.Sources)
	}
}

func TestARemoteInTheClearGetsNoToken(t *testing.T) {
	r, _ := shop(t)
	r.Git("remote", "set-url", "origin", "http://git.example.com/acme/shop.git")
	s := told(t, open(t, r, func(o *Options) {
		o.Forges = forge.Hosts{"git.example.com": forge.KindGitLab}
		o.Getenv = func(string) string { return "secret" }
	}))
	if state := stateOf(s, gitops.SourceGitLab); state.Condition != gitops.SourceIdle || !strings.Contains(state.Trouble, "http") {
		t.Errorf("%+v", s.Sources)
	}
}

func TestAServerThatTellsOfNoDeploymentsIsNoSource(t *testing.T) {
	r, _ := shop(t)
	for _, address := range []string{"https://git.example.com/acme/shop.git", "https://codeberg.org/acme/shop.git", "/srv/shop.git"} {
		r.Git("remote", "set-url", "origin", address)
		d := open(t, r)
		if s := told(t, d); len(s.Sources) != 0 {
			t.Errorf("%s: %+v", address, s.Sources)
		}
		if f, only := d.TagsOnly(context.Background()); !only || !f.OK || !strings.Contains(f.Text, "only tags are read") {
			t.Errorf("%s: %+v", address, f)
		}
	}
}

func TestARemoteThatIsLedOffItsForgeIsTold(t *testing.T) {
	g, r := onGitHub(t)
	r.Git("remote", "set-url", "origin", "https://github.com/acme/shop.git")
	for key, value := range map[string]string{
		"url.https://mirror.example.com/.insteadOf": "https://github.com/",
		"url./srv/mirror/.insteadOf":                "https://github.com/acme/",
	} {
		r.Git("config", key, value)
		mirror := map[bool]string{true: "mirror.example.com/acme/shop", false: "/srv/mirror/shop.git"}[value == "https://github.com/"]
		with := func(settings ...SourceSetting) *Desk {
			return open(t, r, func(o *Options) {
				o.ForgeTransport, o.SourceSettings = g.Transport(), settings
				o.Getenv = func(name string) string { return map[string]string{"GH_TOKEN": g.Token}[name] }
			})
		}
		f, only := with().TagsOnly(context.Background())
		if !only || f.OK || !strings.Contains(f.Text, "origin is github.com/acme/shop by its configuration, and git is led to "+mirror) ||
			!strings.Contains(f.Hint, fmt.Sprintf("[sources.github] with address = %q and repositories = [%q]", "github.com/acme/shop", mirror)) {
			t.Errorf("%s: %v %+v", key, only, f)
		}
		// A table that says no address changes nothing, one that is off is content.
		if f, only := with(SourceSetting{Name: "github", Task: "deploy"}).TagsOnly(context.Background()); !only || f.OK {
			t.Errorf("%s: %v %+v", key, only, f)
		}
		if f, only := with(SourceSetting{Name: "github", Off: true}).TagsOnly(context.Background()); only {
			t.Errorf("%s: %+v", key, f)
		}
		// What the hint says works.
		for _, address := range []string{"github.com/acme/shop", "https://github.com/acme/shop.git", "git@github.com:acme/shop"} {
			d := with(SourceSetting{Name: "github", Address: address, Repositories: []string{mirror}})
			if f, only := d.TagsOnly(context.Background()); only {
				t.Errorf("%s: %+v", key, f)
			}
			if s := told(t, d); len(s.Sources) != 1 || stateOf(s, "github").Condition != gitops.SourceFresh || stateOf(s, "github").Place != "github.com/acme/shop" {
				t.Errorf("%s: %+v", key, s.Sources)
			}
		}
		// It is for no other repository, and an address that is none says so.
		if s := told(t, with(SourceSetting{Name: "github", Address: "github.com/acme/shop", Repositories: []string{"other/*"}})); len(s.Sources) != 0 {
			t.Errorf("%s: %+v", key, s.Sources)
		}
		for _, address := range []string{"git.example.com/acme/shop", "github.com", "gitlab.com/acme/shop", "https://git.example.com/acme/shop"} {
			s := told(t, with(SourceSetting{Name: "github", Address: address}))
			if state := stateOf(s, "github"); state.Condition != gitops.SourceIdle || !strings.Contains(state.Hint, "github.com/OWNER/NAME") {
				t.Errorf("%s: %+v", address, s.Sources)
			}
		}
		r.Git("config", "--unset", key)
	}
}

func TestWhereOnlyPushesGoElsewhereItsForgeIsAsked(t *testing.T) {
	g, r := onGitHub(t)
	r.Git("config", "--add", "remote.origin.pushurl", "/srv/one.git")
	for range 2 {
		d := open(t, r, func(o *Options) {
			o.ForgeTransport = g.Transport()
			o.Getenv = func(name string) string { return map[string]string{"GH_TOKEN": g.Token}[name] }
		})
		if s := told(t, d); len(s.Sources) != 1 || stateOf(s, "github").Condition != gitops.SourceFresh {
			t.Errorf("%+v", s.Sources)
		}
		r.Git("config", "--add", "remote.origin.pushurl", "/srv/two.git")
	}
}

func TestATableThatIsNotUnderstoodIsASourceThatIsNotAsked(t *testing.T) {
	g, r := onGitHub(t)
	bad := SourceSetting{Name: "github", Fault: "line 3: there is no such key", Mend: "mend it"}
	for _, offline := range []bool{false, true} {
		s := told(t, open(t, r, func(o *Options) {
			o.ForgeTransport, o.Offline, o.SourceSettings = g.Transport(), offline, []SourceSetting{bad, {Name: "argocd", Fault: "x", Repositories: []string{"other"}}}
		}))
		if state := stateOf(s, "github"); len(s.Sources) != 1 || state.Condition != gitops.SourceIdle || state.Trouble != bad.Fault || state.Hint != bad.Mend {
			t.Errorf("%+v", s.Sources)
		}
	}
	for _, asked := range g.Asked() {
		if asked.Host == "api.github.com" {
			t.Errorf("asked %s", asked.Path)
		}
	}
}

// TestServicesCarryTheirNames: several applications of one kind can be told apart.
func TestServicesCarryTheirNames(t *testing.T) {
	d := open(t, gittest.New(t), func(o *Options) {
		o.Getenv = func(string) string { return "token" }
		o.SourceSettings = []SourceSetting{
			{Name: "argocd", Server: "argocd.example.com", Application: "shop"},
			{Name: "argocd-web", Kind: "argocd", Server: "argocd.example.com", Application: "web"},
			{Name: "charts", Kind: "newrelic", Account: "1", Entity: "MTIzNDU2fEFQTQ"},
		}
	})
	var names []string
	for _, s := range d.findSources(context.Background()).Sources {
		names = append(names, s.Name())
	}
	if got := strings.Join(names, " "); got != "argocd argocd-web charts" {
		t.Errorf("%s", got)
	}
}

func TestTwoSourcesOfOneForgeStayApart(t *testing.T) {
	g, r := onGitHub(t)
	v1, v2, at := r.Rev("v1.0.0^{commit}"), r.Rev("v1.1.0^{commit}"), r.Now()
	for task, sha := range map[string]gitops.Hash{"web": v1, "api": v2} {
		d := g.Deploy("production", "main", sha.String(), at)
		d.Task = task
		g.Say(d, "success", at.Add(time.Minute))
	}
	settings := []SourceSetting{{Name: "api", Kind: "github", Task: "api"}, {Name: "web", Kind: "github", Task: "web"}}
	for _, offline := range []bool{false, true} {
		s := told(t, open(t, r, func(o *Options) { o.ForgeTransport, o.Offline, o.SourceSettings = g.Transport(), offline, settings }))
		var claims []string
		for _, c := range s.Claims {
			claims = append(claims, c.Source+" "+c.Commit.Short()+" "+string(c.Status))
		}
		if want := "api " + v2.Short() + " live, web " + v1.Short() + " live"; strings.Join(claims, ", ") != want || len(s.Sources) != 2 {
			t.Errorf("offline %v: %s, want %s; %+v", offline, strings.Join(claims, ", "), want, s.Sources)
		}
	}
}

// What is kept of one source does not depend on what is said of the others.
func TestKeptRowsAreOfTheirOwnSettings(t *testing.T) {
	r, _ := shop(t)
	file := func(environment string) SourceSetting {
		path := filepath.Join(t.TempDir(), "deployments.jsonl")
		if err := os.WriteFile(path, []byte(`{"tag":"v1.0.0"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		return SourceSetting{Name: "file", Path: path, Environment: environment}
	}
	asked := file("production")
	look := func(offline bool, settings ...SourceSetting) gitops.Snapshot {
		return told(t, open(t, r, func(o *Options) { o.Offline, o.SourceSettings = offline, settings }))
	}
	if s := look(false, asked); s.Deployed == nil || s.Deployed.Source != "file" {
		t.Fatalf("%+v", s.Sources)
	}
	bad, off, other, elsewhere := SourceSetting{Name: "bad", Fault: "line 9"}, asked, asked, asked
	off.Off, other.Environment, elsewhere.Repositories = true, "staging", []string{"*"}
	for name, c := range map[string]struct {
		settings []SourceSetting
		kept     bool
	}{
		"as before": {[]SourceSetting{asked}, true}, "one more": {[]SourceSetting{bad, asked}, true}, "for less": {[]SourceSetting{elsewhere}, true},
		"off": {[]SourceSetting{off}, false}, "gone": {nil, false}, "another environment": {[]SourceSetting{other}, false},
	} {
		if s := look(true, c.settings...); (stateOf(s, "file").Rows == 1) != c.kept {
			t.Errorf("%s: %+v", name, s.Sources)
		}
	}
}

// TestOneRepositoryOfSeveralAddresses: what is pushed to a mirror is deployed from
// the address that everybody else knows.
func TestOneRepositoryOfSeveralAddresses(t *testing.T) {
	r := gittest.New(t)
	r.Commit("first", map[string]string{"a": "1"})
	r.Git("remote", "add", "origin", "https://git.example.com/acme/shop.git")
	r.Git("config", "url.ssh://git@mirror.example.com/.insteadOf", "https://git.example.com/")
	r.Git("config", "remote.origin.pushurl", "git@push.example.com:acme/shop.git")
	d := open(t, r)
	place, _, _ := d.forgePlace(context.Background())
	ours := d.isOurs(place)
	for address, want := range map[string]bool{
		"git@git.example.com:acme/shop": true, "https://mirror.example.com/Acme/shop.git": true, "ssh://git@push.example.com/acme/shop": true,
		"https://git.example.com/acme/manifests": false, "https://evil.example.com/acme/shop": false, "": false,
	} {
		if ours(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
	r.Git("config", "--unset", "remote.origin.pushurl")
	r.Git("remote", "set-url", "origin", r.Dir)
	d = open(t, r)
	if place, _, _ := d.forgePlace(context.Background()); d.isOurs(place) != nil {
		t.Error("a folder's name is held against addresses")
	}
}
