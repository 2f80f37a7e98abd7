package argocd_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/argocd"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

const (
	token = "eyJhbGciOiJIUzI1NiJ9.secret"
	one   = "1111111111111111111111111111111111111111"
	two   = "2222222222222222222222222222222222222222"
	three = "3333333333333333333333333333333333333333"
)

func source(t *testing.T, s interface{ Transport() http.RoundTripper }, change func(*argocd.Options)) *argocd.Source {
	t.Helper()
	o := argocd.Options{
		Server: "argocd.example.com", Application: "shop", Token: gitops.NewSecret(token), Transport: s.Transport(), Name: "shop",
		Ours: func(address string) bool { return strings.Contains(address, "acme/shop") },
		Now:  func() time.Time { return time.Date(2026, 3, 9, 18, 0, 0, 0, time.UTC) },
	}
	if change != nil {
		change(&o)
	}
	a, err := argocd.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// answering plays an Argo CD with one application, in this state.
func answering(t *testing.T, status string) *forgetest.ArgoCD {
	t.Helper()
	g := forgetest.NewArgoCD(t, "argocd.example.com")
	g.Add("argocd", "shop", ours, status)
	return g
}

func entry(id int, revision, repo, at, by string) string {
	return fmt.Sprintf(`{"id":%d,"revision":%q,"source":{"repoURL":%q,"path":"deploy"},"deployStartedAt":"2026-03-09T%s:00Z","deployedAt":"2026-03-09T%s:30Z","initiatedBy":%s}`, id, revision, repo, at, at, by)
}

const ours, theirs = "git@github.com:acme/shop.git", "https://user:hunter2@github.com/acme/manifests.git"

func brief(rows []gitops.Deployment) string {
	var out []string
	for _, d := range rows {
		what := d.Ref
		if !d.Commit.IsZero() {
			what = d.Commit.Short()
		}
		out = append(out, fmt.Sprintf("%s %s %s %s", what, d.Status, d.At().Format("15:04:05"), d.Actor))
	}
	return strings.Join(out, "\n")
}

func history(entries ...string) string { return `"history":[` + strings.Join(entries, ",") + `]` }

// state is an operation of this revision, with more about its sync.
func state(phase, revision, at, sync string) string {
	finished := ""
	if phase != "Running" {
		finished = `"finishedAt":"2026-03-09T` + at + `:20Z",`
	}
	return `"operationState":{"phase":"` + phase + `","message":"m","startedAt":"2026-03-09T` + at + `:00Z",` + finished +
		`"operation":{"sync":{"revision":"main"` + sync + `},"initiatedBy":{"username":"grace"}},"syncResult":{"revision":"` + revision + `","source":{"repoURL":"` + ours + `"}}}`
}

func TestHistory(t *testing.T) {
	h := history(entry(1, one, ours, "10:00", `{"username":"ada"}`), entry(2, two, ours, "11:00", `{"automated":true}`), entry(3, one, ours, "12:00", `{}`))
	rolled := "1111111 live 12:00:30 \n2222222 superseded 11:00:30 automatic sync\n1111111 superseded 10:00:30 ada"
	for _, c := range []struct{ name, status, want string }{
		{"new application", ``, ""},
		{"rolled back", h + `,"health":{"status":"Degraded"},"sync":{"status":"OutOfSync"}`, rolled},
		{"the operation is in the history", h + "," + state("Succeeded", one, "12:00", ""), rolled},
		{"one runs", h + "," + state("Running", three, "12:30", ""), "3333333 pending 12:30:00 grace\n" + rolled},
		{"one failed", h + "," + state("Failed", three, "12:30", ""), "3333333 failed 12:30:20 grace\n" + rolled},
		{"one is in error", h + "," + state("Error", three, "12:30", ""), "3333333 failed 12:30:20 grace\n" + rolled},
		{"an older one failed", h + "," + state("Failed", three, "11:30", ""), rolled},
		{"a rehearsal", h + "," + state("Running", three, "12:30", `,"dryRun":true`), rolled},
		{"some resources only", h + "," + state("Failed", three, "12:30", `,"resources":[{"kind":"Deployment","name":"x"}]`), rolled},
		{"what runs is synced again", h + "," + state("Running", one, "12:30", ""), rolled},
		{"it failed before its commit was known", h + "," + state("Error", "main", "12:30", ""), rolled},
		{"no history is kept", state("Succeeded", three, "12:30", ""), "3333333 live 12:30:20 grace"},
		{"no history is kept, and one failed", state("Failed", three, "12:30", ""), "3333333 failed 12:30:20 grace"},
		{"no history is kept, and one was a rehearsal", state("Succeeded", three, "12:30", `,"dryRun":true`), ""},
		{
			"the newest is the last one, whatever the clock was", history(entry(1, one, ours, "12:00", `{}`), entry(2, two, ours, "11:00", `{}`)),
			"2222222 live 11:00:30 \n1111111 superseded 12:00:30 ",
		},
	} {
		rows, err := source(t, answering(t, `{`+c.status+`}`), nil).Deployments(context.Background())
		if err != nil || brief(rows) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, brief(rows), c.want)
		}
	}
}

