package cli

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ahead/gitops/gittest"
)

var benchRepo = flag.String("repo", "", "a clone on which the benchmarks run; a small generated one by default")

// BenchmarkFirstScreen takes the whole program from its start to the first
// full screen in a pseudo-terminal: header, deployments, and fifty commits or
// all that there are. With lazygit on the PATH it takes the same of lazygit,
// up to its first five commits, in the same run:
//
//	go test ./ui/cli -run '^$' -bench FirstScreen -args -repo DIR
func BenchmarkFirstScreen(b *testing.B) {
	dir := benchClone(b)
	b.Run("ahead", func(b *testing.B) {
		program := binary(b)
		heap, resident := 0, int64(0)
		for b.Loop() {
			cmd := exec.Command(program, "--repo", dir, "--no-fetch")
			cmd.Env = []string{"GODEBUG=gctrace=1"}
			trace := &strings.Builder{}
			cmd.Stderr = trace
			x := startCommand(b, 160, 90, cmd)
			x.until(fullScreen)
			b.StopTimer()
			x.press(ctrlC)
			x.exit()
			heap = max(heap, peakHeap(trace.String()))
			if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
				resident = max(resident, usage.Maxrss)
			}
			b.StartTimer()
		}
		b.ReportMetric(float64(heap), "peak-heap-MB")
		b.ReportMetric(float64(resident)/1024, "peak-RSS-MB")
	})
	b.Run("lazygit", func(b *testing.B) {
		program, err := exec.LookPath("lazygit")
		if err != nil {
			b.Skip("lazygit is not on the PATH")
		}
		for b.Loop() {
			cmd := exec.Command(program, "--path", dir)
			cmd.Env = []string{"CONFIG_DIR=" + lazygitConfig(b)}
			x := startCommand(b, 160, 90, cmd)
			x.until(func(screen string) bool { return len(shownCommits.FindAllString(screen, 5)) >= 5 })
			b.StopTimer()
			x.press("q")
			x.exit()
			b.StartTimer()
		}
	})
}

// fullScreen says that header, deployments and fifty commits are shown, or all
// that the chosen deployment has.
func fullScreen(screen string) bool {
	return strings.Contains(screen, "DEPLOYMENTS") && !strings.Contains(screen, "reading the commits") &&
		len(shownCommits.FindAllString(rightPane(screen), 50)) >= min(50, benchCommits(screen))
}

// collected finds the size of the heap when a collection began and when it
// ended, in what gctrace writes.
var collected = regexp.MustCompile(`(\d+)->(\d+)->\d+ MB`)

// peakHeap is the largest heap, in MB, that any collection saw: between two of
// them it is never larger than the next one finds it.
func peakHeap(trace string) int {
	peak := 0
	for _, m := range collected.FindAllStringSubmatch(trace, -1) {
		for _, size := range m[1:] {
			if n, err := strconv.Atoi(size); err == nil {
				peak = max(peak, n)
			}
		}
	}
	return peak
}

// shownCommits finds abbreviated ids as both programs show them.
var shownCommits = regexp.MustCompile(`(?m)(?:^|[ │▶])[0-9a-f]{7,10} `)

// batchSize finds how many commits the head of the list announces.
var batchSize = regexp.MustCompile(`COMMITS in \S+ +(\d+)`)

// benchCommits is how many commits the chosen deployment has, as the screen
// says.
func benchCommits(screen string) int {
	m := batchSize.FindStringSubmatch(screen)
	if m == nil {
		return 50
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 50
	}
	return n
}

// rightPane cuts the deployments off, whose ids are not commits of the list.
func rightPane(screen string) string {
	var out strings.Builder
	for line := range strings.Lines(screen) {
		if _, right, ok := strings.Cut(line, "│"); ok {
			out.WriteString(right)
		}
	}
	return out.String()
}

// benchClone is the clone of -repo, else one that is generated.
func benchClone(b *testing.B) string {
	if *benchRepo != "" {
		dir, err := filepath.Abs(*benchRepo)
		if err != nil {
			b.Fatal(err)
		}
		return dir
	}
	r := gittest.New(b)
	for i := range 60 {
		r.Commit("change "+strconv.Itoa(i), map[string]string{"app.go": strings.Repeat("line\n", i) + "end\n"})
	}
	r.Git("tag", "v1.0.0")
	return r.Dir
}

// lazygitConfig keeps lazygit from asking anything or looking for updates.
func lazygitConfig(b *testing.B) string {
	dir := b.TempDir()
	config := "disableStartupPopups: true\nupdate:\n  method: never\ngit:\n  autoFetch: false\n  autoRefresh: false\n"
	if err := os.WriteFile(filepath.Join(dir, "config.yml"), []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	return dir
}

// until waits for a screen that ready accepts.
func (x *terminal) until(ready func(screen string) bool) {
	x.t.Helper()
	timeout := time.After(patience)
	for !ready(x.text()) {
		select {
		case <-x.fresh:
		case <-x.ended:
			x.t.Fatalf("the program ended early\n%s", x.text())
		case <-timeout:
			x.t.Fatalf("never ready\n%s", x.text())
		}
	}
}
