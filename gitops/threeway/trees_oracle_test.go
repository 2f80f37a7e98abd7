package threeway_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
)

// oracle is a throw-away repository in which the real git merges trees.
type oracle struct {
	t testing.TB
	// gitDir is the repository, dir the work tree; that holds .gitattributes files
	// and nothing else.
	gitDir, dir string
	// works counts the work trees so far.
	works int
	// config goes before the name of the command.
	config []string
	stored map[gitops.Hash]bool
	// died is what git said when it last did.
	died string
}

// newOracle makes the repository. A non-empty under names a git directory
// whose objects it borrows; nothing is ever written there.
func newOracle(t testing.TB, under string) *oracle {
	t.Helper()
	o := &oracle{t: t, dir: t.TempDir(), stored: make(map[gitops.Hash]bool)}
	o.gitDir = filepath.Join(o.dir, ".git")
	o.git(nil, "init", "-q", ".")
	if under != "" {
		alternates := filepath.Join(o.gitDir, "objects", "info", "alternates")
		if err := os.WriteFile(alternates, []byte(filepath.Join(under, "objects")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *oracle) command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = o.dir
	cmd.Env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "GIT_NO_LAZY_FETCH=1",
		"GIT_DIR="+o.gitDir, "GIT_WORK_TREE="+o.dir)
	return cmd
}

func (o *oracle) git(stdin io.Reader, args ...string) []byte {
	o.t.Helper()
	out, code := o.run(stdin, args...)
	if code != 0 {
		o.t.Fatalf("git %s: exit %d", strings.Join(args, " "), code)
	}
	return out
}

// run gives the exit code, -1 for a git that died of a signal or of an error.
func (o *oracle) run(stdin io.Reader, args ...string) ([]byte, int) {
	o.t.Helper()
	cmd := o.command(args...)
	cmd.Stdin = stdin
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if exit.ExitCode() == 1 {
			return out, 1
		}
		o.died = fmt.Sprintf("%v: %s", err, stderr.String())
		return out, -1
	}
	if err != nil {
		o.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out, 0
}

// gitBefore reports whether the git at hand is older than 2.minor.
func gitBefore(t testing.TB, minor int) bool {
	t.Helper()
	out, err := exec.Command("git", "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, its int
	if _, err := fmt.Sscanf(string(out), "git version %d.%d", &major, &its); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	return major == 2 && its < minor
}

// gitDropsTail: see treediff.PairOptions.
func gitDropsTail(t testing.TB) bool {
	t.Helper()
	return gitBefore(t, 44)
}
