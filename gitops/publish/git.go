package publish

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

// Default deadlines. A push may have to wait for a pre-push hook that runs a
// test suite, so it gets longer than anything else.
const (
	DefaultTimeout     = 2 * time.Minute
	DefaultPushTimeout = 10 * time.Minute
)

// Options are what a Git needs from outside. The zero value is ready for use.
type Options struct {
	// Env is the environment git runs in; nil means this process's own.
	Env []string
	// Program is the git to run; empty means the first one on Env's PATH.
	Program string
	// Timeout is the deadline of one git command, PushTimeout that of a push.
	Timeout, PushTimeout time.Duration
	// Clock stamps the steps; nil means time.Now.
	Clock func() time.Time
	// Dates, when set, dates the commits and tags that are made (drills need
	// a history of their own). Nil leaves the date to git.
	Dates func() time.Time
}

// Version is a version of git.
type Version struct{ Major, Minor, Patch int }

// minVersion is the oldest git that can be worked with: the first one that has
// `merge-tree --write-tree`.
var minVersion = Version{Major: 2, Minor: 38}

// AtLeast reports whether v is w or newer.
func (v Version) AtLeast(w Version) bool {
	if v.Major != w.Major {
		return v.Major > w.Major
	}
	if v.Minor != w.Minor {
		return v.Minor > w.Minor
	}
	return v.Patch >= w.Patch
}

// String gives the dotted form.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// Git is one repository as the system's git sees it. It holds nothing of the
// repository that can change, and is safe for concurrent use.
type Git struct {
	program string
	env     []string
	dir     string
	version Version

	gitDir, commonDir, objectDir string

	timeout, pushTimeout time.Duration
	clock                func() time.Time
	dates                func() time.Time

	sharedOnce sync.Once
	shared     journal.Sharing

	// attributes are those of the tree that was merged into last.
	attributes atomic.Pointer[attributeFiles]
}

// NewGit finds git and the repository of dir, which may be a working tree, a
// directory inside one, or a git directory. The errors are *gitops.Error with
// the codes git-missing, git-too-old, not-a-repository, unsafe-repository and
// unsupported-repository.
func NewGit(dir string, opts Options) (*Git, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("locate %q: %w", dir, err)
	}
	g := &Git{
		dir: abs, program: opts.Program, clock: opts.Clock, dates: opts.Dates,
		timeout: orDefault(opts.Timeout, DefaultTimeout), pushTimeout: orDefault(opts.PushTimeout, DefaultPushTimeout),
	}
	if g.clock == nil {
		g.clock = time.Now
	}
	env := opts.Env
	if env == nil {
		env = os.Environ()
	}
	g.env = cleanEnv(env)
	if g.program == "" {
		if g.program, err = lookGit(env); err != nil {
			return nil, err
		}
	}
	ctx := context.Background()
	if err := g.readVersion(ctx); err != nil {
		return nil, err
	}
	if err := g.locate(ctx); err != nil {
		return nil, err
	}
	return g, nil
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// Version tells which git this is.
func (g *Git) Version() Version { return g.version }

// GitDir is the repository's own git directory.
func (g *Git) GitDir() string { return g.gitDir }

// lookGit searches the PATH of env, not this process's: the two differ in
// tests, and a person who hands over an environment means it.
func lookGit(env []string) (string, error) {
	for _, dir := range filepath.SplitList(envValue(env, "PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, "git")); err == nil {
			return path, nil
		}
	}
	return "", gitMissing(exec.ErrNotFound)
}

func gitMissing(err error) error {
	return &gitops.Error{
		Code: gitops.CodeGitMissing, What: "git was not found", Err: err,
		Hint: "install git " + minVersion.String() + " or newer and put it on PATH",
	}
}

