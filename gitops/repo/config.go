package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ahead/gitops"
)

// maxIncludes is how deep configuration files may include one another; git
// stops at the same depth.
const maxIncludes = 10

// configuration holds the settings of all files, later ones last. Keys are
// spelled section.subsection.name, section and name in lower case.
type configuration struct {
	values map[string][]string
	// keys and remotes are in the order of their first appearance.
	keys    []string
	remotes []string
	// protected are settings from outside of the repository: the only ones
	// that safe.directory is taken from.
	protected map[string][]string
}

func (c *configuration) last(key string) (string, bool) {
	all := c.values[canonicalKey(key)]
	if len(all) == 0 {
		return "", false
	}
	return all[len(all)-1], true
}

func (c *configuration) all(key string) []string { return c.values[canonicalKey(key)] }

func (c *configuration) isTrue(key string) bool {
	v, ok := c.last(key)
	return ok && parseBool(v)
}

// canonicalKey lowers what git compares without case, and leaves the
// subsection as it is.
func canonicalKey(key string) string {
	first, last := strings.IndexByte(key, '.'), strings.LastIndexByte(key, '.')
	if first < 0 {
		return strings.ToLower(key)
	}
	return strings.ToLower(key[:first]) + key[first:last] + strings.ToLower(key[last:])
}

// configReader collects settings file by file.
type configReader struct {
	env    Environment
	gitDir string
	head   string
	out    *configuration
	inside bool
}

// readConfig reads all layers in git's order; without a commonDir only what
// lies outside of the repository. gitDir decides about conditional includes.
func readConfig(env Environment, gitDir, commonDir string) (*configuration, error) {
	c := &configuration{values: map[string][]string{}, protected: map[string][]string{}}
	r := &configReader{env: env, gitDir: gitDir, out: c, head: headBranch(gitDir)}
	for _, path := range outsideFiles(env) {
		if err := r.file(path, 0); err != nil {
			return nil, err
		}
	}
	r.inside = true
	if commonDir != "" {
		if err := r.file(filepath.Join(commonDir, "config"), 0); err != nil {
			return nil, err
		}
		if c.isTrue("extensions.worktreeConfig") {
			if err := r.file(filepath.Join(gitDir, "config.worktree"), 0); err != nil {
				return nil, err
			}
		}
	}
	r.inside = false
	r.fromVariables()
	return c, nil
}

// outsideFiles lists the system's and the person's own configuration files in
// the order in which git reads them.
func outsideFiles(env Environment) []string {
	var files []string
	if !env.isSet("GIT_CONFIG_NOSYSTEM") {
		system := env.SystemConfig
		if v, ok := env.Lookup("GIT_CONFIG_SYSTEM"); ok {
			system = v
		}
		files = append(files, system)
	}
	if v, ok := env.Lookup("GIT_CONFIG_GLOBAL"); ok {
		return append(files, v)
	}
	home := env.get("HOME")
	if xdg := env.get("XDG_CONFIG_HOME"); xdg != "" {
		files = append(files, filepath.Join(xdg, "git", "config"))
	} else if home != "" {
		files = append(files, filepath.Join(home, ".config", "git", "config"))
	}
	if home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files
}

// fromVariables takes settings given as GIT_CONFIG_KEY_n and _VALUE_n.
func (r *configReader) fromVariables() {
	n, err := strconv.Atoi(r.env.get("GIT_CONFIG_COUNT"))
	if err != nil {
		return
	}
	for i := range min(n, 1000) {
		suffix := strconv.Itoa(i)
		if key := r.env.get("GIT_CONFIG_KEY_" + suffix); key != "" {
			r.add(canonicalKey(key), r.env.get("GIT_CONFIG_VALUE_"+suffix))
		}
	}
}

func (r *configReader) add(key, value string) {
	if _, known := r.out.values[key]; !known {
		r.out.keys = append(r.out.keys, key)
	}
	r.out.values[key] = append(r.out.values[key], value)
	if !r.inside {
		r.out.protected[key] = append(r.out.protected[key], value)
	}
	if rest, ok := strings.CutPrefix(key, "remote."); ok {
		if dot := strings.LastIndexByte(rest, '.'); dot > 0 {
			r.noteRemote(rest[:dot])
		}
	}
}

func (r *configReader) noteRemote(name string) {
	if slices.Contains(r.out.remotes, name) {
		return
	}
	r.out.remotes = append(r.out.remotes, name)
}

// file reads one file with what it includes. A file that is not there, or not
// ours to read, has no settings, as for git.
func (r *configReader) file(path string, depth int) error {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil
	case err != nil:
		return fmt.Errorf("read configuration: %w", err)
	case depth > maxIncludes:
		return configError(path, errors.New("files include one another without an end"))
	}
	err = parseConfig(data, func(key, value string) error {
		r.add(key, value)
		if target := r.includes(key, value, path); target != "" {
			return r.file(target, depth+1)
		}
		return nil
	})
	if err != nil && gitops.CodeOf(err) == gitops.CodeInternal {
		return configError(path, err)
	}
	return err
}

func configError(path string, err error) error {
	return &gitops.Error{
		Code: gitops.CodeUnsupported,
		What: fmt.Sprintf("git's configuration file %q cannot be read", path),
		Hint: "correct it; `git config --list --show-origin` shows what git makes of it",
		Err:  err,
	}
}
