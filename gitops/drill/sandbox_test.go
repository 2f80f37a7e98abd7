package drill

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/drill/shop"
)

// deadline bounds every wait; a test that reaches it fails.
const deadline = 20 * time.Second

func build(t *testing.T, scenario string, seed uint64) *Sandbox {
	t.Helper()
	sc, err := ScenarioByName(scenario)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	s, err := Build(ctx, filepath.Join(t.TempDir(), "drill"), sc, seed,
		WithPipelineDelay(0), WithPollInterval(2*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(false); err != nil {
			t.Error(err)
		}
	})
	return s
}

// git runs git in the work tree as a person would, without their
// configuration, and gives whether it worked.
func git(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	out, err := runGit(context.Background(), dir, nil, args...)
	return strings.TrimSpace(string(out)), err
}

func mustGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := git(t, dir, args...)
	if err != nil {
		var e *gitops.Error
		errors.As(err, &e)
		t.Fatalf("git %v: %v\n%s", args, err, e.Detail)
	}
	return out
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// release pushes the work tree's HEAD with a tag and waits for its deployment.
func release(t *testing.T, s *Sandbox, tag string) gitops.Deployment {
	t.Helper()
	mustGit(t, s.WorkTree, "tag", "-a", "-m", "Release "+tag, tag)
	mustGit(t, s.WorkTree, "push", "--quiet", "--atomic", Remote, "HEAD:refs/heads/"+Branch, tag)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	d, err := s.Pipeline.WaitFor(ctx, tag)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func next(t *testing.T, s *Sandbox, n int) string {
	t.Helper()
	v, ok := parseVersion(s.BadRelease)
	if !ok {
		t.Fatalf("%q is no version", s.BadRelease)
	}
	return "v1." + strconv.Itoa(v.numbers[1]) + "." + strconv.Itoa(n)
}

// seeds is small in the normal run: story's own tests draw many.
var seeds = flag.Uint64("seeds", 2, "how many seeds of each scenario are built")

func eachDrill(t *testing.T, test func(*testing.T, *Sandbox)) {
	for _, sc := range Scenarios() {
		for seed := range *seeds {
			t.Run(sc.Name+"/"+strconv.FormatUint(seed, 10), func(t *testing.T) {
				t.Parallel()
				test(t, build(t, sc.Name, seed))
			})
		}
	}
}

var place = regexp.MustCompile(`\(([\w./-]+):(\d+)\)`)

func TestRevertingTheCulpritHealsProduction(t *testing.T) {
	eachDrill(t, func(t *testing.T, s *Sandbox) {
		status, body := get(t, s.HealthURL)
		if status != http.StatusInternalServerError {
			t.Fatalf("health of %s: %d %s", s.BadRelease, status, body)
		}
		culprit := s.Culprit.String()
		m := place.FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("no place in %q", body)
		}
		touched := mustGit(t, s.WorkTree, "diff", "--name-only", culprit+"^", culprit)
		if !strings.Contains("\n"+touched+"\n", "\n"+m[1]+"\n") {
			t.Errorf("health names %s, the culprit changed %q", m[1], touched)
		}
		text := mustGit(t, s.WorkTree, "show", s.BadRelease+":"+m[1])
		if line, _ := strconv.Atoi(m[2]); line < 1 || line > strings.Count(text, "\n")+1 {
			t.Errorf("%s has no line %s", m[1], m[2])
		}

		args := []string{"revert", "--no-edit"}
		if len(Expected(s).Parts) > 0 {
			args = append(args, "-m", "1")
		}
		// An innocent commit first: it must change nothing.
		mustGit(t, s.WorkTree, "revert", "--no-edit", s.Exhibits.Pipeline.String())
		release(t, s, next(t, s, 1))
		if status, _ := get(t, s.HealthURL); status != http.StatusInternalServerError {
			t.Errorf("an innocent revert healed production: %d", status)
		}
		mustGit(t, s.WorkTree, append(args, culprit)...)
		d := release(t, s, next(t, s, 2))
		if d.Status != gitops.StatusLive || d.Commit.String() != mustGit(t, s.WorkTree, "rev-parse", "HEAD") {
			t.Errorf("deployment %+v", d)
		}
		if status, body := get(t, s.HealthURL); status != http.StatusOK || body != "ok "+d.Tag+"\n" {
			t.Errorf("after the revert: %d %s", status, body)
		}
	})
}

