package repo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
)

// place is where a repository was found.
type place struct {
	gitDir, commonDir, workTree string
	// gitFile is the .git file that led to gitDir, if one did.
	gitFile string
	// explicit says that GIT_DIR named it: then nobody else's folder was
	// walked into by accident, and its owner does not matter.
	explicit bool
}

// discover finds the repository that dir lies in, as git does from there.
func discover(env Environment, dir string) (place, error) {
	start, err := startFolder(dir)
	if err != nil {
		return place{}, err
	}
	if named := env.get("GIT_DIR"); named != "" {
		return namedPlace(env, start, named)
	}
	for at := start; ; at = filepath.Dir(at) {
		p, ok, err := placeAt(env, at)
		if ok || err != nil {
			return p, err
		}
		if at == filepath.Dir(at) {
			return place{}, notARepository(start)
		}
	}
}

func startFolder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the folder %q: %w", dir, err)
	}
	if resolved, err := filepath.EvalSymlinks(abs); err == nil {
		abs = resolved
	}
	info, err := os.Stat(abs)
	switch {
	case os.IsNotExist(err):
		return "", &gitops.Error{
			Code: gitops.CodeNotARepository,
			What: fmt.Sprintf("the folder %q does not exist", dir),
			Hint: "give the repository's folder with --repo DIR",
		}
	case err != nil:
		return "", &gitops.Error{
			Code: gitops.CodeNotARepository,
			What: fmt.Sprintf("the folder %q cannot be read", dir),
			Hint: "give the repository's folder with --repo DIR", Err: err,
		}
	case !info.IsDir():
		return "", &gitops.Error{
			Code: gitops.CodeNotARepository,
			What: fmt.Sprintf("%q is a file, not a folder", dir),
			Hint: "give the repository's folder with --repo DIR",
		}
	}
	return abs, nil
}

func notARepository(dir string) error {
	return &gitops.Error{
		Code: gitops.CodeNotARepository,
		What: fmt.Sprintf("%q is not inside a git repository", dir),
		Hint: "change into the repository, or give its folder with --repo DIR",
	}
}

// placeAt looks for a repository at exactly this folder.
func placeAt(env Environment, at string) (place, bool, error) {
	dot := filepath.Join(at, ".git")
	info, err := os.Stat(dot)
	switch {
	case err == nil && info.IsDir():
		if common, ok := gitDirectory(env, dot); ok {
			return place{gitDir: dot, commonDir: common, workTree: at}, true, nil
		}
	case err == nil && info.Mode().IsRegular():
		gitDir, err := readGitFile(dot)
		if err != nil {
			return place{}, false, err
		}
		common, ok := gitDirectory(env, gitDir)
		if !ok {
			return place{}, false, danglingGitFile(dot, gitDir)
		}
		return place{gitDir: gitDir, commonDir: common, workTree: at, gitFile: dot}, true, nil
	}
	common, ok := gitDirectory(env, at)
	if !ok {
		return place{}, false, nil
	}
	return place{gitDir: at, commonDir: common, workTree: treeOfGitDir(at, common)}, true, nil
}

// treeOfGitDir finds the working tree when a person stands inside a git
// directory: that of repo/.git is repo, that of a linked worktree is written
// in its gitdir file. A bare repository has none.
func treeOfGitDir(gitDir, commonDir string) string {
	if gitDir != commonDir {
		if data, err := os.ReadFile(filepath.Join(gitDir, "gitdir")); err == nil {
			return filepath.Dir(strings.TrimSpace(string(data)))
		}
	}
	if filepath.Base(gitDir) == ".git" {
		return filepath.Dir(gitDir)
	}
	return ""
}

func namedPlace(env Environment, start, named string) (place, error) {
	gitDir := named
	if !filepath.IsAbs(gitDir) {
		gitDir = filepath.Join(start, gitDir)
	}
	gitDir = filepath.Clean(gitDir)
	if info, err := os.Stat(gitDir); err == nil && info.Mode().IsRegular() {
		target, err := readGitFile(gitDir)
		if err != nil {
			return place{}, err
		}
		gitDir = target
	}
	common, ok := gitDirectory(env, gitDir)
	if !ok {
		return place{}, &gitops.Error{
			Code: gitops.CodeNotARepository,
			What: fmt.Sprintf("GIT_DIR names %q, which is not a git repository", named),
			Hint: "unset GIT_DIR, or let it name a repository's .git folder",
		}
	}
	p := place{gitDir: gitDir, commonDir: common, workTree: start, explicit: true}
	if tree := env.get("GIT_WORK_TREE"); tree != "" {
		if !filepath.IsAbs(tree) {
			tree = filepath.Join(start, tree)
		}
		p.workTree = filepath.Clean(tree)
	}
	return p, nil
}

// readGitFile reads "gitdir: PATH", which linked worktrees and submodules have
// in the place of a .git folder.
func readGitFile(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read %q: %w", path, err)
	}
	target, ok := strings.CutPrefix(string(data), "gitdir: ")
	target = strings.TrimRight(target, "\r\n")
	if !ok || target == "" {
		return "", &gitops.Error{
			Code: gitops.CodeNotARepository,
			What: fmt.Sprintf("%q does not say where its git directory is", path),
			Hint: "run `git worktree repair` in the main working tree",
		}
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return filepath.Clean(target), nil
}

func danglingGitFile(file, gitDir string) error {
	return &gitops.Error{
		Code: gitops.CodeNotARepository,
		What: fmt.Sprintf("%q points to %q, which is not a git directory", file, gitDir),
		Hint: "if the main repository was moved, run `git worktree repair` there",
	}
}

// gitDirectory applies git's test: a HEAD that reads like one, and objects and
// refs in the common directory, which it gives.
func gitDirectory(env Environment, dir string) (commonDir string, ok bool) {
	if !headLooksRight(filepath.Join(dir, "HEAD")) {
		return "", false
	}
	commonDir = dir
	if named := env.get("GIT_COMMON_DIR"); named != "" {
		commonDir = named
	} else if data, err := os.ReadFile(filepath.Join(dir, "commondir")); err == nil {
		commonDir = strings.TrimRight(string(data), "\r\n")
		if !filepath.IsAbs(commonDir) {
			commonDir = filepath.Join(dir, commonDir)
		}
	}
	commonDir = filepath.Clean(commonDir)
	objects := filepath.Join(commonDir, "objects")
	if named := env.get("GIT_OBJECT_DIRECTORY"); named != "" {
		objects = named
	}
	return commonDir, isFolder(objects) && isFolder(filepath.Join(commonDir, "refs"))
}

func headLooksRight(path string) bool {
	if target, err := os.Readlink(path); err == nil {
		return strings.HasPrefix(target, "refs/")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	if target, ok := strings.CutPrefix(string(data), "ref:"); ok {
		return strings.HasPrefix(strings.TrimLeft(target, " \t"), "refs/")
	}
	// A detached HEAD is an id: of 40 digits, or of 64 in a SHA-256
	// repository, which is found here and refused later with its reason.
	digits := strings.TrimSpace(string(data))
	return (len(digits) == 40 || len(digits) == 64) && isHex(digits)
}

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
