package forgetest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// ArgoCD plays the API of one Argo CD (server/application/application.go, as of
// 3.5). Its fields may be changed between questions.
type ArgoCD struct {
	*Server
	sync.Mutex
	t testing.TB
	// Host is that of pages and API, Base where they are below it (--rootpath).
	Host, Base string
	// Token is the only one that is accepted, Namespace Argo CD's own.
	Token, Namespace string
	// Apps are the applications, by namespace and name with a slash between.
	Apps map[string]JSON
}

// NewArgoCD starts an Argo CD without applications.
func NewArgoCD(t testing.TB, host string) *ArgoCD {
	t.Helper()
	g := &ArgoCD{t: t, Host: host, Token: "eyJhbGciOiJIUzI1NiJ9.secret", Namespace: "argocd", Apps: map[string]JSON{}}
	g.Server = New(t, host)
	g.Play(host, http.HandlerFunc(g.serve))
	return g
}

// Add adds an application, deployed from one repository. status is JSON.
func (g *ArgoCD) Add(namespace, name, repo, status string) JSON {
	g.t.Helper()
	var state any
	if err := json.Unmarshal([]byte(status), &state); err != nil {
		g.t.Fatalf("status %s: %v", status, err)
	}
	app := JSON{
		"metadata": JSON{"name": name, "namespace": namespace, "uid": "0f3b1a0e", "resourceVersion": "77", "generation": 4, "creationTimestamp": "2026-01-01T00:00:00Z"},
		"spec": JSON{
			"project": "default", "source": JSON{"repoURL": repo, "path": "deploy", "targetRevision": "main"},
			"destination": JSON{"server": "https://kubernetes.default.svc", "namespace": name},
		},
		"status": state,
	}
	g.Apps[namespace+"/"+name] = app
	return app
}

func (g *ArgoCD) serve(out http.ResponseWriter, in *http.Request) {
	g.Lock()
	defer g.Unlock()
	const template = "/api/v1/applications/{name}"
	name, ok := strings.CutPrefix(in.URL.Path, g.Base+"/api/v1/applications/")
	status, body := http.StatusOK, any(nil)
	switch {
	case !ok, strings.Contains(name, "/"), in.Method != http.MethodGet:
		http.NotFound(out, in)
		return
	case in.Header.Get("Authorization") == "":
		status, body = http.StatusUnauthorized, grpcError(16, "no session information")
	case in.Header.Get("Authorization") != "Bearer "+g.Token:
		status, body = http.StatusUnauthorized, grpcError(16, "invalid session: token signature is invalid")
	default:
		argoAPI.question(g.t, in.Method, template, in.URL.Query(), bodyOf(in))
		namespace := in.URL.Query().Get("appNamespace")
		if namespace == "" {
			namespace = g.Namespace
		}
		app, known := g.Apps[namespace+"/"+name]
		if body = app; !known {
			// Nobody is to find out whether it is there.
			status, body = http.StatusForbidden, grpcError(7, "permission denied")
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		g.t.Errorf("answer: %v", err)
	}
	argoAPI.answer(g.t, in.Method, template, status, text)
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	_, _ = out.Write(text)
}

// grpcError is an error as the gateway before Argo CD's gRPC writes it.
func grpcError(code int, message string) JSON {
	return JSON{"error": message, "code": code, "message": message}
}
