package suspect

import (
	"strings"
	"unicode"
)

// scanBare finds the place of a file without an ending, such as a script, where
// only the way in which a language writes places tells that it is one: Python's
// and a shell's `line`, and Ruby's `:in`.
func scanBare(s string) (Frame, bool) {
	if _, rest, ok := strings.Cut(s, `File "`); ok {
		if path, after, ok := strings.Cut(rest, `", line `); ok {
			return bareFrame(path, after)
		}
	}
	if before, after, ok := strings.Cut(s, ": line "); ok {
		// bash: bin/deploy: line 41: x: command not found
		path := lastWord(before)
		if n := leadingDigits(after); strings.Contains(path, "/") && strings.HasPrefix(after[n:], ":") {
			return bareFrame(path, after)
		}
	}
	if before, after, ok := strings.Cut(s, ":in "); ok {
		if path, line, ok := cutLast(lastWord(before), ":"); ok && leadingDigits(line) == len(line) {
			return bareFrame(path, line+":in "+after)
		}
	}
	return Frame{}, false
}

// bareFrame makes a frame of a path and what begins with its line.
func bareFrame(path, rest string) (Frame, bool) {
	n := leadingDigits(rest)
	if n == 0 || n > maxDigit || len(path) > maxPath || path == "" || strings.ContainsAny(path, "<>|\"") || strings.ContainsFunc(path, unicode.IsControl) {
		return Frame{}, false
	}
	line := 0
	for _, c := range rest[:n] {
		line = line*10 + int(c-'0')
	}
	path = cleanPlace(path)
	name := path[strings.LastIndexByte(path, '/')+1:]
	if strings.Trim(name, "0123456789.:-+") == "" || line == 0 {
		return Frame{}, false
	}
	return Frame{Path: path, Line: line, Func: functionAfter(rest[n:]), Library: isLibrary(path)}, true
}

func lastWord(s string) string {
	s = strings.TrimRight(s, " \t")
	return s[strings.LastIndexAny(s, " \t'\"(")+1:]
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func cutLast(s, sep string) (before, after string, ok bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}
