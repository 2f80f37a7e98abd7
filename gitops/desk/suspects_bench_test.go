package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// BenchmarkSuspects ranks 300 candidates by a trace of 50 frames, of which every
// other one is in a file that a candidate changed, beside `git blame` processes for
// the same lines:
//
//	go test -run '^$' -bench Suspects ./gitops/desk -args -repo DIR
//
// "cold" opens the repository anew each time, "warm" has looked before.
func BenchmarkSuspects(b *testing.B) {
	dir := needRepo(b)
	e := gitops.Evidence{Trace: traceOf(b, dir, 50)}
	cold := func() { rankOnce(b, openDesk(b, dir), e) }
	d := openDesk(b, dir)
	warm := func() { rankOnce(b, d, e) }
	blames := func() {
		for place := range strings.FieldsSeq(e.Trace) {
			if path, line, ok := strings.Cut(strings.TrimPrefix(place, "/build/"), ":"); ok && line != "" {
				process(b, "git", "--git-dir="+dir, "blame", "-L"+line+","+line, "HEAD", "--", path)()
			}
		}
	}
	for b.Loop() {
		costs := cheapest(b, 3, cold, warm)
		git := cheapest(b, 1, blames)[0]
		b.ReportMetric(costs[0].ms(), "ms/cold")
		b.ReportMetric(costs[1].ms(), "ms/warm")
		b.ReportMetric(git.ms(), "ms/git-blame")
	}
}

// BenchmarkSuspectsText ranks 300 candidates by a person's words alone, for which
// the lines that they changed are read, beside a ranking that knows nothing.
func BenchmarkSuspectsText(b *testing.B) {
	dir := needRepo(b)
	text := gitops.Evidence{Text: "the cache of connections is not closed after a timeout, and then the server hangs"}
	cold := func() { rankOnce(b, openDesk(b, dir), text) }
	d := openDesk(b, dir)
	warm := func() { rankOnce(b, d, text) }
	none := func() { rankOnce(b, openDesk(b, dir), gitops.Evidence{}) }
	for b.Loop() {
		costs := cheapest(b, 3, cold, warm, none)
		b.ReportMetric(costs[0].ms(), "ms/cold")
		b.ReportMetric(costs[1].ms(), "ms/warm")
		b.ReportMetric(costs[2].ms(), "ms/nothing")
	}
}

func openDesk(b *testing.B, dir string) *desk.Desk {
	b.Helper()
	d, err := desk.Open(context.Background(), desk.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	return d
}

func rankOnce(b *testing.B, d *desk.Desk, e gitops.Evidence) {
	b.Helper()
	ctx := context.Background()
	tip, err := d.Resolve(ctx, "HEAD")
	if err != nil {
		b.Fatal(err)
	}
	e.Runs = tip
	s, err := d.SuspectsAmong(ctx, gitops.Snapshot{Branch: "main", Tip: tip}, e, desk.SuspectOptions{Limit: 300})
	if err != nil || len(s.Ranked) < 300 || e.Trace != "" && s.Frames == 0 {
		b.Fatalf("%d ranked, %d frames: %v", len(s.Ranked), s.Frames, err)
	}
}

// traceOf names lines of files, half of them changed lately.
func traceOf(b *testing.B, dir string, frames int) string {
	b.Helper()
	git := func(args ...string) []string {
		out, err := exec.Command("git", append([]string{"--git-dir=" + dir, "-c", "core.quotePath=false"}, args...)...).Output()
		if err != nil {
			b.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(out)), "\n")
	}
	code := func(paths []string) (kept []string) {
		for _, p := range paths {
			for _, end := range []string{".c", ".go", ".rb", ".php", ".py", ".js", ".ts", ".h", ".sh", ".rs"} {
				if strings.HasSuffix(p, end) {
					kept = append(kept, p)
				}
			}
		}
		return kept
	}
	all := code(git("ls-tree", "-r", "--name-only", "HEAD"))
	// What was changed lately may have been renamed or deleted since.
	lately := slices.DeleteFunc(code(git("log", "-300", "--name-only", "--diff-filter=M", "--format=")), func(path string) bool {
		return !slices.Contains(all, path)
	})
	rnd := rand.New(rand.NewPCG(1, 2))
	var t strings.Builder
	t.WriteString("error: it does not work\n")
	for i := range frames {
		from := all
		if i%2 == 0 {
			from = lately
		}
		path := from[rnd.IntN(len(from))]
		lines := len(git("show", "HEAD:"+path))
		fmt.Fprintf(&t, "    at /build/%s:%d\n", path, 1+rnd.IntN(max(1, lines-1)))
	}
	return t.String()
}
