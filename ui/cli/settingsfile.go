package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// settingsFile is what a settings file says.
type settingsFile struct {
	path   string
	values map[string]string
	// lines are where keys and tables stand, by their dotted names.
	lines map[string]int
	// table is the raw table of sources, sources what it describes; only the
	// person's own is understood.
	table   any
	broken  []brokenSource
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
// must not be silently without effect. A source that cannot be understood is left
// to its own line: whoever reverts at night needs it least.
func known(path string) (settingsFile, error) {
	file, err := readSettings(path, os.Stat)
	if err != nil {
		return file, err
	}
	if len(file.strange) > 0 {
		key := file.strange[0]
		return file, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%s: it is none of %s, each a text, nor the table %s", file.at(key), settingNames(), sourcesKey),
			Hint: "mend it; " + withoutSettings,
		}
	}
	if file.table != nil {
		file.sources = parseSources(file.table, file.at)
	}
	for _, b := range file.broken {
		where := fmt.Sprintf("settings file %q, line %d, %s.%s", path, b.line, sourcesKey, b.name)
		file.sources = append(file.sources, faulty(desk.SourceSetting{Name: b.name}, where, errors.New(b.why)))
	}
	return file, nil
}

// withoutSettings is the way on when there is no time to mend them.
const withoutSettings = "`--config " + os.DevNull + "` goes without your settings"

// at says where a key stands: in its own line, or in the table's that it is in.
func (f settingsFile) at(key string) string {
	where := fmt.Sprintf("settings file %q", f.path)
	for name := key; name != ""; name = name[:max(0, strings.LastIndexByte(name, '.'))] {
		if line := f.lines[name]; line > 0 {
			where += fmt.Sprintf(", line %d", line)
			break
		}
	}
	return where + ", " + key
}

// linesOf finds where keys and tables stand; the file must be one that can be
// read.
func linesOf(data []byte) map[string]int {
	lines := map[string]int{}
	var p unstable.Parser
	p.Reset(data)
	var table string
	for p.NextExpression() {
		e := p.Expression()
		name, line := dotted(&p, e)
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = name
		case unstable.KeyValue:
			if table != "" {
				name = table + "." + name
			}
		}
		lines[name] = line
	}
	return lines
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
		return settingsFile{}, settingsError(path, err)
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
		return settingsFile{}, settingsError(path, err)
	}
	raw, broken, err := readTOML(data)
	if err != nil {
		return settingsFile{}, settingsError(path, err)
	}
	file.path, file.lines, file.broken = path, linesOf(data), broken
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
		Hint: "mend it; " + withoutSettings, Err: err,
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
