package objstore

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxAlternateDepth is how far alternates of alternates are followed; git
// stops at the same depth.
const maxAlternateDepth = 5

// objectDirs lists the object folders in the order in which git looks at
// them, each once.
func objectDirs(opts Options) []string {
	var dirs []string
	seen := map[string]bool{}
	var add func(dir string, depth int)
	add = func(dir string, depth int) {
		dir = filepath.Clean(dir)
		if seen[dir] || depth > maxAlternateDepth {
			return
		}
		seen[dir] = true
		dirs = append(dirs, dir)
		data, err := os.ReadFile(filepath.Join(dir, "info", "alternates"))
		if err != nil {
			return
		}
		for _, alt := range parseAlternates(string(data)) {
			if !filepath.IsAbs(alt) {
				alt = filepath.Join(dir, alt)
			}
			add(alt, depth+1)
		}
	}
	add(opts.ObjectDir, 0)
	for _, alt := range opts.Alternates {
		add(alt, 1)
	}
	return dirs
}

// parseAlternates reads one path a line, `#` for comments; paths with odd
// bytes stand in double quotes.
func parseAlternates(text string) []string {
	var paths []string
	for _, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, `"`) {
			if unquoted, err := strconv.Unquote(line); err == nil {
				line = unquoted
			}
		}
		paths = append(paths, line)
	}
	return paths
}
