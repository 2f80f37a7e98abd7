package forgetest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemaFile is where the description of GitHub's API lies, beside a checkout.
const schemaFile = "shared/schemas/github.openapi.json"

// schema is read once for all tests of a package; nil where it is absent.
var schema = sync.OnceValues(func() (*openapi3.T, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		path := filepath.Join(dir, "..", schemaFile)
		if _, err := os.Stat(path); err == nil {
			return openapi3.NewLoader().LoadFromFile(path)
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return nil, nil
	}
})

// HasSchema reports whether answers are held against GitHub's description.
func HasSchema() bool {
	doc, err := schema()
	return doc != nil && err == nil
}

// checkSchema holds an answer against the description of its operation, where
// there is one.
func checkSchema(t testing.TB, method, template string, status int, body []byte) {
	doc, err := schema()
	if err != nil {
		t.Errorf("read GitHub's description: %v", err)
	}
	if doc == nil || err != nil {
		return
	}
	path := doc.Paths.Value(template)
	if path == nil {
		return
	}
	operation := path.GetOperation(method)
	if operation == nil {
		return
	}
	response := operation.Responses.Status(status)
	if response == nil || response.Value == nil {
		t.Errorf("GitHub's description has no answer %d for %s %s", status, method, template)
		return
	}
	media := response.Value.Content.Get("application/json")
	if media == nil {
		return
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Errorf("%s %s answers no JSON: %v", method, template, err)
		return
	}
	if err := media.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
		t.Errorf("%s %s answers %d with what GitHub does not: %v", method, template, status, err)
	}
}

// checkRequest holds a question's body against the description.
func checkRequest(t testing.TB, method, template string, body []byte) {
	doc, err := schema()
	if doc == nil || err != nil || doc.Paths.Value(template) == nil {
		return
	}
	operation := doc.Paths.Value(template).GetOperation(method)
	if operation == nil || operation.RequestBody == nil {
		return
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Errorf("%s %s asks with no JSON: %v", method, template, err)
		return
	}
	media := operation.RequestBody.Value.Content.Get("application/json")
	if err := media.Schema.Value.VisitJSON(value, openapi3.VisitAsRequest()); err != nil {
		t.Errorf("%s %s asks what GitHub does not take: %v", method, template, err)
	}
}