func TestWhereItIsDeployedFrom(t *testing.T) {
	several := func(revisions string, origins ...string) string {
		return `"history":[{"id":7,"revisions":[` + revisions + `],"source":{"repoURL":""},"sources":[` + strings.Join(origins, ",") + `],"deployedAt":"2026-03-09T12:00:00Z"}]`
	}
	chart := `{"repoURL":"https://charts.example.com","chart":"shop","targetRevision":"5.*"}`
	from := func(repo, more string) string { return `{"repoURL":"` + repo + `"` + more + `}` }
	anybodys := func(o *argocd.Options) { o.Ours = nil }
	for _, c := range []struct {
		name, status, want string
		change             func(*argocd.Options)
	}{
		{"several origins", several(`"5.1.0","`+two+`"`, chart, from(ours, `,"ref":"values"`)), "2222222 live 12:00:00 ", nil},
		{"manifests before values", several(`"`+one+`","`+two+`"`, from(ours, `,"ref":"values"`), from(ours, `,"path":"deploy"`)), "2222222 live 12:00:00 ", nil},
		{"a chart is no commit", several(`"5.1.0","`+two+`"`, chart, from("file:///srv/shop", `,"path":"deploy"`)), "2222222 live 12:00:00 ", anybodys},
		{"nor is what a registry has", several(`"sha256:00","`+two+`"`, from("oci://r.example.com/acme/shop", ""), from("file:///srv/shop", "")), "2222222 live 12:00:00 ", anybodys},
		{
			"deployed from manifests: the image tells",
			history(entry(1, one, theirs, "10:00", `{}`)) + `,"summary":{"images":["docker.io/istio/proxy:1.21","ghcr.io/acme/shop:v1.2@sha256:00"]}`, "v1.2 live 10:00:30 ", nil,
		},
		{
			"the same image from two registries",
			history(entry(1, one, theirs, "10:00", `{}`)) + `,"summary":{"images":["a/istio:1","ghcr.io/acme/shop:v1.2","r:5000/shop:v1.2"]}`, "v1.2 live 10:00:30 ", nil,
		},
	} {
		rows, err := source(t, answering(t, `{`+c.status+`}`), c.change).Deployments(context.Background())
		if err != nil || brief(rows) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, brief(rows), c.want)
		}
	}
}

