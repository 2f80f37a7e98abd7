package threeway

import (
	"strconv"
	"strings"
)

// attributePattern is a pattern of gitattributes(5) for files.
type attributePattern struct {
	glob string
	// anyDir says that the pattern is held against the base name alone.
	anyDir bool
	// dirOnly patterns end in a slash; they match no file, and what they say
	// of a directory does not reach the files in it.
	dirOnly bool
}

func newAttributePattern(text string) attributePattern {
	p := attributePattern{glob: text}
	if strings.HasSuffix(p.glob, "/") {
		p.dirOnly = true
		p.glob = p.glob[:len(p.glob)-1]
	}
	p.anyDir = !strings.Contains(p.glob, "/")
	p.glob = strings.TrimPrefix(p.glob, "/")
	return p
}

const globSpecials = "*?[\\"

// match holds the pattern against the path of a file, relative to the
// directory of the attributes file.
func (p attributePattern) match(path string) bool {
	if p.dirOnly {
		return false
	}
	if p.anyDir {
		return globMatch(p.glob, path[strings.LastIndexByte(path, '/')+1:])
	}
	// git holds what comes before the first special character against the
	// path by itself. Stars behind it thus count as the beginning of a
	// component: "a**" matches "a/b/c".
	plain := strings.IndexAny(p.glob, globSpecials)
	if plain < 0 {
		return p.glob == path
	}
	rest, ok := strings.CutPrefix(path, p.glob[:plain])
	return ok && globMatch(p.glob[plain:], rest)
}

// cutPattern takes the pattern off a line. One in double quotes is written
// like a C string.
func cutPattern(line string) (pattern, rest string, ok bool) {
	if line[0] == '"' {
		if pattern, rest, ok = unquote(line); ok {
			return pattern, rest, true
		}
	}
	pattern, rest = cutBlank(line)
	return pattern, rest, true
}

// escapes are the characters behind a backslash that stand for another.
const escapes = "abfnrtv\"\\"

// unquote reads a string in git's quotes and gives what is behind it.
func unquote(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:], true
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(s) && strings.IndexByte(escapes, s[i+1]) >= 0:
			i++
			b.WriteByte("\a\b\f\n\r\t\v\"\\"[strings.IndexByte(escapes, s[i])])
		default:
			if i+3 >= len(s) {
				return "", "", false
			}
			n, err := strconv.ParseUint(s[i+1:i+4], 8, 8)
			if err != nil {
				return "", "", false
			}
			b.WriteByte(byte(n))
			i += 3
		}
	}
	return "", "", false
}
