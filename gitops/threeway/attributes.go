package threeway

import (
	"bytes"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// attributeState is one of the four states of an attribute in gitattributes(5).
type attributeState uint8

const (
	attributeUnspecified attributeState = iota
	attributeSet
	attributeUnset
	attributeValue
)

// attributeSetting is what a line says of one attribute.
type attributeSetting struct {
	name  string
	state attributeState
	// text is the value of attributeValue.
	text string
}

// attributeRule is one line of an attributes file, of which pattern is set, or
// a definition of the macro named macro.
type attributeRule struct {
	pattern  attributePattern
	macro    string
	settings []attributeSetting
}

// attributes answers for the paths of one tree, as a checkout of that tree
// would. Files are read when a path below them is first asked for.
type attributes struct {
	objs         gitops.Objects
	tree         gitops.Hash
	global, info []byte
	dirs         map[string][]attributeRule
	macros       map[string][]attributeSetting
	fixed        struct{ global, info []attributeRule }
}

// maxAttributesFile is the size in bytes above which git ignores a file.
const maxAttributesFile = 100 << 20

// lookup gives the state of one attribute of a file. Later lines outweigh
// earlier ones, files in deeper directories those above, info/attributes all.
func (a *attributes) lookup(path, name string) (attributeSetting, error) {
	if err := a.start(); err != nil {
		return attributeSetting{}, err
	}
	known := make(map[string]attributeSetting)
	a.apply(known, a.fixed.info, path)
	for dir := parentOf(path); ; dir = parentOf(dir) {
		rules, err := a.dir(dir)
		if err != nil {
			return attributeSetting{}, err
		}
		relative := path
		if dir != "" {
			relative = path[len(dir)+1:]
		}
		a.apply(known, rules, relative)
		if dir == "" {
			break
		}
	}
	a.apply(known, a.fixed.global, path)
	return known[name], nil
}

// start reads what may define macros: they count for every file, so they have
// to be known before the first line is applied.
func (a *attributes) start() error {
	if a.macros != nil {
		return nil
	}
	root, err := a.read("")
	if err != nil {
		return err
	}
	a.fixed.global, a.fixed.info = parseAttributes(a.global, true), parseAttributes(a.info, true)
	a.dirs = map[string][]attributeRule{"": parseAttributes(root, true)}
	a.macros = map[string][]attributeSetting{"binary": {
		{name: "diff", state: attributeUnset},
		{name: "merge", state: attributeUnset},
		{name: "text", state: attributeUnset},
	}}
	for _, rules := range [][]attributeRule{a.fixed.global, a.dirs[""], a.fixed.info} {
		for _, r := range rules {
			if r.macro != "" {
				a.macros[r.macro] = r.settings
			}
		}
	}
	return nil
}

func (a *attributes) dir(dir string) ([]attributeRule, error) {
	if rules, ok := a.dirs[dir]; ok {
		return rules, nil
	}
	data, err := a.read(dir)
	if err != nil {
		return nil, err
	}
	a.dirs[dir] = parseAttributes(data, false)
	return a.dirs[dir], nil
}

// read gives the .gitattributes file of a directory. One that is a symbolic
// link counts for nothing, as in git since 2.32.
func (a *attributes) read(dir string) ([]byte, error) {
	path := strings.TrimPrefix(dir+"/.gitattributes", "/")
	e, ok, err := treediff.Lookup(a.objs, a.tree, path)
	if err != nil || !ok || !e.Mode.IsRegular() {
		return nil, err
	}
	data, err := a.objs.Blob(e.Hash)
	if err != nil {
		return nil, fmt.Errorf("read %q (blob %s): %w", path, e.Hash, err)
	}
	if len(data) >= maxAttributesFile {
		return nil, nil
	}
	return data, nil
}

// apply fills in what is not known yet, the last line first.
func (a *attributes) apply(known map[string]attributeSetting, rules []attributeRule, path string) {
	for i := len(rules) - 1; i >= 0; i-- {
		if r := rules[i]; r.macro == "" && r.pattern.match(path) {
			a.settle(known, r.settings)
		}
	}
}

func (a *attributes) settle(known map[string]attributeSetting, settings []attributeSetting) {
	for i := len(settings) - 1; i >= 0; i-- {
		s := settings[i]
		if _, ok := known[s.name]; ok {
			continue
		}
		known[s.name] = s
		if s.state == attributeSet {
			a.settle(known, a.macros[s.name])
		}
	}
}

// maxAttributesLine is the length in bytes above which git ignores a line.
const maxAttributesLine = 2048

// parseAttributes reads an attributes file. Lines that git ignores with a
// warning are ignored here. Macros may stand only in files at the top.
func parseAttributes(data []byte, macros bool) []attributeRule {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var rules []attributeRule
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\n")
		if len(line) >= maxAttributesLine {
			continue
		}
		if r, ok := parseAttributeLine(string(line), macros); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

const attributeBlank = " \t\r\n"

func parseAttributeLine(line string, macros bool) (attributeRule, bool) {
	line = strings.TrimLeft(line, attributeBlank)
	if line == "" || line[0] == '#' {
		return attributeRule{}, false
	}
	var r attributeRule
	if rest, ok := strings.CutPrefix(line, "[attr]"); ok {
		rest = strings.TrimLeft(rest, attributeBlank)
		name, rest := cutBlank(rest)
		if !macros || !validAttribute(name) {
			return attributeRule{}, false
		}
		r.macro, line = name, rest
	} else {
		pattern, rest, ok := cutPattern(line)
		if !ok || strings.HasPrefix(pattern, "!") {
			return attributeRule{}, false
		}
		r.pattern, line = newAttributePattern(pattern), rest
	}
	for _, word := range strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(attributeBlank, c) }) {
		s, ok := parseAttributeWord(word)
		if !ok {
			return attributeRule{}, false
		}
		r.settings = append(r.settings, s)
	}
	return r, true
}

func parseAttributeWord(word string) (attributeSetting, bool) {
	s := attributeSetting{name: word, state: attributeSet}
	switch {
	case strings.HasPrefix(word, "-"):
		s = attributeSetting{name: word[1:], state: attributeUnset}
	case strings.HasPrefix(word, "!"):
		s = attributeSetting{name: word[1:]}
	}
	if name, value, ok := strings.Cut(s.name, "="); ok {
		s.name = name
		if s.state == attributeSet {
			s.state, s.text = attributeValue, value
		}
	}
	return s, validAttribute(s.name)
}

// validAttribute: letters, digits, '-', '.' and '_', not beginning with '-'.
func validAttribute(name string) bool {
	if name == "" || name[0] == '-' {
		return false
	}
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return true
}

func cutBlank(s string) (word, rest string) {
	if end := strings.IndexAny(s, attributeBlank); end >= 0 {
		return s[:end], s[end:]
	}
	return s, ""
}
