package cli

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// brokenSource is a table of a source that is no TOML.
type brokenSource struct {
	name string
	line int
	why  string
}

// mostBroken bounds how often a file is read again without one more table.
const mostBroken = 20

// readTOML reads a settings file. A table of a source that is no TOML, a quote
// left open for one, is cut out and told beside the rest: all other settings stand
// before the first table, as TOML has it, so that nothing but sources can be in
// what is cut.
func readTOML(data []byte) (raw map[string]any, broken []brokenSource, err error) {
	for range mostBroken {
		raw = nil
		if err = toml.Unmarshal(data, &raw); err == nil {
			return raw, broken, nil
		}
		var at *toml.DecodeError
		if !errors.As(err, &at) {
			return nil, nil, err
		}
		line, column := at.Position()
		why := strings.TrimPrefix(at.Error(), "toml: ")
		name, first, last := sourceAround(data, line)
		if name == "" {
			return nil, nil, fmt.Errorf("line %d, column %d: %s", line, column, why)
		}
		broken = append(broken, brokenSource{name, line, why})
		data = blank(data, first, last)
	}
	return nil, nil, err
}

// sourceHeader begins the table of a source, whether or not it is whole.
var sourceHeader = regexp.MustCompile(`^\s*\[\s*` + sourcesKey + `\s*\.\s*["']?([^\]"'\s]+)`)

// sourceAround finds the table of a source that a line is in, from its first line
// to its last, counted from 1; no name where it is in none.
func sourceAround(data []byte, line int) (name string, first, last int) {
	lines := bytes.Split(data, []byte("\n"))
	for at, table := range tablesOf(data) {
		if at <= line && at > first {
			name, first = table, at
		}
	}
	name, below := strings.CutPrefix(name, sourcesKey+".")
	if line <= len(lines) {
		// Its own header may be what is broken.
		if m := sourceHeader.FindSubmatch(lines[line-1]); m != nil {
			name, first, below = string(m[1]), line, true
		}
	}
	if !below {
		return "", 0, 0
	}
	for last = line; last < len(lines) && !sourceHeader.Match(lines[last]); {
		last++
	}
	return name, first, last
}

// tablesOf gives the names of tables by the lines that they begin in, as far as
// the file can be read.
func tablesOf(data []byte) map[int]string {
	tables := map[int]string{}
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		if e := p.Expression(); e.Kind == unstable.Table || e.Kind == unstable.ArrayTable {
			name, line := dotted(&p, e)
			tables[line] = name
		}
	}
	return tables
}

// dotted is the key of an expression, and the line that it stands in.
func dotted(p *unstable.Parser, e *unstable.Node) (name string, line int) {
	var parts []string
	for key := e.Key(); key.Next(); {
		parts = append(parts, string(key.Node().Data))
		line = p.Shape(key.Node().Raw).Start.Line
	}
	return strings.Join(parts, "."), line
}

// blank empties lines, so that the others keep their numbers.
func blank(data []byte, first, last int) []byte {
	lines := bytes.Split(bytes.Clone(data), []byte("\n"))
	for i := first - 1; i < min(last, len(lines)); i++ {
		lines[i] = nil
	}
	return bytes.Join(lines, []byte("\n"))
}
