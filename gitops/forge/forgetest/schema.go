package forgetest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

// SchemasVariable is the environment's variable that names a folder with the
// descriptions that services publish of their APIs. Without it they are looked
// for in shared/schemas beside a checkout. What is absent is not held against
// anything.
const SchemasVariable = "AHEAD_SCHEMAS"

// The descriptions, by the names of their files:
//   - github.openapi.json: of @octokit/openapi, whole or in part;
//   - gitlab.openapi.json: of gitlabhq, doc/api/openapi/openapi_v2.yaml, as JSON;
//   - argocd.swagger.json: of argo-cd, assets/swagger.json;
//   - newrelic.changetracking.go: of newrelic-client-go, pkg/changetracking/types.go,
//     which is generated from New Relic's schema.
var (
	gitHubAPI = newDescription("GitHub", "github.openapi.json", nil)
	gitLabAPI = newDescription("GitLab", "gitlab.openapi.json", asGitLabMeansIt)
	argoAPI   = newDescription("Argo CD", "argocd.swagger.json", nil)
)

// SchemaFile finds a description; empty where it is absent.
func SchemaFile(name string) string {
	if folder := os.Getenv(SchemasVariable); folder != "" {
		return present(filepath.Join(folder, name))
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if found := present(filepath.Join(dir, "..", "shared", "schemas", name)); found != "" {
			return found
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

func present(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// description is what a service publishes of its API.
type description struct {
	title string
	// read is asked once for all tests of a package; nil where the file is absent.
	read func() (*described, error)
}

type described struct {
	*openapi3.T
	// nulls: it is in a language that has no word for what may be null.
	nulls bool
}

// newDescription mends what a description gets wrong itself, where mend is given.
func newDescription(title, file string, mend func(*openapi3.T)) *description {
	return &description{title: title, read: sync.OnceValues(func() (*described, error) {
		path := SchemaFile(file)
		if path == "" {
			return nil, nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var version struct{ Swagger string }
		if err := json.Unmarshal(data, &version); err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
		if version.Swagger == "" {
			doc, err := openapi3.NewLoader().LoadFromData(data)
			return &described{doc, false}, err
		}
		var old openapi2.T
		if err := json.Unmarshal(data, &old); err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
		doc, err := openapi2conv.ToV3(&old)
		if mend != nil && err == nil {
			mend(doc)
		}
		return &described{doc, true}, err
	})}
}

// asGitLabMeansIt takes back two things that GitLab's description says of what
// nobody documented: that it is text, and that there is one of it. Both are what
// its generator writes where the source code says nothing.
func asGitLabMeansIt(doc *openapi3.T) {
	orMany := func(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
		return openapi3.NewAnyOfSchema(ref.Value, openapi3.NewArraySchema().WithItems(ref.Value)).NewRef()
	}
	for _, component := range doc.Components.Schemas {
		for name, ref := range component.Value.Properties {
			if ref.Ref != "" {
				component.Value.Properties[name] = orMany(ref)
			} else if v := ref.Value; v.Type.Is("string") && v.Format == "" && v.Description == "" && v.Example == nil && v.Enum == nil {
				v.Type = nil
			}
		}
	}
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			for _, response := range operation.Responses.Map() {
				if media := response.Value.Content.Get("application/json"); media != nil && media.Schema != nil && media.Schema.Ref != "" {
					media.Schema = orMany(media.Schema)
				}
			}
		}
	}
}

// HasSchema reports whether answers are held against GitHub's description.
func HasSchema() bool { return gitHubAPI.known() }

func (d *description) known() bool {
	doc, err := d.read()
	return doc != nil && err == nil
}

// operation finds one, nil where the description or the path in it is absent.
func (d *description) operation(t testing.TB, method, template string) (*described, *openapi3.PathItem, *openapi3.Operation) {
	doc, err := d.read()
	if err != nil {
		t.Errorf("read %s's description: %v", d.title, err)
	}
	if doc == nil || err != nil {
		return nil, nil, nil
	}
	path := doc.Paths.Value(template)
	if path == nil {
		return nil, nil, nil
	}
	operation := path.GetOperation(method)
	if operation == nil {
		t.Errorf("%s's description has no %s of %s", d.title, method, template)
	}
	return doc, path, operation
}

// answer holds an answer against the description of its operation, where there
// is one: status, types, and no field that it does not have.
func (d *description) answer(t testing.TB, method, template string, status int, body []byte) {
	doc, _, operation := d.operation(t, method, template)
	if operation == nil {
		return
	}
	response := operation.Responses.Status(status)
	if response == nil {
		response = operation.Responses.Default()
	}
	if response == nil || response.Value == nil {
		t.Errorf("%s's description has no answer %d for %s %s", d.title, status, method, template)
		return
	}
	media := response.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Errorf("%s %s answers no JSON: %v", method, template, err)
		return
	}
	if doc.nulls {
		value = withoutNulls(value)
	}
	if err := media.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
		t.Errorf("%s %s answers %d with what %s does not: %v", method, template, status, d.title, err)
	}
	for _, name := range unknown("", value, media.Schema.Value) {
		t.Errorf("%s %s answers %d with %s, which %s does not have", method, template, status, name, d.title)
	}
}

// question holds a question's query and body against the description.
func (d *description) question(t testing.TB, method, template string, query url.Values, body []byte) {
	doc, path, operation := d.operation(t, method, template)
	if operation == nil {
		return
	}
	taken := map[string]*openapi3.Parameter{}
	for _, p := range append(append(openapi3.Parameters{}, path.Parameters...), operation.Parameters...) {
		if p.Value.In != openapi3.ParameterInQuery {
			continue
		}
		taken[p.Value.Name] = p.Value
		if p.Value.Required && !query.Has(p.Value.Name) {
			t.Errorf("%s %s asks without %s", method, template, p.Value.Name)
		}
	}
	for name, values := range query {
		if taken[name] == nil {
			t.Errorf("%s %s asks with %s, of which %s does not know", method, template, name, d.title)
			continue
		}
		for _, value := range values {
			if err := fits(taken[name].Schema.Value, value); err != nil {
				t.Errorf("%s %s asks with %s=%s: %v", method, template, name, value, err)
			}
		}
	}
	if operation.RequestBody == nil {
		if len(body) > 0 {
			t.Errorf("%s %s asks with a body, which %s does not take", method, template, d.title)
		}
		return
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Errorf("%s %s asks with no JSON: %v", method, template, err)
		return
	}
	if doc.nulls {
		value = withoutNulls(value)
	}
	schema := operation.RequestBody.Value.Content.Get("application/json").Schema.Value
	if err := schema.VisitJSON(value, openapi3.VisitAsRequest()); err != nil {
		t.Errorf("%s %s asks what %s does not take: %v", method, template, d.title, err)
	}
	for _, name := range unknown("", value, schema) {
		t.Errorf("%s %s asks with %s, of which %s does not know", method, template, name, d.title)
	}
}

// fits reads a text of a query as its schema says.
func fits(schema *openapi3.Schema, text string) error {
	var value any = text
	switch {
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		value = n
	case schema.Type.Is("boolean"):
		b, err := strconv.ParseBool(text)
		if err != nil {
			return err
		}
		value = b
	case schema.Type.Is("array"):
		return fits(schema.Items.Value, text)
	}
	return schema.VisitJSON(value)
}

func withoutNulls(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, within := range v {
			if within == nil {
				delete(v, name)
			} else {
				v[name] = withoutNulls(within)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return value
}

// unknown names the fields of a value that none of the schemas has, which may
// apply to it together or in place of one another.
func unknown(at string, value any, schemas ...*openapi3.Schema) (names []string) {
	var all members
	for _, s := range schemas {
		all.gather(s)
	}
	switch v := value.(type) {
	case map[string]any:
		for name, within := range v {
			found := all.fields[name]
			if found != nil {
				names = append(names, unknown(at+"."+name, within, found...)...)
			} else if !all.open {
				names = append(names, at+"."+name)
			}
		}
	case []any:
		for _, within := range v {
			names = append(names, unknown(at+"[]", within, all.items...)...)
		}
	}
	return names
}

// members are what several schemas say of an object's fields, or of a list's
// elements; open says that one of them takes any field.
type members struct {
	fields map[string][]*openapi3.Schema
	items  []*openapi3.Schema
	open   bool
}

func (m *members) gather(s *openapi3.Schema) {
	if m.fields == nil {
		m.fields = map[string][]*openapi3.Schema{}
	}
	for name, p := range s.Properties {
		m.fields[name] = append(m.fields[name], p.Value)
	}
	if s.Items != nil {
		m.items = append(m.items, s.Items.Value)
	}
	joined := 0
	for _, refs := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for _, ref := range refs {
			m.gather(ref.Value)
			joined++
		}
	}
	more := s.AdditionalProperties
	empty := len(s.Properties) == 0 && joined == 0 && (s.Type == nil || s.Type.Includes("object"))
	m.open = m.open || more.Schema != nil || more.Has != nil && *more.Has || empty
}