func TestTheSandboxIsWhatTheHistorySays(t *testing.T) {
	eachDrill(t, func(t *testing.T, s *Sandbox) {
		if out := mustGit(t, s.Bare, "fsck", "--strict", "--no-dangling"); out != "" {
			t.Errorf("fsck: %s", out)
		}
		if out := mustGit(t, s.WorkTree, "status", "--porcelain", "--branch"); out != "## main...origin/main" {
			t.Errorf("status: %q", out)
		}
		tags := strings.Fields(mustGit(t, s.WorkTree, "tag", "--sort=version:refname"))
		if len(tags) != 8 || tags[7] != s.BadRelease || tags[6] != s.GoodRelease {
			t.Fatalf("tags %v", tags)
		}
		for _, tag := range tags[:7] {
			commit := gitops.MustHash(mustGit(t, s.Bare, "rev-parse", tag+"^{commit}"))
			files, err := readRelease(context.Background(), s.Bare, commit)
			if err != nil {
				t.Fatal(err)
			}
			if faults := shop.Open(files).Faults(); len(faults) > 0 {
				t.Errorf("%s: %v", tag, faults)
			}
		}
		if n := mustGit(t, s.WorkTree, "rev-list", "--count", s.BadRelease+".."+Branch); n != strconv.Itoa(len(Expected(s).Unreleased)) {
			t.Errorf("%s unreleased commits, not %d", n, len(Expected(s).Unreleased))
		}
		batch := strings.Fields(mustGit(t, s.WorkTree, "rev-list", s.GoodRelease+".."+s.BadRelease))
		if len(batch) != len(Expected(s).Batch) {
			t.Errorf("%d commits in the bad release, not %d", len(batch), len(Expected(s).Batch))
		}
		checkExhibits(t, s)
		checkMerges(t, s)
	})
}

// checkExhibits asks git what comes of reverting each.
func checkExhibits(t *testing.T, s *Sandbox) {
	t.Helper()
	x := s.Exhibits
	if _, err := git(t, s.WorkTree, "revert", "--no-commit", x.Conflicting.String()); err == nil {
		t.Error("the conflicting exhibit reverts cleanly")
	}
	mustGit(t, s.WorkTree, "revert", "--abort")
	mustGit(t, s.WorkTree, "revert", "--no-commit", x.Undone.String())
	if out := mustGit(t, s.WorkTree, "status", "--porcelain"); out != "" {
		t.Errorf("reverting what was reverted changes %q", out)
	}
	mustGit(t, s.WorkTree, "reset", "--quiet", "--hard")
	for _, h := range []gitops.Hash{x.Overlaid, x.Conflicting} {
		mustGit(t, s.WorkTree, "revert", "--no-edit", h.String())
	}
	mustGit(t, s.WorkTree, "reset", "--quiet", "--hard", Remote+"/"+Branch)
}

// checkMerges has git merge every merge again.
func checkMerges(t *testing.T, s *Sandbox) {
	t.Helper()
	for line := range strings.Lines(mustGit(t, s.Bare, "log", "--merges", "--format=%T %P", Branch)) {
		f := strings.Fields(line)
		if tree := mustGit(t, s.Bare, "merge-tree", "--write-tree", f[1], f[2]); tree != f[0] {
			t.Errorf("merge of %s: git gets %s, the story %s", f[2], tree, f[0])
		}
	}
}

func TestDeployments(t *testing.T) {
	s := build(t, "bad-config", 7)
	before, err := s.Pipeline.Deployments(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(before) != 8 || before[0].Tag != s.BadRelease || before[0].Status != gitops.StatusLive || !before[0].FinishedAt.Equal(s.DownSince) {
		t.Fatalf("%+v", before)
	}
	// Tags that are no newer release are not deployed: proven by the one
	// behind them that is.
	mustGit(t, s.WorkTree, "tag", "v0.1.0", "HEAD~1")
	mustGit(t, s.WorkTree, "tag", "nightly")
	mustGit(t, s.WorkTree, "push", "--quiet", Remote, "v0.1.0", "nightly")
	d := release(t, s, next(t, s, 1))
	after, err := s.Pipeline.Deployments(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(after) != 9 || after[0] != d || after[1].Status != gitops.StatusSuperseded {
		t.Fatalf("%+v", after[:2])
	}
	if d.Source != gitops.SourceDrill || d.Environment != "production" || d.Actor != "pipeline" ||
		d.FinishedAt.Before(d.StartedAt) || d.StartedAt.Before(s.Epoch) {
		t.Errorf("%+v", d)
	}
	if _, body := get(t, s.URL+"/version"); !strings.Contains(body, d.Commit.String()) || !strings.Contains(body, d.Tag) {
		t.Errorf("version: %s", body)
	}
}

// A tag that cannot be deployed must not take production down.
func TestAFailedDeploymentLeavesProductionAlone(t *testing.T) {
	s := build(t, "bad-catalog", 3)
	blob := mustGit(t, s.WorkTree, "rev-parse", "HEAD:README.md")
	tag := next(t, s, 1)
	mustGit(t, s.WorkTree, "tag", tag, blob)
	mustGit(t, s.WorkTree, "push", "--quiet", Remote, tag)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	d, err := s.Pipeline.WaitFor(ctx, tag)
	if err != nil || d.Status != gitops.StatusFailed {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, body := get(t, s.URL+"/version"); !strings.Contains(body, s.BadRelease) {
		t.Errorf("version: %s", body)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	s := build(t, "bad-template", 1)
	http.DefaultClient.CloseIdleConnections()
	if err := s.Close(false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if resp, err := http.Get(s.HealthURL); err == nil {
		resp.Body.Close()
		t.Error("production still answers")
	}
	for end := time.Now().Add(deadline); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("goroutines left:\n%s", buf[:runtime.Stack(buf, true)])
		}
	}
}

func TestCloseKeepsWhatIsNotItsOwn(t *testing.T) {
	s := build(t, "bad-template", 1)
	note := filepath.Join(s.Dir, "note.txt")
	if err := os.WriteFile(note, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.WorkTree); !errors.Is(err, os.ErrNotExist) {
		t.Error("the work tree is still there")
	}
}

func TestBuildRefusesAFolderInUse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Build(context.Background(), dir, Scenario{}, 1)
	if gitops.CodeOf(err) != gitops.CodeUsage {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "thesis.txt")); err != nil {
		t.Error(err)
	}
}

func TestBuildWithoutGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := filepath.Join(t.TempDir(), "drill")
	_, err := Build(context.Background(), dir, Scenario{}, 1)
	if gitops.CodeOf(err) != gitops.CodeGitMissing {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("a failed build left its folder")
	}
}

