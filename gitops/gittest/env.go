package gittest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Start is where each new clock begins.
var Start = time.Date(2024, time.March, 1, 12, 0, 0, 0, time.UTC)

// clock is safe for concurrent use, so that a test may run git beside git; the
// ids of what is committed at once are then no longer foreseeable.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: Start} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(to func(now time.Time) time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to(c.now)
}

type identity struct{ name, email string }

func newIdentity() *identity { return &identity{name: "Ada Example", email: "ada@example.com"} }

// isolation is what keeps a person's own git out of a test. gc.auto is off
// since a repack in the background would race with the test's end.
var isolation = []string{
	"GIT_CONFIG_GLOBAL=/dev/null",
	"GIT_CONFIG_NOSYSTEM=1",
	"GIT_TERMINAL_PROMPT=0",
	"GIT_EDITOR=true",
	"GIT_SEQUENCE_EDITOR=true",
	"GIT_MERGE_AUTOEDIT=no",
	"GIT_ADVICE=0",
	"LC_ALL=C",
	"LANGUAGE=",
	"TZ=UTC",
	"GIT_CONFIG_COUNT=4",
	"GIT_CONFIG_KEY_0=gc.auto", "GIT_CONFIG_VALUE_0=0",
	"GIT_CONFIG_KEY_1=maintenance.auto", "GIT_CONFIG_VALUE_1=false",
	"GIT_CONFIG_KEY_2=protocol.file.allow", "GIT_CONFIG_VALUE_2=always",
	"GIT_CONFIG_KEY_3=receive.autogc", "GIT_CONFIG_VALUE_3=false",
}

// Env is the whole environment in which git runs for this repository, for code
// under test that runs git by itself.
func (r *Repo) Env() []string {
	date := r.clock.read().Format("2006-01-02T15:04:05-0700")
	env := inherited()
	env = append(env, isolation...)
	return append(env,
		"HOME="+r.home,
		"XDG_CONFIG_HOME="+r.home+"/.config",
		"GIT_AUTHOR_NAME="+r.who.name, "GIT_AUTHOR_EMAIL="+r.who.email, "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME="+r.who.name, "GIT_COMMITTER_EMAIL="+r.who.email, "GIT_COMMITTER_DATE="+date,
	)
}

// inherited is the caller's environment without anything that steers git.
func inherited() []string {
	var kept []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case strings.HasPrefix(name, "GIT_"), strings.HasPrefix(name, "LC_"), strings.HasPrefix(name, "XDG_"),
			name == "HOME", name == "LANG", name == "LANGUAGE", name == "TZ", name == "EMAIL":
		default:
			kept = append(kept, kv)
		}
	}
	return kept
}

// Main runs the tests of a package in an isolated environment, for code under
// test that reads the environment of its own process:
//
//	func TestMain(m *testing.M) { gittest.Main(m) }
func Main(m *testing.M) {
	os.Exit(isolated(m))
}

func isolated(m *testing.M) int {
	home, err := os.MkdirTemp("", "gittest-home-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "gittest:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(home) }()
	kept := inherited()
	// Compilers and caches that a test may start find their folders by HOME.
	for _, dir := range []string{"GOCACHE", "GOPATH", "GOMODCACHE"} {
		if os.Getenv(dir) == "" {
			if out, err := exec.Command("go", "env", dir).Output(); err == nil {
				kept = append(kept, dir+"="+strings.TrimSpace(string(out)))
			}
		}
	}
	os.Clearenv()
	for _, kv := range append(append(kept, isolation...), "HOME="+home, "XDG_CONFIG_HOME="+home+"/.config") {
		name, value, _ := strings.Cut(kv, "=")
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, "gittest:", err)
			return 1
		}
	}
	return m.Run()
}

// moves names the git commands that may write a date.
var moves = map[string]bool{
	"am": true, "cherry-pick": true, "commit": true, "commit-tree": true, "merge": true,
	"pull": true, "rebase": true, "replace": true, "revert": true, "stash": true, "tag": true,
}

// Git runs git and gives its output without the last line ending.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	out, err := r.TryGit(args...)
	if err != nil {
		r.t.Fatalf("gittest: %v", err)
	}
	return out
}

// TryGit is Git for commands that may be refused; the error holds what git
// printed on standard error.
func (r *Repo) TryGit(args ...string) (string, error) {
	return r.GitInput("", args...)
}

// GitInput is TryGit with standard input.
func (r *Repo) GitInput(stdin string, args ...string) (string, error) {
	if len(args) > 0 && moves[args[0]] {
		r.clock.set(func(now time.Time) time.Time { return now.Add(time.Minute) })
	}
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Dir
	cmd.Env = r.Env()
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	out := strings.TrimSuffix(stdout.String(), "\n")
	if err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return out, fmt.Errorf("run git: %w", err)
		}
		return out, fmt.Errorf("git %s: %w\n%s%s", strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	return out, nil
}
