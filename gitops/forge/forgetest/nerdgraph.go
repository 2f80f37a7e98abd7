package forgetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// NerdGraphSchema is what of New Relic's GraphQL is played, by the names and
// types of New Relic's own client for Go, which is generated from the schema.
const NerdGraphSchema = `
scalar Nrql scalar Seconds scalar NrdbResult scalar EpochMilliseconds scalar EntityGuid
scalar ChangeTrackingCategoryType scalar ChangeTrackingRawCustomAttributesMap scalar ChangeTrackingValidationFlag
type RootQueryType { actor: Actor }
type Actor { account(id: Int!): Account }
type Account { id: Int name: String nrql(query: Nrql!, timeout: Seconds): NrdbResultContainer }
type NrdbResultContainer { results: [NrdbResult] nrql: Nrql rawResponse: NrdbResult }
type RootMutationType {
  changeTrackingCreateEvent(changeTrackingEvent: ChangeTrackingCreateEventInput!, dataHandlingRules: ChangeTrackingDataHandlingRules): ChangeTrackingCreateEventResponse
}
type ChangeTrackingCreateEventResponse { changeTrackingEvent: ChangeTrackingEvent messages: [String!]! }
type ChangeTrackingEvent {
  category: String! categoryAndType: ChangeTrackingCategoryType! changeTrackingId: String! customAttributes: ChangeTrackingRawCustomAttributesMap
  description: String groupId: String shortDescription: String timestamp: EpochMilliseconds! type: String! user: String
}
input ChangeTrackingDataHandlingRules { validationFlags: [ChangeTrackingValidationFlag!] }
input ChangeTrackingCreateEventInput {
  categoryAndTypeData: ChangeTrackingCategoryRelatedInput customAttributes: ChangeTrackingRawCustomAttributesMap description: String
  entitySearch: ChangeTrackingEntitySearchInput! groupId: String shortDescription: String timestamp: EpochMilliseconds user: String
}
input ChangeTrackingCategoryRelatedInput { categoryFields: ChangeTrackingCategoryFieldsInput kind: ChangeTrackingCategoryAndTypeInput }
input ChangeTrackingCategoryAndTypeInput { category: String! type: String! }
input ChangeTrackingCategoryFieldsInput { deployment: ChangeTrackingDeploymentFieldsInput featureFlag: ChangeTrackingFeatureFlagFieldsInput }
input ChangeTrackingDeploymentFieldsInput { changelog: String commit: String deepLink: String version: String! }
input ChangeTrackingFeatureFlagFieldsInput { featureFlagId: String! }
input ChangeTrackingEntitySearchInput { query: String! }
`

// Entity is a service that New Relic watches.
type Entity struct {
	GUID, Name string
	Account    int
}

// NerdGraph plays New Relic's API: it refuses what its schema does not have, as
// GraphQL servers do, and reads the queries that it is given. Its fields may be
// changed between questions.
type NerdGraph struct {
	*Server
	sync.Mutex
	schema graphSchema
	// Key is the only one that is accepted; Accounts are those that it may see.
	Key      string
	Accounts []int
	Entities []Entity
	// Events are what NRQL finds, by attribute; "eventType()" is their type.
	Events []map[string]any
	// Legacy also writes the older sort of event for one that is created, as
	// happens for services that an agent of New Relic watches.
	Legacy bool
	Now    func() time.Time
}

// NewNerdGraph starts a New Relic with one service, in the US and in the EU.
func NewNerdGraph(t testing.TB, now time.Time, account int, service Entity) *NerdGraph {
	t.Helper()
	schema, err := readGraphSchema(NerdGraphSchema)
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"api.newrelic.com", "api.eu.newrelic.com"}
	g := &NerdGraph{
		Server: New(t, hosts...), schema: schema, Key: "NRAK-0123456789abcdef", Accounts: []int{account}, Entities: []Entity{service},
		Now: func() time.Time { return now },
	}
	for _, host := range hosts {
		g.Play(host, http.HandlerFunc(g.serve))
	}
	return g
}

func (g *NerdGraph) serve(out http.ResponseWriter, in *http.Request) {
	g.Lock()
	defer g.Unlock()
	out.Header().Set("Content-Type", "application/json; charset=utf-8")
	status, body := g.answer(in)
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(body)
}

func graphErrors(class string, said ...string) JSON {
	var all []any
	for _, message := range said {
		e := JSON{"message": message, "locations": []any{JSON{"line": 1, "column": 1}}}
		if class != "" {
			e["extensions"] = JSON{"errorClass": class}
		}
		all = append(all, e)
	}
	return JSON{"errors": all}
}

