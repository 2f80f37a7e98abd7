package planner

import (
	"context"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ahead/gitops"
)

// BenchmarkPlanMany plans each of the newest commits of a real repository's
// first-parent line on all cores, as `plan --stdin` does, and then lets one
// `git merge-tree` process after another do the merges of every tenth. Ratios
// above 1 mean that git takes longer; cpu-ratio counts processor time, which
// other work on the machine disturbs less:
//
//	go test ./gitops/planner -run '^$' -bench PlanMany -benchtime 1x -args -repo DIR -n 1000
func BenchmarkPlanMany(b *testing.B) {
	benchMany(b, func(r *realRun) *Trails {
		r.store.ExpectMany()
		return NewIndexedTrails(r.store.Graph())
	}, (*realRun).planOne)
}

// BenchmarkVerdicts300 is the verdict of each row of a screenful of 300.
//
//	go test ./gitops/planner -run '^$' -bench Verdicts300 -benchtime 1x -args -repo DIR
func BenchmarkVerdicts300(b *testing.B) {
	benchMany(b, func(r *realRun) *Trails { return NewTrails(r.store.Graph()) }, (*realRun).judgeOne)
}

func (r *realRun) planOne(id gitops.Hash) error {
	_, err := r.planner.PlanRevert(context.Background(), r.snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{id}})
	return err
}

func (r *realRun) judgeOne(id gitops.Hash) error {
	_, err := r.planner.Judge(context.Background(), r.snap, id)
	return err
}

func benchMany(b *testing.B, trails func(*realRun) *Trails, one func(*realRun, gitops.Hash) error) {
	if *repoFlag == "" {
		b.Skip("needs a repository: -args -repo DIR [-n N]")
	}
	r := openReal(b, *repoFlag)
	rows := r.firstParents(*manyFlag)
	var took []time.Duration
	before := cpuTime(syscall.RUSAGE_SELF)
	b.ResetTimer()
	for range b.N {
		r.planner.Trails = trails(r)
		took = r.onAllCores(rows, one)
	}
	b.StopTimer()
	cpu := (cpuTime(syscall.RUSAGE_SELF) - before).Seconds() / float64(b.N)
	wall := b.Elapsed().Seconds() / float64(b.N)
	git, gitCPU := r.gitMerges(rows)
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(1000*git, "git-ms")
	b.ReportMetric(git*float64(len(rows))/wall, "git-ratio")
	b.ReportMetric(gitCPU*float64(len(rows))/cpu, "cpu-ratio")
}

func (r *realRun) onAllCores(rows []gitops.Hash, one func(*realRun, gitops.Hash) error) []time.Duration {
	took := make([]time.Duration, len(rows))
	var next atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := next.Add(1) - 1; int(i) < len(rows); i = next.Add(1) - 1 {
				start := time.Now()
				if err := one(r, rows[i]); err != nil {
					r.t.Errorf("%s: %v", rows[i], err)
				}
				took[i] = time.Since(start)
			}
		}()
	}
	all.Wait()
	return took
}

// gitMerges gives the seconds, by the clock and of a processor, that one
// merge-tree process takes on average; what it is given is made beforehand.
func (r *realRun) gitMerges(rows []gitops.Hash) (wall, cpu float64) {
	var sides [][2]string
	tip := r.Rev(r.snap.Tip.String() + "^{tree}")
	for i := 0; i < len(rows); i += 10 {
		root := r.commitTree(r.Rev(rows[i].String() + "^{tree}"))
		sides = append(sides, [2]string{r.commitTree(tip, root), r.commitTree(r.Rev(rows[i].String()+"^1^{tree}"), root)})
	}
	before, start := cpuTime(syscall.RUSAGE_CHILDREN), time.Now()
	for _, s := range sides {
		cmd := exec.Command("git", "merge-tree", "--write-tree", "--no-messages", s[0], s[1])
		cmd.Dir, cmd.Env = r.Dir, r.Env()
		_ = cmd.Run() // a conflict is an answer, too
	}
	n := float64(len(sides))
	return time.Since(start).Seconds() / n, (cpuTime(syscall.RUSAGE_CHILDREN) - before).Seconds() / n
}

func cpuTime(who int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(who, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
