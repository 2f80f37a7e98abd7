package objstore_test

import (
	"os"
	"testing"

	"ahead/gitops"
	"ahead/gitops/objstore"
)

func BenchmarkLinks(b *testing.B) {
	dir := os.Getenv("AHEAD_BENCH_REPO")
	if dir == "" {
		b.Skip("AHEAD_BENCH_REPO names no clone")
	}
	tip := gitops.MustHash(os.Getenv("TIP"))
	n := 0
	for b.Loop() {
		s, err := objstore.Open(dir, objstore.Options{})
		if err != nil {
			b.Fatal(err)
		}
		g := s.Graph()
		n = 0
		for h := tip; n < 5000; n++ {
			l, err := g.Links(h)
			if err != nil || len(l.Parents) == 0 {
				break
			}
			h = l.Parents[0]
		}
		s.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/commit")
}
