// Package newrelic reads the deployment markers of New Relic's change tracking,
// and writes one for a release by which production recovered.
//
// Promise: a marker is read as what it is: somebody's word that a version was
// deployed to a service at a moment. The newest is taken to be live, those before
// it to be superseded.
//
// Rules it keeps:
//   - it asks NerdGraph (GraphQL over https) at New Relic's own hosts, by the key
//     of NEW_RELIC_API_KEY, and nobody else;
//   - what settings name is checked before it stands in a query;
//   - GraphQL tells errors with status 200: an answer without them is one that
//     has none, not one with that status;
//   - a release that has a marker already is not marked twice.
//
// Both sorts of events are read: ChangeTrackingEvent of the present interface and
// Deployment of the older ones.
package newrelic

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/rest"
	"ahead/gitops/forge"
)

// KeyVariable is the environment's variable that holds the key.
const KeyVariable = "NEW_RELIC_API_KEY"

// Options say whose markers are wanted.
type Options struct {
	// Account is the account's number, Region us (also where empty) or eu.
	Account, Region string
	// Entity is the GUID of the service; without it Name finds it by its name.
	Entity, Name string
	// Environment is that of rows which name none.
	Environment string
	Key         gitops.Secret
	Transport   http.RoundTripper
	Now         func() time.Time
}

// Source is one service's markers. It is safe for concurrent use.
type Source struct {
	opts    Options
	account int
	client  *rest.Client
}

var (
	_ deploy.Source = (*Source)(nil)
	_ deploy.Placed = (*Source)(nil)
	_ deploy.Marker = (*Source)(nil)
)

// guid is what an entity's id looks like: it stands in a query as it is.
var guid = regexp.MustCompile(`^[A-Za-z0-9+/=_|-]{8,200}$`)

// New makes the source; nobody is asked yet.
func New(o Options) (*Source, error) {
	bad := func(what, hint string) error { return &gitops.Error{Code: gitops.CodeUsage, What: what, Hint: hint} }
	host := ""
	switch strings.ToLower(o.Region) {
	case "", "us":
		host = "api.newrelic.com"
	case "eu":
		host = "api.eu.newrelic.com"
	default:
		return nil, bad(fmt.Sprintf("New Relic has no region %q", o.Region), `write region = "us" or "eu"`)
	}
	account, err := strconv.Atoi(o.Account)
	if err != nil || account <= 0 {
		return nil, bad("the number of the account at New Relic is not known", "write account = NUMBER below the source in your settings")
	}
	if o.Entity == "" && o.Name == "" || o.Entity != "" && !guid.MatchString(o.Entity) || strings.ContainsFunc(o.Name, unprintable) {
		return nil, bad("the service at New Relic is not known", `write entity = "GUID", or application = "NAME", below the source in your settings`)
	}
	if o.Key.IsZero() {
		return nil, bad("there is no key for New Relic", "set "+KeyVariable+" to a user key")
	}
	client, err := rest.New(rest.Options{
		Server: host, Secret: o.Key, From: KeyVariable, Header: "API-Key", Transport: o.Transport, Now: o.Now,
	})
	return &Source{opts: o, account: account, client: client}, err
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f }

// Name implements deploy.Source.
func (s *Source) Name() string { return gitops.SourceNewRelic }

// Place implements deploy.Placed.
func (s *Source) Place() string {
	return fmt.Sprintf("%s/%d/%s", s.client.Host(), s.account, cmp.Or(s.opts.Name, s.opts.Entity))
}

// quote is a text in NRQL.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func (s *Source) which(guid, name string) string {
	if s.opts.Entity != "" {
		return guid + " = " + quote(s.opts.Entity)
	}
	return name + " = " + quote(s.opts.Name)
}

const question = `query($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql) { results } } } }`

