package argocd_test

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
	sample := `{"metadata":{"name":"shop"},"status":{"history":[` + entry(1, one, ours, "10:00", `{"username":"ada"}`) + `,` + entry(2, two, ours, "11:00", `{}`) + `],"summary":{"images":["a/shop:v1"]},"operationState":{"phase":"Running","startedAt":"2026-03-09T12:00:00Z","syncResult":{"revision":"` + three + `"}}}}`
	s := forgetest.New(t, "argocd.example.com")
	asked := source(t, s, nil)
	rapid.Check(t, func(t *rapid.T) {
		body := forgetest.Wound(t, sample)
		s.SetFault(func(out http.ResponseWriter, _ *http.Request) bool { _, _ = out.Write(body); return true })
		rows, err := asked.Deployments(context.Background())
		if err != nil && err.Error() == "" {
			t.Fatal("trouble without a word")
		}
		for _, d := range rows {
			if d.Commit.IsZero() && d.Ref == "" || d.Status == "" || d.Source != "argocd" {
				t.Fatalf("row %+v of %s", d, body)
			}
		}
	})
}
