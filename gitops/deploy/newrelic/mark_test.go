package newrelic_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/deploy/newrelic"
	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

var recovered = gitops.Deployment{
	Commit: gitops.MustHash(two), Tag: "v1.1.1", Actor: "ada", URL: "https://github.com/acme/shop/releases/tag/v1.1.1",
}

// TestAMarkerIsWrittenOnce: the server takes it, has all of it, and gives it back
// as a row.
func TestAMarkerIsWrittenOnce(t *testing.T) {
	for name, change := range map[string]func(*newrelic.Options){"by its GUID": nil, "by its name": byName("shop")} {
		g := play(t)
		g.Events, g.Legacy = markers(), true
		// Another account has a service of this name, too.
		g.Entities = append(g.Entities, forgetest.Entity{GUID: "b3RoZXI", Name: "shop", Account: 7})
		before := len(g.Events)
		n := source(t, g, change)
		for range 2 {
			if err := n.Mark(context.Background(), recovered); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		made := g.Events[before:]
		if len(made) != 2 { // with the one of the older sort, which the server adds
			t.Fatalf("%s: made %v", name, made)
		}
		for attribute, want := range (event{
			"category": "Deployment", "type": "Basic", "version": "v1.1.1", "commit": two, "user": "ada", "entity.guid": entity,
			"deepLink": recovered.URL, "shortDescription": "production recovered with v1.1.1",
		}) {
			if made[0][attribute] != want {
				t.Errorf("%s: %s is %v", name, attribute, made[0][attribute])
			}
		}
		rows, err := n.Deployments(context.Background())
		if err != nil || len(rows) < 2 || rows[0].Commit != recovered.Commit || rows[0].Status != gitops.StatusLive || rows[1].Commit == recovered.Commit && rows[1].Tag != "" {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
}

// TestWhatIsMarkedAlready: however the one who wrote it named the release.
func TestWhatIsMarkedAlready(t *testing.T) {
	for _, c := range []struct {
		version, commit string
		marked          bool
	}{
		{"v1.1.1", two, true},
		{"v1.1.1", two[:9], true},
		{"v1.1.1", "", true},
		{"v1.1.1", one, false},
		{"v1.1.1", "build 7", false},
		{"v1.1.0", two, false},
		{two, "", false},
	} {
		g := play(t)
		e := deployed("Deployment", 12, "version", c.version)
		if c.commit != "" {
			e["commit"] = c.commit
		}
		g.Events = []event{e}
		if err := source(t, g, nil).Mark(context.Background(), recovered); err != nil {
			t.Fatal(err)
		}
		if marked := len(g.Events) == 1; marked != c.marked {
			t.Errorf("%+v: marked already: %v", c, marked)
		}
	}
}

func TestAMarkerThatIsNotTaken(t *testing.T) {
	g := play(t)
	g.Entities = nil
	var got *forge.Trouble
	if err := source(t, g, nil).Mark(context.Background(), recovered); !errors.As(err, &got) || got.Kind != forge.Invalid || !strings.Contains(err.Error(), "exactly one entity") {
		t.Error(err)
	}
	for answer, kind := range map[string]forge.TroubleKind{
		`{"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":null,"messages":["no entity matches"]}}}`: forge.Invalid,
		`{"data":{"changeTrackingCreateEvent":{"changeTrackingEvent":{},"messages":[]}}}`:                      forge.Invalid,
		`{"data":{"changeTrackingCreateEvent":null}}`:                                                          forge.Nonsense,
	} {
		first := true
		g.SetFault(func(out http.ResponseWriter, _ *http.Request) bool {
			if first {
				first = false
				return false
			}
			fmt.Fprint(out, answer)
			return true
		})
		var said *gitops.Error
		if err := source(t, g, nil).Mark(context.Background(), recovered); !errors.As(err, &got) || got.Kind != kind || !errors.As(err, &said) || said.Hint == "" {
			t.Errorf("%s: %v", answer, err)
		}
	}
}
