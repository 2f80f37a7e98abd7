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

func source(t *testing.T, s *forgetest.Server, change func(*argocd.Options)) *argocd.Source {
	t.Helper()
	o := argocd.Options{
		Server: "argocd.example.com", Application: "shop", Token: gitops.NewSecret(token), Transport: s.Transport(), Name: "shop",
		Ours: func(address string) bool { return strings.Contains(address, "acme/shop") },
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

func answering(t *testing.T, body string) *forgetest.Server {
	s := forgetest.New(t, "argocd.example.com")
	s.Play("argocd.example.com", http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, body) }))
	return s
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

func TestHistory(t *testing.T) {
	history := `"history":[` + entry(1, one, ours, "10:00", `{"username":"ada"}`) + "," + entry(2, two, ours, "11:00", `{"automated":true}`) + "," + entry(3, one, ours, "12:00", `{}`) + "]"
	state := func(phase, revision, at string) string {
		return `,"operationState":{"phase":"` + phase + `","startedAt":"2026-03-09T` + at + `:00Z","operation":{"initiatedBy":{"username":"grace"}},"syncResult":{"revision":"` + revision + `","source":{"repoURL":"` + ours + `"}}}`
	}
	rolled := "1111111 live 12:00:30 \n2222222 superseded 11:00:30 automatic sync\n1111111 superseded 10:00:30 ada"
	for _, c := range []struct{ name, status, want string }{
		{"new application", ``, ""},
		{"rolled back", history + `,"health":{"status":"Degraded"},"sync":{"status":"OutOfSync"}`, rolled},
		{"the operation is in the history", history + state("Succeeded", one, "12:00"), rolled},
		{"one runs", history + state("Running", three, "12:30"), "3333333 pending 12:30:00 grace\n" + rolled},
		{"one failed", history + state("Failed", three, "12:30"), "3333333 failed 12:30:00 grace\n" + rolled},
		{"an older one failed", history + state("Failed", three, "11:30"), rolled},
		{
			"several origins", `"history":[{"id":7,"revisions":["5.1.0","` + two + `"],"sources":[{"repoURL":"https://charts.example.com"},{"repoURL":"` + ours + `"}],"deployedAt":"2026-03-09T12:00:00Z"}]`,
			"2222222 live 12:00:00 ",
		},
		{
			"deployed from manifests: the image tells", `"history":[` + entry(1, one, theirs, "10:00", `{}`) + `],"summary":{"images":["docker.io/istio/proxy:1.21","ghcr.io/acme/shop:v1.2@sha256:00"]}`,
			"v1.2 live 10:00:30 ",
		},
	} {
		rows, err := source(t, answering(t, `{"status":{`+c.status+`}}`), nil).Deployments(context.Background())
		if err != nil || brief(rows) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, brief(rows), c.want)
		}
	}
}

func TestWhatARowSays(t *testing.T) {
	s := answering(t, `{"status":{"history":[`+entry(4, two, ours, "11:00", `{"username":"ada"}`)+`]}}`)
	a := source(t, s, func(o *argocd.Options) {
		o.Server, o.Namespace, o.Environment = "https://argocd.example.com/argo", "team a", "eu"
	})
	rows, err := a.Deployments(context.Background())
	want := gitops.Deployment{
		Source: "argocd", ID: "4", Environment: "eu", Commit: gitops.MustHash(two), Status: gitops.StatusLive, Actor: "ada",
		StartedAt: time.Date(2026, 3, 9, 11, 0, 0, 0, time.UTC), FinishedAt: time.Date(2026, 3, 9, 11, 0, 30, 0, time.UTC),
		URL: "https://argocd.example.com/argo/applications/team%20a/shop",
	}
	if err != nil || len(rows) != 1 || rows[0] != want || a.Place() != "argocd.example.com/team a/shop" {
		t.Errorf("%+v, %v", rows, err)
	}
	if q := s.Asked()[0]; q.Path != "/argo/api/v1/applications/shop" || q.Query != "appNamespace=team+a" || q.Header.Get("Authorization") != "Bearer "+token {
		t.Errorf("asked %+v", q)
	}
}

func TestAnApplicationOfAnotherRepositoryIsTold(t *testing.T) {
	s := answering(t, `{"status":{"history":[`+entry(1, one, theirs, "10:00", `{}`)+`],"summary":{"images":["a/b:1","a/c:2"]}}}`)
	_, err := source(t, s, nil).Deployments(context.Background())
	if gitops.CodeOf(err) != gitops.CodeForge || !strings.Contains(err.Error(), "github.com/acme/manifests.git") || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

func TestTroubleIsToldWithoutTheToken(t *testing.T) {
	s := answering(t, "")
	a := source(t, s, nil)
	for status, want := range map[int]forge.TroubleKind{401: forge.NotAccepted, 403: forge.Forbidden, 404: forge.NotFound, 500: forge.Broken, 200: forge.Nonsense} {
		s.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
			out.WriteHeader(status)
			fmt.Fprintf(out, `{"error":"token %s","status":[]}`, in.Header.Get("Authorization"))
			return true
		})
		_, err := a.Deployments(context.Background())
		var got *forge.Trouble
		if !errors.As(err, &got) || got.Kind != want || strings.Contains(fmt.Sprintf("%+v", err), token) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestWhatSettingsMustSay(t *testing.T) {
	for name, o := range map[string]argocd.Options{
		"server":      {Application: "shop", Token: gitops.NewSecret(token)},
		"application": {Server: "argocd.example.com", Token: gitops.NewSecret(token)},
		"token":       {Server: "argocd.example.com", Application: "shop"},
		"http":        {Server: "http://argocd.example.com", Application: "shop", Token: gitops.NewSecret(token)},
	} {
		if _, err := argocd.New(o); gitops.CodeOf(err) != gitops.CodeUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
