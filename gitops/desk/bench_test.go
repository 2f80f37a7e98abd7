package desk_test

import (
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// benchRepo is the clone that benchmarks run on:
//
//	go test -run '^$' -bench Look -benchmem ./gitops/desk -args -repo DIR
var benchRepo = flag.String("repo", os.Getenv("AHEAD_BENCH_REPO"), "a clone that the benchmarks look at")

func needRepo(b *testing.B) string {
	b.Helper()
	if *benchRepo == "" {
		b.Skip("no clone to look at: give one with -args -repo DIR or in AHEAD_BENCH_REPO")
	}
	return *benchRepo
}

// cost is the least of several runs: other work on the machine only ever adds
// to a run.
type cost struct{ wall, cpu time.Duration }

func (c cost) ms() float64 { return float64(c.wall.Microseconds()) / 1000 }

// report gives the ratios of c to another cost.
func (c cost) report(b *testing.B, to cost, unit string) {
	b.ReportMetric(float64(c.wall)/float64(to.wall), unit)
	if to.cpu > 0 {
		b.ReportMetric(float64(c.cpu)/float64(to.cpu), unit+"-cpu")
	}
}

// cheapest runs each of the given in turn, several times.
func cheapest(b *testing.B, runs int, each ...func()) []cost {
	b.Helper()
	best := make([]cost, len(each))
	for round := range runs {
		for i, run := range each {
			cpu, begin := cpuUsed(), time.Now()
			run()
			took := cost{wall: time.Since(begin), cpu: cpuUsed() - cpu}
			if round == 0 {
				best[i] = took
			}
			best[i].wall, best[i].cpu = min(best[i].wall, took.wall), min(best[i].cpu, took.cpu)
		}
	}
	return best
}

func process(b *testing.B, name string, args ...string) func() {
	return func() {
		cmd := exec.Command(name, args...)
		cmd.Stdout = io.Discard
		if err := cmd.Run(); err != nil {
			b.Fatalf("%s %v: %v", name, args, err)
		}
	}
}

func gitLog(b *testing.B, dir string) func() {
	return process(b, "git", "-C", dir, "log", "-n", "300")
}

func lookOnce(b *testing.B, dir string) func() {
	return lookBy(b, dir, (*desk.Desk).Snapshot)
}

func lookBy(b *testing.B, dir string, look func(*desk.Desk, context.Context) (gitops.Snapshot, error)) func() {
	return func() {
		ctx := context.Background()
		d, err := desk.Open(ctx, desk.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := look(d, ctx); err != nil {
			b.Fatal(err)
		}
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func recentLook(d *desk.Desk, ctx context.Context) (gitops.Snapshot, error) {
	s, _, err := d.RecentSnapshot(ctx)
	return s, err
}

const benchRuns = 15

// BenchmarkListProcess is `ahead list --limit 300` beside `git log -n 300`, both
// as whole processes, the fastest of several runs.
func BenchmarkListProcess(b *testing.B) {
	dir := needRepo(b)
	ahead := filepath.Join(b.TempDir(), "ahead")
	if out, err := exec.Command("go", "build", "-o", ahead, "ahead").CombinedOutput(); err != nil {
		b.Fatalf("build: %v: %s", err, out)
	}
	list := process(b, ahead, "list", "--limit", "300", "--json", "--no-fetch", "--repo", dir)
	for b.Loop() {
		best := cheapest(b, benchRuns, list, gitLog(b, dir))
		b.ReportMetric(best[0].ms(), "ms")
		b.ReportMetric(best[1].ms(), "ms-git")
		best[0].report(b, best[1], "x-git")
	}
}

// BenchmarkLook is opening the repository and the first look, in process,
// beside `git log -n 300` as a process.
func BenchmarkLook(b *testing.B) {
	dir := needRepo(b)
	b.ReportAllocs()
	for b.Loop() {
		best := cheapest(b, benchRuns, lookOnce(b, dir), gitLog(b, dir))
		b.ReportMetric(best[0].ms(), "ms")
		best[0].report(b, best[1], "x-git")
	}
}

// BenchmarkLookHeap is the most that lies on the heap during the first look and
// the verdicts of all its commits.
func BenchmarkLookHeap(b *testing.B) {
	dir := needRepo(b)
	for b.Loop() {
		runtime.GC()
		debug.FreeOSMemory()
		stop := watchHeap()
		d, err := desk.Open(context.Background(), desk.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		snap, err := d.Snapshot(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		look := stop()
		b.ReportMetric(look, "MB-look")
		stop = watchHeap()
		cpu := cpuUsed()
		for _, c := range snap.Commits {
			if _, err := d.Judge(context.Background(), snap, c.Hash); err != nil {
				b.Logf("%s: %v", c.Hash, err)
			}
		}
		b.ReportMetric(max(look, stop()), "MB-verdicts")
		b.ReportMetric(float64((cpuUsed() - cpu).Milliseconds()), "ms-cpu-verdicts")
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// watchHeap samples what lies on the heap, garbage included, until the
// function that it gives is called, which tells the most in megabytes.
func watchHeap() (stop func() float64) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	var most uint64
	end := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(200 * time.Microsecond)
		defer tick.Stop()
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-end:
				return
			case <-tick.C:
			}
		}
	})
	return func() float64 {
		close(end)
		done.Wait()
		return float64(most) / (1 << 20)
	}
}

// BenchmarkLookAtAMillion compares the first look of a screen at a million commits and
// 20,000 tags with that at 10,000 commits and 200 tags. It needs some minutes
// and 1 GB of disk, and runs only where AHEAD_BENCH_DIR says that they are
// there.
func BenchmarkLookAtAMillion(b *testing.B) {
	if os.Getenv("AHEAD_BENCH_DIR") == "" {
		b.Skip("no room for a million commits: name a folder to keep them in with AHEAD_BENCH_DIR")
	}
	small, large := generated(b, 10_000, tagEvery), generated(b, 1_000_000, tagEvery)
	for b.Loop() {
		best := cheapest(b, benchRuns,
			lookBy(b, small, recentLook), lookBy(b, large, recentLook),
			lookOnce(b, large), gitLog(b, large))
		b.ReportMetric(best[0].ms(), "ms-10k")
		b.ReportMetric(best[1].ms(), "ms-1M")
		best[1].report(b, best[0], "x-10k")
		best[2].report(b, best[0], "x-10k-whole")
		best[1].report(b, best[3], "x-git")
	}
}

// BenchmarkLookGenerated needs nothing: a small repository of its own.
func BenchmarkLookGenerated(b *testing.B) {
	look := lookOnce(b, generated(b, 2000, tagEvery))
	b.ReportAllocs()
	for b.Loop() {
		look()
	}
}