func (g *NerdGraph) answer(in *http.Request) (int, JSON) {
	switch {
	case in.URL.Path != "/graphql":
		return http.StatusNotFound, JSON{"message": "no Route matched with those values"}
	case in.Method != http.MethodPost || !strings.HasPrefix(in.Header.Get("Content-Type"), "application/json"):
		return http.StatusBadRequest, graphErrors("", "no query")
	case in.Header.Get("API-Key") != g.Key:
		return http.StatusUnauthorized, JSON{"errors": []any{JSON{"message": "Invalid API key", "extensions": JSON{"errorClass": "UNAUTHORIZED", "error_code": "BAD_API_KEY"}}}}
	}
	var asked struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	decoder := json.NewDecoder(bytes.NewReader(bodyOf(in)))
	decoder.UseNumber()
	if err := decoder.Decode(&asked); err != nil {
		return http.StatusBadRequest, graphErrors("", "no JSON")
	}
	op, err := readGraphOperation(asked.Query)
	if err != nil {
		return http.StatusOK, graphErrors("", err.Error())
	}
	if wrong := g.schema.check(op, asked.Variables); len(wrong) > 0 {
		return http.StatusOK, graphErrors("", wrong...)
	}
	run := &graphRun{g, asked.Variables}
	if op.kind == "mutation" {
		return http.StatusOK, run.create(op.of[0])
	}
	return http.StatusOK, run.query(op)
}

type graphRun struct {
	*NerdGraph
	variables map[string]any
}

func (r *graphRun) arg(f graphField, name string) any {
	return filled(f.args[name], r.variables)
}

// query answers actor { account { nrql { results } } }, which is all that the
// schema has.
func (r *graphRun) query(op graphOperation) JSON {
	actor := op.of[0]
	account := actor.of[0]
	number, _ := r.arg(account, "id").(json.Number)
	id, err := strconv.Atoi(number.String())
	if err != nil || !slices.Contains(r.Accounts, id) {
		e := graphErrors("ACCESS_DENIED", "Access denied.")
		e["data"] = JSON{"actor": JSON{"account": nil}}
		return e
	}
	text, _ := r.arg(account.of[0], "query").(string)
	query, err := readNRQL(text)
	if err != nil {
		e := graphErrors("INVALID_INPUT", err.Error())
		e["data"] = JSON{"actor": JSON{"account": JSON{"nrql": nil}}}
		return e
	}
	return JSON{"data": JSON{"actor": JSON{"account": JSON{"nrql": JSON{"results": r.find(query)}}}}}
}

// find gives the events that a query names, the newest first.
func (g *NerdGraph) find(q nrqlQuery) []any {
	var found []map[string]any
	for _, e := range g.Events {
		kind, _ := e["eventType()"].(string)
		at, timed := e["timestamp"].(int64)
		if slices.Contains(q.from, kind) && q.where(e) && (!timed || g.Now().Sub(time.UnixMilli(at)) < q.since) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, func(a, b map[string]any) int {
		x, _ := a["timestamp"].(int64)
		y, _ := b["timestamp"].(int64)
		return int(y - x)
	})
	out := []any{}
	for _, e := range found[:min(len(found), q.limit)] {
		shown := JSON{}
		for name, value := range e {
			if name != "eventType()" {
				shown[name] = value
			}
		}
		out = append(out, shown)
	}
	return out
}

// chosen finds the one entity that a search names.
func (g *NerdGraph) chosen(search string) (Entity, error) {
	q, err := readNRQL("SELECT * FROM Entity WHERE " + search + " SINCE 1 days ago LIMIT 1")
	if err != nil {
		return Entity{}, err
	}
	var found []Entity
	for _, e := range g.Entities {
		if q.where(map[string]any{"id": e.GUID, "name": e.Name, "accountId": strconv.Itoa(e.Account)}) {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return Entity{}, fmt.Errorf("the entity search query has to match exactly one entity, and matches %d", len(found))
	}
	return found[0], nil
}

func (r *graphRun) create(f graphField) JSON {
	event, _ := r.arg(f, "changeTrackingEvent").(map[string]any)
	within := func(in map[string]any, keys ...string) map[string]any {
		for _, key := range keys {
			in, _ = in[key].(map[string]any)
		}
		return in
	}
	search, _ := within(event, "entitySearch")["query"].(string)
	entity, err := r.chosen(search)
	if err != nil {
		return graphErrors("INVALID_INPUT", err.Error())
	}
	kind, fields := within(event, "categoryAndTypeData", "kind"), within(event, "categoryAndTypeData", "categoryFields", "deployment")
	if !strings.EqualFold(fmt.Sprint(kind["category"]), "deployment") || !strings.EqualFold(fmt.Sprint(kind["type"]), "basic") || fields == nil {
		return graphErrors("INVALID_INPUT", "the category and type are no standard ones, or lack their fields")
	}
	made := map[string]any{
		"eventType()": "ChangeTrackingEvent", "changeTrackingId": fmt.Sprintf("made-%d", len(r.Events)), "timestamp": r.Now().UnixMilli(),
		"category": "Deployment", "type": "Basic", "entity.guid": entity.GUID, "entity.name": entity.Name,
	}
	for _, from := range []map[string]any{fields, within(event, "customAttributes")} {
		for name, value := range from {
			made[name] = value
		}
	}
	for _, name := range []string{"user", "shortDescription", "description", "groupId"} {
		if value, given := event[name]; given {
			made[name] = value
		}
	}
	r.Events = append(r.Events, made)
	if r.Legacy {
		r.Events = append(r.Events, map[string]any{
			"eventType()": "Deployment", "deploymentId": "legacy", "timestamp": r.Now().UnixMilli() + 900, "version": fields["version"],
			"entity.guid": entity.GUID, "entity.name": entity.Name,
		})
	}
	return JSON{"data": JSON{f.name: JSON{"changeTrackingEvent": JSON{"changeTrackingId": made["changeTrackingId"]}, "messages": []any{}}}}
}
