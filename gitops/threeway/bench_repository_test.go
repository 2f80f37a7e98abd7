package threeway_test

import (
	"context"
	"flag"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/objstore"
	"ahead/gitops/threeway"
)

// benchRepository is the git directory that the benchmarks below measure:
//
//	AHEAD_BENCH_REPO=DIR go test -run '^$' -bench Repository ./gitops/threeway
const benchRepository = "AHEAD_BENCH_REPO"

// benchVerdicts is how many commits the screen lists at first.
const benchVerdicts = 300

// benchLine opens the repository and selects the newest commits, as the screen
// lists them: all of them, merges too, against their first parent.
func benchLine(b *testing.B) (repositoryRun, [][2]string, []treeTriple) {
	b.Helper()
	dir := os.Getenv(benchRepository)
	if dir == "" {
		b.Skip(benchRepository + " names no git directory")
	}
	if err := flag.Set("repo", dir); err != nil {
		b.Fatal(err)
	}
	store, err := objstore.Open(dir, objstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	r := repositoryRun{t: b, o: newOracle(b, dir), store: store, opt: threeway.Options{DropTail: gitDropsTail(b)}}
	tip := r.revList("-n1", *fromFlag)[0]
	p := r.point(tip, commitKind{"listed", []string{"--min-parents=1"}, 1}, benchVerdicts)
	r.o.attributesOf(tip)
	var triples []treeTriple
	for _, c := range p.cases {
		triples = append(triples, c.treeTriple)
	}
	return r, r.o.commits(triples), triples
}

// BenchmarkRepositoryMerge is one merge after the other; p50-ms is the median.
func BenchmarkRepositoryMerge(b *testing.B) {
	r, _, triples := benchLine(b)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		benchMerge(b, r.store, triples[i%len(triples)], r.opt)
		took = append(took, time.Since(start))
	}
	reportMedian(b, took)
}

// BenchmarkRepositoryGit is the same by one `git merge-tree` process each.
func BenchmarkRepositoryGit(b *testing.B) {
	r, sides, _ := benchLine(b)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		r.o.merge(sides[i%len(sides)])
		took = append(took, time.Since(start))
	}
	reportMedian(b, took)
}

// BenchmarkRepositoryVerdicts is all the verdicts of a first screen, each time
// with a store that was opened anew.
func BenchmarkRepositoryVerdicts(b *testing.B) {
	_, _, triples := benchLine(b)
	opt := threeway.Options{DropTail: gitDropsTail(b)}
	for b.Loop() {
		store, err := objstore.Open(os.Getenv(benchRepository), objstore.Options{})
		if err != nil {
			b.Fatal(err)
		}
		var next atomic.Int64
		var all sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			all.Go(func() {
				for i := next.Add(1) - 1; int(i) < len(triples); i = next.Add(1) - 1 {
					benchMerge(b, store, triples[i], opt)
				}
			})
		}
		all.Wait()
		_ = store.Close()
	}
	b.ReportMetric(float64(len(triples)), "verdicts/op")
}

func benchMerge(b *testing.B, objs gitops.Objects, tr treeTriple, opt threeway.Options) {
	if _, err := threeway.MergeTrees(context.Background(), objs, tr.base, tr.ours, tr.theirs, opt); err != nil {
		b.Error(err)
	}
}

func reportMedian(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
}
