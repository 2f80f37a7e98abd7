package repo

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"ahead/gitops"
)

// checkOwner refuses a repository that belongs to somebody else, unless the
// person's own configuration calls it safe: its configuration and hooks could
// run commands. The rule is git's, including that root under sudo may also
// enter what belongs to the person who called sudo.
func checkOwner(env Environment, p place, protected map[string][]string) error {
	if p.explicit || env.UID < 0 {
		return nil
	}
	theirs := ""
	for _, path := range []string{p.gitFile, p.workTree, p.gitDir} {
		if path != "" && !ownedBy(env, path) {
			theirs = path
			break
		}
	}
	if theirs == "" {
		return nil
	}
	dir := p.workTree
	if dir == "" {
		dir = p.gitDir
	}
	if calledSafe(env, dir, protected["safe.directory"]) {
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeUnsafeRepository,
		What: fmt.Sprintf("%q belongs to another user", theirs),
		Hint: "if you trust it: git config --global --add safe.directory " + quoteForShell(dir),
	}
}

// checkBare honours safe.bareRepository: a person who set it to "explicit"
// does not want a bare repository to be found by walking into one, since it may
// have come as part of somebody's files.
func checkBare(p place, protected map[string][]string) error {
	values := protected["safe.barerepository"]
	if len(values) == 0 || values[len(values)-1] != "explicit" || p.explicit || p.workTree != "" {
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeUnsafeRepository,
		What: fmt.Sprintf("%q is a bare repository, and your safe.bareRepository is \"explicit\"", p.gitDir),
		Hint: "if you trust it: name it with GIT_DIR=" + quoteForShell(p.gitDir),
	}
}

func ownedBy(env Environment, path string) bool {
	uid, ok := ownerOf(path)
	if !ok {
		return false
	}
	if uid == env.UID {
		return true
	}
	if env.UID != 0 {
		return false
	}
	caller, err := strconv.Atoi(env.get("SUDO_UID"))
	return err == nil && caller >= 0 && uid == caller
}

// calledSafe applies the values of safe.directory in order; an empty one
// forgets those before it.
func calledSafe(env Environment, dir string, values []string) bool {
	safe := false
	for _, v := range values {
		if v == "" {
			safe = false
			continue
		}
		if rest, ok := strings.CutPrefix(v, "~/"); ok {
			v = filepath.Join(env.get("HOME"), rest)
		}
		if under, ok := strings.CutSuffix(v, "/*"); ok {
			safe = safe || strings.HasPrefix(dir, samePath(under)+"/")
			continue
		}
		safe = safe || v == "*" || samePath(v) == dir
	}
	return safe
}

func samePath(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return filepath.Clean(path)
}

// quoteForShell makes the hint safe to paste whatever the folder is called.
func quoteForShell(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@:", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