// Deployments implements deploy.Source. It asks the network.
func (s *Source) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	nrql := "SELECT * FROM ChangeTrackingEvent, Deployment WHERE (eventType() = 'Deployment' OR category IN ('Deployment', 'deployment', 'DEPLOYMENT')) AND " +
		s.which("entity.guid", "entity.name") + " SINCE 90 days ago LIMIT 200"
	var data struct {
		Actor struct {
			Account *struct {
				NRQL *struct {
					Results []map[string]any `json:"results"`
				} `json:"nrql"`
			} `json:"account"`
		} `json:"actor"`
	}
	if err := s.ask(ctx, question, map[string]any{"account": s.account, "nrql": nrql}, &data); err != nil {
		return nil, err
	}
	if data.Actor.Account == nil || data.Actor.Account.NRQL == nil {
		return nil, s.client.Trouble(forge.Nonsense, "it has no results in it")
	}
	return s.rows(data.Actor.Account.NRQL.Results), nil
}

// ask sends a GraphQL question and reads its data.
func (s *Source) ask(ctx context.Context, query string, variables map[string]any, into any) error {
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message    string `json:"message"`
			Extensions struct {
				Class string `json:"errorClass"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	if err := s.client.Ask(ctx, http.MethodPost, "/graphql", map[string]any{"query": query, "variables": variables}, &answer); err != nil {
		return err
	}
	if len(answer.Errors) > 0 {
		first := answer.Errors[0]
		return s.client.Trouble(kindOf(first.Extensions.Class), cmp.Or(first.Message, first.Extensions.Class, "an error without words"))
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		return s.client.Trouble(forge.Nonsense, "its data are not what was asked for")
	}
	return nil
}

// kindOf reads NerdGraph's classes of errors; one that is not known is taken for
// a question that was wrong.
func kindOf(class string) forge.TroubleKind {
	switch class {
	case "ACCESS_DENIED":
		return forge.Forbidden
	case "UNAUTHENTICATED":
		return forge.NotAccepted
	case "NOT_FOUND":
		return forge.NotFound
	case "TOO_MANY_REQUESTS":
		return forge.Limited
	case "TIMEOUT", "SERVER_ERROR":
		return forge.Broken
	}
	return forge.Invalid
}

// rows reads the events; what has no time or names nothing is left out.
func (s *Source) rows(events []map[string]any) []gitops.Deployment {
	rows := make([]gitops.Deployment, 0, len(events))
	for _, e := range events {
		d := gitops.Deployment{
			Source: gitops.SourceNewRelic, ID: text(e, "changeTrackingId", "deploymentId"),
			Environment: cmp.Or(text(e, "environment"), s.opts.Environment),
			Actor:       text(e, "user"), URL: rest.WebAddress(text(e, "deepLink")), FinishedAt: moment(e["timestamp"]),
		}
		id, version := text(e, "commit"), text(e, "version")
		if h, err := gitops.ParseHash(strings.ToLower(id)); err == nil {
			d.Commit = h
		} else if h, err := gitops.ParseHash(strings.ToLower(version)); err == nil && id == "" {
			d.Commit, version = h, ""
		} else {
			d.Ref = cmp.Or(id, version)
		}
		d.Tag = version
		if d.FinishedAt.IsZero() || d.Commit.IsZero() && d.Ref == "" {
			continue
		}
		rows = append(rows, d)
	}
	slices.SortStableFunc(rows, func(a, b gitops.Deployment) int { return b.At().Compare(a.At()) })
	inForce := map[string]bool{}
	for i := range rows {
		rows[i].Status = gitops.StatusLive
		if e := strings.ToLower(rows[i].Environment); inForce[e] {
			rows[i].Status = gitops.StatusSuperseded
		} else {
			inForce[e] = true
		}
	}
	return rows
}

func text(e map[string]any, names ...string) string {
	for _, name := range names {
		if s, ok := e[name].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// lastMoment is the latest that is believed: the year 5138 in milliseconds.
const lastMoment = 100_000_000_000_000

// moment reads milliseconds since 1970.
func moment(v any) time.Time {
	ms, ok := v.(float64)
	if !ok || ms <= 0 || ms > lastMoment {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms)).UTC()
}