// TestHydrated: Argo CD made the manifests of a commit and deployed the commit
// that it made.
func TestHydrated(t *testing.T) {
	made := func(dry, wet string) string {
		return `"sourceHydrator":{"lastSuccessfulOperation":{"drySHA":"` + dry + `","hydratedSHA":"` + wet + `"},"currentOperation":{"phase":"Hydrating","message":"","startedAt":"2026-03-09T12:00:00Z","drySHA":"` + three + `"}}`
	}
	h := history(entry(1, strings.Repeat("8", 40), ours, "10:00", `{}`), entry(2, strings.Repeat("9", 40), ours, "11:00", `{}`))
	for _, c := range []struct{ name, status, dry, want, err string }{
		{"the newest is known", h + "," + made(two, strings.Repeat("9", 40)), ours, "2222222 live 11:00:30 ", ""},
		{"none is known", h + "," + made(two, strings.Repeat("7", 40)), ours, "", "manifests that Argo CD made"},
		{"of another repository", h + "," + made(two, strings.Repeat("9", 40)), theirs, "", "not from this repository"},
	} {
		g := forgetest.NewArgoCD(t, "argocd.example.com")
		app := g.Add("argocd", "shop", ours, `{`+c.status+`}`)
		delete(app["spec"].(forgetest.JSON), "source")
		app["spec"].(forgetest.JSON)["sourceHydrator"] = forgetest.JSON{
			"drySource":  forgetest.JSON{"repoURL": c.dry, "path": "deploy", "targetRevision": "main"},
			"syncSource": forgetest.JSON{"targetBranch": "environments/production", "path": "deploy"},
		}
		rows, err := source(t, g, nil).Deployments(context.Background())
		if brief(rows) != c.want || c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v\n%s", c.name, err, brief(rows))
		}
	}
}

