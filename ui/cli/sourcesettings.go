package cli

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"ahead/gitops/desk"
)

// sourcesKey is the table of the settings that describes sources of
// deployments. A command in it is run and a server in it gets a token: it is
// taken from the person's own file only.
const sourcesKey = "sources"

// sourceName is what a source may be called: its rows carry it.
var sourceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// parseSources reads [sources.NAME] tables. A misspelt key must not be silently
// without effect.
func parseSources(raw any) ([]desk.SourceSetting, error) {
	tables, ok := raw.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is not a table; write [%s.NAME]", sourcesKey, sourcesKey)
	}
	var all []desk.SourceSetting
	for _, name := range sortedKeys(tables) {
		at := sourcesKey + "." + name
		table, ok := tables[name].(map[string]any)
		if !ok || !sourceName.MatchString(name) {
			return nil, fmt.Errorf("%s is not a table with a plain name; write [%s.NAME]", at, sourcesKey)
		}
		s := desk.SourceSetting{Name: name}
		for _, key := range sortedKeys(table) {
			if err := setSource(&s, key, table[key]); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", at, key, err)
			}
		}
		if err := checkSource(s); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func setSource(s *desk.SourceSetting, key string, value any) error {
	texts := map[string]*string{
		"kind": &s.Kind, "environment": &s.Environment, "path": &s.Path, "server": &s.Server,
		"application": &s.Application, "namespace": &s.Namespace, "entity": &s.Entity, "region": &s.Region, "task": &s.Task,
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
	switch key {
	case "off":
		off, ok := value.(bool)
		if !ok {
			return fmt.Errorf("it has to be true or false")
		}
		s.Off = off
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

func checkSource(s desk.SourceSetting) error {
	kind := s.Kind
	if kind == "" {
		kind = s.Name
	}
	if !desk.KnownSource(kind) {
		if s.Kind == "" {
			return fmt.Errorf("it says no kind, and %q is none: %s", s.Name, kindsOfSource)
		}
		return fmt.Errorf("there is no source of kind %q: %s", kind, kindsOfSource)
	}
	for _, pattern := range s.Repositories {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%q is no pattern such as github.com/acme/*", pattern)
		}
	}
	return nil
}