func (g *Git) readVersion(ctx context.Context) error {
	out, err := g.run(ctx, call{args: []string{"version"}, dir: filepath.VolumeName(g.dir) + string(filepath.Separator)})
	if err != nil {
		return gitMissing(err)
	}
	v, ok := parseVersion(string(out.stdout))
	if !ok {
		return gitMissing(fmt.Errorf("%s answers %q", g.program, strings.TrimSpace(string(out.stdout))))
	}
	if !v.AtLeast(minVersion) {
		return &gitops.Error{
			Code: gitops.CodeGitTooOld,
			What: "git " + v.String() + " is too old to check a revert before it ships",
			Hint: "install git " + minVersion.String() + " or newer",
		}
	}
	g.version = v
	return nil
}

// parseVersion reads the answer of `git version`, with the additions that
// vendors make ("2.39.5 (Apple Git-154)", "2.45.1.windows.1", "2.46.0.rc1").
func parseVersion(s string) (Version, bool) {
	fields := strings.Fields(s)
	if len(fields) < 3 || fields[0] != "git" || fields[1] != "version" {
		return Version{}, false
	}
	var nums [3]int
	for i, part := range strings.Split(fields[2], ".") {
		if i == len(nums) {
			break
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			if i < 2 {
				return Version{}, false
			}
			break
		}
		nums[i] = n
	}
	return Version{nums[0], nums[1], nums[2]}, nums[0] > 0
}

// locate asks git where things are. It also settles the directory to run in:
// given a git directory it moves to the working tree that belongs to it, since
// hooks are written for that.
func (g *Git) locate(ctx context.Context) error {
	where := call{args: []string{
		"rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir",
		"--git-path", "objects", "--is-bare-repository", "--is-inside-git-dir", "--show-object-format",
	}}
	out, err := g.run(ctx, where)
	if err != nil {
		return g.notLocated(ctx, where, err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out.stdout), "\n"), "\n")
	if len(lines) != 6 {
		return g.notLocated(ctx, where, fmt.Errorf("git rev-parse: %d lines in place of 6", len(lines)))
	}
	if lines[5] != "sha1" {
		return &gitops.Error{
			Code: gitops.CodeUnsupported, What: "this repository names its objects by " + lines[5],
			Hint: "ahead works with sha1 repositories only; revert with git itself",
		}
	}
	g.gitDir, g.commonDir, g.objectDir = lines[0], lines[1], lines[2]
	if bare, inside := lines[3] == "true", lines[4] == "true"; inside && !bare {
		g.enterWorkTree(ctx)
	}
	return nil
}

// notLocated tells a repository that git refuses for its owner from one that
// is not there: the same question is answered once git may trust everything.
func (g *Git) notLocated(ctx context.Context, where call, cause error) error {
	e := &gitops.Error{
		Code: gitops.CodeNotARepository, What: fmt.Sprintf("git finds no repository in %q", g.dir),
		Hint: "give the repository with --repo DIR", Detail: strings.TrimSpace(stderrOf(cause)),
	}
	if exitOf(cause) <= 0 {
		e.Err = cause
	}
	where.settings = []setting{{"safe.directory", "*"}}
	if _, err := g.run(ctx, where); err == nil && exitOf(cause) > 0 {
		e.Code, e.What = gitops.CodeUnsafeRepository, fmt.Sprintf("the repository %q belongs to somebody else", g.dir)
		e.Hint = fmt.Sprintf("if you trust it: git config --global --add safe.directory %s", g.dir)
	}
	return e
}

// enterWorkTree leaves g.dir alone when no working tree leads back to this
// git directory: everything but a hook works from inside it too.
func (g *Git) enterWorkTree(ctx context.Context) {
	candidate := filepath.Dir(g.gitDir)
	if link, err := os.ReadFile(filepath.Join(g.gitDir, "gitdir")); err == nil {
		candidate = filepath.Dir(strings.TrimRight(string(link), "\n"))
	}
	out, err := g.run(ctx, call{args: []string{"rev-parse", "--path-format=absolute", "--git-dir"}, dir: candidate})
	if err == nil && strings.TrimRight(string(out.stdout), "\n") == g.gitDir {
		g.dir = candidate
	}
}
