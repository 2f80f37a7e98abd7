package forgetest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
)

// recorder is a test that only keeps what is wrong.
type recorder struct {
	testing.TB
	wrong []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// TestSchemaCatches: an answer that GitHub would not give is found out.
func TestSchemaCatches(t *testing.T) {
	t.Parallel()
	if !HasSchema() {
		t.Skip("GitHub's description is not here")
	}
	const deployments, statuses = "/repos/{owner}/{repo}/deployments", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses"
	const pulls, rules = "/repos/{owner}/{repo}/pulls", "/repos/{owner}/{repo}/rules/branches/{branch}"
	for _, c := range []struct {
		method, template, body string
		status                 int
		wrong                  bool
	}{
		{"GET", pulls, "[]", 200, false},
		{"GET", pulls, "[{}]", 200, true},
		{"GET", pulls, "{}", 200, true},
		{"GET", pulls, "[", 200, true},
		{"GET", pulls, "[]", 418, true},
		{"GET", rules, `[{"type":"pull_request","parameters":{}}]`, 200, true},
		{"GET", "/not/described", "x", 200, false},
		{"GET", deployments, "[]", 200, false},
		{"GET", deployments, `[{"id":1}]`, 200, true},
		{"GET", statuses, `[{"state":"superseded"}]`, 200, true},
		{"GET", statuses, `{"message":"Not Found"}`, 404, false},
		{"GET", statuses, `{"message":"Not Found","tier":"free"}`, 404, true},
		{"PUT", statuses, `[]`, 200, true},
	} {
		r := &recorder{TB: t}
		gitHubAPI.answer(r, c.method, c.template, c.status, []byte(c.body))
		if (len(r.wrong) > 0) != c.wrong {
			t.Errorf("%s %s %d %s: %q", c.method, c.template, c.status, c.body, r.wrong)
		}
	}
	r := &recorder{TB: t}
	gitHubAPI.question(r, "POST", pulls, nil, []byte(`{"title":"x"}`))
	if len(r.wrong) == 0 {
		t.Error("a question without a branch was taken")
	}
	for query, wrong := range map[string]bool{
		"state=all&per_page=100&page=2": false, "state=merged": true, "per_page=many": true, "environment=production": true,
	} {
		r := &recorder{TB: t}
		values, err := url.ParseQuery(query)
		gitHubAPI.question(r, "GET", pulls, values, nil)
		if err != nil || (len(r.wrong) > 0) != wrong {
			t.Errorf("%s: %q, %v", query, r.wrong, err)
		}
	}
}

// TestOtherSchemasCatch: what GitLab and Argo CD would not give or take is found
// out, where their descriptions are.
func TestOtherSchemasCatch(t *testing.T) {
	t.Parallel()
	const app, deployments, requests = "/api/v1/applications/{name}", "/api/v4/projects/{id}/deployments", "/api/v4/projects/{id}/merge_requests"
	for _, c := range []struct {
		of             *description
		template, body string
		status         int
		wrong          bool
	}{
		{argoAPI, app, `{"status":{"history":[{"id":1,"deployedAt":"2026-03-09T12:00:00Z","deployStartedAt":null}]}}`, 200, false},
		{argoAPI, app, `{"status":{"history":[{"id":"1"}]}}`, 200, true},
		{argoAPI, app, `{"status":{"histroy":[]}}`, 200, true},
		{argoAPI, app, `{"error":"x","code":7,"message":"x"}`, 403, false},
		{argoAPI, app, `{"errors":[]}`, 403, true},
		{gitLabAPI, deployments, `[{"id":1,"deployable":null,"environment":{"name":"production"}}]`, 200, false},
		{gitLabAPI, deployments, `[{"id":1,"environment":{"tier":"production"}}]`, 200, true},
		{gitLabAPI, deployments, `[{"id":1,"finished_at":null,"updated":"x"}]`, 200, true},
		{gitLabAPI, deployments, `{"id":1}`, 200, true},
		{gitLabAPI, requests, `[{"iid":1,"source_project_id":2}]`, 200, false},
		{gitLabAPI, requests, `[{"iid":"1"}]`, 200, true},
	} {
		if !c.of.known() {
			continue
		}
		r := &recorder{TB: t}
		c.of.answer(r, "GET", c.template, c.status, []byte(c.body))
		if (len(r.wrong) > 0) != c.wrong {
			t.Errorf("%s %s: %q", c.of.title, c.body, r.wrong)
		}
	}
	for _, c := range []struct {
		of              *description
		template, query string
		wrong           bool
	}{
		{argoAPI, app, "appNamespace=a", false},
		{argoAPI, app, "namespace=a", true},
		{gitLabAPI, deployments, "order_by=id&sort=desc&per_page=100&page=2&environment=production", false},
		{gitLabAPI, deployments, "order_by=ref", true},
		{gitLabAPI, deployments, "status=live", true},
		{gitLabAPI, deployments, "perpage=1", true},
	} {
		r := &recorder{TB: t}
		values, err := url.ParseQuery(c.query)
		c.of.question(r, "GET", c.template, values, nil)
		if err != nil || c.of.known() && (len(r.wrong) > 0) != c.wrong {
			t.Errorf("%s %s: %q, %v", c.of.title, c.query, r.wrong, err)
		}
	}
}

// TestGraphQLCatches: documents and variables that a GraphQL server refuses are
// found out. Each line was put to graphql-js 16, which says the same.
func TestGraphQLCatches(t *testing.T) {
	t.Parallel()
	schema, err := readGraphSchema(NerdGraphSchema)
	if err != nil {
		t.Fatal(err)
	}
	const event = `changeTrackingCreateEvent(changeTrackingEvent: {entitySearch: {query: $q}`
	for _, c := range []struct {
		document, variables string
		wrong               bool
	}{
		{`{ actor { account(id: 7) { name } } }`, `{}`, false},
		{`query($a: Int!) { actor { account(id: $a) { name } } }`, `{"a":7}`, false},
		{`query($a: Int!) { actor { account(id: $a) { name } } }`, `{}`, true},
		{`query($a: Int!) { actor { account(id: $a) { name } } }`, `{"a":"7"}`, true},
		{`query($a: Int) { actor { account(id: $a) { name } } }`, `{"a":7}`, true},
		{`query($a: Int!, $b: Int) { actor { account(id: $a) { name } } }`, `{"a":7}`, true},
		{`query($a: Integer!) { actor { account(id: $a) { name } } }`, `{"a":7}`, true},
		{`{ actor { account(id: $a) { name } } }`, `{"a":7}`, true},
		{`{ actor { account(id: "7") { name } } }`, `{}`, true},
		{`{ actor { account { name } } }`, `{}`, true},
		{`{ actor { account(id: 7, region: "eu") { name } } }`, `{}`, true},
		{`{ actor { account(id: 7) } }`, `{}`, true},
		{`{ actor { account(id: 7) { name { first } } } }`, `{}`, true},
		{`{ actor { account(id: 7) { title } } }`, `{}`, true},
		{`mutation($q: String!) { ` + event + `}) { messages } }`, `{"q":"x"}`, false},
		{`mutation($q: String) { ` + event + `}) { messages } }`, `{"q":"x"}`, true},
		{`mutation($q: String!) { ` + event + `, title: "x"}) { messages } }`, `{"q":"x"}`, true},
		{`mutation($q: String!) { ` + event + `, user: 7}) { messages } }`, `{"q":"x"}`, true},
		{`mutation { changeTrackingCreateEvent(changeTrackingEvent: {user: "ada"}) { messages } }`, `{}`, true},
		{`mutation($e: ChangeTrackingCreateEventInput!) { changeTrackingCreateEvent(changeTrackingEvent: $e) { messages } }`, `{"e":{"entitySearch":{"query":"x"}}}`, false},
		{`mutation($e: ChangeTrackingCreateEventInput!) { changeTrackingCreateEvent(changeTrackingEvent: $e) { messages } }`, `{"e":{"entitySearch":{"text":"x"}}}`, true},
		{`mutation($e: ChangeTrackingEventInput!) { changeTrackingCreateEvent(changeTrackingEvent: $e) { messages } }`, `{"e":{"entitySearch":{"query":"x"}}}`, true},
		{`{ actor { account(id: 7) { name } }`, `{}`, true},
		{`{ actor; }`, `{}`, true},
	} {
		var variables map[string]any
		decoder := json.NewDecoder(strings.NewReader(c.variables))
		decoder.UseNumber()
		if err := decoder.Decode(&variables); err != nil {
			t.Fatal(err)
		}
		op, err := readGraphOperation(c.document)
		var wrong []string
		if err == nil {
			wrong = schema.check(op, variables)
		}
		if (err != nil || len(wrong) > 0) != c.wrong {
			t.Errorf("%s %s: %q, %v", c.document, c.variables, wrong, err)
		}
	}
}

// TestNewRelicsTypes: the inputs of the schema that is played are those of New
// Relic's own client, where its source is.
func TestNewRelicsTypes(t *testing.T) {
	t.Parallel()
	path := SchemaFile("newrelic.changetracking.go")
	if path == "" {
		t.Skip("New Relic's types are not here")
	}
	schema, err := readGraphSchema(NerdGraphSchema)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.StructType); ok {
			theirs[spec.Name.Name] = map[string]bool{}
			for _, f := range of.Fields.List {
				tag, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
				theirs[spec.Name.Name][tag] = true
			}
		}
		return true
	})
	for name, o := range schema {
		if !strings.HasPrefix(name, "ChangeTracking") || len(o.members) == 0 {
			continue
		}
		for member := range o.members {
			if !theirs[name][member] {
				t.Errorf("New Relic's %s has no %s", name, member)
			}
		}
		for member := range theirs[name] {
			// Entities are not played.
			if _, known := o.members[member]; !known && member != "entity" {
				t.Errorf("New Relic's %s has %s, too", name, member)
			}
		}
	}
}

// TestProxy leads a program that knows nothing of tests to the fake, by the
// name of the real one.
func TestProxy(t *testing.T) {
	t.Parallel()
	g := NewGitHub(t, "github.com", "acme", "shop")
	pem, err := os.ReadFile(g.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	proxy, err := url.Parse(g.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.github.com/repos/acme/shop", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+g.Token)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(body), `"full_name":"acme/shop"`) {
		t.Errorf("%s, %v", body, err)
	}
	if asked := g.Asked(); len(asked) != 1 || asked[0].Host != "api.github.com" {
		t.Errorf("%+v", asked)
	}
}
