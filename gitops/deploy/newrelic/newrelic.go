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
	// Label is the name that the rows carry; empty is newrelic.
	Label string
	// Account is the account's number, Region us (also where empty), eu, jp or gov.
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
	account int64
	client  *rest.Client
}

var (
	_ deploy.Source = (*Source)(nil)
	_ deploy.Placed = (*Source)(nil)
	_ deploy.Marker = (*Source)(nil)
)

// hosts are those of the regions.
var hosts = map[string]string{
	"us": "api.newrelic.com", "eu": "api.eu.newrelic.com", "jp": "api.jp.newrelic.com", "gov": "gov-api.newrelic.com",
}

// guid is what an entity's id looks like: it stands in a query as it is.
var guid = regexp.MustCompile(`^[A-Za-z0-9+/=_|-]{8,200}$`)

// New makes the source; nobody is asked yet.
func New(o Options) (*Source, error) {
	bad := func(what, hint string) error { return &gitops.Error{Code: gitops.CodeUsage, What: what, Hint: hint} }
	host, known := hosts[strings.ToLower(cmp.Or(o.Region, "us"))]
	if !known {
		return nil, bad(fmt.Sprintf("New Relic has no region %q", o.Region), `write region = "us", "eu", "jp" or "gov"`)
	}
	account, err := strconv.ParseInt(o.Account, 10, 32) // GraphQL's Int has no more bits
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
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Label = cmp.Or(o.Label, gitops.SourceNewRelic)
	return &Source{opts: o, account: account, client: client}, nil
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f }

// Name implements deploy.Source.
func (s *Source) Name() string { return s.opts.Label }

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

// reach is how far back markers are read, in days: New Relic keeps them for 13
// months, and what was deployed a while ago may well be what runs.
const reach = 365

const question = `query($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql) { results } } } }`

// Deployments implements deploy.Source. It asks the network. Where there is no
// marker that is remarked: New Relic does not say that it knows no such service.
func (s *Source) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	rows, err := s.markers(ctx)
	if err == nil && len(rows) == 0 {
		err = &deploy.Remark{
			What: fmt.Sprintf("no marker of the last %d days names %s in account %d", reach, cmp.Or(s.opts.Entity, s.opts.Name), s.account),
			Hint: "look at account, region, entity and application below the source in your settings",
		}
	}
	return rows, err
}

func (s *Source) markers(ctx context.Context) ([]gitops.Deployment, error) {
	nrql := "SELECT * FROM ChangeTrackingEvent, Deployment WHERE (eventType() = 'Deployment' OR category IN ('Deployment', 'deployment', 'DEPLOYMENT')) AND " +
		s.which("entity.guid", "entity.name") + fmt.Sprintf(" SINCE %d days ago LIMIT 200", reach)
	var data struct {
		Actor struct {
			Account *struct {
				NRQL *struct {
					Results []map[string]any `json:"results"`
				} `json:"nrql"`
			} `json:"account"`
		} `json:"actor"`
	}
	err := s.ask(ctx, question, map[string]any{"account": s.account, "nrql": nrql}, &data)
	switch {
	case err != nil:
		return nil, err
	case data.Actor.Account == nil:
		return nil, s.explain(s.client.Trouble(forge.NotFound, ""))
	case data.Actor.Account.NRQL == nil:
		return nil, s.explain(s.client.Trouble(forge.Nonsense, "it has no results in it"))
	}
	return s.rows(data.Actor.Account.NRQL.Results), nil
}

// explain says what to do about trouble.
func (s *Source) explain(err error) error {
	return rest.Explain(err, func(k forge.TroubleKind) string {
		switch k {
		case forge.NotAccepted:
			return "it has to be a user key (NRAK-…), and one of this region"
		case forge.Forbidden, forge.NotFound:
			return fmt.Sprintf("the key's user has to see account %d; a key of one region knows nothing of another", s.account)
		case forge.Invalid:
			return "look at account, entity and application below the source in your settings"
		}
		return ""
	})
}

// ask sends a GraphQL question and reads its data. Its errors say what to do.
func (s *Source) ask(ctx context.Context, query string, variables map[string]any, into any) error {
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message    string `json:"message"`
			Extensions struct {
				Class string `json:"errorClass"`
				Code  string `json:"error_code"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	if err := s.client.Ask(ctx, http.MethodPost, "/graphql", map[string]any{"query": query, "variables": variables}, &answer); err != nil {
		return s.explain(err)
	}
	if len(answer.Errors) > 0 {
		first := answer.Errors[0]
		class := cmp.Or(first.Extensions.Code, first.Extensions.Class)
		return s.explain(s.client.Trouble(kindOf(class), cmp.Or(first.Message, class, "an error without words")))
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		return s.explain(s.client.Trouble(forge.Nonsense, "its data are not what was asked for"))
	}
	return nil
}

// kindOf reads NerdGraph's classes of errors, and its code for a key that it does
// not know; what is neither is taken for a question that was wrong.
func kindOf(class string) forge.TroubleKind {
	switch class {
	case "ACCESS_DENIED":
		return forge.Forbidden
	case "BAD_API_KEY", "UNAUTHENTICATED", "UNAUTHORIZED":
		return forge.NotAccepted
	case "NOT_FOUND":
		return forge.NotFound
	case "TOO_MANY_REQUESTS":
		return forge.Limited
	case "TIMEOUT", "SERVER_ERROR", "INTERNAL_SERVER_ERROR":
		return forge.Broken
	}
	return forge.Invalid
}
