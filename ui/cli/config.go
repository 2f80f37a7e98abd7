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
	"ahead/gitops/desk"
	"ahead/gitops/forge"
	"ahead/gitops/health"
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
	{key: "environment"},
	{key: "remote", own: true},
	{key: "health", own: true},
	{key: "forges", own: true},
}

// repositoryFile is the settings file that a repository may carry.
const repositoryFile = ".ahead.toml"

// configure fills the flags that the person did not give.
func (a *app) configure(flags *pflag.FlagSet) error {
	user, err := a.userFile()
	if err != nil {
		return err
	}
	repository := a.repositorySettings()
	a.warnOfOwn(repository)
	a.sources = user.sources
	for _, s := range settings {
		if flags.Changed(s.key) {
			continue
		}
		value, ok := a.env("AHEAD_"+strings.ToUpper(s.key)), true
		if value == "" {
			value, ok = user.values[s.key]
		}
		if !ok && !s.own {
			value, ok = repository.values[s.key]
		}
		if !ok || value == "" {
			continue
		}
		if err := flags.Set(s.key, value); err != nil {
			return fmt.Errorf("setting %s: %w", s.key, err)
		}
	}
	if err := a.checkTheme(); err != nil {
		return err
	}
	if a.forges, err = forge.ParseHosts(a.flags.forges); err != nil {
		return err
	}
	return a.checkHealth()
}

// checkHealth refuses an address that cannot be watched: it must not look as if
// production were down.
func (a *app) checkHealth() error {
	if a.flags.health == "" {
		return nil
	}
	if err := health.CheckURL(a.flags.health); err != nil {
		return &gitops.Error{
			Code: gitops.CodeUsage, What: "--health: " + err.Error(),
			Hint: "give an http or https URL without a password in it",
		}
	}
	return nil
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
func (a *app) warnOfOwn(repository settingsFile) {
	warn := func(key string) {
		a.notice(fmt.Sprintf("%s of the repository's %s is ignored: only your own settings may say that", key, repositoryFile))
	}
	for _, s := range settings {
		if _, there := repository.values[s.key]; there && s.own {
			warn(s.key)
		}
	}
	if repository.table != nil {
		warn(sourcesKey)
	}
}

// settingsFile is what a settings file says.
type settingsFile struct {
	values map[string]string
	// table is the raw table of sources, sources what it describes; only the
	// person's own is understood.
	table   any
	sources []desk.SourceSetting
	// strange are keys that mean nothing.
	strange []string
}

// userFile reads the person's own settings. A file that was named must exist.
func (a *app) userFile() (settingsFile, error) {
	path := a.flags.config
	if path == "" {
		path = a.env("AHEAD_CONFIG")
	}
	if path != "" {
		if _, err := os.Stat(path); err != nil {
			return settingsFile{}, settingsError(path, err)
		}
		return known(path)
	}
	folder := a.env("XDG_CONFIG_HOME")
	if folder == "" {
		home := a.env("HOME")
		if home == "" {
			return settingsFile{}, nil
		}
		folder = filepath.Join(home, ".config")
	}
	return known(filepath.Join(folder, "ahead", "config.toml"))
}

// known reads the person's file and insists on what it knows: a misspelt key
// must not be silently without effect.
func known(path string) (settingsFile, error) {
	file, err := readSettings(path, os.Stat)
	if err == nil && len(file.strange) > 0 {
		err = settingsError(path, fmt.Errorf("key %q is not one of %s, each a text, nor the table %s", file.strange[0], settingNames(), sourcesKey))
	}
	if err == nil && file.table != nil {
		if file.sources, err = parseSources(file.table); err != nil {
			err = settingsError(path, err)
		}
	}
	return file, err
}

// repositorySettings reads the repository's file, which is somebody's commit:
// nothing in it, and no trick with the file itself, may stop a person. A link
// is not followed.
func (a *app) repositorySettings() settingsFile {
	path := filepath.Join(repositoryRoot(a.flags.repo), repositoryFile)
	file, err := readSettings(path, os.Lstat)
	if err != nil {
		a.notice("the repository's settings are left out: " + err.Error())
		return settingsFile{}
	}
	for _, key := range file.strange {
		a.notice(fmt.Sprintf("%s of the repository's %s means nothing here", key, repositoryFile))
	}
	return file
}

// repositoryRoot climbs to the folder that holds .git; where there is none the
// folder itself will do.
func repositoryRoot(dir string) string {
	start, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for at := start; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return start
		}
	}
}

// largestSettings bounds a settings file, in bytes.
const largestSettings = 64 << 10

// readSettings reads one settings file; a missing one is empty. Keys that mean
// nothing come back by name. look is os.Lstat where a link must not be
// followed. Only a regular file is opened: a pipe would never end, a device
// never be full.
func readSettings(path string, look func(string) (fs.FileInfo, error)) (file settingsFile, err error) {
	info, err := look(path)
	if errors.Is(err, fs.ErrNotExist) || isNotDir(err) {
		return settingsFile{}, nil
	}
	if err != nil {
		return settingsFile{}, fmt.Errorf("read settings %q: %w", path, err)
	}
	if path == os.DevNull {
		// That is how people ask for no settings at all.
		return settingsFile{}, nil
	}
	if path == os.DevNull {
		// That is how people ask for no settings at all.
		return settingsFile{}, nil
	}
	if !info.Mode().IsRegular() || info.Size() > largestSettings {
		return settingsFile{}, settingsError(path, fmt.Errorf("it is not a plain file of at most %d bytes", largestSettings))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return settingsFile{}, fmt.Errorf("read settings %q: %w", path, err)
	}
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		return settingsFile{}, settingsError(path, err)
	}
	file.values = make(map[string]string, len(raw))
	for _, key := range sortedKeys(raw) {
		if key == sourcesKey {
			file.table = raw[key]
			continue
		}
		text, isText := raw[key].(string)
		if !isSetting(key) || !isText {
			file.strange = append(file.strange, key)
			continue
		}
		file.values[key] = text
	}
	return file, nil
}

func isSetting(key string) bool {
	for _, s := range settings {
		if s.key == key {
			return true
		}
	}
	return false
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
