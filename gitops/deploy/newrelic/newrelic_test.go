package newrelic_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
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

// graph plays NerdGraph: it answers NRQL with these results and takes markers.
type graph struct {
	results  string
	mutation string
	nrql     []string
	events   []map[string]any
}

func (g *graph) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	var asked struct {
		Query     string
		Variables struct {
			Account int
			NRQL    string
			Event   map[string]any
		}
	}
	// The server has read the body; what was asked is in Asked.
	if err := json.Unmarshal([]byte(in.Header.Get("X-Body")), &asked); err != nil {
		http.Error(out, "no JSON", http.StatusBadRequest)
		return
	}
	if strings.HasPrefix(asked.Query, "mutation") {
		g.events = append(g.events, asked.Variables.Event)
		fmt.Fprint(out, g.mutation)
		return
	}
	g.nrql = append(g.nrql, asked.Variables.NRQL)
	fmt.Fprintf(out, `{"data":{"actor":{"account":{"nrql":{"results":%s}}}}}`, g.results)
}

func play(t *testing.T, g *graph) *forgetest.Server {
	t.Helper()
	s := forgetest.New(t, "api.newrelic.com", "api.eu.newrelic.com")
	for _, host := range []string{"api.newrelic.com", "api.eu.newrelic.com"} {
		s.Play(host, http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
			asked := s.Asked()
			in.Header.Set("X-Body", asked[len(asked)-1].Body)
			g.ServeHTTP(out, in)
		}))
	}
	return s
}

func source(t *testing.T, s *forgetest.Server, change func(*newrelic.Options)) *newrelic.Source {
	t.Helper()
	o := newrelic.Options{Account: "123456", Entity: entity, Key: gitops.NewSecret(key), Transport: s.Transport()}
	if change != nil {
		change(&o)
	}
	n, err := newrelic.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const markers = `[
 {"eventType()":"Deployment","deploymentId":"d1","timestamp":1773057600000,"version":"v1.0.0","commit":"` + one + `","user":"ada","entity.guid":"` + entity + `"},
 {"changeTrackingId":"c2","timestamp":1773061200000,"version":"v1.1.0","commit":"abc1234","user":"robot","deepLink":"https://ci.example.com/2","category":"Deployment"},
 {"changeTrackingId":"c3","timestamp":1773064800000,"version":"` + two + `","deepLink":"javascript:x"},
 {"timestamp":"never","version":"v9"},{"timestamp":1773064800001},{"timestamp":-1,"version":7}
]`

func TestMarkersAreRows(t *testing.T) {
	g := &graph{results: markers}
	s := play(t, g)
	rows, err := source(t, s, func(o *newrelic.Options) { o.Region, o.Environment = "EU", "production" }).Deployments(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour int) time.Time { return time.Date(2026, 3, 9, hour, 0, 0, 0, time.UTC) }
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
	a := s.Asked()[0]
	if a.Host != "api.eu.newrelic.com" || a.Path != "/graphql" || a.Header.Get("API-Key") != key || a.Header.Get("Authorization") != "" {
		t.Errorf("asked %+v", a)
	}
	if !strings.Contains(g.nrql[0], "entity.guid = '"+entity+"'") || !strings.Contains(g.nrql[0], "FROM ChangeTrackingEvent, Deployment") {
		t.Errorf("asked %q", g.nrql[0])
	}
}

func TestANameIsQuoted(t *testing.T) {
	g := &graph{results: `[]`}
	n := source(t, play(t, g), func(o *newrelic.Options) { o.Entity, o.Name = "", `it's \ a shop` })
	if rows, err := n.Deployments(context.Background()); err != nil || len(rows) != 0 {
		t.Fatal(rows, err)
	}
	if !strings.Contains(g.nrql[0], `entity.name = 'it\'s \\ a shop' SINCE`) {
		t.Errorf("asked %q", g.nrql[0])
	}
}

func TestErrorsWithStatus200(t *testing.T) {
	s := play(t, &graph{results: `[]`})
	n := source(t, s, nil)
	for answer, want := range map[string]forge.TroubleKind{
		`{"data":null,"errors":[{"message":"Access denied for ` + key + `","extensions":{"errorClass":"ACCESS_DENIED"}}]}`:           forge.Forbidden,
		`{"errors":[{"message":"slow down","extensions":{"errorClass":"TOO_MANY_REQUESTS"}}]}`:                                       forge.Limited,
		`{"errors":[{"message":"timed out","extensions":{"errorClass":"TIMEOUT"}}]}`:                                                 forge.Broken,
		`{"errors":[{"message":"no such field"}],"data":{"actor":{"account":{"nrql":{"results":[{"timestamp":1,"version":"v"}]}}}}}`: forge.Invalid,
		`{"data":{"actor":{"account":null}}}`:                       forge.Nonsense,
		`{"data":{"actor":{"account":{"nrql":null}}}}`:              forge.Nonsense,
		`{"data":{"actor":{"account":{"nrql":{"results":[1,2]}}}}}`: forge.Nonsense,
		`{}`: forge.Nonsense,
	} {
		s.SetFault(func(out http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(out, answer); return true })
		rows, err := n.Deployments(context.Background())
		var got *forge.Trouble
		if !errors.As(err, &got) || got.Kind != want || rows != nil || strings.Contains(fmt.Sprintf("%+v", got), key) {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestAMarkerIsWrittenOnce(t *testing.T) {
	g := &graph{results: markers, mutation: `{"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":{"changeTrackingId":"c4"},"messages":[]}}}`}
	n := source(t, play(t, g), nil)
	made := gitops.Deployment{Commit: gitops.MustHash(two), Tag: "v1.1.1", Actor: "ada", URL: "https://github.com/acme/shop/releases/tag/v1.1.1"}
	if err := n.Mark(context.Background(), made); err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(g.events)
	want := `[{"categoryAndTypeData":{"categoryFields":{"deployment":{"commit":"` + two + `","deepLink":"https://github.com/acme/shop/releases/tag/v1.1.1","version":"v1.1.1"}},"kind":{"category":"Deployment","type":"Basic"}},"entitySearch":{"query":"id = '` + entity + `'"},"shortDescription":"production recovered with v1.1.1","user":"ada"}]`
	if string(got) != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	again := gitops.Deployment{Commit: gitops.MustHash(one), Tag: "v1.0.0"}
	if err := n.Mark(context.Background(), again); err != nil || len(g.events) != 1 {
		t.Errorf("marked twice: %v, %d", err, len(g.events))
	}
	for answer, kind := range map[string]forge.TroubleKind{
		`{"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":null,"messages":["no entity matches"]}}}`: forge.Invalid,
		`{"data":{"changeTrackingCreateEvent":null}}`:                                                          forge.Nonsense,
	} {
		g.mutation = answer
		var got *forge.Trouble
		if err := n.Mark(context.Background(), made); !errors.As(err, &got) || got.Kind != kind {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestWhatSettingsMustSay(t *testing.T) {
	for name, change := range map[string]func(*newrelic.Options){
		"region":    func(o *newrelic.Options) { o.Region = "mars" },
		"account":   func(o *newrelic.Options) { o.Account = "12x" },
		"entity":    func(o *newrelic.Options) { o.Entity = "x' OR 1=1" },
		"no entity": func(o *newrelic.Options) { o.Entity = "" },
		"key":       func(o *newrelic.Options) { o.Key = gitops.Secret{} },
	} {
		o := newrelic.Options{Account: "1", Entity: entity, Key: gitops.NewSecret(key)}
		change(&o)
		if _, err := newrelic.New(o); gitops.CodeOf(err) != gitops.CodeUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
