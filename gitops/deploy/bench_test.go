package deploy

import (
	"testing"

	"ahead/gitops"
)

// BenchmarkMerge merges what three sources tell of a thousand deployments each,
// which is as much as the feed gives of one, and tells where they disagree.
func BenchmarkMerge(b *testing.B) {
	var lists [][]gitops.Deployment
	for _, source := range []string{"argocd", "github", "newrelic"} {
		rows := make([]gitops.Deployment, 1000)
		for i := range rows {
			rows[i] = row(source, i, gitops.StatusSuperseded, -10*i)
		}
		rows[0].Status = gitops.StatusLive
		lists = append(lists, rows)
	}
	for b.Loop() {
		if got := Merge(lists...); len(got) != 1000 {
			b.Fatal(len(got))
		}
		if got := Disagreements(lists...); len(got) != 0 {
			b.Fatal(got)
		}
	}
}
