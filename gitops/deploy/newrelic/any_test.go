package newrelic_test

import (
	"context"
	"net/http"
	"testing"

	"ahead/gitops/forge/forgetest"

	"pgregory.net/rapid"
)

// Any damage to an answer is trouble in words or rows that name something; never
// a panic.
func TestAnyAnswer(t *testing.T) {
	sample := `{"data":{"actor":{"account":{"nrql":{"results":` + markers + `}}}}}`
	s := forgetest.New(t, "api.newrelic.com")
	asked := source(t, s, nil)
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(sample)
		for range rapid.IntRange(0, 4).Draw(t, "wounds") {
			from := rapid.IntRange(0, len(body)).Draw(t, "from")
			to := rapid.IntRange(from, min(len(body), from+30)).Draw(t, "to")
			graft := rapid.SampledFrom([]string{"", "null", "[]", "{}", "1e999", `"x"`, "[[[[", "-1", `"\u0000"`, "}", "]"}).Draw(t, "graft")
			body = append(append(append([]byte(nil), body[:from]...), graft...), body[to:]...)
		}
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
