package planner

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
)

// benchHistory is a branch of n commits over a few hundred files in twenty
// directories, every third on the same ten of them.
func benchHistory(n int) *graph {
	start := files{}
	for i := range 400 {
		start[fmt.Sprintf("pkg%02d/file%03d.go", i%20, i)] = *text(lines(1, 120))
	}
	s := newStory(start)
	for i := range n {
		path := fmt.Sprintf("pkg%02d/file%03d.go", (i*7)%20, (i*7)%20+20*(i%20))
		if i%3 == 0 {
			path = fmt.Sprintf("pkg%02d/file%03d.go", i%10, i%10)
		}
		f := s.trees[s.tip()][path]
		text := strings.SplitAfter(f.text, "\n")
		text[i*11%60] = fmt.Sprintf("edit %d\n", i)
		f.text = strings.Join(text, "")
		s.then(fmt.Sprintf("change %d\n", i), map[string]*file{path: &f})
	}
	return s.graph
}

// BenchmarkJudge is one row of the list, at several depths.
func BenchmarkJudge(b *testing.B) {
	h := benchHistory(300)
	p, snap := h.planner(), h.snapshot()
	for _, back := range []int{1, 30, 290} {
		suspect := h.order[len(h.order)-back]
		b.Run(fmt.Sprintf("back=%d", back), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Judge(context.Background(), snap, suspect); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPlanRevert is one preview: clean ones, and one in conflict, which
// looks for dependants too.
func BenchmarkPlanRevert(b *testing.B) {
	h := benchHistory(300)
	p, snap := h.planner(), h.snapshot()
	byVerdict := map[gitops.Verdict]gitops.Hash{}
	for _, id := range h.revertible()[150:] {
		j, err := p.Judge(context.Background(), snap, id)
		if err != nil {
			b.Fatal(err)
		}
		byVerdict[j.Verdict] = id
	}
	clean, conflict := byVerdict[gitops.VerdictClean], byVerdict[gitops.VerdictConflict]
	if clean.IsZero() || conflict.IsZero() {
		b.Fatalf("the history gives %v only", byVerdict)
	}
	for _, c := range []struct {
		name    string
		commits []gitops.Hash
	}{
		{"clean", []gitops.Hash{clean}},
		{"conflict", []gitops.Hash{conflict}},
		{"several", []gitops.Hash{clean, h.order[len(h.order)-1], h.order[len(h.order)-2], h.order[len(h.order)-3]}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.PlanRevert(context.Background(), snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: c.commits}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkJudgeReal is every row of the newest hundred of a real repository:
//
//	go test ./gitops/planner -run '^$' -bench JudgeReal -args -repo DIR
func BenchmarkJudgeReal(b *testing.B) {
	if *repoFlag == "" {
		b.Skip("needs a repository: -args -repo DIR")
	}
	r := openReal(b, *repoFlag)
	rows := r.recent(100)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if _, err := r.planner.Judge(context.Background(), r.snap, rows[i%len(rows)]); err != nil {
			b.Fatal(err)
		}
	}
}
