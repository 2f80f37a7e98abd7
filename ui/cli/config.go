package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"

	"ahead/gitops"
)

// setting is one value that flags, environment and files can give. The order
// of power is: flag, AHEAD_* environment, the user's file, the repository's
// file.
type setting struct {
	key string
	// own settings are taken from the user's side only. The repository's file
	// is somebody's commit: it may not name a host that is asked, nor widen
	// what is published.
	own bool
}

var settings = []setting{
	{key: "branch"},
	{key: "theme"},
	{key: "remote", own: true},
	{key: "health", own: true},
}

// repositoryFile is the settings file that a repository may carry.
const repositoryFile = ".ahead.toml"

// configure fills the flags that the person did not give.
func (a *app) configure(flags *pflag.FlagSet) error {
	user, err := a.userFile()
	if err != nil {
		return err
	}
	repository, err := readSettings(filepath.Join(a.flags.repo, repositoryFile))
	if err != nil {
		return err
	}
	a.warnOfOwn(repository)
	for _, s := range settings {
		if flags.Changed(s.key) {
			continue
		}
		value, ok := a.env("AHEAD_"+strings.ToUpper(s.key)), true
		if value == "" {
			value, ok = user[s.key]
		}
		if !ok && !s.own {
			value, ok = repository[s.key]
		}
		if !ok || value == "" {
			continue
		}
		if err := flags.Set(s.key, value); err != nil {
			return fmt.Errorf("setting %s: %w", s.key, err)
		}
	}
	return a.checkTheme()
}

func (a *app) checkTheme() error {
	switch a.flags.theme {
	case "", "dark", "light", "mono":
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("there is no theme %q", a.flags.theme),
		Hint: "the themes are dark, light and mono",
	}
}

// warnOfOwn says what of the repository's file was ignored.
func (a *app) warnOfOwn(repository map[string]string) {
	for _, s := range settings {
		if _, there := repository[s.key]; there && s.own {
			a.notice(fmt.Sprintf("%s of the repository's %s is ignored: only your own settings may say that", s.key, repositoryFile))
		}
	}
}

// userFile reads the person's own settings. A file that was named must exist.
func (a *app) userFile() (map[string]string, error) {
	path := a.flags.config
	if path == "" {
		path = a.env("AHEAD_CONFIG")
	}
	if path != "" {
		if _, err := os.Stat(path); err != nil {
			return nil, &gitops.Error{
				Code: gitops.CodeUsage, What: fmt.Sprintf("settings file %q", path),
				Hint: "name a file that exists, or leave --config out", Err: err,
			}
		}
		return readSettings(path)
	}
	folder := a.env("XDG_CONFIG_HOME")
	if folder == "" {
		home := a.env("HOME")
		if home == "" {
			return nil, nil
		}
		folder = filepath.Join(home, ".config")
	}
	return readSettings(filepath.Join(folder, "ahead", "config.toml"))
}

// readSettings reads one settings file; a missing one is empty.
func readSettings(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || isNotDir(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read settings %q: %w", path, err)
	}
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		return nil, settingsError(path, err)
	}
	known := make(map[string]bool, len(settings))
	for _, s := range settings {
		known[s.key] = true
	}
	out := make(map[string]string, len(raw))
	for _, key := range sortedKeys(raw) {
		text, isText := raw[key].(string)
		if !known[key] || !isText {
			return nil, settingsError(path, fmt.Errorf("key %q is not one of %s, each a text", key, settingNames()))
		}
		out[key] = text
	}
	return out, nil
}

func settingsError(path string, err error) error {
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("settings file %q", path),
		Hint: "mend the file, or move it away", Err: err,
	}
}

func settingNames() string {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.key
	}
	return strings.Join(names, ", ")
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// isNotDir recognises a --repo that is a file, which opening reports better.
func isNotDir(err error) bool {
	var pathErr *fs.PathError
	if !errors.As(err, &pathErr) {
		return false
	}
	info, statErr := os.Stat(filepath.Dir(pathErr.Path))
	return statErr == nil && !info.IsDir()
}