func TestWhatARowSays(t *testing.T) {
	want := gitops.Deployment{
		Source: "argocd-eu", ID: "4", Environment: "eu", Commit: gitops.MustHash(two), Status: gitops.StatusLive, Actor: "ada",
		StartedAt: time.Date(2026, 3, 9, 11, 0, 0, 0, time.UTC), FinishedAt: time.Date(2026, 3, 9, 11, 0, 30, 0, time.UTC),
		URL: "https://argocd.example.com/argo/applications/team-a/shop",
	}
	for name, change := range map[string]func(*argocd.Options){
		"by both":     func(o *argocd.Options) { o.Namespace = "team-a" },
		"in one word": func(o *argocd.Options) { o.Application = "team-a/shop" },
	} {
		g := forgetest.NewArgoCD(t, "argocd.example.com")
		g.Base = "/argo"
		g.Add("argocd", "shop", ours, `{`+history(entry(9, one, ours, "11:00", `{}`))+`}`)
		g.Add("team-a", "shop", ours, `{`+history(entry(4, two, ours, "11:00", `{"username":"ada"}`))+`}`)
		a := source(t, g, func(o *argocd.Options) {
			o.Server, o.Environment, o.Label = "https://argocd.example.com/argo", "eu", "argocd-eu"
			change(o)
		})
		rows, err := a.Deployments(context.Background())
		if err != nil || len(rows) != 1 || rows[0] != want || a.Place() != "argocd.example.com/team-a/shop" || a.Name() != "argocd-eu" {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
		if q := g.Asked()[0]; q.Path != "/argo/api/v1/applications/shop" || q.Query != "appNamespace=team-a" || q.Header.Get("Authorization") != "Bearer "+token {
			t.Errorf("%s: asked %+v", name, q)
		}
	}
}

// TestMomentsThatCannotBe are not known.
func TestMomentsThatCannotBe(t *testing.T) {
	g := answering(t, `{"history":[{"id":1,"revision":"`+one+`","source":{"repoURL":"`+ours+`"},"deployStartedAt":"9999-01-01T00:00:00Z","deployedAt":"0001-01-01T00:00:00Z"}]}`)
	rows, err := source(t, g, nil).Deployments(context.Background())
	if err != nil || len(rows) != 1 || !rows[0].StartedAt.IsZero() || !rows[0].FinishedAt.IsZero() {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestAnApplicationOfAnotherRepositoryIsTold(t *testing.T) {
	s := answering(t, `{`+history(entry(1, one, theirs, "10:00", `{}`))+`,"summary":{"images":["a/b:1","a/c:2"]}}`)
	_, err := source(t, s, nil).Deployments(context.Background())
	if gitops.CodeOf(err) != gitops.CodeForge || !strings.Contains(err.Error(), "github.com/acme/manifests.git") || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

// TestWhoMayNotAsk: what Argo CD says of tokens and of what is not there comes
// with what to do about it.
func TestWhoMayNotAsk(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*argocd.Options)
		kind   forge.TroubleKind
		hint   string
	}{
		"another token":       {func(o *argocd.Options) { o.Token = gitops.NewSecret("x.y") }, forge.NotAccepted, "renew the token of ARGOCD_AUTH_TOKEN; `argocd account generate-token`"},
		"another application": {func(o *argocd.Options) { o.Application = "shpo" }, forge.Forbidden, "there may be no application shpo"},
		"another namespace":   {func(o *argocd.Options) { o.Namespace = "team-b" }, forge.Forbidden, "there may be no application team-b/shop"},
	} {
		_, err := source(t, answering(t, `{}`), c.change).Deployments(context.Background())
		var got *forge.Trouble
		var said *gitops.Error
		if !errors.As(err, &got) || got.Kind != c.kind || !errors.As(err, &said) || !strings.Contains(said.Hint, c.hint) {
			t.Errorf("%s: %v, %+v", name, err, said)
		}
	}
}

func TestTroubleIsToldWithoutTheToken(t *testing.T) {
	s := answering(t, `{}`)
	a := source(t, s, nil)
	for status, want := range map[int]forge.TroubleKind{
		400: forge.Invalid, 401: forge.NotAccepted, 403: forge.Forbidden, 404: forge.NotFound, 500: forge.Broken, 200: forge.Nonsense,
	} {
		s.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
			out.WriteHeader(status)
			fmt.Fprintf(out, `{"error":"token %s","status":[]}`, in.Header.Get("Authorization"))
			return true
		})
		_, err := a.Deployments(context.Background())
		var got *forge.Trouble
		var said *gitops.Error
		if !errors.As(err, &got) || got.Kind != want || !errors.As(err, &said) || said.Hint == "" || strings.Contains(fmt.Sprintf("%+v %+v", err, got), token) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// TestAnotherAnswer: JSON that is not of the application asked for is no history,
// and no empty one either.
func TestAnotherAnswer(t *testing.T) {
	s := answering(t, `{}`)
	for _, answer := range []string{`{}`, `null`, `{"metadata":{"name":"web","namespace":"argocd"}}`, `{"metadata":{"name":"shop","namespace":"team-b"}}`} {
		s.SetFault(func(out http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(out, answer); return true })
		_, err := source(t, s, func(o *argocd.Options) { o.Namespace = "team-a" }).Deployments(context.Background())
		var got *forge.Trouble
		if !errors.As(err, &got) || got.Kind != forge.Nonsense {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestWhatSettingsMustSay(t *testing.T) {
	secret := gitops.NewSecret(token)
	for name, o := range map[string]argocd.Options{
		"server":            {Application: "shop", Token: secret},
		"application":       {Server: "argocd.example.com", Token: secret},
		"token":             {Server: "argocd.example.com", Application: "shop"},
		"http":              {Server: "http://argocd.example.com", Application: "shop", Token: secret},
		"no name":           {Server: "argocd.example.com", Application: "shop?x=1", Token: secret},
		"another path":      {Server: "argocd.example.com", Application: "../..", Token: secret},
		"too many names":    {Server: "argocd.example.com", Application: "a/b/c", Token: secret},
		"no namespace":      {Server: "argocd.example.com", Application: "/shop", Token: secret},
		"no namespace's":    {Server: "argocd.example.com", Application: "shop", Namespace: "a&b", Token: secret},
		"both and in words": {Server: "argocd.example.com", Application: "a/shop", Namespace: "b", Token: secret},
	} {
		if _, err := argocd.New(o); gitops.CodeOf(err) != gitops.CodeUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
