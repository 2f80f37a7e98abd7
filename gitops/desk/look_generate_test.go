package desk_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ahead/gitops/gittest"
)

// generated gives a bare repository of n commits with a tag on some of them, as `git fast-import` makes it: a mainline with a merged side branch every
// twenty commits, one file changed in each, every tenth tag annotated. It is
// made once where AHEAD_BENCH_DIR names a folder to keep it in.
func generated(tb testing.TB, n, every int) string {
	tb.Helper()
	home := os.Getenv("AHEAD_BENCH_DIR")
	if home == "" {
		home = tb.TempDir()
	}
	dir := filepath.Join(home, fmt.Sprintf("generated-%d-%d.git", n, every))
	if _, err := os.Stat(filepath.Join(dir, "packed-refs")); err == nil {
		return dir
	}
	if err := os.RemoveAll(dir); err != nil {
		tb.Fatal(err)
	}
	git := func(args ...string) *exec.Cmd {
		cmd := exec.Command("git", args...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		return cmd
	}
	if out, err := git("init", "-q", "--bare", "--initial-branch=main", dir).CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	in := git("--git-dir", dir, "fast-import", "--quiet")
	pipe, err := in.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := in.Start(); err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(pipe, 1<<20)
	writeHistory(w, n, every)
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := pipe.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := in.Wait(); err != nil {
		tb.Fatal(err)
	}
	if out, err := git("--git-dir", dir, "pack-refs", "--all").CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return dir
}

// tagEvery (of the usual history) and mergeEvery are in commits; commits are ten minutes apart.
const (
	tagEvery   = 50
	mergeEvery = 20
	firstDate  = 1_000_000_000
	apart      = 600
)

func writeHistory(w *bufio.Writer, n, every int) {
	who := func(role string, i int) {
		fmt.Fprintf(w, "%s Person %d <person%d@example.org> %d +0100\n", role, i%40, i%40, firstDate+apart*i)
	}
	data := func(text string) { fmt.Fprintf(w, "data %d\n%s\n", len(text), text) }
	for i := 1; i <= n; i++ {
		branch := "refs/heads/main"
		side := i%mergeEvery == mergeEvery-2
		if side {
			branch = "refs/heads/side"
			fmt.Fprintf(w, "reset %s\nfrom :%d\n\n", branch, i-1)
		}
		fmt.Fprintf(w, "commit %s\nmark :%d\n", branch, i)
		who("author", i)
		who("committer", i)
		data(fmt.Sprintf("Change number %d of file %d\n\nIt was needed, since what was there before did not do.\n", i, i%64))
		if i%mergeEvery == 0 {
			fmt.Fprintf(w, "merge :%d\n", i-2)
		}
		fmt.Fprintf(w, "M 100644 inline f%02d\n", i%64)
		data(fmt.Sprintf("content %d\n", i))
		if i%every == 0 {
			writeTag(w, i, i/every, who, data)
		}
	}
	fmt.Fprintf(w, "reset refs/heads/side\nfrom 0000000000000000000000000000000000000000\n\n")
}

// writeTag makes the k-th tag, on the i-th commit.
func writeTag(w *bufio.Writer, i, k int, who func(string, int), data func(string)) {
	name := fmt.Sprintf("v%d.%d.%d", 1+k/200, k/10%20, k%10)
	if k%10 != 0 {
		fmt.Fprintf(w, "reset refs/tags/%s\nfrom :%d\n\n", name, i)
		return
	}
	fmt.Fprintf(w, "tag %s\nfrom :%d\n", name, i)
	who("tagger", i)
	data("Release " + name + "\n")
}

// lateRelease copies a repository and releases v3.4.99 in it today.
func lateRelease(t *testing.T, dir string, packed bool) string {
	t.Helper()
	r := gittest.Open(t, dir)
	late := filepath.Join(t.TempDir(), "late.git")
	r.Git("clone", "--quiet", "--bare", dir, late)
	r = gittest.Open(t, late)
	r.Git("tag", "-a", "-m", "Release v3.4.99", "v3.4.99", "v3.4.9")
	if packed {
		r.Git("pack-refs", "--all")
		r.Git("repack", "-adq")
	}
	return late
}

// TestGeneratedHistoryIsWhatItSays keeps the benchmarks honest.
func TestGeneratedHistoryIsWhatItSays(t *testing.T) {
	r := gittest.Open(t, generated(t, 1000, tagEvery))
	if got := r.Git("rev-list", "--count", "main"); got != "1000\n" && got != "1000" {
		t.Errorf("%q commits", got)
	}
	if got := r.Git("rev-list", "--count", "--merges", "main"); got != "50\n" && got != "50" {
		t.Errorf("%q merges", got)
	}
	if out := r.Git("for-each-ref", "--format=%(refname)", "refs/tags"); len(out) < 20*len("refs/tags/v1.0.1") {
		t.Errorf("tags: %s", out)
	}
	r.Git("fsck", "--strict")
}
