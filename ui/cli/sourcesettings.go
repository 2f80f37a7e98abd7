package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// sourcesKey is the table of the settings that describes sources of
// deployments. A command in it is run and a server in it gets a token: it is
// taken from the person's own file only.
const sourcesKey = "sources"

// sourceName is what a source may be called: its rows carry it.
var sourceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// parseSources reads [sources.NAME] tables. A misspelt key must not be silently
// without effect: a table with one becomes a source that is not asked and says
// so. at says where a key stands.
func parseSources(raw any, at func(key string) string) []desk.SourceSetting {
	tables, ok := raw.(map[string]any)
	if !ok {
		return []desk.SourceSetting{faulty(desk.SourceSetting{Name: sourcesKey}, at(sourcesKey), errNoTable)}
	}
	var all []desk.SourceSetting
	for _, name := range sortedKeys(tables) {
		s := desk.SourceSetting{Name: name}
		key := sourcesKey + "." + name
		table, ok := tables[name].(map[string]any)
		if !ok || !sourceName.MatchString(name) {
			all = append(all, faulty(s, at(key), errNoTable))
			continue
		}
		bad := "" // the first key that is
		var err error
		for _, k := range sortedKeys(table) {
			if wrong := setSource(&s, k, table[k]); wrong != nil && err == nil {
				bad, err = "."+k, wrong
			}
		}
		if err == nil {
			bad, err = checkSource(s, table)
		}
		if err != nil {
			s = faulty(s, at(key+bad), err)
		}
		all = append(all, s)
	}
	return all
}

var errNoTable = errors.New("it is no table with a plain name; write [" + sourcesKey + ".NAME]")

func faulty(s desk.SourceSetting, where string, err error) desk.SourceSetting {
	s.Fault, s.Mend = where+": "+err.Error(), "mend it; until then this source is not asked"
	return s
}

func setSource(s *desk.SourceSetting, key string, value any) error {
	texts := map[string]*string{
		"kind": &s.Kind, "environment": &s.Environment, "path": &s.Path, "server": &s.Server,
		"application": &s.Application, "namespace": &s.Namespace, "entity": &s.Entity, "region": &s.Region, "task": &s.Task,
		"address": &s.Address,
	}
	lists := map[string]*[]string{"command": &s.Command, "repositories": &s.Repositories}
	if to, known := texts[key]; known {
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("it has to be a text")
		}
		*to = text
		return nil
	}
	if to, known := lists[key]; known {
		texts, ok := textList(value)
		if !ok {
			return fmt.Errorf(`it has to be a list of texts, such as ["a", "b"]`)
		}
		*to = texts
		return nil
	}
	return setOther(s, key, value)
}

// setOther sets what is neither a text nor a list.
func setOther(s *desk.SourceSetting, key string, value any) error {
	switch key {
	case "off":
		off, ok := value.(bool)
		if !ok {
			return fmt.Errorf("it has to be true or false")
		}
		s.Off = off
	case "timeout":
		text, _ := value.(string)
		limit, err := time.ParseDuration(text)
		if err != nil || limit < time.Second || limit > longestTimeout {
			return fmt.Errorf(`it has to be a time from "1s" to "%dm"`, longestTimeout/time.Minute)
		}
		s.Timeout = limit
	case "account":
		// A number by nature, which people quote or do not.
		number := fmt.Sprint(value)
		if strings.Trim(number, "0123456789") != "" || number == "" {
			return fmt.Errorf("it has to be the account's number")
		}
		s.Account = number
	default:
		return fmt.Errorf("there is no such key")
	}
	return nil
}

func textList(value any) ([]string, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	texts := make([]string, len(list))
	for i, v := range list {
		if texts[i], ok = v.(string); !ok {
			return nil, false
		}
	}
	return texts, true
}

// kindsOfSource are what a setting may say, as docs/SOURCES.md describes them.
const kindsOfSource = `kind = "file", "command", "argocd", "newrelic", "github" or "gitlab"`

// longestTimeout bounds how long a command may run.
const longestTimeout = 10 * time.Minute

// keysOf are the keys of each kind, beside those of all.
var keysOf = map[string][]string{
	gitops.SourceGitHub:   {"task", "address"},
	gitops.SourceGitLab:   {"address"},
	gitops.SourceArgo:     {"server", "application", "namespace"},
	gitops.SourceNewRelic: {"account", "entity", "application", "region"},
	gitops.SourceFile:     {"path"},
	gitops.SourceCommand:  {"command", "timeout"},
}

// checkSource says what is wrong with a source as a whole, and with which key,
// ".kind" for one.
func checkSource(s desk.SourceSetting, table map[string]any) (key string, err error) {
	kind := cmp.Or(s.Kind, s.Name)
	if !desk.KnownSource(kind) {
		if s.Kind == "" {
			return "", fmt.Errorf("it says no kind, and %q is none: %s", s.Name, kindsOfSource)
		}
		return ".kind", fmt.Errorf("there is no source of kind %q: %s", kind, kindsOfSource)
	}
	for _, key := range sortedKeys(table) {
		if !slices.Contains(keysOfAll, key) && !slices.Contains(keysOf[kind], key) {
			return "." + key, fmt.Errorf("it means nothing for the kind %q", kind)
		}
	}
	for _, pattern := range s.Repositories {
		if _, err := path.Match(pattern, ""); err != nil {
			return ".repositories", fmt.Errorf("%q is no pattern such as github.com/acme/*", pattern)
		}
	}
	if s.Address != "" && len(s.Repositories) == 0 {
		return ".address", errors.New("`repositories` has to say which remotes it is for: it would be asked about every repository")
	}
	return "", nil
}

var keysOfAll = []string{"kind", "off", "environment", "repositories"}
