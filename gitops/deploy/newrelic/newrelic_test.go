package newrelic_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/newrelic"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

const (
	key    = "NRAK-0123456789abcdef"
	entity = "MTIzNDU2fEFQTXxBUFBMSUNBVElPTnw5ODc2NTQz"
	one    = "1111111111111111111111111111111111111111"
	two    = "2222222222222222222222222222222222222222"
)

func at(hour int) time.Time { return time.Date(2026, 3, 9, hour, 0, 0, 0, time.UTC) }

func play(t *testing.T) *forgetest.NerdGraph {
	t.Helper()
	return forgetest.NewNerdGraph(t, at(18), 123456, forgetest.Entity{GUID: entity, Name: "shop", Account: 123456})
}

// transporter is any of the servers.
type transporter interface{ Transport() http.RoundTripper }

func source(t *testing.T, s transporter, change func(*newrelic.Options)) *newrelic.Source {
	t.Helper()
	o := newrelic.Options{
		Account: "123456", Entity: entity, Key: gitops.NewSecret(key), Transport: s.Transport(),
		Now: func() time.Time { return at(18) },
	}
	if change != nil {
		change(&o)
	}
	n, err := newrelic.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func byName(name string) func(*newrelic.Options) {
	return func(o *newrelic.Options) { o.Entity, o.Name = "", name }
}

type event = map[string]any

// deployed is an event of the service at an hour, with more in pairs.
func deployed(kind string, hour int, pairs ...string) event {
	e := event{"eventType()": kind, "timestamp": at(hour).UnixMilli(), "entity.guid": entity, "entity.name": "shop"}
	for i := 0; i < len(pairs); i += 2 {
		e[pairs[i]] = pairs[i+1]
	}
	return e
}

func markers() []event {
	return []event{
		deployed("Deployment", 12, "deploymentId", "d1", "version", "v1.0.0", "commit", one, "user", "ada"),
		deployed("ChangeTrackingEvent", 13, "category", "Deployment", "changeTrackingId", "c2", "version", "v1.1.0", "commit", "abc1234", "user", "robot", "deepLink", "https://ci.example.com/2"),
		deployed("Deployment", 14, "deploymentId", "c3", "version", two, "deepLink", "javascript:x"),
		deployed("ChangeTrackingEvent", 15, "category", "Feature Flag", "version", "v9"),
		{"eventType()": "Deployment", "timestamp": "never", "version": "v9", "entity.guid": entity},
		deployed("Deployment", 15),
		{"eventType()": "Deployment", "timestamp": at(18).Add(25 * time.Hour).UnixMilli(), "version": "v9", "entity.guid": entity},
		{"eventType()": "Deployment", "timestamp": -1, "version": 7, "entity.guid": entity},
		{"eventType()": "Deployment", "timestamp": at(16).UnixMilli(), "version": "v9", "entity.guid": "another", "entity.name": "shop"},
		deployed("Deployment", 17, "version", strings.Repeat("v", 2000)),
	}
}

func TestMarkersAreRows(t *testing.T) {
	g := play(t)
	g.Events = markers()
	rows, err := source(t, g, func(o *newrelic.Options) { o.Region, o.Environment = "EU", "production" }).Deployments(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := []gitops.Deployment{
		{Source: "newrelic", ID: "c3", Environment: "production", Commit: gitops.MustHash(two), Status: gitops.StatusLive, FinishedAt: at(14)},
		{Source: "newrelic", ID: "c2", Environment: "production", Ref: "abc1234", Tag: "v1.1.0", Status: gitops.StatusSuperseded, FinishedAt: at(13), Actor: "robot", URL: "https://ci.example.com/2"},
		{Source: "newrelic", ID: "d1", Environment: "production", Commit: gitops.MustHash(one), Tag: "v1.0.0", Status: gitops.StatusSuperseded, FinishedAt: at(12), Actor: "ada"},
	}
	if len(rows) != len(want) {
		t.Fatalf("got %+v", rows)
	}
	for i := range want {
		if rows[i] != want[i] {
			t.Errorf("row %d: %+v, want %+v", i, rows[i], want[i])
		}
	}
	a := g.Asked()[0]
	if a.Host != "api.eu.newrelic.com" || a.Path != "/graphql" || a.Header.Get("API-Key") != key || a.Header.Get("Authorization") != "" {
		t.Errorf("asked %+v", a)
	}
}

// TestANameIsQuoted: a name cannot get out of its place in a query, and finds no
// other service.
func TestANameIsQuoted(t *testing.T) {
	for _, name := range []string{`it's \ a shop`, `x' OR entity.name = 'other`, `'`, `\`, `\'`, `shop') OR ('a' = 'a`, "läden 🛒"} {
		g := play(t)
		mine, other := deployed("Deployment", 12, "version", "v1"), deployed("Deployment", 13, "version", "v2")
		mine["entity.name"], other["entity.name"] = name, "other"
		g.Events = []event{mine, other}
		rows, err := source(t, g, byName(name)).Deployments(context.Background())
		if err != nil || len(rows) != 1 || rows[0].Tag != "v1" {
			t.Errorf("%q: %+v, %v", name, rows, err)
		}
	}
}

// TestRegions: each has a host of its own.
func TestRegions(t *testing.T) {
	for region, host := range map[string]string{"": "api.newrelic.com", "US": "api.newrelic.com", "eu": "api.eu.newrelic.com", "jp": "api.jp.newrelic.com", "gov": "gov-api.newrelic.com"} {
		n := source(t, play(t), func(o *newrelic.Options) { o.Region = region })
		if got, _, _ := strings.Cut(n.Place(), "/"); got != host {
			t.Errorf("%q: %s", region, got)
		}
	}
}

// TestTheLabel: rows carry the name that the settings give the source.
func TestTheLabel(t *testing.T) {
	g := play(t)
	g.Events = markers()
	n := source(t, g, func(o *newrelic.Options) { o.Label = "newrelic-eu" })
	if rows, err := n.Deployments(context.Background()); err != nil || n.Name() != "newrelic-eu" || rows[0].Source != "newrelic-eu" {
		t.Errorf("%s: %+v, %v", n.Name(), rows, err)
	}
}

func TestEnvironments(t *testing.T) {
	g := play(t)
	within := deployed("ChangeTrackingEvent", 14, "category", "Deployment", "version", "v3")
	within["customAttributes"] = event{"environment": "staging"}
	g.Events = []event{
		deployed("Deployment", 12, "version", "v1"),
		deployed("ChangeTrackingEvent", 13, "category", "Deployment", "version", "v2", "environment", "staging"),
		within,
		deployed("ChangeTrackingEvent", 15, "category", "Deployment", "version", "v4", "customAttributes.environment", "canary"),
		deployed("ChangeTrackingEvent", 16, "category", "Deployment", "version", "v5", "customAttributes", `{"environment":"eu"}`),
		deployed("ChangeTrackingEvent", 17, "category", "Deployment", "version", "v6", "customAttributes", `production`),
	}
	rows, err := source(t, g, func(o *newrelic.Options) { o.Environment = "production" }).Deployments(context.Background())
	got := ""
	for _, d := range rows {
		got += fmt.Sprintf("%s %s %s\n", d.Tag, d.Environment, d.Status)
	}
	want := "v6 production live\nv5 eu live\nv4 canary live\nv3 staging live\nv2 staging superseded\nv1 production superseded\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
}

// TestOneDeploymentIsOneRow: New Relic may have two events of one, a moment apart.
func TestOneDeploymentIsOneRow(t *testing.T) {
	g := play(t)
	pair := func(seconds int64, id, version, commit string) event {
		e := deployed("Deployment", 12, "deploymentId", id, "version", version)
		e["timestamp"] = at(12).UnixMilli() + 1000*seconds
		if commit != "" {
			e["commit"] = commit
		}
		return e
	}
	g.Events = []event{
		pair(0, "a", "v1", one), pair(2, "b", "v1", ""), // the one that knows the commit stays
		pair(600, "c", "v2", two), pair(601, "d", "v2", one), // not the same thing
		pair(1200, "e", "v2", two), // deployed again
	}
	rows, err := source(t, g, nil).Deployments(context.Background())
	got := ""
	for _, d := range rows {
		got += d.ID
	}
	if err != nil || got != "edca" {
		t.Errorf("%v %q", err, got)
	}
}

// TestNoMarkerIsRemarked: a name that is misspelt finds nothing, without a word.
func TestNoMarkerIsRemarked(t *testing.T) {
	g := play(t)
	g.Events = markers()
	n := source(t, g, byName("shpo"))
	rows, err := n.Deployments(context.Background())
	var remark *deploy.Remark
	if !errors.As(err, &remark) || len(rows) != 0 || !strings.Contains(remark.What, "names shpo in account 123456") {
		t.Errorf("%+v, %v", rows, err)
	}
	g.Events = nil
	if err := source(t, g, nil).Mark(context.Background(), recovered); err != nil || len(g.Events) != 1 {
		t.Errorf("the first marker: %v", err)
	}
}

func TestErrorsWithStatus200(t *testing.T) {
	s := play(t)
	n := source(t, s, nil)
	for answer, want := range map[string]forge.TroubleKind{
		`{"data":null,"errors":[{"message":"Access denied for ` + key + `","extensions":{"errorClass":"ACCESS_DENIED"}}]}`:                       forge.Forbidden,
		`{"errors":[{"message":"slow down","extensions":{"errorClass":"TOO_MANY_REQUESTS"}}]}`:                                                   forge.Limited,
		`{"errors":[{"message":"timed out","extensions":{"errorClass":"TIMEOUT"}}]}`:                                                             forge.Broken,
		`{"errors":[{"message":"ours","extensions":{"errorClass":"INTERNAL_SERVER_ERROR"}}]}`:                                                    forge.Broken,
		`{"errors":[{"message":"no","extensions":{"error_code":"BAD_API_KEY","errorClass":"WHATEVER"}}]}`:                                        forge.NotAccepted,
		`{"errors":[{"message":"no such field"}],"data":{"actor":{"account":{"nrql":{"results":[{"timestamp":1000000000000,"version":"v"}]}}}}}`: forge.Invalid,
		`{"data":{"actor":{"account":null}}}`:                       forge.NotFound,
		`{"data":{"actor":{"account":{"nrql":null}}}}`:              forge.Nonsense,
		`{"data":{"actor":{"account":{"nrql":{"results":[1,2]}}}}}`: forge.Nonsense,
		`{}`: forge.Nonsense,
	} {
		s.SetFault(func(out http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(out, answer); return true })
		rows, err := n.Deployments(context.Background())
		var got *forge.Trouble
		var said *gitops.Error
		if !errors.As(err, &got) || got.Kind != want || rows != nil || strings.Contains(fmt.Sprintf("%+v %+v", err, got), key) {
			t.Errorf("%s: %v", answer, err)
		} else if !errors.As(err, &said) || said.Hint == "" {
			t.Errorf("%s: nothing to do about it", answer)
		}
	}
}

// TestWhoMayNotAsk: what the server says of keys and accounts comes with what to
// do about it.
func TestWhoMayNotAsk(t *testing.T) {
	g := play(t)
	g.Accounts = []int{7}
	for name, c := range map[string]struct {
		change func(*newrelic.Options)
		kind   forge.TroubleKind
		hint   string
	}{
		"another key":     {func(o *newrelic.Options) { o.Key = gitops.NewSecret("NRAK-other") }, forge.NotAccepted, "renew the token of NEW_RELIC_API_KEY; it has to be a user key"},
		"another account": {nil, forge.Forbidden, "account 123456"},
	} {
		_, err := source(t, g, c.change).Deployments(context.Background())
		var got *forge.Trouble
		var said *gitops.Error
		if !errors.As(err, &got) || got.Kind != c.kind || !errors.As(err, &said) || !strings.Contains(said.Hint, c.hint) {
			t.Errorf("%s: %v, %+v", name, err, said)
		}
	}
}

func TestWhatSettingsMustSay(t *testing.T) {
	for name, change := range map[string]func(*newrelic.Options){
		"region":      func(o *newrelic.Options) { o.Region = "mars" },
		"account":     func(o *newrelic.Options) { o.Account = "12x" },
		"too long":    func(o *newrelic.Options) { o.Account = "2147483648" },
		"entity":      func(o *newrelic.Options) { o.Entity = "x' OR 1=1" },
		"no entity":   func(o *newrelic.Options) { o.Entity = "" },
		"a name's CR": byName("a\rb"),
		"key":         func(o *newrelic.Options) { o.Key = gitops.Secret{} },
	} {
		o := newrelic.Options{Account: "1", Entity: entity, Key: gitops.NewSecret(key)}
		change(&o)
		if _, err := newrelic.New(o); gitops.CodeOf(err) != gitops.CodeUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
