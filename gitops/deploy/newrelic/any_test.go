package newrelic_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"ahead/gitops/forge/forgetest"

	"pgregory.net/rapid"
)

// Any damage to an answer is trouble in words or rows that name something; never
// a panic.
func TestAnyAnswer(t *testing.T) {
	results, err := json.Marshal(markers())
	if err != nil {
		t.Fatal(err)
	}
	sample := `{"data":{"actor":{"account":{"nrql":{"results":` + string(results) + `}}}}}`
	s := forgetest.New(t, "api.newrelic.com")
	asked := source(t, s, nil)
	rapid.Check(t, func(t *rapid.T) {
		body := forgetest.Wound(t, sample)
		s.SetFault(func(out http.ResponseWriter, _ *http.Request) bool { _, _ = out.Write(body); return true })
		rows, err := asked.Deployments(context.Background())
		if err != nil && err.Error() == "" {
			t.Fatal("trouble without a word")
		}
		for _, d := range rows {
			if d.Commit.IsZero() && d.Ref == "" || d.Status == "" || d.Source != "newrelic" {
				t.Fatalf("row %+v of %s", d, body)
			}
		}
	})
}
