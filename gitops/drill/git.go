package drill

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/drill/shop"
)

// runGit runs git with none of the person's configuration and none of the
// GIT_ variables around us: a drill that is started from a hook inherits
// GIT_DIR, and would write into the repository of that hook.
func runGit(ctx context.Context, dir string, stdin io.Reader, args ...string) ([]byte, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, &gitops.Error{
			Code: gitops.CodeGitMissing, What: "git is not installed, or not in PATH",
			Hint: "install git 2.38 or newer", Err: err,
		}
	}
	cmd := exec.CommandContext(ctx, git, args...)
	cmd.Dir, cmd.Stdin, cmd.Env = dir, stdin, gitEnvironment(os.Environ())
	// A child of git that keeps the pipes open must not keep Close waiting.
	cmd.WaitDelay = 2 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, interrupted(ctx)
		}
		return nil, &gitops.Error{
			Code: gitops.CodeInternal, What: "git " + args[0] + " did not work in the drill's sandbox",
			Hint:   "see `ahead doctor`; another git version may behave",
			Detail: strings.TrimSpace(stderr.String()), Err: err,
		}
	}
	return stdout.Bytes(), nil
}

// interrupted is what a person reads who stopped the building of a sandbox.
func interrupted(ctx context.Context) error {
	return &gitops.Error{
		Code: gitops.CodeInterrupted, What: "the drill was stopped before its sandbox was ready",
		Hint: "start it again: nothing is left of it", Err: ctx.Err(),
	}
}

func gitEnvironment(inherited []string) []string {
	var env []string
	for _, v := range inherited {
		if !strings.HasPrefix(v, "GIT_") {
			env = append(env, v)
		}
	}
	return append(env,
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		// git 3 changes both defaults, and ahead reads neither.
		"GIT_DEFAULT_HASH=sha1", "GIT_DEFAULT_REF_FORMAT=files",
		"GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
	)
}

// readRelease reads all files of a commit into memory.
func readRelease(ctx context.Context, bare string, commit gitops.Hash) (shop.Files, error) {
	out, err := runGit(ctx, bare, nil, "archive", "--format=tar", commit.String())
	if err != nil {
		return nil, err
	}
	files := shop.Files{}
	for r := tar.NewReader(bytes.NewReader(out)); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the archive of %s: %w", commit.Short(), err)
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		if files[head.Name], err = io.ReadAll(r); err != nil {
			return nil, fmt.Errorf("read %q of %s: %w", head.Name, commit.Short(), err)
		}
	}
}

// releaseTag is a tag that the pipeline would deploy.
type releaseTag struct {
	name    string
	version version
	commit  gitops.Hash
}

// releaseTags lists the release tags of a repository, in no order.
func releaseTags(ctx context.Context, bare string) ([]releaseTag, error) {
	out, err := runGit(ctx, bare, nil, "for-each-ref",
		"--format=%(refname:strip=2) %(objectname) %(*objectname)", "refs/tags/")
	if err != nil {
		return nil, err
	}
	var tags []releaseTag
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		v, ok := parseVersion(fields[0])
		// The peeled id comes last where the tag is annotated.
		commit, err := gitops.ParseHash(fields[len(fields)-1])
		if ok && err == nil {
			tags = append(tags, releaseTag{name: fields[0], version: v, commit: commit})
		}
	}
	return tags, nil
}

// newestTag finds the tag of the highest version.
func newestTag(tags []releaseTag) (releaseTag, bool) {
	var newest releaseTag
	for i, t := range tags {
		if i == 0 || t.version.compare(newest.version) > 0 {
			newest = t
		}
	}
	return newest, len(tags) > 0
}

// markTags gives a text that changes when a tag arrives, without running git.
// It compares names, not times of change: two tags within one tick of the file
// system's clock would look like one. Tags that move are not looked for, since
// release tags do not.
func markTags(bare string) (string, error) {
	entries, err := os.ReadDir(filepath.Join(bare, "refs", "tags"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("watch the tags of %q: %w", bare, err)
	}
	var b strings.Builder
	for _, e := range entries {
		// A lock is a tag that is not there yet: looking now would be too
		// early, and its disappearance changes no name.
		if !strings.HasSuffix(e.Name(), ".lock") {
			b.WriteString(e.Name() + "\n")
		}
	}
	packed, err := os.Stat(filepath.Join(bare, "packed-refs"))
	switch {
	case err == nil:
		fmt.Fprintf(&b, "packed %d %d", packed.Size(), packed.ModTime().UnixNano())
	case !errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("watch the tags of %q: %w", bare, err)
	}
	return b.String(), nil
}