// personGit is git with the configuration that the test's environment names.
func personGit(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	return cmd
}

// The person's configuration must not reach the sandbox: hooks of their own,
// signing without a key, another identity, line endings.
func TestAPersonsConfigurationStaysOutside(t *testing.T) {
	home := t.TempDir()
	hooks := filepath.Join(home, "hooks")
	if err := os.Mkdir(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pre-commit", "commit-msg", "pre-push", "pre-receive", "update"} {
		if err := os.WriteFile(filepath.Join(hooks, name), []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	config := "[core]\n\thooksPath = " + hooks + "\n\tautocrlf = true\n[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n" +
		"[gpg]\n\tprogram = /nowhere\n[push]\n\tgpgSign = true\n[user]\n\tname = Somebody\n\temail = s@example.com\n[protocol \"file\"]\n\tallow = never\n"
	global := filepath.Join(home, "gitconfig")
	if err := os.WriteFile(global, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", global)
	t.Setenv("GIT_DIR", filepath.Join(home, "elsewhere"))
	s := build(t, "bad-config", 0)
	if err := os.Unsetenv("GIT_DIR"); err != nil {
		t.Fatal(err)
	}
	person := func(args ...string) {
		t.Helper()
		cmd := personGit(s.WorkTree, args...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	person("revert", "--no-edit", s.Culprit.String())
	person("tag", "-m", "by hand", next(t, s, 1))
	person("push", "--quiet", "--atomic", Remote, Branch, next(t, s, 1))
	if who := mustGit(t, s.WorkTree, "log", "-1", "--format=%an"); who != "Drill" {
		t.Errorf("the commit is %s's", who)
	}
}

func TestAnInterruptedBuildLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "drill")
	_, err := Build(ctx, dir, Scenario{}, 1)
	if gitops.CodeOf(err) != gitops.CodeInterrupted || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("an interrupted build left its folder")
	}
}

func TestBuildRefusesAnUnknownScenario(t *testing.T) {
	_, err := Build(context.Background(), filepath.Join(t.TempDir(), "drill"), Scenario{Name: "bad-luck"}, 1)
	var e *gitops.Error
	if !errors.As(err, &e) || e.Code != gitops.CodeUsage || !strings.Contains(e.Hint, "bad-config") {
		t.Errorf("%v", err)
	}
}

// While the pipeline works, the new release is pending and the bad one live;
// closing does not wait for it.
func TestAReleaseIsPendingWhileThePipelineWorks(t *testing.T) {
	real := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	s, err := Build(context.Background(), filepath.Join(t.TempDir(), "drill"), Scenarios()[0], 4,
		WithPipelineDelay(time.Hour), WithPollInterval(2*time.Millisecond), WithNow(func() time.Time { return real }))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(false); err != nil {
			t.Error(err)
		}
	}()
	if now := s.Clock()(); !now.Equal(s.Epoch) {
		t.Errorf("the story's clock says %s at the start, not %s", now, s.Epoch)
	}
	s.Pipeline.mu.Lock()
	changed := s.Pipeline.changed
	s.Pipeline.mu.Unlock()
	tag := next(t, s, 1)
	mustGit(t, s.WorkTree, "tag", "-a", "-m", tag, tag)
	mustGit(t, s.WorkTree, "push", "--quiet", Remote, tag)
	select {
	case <-changed:
	case <-time.After(deadline):
		t.Fatal("the pipeline does not see the tag")
	}
	all, err := s.Pipeline.Deployments(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if all[0].Tag != tag || all[0].Status != gitops.StatusPending || !all[0].FinishedAt.IsZero() ||
		!all[0].StartedAt.Equal(s.Epoch) || all[1].Status != gitops.StatusLive {
		t.Errorf("%+v", all[:2])
	}
	if err := s.Close(false); err != nil {
		t.Error(err)
	}
	if _, err := s.Pipeline.WaitFor(context.Background(), tag); err == nil {
		t.Error("a stopped pipeline still promises a deployment")
	}
}

// Target: under 300 ms, so that a drill opens like any repository.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		s, err := Build(b.Context(), filepath.Join(b.TempDir(), "drill"), Scenarios()[0], 1)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(false); err != nil {
			b.Fatal(err)
		}
	}
}
