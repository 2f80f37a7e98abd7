package repo

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// includes gives the file that a setting includes, or nothing. Conditions on
// the git directory and on the branch are honoured; unknown ones do not hold,
// as for git.
func (r *configReader) includes(key, value, from string) string {
	if value == "" {
		return ""
	}
	if key != "include.path" {
		condition, ok := strings.CutPrefix(key, "includeif.")
		if !ok {
			return ""
		}
		condition, ok = strings.CutSuffix(condition, ".path")
		if !ok || !r.holds(condition, from) {
			return ""
		}
	}
	path := r.expandHome(value)
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(from), path)
	}
	return path
}

func (r *configReader) expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(r.env.get("HOME"), rest)
	}
	return path
}

func (r *configReader) holds(condition, from string) bool {
	kind, pattern, _ := strings.Cut(condition, ":")
	switch kind {
	case "gitdir":
		return r.gitDirMatches(pattern, from, "")
	case "gitdir/i":
		return r.gitDirMatches(pattern, from, "(?i)")
	case "onbranch":
		if strings.HasSuffix(pattern, "/") {
			pattern += "**"
		}
		return r.head != "" && globMatches(pattern, r.head, "")
	default:
		return false
	}
}

func (r *configReader) gitDirMatches(pattern, from, flags string) bool {
	if r.gitDir == "" {
		return false
	}
	switch {
	case strings.HasPrefix(pattern, "./"):
		pattern = filepath.Join(filepath.Dir(from), pattern[2:]) + trailingSlash(pattern)
	case strings.HasPrefix(pattern, "~/"):
		pattern = r.expandHome(pattern) + trailingSlash(pattern)
	case !filepath.IsAbs(pattern):
		pattern = "**/" + pattern
	}
	if strings.HasSuffix(pattern, "/") {
		pattern += "**"
	}
	if globMatches(pattern, filepath.ToSlash(r.gitDir), flags) {
		return true
	}
	resolved, err := filepath.EvalSymlinks(r.gitDir)
	return err == nil && globMatches(pattern, filepath.ToSlash(resolved), flags)
}

// trailingSlash gives back the slash that joining paths removes.
func trailingSlash(pattern string) string {
	if strings.HasSuffix(pattern, "/") {
		return "/"
	}
	return ""
}

// globMatches matches as wildmatch does for paths: * within a component,
// ** across them.
func globMatches(pattern, name, flags string) bool {
	var b strings.Builder
	b.WriteString(flags + "^")
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		switch {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 3
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i += 2
		case rest[0] == '*':
			b.WriteString("[^/]*")
			i++
		case rest[0] == '?':
			b.WriteString("[^/]")
			i++
		default:
			b.WriteString(regexp.QuoteMeta(rest[:1]))
			i++
		}
	}
	re, err := regexp.Compile(b.String() + "$")
	return err == nil && re.MatchString(name)
}

// headBranch is the branch that a git directory's HEAD names, for conditions
// on it.
func headBranch(gitDir string) string {
	if gitDir == "" {
		return ""
	}
	data, err := os.ReadFile(filepath.Join(gitDir, "HEAD"))
	if err != nil {
		return ""
	}
	branch, _ := strings.CutPrefix(strings.TrimSpace(string(data)), "ref: refs/heads/")
	return branch
}
